/**
 * Merges segments that lost many of their jobs, or are small, into one; and removes large answers from them if the disk is
 * almost full of jobs. Apart from that, it copies the lines of jobs as they are.
 */
import { isUtf8 } from 'node:buffer';
import { MAX_SEGMENT_BYTES, MAX_SEGMENT_FILE_BYTES, MAX_SEGMENT_JOBS } from '../../../base/limits';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import { ByteTurns } from './byte-turns';
import type { EndedJobs } from './ended-jobs';
import { MAX_KEPT_ANSWER_BYTES, withoutLargeAnswers } from './removed-answers';
import { asBuffer, type SegmentIndex, type SegmentName, segmentPath } from './segment-file';
import { linesIn, parseLine } from './segment-line';
import type { Manifest } from './segment-manifest';
import type { SegmentWriter } from './segment-writer';

type SegmentMergerParts = Pick<WindowContext, 'files' | 'directory' | 'log'>;

/** So many small segments are worth merging. */
const MIN_SMALL_SEGMENTS = 4;

interface MergeableSegment {
  readonly name: SegmentName;
  /** Jobs that are no longer in it. */
  readonly left: ReadonlySet<JobKey>;
  readonly jobs: number;
  /** Of its rows, and of the answers of its jobs. */
  readonly bytes: number;
  /** Whether more than half of its jobs are no longer in it. */
  readonly isSparse: boolean;
}

interface Lines {
  readonly name: SegmentName;
  readonly keys: ReadonlySet<JobKey>;
  readonly rows: readonly string[];
  readonly answers: readonly string[];
  /** Of these lines. */
  readonly bytes: number;
  readonly fileBytes: number;
}

export class SegmentMerger {
  /** Segments with bytes that are no text, which a copy would change. They stay as they are. */
  private readonly notText = new Set<SegmentName>();
  /** Segments whose large answers were removed, except damaged ones. */
  private readonly withoutAnswers = new Set<SegmentName>();
  private last: { readonly manifest: Manifest; readonly isNeeded: boolean } | undefined;

  constructor(
    private readonly parts: SegmentMergerParts,
    private readonly ended: EndedJobs,
    private readonly writer: SegmentWriter,
  ) {}

  async isNeeded(): Promise<boolean> {
    const manifest = await this.ended.manifest.read();
    if (this.last?.manifest === manifest) return this.last.isNeeded;
    const isNeeded = isWorthIt(await this.mergeable());
    this.last = { manifest, isNeeded };
    return isNeeded;
  }

  /** Call it as the only mover. */
  async mergeAll(): Promise<void> {
    for (;;) {
      if (!isWorthIt(await this.mergeable())) return;
      // A segment must not lose a job that an earlier segment has, too: the earlier state would return.
      await this.writer.mark(await this.ended.older());
      const mergeable = await this.mergeable();
      if (!isWorthIt(mergeable) || !(await this.mergeSome(mergeable))) return;
    }
  }

  /** Whether removeAnswers() would free bytes. */
  async hasLargeAnswers(): Promise<boolean> {
    for (const { name } of await this.copyable()) if (await this.hasLargeAnswer(name)) return true;
    return false;
  }

  /**
   * Removes large answers from segments, the first ones first, until so many bytes are free. Call it as the only mover.
   * @returns the bytes that became free
   */
  async removeAnswers(neededBytes: number): Promise<number> {
    let freeBytes = 0;
    await this.writer.mark(await this.ended.older());
    for (const segment of await this.copyable()) {
      if (freeBytes >= neededBytes) break;
      if (!(await this.hasLargeAnswer(segment.name))) continue;
      const lines = await this.linesIn(segment);
      if (lines === undefined) continue;
      const smaller = { ...lines, ...(await withoutLargeAnswers(lines)) };
      if (segment.left.size === 0 && bytesOf(smaller) >= bytesOf(lines)) {
        // Its large answers are damaged, or of a newer version. They stay.
        this.withoutAnswers.add(segment.name);
        continue;
      }
      const names = await this.merge([smaller]);
      if (names === undefined) break;
      for (const name of names) this.withoutAnswers.add(name);
      freeBytes += lines.fileBytes - bytesOf(smaller);
    }
    return freeBytes;
  }

  private async hasLargeAnswer(name: SegmentName): Promise<boolean> {
    if (this.withoutAnswers.has(name)) return false;
    const { entries } = await this.ended.index(name);
    return [...entries.values()].some(({ answer }) => answer.end - answer.start > MAX_KEPT_ANSWER_BYTES);
  }

  private async mergeable(): Promise<readonly MergeableSegment[]> {
    const isSmall = ({ jobs, bytes }: MergeableSegment) => 2 * jobs < MAX_SEGMENT_JOBS && 2 * bytes < MAX_SEGMENT_BYTES;
    return (await this.copyable()).filter((segment) => segment.isSparse || isSmall(segment));
  }

