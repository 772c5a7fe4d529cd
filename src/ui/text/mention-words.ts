/** Says what an id in a pasted text appears to be, and why some of these ids cannot be tracked. */
import { l10n } from 'vscode';
import type { Candidate } from '../../mentions/job-mention';
import { plainTextUpTo } from './plain-text';
import { joinWithSemicolons } from './punctuation';

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

function serviceWord({ service }: Candidate): string {
  if (service === undefined) return l10n.t('another service');
  const name = plainTextUpTo(MAX_SERVICE_LENGTH, service);
  return name.length > MAX_ABBREVIATION_LENGTH ? name : name.toUpperCase();
}
