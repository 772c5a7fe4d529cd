/** Stores credentials in the editor's SecretStorage, one secret per profile, each with the place that it may be sent to. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { errorMessageOf } from '../../base/error-message';
import type { Credential } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Checked, EqualTypes } from '../../storage/schema-check';
import type { Secrets } from './secret-storage';

/** Where a credential may be sent. profiles.json, which anyone can edit, must not be able to change that. */
export interface SecretPlace {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
  /** The IAM that gave the token for a password. */
  readonly iamEndpoint?: EndpointOrigin | undefined;
}

export interface StoredSecret {
  readonly credential: Credential;
  /** Missing if a version that did not save it stored the secret. */
  readonly place?: SecretPlace | undefined;
}

const credentialSchema = v.union(
  v.object({ accessKey: v.string(), secretKey: v.string(), securityToken: v.string().optional() }),
  v.object({ token: v.string(), expiresAt: v.number().optional() }),
);
const placeSchema = v.object({ endpoint: v.string(), projectId: v.string(), iamEndpoint: v.string().optional() });
const boundSchema = v.object({ place: placeSchema.optional() });
/** A field that only the type or only the schema has does not compile. */
type CheckedCredential = Checked<Credential, EqualTypes<Credential, v.Infer<typeof credentialSchema>>>;
type CheckedPlace = Checked<SecretPlace, EqualTypes<SecretPlace, v.Infer<typeof placeSchema>>>;

/** The secret storage failed: there may be no keyring, or it is locked. */
export class VaultError extends Error {}

/** All methods reject with a VaultError if the secret storage fails. */
export class Vault {
  constructor(private readonly secrets: Secrets) {}

  /** @returns undefined if no credential is stored. */
  async read(profileId: string): Promise<StoredSecret | undefined> {
    const secret = await this.orVaultError(this.secrets.get(secretName(profileId)));
    return secret === undefined ? undefined : readSecret(secret);
  }

  /** Reads the secret back, since the storage may fail without an error. */
  async store(profileId: string, { credential, place }: StoredSecret): Promise<void> {
    // Earlier versions read the credential alone.
    const secret = JSON.stringify({ ...credential, place });
    await this.orVaultError(this.secrets.store(secretName(profileId), secret));
    if ((await this.orVaultError(this.secrets.get(secretName(profileId)))) !== secret) {
      throw new VaultError('The secret could not be read back.');
    }
  }

  async delete(profileId: string): Promise<void> {
    await this.orVaultError(this.secrets.delete(secretName(profileId)));
  }

  private async orVaultError<T>(action: Thenable<T>): Promise<T> {
    try {
      return await action;
    } catch (cause) {
      throw new VaultError(errorMessageOf(cause), { cause });
    }
  }
}

function readSecret(secret: string): StoredSecret | undefined {
  try {
    const json: unknown = JSON.parse(secret);
    const credential: CheckedCredential = credentialSchema.parse(json, { mode: 'strip' });
    const place: CheckedPlace | undefined = boundSchema.parse(json, { mode: 'strip' }).place;
    return place === undefined ? { credential } : { credential, place };
  } catch {
    return undefined;
  }
}

/** The name dates from when all credentials were access keys. */
function secretName(profileId: string): string {
  return `elbJobs.accessKey.${profileId}`;
}
