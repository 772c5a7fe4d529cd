/** Looks at a job with the credential of its project, and stops that credential where the service refuses it. */
import type { ElbClient } from '../elb/elb-client';
import { stopsCredential } from '../jobs/look-error';
import type { LookAtJob, LookResult } from '../jobs/poll-engine';
import type { CredentialManager } from './credential-manager';

export function signedLook(client: ElbClient, credentials: CredentialManager): LookAtJob {
  /** Secret keys that the service accepted in this session. */
  const proven = new Set<string>();
  /** A key that is not proven yet has one request in flight, in however many projects: five failures lock it. */
  const probing = new Map<string, Promise<unknown>>();

  return async (reference, signal) => {
    for (;;) {
      const credential = await credentials.keyFor(reference);
      if (!credential.ok) return credential;
      const { key, profile } = credential;
      const probe = probing.get(key.secretKey);
      if (probe !== undefined) {
        await probe;
        continue;
      }
      const look = async (): Promise<LookResult> => {
        const result = await client.showJob(reference, key, signal);
        if (result.ok) proven.add(key.secretKey);
        else if (stopsCredential(result.error)) {
          proven.delete(key.secretKey);
          await credentials.refuse(profile, key, result.error);
        }
        return result;
      };
      if (proven.has(key.secretKey)) return look();
      const probed = look().finally(() => probing.delete(key.secretKey));
      probing.set(
        key.secretKey,
        probed.catch(() => undefined),
      );
      return probed;
    }
  };
}
