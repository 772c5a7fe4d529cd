/** What screen readers say of the rows whose statuses have changed. */
import type { Cell, PageRow } from '../timeline-page';

/** More at once would be too much to listen to. */
const MAX_CHANGES = 5;

/** Returns the status of each row, by the rows' ids. */
export function statusesOf(rows: readonly PageRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ id, status }) => [id, textOf(status)]));
}

/**
 * Returns the rows with another status than before, failed ones first, and how many more there are; empty if there is none.
 * @param before As `statusesOf` returns it.
 */
export function changedStatuses(before: ReadonlyMap<string, string>, rows: readonly PageRow[]): string {
  const changed = rows.filter(({ id, kind, status }) => kind !== 'gap' && before.get(id) !== textOf(status));
  const isFailed = ({ tone }: PageRow) => tone === 'failed';
  const ordered = [...changed.filter(isFailed), ...changed.filter((row) => !isFailed(row))];
  const said = ordered.slice(0, MAX_CHANGES).map(({ name, status }) => `${textOf(name)}: ${textOf(status)}`);
  const rest = changed.length - said.length;
  return [...said, ...(rest === 0 ? [] : [`+${rest}`])].join('; ');
}

function textOf({ quoted, text }: Cell): string {
  return [quoted, text].filter((piece) => piece !== undefined).join(' · ');
}
