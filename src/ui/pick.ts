/** Lets a person choose a job where more than one could be meant. */
import { l10n, window } from 'vscode';
import type { JobKey } from '../jobs/job-reference';
import type { TrackedJob } from '../jobs/tracked-job';
import { jobState, jobName } from './job-words';

/** The chosen job; undefined where there is none or the person gave up. */
export async function pickJob(jobs: ReadonlyMap<JobKey, TrackedJob>, now: number): Promise<JobKey | undefined> {
  const chosen = await window.showQuickPick(
    [...jobs].map(([key, tracked]) => ({
      label: jobName(tracked),
      description: jobState(tracked, now),
      detail: tracked.reference.jobId,
      key,
    })),
    { placeHolder: l10n.t('Which job?'), matchOnDetail: true },
  );
  return chosen?.key;
}
