/** The jobs that a command works on: the selected rows, or jobs that the person picks from a list. */
import { l10n, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { JobTreeNode } from '../tree/job-nodes';
import { ALL_JOBS, pickJob, pickJobs } from './job-picker';

export interface SelectedJob {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

/** The jobs that a command can work on. */
export interface JobCriteria {
  readonly matches: (tracked: TrackedJob) => boolean;
  /** Shown if there are tracked jobs, but none matches. */
  readonly noMatchMessage: () => string;
}

/** Criteria of a command that also works on all jobs, whichever they will be. */
export interface JobOrAllCriteria extends JobCriteria {
  /** @returns the choice that stands for all jobs; undefined if it makes no sense for these */
  readonly all: (
    jobs: ReadonlyMap<JobKey, TrackedJob>,
  ) => { readonly label: string; readonly detail: string } | undefined;
}

/** As the clicked row of a menu: the person picks, even if rows are selected. */
export const ASK = Symbol('ask');

const ANY_JOB: JobCriteria = { matches: () => true, noMatchMessage: noJob };

export class JobSelection {
  constructor(
    private readonly store: JobStore,
    private readonly clock: Clock,
    /** Returns the selected rows, if the view is visible. */
    private readonly selectedRows: () => readonly JobTreeNode[],
    /** Returns the title of a command, without its category. */
    private readonly titleOf: (command: string) => string,
  ) {}

  /**
   * Returns the jobs of the clicked or selected rows; without such rows, lets the person pick from the matching jobs.
   * @param command the id of the command; its title is the title of the list.
   * @param clicked the row of the menu. Key bindings and other extensions may pass anything.
   * @param selected all selected rows, if several are selected and the clicked row is one of them.
   * @returns empty if the person cancelled, or if a message says that no job matches.
   */
  async jobs(
    command: string,
    clicked: unknown,
    selected: unknown,
    criteria = ANY_JOB,
  ): Promise<readonly SelectedJob[]> {
    const jobs = await this.jobsOrAll(command, clicked, selected, { ...criteria, all: () => undefined });
    return jobs === ALL_JOBS ? [] : jobs;
  }

  /** As `jobs`, for a command that also works on all jobs. @returns ALL_JOBS if the person picked that choice from the list */
  async jobsOrAll(
    command: string,
    clicked: unknown,
    selected: unknown,
    criteria: JobOrAllCriteria,
  ): Promise<readonly SelectedJob[] | typeof ALL_JOBS> {
    const given = this.fromRows(clicked, selected, criteria);
    if (given.length > 0) return given;
    const choices = this.choices(criteria);
    if (choices.size === 0) return [];
    const picked = await pickJobs({ ...this.question(command, choices), all: criteria.all(choices) });
    return picked === ALL_JOBS ? picked : picked.flatMap((key) => this.of(key));
  }

  /** Returns the jobs of the given rows, and never shows a list. */
  rows(clicked: unknown, selected: unknown): readonly SelectedJob[] {
    const keys = new Set(rowsOf(clicked, selected).flatMap((row) => keyOf(row) ?? []));
    return [...keys].flatMap((key) => this.of(key));
  }

  /** As `jobs`, for a command that works on one job: if several jobs are selected, the person picks from all that match. */
  async job(command: string, clicked: unknown, criteria = ANY_JOB): Promise<SelectedJob | undefined> {
    const [first, ...others] = this.fromRows(clicked, undefined, criteria);
    if (first !== undefined && others.length === 0) return first;
    const choices = this.choices(criteria);
    if (choices.size === 0) return undefined;
    const picked = await pickJob(this.question(command, choices));
    return picked === undefined ? undefined : this.of(picked)[0];
  }

  /** Given rows win, even if their jobs are gone. Without them (from the palette), the selected rows of the view count. */
  private fromRows(clicked: unknown, selected: unknown, { matches }: JobCriteria): readonly SelectedJob[] {
    if (clicked === ASK) return [];
    if (clicked !== undefined || selected !== undefined) return this.rows(clicked, selected);
    return this.rows(undefined, this.selectedRows()).filter(({ tracked }) => matches(tracked));
  }

  /** Returns the jobs to pick from; if there are none, shows a message. */
  private choices({ matches, noMatchMessage }: JobCriteria): ReadonlyMap<JobKey, TrackedJob> {
    const all = this.store.all();
    const choices = new Map([...all].filter(([, tracked]) => matches(tracked)));
    if (choices.size === 0) void window.showInformationMessage(all.size === 0 ? noJob() : noMatchMessage());
    return choices;
  }

  private question(command: string, jobs: ReadonlyMap<JobKey, TrackedJob>) {
    const selected = new Set(this.rows(undefined, this.selectedRows()).map(({ key }) => key));
    return { title: this.titleOf(command), jobs, selected, now: this.clock.now() };
  }

  private of(key: JobKey): readonly SelectedJob[] {
    const tracked = this.store.get(key);
    return tracked === undefined ? [] : [{ key, tracked }];
  }
}

function noJob(): string {
  return l10n.t('No job is tracked.');
}

/** Returns the rows of a menu command. For the parameters see `JobSelection.jobs`. */
export function rowsOf(clicked: unknown, selected: unknown): readonly unknown[] {
  return Array.isArray(selected) && selected.length > 0 ? selected : [clicked];
}

/** The key of a job's row, or of the job above a row. */
function keyOf(row: unknown): JobKey | undefined {
  if (typeof row === 'string') return row;
  if (typeof row !== 'object' || row === null) return undefined;
  if ('key' in row && typeof row.key === 'string') return row.key;
  return 'parent' in row ? keyOf(row.parent) : undefined;
}
