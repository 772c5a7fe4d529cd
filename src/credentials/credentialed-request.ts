/** A request with the credential of its project, which stops the credential if the service refuses it. */
import type { ElbError, Result } from '../cloud/http/error';
import type { PollError } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import type { CredentialInUse, CredentialManager } from './credential-manager';
import type { GuardedRequests } from './guarded-requests';

export interface RequestParts {
  readonly credentials: CredentialManager;
  readonly requests: GuardedRequests;
}

export interface CredentialedRequest<T> {
  /** Whether it must not be sent any more. A request that is cancelled later may have been refused, and counts as a failure. */
  readonly isCancelled: (keyHash: string) => boolean;
  readonly send: (credential: CredentialInUse) => Promise<Result<T>>;
  /** Whether such an error stops the credential. */
  readonly stops: (error: ElbError) => boolean;
}

/** Sends a request when there is a credential for it. The error is the credential's if there is none. */
export async function sendWithCredential<T>(
  { credentials, requests }: RequestParts,
  project: ProjectReference,
  { isCancelled, send, stops }: CredentialedRequest<T>,
): Promise<Result<T, PollError>> {
  for (;;) {
    const credential = await credentials.credentialFor(project);
    if (!credential.ok) return credential;
    const { use } = credential;
    const result = await requests.run(use, {
      send: () => send(credential),
      obstacle: async () => {
        // While this window waited, another window may have been refused, or changed the key.
        const present = await credentials.credentialFor(project);
        if (!present.ok) return present.error;
        if (isCancelled(present.use.keyHash)) return { kind: 'cancelled' };
        return present.use.keyHash === use.keyHash ? undefined : 'changed';
      },
      stops,
      refused: (error) => credentials.refuse(credential, error),
      isKeyRemembered: true,
    });
    if (result !== undefined) return result;
  }
}
