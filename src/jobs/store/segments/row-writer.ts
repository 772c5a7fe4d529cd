/** Writes what views need of an ended job as a compact row of a segment. */
import type { JobFields, SubJob } from '../../../cloud/api/job';
import type { Instant } from '../../../base/clock';
import { hasFailedSubJob } from '../../model/job-status';
import type { PollFailure, TrackedJob } from '../../model/tracked-job';
import { RowTextWriter } from './row-texts';

/** A row as JSON, without `job.raw`. */
export interface Row {
  /** What the list of jobs needs. */
  readonly head: string;
  /** The sub-jobs and the history, which are read when they are shown. */
  readonly details: string;
}

/** In a head, instead of the id by which the job is tracked: most jobs have it twice. */
export const SAME_ID = 0;

type OwnText = (text: string | undefined) => string | typeof SAME_ID | null;
type Time = (instant: Instant | undefined) => number | null;

/** Times are milliseconds after `trackedAt`, which are shorter. */
export function writeRow(tracked: TrackedJob): Row {
  const time = (instant: Instant | undefined) => (instant === undefined ? null : instant - tracked.trackedAt);
  return { head: JSON.stringify(headOf(tracked, time)), details: JSON.stringify(detailsOf(tracked, time)) };
}

function headOf(tracked: TrackedJob, time: Time): unknown[] {
  const { reference, aliases, job, ending, pollFailure } = tracked;
  const own: OwnText = (text) => (text === reference.jobId ? SAME_ID : (text ?? null));
  return [
    reference.endpoint,
    reference.projectId,
    reference.jobId,
    tracked.trackedAt,
    time(tracked.answeredAt),
    time(tracked.changedAt),
    time(tracked.pollWantedAt),
    tracked.endingNumber,
    tracked.seenEnding,
    tracked.muted ? 1 : 0,
    own(tracked.requestId),
    own(tracked.label),
    aliases.map(own),
    ending === undefined ? null : [ending.status, time(ending.noticedAt)],
    pollFailure === undefined ? null : failureIn(pollFailure, own, time),
    job === undefined
      ? null
      : [
          job.fingerprint ?? null,
          job.cut?.missingSubJobs ?? null,
          job.cut?.maxBytes ?? null,
          job.subJobs.length,
          hasFailedSubJob(job) ? 1 : 0,
          own(job.jobId),
          job.jobType ?? null,
          job.status ?? null,
          time(job.beginTime),
          time(job.endTime),
          job.errorCode ?? null,
          job.errorMessage ?? null,
          job.projectId ?? null,
          own(job.resourceId),
        ],
    tracked.history.length,
  ];
}

/** Texts are numbers of RowTexts, which are shorter and faster to read. */
function detailsOf({ job, history }: TrackedJob, time: Time): unknown[] {
  const texts = new RowTextWriter();
  const subJobs = job?.subJobs.flatMap((subJob) => subJobIn(subJob, texts, time)) ?? [];
  const statuses = history.flatMap(({ at, status, subJobId }) => [
    time(at),
    texts.sharedNumber(status),
    texts.ownNumber(subJobId),
  ]);
  return [texts.shared, texts.own, subJobs, statuses];
}

function subJobIn(subJob: SubJob, texts: RowTextWriter, time: Time): (number | null)[] {
  const entities = subJob.entities.flatMap(({ resourceId, resourceType }) => [
    texts.ownNumber(resourceId),
    texts.sharedNumber(resourceType),
  ]);
  return [...fieldsIn(subJob, texts, time), subJob.entities.length, ...entities];
}

function fieldsIn(fields: JobFields, texts: RowTextWriter, time: Time): (number | null)[] {
  return [
    texts.ownNumber(fields.jobId),
    texts.sharedNumber(fields.jobType),
    texts.sharedNumber(fields.status),
    time(fields.beginTime),
    time(fields.endTime),
    texts.sharedNumber(fields.errorCode),
    texts.sharedNumber(fields.errorMessage),
    texts.sharedNumber(fields.projectId),
    texts.ownNumber(fields.resourceId),
  ];
}

function failureIn({ error, since, attempts }: PollFailure, own: OwnText, time: Time): unknown[] {
  const { kind, httpStatus, code, message, requestId } = error as {
    readonly kind: string;
    readonly httpStatus?: number;
    readonly code?: string;
    readonly message?: string;
    readonly requestId?: string;
  };
  return [kind, httpStatus ?? null, code ?? null, message ?? null, own(requestId), time(since), attempts];
}
