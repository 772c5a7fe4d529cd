/** Says what an id in a pasted text appears to be, and why some of these ids cannot be tracked. */
import { l10n } from 'vscode';
import { type IdFlaw, idFlawOf } from '../../mentions/id-flaw';
import type { PlaceRefusal } from '../../credentials/job-places';
import type { Candidate } from '../../mentions/job-mention';
import type { JobMentions } from '../../mentions/job-mentions';
import { shortId } from './job-words';
import { plainTextUpTo } from './plain-text';
import { joinSentences, joinWithSemicolons, named, withDetail } from './punctuation';

const UUID_LENGTH = 36;
const MAX_SERVICE_LENGTH = 32;
/** Huawei Cloud's services with a longer name do not have an abbreviation for a name. */
const MAX_ABBREVIATION_LENGTH = 4;

/** Whether no request can show what the id stands for: a pick lists it with the reason only. */
export function isHopeless({ appearsAs }: Candidate): boolean {
  return appearsAs === 'incomplete' || appearsAs === 'other-service-job' || appearsAs === 'classic-job';
}

/** A few words, e.g. `request ID`. */
export function appearanceWord(candidate: Candidate): string {
  switch (candidate.appearsAs) {
    case 'job':
      return probablyJob();
    case 'sub-job':
      return l10n.t('sub-job, which ELB does not show on its own');
    case 'request':
      return l10n.t('request ID');
    case 'project':
      return l10n.t('project ID');
    case 'resource':
      return l10n.t('resource ID');
    case 'other-service-job':
      return l10n.t('job of {service}, not of ELB', { service: serviceWord(candidate) });
    case 'classic-job':
      return l10n.t('job of the classic ELB API (v1.0)');
    case 'incomplete':
      return l10n.t('incomplete ID');
    case 'unknown':
      return candidate.isLikely ? probablyJob() : l10n.t('ID of unknown kind');
  }
}

function probablyJob(): string {
  return l10n.t('probably a job');
}

/** Returns why a hopeless id cannot be tracked, and what to do, in sentences. */
export function hopelessSentence(candidate: Candidate): string {
  switch (candidate.appearsAs) {
    case 'other-service-job':
      return l10n.t(
        'This is a job of {service}, not of ELB. Only jobs of ELB can be tracked. If it is one, paste its ID alone.',
        { service: serviceWord(candidate) },
      );
    case 'classic-job':
      return l10n.t(
        'This is a job of the classic ELB API (v1.0), which is another API. Only jobs of its API v3 can be tracked. If it is one, paste its ID alone.',
      );
    default:
      return incompleteSentence(UUID_LENGTH - candidate.jobId.length);
  }
}

/** Returns why none of several hopeless ids can be tracked, and what to do, in sentences. */
export function allHopelessSentence(candidates: readonly Candidate[]): string {
  const [first, ...others] = candidates;
  if (first !== undefined && others.length === 0) return hopelessSentence(first);
  const reasons = [...new Set(candidates.map(appearanceWord))];
  return l10n.t(
    'This text has no job that can be tracked ({reasons}). If one is a job of ELB, paste its whole ID alone.',
    {
      reasons: joinWithSemicolons(reasons),
    },
  );
}

function incompleteSentence(missing: number): string {
  if (missing === 1) return l10n.t('This ID is one character short. Copy the whole ID.');
  if (missing > 1) return l10n.t('This ID is {count} characters short. Copy the whole ID.', { count: missing });
  return l10n.t('This ID is incomplete. Copy the whole ID.');
}

/** Returns what may be wrong with an id that a person can track nevertheless, undefined if it has a usual form. */
export function flawWord(jobId: string): string | undefined {
  const flaw = idFlawOf(jobId);
  return flaw === undefined ? undefined : wordOf(flaw);
}

/** Returns the id, with what may be wrong with it, for a question whether to track it. */
export function withFlaw(jobId: string): string {
  return withDetail(jobId, flawWord(jobId) ?? '');
}

function wordOf(flaw: IdFlaw): string {
  switch (flaw.kind) {
    case 'short':
      return flaw.count === 1 ? l10n.t('one character short') : l10n.t('{count} characters short', flaw);
    case 'long':
      return flaw.count === 1 ? l10n.t('one character too many') : l10n.t('{count} characters too many', flaw);
    case 'letters':
      return l10n.t('has letters other than a to f ({letters})', { letters: flaw.letters });
    case 'hyphens':
      return l10n.t('hyphens missing or misplaced');
  }
}

/** Returns a warning about the first job of a text whose id is nearly of the usual form, undefined if all are. */
export function flawWarning({ mentions, candidates }: JobMentions): string | undefined {
  const likely = candidates.filter((candidate) => candidate.isLikely && !isHopeless(candidate));
  for (const { jobId } of [...mentions, ...likely]) {
    const flaw = idFlawOf(jobId);
    if (flaw === undefined) continue;
    const sentence = joinSentences([
      flawSentence(flaw),
      l10n.t('Copy the whole ID, or press Enter to use it as it is.'),
    ]);
    return mentions.length + candidates.length === 1 ? sentence : named(shortId(jobId), sentence);
  }
  return undefined;
}

/** Returns what may be wrong with the id of a job that the service did not find, undefined if it has a usual form. */
export function idFlawSentence(jobId: string): string | undefined {
  const flaw = idFlawOf(jobId);
  return flaw === undefined ? undefined : flawSentence(flaw);
}

function flawSentence(flaw: IdFlaw): string {
  switch (flaw.kind) {
    case 'short':
      return flaw.count === 1
        ? l10n.t('This ID is one character short.')
        : l10n.t('This ID is {count} characters short.', flaw);
    case 'long':
      return flaw.count === 1
        ? l10n.t('This ID has one character too many.')
        : l10n.t('This ID has {count} characters too many.', flaw);
    case 'letters':
      return l10n.t('This ID contains “{letters}”, but job IDs usually consist of 0 to 9 and a to f.', {
        letters: flaw.letters,
      });
    case 'hyphens':
      return l10n.t('The hyphens of this ID are missing or misplaced.');
  }
}

function serviceWord({ service }: Candidate): string {
  if (service === undefined) return l10n.t('another service');
  const name = plainTextUpTo(MAX_SERVICE_LENGTH, service);
  return name.length > MAX_ABBREVIATION_LENGTH ? name : name.toUpperCase();
}

/** Says why a job cannot be tracked, and what to do. */
export function refusalSentence({ place }: PlaceRefusal): string {
  return l10n.t('There are no credentials for {place}. If it is yours, add credentials for it first.', { place });
}