  /** @returns all segments that can be copied, in the order of the list */
  private async copyable(): Promise<readonly MergeableSegment[]> {
    const segments = await this.ended.manifest.read();
    if (segments === 'newer') return [];
    const copyable: MergeableSegment[] = [];
    for (const { name, removed, pending } of segments) {
      const index = await this.ended.index(name);
      // It may have an earlier state of any job, which would return.
      if (index.state === 'unread') return [];
      if (pending === true || index.state !== 'ours' || this.notText.has(name)) continue;
      const left = new Set(removed.filter((key) => index.entries.has(key)));
      const all = linesOf(index);
      const jobs = all - left.size;
      const isSparse = jobs === 0 || 2 * jobs < all;
      copyable.push({ name, left, jobs, bytes: bytesIn(index, left), isSparse });
    }
    return copyable;
  }

  /** @returns whether segments were merged */
  private async mergeSome(mergeable: readonly MergeableSegment[]): Promise<boolean> {
    // Sparse ones first: they are why this is worth it.
    const inTurn = [...mergeable].sort((a, b) => Number(b.isSparse) - Number(a.isSparse));
    const chosen: Lines[] = [];
    for (const segment of inTurn) {
      const jobs = chosen.reduce((sum, { rows }) => sum + rows.length, 0) + segment.jobs;
      if (chosen.length > 0 && jobs > MAX_SEGMENT_JOBS) continue;
      const lines = await this.linesIn(segment);
      if (lines === undefined) return true;
      const bytes = chosen.reduce((sum, each) => sum + each.bytes, 0) + lines.bytes;
      if (chosen.length === 0 || bytes <= MAX_SEGMENT_BYTES) chosen.push(lines);
    }
    const isSmaller = chosen.length > 1 || inTurn[0]?.isSparse === true;
    if (!isSmaller) return false;
    // In the order of the list.
    const order = new Map(mergeable.map(({ name }, index) => [name, index]));
    chosen.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
    return (await this.merge(chosen)) !== undefined;
  }

  /** @returns the new segments: none if no line is left; undefined if the old ones stay */
  private async merge(lines: readonly Lines[]): Promise<readonly SegmentName[] | undefined> {
    const replaced = new Map(lines.map((each) => [each.name, each.keys]));
    const rows = lines.flatMap((each) => each.rows);
    const answers = lines.flatMap((each) => each.answers);
    if (rows.length === 0 && answers.length === 0) {
      await this.writer.drop([...replaced.keys()]);
      return [];
    }
    const name = await this.writer.write(rows, answers);
    if (name === undefined || !(await this.writer.publish({ name, replaced }))) return undefined;
    await this.writer.removeUnlisted();
    this.parts.log.debug(`${replaced.size} segments were replaced by ${name}.`);
    return [name];
  }

  /** Works in parts, so that other work has its turn. @returns the lines to keep; undefined if the segment cannot be copied */
  private async linesIn({ name, left }: MergeableSegment): Promise<Lines | undefined> {
    const file = segmentPath(this.parts.directory, name);
    const read = await this.parts.files.readPart(file, 0, MAX_SEGMENT_FILE_BYTES);
    const bytes = read === undefined ? undefined : asBuffer(read);
    if (bytes === undefined || bytes.length === MAX_SEGMENT_FILE_BYTES || !isUtf8(bytes)) {
      this.notText.add(name);
      return undefined;
    }
    const { rowsEnd } = await this.ended.index(name);
    const keys = new Set<JobKey>();
    const rows: string[] = [];
    const answers: string[] = [];
    let length = 0;
    const turns = new ByteTurns();
    for (const { start, end } of linesIn(bytes)) {
      await turns.after(end - start);
      if (start === 0) continue;
      const line = parseLine(bytes.subarray(start, end));
      if (line !== undefined && left.has(line.key)) continue;
      const isRow = line === undefined ? start < rowsEnd : line.kind === 'row';
      (isRow ? rows : answers).push(bytes.toString('utf8', start, end));
      if (isRow && line !== undefined) keys.add(line.key);
      length += end - start;
    }
    return { name, keys, rows, answers, bytes: length, fileBytes: bytes.length };
  }
}

function bytesOf({ rows, answers }: Pick<Lines, 'rows' | 'answers'>): number {
  return [...rows, ...answers].reduce((sum, line) => sum + Buffer.byteLength(line), 0);
}

/** @returns the bytes of the rows and of the answers to keep */
function bytesIn({ rowsEnd, entries }: SegmentIndex, left: ReadonlySet<JobKey>): number {
  let bytes = rowsEnd;
  for (const [key, { answer }] of entries) if (!left.has(key)) bytes += answer.end - answer.start;
  return bytes;
}

function linesOf({ entries, damagedRows, newerRows }: SegmentIndex): number {
  const damagedEntries = [...entries.values()].filter(({ isDamaged }) => isDamaged).length;
  return entries.size - damagedEntries + damagedRows + newerRows;
}

function isWorthIt(mergeable: readonly MergeableSegment[]): boolean {
  return mergeable.some(({ isSparse }) => isSparse) || mergeable.length >= MIN_SMALL_SEGMENTS;
}
