/** Lets a person choose a profile or a job where more than one could be meant. */
import { l10n, window } from 'vscode';
import { type Profile, profileName } from '../credentials/profile';
import type { JobKey } from '../jobs/job-reference';
import type { TrackedJob } from '../jobs/tracked-job';
import { jobState, jobName } from './job-words';

/** The only profile, or the chosen one; undefined where there is none or the person gave up. */
export async function pickProfile(profiles: readonly Profile[]): Promise<Profile | undefined> {
  if (profiles.length < 2) return profiles[0];
  const chosen = await window.showQuickPick(
    profiles.map((profile) => ({
      label: profileName(profile),
      description: `${profile.accessKeyStart}…`,
      detail: profile.endpoint,
      profile,
    })),
    { placeHolder: l10n.t('Which credentials?') },
  );
  return chosen?.profile;
}

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
