/** What anything thrown says: its message, and whether it only ends work. */
import { cutText } from './cut-text';
import { oneLine } from './one-line';

/** Characters. */
const MAX_MESSAGE_LENGTH = 500;

/** Returns the message of anything thrown, on one line of limited length. */
export function errorMessageOf(cause: unknown): string {
  return oneLine(cutText(textOf(cause), MAX_MESSAGE_LENGTH));
}

function textOf(cause: unknown): string {
  try {
    return String(cause instanceof Error ? cause.message : cause);
  } catch {
    // Code of others may throw an object without a prototype, or one that throws itself.
    return 'unknown error';
  }
}

/** Whether it is the error of work that was cancelled, or that ended with the window. */
export function isAbortError(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
