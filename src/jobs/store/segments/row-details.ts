/** The sub-jobs and the history of a job in a segment. They stay bytes until they are read. */
import { hasMorePartsThan } from '../../../base/json/json-parts';
import { LazyList } from '../../../base/lazy-list';
import { MAX_FILE_PARTS, MAX_SUB_JOBS } from '../../../base/limits';
import type { JobEntity, SubJob, SubJobs } from '../../../cloud/api/job';
import type { JobKey } from '../../model/job-reference';
import { limitedHistory, type StatusSeen } from '../../model/status-history';
import { DamagedRowError, integerIn, listIn, RowTimes } from './row-checks';
import { type RowReading, RowTexts } from './row-texts';
import type { LinePlace } from './segment-line';

/** The numbers of a sub-job before those of its entities; the last one is how many entities there are. */
const SUB_JOB_LENGTH = 10;

interface Details {
  readonly subJobs: readonly SubJob[];
  readonly history: readonly StatusSeen[];
}

interface DetailsLengths {
  readonly subJobs: number;
  readonly history: number;
}

/** A text of the details' JSON, as it is written there: ids have no escapes. */
const WRITTEN_TEXT = /"([^"\\]*(?:\\.[^"\\]*)*)"/g;

const NO_DETAILS: Details = { subJobs: [], history: [] };

export class RowDetails {
  /** Held weakly: a search of all jobs must not keep the details of thousands in memory. */
  private decoded: WeakRef<Details> | undefined;
  private isDamaged = false;

  constructor(
    private readonly key: JobKey,
    private readonly line: LinePlace,
    private readonly trackedAt: number,
    private readonly lengths: DetailsLengths,
    private readonly reading: RowReading,
  ) {}

  /** Known without decoding. */
  get subJobCount(): number {
    return this.isDamaged ? 0 : this.lengths.subJobs;
  }

  /** Known without decoding. */
  get historyLength(): number {
    return this.isDamaged ? 0 : this.lengths.history;
  }

  /** The details' JSON. */
  json(): string {
    return this.line.bytes.toString('utf8', this.line.headEnd + 1, this.line.end);
  }

  /** @returns empty lists if the details are damaged */
  get(): Details {
    if (this.isDamaged) return NO_DETAILS;
    const known = this.decoded?.deref();
    if (known !== undefined) return known;
    try {
      const details = this.decode();
      this.decoded = new WeakRef(details);
      return details;
    } catch (cause) {
      if (!(cause instanceof DamagedRowError) && !(cause instanceof SyntaxError)) throw cause;
      this.isDamaged = true;
      this.reading.onDamagedDetails(this.key);
      return NO_DETAILS;
    }
  }

  private decode(): Details {
    const json = this.json();
    if (json.length > MAX_FILE_PARTS && hasMorePartsThan(MAX_FILE_PARTS, json)) throw new DamagedRowError();
    const [shared, own, subJobs, history] = listIn(JSON.parse(json));
    const texts = new RowTexts(shared, own, this.reading.texts);
    const reader = new DetailsReader(texts, new RowTimes(this.trackedAt));
    const details = { subJobs: reader.subJobs(listIn(subJobs)), history: reader.history(listIn(history)) };
    const { length } = details.subJobs;
    if (length !== this.lengths.subJobs || details.history.length !== this.lengths.history) throw new DamagedRowError();
    return details;
  }
}

export class StoredSubJobs extends LazyList<SubJob> implements SubJobs {
  constructor(
    private readonly details: RowDetails,
    readonly hasFailed: boolean,
  ) {
    super();
  }

  get length(): number {
    return this.details.subJobCount;
  }

  mayContain(text: string): boolean {
    return (
      this.length > 0 && this.details.json().toLowerCase().includes(JSON.stringify(text).slice(1, -1).toLowerCase())
    );
  }

  firstText(matches: (text: string) => boolean): string | undefined {
    if (this.length === 0) return undefined;
    for (const [, text = ''] of this.details.json().matchAll(WRITTEN_TEXT)) if (matches(text)) return text;
    return undefined;
  }

  protected items(): readonly SubJob[] {
    return this.length === 0 ? [] : this.details.get().subJobs;
  }
}

export class StoredHistory extends LazyList<StatusSeen> {
  constructor(private readonly details: RowDetails) {
    super();
  }

  get length(): number {
    return this.details.historyLength;
  }

  protected items(): readonly StatusSeen[] {
    return this.details.get().history;
  }
}

/** Throws a DamagedRowError for anything that `writeRow` does not write. */
class DetailsReader {
  constructor(
    private readonly texts: RowTexts,
    private readonly times: RowTimes,
  ) {}

  subJobs(numbers: readonly unknown[]): readonly SubJob[] {
    const subJobs: SubJob[] = [];
    let at = 0;
    while (at < numbers.length) {
      const count = integerIn(numbers[at + SUB_JOB_LENGTH - 1], 0, numbers.length);
      const end = at + SUB_JOB_LENGTH + 2 * count;
      if (end > numbers.length || subJobs.length >= MAX_SUB_JOBS) throw new DamagedRowError();
      subJobs.push(this.subJob(numbers, at, this.entities(numbers, at + SUB_JOB_LENGTH, end)));
      at = end;
    }
    return subJobs;
  }

  history(numbers: readonly unknown[]): readonly StatusSeen[] {
    const history: StatusSeen[] = [];
    for (let at = 0; at < numbers.length; at += 3) {
      const instant = this.times.instant(numbers[at]);
      const status = this.texts.text(numbers[at + 1]);
      const subJobId = this.texts.optional(numbers[at + 2]);
      history.push(subJobId === undefined ? { at: instant, status } : { at: instant, status, subJobId });
    }
    return limitedHistory(history);
  }

  private subJob(numbers: readonly unknown[], at: number, entities: readonly JobEntity[]): SubJob {
    const { texts, times } = this;
    return {
      jobId: texts.optional(numbers[at]),
      jobType: texts.optional(numbers[at + 1]),
      status: texts.optional(numbers[at + 2]),
      beginTime: times.optionalTime(numbers[at + 3]),
      endTime: times.optionalTime(numbers[at + 4]),
      errorCode: texts.optional(numbers[at + 5]),
      errorMessage: texts.optional(numbers[at + 6]),
      projectId: texts.optional(numbers[at + 7]),
      resourceId: texts.optional(numbers[at + 8]),
      entities,
    };
  }

  private entities(numbers: readonly unknown[], start: number, end: number): JobEntity[] {
    const entities: JobEntity[] = [];
    for (let at = start; at < end; at += 2) {
      const resourceId = this.texts.optional(numbers[at]);
      entities.push({ resourceId, resourceType: this.texts.optional(numbers[at + 1]) });
    }
    return entities;
  }
}
