/** Tells the person where jobs that are tracked could not be kept; they are then tracked until the window closes. */
import { l10n, window } from 'vscode';
import type { JobReference } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { errorMessageOf } from '../../base/error-message';

export interface SaveErrorParts {
  readonly store: JobStore;
  readonly log: Log;
}

/** @param keeping of all of these jobs, or of some; never rejects itself, and tells once, however many could not be kept. */
export async function saveOrShowError(
  { store, log }: SaveErrorParts,
  keeping: Promise<void>,
  jobs: readonly JobReference[],
): Promise<void> {
  try {
    await keeping;
  } catch (cause) {
    const unkept = jobs.filter((reference) => {
      const key = store.find(reference);
      return key !== undefined && !store.isShared(key);
    });
    log.error(`${unkept.length} jobs could not be saved: ${String(cause)}`);
    const [first, ...others] = unkept;
    const reason = errorMessageOf(cause);
    void window.showErrorMessage(
      first !== undefined && others.length === 0
        ? l10n.t('Job {jobId} is followed only until this window closes, since it could not be saved: {reason}', {
            jobId: first.jobId,
            reason,
          })
        : l10n.t('Jobs are followed only until this window closes, since they could not be saved: {reason}', {
            reason,
          }),
    );
  }
}
