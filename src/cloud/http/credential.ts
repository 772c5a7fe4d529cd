/** What a request to the cloud can be authenticated with. */
import type { AccessKey } from './signer';

/** A token of IAM, pasted or obtained by password. */
export interface IamToken {
  readonly token: string;
  /** Milliseconds since the epoch; missing where the person did not say. */
  readonly expiresAt?: number | undefined;
}

export type Credential = AccessKey | IamToken;

export function isIamToken(credential: Credential): credential is IamToken {
  return 'token' in credential;
}
