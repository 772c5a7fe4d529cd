/** Lets screen readers say which statuses have changed, wherever the focus is. */
import type { Cell, PageRow } from '../timeline-page';
import { element, setText } from './dom';

/** More at once would be too much to listen to. */
const MAX_CHANGES = 5;

export class Announcer {
  readonly root = element('p', 'announcer');
  /** By the ids of the rows; undefined before the first page, which a screen reader reads as a whole. */
  private statuses: ReadonlyMap<string, string> | undefined;

  constructor() {
    this.root.setAttribute('role', 'status');
  }

  /** Says nothing if only times have passed. */
  show(rows: readonly PageRow[]): void {
    const before = this.statuses;
    this.statuses = new Map(rows.map((row) => [row.id, textOf(row.status)]));
    if (before === undefined) return;
    const changed = rows.filter(({ id, kind, status }) => kind !== 'gap' && before.get(id) !== textOf(status));
    if (changed.length === 0) return;
    const changes = changed.slice(0, MAX_CHANGES).map(({ name, status }) => `${textOf(name)}: ${textOf(status)}`);
    setText(this.root, changes.join('; '));
  }
}

function textOf({ quoted, text }: Cell): string {
  return [quoted, text].filter((piece) => piece !== undefined).join(' · ');
}
