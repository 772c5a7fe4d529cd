/** Makes a text a line of the log: one line, of limited length, without anything that looks like a secret. */
import { redact } from '../../cloud/http/redact';
import { cutText } from '../../base/cut-text';
import { MAX_LOG_LINE_LENGTH } from '../../base/limits';
import { oneLine } from '../../base/one-line';

/** Returns the line, marked as cut if it was longer than `MAX_LOG_LINE_LENGTH` characters. */
export function logLine(text: string): string {
  // Cut first: `redact` takes time, and finds a secret by the name before it.
  return cutText(oneLine(redact(text.slice(0, 2 * MAX_LOG_LINE_LENGTH))), MAX_LOG_LINE_LENGTH);
}
