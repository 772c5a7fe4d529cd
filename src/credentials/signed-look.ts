/** Looks at a job with the credential of its project, and stops that credential where the service refuses it. */
import type { ElbClient } from '../elb/elb-client';
import { stopsCredential } from '../jobs/look-error';
import type { LookAtJob } from '../jobs/poll-engine';
import type { CredentialManager } from './credential-manager';

export function signedLook(client: ElbClient, credentials: CredentialManager): LookAtJob {
  return async (reference, signal) => {
    const credential = await credentials.keyFor(reference);
    if (!credential.ok) return credential;
    const result = await client.showJob(reference, credential.key, signal);
    if (!result.ok && stopsCredential(result.error)) await credentials.refuse(credential.profile, result.error);
    return result;
  };
}
