/** A timeline's table as Markdown, fit for a change ticket: nothing of what the service sent is markup in it. */
import { escaped, tableRow, tableRule } from '../markdown';
import { plainText } from '../plain-text';
import type { Cell, PageTable } from './timeline-page';

export function timelineMarkdown(heading: Cell, { columns, rows }: PageTable): string {
  return [
    `## ${cellText(heading)}`,
    '',
    tableRow(columns.map(escaped)),
    tableRule(columns.length),
    ...rows.map((cells) => tableRow(cells.map(cellText))),
    '',
  ].join('\n');
}

function cellText({ quoted, text, instant }: Cell): string {
  const words = [
    quoted === undefined ? undefined : code(quoted),
    text === undefined ? undefined : escaped(text),
    instant === undefined ? undefined : utc(instant),
  ];
  return words.filter((word) => word !== undefined).join(' · ');
}

/** A code span holds its text as it is, between more backticks than stand together in it. */
function code(text: string): string {
  const plain = plainText(text).replace(/\|/g, '\\|');
  if (plain === '') return '';
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** The same everywhere, since a ticket is read in other time zones. */
function utc(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
