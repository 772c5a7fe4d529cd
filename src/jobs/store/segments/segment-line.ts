/**
 * The lines of a segment, the file of many ended jobs. Each job has a row, with what views need, and an answer, as the
 * service sent it: `<checksum> row <version> <key> <bytes of the answer's line> <bytes of the head> <head> <details>` and
 * `<checksum> answer <version> <key> <JSON>`. Head and details are JSON, too; see row-writer.ts. An empty line follows each
 * line: a damaged line break then damages one job alone.
 */
import { crc32 } from 'node:zlib';
import type { JobKey } from '../../model/job-reference';
import type { Row } from './row-writer';

/** The version of a row's and an answer's JSON. */
export const RECORD_VERSION = 1;
export const LINE_END = '\n\n';

const LINE_BREAK = '\n'.charCodeAt(0);
const CHECKSUM_LENGTH = 8;
/** Of a line, before the JSON: checksum, kind, version, key, bytes, bytes. */
const MAX_START_LENGTH = 80;
const START = /^([0-9a-f]{8}) (row|answer) (\d{1,6}) ([0-9a-f]{32}) (?:(\d{1,8}) )?(?:(\d{1,8}) )?/;

export interface SegmentLine extends LinePlace {
  readonly kind: 'row' | 'answer';
  readonly key: JobKey;
  readonly version: number;
  /** Whether the checksum is wrong; the other fields may be wrong, too. */
  readonly isDamaged: boolean;
  /** Of the answer's line, without its line break; 0 in an answer. */
  readonly answerBytes: number;
}

/** Where a line is in a file, or in a part of it. */
export interface LinePlace {
  readonly bytes: Buffer;
  readonly start: number;
  readonly jsonStart: number;
  /** The end of the head's JSON; `jsonStart` in an answer. */
  readonly headEnd: number;
  /** Without the line break. */
  readonly end: number;
}

/** The place of a line in a file, without its line break. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function answerLine(key: JobKey, json: string): string {
  return withChecksum(`answer ${RECORD_VERSION} ${key} ${json}`);
}

export function rowLine(key: JobKey, answer: string, { head, details }: Row): string {
  const sizes = `${Buffer.byteLength(answer)} ${Buffer.byteLength(head)}`;
  return withChecksum(`row ${RECORD_VERSION} ${key} ${sizes} ${head} ${details}`);
}

export function rowOf({ bytes, jsonStart, headEnd, end }: LinePlace): Row {
  return { head: bytes.toString('utf8', jsonStart, headEnd), details: bytes.toString('utf8', headEnd + 1, end) };
}

/** @returns the text with its checksum before it */
export function withChecksum(text: string): string {
  return `${crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${text}`;
}

/** @returns undefined if it is not known whose line it is */
export function parseLine(bytes: Buffer, start = 0, end = bytes.length): SegmentLine | undefined {
  const found = START.exec(bytes.toString('latin1', start, Math.min(start + MAX_START_LENGTH, end)));
  if (found === null) return undefined;
  const [text, checksum = '', kind, version, key = '', answerBytes, headBytes] = found;
  const jsonStart = start + text.length;
  return {
    kind: kind === 'row' ? 'row' : 'answer',
    key,
    version: Number(version),
    isDamaged: Number.parseInt(checksum, 16) !== checksumOf(bytes.subarray(start, end)),
    answerBytes: kind === 'row' ? Number(answerBytes ?? 0) : 0,
    bytes,
    start,
    jsonStart,
    end,
    headEnd: Math.min(jsonStart + Number(headBytes ?? 0), end),
  };
}

/** Whether a line that begins with a checksum is undamaged. */
export function hasRightChecksum(line: Buffer): boolean {
  return line.toString('latin1', 0, CHECKSUM_LENGTH) === checksumOf(line).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

/** @returns the checksum of what follows the line's checksum */
function checksumOf(line: Buffer): number {
  return crc32(line.subarray(CHECKSUM_LENGTH + 1));
}

/** @returns the places of all lines but empty ones */
export function* linesIn(bytes: Buffer): Generator<Span> {
  let start = 0;
  for (;;) {
    while (bytes[start] === LINE_BREAK) start += 1;
    if (start >= bytes.length) return;
    const found = bytes.indexOf(LINE_BREAK, start);
    const end = found === -1 ? bytes.length : found;
    yield { start, end };
    start = end + 1;
  }
}
