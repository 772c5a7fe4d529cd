/** The message of anything thrown. */
import { cutText } from './cut-text';
import { oneLine } from './one-line';

/** Characters. */
const MAX_MESSAGE_LENGTH = 500;

/** Returns the message of anything thrown, on one line of limited length. */
export function errorMessageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return oneLine(cutText(message, MAX_MESSAGE_LENGTH));
}
