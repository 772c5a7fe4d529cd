/**
 * The lines of a segment, the file of many ended jobs. Each job has a row, with what views need, and an answer, as the
 * service sent it: `<checksum> row <version> <key> <bytes of the answer's line> <JSON>` and
 * `<checksum> answer <version> <key> <JSON>`. An empty line follows each: a damaged line break then damages one job alone.
 */
import { crc32 } from 'node:zlib';
import type { JobKey } from '../../model/job-reference';

/** The version of a row's and an answer's JSON. */
export const RECORD_VERSION = 1;
export const LINE_END = '\n\n';

const LINE_BREAK = '\n'.charCodeAt(0);
const CHECKSUM_LENGTH = 8;
/** Of the start of a line, to the JSON: checksum, kind, version, key, bytes. */
const MAX_HEAD_LENGTH = 80;
const HEAD = /^([0-9a-f]{8}) (row|answer) (\d{1,6}) ([0-9a-f]{32}) (?:(\d{1,8}) )?/;

export interface SegmentLine {
  readonly kind: 'row' | 'answer';
  readonly key: JobKey;
  readonly version: number;
  /** Whether the checksum is wrong; the other fields may be wrong, too. */
  readonly isDamaged: boolean;
  /** Of the answer's line, without its line break; 0 in an answer. */
  readonly answerBytes: number;
  /** Bytes before the JSON. */
  readonly headLength: number;
}

/** The place of a line in a file, without its line break. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function answerLine(key: JobKey, json: string): string {
  return withChecksum(`answer ${RECORD_VERSION} ${key} ${json}`);
}

export function rowLine(key: JobKey, answer: string, json: string): string {
  return withChecksum(`row ${RECORD_VERSION} ${key} ${Buffer.byteLength(answer)} ${json}`);
}

/** @returns the text with its checksum before it */
export function withChecksum(text: string): string {
  return `${crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${text}`;
}

/** @returns undefined if it is not known whose line it is */
export function parseLine(line: Buffer): SegmentLine | undefined {
  const head = HEAD.exec(line.toString('latin1', 0, MAX_HEAD_LENGTH));
  if (head === null) return undefined;
  const [start, , kind, version, key = '', answerBytes] = head;
  return {
    kind: kind === 'row' ? 'row' : 'answer',
    key,
    version: Number(version),
    isDamaged: !hasRightChecksum(line),
    answerBytes: kind === 'row' ? Number(answerBytes ?? 0) : 0,
    headLength: start.length,
  };
}

/** Whether a line that begins with a checksum is undamaged. */
export function hasRightChecksum(line: Buffer): boolean {
  const checksum = crc32(line.subarray(CHECKSUM_LENGTH + 1));
  return line.toString('latin1', 0, CHECKSUM_LENGTH) === checksum.toString(16).padStart(CHECKSUM_LENGTH, '0');
}

/** @returns the places of all lines but empty ones */
export function* linesIn(bytes: Buffer): Generator<Span> {
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(LINE_BREAK, start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) yield { start, end };
    start = end + 1;
  }
}
