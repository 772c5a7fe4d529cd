/** Reads a file of another program, or says why that cannot be done, in words that hold nothing of what is in it. */
import type { SourceProblem, UnreadableReason } from '../../jobs/model/source-problem';

export interface SourceFiles {
  /** The text of a file; undefined where there is none. Rejects with the file system's own error. */
  read(file: string): Promise<string | undefined>;
}

/** Characters; such files have some hundred. */
const LONGEST = 1024 * 1024;

export async function readSourceFile(
  files: SourceFiles,
  file: string,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: SourceProblem }> {
  let text: string | undefined;
  try {
    text = await files.read(file);
  } catch (cause) {
    return { ok: false, problem: { kind: 'unreadable', file, reason: reasonOf(cause) } };
  }
  if (text === undefined) return { ok: false, problem: { kind: 'absent', what: 'file', names: [], file } };
  if (text.length > LONGEST) return { ok: false, problem: { kind: 'unreadable', file, reason: 'too-large' } };
  return { ok: true, text };
}

function reasonOf(cause: unknown): UnreadableReason {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return isErrorCode(code) ? code : 'unknown';
}

function isErrorCode(code: string): code is `E${string}` {
  return /^E[A-Z0-9_]+$/.test(code);
}
