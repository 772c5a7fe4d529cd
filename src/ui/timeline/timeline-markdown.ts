/** A timeline's table as Markdown for a change ticket. Texts from the service are code spans, so none of them is markup. */
import { codeSpan, escapeMarkdown, tableRow, tableRule } from '../text/markdown';
import type { Cell, PageTable } from './timeline-page';

/** @param facts about the job: lines of Markdown. */
export function timelineMarkdown(facts: readonly string[], { columns, rows }: PageTable): string {
  return [
    ...facts,
    '',
    tableRow(columns.map(escapeMarkdown)),
    tableRule(columns.length),
    ...rows.map((cells) => tableRow(cells.map(cellText))),
    '',
  ].join('\n');
}

function cellText({ quoted, text, instant }: Cell): string {
  const pieces = [
    quoted === undefined ? undefined : codeSpan(quoted),
    text === undefined ? undefined : escapeMarkdown(text),
    instant === undefined ? undefined : utc(instant),
  ];
  return pieces.filter((piece) => piece !== undefined).join(' · ');
}

/** UTC, because people in other time zones read the ticket. */
function utc(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
