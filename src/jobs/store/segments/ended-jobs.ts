/** The ended jobs that are in segments: reads them, and marks those that are no longer in them. */
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../base/emitter';
import type { Disposable } from '../../../base/disposable';
import { partsOf } from '../../../base/parts-of';
import { MAX_ADOPTED_JOBS, MAX_JOB_FILE_BYTES, MAX_SEGMENT_FILE_BYTES } from '../../../base/limits';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import type { TrackedJob } from '../../model/tracked-job';
import { withRaw } from '../../files/documented-answer';
import type { ReadJob } from '../../files/job-file';
import type { KeyedJob } from '../../files/job-files';
import { readAnswer, readRow } from './row-reader';
import { type RowReading, SharedTexts } from './row-texts';
import { asBuffer, type SegmentEntry, type SegmentIndex, type SegmentName, segmentPath } from './segment-file';
import { SegmentIndexes } from './segment-indexes';
import { linesIn, type Span } from './segment-line';
import { type ListedSegment, type Manifest, SegmentManifest, withMarks } from './segment-manifest';

export type EndedJobsParts = WindowContext & {
  readonly readJob: ReadJob;
  readonly timeScale?: number;
  /** Called with the path of a file in which jobs are damaged, or that was moved aside. */
  readonly onQuarantine: (file: string) => void;
};

/** A job in a segment. `unreadable`: its record is damaged. */
export type EndedJob =
  | {
      readonly kind: 'ours';
      readonly content: TrackedJob;
      readonly segment: ListedSegment;
      /** Whether the sub-jobs and the history cannot be decoded. The content has none then, so it must not be written. */
      readonly hasDamagedDetails: boolean;
    }
  | { readonly kind: 'unreadable' | 'absent' };

/** Where a job is. */
export interface EndedJobPlace {
  readonly segment: ListedSegment;
  /** Of the segment in the list. */
  readonly index: number;
  readonly entry: SegmentEntry;
}

export interface EndedJobPlaces {
  readonly places: ReadonlyMap<JobKey, EndedJobPlace>;
  /** The last segment that cannot be read now; undefined if all can. */
  readonly unread?: { readonly index: number; readonly failure: unknown } | undefined;
}

/** Bytes of the heads of rows that are read before other work has its turn. */
const PART_BYTES = 256 * 1024;
/** Segments that are read at the same time. */
const MAX_CONCURRENT_READS = 4;
/** How often the list is read again if a segment in it is missing: another window has just merged it. */
const MAX_READS = 5;

export class EndedJobs implements Disposable {
  readonly manifest: SegmentManifest;
  private readonly indexes: SegmentIndexes;
  private readonly readable: Emitter<undefined>;
  private last: { readonly manifest: Manifest; readonly places: EndedJobPlaces } | undefined;
  private readonly reading: RowReading;

  constructor(private readonly parts: EndedJobsParts) {
    this.manifest = new SegmentManifest(parts);
    this.indexes = new SegmentIndexes(parts, () => {
      this.forgetUnread();
    });
    this.readable = new Emitter((cause) => {
      parts.log.error(`Ended jobs could not be read again: ${String(cause)}`);
    });
    const onDamagedDetails = (key: JobKey) => {
      parts.log.warn(`The sub-jobs of the ended job ${key} are damaged and are not shown.`);
    };
    this.reading = { texts: new SharedTexts(), onDamagedDetails };
  }

  /** Calls the listener soon after ended jobs changed, or when those that could not be read may be read again. */
  watch(listener: () => void): Disposable {
    const disposables = [this.manifest.watch(listener), this.readable.event(listener)];
    return {
      dispose: () => {
        for (const disposable of disposables) disposable.dispose();
      },
    };
  }

  /** Nothing is read again by itself from then on. */
  dispose(): void {
    this.indexes.dispose();
  }

  /**
   * Reads the segments that are new.
   * @returns the places of jobs in segments; the same object as before if they are unchanged
   */
  async all(): Promise<EndedJobPlaces> {
    try {
      return await this.readPlaces();
    } catch (failure) {
      this.indexes.retryLater();
      return { places: this.last?.places.places ?? new Map(), unread: { index: Infinity, failure } };
    }
  }

