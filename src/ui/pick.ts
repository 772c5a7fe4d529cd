/** Lets a person choose jobs where more than one could be meant. */
import { l10n, type QuickPickItem, window } from 'vscode';
import type { JobKey } from '../jobs/job-reference';
import type { TrackedJob } from '../jobs/tracked-job';
import { jobState, jobTitle, jobTypeWord } from './job-words';

interface JobItem extends QuickPickItem {
  readonly key: JobKey;
}

const options = { matchOnDescription: true, matchOnDetail: true };

/** The chosen job; undefined where there is none or the person gave up. */
export async function pickJob(jobs: ReadonlyMap<JobKey, TrackedJob>, now: number): Promise<JobKey | undefined> {
  const chosen = await window.showQuickPick(itemsOf(jobs, now), { ...options, placeHolder: l10n.t('Which job?') });
  return chosen?.key;
}

/** The chosen jobs; empty where the person gave up. One that is alone need not be picked, only agreed to. */
export async function pickJobs(jobs: ReadonlyMap<JobKey, TrackedJob>, now: number): Promise<readonly JobKey[]> {
  const chosen = await window.showQuickPick(
    itemsOf(jobs, now).map((item) => ({ ...item, picked: jobs.size === 1 })),
    { ...options, placeHolder: l10n.t('Which jobs?'), canPickMany: true },
  );
  return chosen?.map(({ key }) => key) ?? [];
}

function itemsOf(jobs: ReadonlyMap<JobKey, TrackedJob>, now: number): readonly JobItem[] {
  return [...jobs].map(([key, tracked]) => {
    const state = jobState(tracked, now);
    return {
      label: jobTitle(tracked),
      // What a person calls it does not tell what it is.
      description: tracked.label === undefined ? state : `${jobTypeWord(tracked.job)} · ${state}`,
      detail: tracked.reference.jobId,
      key,
    };
  });
}
