/** Writes segments: as pending ones, which count only when `publish` has listed them for good. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { MAX_SEGMENTS } from '../../../base/limits';
import { TEMPORARY_SUFFIX } from '../../../storage/file-system';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import {
  asBuffer,
  newSegmentName,
  segmentNamesIn,
  segmentPath,
  segmentsFolder,
  segmentText,
  type SegmentName,
} from './segment-file';
import { type ListedSegment, type SegmentManifest, withMarks } from './segment-manifest';

type SegmentWriterParts = Pick<WindowContext, 'files' | 'clock' | 'directory'>;

interface NewSegment {
  readonly name: SegmentName;
  /** Segments that it replaces, and the jobs that it has from each. Those removed from there meanwhile do not count. */
  readonly replaced?: ReadonlyMap<SegmentName, ReadonlySet<JobKey>>;
}

export class SegmentWriter {
  /** Listed as a pending segment without a file, until another mover begins: this one may have been suspended for long. */
  private term: SegmentName | undefined;

  constructor(
    private readonly parts: SegmentWriterParts,
    private readonly manifest: SegmentManifest,
  ) {}

  /**
   * Writes a segment and lists it as pending.
   * @returns undefined if that was not possible, e.g. because a newer version wrote the list
   */
  async write(rows: readonly string[], answers: readonly string[]): Promise<SegmentName | undefined> {
    const { files, clock, directory } = this.parts;
    // Before the first segment: without a list, all segments there are would count.
    const before = await this.manifest.change((segments) => segments);
    if (before === 'newer' || before.length >= MAX_SEGMENTS) return undefined;
    const name = newSegmentName();
    const file = segmentPath(directory, name);
    const text = segmentText(rows, answers, clock.now());
    await files.replace(file, text);
    const listed = await this.changeAsMover((segments) => [...segments, { name, pending: true, removed: [] }]);
    if (!listed) return undefined;
    // Another mover may have taken the file for a leftover before it was listed, if this process paused for long.
    const expected = Buffer.from(text);
    const written = await files.readPart(file, 0, expected.length + 1);
    return written !== undefined && asBuffer(written).equals(expected) ? name : undefined;
  }

  /**
   * Lets a pending segment count, in place of others.
   * @returns whether it counts; false if another mover removed it, or one of those it replaces
   */
  async publish({ name, replaced = new Map() }: NewSegment): Promise<boolean> {
    let isPublished = false;
    const isMover = await this.changeAsMover((segments) => {
      const old = segments.filter((segment) => replaced.has(segment.name) && segment.pending !== true);
      const pending = segments.find((segment) => segment.name === name && segment.pending === true);
      isPublished = pending !== undefined && old.length === replaced.size;
      if (pending === undefined || !isPublished) return segments;
      const sinceThen = old.flatMap((each) => each.removed.filter((key) => replaced.get(each.name)?.has(key)));
      const removed = [...new Set([...pending.removed, ...sinceThen])];
      const recovered = old.some((segment) => segment.recovered) ? { recovered: true } : {};
      const published: ListedSegment = { name, ...recovered, removed };
      const last = old.at(-1);
      const listed = segments.filter(
        (segment) => segment !== pending && (segment === last || !replaced.has(segment.name)),
      );
      // In the place of the last one: later segments have later states of jobs.
      return last === undefined
        ? [...listed, published]
        : listed.map((segment) => (segment === last ? published : segment));
    });
    return isMover && isPublished;
  }

  /** Marks jobs as no longer in these segments, unless another mover has begun. */
  async mark(marks: ReadonlyMap<SegmentName, readonly JobKey[]>): Promise<void> {
    if (marks.size > 0) await this.changeAsMover((segments) => withMarks(segments, marks));
  }

  /** Removes segments without jobs from the list, and then their files. */
  async drop(names: readonly SegmentName[]): Promise<void> {
    await this.changeAsMover((segments) => segments.filter(({ name }) => !names.includes(name)));
    await this.removeUnlisted();
  }

  /** Ends the work of other movers, and removes what they left: pending segments, and files that are not in the list. */
  async begin(): Promise<void> {
    const term = newSegmentName();
    this.term = term;
    await this.manifest.change((segments) => [
      ...segments.filter(({ pending }) => pending !== true),
      { name: term, pending: true, removed: [] },
    ]);
    await this.removeUnlisted();
  }

  async end(): Promise<void> {
    await this.changeAsMover((segments) => segments.filter(({ name }) => name !== this.term));
    this.term = undefined;
  }

  /** Changes the list unless another mover has begun. @returns whether none has */
  private async changeAsMover(
    change: (segments: readonly ListedSegment[]) => readonly ListedSegment[],
  ): Promise<boolean> {
    let isMover = false;
    await this.manifest.change((segments) => {
      isMover = this.term !== undefined && segments.some(({ name }) => name === this.term);
      return isMover ? change(segments) : segments;
    });
    return isMover;
  }

  async removeUnlisted(): Promise<void> {
    const { files, directory } = this.parts;
    const names = await files.names(segmentsFolder(directory));
    const segments = await this.manifest.read();
    if (segments === 'newer' || segments.length >= MAX_SEGMENTS) return;
    const listed = new Set(segments.map(({ name }) => name));
    const reports = names.flatMap((name) => /^([0-9a-f]{32})\.segment\.reported$/.exec(name)?.[1] ?? []);
    for (const name of segmentNamesIn(names)) {
      if (!listed.has(name)) await this.removeIfUnlisted(segmentPath(directory, name), name);
    }
    for (const name of reports) {
      if (!listed.has(name)) await files.remove(path.join(segmentsFolder(directory), `${name}.segment.reported`));
    }
  }

  /** Moves the file aside first: a mover that was suspended for long may list it just now, and then checks that it is there. */
  private async removeIfUnlisted(file: string, name: SegmentName): Promise<void> {
    const { files } = this.parts;
    const moved = `${file}.${randomUUID()}${TEMPORARY_SUFFIX}`;
    if (!(await files.move(file, moved))) return;
    const segments = await this.manifest.read();
    if (segments === 'newer' || segments.some((segment) => segment.name === name)) await files.move(moved, file);
    else await files.remove(moved);
  }
}