  /**
   * Call it under the job's lock, after its file was found missing. Rejects if it is not known whether a segment has the job.
   * @returns the whole job
   */
  async read(key: JobKey): Promise<EndedJob> {
    for (let attempt = 0; attempt < MAX_READS; attempt += 1) {
      const place = await this.placeOf(key);
      if (place === undefined) return { kind: 'absent' };
      if (place.entry.isDamaged) return { kind: 'unreadable' };
      const { segment, entry } = place;
      let hasDamagedDetails = false;
      const onDamagedDetails = () => {
        hasDamagedDetails = true;
        this.reading.onDamagedDetails(key);
      };
      const tracked = readRow(key, entry.row, { ...this.reading, onDamagedDetails });
      if (tracked === undefined) return { kind: 'unreadable' };
      // Decodes the sub-jobs, too.
      tracked.history.at(0);
      const raw = await this.readAnswer(key, place);
      // The segment was merged into another one meanwhile, which has the answer.
      if (raw === 'missing') continue;
      return { kind: 'ours', content: withAnswer(tracked, raw), segment, hasDamagedDetails };
    }
    return { kind: 'unreadable' };
  }

  /** @returns the line of the job's row; undefined if it is in no segment */
  async readRowLine(key: JobKey): Promise<string | undefined> {
    const place = await this.placeOf(key);
    return place === undefined
      ? undefined
      : (await this.readSpan(place.segment.name, place.entry.row))?.toString('utf8');
  }

  /** Reads jobs without `raw`, in parts. Leaves out those that are in no segment, or damaged, or that cannot be read now. */
  async *readRows(keys: readonly JobKey[]): AsyncGenerator<readonly KeyedJob[]> {
    const { places } = await this.all();
    let jobs: KeyedJob[] = [];
    let readBytes = 0;
    for (const key of keys) {
      const row = places.get(key)?.entry.row;
      if (row === undefined || row.isDamaged) continue;
      // The checksums were compared when the index was made, and the file does not change.
      const tracked = readRow(key, row, this.reading);
      if (tracked === undefined) this.parts.log.warn(`The ended job ${key} is damaged and is left as it is.`);
      else jobs.push([key, tracked]);
      readBytes += row.headEnd - row.jsonStart;
      if (jobs.length < MAX_ADOPTED_JOBS && readBytes < PART_BYTES) continue;
      yield jobs;
      await setImmediate();
      jobs = [];
      readBytes = 0;
    }
    if (jobs.length > 0) yield jobs;
  }

  /** Marks jobs as no longer in any segment. */
  async removeAll(keys: readonly JobKey[]): Promise<void> {
    const segments = await this.manifest.read();
    if (segments === 'newer' || segments.length === 0) return;
    const marks = new Map<SegmentName, readonly JobKey[]>();
    for (const { name, removed } of segments) {
      const { entries, state } = await this.index(name);
      // One that cannot be read may have any of them.
      const found = state === 'unread' ? keys : keys.filter((key) => entries.has(key));
      const marked = new Set(found.length > 0 ? removed : []);
      const unmarked = found.filter((key) => !marked.has(key));
      if (unmarked.length > 0) marks.set(name, unmarked);
    }
    await this.mark(marks);
  }

  /** @returns the jobs of each segment that a later one has, too */
  async older(): Promise<ReadonlyMap<SegmentName, readonly JobKey[]>> {
    const segments = await this.manifest.read();
    const later = new Set<JobKey>();
    const marks = new Map<SegmentName, readonly JobKey[]>();
    for (const { name, pending, removed } of segments === 'newer' ? [] : [...segments].reverse()) {
      if (pending === true) continue;
      const { entries } = await this.index(name);
      const marked = new Set(removed);
      const older = [...entries.keys()].filter((key) => later.has(key) && !marked.has(key));
      if (older.length > 0) marks.set(name, older);
      for (const [key, { isDamaged }] of entries) if (!isDamaged || marked.has(key)) later.add(key);
    }
    return marks;
  }

  /** Marks jobs as no longer in these segments. */
  private async mark(marks: ReadonlyMap<SegmentName, readonly JobKey[]>): Promise<void> {
    if (marks.size === 0) return;
    await this.manifest.change((segments) => withMarks(segments, marks));
  }

  /** @returns what the segment holds; nothing if its file is missing or cannot be read now, or if a newer version wrote it */
  index(name: SegmentName): Promise<SegmentIndex> {
    return this.indexes.get(name);
  }

