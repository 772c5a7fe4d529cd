/** Which jobs a command means: the rows that were selected, or those that a person picks. */
import { l10n, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { JobTreeNode } from '../tree/job-nodes';
import { pickJob, pickJobs } from './job-pick';

export interface SelectedJob {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

/** Of all jobs, those that a person may pick. */
export interface Choice {
  readonly isMeant: (tracked: TrackedJob) => boolean;
  /** What is said where there is none in a list that has jobs. */
  readonly none: () => string;
}

const ANY: Choice = { isMeant: () => true, none: noJob };

export class JobSelection {
  constructor(
    private readonly store: JobStore,
    private readonly clock: Clock,
    /** The rows that are selected where the person sees them. */
    private readonly selectedRows: () => readonly JobTreeNode[],
    /** As the palette shows it, without the category. */
    private readonly titleOf: (command: string) => string,
  ) {}

  /**
   * @param command what is done with the jobs.
   * @param clicked the row of the menu; key bindings and other extensions hand over whatever they like.
   * @param selected all rows, where several are selected and the clicked one is among them.
   */
  async jobs(command: string, clicked: unknown, selected: unknown, choice = ANY): Promise<readonly SelectedJob[]> {
    const meant = this.meant(clicked, selected, choice);
    if (meant.length > 0) return meant;
    const choices = this.choices(choice);
    if (choices.size === 0) return [];
    const picked = await pickJobs({ title: this.titleOf(command), jobs: choices, now: this.clock.now() });
    return picked.flatMap((key) => this.of(key));
  }

  /** As `jobs`, but none where no row is meant. */
  rows(clicked: unknown, selected: unknown): readonly SelectedJob[] {
    const keys = new Set(rowsOf(clicked, selected).flatMap((row) => keyOf(row) ?? []));
    return [...keys].flatMap((key) => this.of(key));
  }

  /** As `jobs`, for what is done to one job alone. */
  async job(command: string, clicked: unknown, choice = ANY): Promise<SelectedJob | undefined> {
    const [first, ...others] = this.meant(clicked, undefined, choice);
    if (first !== undefined && others.length === 0) return first;
    const choices =
      first === undefined
        ? this.choices(choice)
        : new Map([first, ...others].map(({ key, tracked }) => [key, tracked]));
    if (choices.size === 0) return undefined;
    const picked = await pickJob({ title: this.titleOf(command), jobs: choices, now: this.clock.now() });
    return picked === undefined ? undefined : this.of(picked)[0];
  }

  /** From the palette, what is selected is meant; a row that is given may be of a job that is gone, and means no other. */
  private meant(clicked: unknown, selected: unknown, { isMeant }: Choice): readonly SelectedJob[] {
    if (clicked !== undefined || selected !== undefined) return this.rows(clicked, selected);
    return this.rows(undefined, this.selectedRows()).filter(({ tracked }) => isMeant(tracked));
  }

  /** What can be picked; where there is nothing, the person is told. */
  private choices({ isMeant, none }: Choice): ReadonlyMap<JobKey, TrackedJob> {
    const all = this.store.all();
    const choices = new Map([...all].filter(([, tracked]) => isMeant(tracked)));
    if (choices.size === 0) void window.showInformationMessage(all.size === 0 ? noJob() : none());
    return choices;
  }

  private of(key: JobKey): readonly SelectedJob[] {
    const tracked = this.store.get(key);
    return tracked === undefined ? [] : [{ key, tracked }];
  }
}

function noJob(): string {
  return l10n.t('No job is tracked.');
}

/**
 * @param clicked the row of the menu.
 * @param selected all rows, where several are selected and the clicked one is among them.
 */
export function rowsOf(clicked: unknown, selected: unknown): readonly unknown[] {
  return Array.isArray(selected) && selected.length > 0 ? selected : [clicked];
}

/** Of a row, or of the job that a row is below. */
function keyOf(row: unknown): JobKey | undefined {
  if (typeof row === 'string') return row;
  if (typeof row !== 'object' || row === null) return undefined;
  if ('key' in row && typeof row.key === 'string') return row.key;
  return 'parent' in row ? keyOf(row.parent) : undefined;
}
