/** Reads a file of another program; its errors contain nothing of the file. */
import type { SourceProblem, UnreadableReason } from '../../jobs/model/source-problem';

export interface SourceFiles {
  /** @returns the text, or undefined if there is no file. Rejects with the file system's own error. */
  read(file: string): Promise<string | undefined>;
}

/** A usual file has a few hundred characters. */
const MAX_CHARACTERS = 1024 * 1024;

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
  if (text.length > MAX_CHARACTERS) return { ok: false, problem: { kind: 'unreadable', file, reason: 'too-large' } };
  return { ok: true, text };
}

function reasonOf(cause: unknown): UnreadableReason {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return isErrorCode(code) ? code : 'unknown';
}

function isErrorCode(code: string): code is `E${string}` {
  return /^E[A-Z0-9_]+$/.test(code);
}
