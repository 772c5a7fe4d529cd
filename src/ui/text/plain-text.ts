/** Makes texts from the service safe to show: on one line, without control characters and markup. */
import { oneLine } from '../../base/one-line';

/** VS Code shows `[text](target)` as a link, which may run a command, and `$(name)` as an icon. */
const MARKUP = /(\]|\$)\(/g;

const MAX_LENGTH = 500;
const MAX_HIDDEN_SHARE = 8;

/** Returns at most 500 characters, then `…`. */
export function plainText(text: string): string {
  return plainTextUpTo(MAX_LENGTH, text);
}

/** As `plainText`, with another limit of characters. */
export function plainTextUpTo(maxLength: number, text: string): string {
  // Hidden characters become fewer, but a text of nothing else is not searched to its end.
  const start = text.slice(0, MAX_HIDDEN_SHARE * maxLength);
  const line = plainLine(start);
  return start === text ? truncate(line, maxLength) : `${cutAt(maxLength, line)}…`;
}

/** As `plainText`, without a limit of length. */
export function plainLine(text: string): string {
  const line = oneLine(text);
  // Most texts have none, and thousands of rows have texts.
  return line.includes('(') ? line.replace(MARKUP, '$1 (') : line;
}

/** Returns at most `maxLength` characters, then `…`. */
export function truncate(text: string, maxLength: number): string {
  return text.length > maxLength ? `${cutAt(maxLength, text)}…` : text;
}

/** Returns the beginning and the end of a text of more than `maxLength` characters, with `…` between them. */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${cutAt(half, text)}…${text.slice(-half).replace(/^[\udc00-\udfff]/, '')}`;
}

function cutAt(length: number, text: string): string {
  // Half of a surrogate pair is no character.
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
