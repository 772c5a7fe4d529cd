/** The table "What is tested" in SECURITY.md. */
import { FUZZED_INPUTS } from '../fuzz/fuzz-tests';
import { ALL_HOSTILE_INPUTS } from './all-hostile-inputs';

export type TableRow = readonly [kind: string, holds: string, count: string];

const HEAD: readonly TableRow[] = [
  ['Hostile inputs', 'What holds', 'Number'],
  ['---', '---', '---:'],
];
const FUZZED: readonly (readonly [kind: string, holds: string])[] = [
  ['Random changes of answers', 'read or refused, within the limits of size, and saved as they are shown'],
  ['Random changes of pasted texts and links', 'no id and no endpoint but valid ones'],
  ['Random changes of state files', 'read, corrected or quarantined; nothing is lost'],
];
const TABLE = /(## What is tested\n\n[^|]*)((?:\|.*\n)+)/;

/** @returns the rows with their heading */
export function tableRows(): readonly TableRow[] {
  const count = (inputs: number) => inputs.toLocaleString('en-US');
  return [
    ...HEAD,
    ...ALL_HOSTILE_INPUTS.map(({ kind, holds, inputs }): TableRow => [kind, holds, count(inputs.length)]),
    ...FUZZED.map(([kind, holds]): TableRow => [kind, holds, count(FUZZED_INPUTS)]),
  ];
}

/** @returns the text of SECURITY.md with the present table, not yet formatted */
export function withTable(text: string): string {
  const rows = tableRows().map((cells) => `| ${cells.join(' | ')} |\n`);
  return text.replace(TABLE, (_, before: string) => before + rows.join(''));
}

/** @returns the rows of the table in the text of SECURITY.md */
export function rowsIn(text: string): readonly (readonly string[])[] {
  const lines = TABLE.exec(text)?.[2]?.trim().split('\n') ?? [];
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/-{3,}/, '---')),
  );
}
