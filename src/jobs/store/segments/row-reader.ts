/** Reads the heads of rows, and answers of segments. */
import { hasMorePartsThan } from '../../../base/json/json-parts';
import {
  MAX_ALIASES,
  MAX_ENDINGS,
  MAX_FIELD_LENGTH,
  MAX_FILE_PARTS,
  MAX_INSTANT,
  MAX_RAW_JOB_BYTES,
  MAX_SHOW_JOB_BYTES,
  MAX_SUB_JOBS,
  MIN_RAW_JOB_BYTES,
} from '../../../base/limits';
import type { CutJob, Job } from '../../../cloud/api/job';
import { jobKey, type JobKey, type JobReference } from '../../model/job-reference';
import { MAX_HISTORY_LENGTH } from '../../model/status-history';
import { PERSISTENT_ERROR_KINDS, type PollFailure, type TrackedJob } from '../../model/tracked-job';
import type { ReadJob } from '../../files/job-file';
import { REMOVED_ANSWER } from './removed-answers';
import { DamagedRowError, integerIn, listIn, RowTimes } from './row-checks';
import { RowDetails, StoredHistory, StoredSubJobs } from './row-details';
import type { RowReading } from './row-texts';
import { SAME_ID } from './row-writer';
import { type LinePlace, parseLine, RECORD_VERSION } from './segment-line';

const MAX_FAILED_POLLS = 1000;
const NO_ALIASES: readonly string[] = [];

/**
 * The job keeps the bytes of the line for its details, which are decoded when they are read.
 * @returns the job, without `raw`; undefined if the row is damaged, or holds another job
 */
