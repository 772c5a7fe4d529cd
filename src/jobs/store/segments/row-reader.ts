/** Reads rows and answers of segments. Rows are checked by hand: thousands are read when a window opens. */
import { hasMorePartsThan } from '../../../base/json-parts';
import {
  MAX_ALIASES,
  MAX_ENDINGS,
  MAX_FILE_PARTS,
  MAX_INSTANT,
  MAX_RAW_JOB_BYTES,
  MAX_SHOW_JOB_BYTES,
  MAX_SUB_JOBS,
  MIN_RAW_JOB_BYTES,
} from '../../../base/limits';
import type { CutJob, Job, JobEntity, SubJob } from '../../../cloud/api/job';
import { jobKey, type JobKey, type JobReference } from '../../model/job-reference';
import { limitedHistory, type StatusSeen } from '../../model/status-history';
import { PERSISTENT_ERROR_KINDS, type PollFailure, type TrackedJob } from '../../model/tracked-job';
import type { ReadJob } from '../../files/job-file';
import { DamagedRowError, RowTexts, type SharedTexts } from './row-texts';
import { parseLine, RECORD_VERSION } from './segment-line';

/** Of a time that the service sent: those of Date. */
const MAX_TIME_MS = 8_640_000_000_000_000;
const MAX_FAILED_POLLS = 1000;
/** The numbers of a sub-job before those of its entities; the last one is how many entities there are. */
const SUB_JOB_LENGTH = 10;

