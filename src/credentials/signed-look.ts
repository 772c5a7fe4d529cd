/** Looks at a job with the credential of its project, and stops that credential where the service refuses it. */
import type { ElbClient } from '../elb/elb-client';
import type { Clock, Instant } from '../jobs/clock';
import { stopsCredential } from '../jobs/look-error';
import type { LookAtJob, LookResult } from '../jobs/poll-engine';
import type { CredentialManager } from './credential-manager';

/** Milliseconds: after a longer pause, a sleep perhaps, a key that was accepted may be refused. */
const PROOF_LASTS = 2 * 60_000;

export function signedLook(client: ElbClient, credentials: CredentialManager, clock: Clock): LookAtJob {
  /** When the service last accepted a secret key. */
  const proven = new Map<string, Instant>();
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
        if (result.ok) proven.set(key.secretKey, clock.now());
        else if (stopsCredential(result.error)) {
          proven.delete(key.secretKey);
          await credentials.refuse(profile, key, result.error);
        }
        return result;
      };
      if (clock.now() - (proven.get(key.secretKey) ?? -Infinity) < PROOF_LASTS) return look();
      const probed = look().finally(() => probing.delete(key.secretKey));
      probing.set(
        key.secretKey,
        probed.catch(() => undefined),
      );
      return probed;
    }
  };
}
