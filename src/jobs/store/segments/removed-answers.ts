/** Removes large answers from the lines of segments, to save space. What views show of these jobs is in their rows. */
import { MIN_RAW_JOB_BYTES } from '../../../base/limits';
import type { JobKey } from '../../model/job-reference';
import { answerLine, parseLine, RECORD_VERSION, rowLine, rowOf } from './segment-line';

/** The JSON of a removed answer. No job has it. */
export const REMOVED_ANSWER = 'null';

/** So many bytes may stay of each answer. */
export const MAX_KEPT_ANSWER_BYTES = MIN_RAW_JOB_BYTES;

interface Lines {
  readonly rows: readonly string[];
  readonly answers: readonly string[];
}

/** @returns the lines; the same ones for jobs that are damaged or of a newer version, and for those with small answers */
export function withoutLargeAnswers({ rows, answers }: Lines): Lines {
  const rowKeys = rows.map((row) => keyOf(row, 'row'));
  const ours = new Set(rowKeys);
  const removed = new Set<JobKey>();
  const kept = answers.map((answer) => {
    if (Buffer.byteLength(answer) <= MAX_KEPT_ANSWER_BYTES) return answer;
    const key = keyOf(answer, 'answer');
    if (key === undefined || !ours.has(key)) return answer;
    removed.add(key);
    return answerLine(key, REMOVED_ANSWER);
  });
  return {
    rows: rows.map((row, index) => {
      const key = rowKeys[index];
      return key === undefined || !removed.has(key) ? row : withRemovedAnswer(row, key);
    }),
    answers: kept,
  };
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
