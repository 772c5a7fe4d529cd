/** The file of a segment: `ended/<name>.segment`. It is written once and never changed. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Instant } from '../../../base/clock';
import { MAX_INSTANT, MAX_SEGMENT_FILE_BYTES } from '../../../base/limits';
import { STORAGE_FOLDERS } from '../../../storage/storage-folders';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import {
  hasRightChecksum,
  LINE_END,
  linesIn,
  parseLine,
  RECORD_VERSION,
  type SegmentLine,
  type Span,
  withChecksum,
} from './segment-line';

/** Names a segment: 32 hexadecimal digits, as random as those of another window. */
export type SegmentName = string;

/** One line as each job has it; see segment-line.ts. */
export interface SegmentRecord {
  readonly row: string;
  readonly answer: string;
}

export interface SegmentEntry {
  /** In the bytes with all rows. */
  readonly row: SegmentLine;
  readonly answer: Span;
  readonly isDamaged: boolean;
}

/** What a segment holds and where, with the bytes of its rows. It stays in memory, since the file does not change. */
export interface SegmentIndex {
  readonly name: SegmentName;
  /** `newer`: a newer version wrote it. `unread`: it cannot be read now. Only `ours` has entries. */
  readonly state: 'ours' | 'newer' | 'missing' | 'unread';
  /** Why it is `unread`. */
  readonly failure?: unknown;
  /** Orders segments if their list is lost; 0 if it is damaged. */
  readonly createdAt: Instant;
  /** The bytes with all rows. */
  readonly rowsEnd: number;
  /** Jobs that this version wrote. */
  readonly entries: ReadonlyMap<JobKey, SegmentEntry>;
  readonly damagedRows: number;
  readonly newerRows: number;
}

const SEGMENT_FILE = /^([0-9a-f]{32})\.segment$/;
const SEGMENT_VERSION = 1;
/** The first line is padded to this, so that it is read first. */
const HEADER_BYTES = 128;

export function newSegmentName(): SegmentName {
  return randomBytes(16).toString('hex');
}

export function isSegmentName(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

export function segmentsFolder(directory: string): string {
  return path.join(directory, STORAGE_FOLDERS.ended);
}

export function segmentPath(directory: string, name: SegmentName): string {
  return path.join(segmentsFolder(directory), `${name}.segment`);
}

export function segmentNamesIn(names: readonly string[]): SegmentName[] {
  return names.flatMap((name) => SEGMENT_FILE.exec(name)?.[1] ?? []);
}

/** @returns the file's text. Rows and answers are in the same order. */
export function segmentText(rows: readonly string[], answers: readonly string[], now: Instant): string {
  const text = rows.map((row) => row + LINE_END).join('');
  const header = { version: SEGMENT_VERSION, createdAt: now, rowsEnd: HEADER_BYTES + Buffer.byteLength(text) };
  const first = withChecksum(JSON.stringify(header)).padEnd(HEADER_BYTES - LINE_END.length, ' ') + LINE_END;
  return first + text + answers.map((answer) => answer + LINE_END).join('');
}

/** Reads the rows, and compares their checksums. */
export async function readSegmentIndex(
  { files, directory }: Pick<WindowContext, 'files' | 'directory'>,
  name: SegmentName,
): Promise<SegmentIndex> {
  const file = segmentPath(directory, name);
  const start = await files.readPart(file, 0, HEADER_BYTES);
  if (start === undefined) return withoutEntries(name, 'missing');
  const header = parseHeader(asBuffer(start));
  if (header === 'newer') return withoutEntries(name, header);
  // Without a header, rows are found all the same.
  const bytes = await files.readPart(file, 0, header?.rowsEnd ?? MAX_SEGMENT_FILE_BYTES);
  if (bytes === undefined) return withoutEntries(name, 'missing');
  const index = indexOf(name, asBuffer(bytes), header);
  if (header !== undefined) return index;
  // Of the rows alone: the answers would stay in memory, too.
  const { createdAt, rowsEnd } = index;
  return indexOf(name, Buffer.from(bytes.subarray(0, rowsEnd)), { createdAt, rowsEnd });
}

export function withoutEntries(name: SegmentName, state: Exclude<SegmentIndex['state'], 'ours'>): SegmentIndex {
  return { name, state, createdAt: 0, rowsEnd: 0, entries: new Map(), damagedRows: 0, newerRows: 0 };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function indexOf(name: SegmentName, bytes: Buffer, header: Header | undefined): SegmentIndex {
  const entries = new Map<JobKey, SegmentEntry>();
  let damagedRows = 0;
  let newerRows = 0;
  const rows: SegmentLine[] = [];
  let rowsEnd = HEADER_BYTES;
  for (const { start, end } of linesIn(bytes)) {
    if (start === 0) continue;
    const line = parseLine(bytes, start, end);
    if (line?.kind === 'answer') continue;
    rowsEnd = end + LINE_END.length;
    if (line === undefined || line.isDamaged) damagedRows += 1;
    if (line !== undefined) rows.push(line);
    if (line?.isDamaged === false && line.version > RECORD_VERSION) newerRows += 1;
  }
  rowsEnd = header?.rowsEnd ?? rowsEnd;
  let answerStart = rowsEnd;
  for (const row of rows) {
    const answer = { start: answerStart, end: answerStart + row.answerBytes };
    answerStart = answer.end + LINE_END.length;
    // A damaged row does not replace a good one.
    if (row.version !== RECORD_VERSION || (row.isDamaged && entries.has(row.key))) continue;
    entries.set(row.key, { row, answer, isDamaged: row.isDamaged });
  }
  const { createdAt } = header ?? { createdAt: 0 };
  return { name, state: 'ours', createdAt, rowsEnd, entries, damagedRows, newerRows };
}

interface Header {
  readonly createdAt: Instant;
  readonly rowsEnd: number;
}

/** @returns undefined if it is damaged */
function parseHeader(bytes: Buffer): Header | 'newer' | undefined {
  const line = Buffer.from(bytes.toString('latin1').split('\n', 1)[0]?.trimEnd() ?? '', 'latin1');
  if (!hasRightChecksum(line)) return undefined;
  try {
    const header = JSON.parse(line.toString('latin1', line.indexOf(' ') + 1)) as Readonly<Record<string, unknown>>;
    const { version, createdAt, rowsEnd } = header;
    if (typeof version === 'number' && version > SEGMENT_VERSION) return 'newer';
    if (!isInteger(createdAt, 0, MAX_INSTANT) || !isInteger(rowsEnd, HEADER_BYTES, MAX_SEGMENT_FILE_BYTES)) {
      return undefined;
    }
    return { createdAt, rowsEnd };
  } catch {
    return undefined;
  }
}

function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