/** @returns the job, without `raw`; undefined if the row is damaged, or holds another job */
export function readRow(key: JobKey, json: string, texts: SharedTexts): TrackedJob | undefined {
  // A shorter text cannot have that many.
  if (json.length > MAX_FILE_PARTS && hasMorePartsThan(MAX_FILE_PARTS, json)) return undefined;
  try {
    const tracked = new RowReader(JSON.parse(json), texts).read();
    return jobKey(tracked.reference) === key ? tracked : undefined;
  } catch (cause) {
    if (cause instanceof DamagedRowError || cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** @returns `job.raw`; undefined if the line is damaged, or not the job's answer */
export function readAnswer(key: JobKey, line: Buffer, readJob: ReadJob): object | undefined {
  const parsed = parseLine(line);
  if (parsed?.kind !== 'answer' || parsed.key !== key || parsed.isDamaged) return undefined;
  if (parsed.version !== RECORD_VERSION) return undefined;
  const json = line.toString('utf8', parsed.headLength);
  if (hasMorePartsThan(MAX_FILE_PARTS, json)) return undefined;
  try {
    return readJob(JSON.parse(json))?.raw;
  } catch {
    return undefined;
  }
}

/** Throws a DamagedRowError for anything that `writeRow` does not write. */
class RowReader {
  private readonly row: Readonly<Record<string, unknown>>;
  private readonly texts: RowTexts;
  private trackedAt = 0;

  constructor(row: unknown, texts: SharedTexts) {
    if (typeof row !== 'object' || row === null) throw new DamagedRowError();
    this.row = row as Readonly<Record<string, unknown>>;
    this.texts = new RowTexts(this.row['shared'], this.row['own'], texts);
  }

  read(): TrackedJob {
    const { row, texts } = this;
    const fields = listIn(row['job']);
    this.trackedAt = integerIn(fields[3], 0, MAX_INSTANT);
    const endingNumber = integerIn(fields[7], 0, MAX_ENDINGS);
    const ending = row['ending'] === undefined ? undefined : listIn(row['ending']);
    const aliases = listIn(row['aliases']);
    if (aliases.length > MAX_ALIASES) throw new DamagedRowError();
    return {
      reference: this.reference(fields),
      trackedAt: this.trackedAt,
      aliases: aliases.map((number) => texts.text(number)),
      job: row['answer'] === undefined ? undefined : this.job(listIn(row['answer']), listIn(row['subJobs'])),
      requestId: texts.optional(fields[10]),
      answeredAt: this.optionalInstant(fields[4]),
      changedAt: this.optionalInstant(fields[5]),
      history: this.history(listIn(row['history'])),
      endingNumber,
      seenEnding: integerIn(fields[8], 0, endingNumber),
      ending: ending === undefined ? undefined : { status: texts.text(ending[0]), noticedAt: this.instant(ending[1]) },
      pollFailure: row['failure'] === undefined ? undefined : this.pollFailure(listIn(row['failure'])),
      pollWantedAt: this.optionalInstant(fields[6]),
      label: texts.optional(fields[11]),
      muted: integerIn(fields[9], 0, 1) === 1,
    };
  }

  /** With line breaks, two references could have the same key. */
  private reference(fields: readonly unknown[]): JobReference {
    const endpoint = this.texts.text(fields[0]);
    const projectId = this.texts.text(fields[1]);
    const jobId = this.texts.text(fields[2]);
    if (endpoint.includes('\n') || projectId.includes('\n') || jobId.includes('\n')) throw new DamagedRowError();
    return { endpoint, projectId, jobId };
  }

  private job(fields: readonly unknown[], numbers: readonly unknown[]): Job {
    const subJobs: SubJob[] = [];
    let at = 0;
    while (at < numbers.length) {
      const count = integerIn(numbers[at + SUB_JOB_LENGTH - 1], 0, numbers.length);
      const end = at + SUB_JOB_LENGTH + 2 * count;
      if (end > numbers.length || subJobs.length >= MAX_SUB_JOBS) throw new DamagedRowError();
      subJobs.push(this.subJob(numbers, at, this.entities(numbers, at + SUB_JOB_LENGTH, end)));
      at = end;
    }
    // A copy has no room for more sub-jobs.
    const job = this.jobWith(fields, subJobs.slice());
    return this.row['cut'] === undefined ? job : { ...job, cut: cutIn(listIn(this.row['cut'])) };
  }

  // Both list their fields one by one: spreading common fields takes four times as long, and more memory.
  private subJob(numbers: readonly unknown[], at: number, entities: readonly JobEntity[]): SubJob {
    const { texts } = this;
    return {
      jobId: texts.optional(numbers[at]),
      jobType: texts.optional(numbers[at + 1]),
      status: texts.optional(numbers[at + 2]),
      beginTime: this.optionalTime(numbers[at + 3]),
      endTime: this.optionalTime(numbers[at + 4]),
      errorCode: texts.optional(numbers[at + 5]),
      errorMessage: texts.optional(numbers[at + 6]),
      projectId: texts.optional(numbers[at + 7]),
      resourceId: texts.optional(numbers[at + 8]),
      entities,
    };
  }

  private jobWith(numbers: readonly unknown[], subJobs: readonly SubJob[]): Job {
    const { texts } = this;
    return {
      jobId: texts.optional(numbers[0]),
      jobType: texts.optional(numbers[1]),
      status: texts.optional(numbers[2]),
      beginTime: this.optionalTime(numbers[3]),
      endTime: this.optionalTime(numbers[4]),
      errorCode: texts.optional(numbers[5]),
      errorMessage: texts.optional(numbers[6]),
      projectId: texts.optional(numbers[7]),
      resourceId: texts.optional(numbers[8]),
      subJobs,
    };
  }

  private entities(numbers: readonly unknown[], start: number, end: number): JobEntity[] {
    // The first push() would make room for 17 entities; most sub-jobs have one.
    const entities = new Array<JobEntity>((end - start) / 2);
    for (let at = start; at < end; at += 2) {
      const resourceId = this.texts.optional(numbers[at]);
      entities[(at - start) / 2] = { resourceId, resourceType: this.texts.optional(numbers[at + 1]) };
    }
    return entities;
  }

  private history(numbers: readonly unknown[]): readonly StatusSeen[] {
    const history: StatusSeen[] = [];
    for (let at = 0; at < numbers.length; at += 3) {
      const instant = this.instant(numbers[at]);
      const status = this.texts.text(numbers[at + 1]);
      const subJobId = this.texts.optional(numbers[at + 2]);
      // Spreading would give each entry a hidden class of its own: 5 KiB per job.
      history.push(subJobId === undefined ? { at: instant, status } : { at: instant, status, subJobId });
    }
    return limitedHistory(history.slice());
  }

  private pollFailure(fields: readonly unknown[]): PollFailure {
    const { texts } = this;
    const kind = PERSISTENT_ERROR_KINDS.find((each) => each === texts.text(fields[0]));
    if (kind === undefined) throw new DamagedRowError();
    return {
      error: {
        kind,
        httpStatus: fields[1] === null ? undefined : integerIn(fields[1], 100, 599),
        code: texts.optional(fields[2]),
        message: texts.optional(fields[3]),
        requestId: texts.optional(fields[4]),
      },
      since: this.instant(fields[5]),
      attempts: integerIn(fields[6], 1, MAX_FAILED_POLLS),
    };
  }

  private instant(value: unknown): number {
    return integerIn(this.timeAfterTracking(value), 0, MAX_INSTANT);
  }

  private optionalInstant(value: unknown): number | undefined {
    return value === null ? undefined : this.instant(value);
  }

  private optionalTime(value: unknown): number | undefined {
    return value === null ? undefined : integerIn(this.timeAfterTracking(value), -MAX_TIME_MS, MAX_TIME_MS);
  }

  private timeAfterTracking(value: unknown): number {
    if (typeof value !== 'number') throw new DamagedRowError();
    return this.trackedAt + value;
  }
}

function cutIn(fields: readonly unknown[]): CutJob {
  const missingSubJobs = integerIn(fields[0], 0, MAX_SHOW_JOB_BYTES);
  if (fields[1] === null) return { missingSubJobs };
  return { missingSubJobs, maxBytes: integerIn(fields[1], MIN_RAW_JOB_BYTES, MAX_RAW_JOB_BYTES) };
}

function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new DamagedRowError();
  return value;
}

function integerIn(value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) throw new DamagedRowError();
  return value;
}
