/** What Markdown texts for other programs are made of: in it, nothing of what the service sent is markup. */
import { plainLine, plainText, shortened } from './plain-text';

/**
 * On one line. Dashes, parentheses and plus signs stay: words, ids and times are then easier to read, and to search for.
 * Nor does an address become a link, which many readers of Markdown make of one without any markup.
 */
export function escaped(text: string): string {
  return escapedLine(plainText(text));
}

/** As `escaped`, with another limit to its length. */
export function escapedUpTo(longest: number, text: string): string {
  return escapedLine(shortened(plainLine(text), longest));
}

function escapedLine(line: string): string {
  return line
    .replace(/[\\`*_{}[\]<>#!|~$&@]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.');
}

/** A code span holds its text as it is, between more backticks than stand together in it. */
export function codeSpan(text: string): string {
  const plain = plainText(text).replace(/\|/g, '\\|');
  if (plain === '') return '';
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** @param cells Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The line between the head of a table and its rows. */
export function tableRule(columns: number): string {
  return tableRow(Array<string>(columns).fill('---'));
}
