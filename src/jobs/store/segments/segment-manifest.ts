/** The list of segments, `ended/segments.json`: which ones count, and which of their jobs are no longer in them. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Disposable } from '../../../base/disposable';
import { MAX_MANIFEST_BYTES, MAX_SEGMENTS } from '../../../base/limits';
import { withLockRetried } from '../../../storage/file-lock';
import { readOr } from '../../../storage/file-system';
import { Quarantine } from '../../../storage/quarantine';
import { readVersionedJson } from '../../../storage/versioned-json';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import {
  isSegmentName,
  readSegmentIndex,
  segmentNamesIn,
  segmentPath,
  segmentsFolder,
  type SegmentName,
} from './segment-file';

export interface ListedSegment {
  readonly name: SegmentName;
  /** Its jobs do not count yet: they still have files, or are in other segments. */
  readonly pending?: boolean | undefined;
  /** The list was lost when this segment was in it: endings that are not claimed may have been announced. */
  readonly recovered?: boolean | undefined;
  /** Jobs that were removed, or changed and have files again. */
  readonly removed: readonly JobKey[];
}

/** The last segment that has a job counts for it. `newer`: a newer version wrote the list, and this version leaves it alone. */
export type Manifest = readonly ListedSegment[] | 'newer';

const VERSION = 1;

const schema = v.object({
  version: v.literal(VERSION),
  segments: v
    .array(
      v.object({
        name: v.string().assert(isSegmentName, 'not a name of a segment'),
        pending: v.boolean().optional(),
        recovered: v.boolean().optional(),
        removed: v.array(v.string().assert(isSegmentName, 'not a job key')),
      }),
    )
    .assert(({ length }) => length <= MAX_SEGMENTS, 'too many segments')
    .assert((segments) => new Set(segments.map(({ name }) => name)).size === segments.length, 'a segment twice'),
});

type Content = { readonly kind: 'ours'; readonly segments: Manifest } | { readonly kind: 'absent' | 'unreadable' };

export type ManifestParts = WindowContext & { readonly timeScale?: number };

export class SegmentManifest {
  readonly file: string;
  private readonly quarantine: Quarantine;
  private last: { readonly stamp: string | undefined; readonly text: string; readonly segments: Manifest } | undefined;
  private isWarned = false;

  constructor(private readonly parts: ManifestParts) {
    this.file = path.join(segmentsFolder(parts.directory), 'segments.json');
    this.quarantine = new Quarantine({ ...parts, onQuarantine: () => undefined }, 'holds no list of segments');
  }

  /** @returns the list as it is on disk; the same object as before if it is unchanged */
  async read(): Promise<Manifest> {
    const content = await this.load();
    if (content.kind === 'ours') return content.segments;
    if (content.kind === 'absent' && (await this.segmentNames()).length === 0) return NO_SEGMENTS;
    await this.recover();
    const recovered = await this.load();
    return recovered.kind === 'ours' ? recovered.segments : NO_SEGMENTS;
  }

  /**
   * Replaces the list. Does nothing if a newer version wrote it.
   * @param change returns the same list to leave it as it is. It may be called more than once.
   * @returns the list after that
   */
  async change(change: (segments: readonly ListedSegment[]) => readonly ListedSegment[]): Promise<Manifest> {
    await this.read();
    return withLockRetried(this.parts, this.file, async (replace) => {
      const content = await this.load();
      if (content.kind === 'unreadable') throw new Error(`${this.file} was damaged just now.`);
      const before = content.kind === 'ours' ? content.segments : NO_SEGMENTS;
      if (before === 'newer') return before;
      const after = change(before);
      if (after !== before || content.kind === 'absent') await replace(textOf(after));
      return after;
    });
  }

  /** Calls the listener soon after the list changed, perhaps more than once. */
  watch(listener: () => void): Disposable {
    return this.parts.files.watch(segmentsFolder(this.parts.directory), (names) => {
      if (names === undefined || names.has(path.basename(this.file))) listener();
    });
  }

  private async load(): Promise<Content> {
    const { files } = this.parts;
    const stamp = await files.stamp(this.file);
    if (stamp === undefined) return { kind: 'absent' };
    if (stamp === this.last?.stamp) return { kind: 'ours', segments: this.last.segments };
    const text = await readOr(files, this.file, MAX_MANIFEST_BYTES, (read) => read, UNUSABLE);
    if (text === undefined) return { kind: 'absent' };
    if (text === this.last?.text) {
      this.last = { ...this.last, stamp };
      return { kind: 'ours', segments: this.last.segments };
    }
    const stored = readVersionedJson(text, VERSION, schema);
    if (stored.kind === 'newer') this.warnOfNewer();
    else if (stored.kind !== 'ours') return { kind: 'unreadable' };
    this.last = { stamp, text, segments: stored.kind === 'ours' ? stored.content.segments : 'newer' };
    return { kind: 'ours', segments: this.last.segments };
  }

  /** Lists all segments there are. Jobs that were removed from them return; they are better than lost ones. */
  private async recover(): Promise<void> {
    await withLockRetried(this.parts, this.file, async (replace) => {
      const content = await this.load();
      if (content.kind === 'ours') return;
      if (content.kind === 'unreadable') await this.quarantine.move(this.file);
      const names = (await this.segmentNames()).slice(0, MAX_SEGMENTS);
      const found = await Promise.all(names.map((name) => this.createdAt(name)));
      const inOrder = found.flatMap((each) => each ?? []).sort((a, b) => a.createdAt - b.createdAt);
      this.parts.log.warn(`The list of ended jobs was lost, and is made again from ${inOrder.length} files.`);
      await replace(textOf(inOrder.map(({ name }) => ({ name, recovered: true, removed: [] }))));
    });
  }

  private async createdAt(name: SegmentName) {
    try {
      const index = await readSegmentIndex(this.parts, name);
      return index.state === 'missing' ? undefined : { name, createdAt: index.createdAt };
    } catch (cause) {
      this.parts.log.warn(`${segmentPath(this.parts.directory, name)} could not be read: ${String(cause)}`);
      return { name, createdAt: 0 };
    }
  }

  private async segmentNames(): Promise<readonly SegmentName[]> {
    return segmentNamesIn(await this.parts.files.names(segmentsFolder(this.parts.directory)));
  }

  private warnOfNewer(): void {
    if (!this.isWarned) this.parts.log.warn(`${this.file} was written by a newer version and is left alone.`);
    this.isWarned = true;
  }
}

/** @returns the segments without these jobs */
export function withMarks(
  segments: readonly ListedSegment[],
  marks: ReadonlyMap<SegmentName, readonly JobKey[]>,
): readonly ListedSegment[] {
  return segments.map((segment) => {
    const keys = marks.get(segment.name);
    return keys === undefined ? segment : { ...segment, removed: [...new Set([...segment.removed, ...keys])] };
  });
}

const NO_SEGMENTS: readonly ListedSegment[] = [];

/** Stands for the content of something that is no file, or too large. No file has it: it is a character that is none. */
const UNUSABLE = '\uFFFF';

function textOf(segments: readonly ListedSegment[]): string {
  return `${JSON.stringify({ version: VERSION, segments })}\n`;
}
