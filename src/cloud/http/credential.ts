/** The credentials that authenticate a request to the cloud. */
import type { AccessKey } from './signer';

/** A token of IAM, pasted or created with a password. */
export interface IamToken {
  readonly token: string;
  /** Milliseconds since the epoch; missing if unknown. */
  readonly expiresAt?: number | undefined;
}

export type Credential = AccessKey | IamToken;

export function isIamToken(credential: Credential): credential is IamToken {
  return 'token' in credential;
}
