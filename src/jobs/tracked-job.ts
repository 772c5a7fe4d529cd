/** What is known of one tracked job, and how an answer or an error changes it. */
import type { Job } from '../elb/job';
import type { ShowJobAnswer } from '../elb/job-schema';
import type { Instant } from './clock';
import type { JobReference } from './job-reference';
import type { LookError } from './look-error';
import { isEnding } from './status';

export interface TrackedJob {
  readonly reference: JobReference;
  readonly trackedAt: Instant;
  /** Ids that the service gave the job in its answers, unlike the one in the reference. */
  readonly aliases: readonly string[];
  /** As last answered; missing until the first answer. */
  readonly job?: Job | undefined;
  /** Of the last answer. */
  readonly requestId?: string | undefined;
  readonly answeredAt?: Instant | undefined;
  /** When an answer last differed from the one before. */
  readonly changedAt?: Instant | undefined;
  /** How often the job has come to an end; each number is announced once. */
  readonly endingNumber: number;
  /** When the present ending was noticed; missing while the job goes on. */
  readonly endedAt?: Instant | undefined;
  /** Missing when the last look was answered. */
  readonly difficulty?: Difficulty | undefined;
}

export interface Difficulty {
  readonly error: LookError;
  readonly since: Instant;
  /** Looks that failed in a row. */
  readonly attempts: number;
}

export function newlyTracked(reference: JobReference, now: Instant): TrackedJob {
  return { reference, trackedAt: now, aliases: [], endingNumber: 0 };
}

export interface AnswerEffect {
  readonly next: TrackedJob;
  readonly changed: boolean;
  readonly ended: boolean;
}

/** A job that leaves an ending and ends again has ended anew; SUCCESS → COMPLETE is one and the same ending. */
export function withAnswer(tracked: TrackedJob, answer: ShowJobAnswer, now: Instant): AnswerEffect {
  const { job, requestId } = answer;
  const before = tracked.job;
  const differs = JSON.stringify(job) !== JSON.stringify(before);
  const entersEnding = isEnding(job.status) && job.status !== before?.status;
  const sameEnding = before?.status === 'SUCCESS' && job.status === 'COMPLETE';
  const ended = entersEnding && !sameEnding;
  const endedAt = entersEnding ? now : tracked.endedAt;
  return {
    next: {
      reference: tracked.reference,
      trackedAt: tracked.trackedAt,
      aliases: withAlias(tracked, job.jobId),
      job,
      requestId,
      answeredAt: now,
      changedAt: differs && before !== undefined ? now : tracked.changedAt,
      endingNumber: tracked.endingNumber + (ended ? 1 : 0),
      endedAt: isEnding(job.status) ? endedAt : undefined,
    },
    changed: differs || tracked.difficulty !== undefined,
    ended,
  };
}

export function withError(tracked: TrackedJob, error: LookError, now: Instant): TrackedJob {
  const { difficulty } = tracked;
  return {
    ...tracked,
    difficulty: { error, since: difficulty?.since ?? now, attempts: (difficulty?.attempts ?? 0) + 1 },
  };
}

function withAlias(tracked: TrackedJob, id: string | undefined): readonly string[] {
  if (id === undefined || id === tracked.reference.jobId || tracked.aliases.includes(id)) return tracked.aliases;
  return [...tracked.aliases, id];
}
