/** A window without credentials leaves jobs to a window that has them. */
import { SECOND } from '../../base/time-units';
import type { JobStore } from '../store/job-store';
import type { PollPlans } from './poll-plans';
import type { LeaseHold } from './polling-lease';

interface OtherCredentialsParts {
  readonly plans: PollPlans;
  readonly store: JobStore;
  readonly lease: LeaseHold;
}

/** How often a window without credentials checks whether another window has them. */
const CREDENTIAL_CHECK_MS = 15 * SECOND;

/**
 * Clears the failures of jobs that lack credentials here, once another window polls the project.
 * @returns milliseconds until the next check; undefined if no job lacks credentials
 */
export async function waitForOtherCredentials({
  plans,
  store,
  lease,
}: OtherCredentialsParts): Promise<number | undefined> {
  const waiting = plans.lackingKeys();
  if (waiting.length === 0) return undefined;
  if (await lease.isHeldByOther()) {
    store.clearPollFailures(waiting);
    for (const key of waiting) plans.pollNow(key);
  }
  return CREDENTIAL_CHECK_MS;
}
