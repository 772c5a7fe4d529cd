/** The error when tracked jobs cannot be saved. They are then tracked until the window closes. */
import { l10n, window } from 'vscode';
import type { JobReference } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { errorMessageOf } from '../../base/error-message';

interface SaveErrorParts {
  readonly store: JobStore;
  readonly log: Log;
}

/**
 * Waits until jobs are saved; if that fails, shows one error for all of them. Never rejects.
 * @param saving the saving of some or all of the jobs.
 */
export async function saveOrShowError(
  { store, log }: SaveErrorParts,
  saving: Promise<void>,
  jobs: readonly JobReference[],
): Promise<void> {
  try {
    await saving;
  } catch (cause) {
    const unsaved = jobs.filter((reference) => {
      const key = store.find(reference);
      return key !== undefined && !store.isShared(key);
    });
    log.error(`${unsaved.length} jobs could not be saved: ${String(cause)}`);
    const [first, ...others] = unsaved;
    const reason = errorMessageOf(cause);
    void window.showErrorMessage(
      first !== undefined && others.length === 0
        ? l10n.t('Job {jobId} could not be saved, so it is tracked only until this window closes: {reason}', {
            jobId: first.jobId,
            reason,
          })
        : l10n.t('Some jobs could not be saved, so they are tracked only until this window closes: {reason}', {
            reason,
          }),
    );
  }
}
