/**
 * Finds the row that has the keyboard focus. The editor reports selected rows only, so this toggles the focused row in the
 * selection, compares, and toggles it back.
 */
import { commands, type TreeView } from 'vscode';
import type { Clock } from '../../base/clock';
import { SerialQueue } from '../../base/serial-queue';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';
import type { JobTreeNode } from './job-nodes';

/** What key bindings pass in place of the row that a menu passes. */
export const FOCUSED_ROW = 'focusedRow';

/** As a menu passes them. */
export interface ActedOnRows {
  readonly clicked: JobTreeNode;
  /** All selected rows, if several are selected and the focused row is one of them. */
  readonly selected: readonly JobTreeNode[] | undefined;
}

/** The editor needs some milliseconds. */
const MAX_TOGGLE_MS = SECOND;

interface FocusedRowParts {
  readonly view: Pick<TreeView<JobTreeNode>, 'selection'>;
  /** Called first: from then on, nothing else selects rows. */
  readonly personActed: () => void;
  readonly clock: Pick<Clock, 'schedule'>;
}

export class FocusedRow {
  private readonly queue = new SerialQueue();

  constructor(private readonly parts: FocusedRowParts) {}

  /** For a key that was pressed in the tree. Resolves to undefined if the focused row cannot be found. */
  rows(): Promise<ActedOnRows | undefined> {
    return this.queue.add(() => this.find());
  }

  private async find(): Promise<ActedOnRows | undefined> {
    const { view, personActed } = this.parts;
    personActed();
    const before = view.selection;
    const toggled = await this.toggle();
    // Also if nothing has changed here: the focus may be in another list by now.
    const restored = await this.toggle();
    // Another row was selected or removed meanwhile, or the editor is too slow to know.
    if (toggled === undefined || restored === undefined || !areSame(before, restored)) return undefined;
    const [added, ...more] = without(toggled, before);
    const [removed, ...others] = without(before, toggled);
    const clicked = added ?? removed;
    // A single toggle adds or removes one row.
    if (clicked === undefined || (added !== undefined && removed !== undefined) || more.length + others.length > 0) {
      return undefined;
    }
    return { clicked, selected: removed !== undefined && before.length > 1 ? before : undefined };
  }

  /** Resolves to the selection, which the editor reports before the command returns; undefined if that takes too long. */
  private async toggle(): Promise<readonly JobTreeNode[] | undefined> {
    const { view, clock } = this.parts;
    try {
      const toggled = commands.executeCommand('list.toggleSelection').then(() => view.selection);
      return await withTimeout(clock, MAX_TOGGLE_MS, toggled, () => undefined);
    } catch {
      // Another editor than VS Code may lack the command.
      return undefined;
    }
  }
}

/** Rows are made again when the tree is redrawn; their ids stay. */
function without(rows: readonly JobTreeNode[], others: readonly JobTreeNode[]): readonly JobTreeNode[] {
  const ids = new Set(others.map(({ id }) => id));
  return rows.filter(({ id }) => !ids.has(id));
}

function areSame(rows: readonly JobTreeNode[], others: readonly JobTreeNode[]): boolean {
  return without(rows, others).length + without(others, rows).length === 0;
}
