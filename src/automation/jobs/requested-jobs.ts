/** Finds and tracks the jobs that a task, an agent or another extension names. Asks the person nothing. */
import { l10n } from 'vscode';
import { MAX_MENTIONS } from '../../base/limits';
import { MINUTE } from '../../base/time-units';
import { SharedTurns } from '../../base/work/shared-turns';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import { elbEndpointOfRegion } from '../../cloud/places/regions';
import type { WindowContext } from '../../storage/window-context';
import type { CredentialManager } from '../../credentials/credential-manager';
import { jobPlaces, namesItsPlaces } from '../../credentials/job-places';
import { type Profile, profileName } from '../../credentials/profiles/profile';
import { jobKey, type JobKey, type JobReference, parseJobId } from '../../jobs/model/job-reference';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobMention } from '../../mentions/job-mention';
import { type JobMentions, jobsInTurns } from '../../mentions/job-mentions';
import { moreWord } from '../../ui/text/job-words';
import { refusalSentence } from '../../ui/text/mention-words';
import { plainText } from '../../ui/text/plain-text';
import { profileWord } from '../../ui/text/profile-words';
import { JobRequestError } from './job-request-error';

interface RequestedJobsParts extends Pick<WindowContext, 'clock'> {
  readonly store: Pick<JobStore, 'find' | 'get' | 'trackAll' | 'withId'>;
  readonly credentials: Pick<CredentialManager, 'all'>;
  readonly engine: Pick<PollEngine, 'retry'>;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

/** A job by its id, and by what is known of its place. */
export interface GivenJob {
  readonly jobId: string;
  readonly projectId?: string | undefined;
  readonly region?: string | undefined;
  /** Only one of existing credentials is accepted. */
  readonly endpoint?: EndpointOrigin | undefined;
}

/** A text that names jobs, or a job by its id. */
export type RequestedJob = string | GivenJob;

/** Of ids, or of names, in an error message. */
const MAX_FOUND = 20;
/** Jobs without a text that are found before other work has its turn, for all callers together. */
const MAX_FOUND_TOGETHER = 100;
/** How long a job stays lost before a program has it polled again: agents and scripts ask in loops. */
const MIN_LOST_MS = MINUTE;

export class RequestedJobs {
  private readonly turns = new SharedTurns(MAX_FOUND_TOGETHER);

  constructor(private readonly parts: RequestedJobsParts) {}

  /**
   * Finds jobs, each once, as **Track ELB Job** does. Rejects with a JobRequestError if a text names none with certainty, if it is open
   * which credentials they need, or if there are too many.
   * @param requested texts with the ids of jobs in them, and jobs by what is known of their places
   * @param credentialsName which credentials to use, for jobs whose project is not named
   * @param signal ends the search: the promise rejects with the signal's reason
   */
  async findAll(
    requested: readonly RequestedJob[],
    credentialsName?: string,
    signal?: AbortSignal,
  ): Promise<readonly JobReference[]> {
    await this.parts.ready;
    const found = new Map<JobKey, JobReference>();
    for (const job of requested) {
      const references =
        typeof job === 'string'
          ? await this.inText(job, credentialsName, signal)
          : [await this.inPlace(job, credentialsName)];
      signal?.throwIfAborted();
      for (const reference of references) found.set(jobKey(reference), reference);
      if (found.size > MAX_MENTIONS) throw tooMany();
    }
    return [...found.values()];
  }

