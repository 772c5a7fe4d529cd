/** Parts of Markdown texts for other programs. Texts from the service never become markup. */
import { plainText, plainTextUpTo } from './plain-text';

/**
 * Returns the text on one line. Dashes, parentheses and plus signs are not escaped, so that words, ids and times stay easy
 * to read and search. URLs are escaped, since many programs make links of plain URLs.
 */
export function escapeMarkdown(text: string): string {
  return escapeLine(plainText(text));
}

/** As `escapeMarkdown`, with another limit of characters. */
export function escapeMarkdownUpTo(maxLength: number, text: string): string {
  return escapeLine(plainTextUpTo(maxLength, text));
}

function escapeLine(line: string): string {
  return line
    .replace(/[\\`*_{}[\]<>#!|~$&@]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.');
}

/**
 * Returns a code span, between more backticks than follow each other in the text. A text with `\\|` is escaped instead: in a table,
 * some programs take the backslash for one that is escaped itself, and the bar for the end of the cell.
 */
export function codeSpan(text: string): string {
  return codeSpanOf(plainText(text));
}

/** As `codeSpan`, with another limit of characters. */
export function codeSpanUpTo(maxLength: number, text: string): string {
  return codeSpanOf(plainTextUpTo(maxLength, text));
}

function codeSpanOf(line: string): string {
  if (line.includes('\\|')) return escapeLine(line);
  const plain = line.replace(/\|/g, '\\|');
  if (plain === '') return '';
  const longest = (plain.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** @param cells in Markdown. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Returns the line between the head of a table and its rows. */
export function tableRule(columns: number): string {
  return tableRow(Array<string>(columns).fill('---'));
}
