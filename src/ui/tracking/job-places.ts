/** Finds the projects that the jobs in a text belong to, and says why a text or a job in it cannot be tracked. */
import { l10n } from 'vscode';
import { jsonEqual } from '../../base/json/json-equal';
import { MAX_MENTIONS, MAX_PASTED_LENGTH } from '../../base/limits';
import type { Profile } from '../../credentials/profiles/profile';
import type { JobReference } from '../../jobs/model/job-reference';
import type { JobMention, JobMentions } from '../../mentions/job-mentions';

/** Returns why a text mentions no job, undefined if it mentions one. */
export function textProblem({ mentions, problem, lengthIfCut }: JobMentions): string | undefined {
  if (mentions.length > 0) return undefined;
  switch (problem) {
    case 'only-other-ids':
      return l10n.t('None of these IDs is marked as a job ID. Paste the job_id alone.');
    case 'only-sub-jobs':
      return l10n.t('These are IDs of sub-jobs, which cannot be polled. Paste the job_id of the job.');
    case 'too-long':
      return l10n.t(
        'This text is too long ({size} K characters). No job ID is in the first {limit} K. Paste only the part with the job_id.',
        sizes(lengthIfCut ?? MAX_PASTED_LENGTH),
      );
    case 'none':
    case 'too-many':
    case undefined:
      return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
  }
}

/** Returns which part of a text is not tracked, undefined if all of it is. */
export function unreadPart({ problem, lengthIfCut }: JobMentions): string | undefined {
  // Of a long text with many jobs, the first of them are tracked, however long the text is.
  if (problem === 'too-many') {
    return l10n.t('Only the first {count} of these jobs are tracked. Paste the others separately.', {
      count: MAX_MENTIONS,
    });
  }
  if (lengthIfCut === undefined) return undefined;
  return l10n.t(
    'Only the first {limit} K characters were searched, because the text has {size} K. If jobs are missing, paste the rest separately.',
    sizes(lengthIfCut),
  );
}

function sizes(length: number): { readonly size: number; readonly limit: number } {
  return { size: Math.ceil(length / 1024), limit: MAX_PASTED_LENGTH / 1024 };
}

export interface JobPlaces {
  readonly references: readonly JobReference[];
  /** Why one of the jobs cannot be tracked: no profile has its project or endpoint. */
  readonly refusal?: string | undefined;
}

/** @param chosen the profile for jobs whose project the text does not name. */
export function jobPlaces({ mentions }: JobMentions, chosen: Profile, profiles: readonly Profile[]): JobPlaces {
  const places = mentions.map((mention) => placeOf(mention, chosen, profiles));
  return {
    references: places.filter((place) => typeof place !== 'string'),
    refusal: places.find((place) => typeof place === 'string'),
  };
}

/** Returns whether the text itself names the projects of its jobs, so that the chosen profile makes no difference. */
export function namesItsPlaces(text: JobMentions, profiles: readonly Profile[]): boolean {
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