  private async inText(
    text: string,
    credentialsName: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<readonly JobReference[]> {
    const found = await jobsInTurns(text, signal);
    if (found.problem === 'too-many') throw tooMany();
    if (found.mentions.length > 0) return this.located(found, credentialsName);
    // The id of a tracked job is certain, even if it seems to be another id.
    const jobId = parseJobId(text);
    if (jobId === undefined || this.trackedWithId(jobId).length === 0) {
      throw noJob(found.candidates.map((each) => each.jobId));
    }
    return this.located({ mentions: [{ jobId }], candidates: [] }, credentialsName);
  }

  private async inPlace({ region, ...job }: GivenJob, credentialsName: string | undefined): Promise<JobReference> {
    await this.turns.room(1);
    const profile = this.parts.credentials.all().find((each) => each.region === region);
    const ofRegion = region === undefined ? undefined : (profile?.endpoint ?? elbEndpointOfRegion(region));
    const { jobId, projectId, endpoint = ofRegion } = job;
    const mention = { jobId, projectId, endpoint, region: endpoint === ofRegion ? region : undefined };
    const [reference] = this.located({ mentions: [mention], candidates: [] }, credentialsName);
    if (reference === undefined) throw noJob([jobId]);
    return reference;
  }

  private located(found: JobMentions, credentialsName: string | undefined): readonly JobReference[] {
    if (credentialsName !== undefined) return this.placed(found.mentions, [this.profileNamed(credentialsName)]);
    const known = found.mentions.map((mention) => this.trackedAs(mention));
    if (known.every((reference) => reference !== undefined)) return known;
    const profiles = this.parts.credentials.all();
    const [first] = profiles;
    if (first === undefined) {
      throw new JobRequestError(
        'no-credentials',
        l10n.t('There are no credentials yet. Run “ELB Jobs: Add Credentials” first.'),
      );
    }
    if (profiles.length > 1 && first.isDefault !== true && !namesItsPlaces(found, profiles)) {
      throw new JobRequestError(
        'ambiguous-credentials',
        l10n.t(
          'The text does not say to which of these credentials the job belongs: {names}. Name one of them in “credentials”.',
          {
            names: namesOf(profiles),
          },
        ),
      );
    }
    const references = this.placed(found.mentions, profiles);
    return references.map((reference, index) => known[index] ?? reference);
  }

  /** Tracks what is not tracked yet, and polls a job again that was lost a while ago. Rejects if a job could not be saved. */
  async track(references: readonly JobReference[]): Promise<void> {
    const { store, engine, pause, clock } = this.parts;
    if (!pause.isPaused) engine.retry(references.flatMap((reference) => this.lostRow(reference) ?? []));
    await store.trackAll(references, clock.now());
  }

  private lostRow(reference: JobReference): JobKey | undefined {
    const key = this.parts.store.find(reference);
    const tracked = key === undefined ? undefined : this.parts.store.get(key);
    if (tracked?.pollFailure === undefined || !isLost(tracked)) return undefined;
    const lostForMs = this.parts.clock.now() - tracked.pollFailure.since;
    // If the clock was set back, it is unknown since when.
    return lostForMs >= 0 && lostForMs < MIN_LOST_MS ? undefined : key;
  }

  /** @returns the tracked job with the id of the mention, unless the text says that it is another project's */
  private trackedAs({ jobId, endpoint, projectId }: JobMention): JobReference | undefined {
    return this.trackedWithId(jobId).find(
      (reference) =>
        (endpoint ?? reference.endpoint) === reference.endpoint &&
        (projectId ?? reference.projectId) === reference.projectId,
    );
  }

  private trackedWithId(jobId: string): readonly JobReference[] {
    const { store } = this.parts;
    const found = store.withId(undefined, jobId).flatMap((key) => store.get(key) ?? []);
    const isAlias = ({ reference }: TrackedJob) => Number(reference.jobId !== jobId);
    // An id is preferred to an alias, and of several projects the one whose job was tracked last.
    return found
      .sort((one, other) => isAlias(one) - isAlias(other) || other.trackedAt - one.trackedAt)
      .map(({ reference }) => reference);
  }

  private placed(mentions: readonly JobMention[], profiles: readonly Profile[]): readonly JobReference[] {
    const [profile] = profiles;
    if (profile === undefined) return [];
    const { references, refusal } = jobPlaces(mentions, { profile, isPicked: false }, profiles);
    if (refusal === undefined) return references;
    throw new JobRequestError('no-credentials', refusalSentence(refusal));
  }

  /** @param name as `profileName`, or as it is shown. Throws a JobRequestError if no credentials, or several, have it. */
  profileNamed(name: string): Profile {
    const profiles = this.parts.credentials.all();
    const named = profiles.filter((profile) => profileName(profile) === name || profileWord(profile) === name);
    const [first] = named;
    if (first !== undefined && named.length === 1) return first;
    const details = { name: plainText(name), names: namesOf(profiles) };
    throw new JobRequestError(
      'unknown-credentials',
      named.length > 1
        ? l10n.t('Several credentials are called “{name}”. Rename one of them.', details)
        : l10n.t('No credentials are called “{name}”. There are: {names}.', details),
    );
  }
}

/** @returns the names of credentials for a message: at most 20, safe to show */
export function namesOf(profiles: readonly Profile[]): string {
  if (profiles.length === 0) return l10n.t('none');
  const shown = profiles.slice(0, MAX_FOUND).map(profileWord);
  return [...shown, ...(profiles.length > MAX_FOUND ? [moreWord(profiles.length - MAX_FOUND)] : [])].join(', ');
}

function tooMany(): JobRequestError {
  const message = l10n.t('At most {count} jobs can be named together. Name fewer.', { count: MAX_MENTIONS });
  return new JobRequestError('invalid-argument', message);
}

function noJob(found: readonly string[]): JobRequestError {
  const shown = found.slice(0, MAX_FOUND);
  const message =
    shown.length === 0
      ? l10n.t('This text has no job ID. Give the job_id that the API returned.')
      : l10n.t('This text names no job with certainty. If one of these IDs is a job, give it alone: {ids}', {
          ids: shown.join(', '),
        });
  return new JobRequestError('no-job', message, shown);
}
