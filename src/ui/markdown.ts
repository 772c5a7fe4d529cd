/** What Markdown texts for other programs are made of: in it, nothing of what the service sent is markup. */
import { plainText } from './plain-text';

/** On one line. Dashes, parentheses and plus signs stay: words, ids and times are then easier to read, and to search for. */
export function escaped(text: string): string {
  return plainText(text).replace(/[\\`*_{}[\]<>#!|~$&@]/g, '\\$&');
}

/** @param cells Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The line between the head of a table and its rows. */
export function tableRule(columns: number): string {
  return tableRow(Array<string>(columns).fill('---'));
}
