/** Tracks a job, and tells the person where it could not be kept; it is then tracked until the window closes. */
import { l10n, window } from 'vscode';
import type { Clock } from '../jobs/clock';
import type { JobKey, JobReference } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { Log } from '../jobs/log';
import { reasonOf } from '../jobs/reason-of';

export interface TrackOrTellParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Undefined where it could not be kept. */
export async function trackOrTell(
  { store, clock, log }: TrackOrTellParts,
  reference: JobReference,
): Promise<JobKey | undefined> {
  try {
    return await store.track(reference, clock.now());
  } catch (cause) {
    const { jobId } = reference;
    log.error(`Job ${jobId} could not be saved: ${String(cause)}`);
    void window.showErrorMessage(
      l10n.t('Job {jobId} is followed only until this window closes, since it could not be saved: {reason}', {
        jobId,
        reason: reasonOf(cause),
      }),
    );
    return undefined;
  }
}
