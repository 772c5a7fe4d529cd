/** Lets screen readers say which statuses have changed, wherever the focus is. */
import type { PageRow } from '../timeline-page';
import { changedStatuses, statusesOf } from './changed-statuses';
import { element, setText } from './dom';

export class Announcer {
  readonly root = element('p', 'announcer');
  /** Undefined before the first page, which a screen reader reads as a whole. */
  private statuses: ReadonlyMap<string, string> | undefined;

  constructor() {
    this.root.setAttribute('role', 'status');
  }

  /** Says nothing if only times have passed. */
  show(rows: readonly PageRow[]): void {
    const changes = this.statuses === undefined ? '' : changedStatuses(this.statuses, rows);
    this.statuses = statusesOf(rows);
    if (changes !== '') setText(this.root, changes);
  }
}