export function readRow(key: JobKey, line: LinePlace, reading: RowReading): TrackedJob | undefined {
  const json = line.bytes.toString('utf8', line.jsonStart, line.headEnd);
  // A shorter text cannot have that many.
  if (json.length > MAX_FILE_PARTS && hasMorePartsThan(MAX_FILE_PARTS, json)) return undefined;
  try {
    return new RowReader(key, listIn(JSON.parse(json)), reading).read(line);
  } catch (cause) {
    if (cause instanceof DamagedRowError || cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** @returns `job.raw`; undefined if the line is damaged, or not the job's answer; `removed` if it was removed to save space */
export function readAnswer(key: JobKey, bytes: Buffer, readJob: ReadJob): object | undefined | 'removed' {
  const line = parseLine(bytes);
  if (line?.kind !== 'answer' || line.key !== key || line.isDamaged) return undefined;
  if (line.version !== RECORD_VERSION) return undefined;
  const json = bytes.toString('utf8', line.jsonStart);
  if (json === REMOVED_ANSWER) return 'removed';
  if (hasMorePartsThan(MAX_FILE_PARTS, json)) return undefined;
  try {
    return readJob(JSON.parse(json))?.raw;
  } catch {
    return undefined;
  }
}

/** Throws a DamagedRowError for anything that `writeRow` does not write. */
class RowReader {
  private readonly times: RowTimes;
  private readonly reference: JobReference;
  private readonly trackedAt: number;

  constructor(
    private readonly key: JobKey,
    private readonly head: readonly unknown[],
    private readonly reading: RowReading,
  ) {
    this.reference = this.referenceIn(head);
    this.trackedAt = integerIn(head[3], 0, MAX_INSTANT);
    this.times = new RowTimes(this.trackedAt);
  }

  read(line: LinePlace): TrackedJob {
    const { head, times } = this;
    const endingNumber = integerIn(head[7], 0, MAX_ENDINGS);
    const ending = head[13] === null ? undefined : listIn(head[13]);
    const fields = head[15] === null ? undefined : listIn(head[15]);
    const lengths = {
      subJobs: fields === undefined ? 0 : integerIn(fields[3], 0, MAX_SUB_JOBS),
      history: integerIn(head[16], 0, MAX_HISTORY_LENGTH),
    };
    const details = new RowDetails(this.key, line, this.trackedAt, lengths, this.reading);
    return {
      reference: this.reference,
      trackedAt: this.trackedAt,
      aliases: this.aliases(listIn(head[12])),
      job: fields === undefined ? undefined : this.job(fields, details),
      requestId: this.own(head[10]),
      answeredAt: times.optionalInstant(head[4]),
      changedAt: times.optionalInstant(head[5]),
      history: new StoredHistory(details),
      endingNumber,
      seenEnding: integerIn(head[8], 0, endingNumber),
      ending:
        ending === undefined
          ? undefined
          : { status: this.required(this.shared(ending[0])), noticedAt: times.instant(ending[1]) },
      pollFailure: head[14] === null ? undefined : this.pollFailure(listIn(head[14])),
      pollWantedAt: times.optionalInstant(head[6]),
      label: this.own(head[11]),
      muted: integerIn(head[9], 0, 1) === 1,
    };
  }

  private referenceIn(head: readonly unknown[]): JobReference {
    const { texts } = this.reading;
    const [endpoint, projectId, jobId] = [textIn(head[0]), textIn(head[1]), textIn(head[2])];
    // With line breaks, two references could have the same key.
    if (endpoint.includes('\n') || projectId.includes('\n') || jobId.includes('\n')) throw new DamagedRowError();
    const reference = { endpoint: texts.get(endpoint), projectId: texts.get(projectId), jobId };
    if (jobKey(reference) !== this.key) throw new DamagedRowError();
    return reference;
  }

  private aliases(values: readonly unknown[]): readonly string[] {
    if (values.length > MAX_ALIASES) throw new DamagedRowError();
    return values.length === 0 ? NO_ALIASES : values.map((value) => this.required(this.own(value)));
  }

  private job(fields: readonly unknown[], details: RowDetails): Job {
    const { times } = this;
    const fingerprint = fields[0] === null ? undefined : integerIn(fields[0], 0, Number.MAX_SAFE_INTEGER);
    const subJobs = new StoredSubJobs(details, integerIn(fields[4], 0, 1) === 1);
    // Each field by itself: spreading takes four times as long, and more memory.
    const job = {
      jobId: this.own(fields[5]),
      jobType: this.shared(fields[6]),
      status: this.shared(fields[7]),
      beginTime: times.optionalTime(fields[8]),
      endTime: times.optionalTime(fields[9]),
      errorCode: this.shared(fields[10]),
      errorMessage: this.shared(fields[11]),
      projectId: this.shared(fields[12]),
      resourceId: this.own(fields[13]),
      subJobs,
      fingerprint,
    };
    return fields[1] === null ? job : { ...job, cut: cutIn(fields) };
  }

  private pollFailure(fields: readonly unknown[]): PollFailure {
    const kind = PERSISTENT_ERROR_KINDS.find((each) => each === fields[0]);
    if (kind === undefined) throw new DamagedRowError();
    return {
      error: {
        kind,
        httpStatus: fields[1] === null ? undefined : integerIn(fields[1], 100, 599),
        code: this.shared(fields[2]),
        message: this.shared(fields[3]),
        requestId: this.own(fields[4]),
      },
      since: this.times.instant(fields[5]),
      attempts: integerIn(fields[6], 1, MAX_FAILED_POLLS),
    };
  }

  /** Of a text that no other row is likely to have. */
  private own(value: unknown): string | undefined {
    if (value === null) return undefined;
    return value === SAME_ID ? this.reference.jobId : textIn(value);
  }

  /** Of a text that other rows are likely to have, too. */
  private shared(value: unknown): string | undefined {
    return value === null ? undefined : this.reading.texts.get(textIn(value));
  }

  private required(text: string | undefined): string {
    if (text === undefined) throw new DamagedRowError();
    return text;
  }
}

function cutIn(fields: readonly unknown[]): CutJob {
  const missingSubJobs = integerIn(fields[1], 0, MAX_SHOW_JOB_BYTES);
  if (fields[2] === null) return { missingSubJobs };
  return { missingSubJobs, maxBytes: integerIn(fields[2], MIN_RAW_JOB_BYTES, MAX_RAW_JOB_BYTES) };
}

function textIn(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_FIELD_LENGTH) throw new DamagedRowError();
  return value;
}
