/** Finds the projects that the jobs in a text belong to, and says why a text or a job in it cannot be tracked. */
import { l10n } from 'vscode';
import { jsonEqual } from '../../base/json-equal';
import type { Profile } from '../../credentials/profiles/profile';
import type { JobReference } from '../../jobs/model/job-reference';
import { type JobMention, type JobMentionProblem, jobsIn } from '../../mentions/job-mentions';

/** Returns why a text mentions no job, undefined if it mentions one. */
export function textProblem(text: string): string | undefined {
  const { mentions, problem } = jobsIn(text);
  return mentions.length > 0 ? undefined : problemSentence(problem ?? 'none');
}

function problemSentence(problem: JobMentionProblem): string {
  switch (problem) {
    case 'only-other-ids':
      return l10n.t('None of these IDs is marked as a job ID. Paste the job_id alone.');
    case 'only-sub-jobs':
      return l10n.t('These are IDs of sub-jobs, which cannot be polled. Paste the job_id of the job.');
    case 'none':
    case 'too-many':
      return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
  }
}

export interface JobPlaces {
  readonly references: readonly JobReference[];
  /** Why one of the jobs cannot be tracked: no profile has its project or endpoint. */
  readonly refusal?: string | undefined;
  /** Whether the text mentions more jobs than the references. */
  readonly hasMore: boolean;
}

/** @param chosen the profile for jobs whose project the text does not name. */
export function jobPlaces(text: string, chosen: Profile, profiles: readonly Profile[]): JobPlaces {
  const { mentions, problem } = jobsIn(text);
  const places = mentions.map((mention) => placeOf(mention, chosen, profiles));
  return {
    references: places.filter((place) => typeof place !== 'string'),
    refusal: places.find((place) => typeof place === 'string'),
    hasMore: problem === 'too-many',
  };
}

/** Returns whether the text itself names the projects of its jobs, so that the chosen profile makes no difference. */
export function namesItsPlaces(text: string, profiles: readonly Profile[]): boolean {
  const [first, ...others] = profiles.map((chosen) => jobPlaces(text, chosen, profiles));
  return first !== undefined && others.every((other) => jsonEqual(first, other));
}

/** Returns the job's reference, or a sentence that says why it has none. */
function placeOf(mention: JobMention, chosen: Profile, profiles: readonly Profile[]): JobReference | string {
  const { jobId, endpoint, projectId, region } = mention;
  const matches = (profile: Profile) =>
    (endpoint === undefined || profile.endpoint === endpoint) &&
    (projectId === undefined || profile.projectId === projectId);
  const profile = matches(chosen) ? chosen : profiles.find(matches);
  if (profile !== undefined) return { endpoint: profile.endpoint, projectId: profile.projectId, jobId };
  // A project id without an endpoint may come from a copied response; the person chose the profile it belongs to.
  if (endpoint === undefined) return { endpoint: chosen.endpoint, projectId: chosen.projectId, jobId };
  return l10n.t('There are no credentials for {place}. If it is yours, add credentials for it first.', {
    place: [region ?? endpoint, ...(projectId === undefined ? [] : [projectId])].join(' · '),
  });
}
