/** Removes large answers from the lines of segments, to save space. What views show of these jobs is in their rows. */
import { MIN_RAW_JOB_BYTES } from '../../../base/limits';
import type { JobKey } from '../../model/job-reference';
import { ByteTurns } from './byte-turns';
import { answerLine, parseLine, RECORD_VERSION, rowLine, rowOf } from './segment-line';

/** The JSON of a removed answer. No job has it. */
export const REMOVED_ANSWER = 'null';

/** So many bytes may stay of each answer. */
export const MAX_KEPT_ANSWER_BYTES = MIN_RAW_JOB_BYTES;

interface Lines {
  readonly rows: readonly string[];
  readonly answers: readonly string[];
}

/**
 * Works in parts, so that other work has its turn.
 * @returns the lines; the same ones for jobs that are damaged or of a newer version, and for those with small answers
 */
export async function withoutLargeAnswers({ rows, answers }: Lines): Promise<Lines> {
  const turns = new ByteTurns();
  const rowKeys: (JobKey | undefined)[] = [];
  for (const row of rows) {
    rowKeys.push(keyOf(row, 'row'));
    await turns.after(row.length);
  }
  const ours = new Set(rowKeys);
  const removed = new Set<JobKey>();
  const keptAnswers: string[] = [];
  for (const answer of answers) {
    const key = Buffer.byteLength(answer) <= MAX_KEPT_ANSWER_BYTES ? undefined : keyOf(answer, 'answer');
    await turns.after(answer.length);
    if (key !== undefined && ours.has(key)) removed.add(key);
    keptAnswers.push(key !== undefined && ours.has(key) ? answerLine(key, REMOVED_ANSWER) : answer);
  }
  const keptRows: string[] = [];
  for (const [index, row] of rows.entries()) {
    const key = rowKeys[index];
    keptRows.push(key === undefined || !removed.has(key) ? row : withRemovedAnswer(row, key));
    await turns.after(row.length);
  }
  return { rows: keptRows, answers: keptAnswers };
}

function withRemovedAnswer(row: string, key: JobKey): string {
  const line = parseLine(Buffer.from(row));
  return line === undefined ? row : rowLine(key, answerLine(key, REMOVED_ANSWER), rowOf(line));
}

/** @returns undefined if the line is damaged, or of another version or kind */
function keyOf(line: string, kind: 'row' | 'answer'): JobKey | undefined {
  const parsed = parseLine(Buffer.from(line));
  const isOurs = parsed?.kind === kind && !parsed.isDamaged && parsed.version === RECORD_VERSION;
  return isOurs ? parsed.key : undefined;
}
