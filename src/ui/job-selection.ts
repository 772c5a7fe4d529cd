/** Which jobs a command means: the rows that were selected, or those that a person picks. */
import { l10n, window } from 'vscode';
import type { Clock } from '../jobs/clock';
import type { JobKey } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { TrackedJob } from '../jobs/tracked-job';
import { pickJob } from './pick';

export interface SelectedJob {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

export class JobSelection {
  constructor(
    private readonly store: JobStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param clicked the row of the menu; key bindings and other extensions hand over whatever they like.
   * @param selected all rows, where several are selected and the clicked one is among them.
   * @param isMeant of all jobs, those that a person may pick.
   */
  async jobs(
    clicked: unknown,
    selected: unknown,
    isMeant: (tracked: TrackedJob) => boolean = () => true,
  ): Promise<readonly SelectedJob[]> {
    const meant = this.rows(clicked, selected);
    if (meant.length > 0) return meant;
    const choices = new Map([...this.store.all()].filter(([, tracked]) => isMeant(tracked)));
    if (choices.size === 0) {
      void window.showInformationMessage(
        this.store.all().size === 0 ? l10n.t('No job is tracked.') : l10n.t('There is no such job in the list.'),
      );
      return [];
    }
    const picked = await pickJob(choices, this.clock.now());
    return picked === undefined ? [] : this.of(picked);
  }

  /** As `jobs`, but none where no row is meant. */
  rows(clicked: unknown, selected: unknown): readonly SelectedJob[] {
    const rows = Array.isArray(selected) && selected.length > 0 ? (selected as readonly unknown[]) : [clicked];
    const keys = new Set(rows.flatMap((row) => keyOf(row) ?? []));
    return [...keys].flatMap((key) => this.of(key));
  }

  /** The first of them, for what is done to one job alone. */
  async job(clicked: unknown, isMeant?: (tracked: TrackedJob) => boolean): Promise<SelectedJob | undefined> {
    return (await this.jobs(clicked, undefined, isMeant))[0];
  }

  private of(key: JobKey): readonly SelectedJob[] {
    const tracked = this.store.get(key);
    return tracked === undefined ? [] : [{ key, tracked }];
  }
}

/** Of a row, or of the job that a row is below. */
function keyOf(row: unknown): JobKey | undefined {
  if (typeof row === 'string') return row;
  if (typeof row !== 'object' || row === null) return undefined;
  if ('key' in row && typeof row.key === 'string') return row.key;
  return 'parent' in row ? keyOf(row.parent) : undefined;
}
