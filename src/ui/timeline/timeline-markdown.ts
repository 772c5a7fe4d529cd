/** A timeline's table as Markdown, fit for a change ticket: nothing of what the service sent is markup in it. */
import { codeSpan, escaped, tableRow, tableRule } from '../text/markdown';
import type { Cell, PageTable } from './timeline-page';

/** @param facts of the job: Markdown, line by line. */
export function timelineMarkdown(facts: readonly string[], { columns, rows }: PageTable): string {
  return [
    ...facts,
    '',
    tableRow(columns.map(escaped)),
    tableRule(columns.length),
    ...rows.map((cells) => tableRow(cells.map(cellText))),
    '',
  ].join('\n');
}

function cellText({ quoted, text, instant }: Cell): string {
  const words = [
    quoted === undefined ? undefined : codeSpan(quoted),
    text === undefined ? undefined : escaped(text),
    instant === undefined ? undefined : utc(instant),
  ];
  return words.filter((word) => word !== undefined).join(' · ');
}

/** The same everywhere, since a ticket is read in other time zones. */
function utc(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