  /** @returns undefined if no segment has the job. Rejects if that is not known, or if a later state of it may exist. */
  private async placeOf(key: JobKey): Promise<EndedJobPlace | undefined> {
    const { places, unread } = await this.readPlaces();
    const place = places.get(key);
    // Before a job moves again, its earlier record is marked; but a list that was made again has no marks.
    const mayBeLast =
      unread === undefined || (place !== undefined && (!place.segment.recovered || place.index > unread.index));
    if (!mayBeLast) throw unread.failure;
    return place;
  }

  private forgetUnread(): void {
    this.indexes.deleteUnread();
    if (this.last?.places.unread !== undefined) this.last = undefined;
    this.readable.fire(undefined);
  }

  private async readPlaces(): Promise<EndedJobPlaces> {
    for (let attempt = 1; ; attempt += 1) {
      const manifest = await this.manifest.read();
      if (this.last?.manifest === manifest) return this.last.places;
      const { places, isComplete } = await this.placesIn(manifest);
      // Another window may have merged a missing segment into another one since the list was read.
      if (!isComplete && attempt < MAX_READS && (await this.manifest.read()) !== manifest) continue;
      this.last = { manifest, places };
      return places;
    }
  }

  private async placesIn(manifest: Manifest) {
    const segments = manifest === 'newer' ? [] : manifest;
    const places = new Map<JobKey, EndedJobPlace>();
    let isComplete = true;
    let unread: EndedJobPlaces['unread'];
    // A pending one may not have its file yet.
    const indexes = await this.indexesOf(segments.filter(({ pending }) => pending !== true));
    for (const [index, segment] of segments.entries()) {
      const held = indexes.get(segment.name);
      if (held === undefined) continue;
      const removed = new Set(segment.removed);
      const { entries, state, failure } = held;
      if (state === 'missing') isComplete = false;
      if (state === 'unread') unread = { index, failure };
      for (const [key, entry] of entries) {
        // The last segment counts, also if the job was removed from it: an earlier one has an older state of the job.
        if (removed.has(key)) places.delete(key);
        else if (!entry.isDamaged || !places.has(key)) places.set(key, { segment, index, entry });
      }
    }
    this.indexes.keepOnly(new Set(segments.map(({ name }) => name)));
    return { places: { places, unread }, isComplete };
  }

  private async indexesOf(segments: readonly ListedSegment[]): Promise<ReadonlyMap<SegmentName, SegmentIndex>> {
    const indexes = new Map<SegmentName, SegmentIndex>();
    for (const some of partsOf(segments, MAX_CONCURRENT_READS)) {
      for (const index of await Promise.all(some.map(({ name }) => this.index(name)))) indexes.set(index.name, index);
    }
    return indexes;
  }

  /** @returns undefined if the file is missing */
  private async readSpan(name: SegmentName, { start, end }: Span): Promise<Buffer | undefined> {
    const bytes = await this.parts.files.readPart(segmentPath(this.parts.directory, name), start, end - start);
    if (bytes !== undefined) return asBuffer(bytes);
    this.indexes.delete(name);
    this.last = undefined;
    return undefined;
  }

  /**
   * @returns undefined if the answer is damaged, so that the documented fields remain; `removed` if it was removed to save
   * space; `missing` if the segment's file is missing
   */
  private async readAnswer(
    key: JobKey,
    { segment, entry }: EndedJobPlace,
  ): Promise<object | undefined | 'removed' | 'missing'> {
    const { start, end } = entry.answer;
    if (end - start <= MAX_JOB_FILE_BYTES) {
      const bytes = await this.readSpan(segment.name, entry.answer);
      if (bytes === undefined) return 'missing';
      const raw = readAnswer(key, bytes, this.parts.readJob);
      if (raw !== undefined) return raw;
    }
    // A damaged row before this one does not say where its answer ends.
    const bytes = await this.readSpan(segment.name, { start: 0, end: MAX_SEGMENT_FILE_BYTES });
    if (bytes === undefined) return 'missing';
    for (const line of linesIn(bytes)) {
      const raw = readAnswer(key, bytes.subarray(line.start, line.end), this.parts.readJob);
      if (raw !== undefined) return raw;
    }
    this.parts.log.warn(`The answer of the ended job ${key} is damaged. Its documented fields are used.`);
    return undefined;
  }
}

function withAnswer(tracked: TrackedJob, raw: object | undefined | 'removed'): TrackedJob {
  const { job } = tracked;
  if (job === undefined) return tracked;
  return { ...tracked, job: raw === 'removed' ? withRaw(job) : { ...job, raw } };
}
