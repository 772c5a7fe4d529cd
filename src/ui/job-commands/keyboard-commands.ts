/** Runs commands on the focused row of the tree, for key bindings. */
import { commands, type TreeItem } from 'vscode';
import { ASK, type JobSelection } from '../selection/job-selection';
import type { ActedOnRows, FocusedRow } from '../tree/focused-row';
import type { JobTreeNode } from '../tree/job-nodes';

type RowCommand = (clicked?: unknown, selected?: unknown) => Promise<void> | void;

interface KeyboardCommandParts {
  readonly focusedRow: Pick<FocusedRow, 'rows'>;
  readonly itemOf: (row: JobTreeNode) => Pick<TreeItem, 'command'>;
  readonly selection: Pick<JobSelection, 'rows'>;
}

export class KeyboardCommands {
  constructor(private readonly parts: KeyboardCommandParts) {}

  /** Does nothing on other rows than a job's. If the focused row cannot be found, the person picks a job. */
  async run(command: RowCommand): Promise<void> {
    const rows = await this.parts.focusedRow.rows();
    if (rows === undefined) await command(ASK);
    else if (rows.clicked.kind === 'job') await this.runOnJob(command, rows);
  }

  /** Copies the id of a job, or the value of the focused row below it. */
  async copy({ id, value }: { readonly id: RowCommand; readonly value: RowCommand }): Promise<void> {
    const rows = await this.parts.focusedRow.rows();
    if (rows === undefined) await id(ASK);
    else await this.runOnJob(VALUE_ROWS.has(rows.clicked.kind) ? value : id, rows);
  }

  /** Opens the focused job or sub-job; other rows do what Enter does in every list. */
  async open(command: RowCommand): Promise<void> {
    const clicked = (await this.parts.focusedRow.rows())?.clicked;
    const isOpened = clicked?.kind === 'job' || clicked?.kind === 'sub-job';
    if (isOpened && this.parts.itemOf(clicked).command === undefined) await command(clicked);
    else await commands.executeCommand('list.select');
  }

  /** Does nothing on a heading, or if the job is gone. */
  private async runOnJob(command: RowCommand, { clicked, selected }: ActedOnRows): Promise<void> {
    if (this.parts.selection.rows(clicked, undefined).length > 0) await command(clicked, selected);
  }
}

/** Rows with something to copy that is not the job's id. */
const VALUE_ROWS: ReadonlySet<JobTreeNode['kind']> = new Set<JobTreeNode['kind']>([
  ...(['poll-failure', 'decision', 'request-id', 'failure', 'advice', 'failed-first'] as const),
  ...(['recycle-bin', 'sub-job', 'entity'] as const),
]);
