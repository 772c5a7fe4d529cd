/** Finds the projects that the jobs in a text belong to, and says why a text or a job in it cannot be tracked. */
import { l10n } from 'vscode';
import { jsonEqual } from '../../base/json/json-equal';
import { MAX_MENTIONS, MAX_PASTED_LENGTH } from '../../base/limits';
import type { Profile } from '../../credentials/profiles/profile';
import type { JobReference } from '../../jobs/model/job-reference';
import type { JobMention } from '../../mentions/job-mention';
import type { JobMentions } from '../../mentions/job-mentions';
import { needsPick } from '../selection/mention-picker';
import { allHopelessSentence } from '../text/mention-words';

/** Returns why nothing in a text can be tracked, undefined if something can, perhaps after the person has picked it. */
export function textProblem(text: JobMentions): string | undefined {
  const { mentions, candidates, problem, lengthIfCut } = text;
  if (mentions.length > 0 || needsPick(text)) return undefined;
  if (candidates.length > 0) return allHopelessSentence(candidates);
  if (problem === 'too-long') {
    return l10n.t(
      'This text is too long ({size} K characters). No job ID is in the first {limit} K. Paste only the part with the job_id.',
      sizes(lengthIfCut ?? MAX_PASTED_LENGTH),
    );
  }
  return l10n.t(
    'A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters). This text has none: paste the job_id that the API returned.',
  );
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

/** The profile for jobs whose project the text does not name. */
export interface ProfileChoice {
  readonly profile: Profile;
  /** Whether the person has just picked it: then a region that the text only hints at chooses no other. */
  readonly isPicked: boolean;
}

export function jobPlaces(
  mentions: readonly JobMention[],
  choice: ProfileChoice,
  profiles: readonly Profile[],
): JobPlaces {
  const places = mentions.map((mention) => placeOf(mention, choice, profiles));
  return {
    references: places.filter((place) => typeof place !== 'string'),
    refusal: places.find((place) => typeof place === 'string'),
  };
}

/** Returns whether the text itself names the projects of its jobs, so that the chosen profile makes no difference. */
export function namesItsPlaces({ mentions, candidates }: JobMentions, profiles: readonly Profile[]): boolean {
  const [first, ...others] = profiles.map((profile) =>
    jobPlaces([...mentions, ...candidates], { profile, isPicked: false }, profiles),
  );
  return first !== undefined && others.every((other) => jsonEqual(first, other));
}

/** Returns the job's reference, or a sentence that says why it has none. */
function placeOf(
  mention: JobMention,
  { profile: chosen, isPicked }: ProfileChoice,
  profiles: readonly Profile[],
): JobReference | string {
  const { jobId, endpoint, projectId, region, regionHint } = mention;
  const [first, ...others] = [chosen, ...profiles].filter(
    (profile) =>
      (endpoint === undefined || profile.endpoint === endpoint) &&
      (projectId === undefined || profile.projectId === projectId),
  );
  if (first === undefined) {
    return l10n.t('There are no credentials for {place}. If it is yours, add credentials for it first.', {
      place: [region ?? endpoint, projectId].filter((word) => word !== undefined).join(' · '),
    });
  }
  const isFixed = regionHint === undefined || (isPicked && first === chosen);
  const hinted = isFixed ? undefined : [first, ...others].find((profile) => isInRegion(profile, regionHint));
  const { endpoint: ofProfile, projectId: project } = hinted ?? first;
  return { endpoint: ofProfile, projectId: project, jobId };
}

/** The host names of other clouds contain their regions, too. */
function isInRegion({ endpoint, region }: Profile, id: string): boolean {
  return region === id || new URL(endpoint).hostname.split('.').includes(id);
}
