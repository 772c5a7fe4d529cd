/** A timeline's table as Markdown for a change ticket. Texts from the service are code spans, so none of them is markup. */
import { MAX_FIELD_LENGTH } from '../../base/limits';
import { isInstant, NO_TIME } from '../text/date-time';
import { codeSpanUpTo, escapeMarkdown, tableRow, tableRule } from '../text/markdown';
import type { Cell, PageTable } from './timeline-page';

/** A cell holds at most an error's code and message, and the dot between them. */
const MAX_CELL_LENGTH = 2 * MAX_FIELD_LENGTH + 3;

/**
 * @param facts about the job: lines of Markdown.
 * @param note a sentence below the table.
 */
export function timelineMarkdown(facts: readonly string[], { columns, rows }: PageTable, note?: string): string {
  return [
    ...facts,
    '',
    tableRow(columns.map(escapeMarkdown)),
    tableRule(columns.length),
    ...rows.map((cells) => tableRow(cells.map(cellText))),
    ...(note === undefined ? [] : ['', escapeMarkdown(note)]),
    '',
  ].join('\n');
}

function cellText({ quoted, text, instant }: Cell): string {
  const pieces = [
    quoted === undefined ? undefined : codeSpanUpTo(MAX_CELL_LENGTH, quoted),
    text === undefined ? undefined : escapeMarkdown(text),
    instant === undefined ? undefined : utc(instant),
  ];
  return pieces.filter((piece) => piece !== undefined).join(' · ');
}

/** UTC, because people in other time zones read the ticket. */
function utc(instant: number): string {
  return isInstant(instant) ? new Date(instant).toISOString().replace('.000Z', 'Z') : NO_TIME;
}
