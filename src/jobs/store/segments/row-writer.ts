/** Writes what views need of an ended job as a compact row of a segment. */
import type { Job, SubJob } from '../../../cloud/api/job';
import type { Instant } from '../../../base/clock';
import type { PollFailure, TrackedJob } from '../../model/tracked-job';
import { RowTextWriter } from './row-texts';

/**
 * @returns the row as JSON, without `job.raw`. Texts are numbers of RowTexts, and times are milliseconds after
 * `trackedAt`: both are shorter and faster to read.
 */
export function writeRow(tracked: TrackedJob): string {
  const { reference, trackedAt, aliases, job, history, ending, pollFailure } = tracked;
  const texts = new RowTextWriter();
  const time = (instant: Instant | undefined) => (instant === undefined ? null : instant - trackedAt);
  const row = {
    job: [
      texts.sharedNumber(reference.endpoint),
      texts.sharedNumber(reference.projectId),
      texts.ownNumber(reference.jobId),
      trackedAt,
      time(tracked.answeredAt),
      time(tracked.changedAt),
      time(tracked.pollWantedAt),
      tracked.endingNumber,
      tracked.seenEnding,
      tracked.muted ? 1 : 0,
      texts.ownNumber(tracked.requestId),
      texts.ownNumber(tracked.label),
    ],
    ending: ending === undefined ? undefined : [texts.sharedNumber(ending.status), time(ending.noticedAt)],
    failure: pollFailure === undefined ? undefined : failureIn(pollFailure, texts, time),
    cut: job?.cut === undefined ? undefined : [job.cut.missingSubJobs, job.cut.maxBytes ?? null],
    answer: job === undefined ? undefined : fieldsIn(job, texts, time),
    subJobs: job?.subJobs.flatMap((subJob) => subJobIn(subJob, texts, time)),
    history: history.flatMap(({ at, status, subJobId }) => [
      time(at),
      texts.sharedNumber(status),
      texts.ownNumber(subJobId),
    ]),
    aliases: aliases.map((id) => texts.ownNumber(id)),
  };
  return JSON.stringify({ shared: texts.shared, own: texts.own, ...row });
}

type Time = (instant: Instant | undefined) => number | null;

function subJobIn(subJob: SubJob, texts: RowTextWriter, time: Time): (number | null)[] {
  const entities = subJob.entities.flatMap(({ resourceId, resourceType }) => [
    texts.ownNumber(resourceId),
    texts.sharedNumber(resourceType),
  ]);
  return [...fieldsIn(subJob, texts, time), subJob.entities.length, ...entities];
}

function fieldsIn(fields: Omit<Job, 'subJobs'>, texts: RowTextWriter, time: Time): (number | null)[] {
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

function failureIn({ error, since, attempts }: PollFailure, texts: RowTextWriter, time: Time): (number | null)[] {
  const { kind, httpStatus, code, message, requestId } = error as {
    readonly kind: string;
    readonly httpStatus?: number;
    readonly code?: string;
    readonly message?: string;
    readonly requestId?: string;
  };
  return [
    texts.sharedNumber(kind),
    httpStatus ?? null,
    texts.sharedNumber(code),
    texts.sharedNumber(message),
    texts.ownNumber(requestId),
    time(since),
    attempts,
  ];
}
