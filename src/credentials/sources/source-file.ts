/** Reads a file of another program; its errors contain nothing of the file. */
import type { SourceProblem, UnreadableReason } from '../../jobs/model/source-problem';
import { FileProblemError } from '../../storage/regular-file';

export interface SourceFiles {
  /** @returns the text, or undefined if there is no file. Rejects with a FileProblemError or the file system's own error. */
  read(file: string): Promise<string | undefined>;
}

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
  return { ok: true, text };
}

function reasonOf(cause: unknown): UnreadableReason {
  if (cause instanceof FileProblemError) return cause.problem;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return isErrorCode(code) ? code : 'unknown';
}

function isErrorCode(code: string): code is `E${string}` {
  return /^E[A-Z0-9_]+$/.test(code);
}
