/** Lists to pick tracked jobs from. */
import { l10n, type QuickPick, type QuickPickItem, window } from 'vscode';
import type { JobKey } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { arrange, NEWEST_FIRST } from '../tree/job-arrangement';
import { jobState, jobTitle, jobTypeWord, shownName } from '../text/job-words';
import { askAlone, askChoice, type Choice, showInput } from '../editor/input-steps';

interface JobQuestion {
  /** The command that the jobs are picked for. */
  readonly title: string;
  readonly jobs: ReadonlyMap<JobKey, TrackedJob>;
  readonly now: number;
}

type JobItem = Choice<JobKey>;

/** @returns the picked job, or undefined if the person cancelled. */
export function pickJob(choice: JobQuestion): Promise<JobKey | undefined> {
  const question = { placeHolder: l10n.t('Which job?'), choices: itemsOf(choice) };
  return askAlone((frame) => askChoice(frame, question), choice.title);
}

/** Lists the jobs; if there is only one, it is already selected. @returns the picked jobs; empty if the person cancelled. */
export async function pickJobs(choice: JobQuestion): Promise<readonly JobKey[]> {
  const pick = window.createQuickPick<JobItem>();
  pick.placeholder = l10n.t('Which jobs?');
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = itemsOf(choice);
  if (pick.items.length === 1) pick.selectedItems = pick.items;
  const picked = await askAlone(
    (frame) =>
      showInput<readonly JobItem[]>(frame, pick, (answer) => [
        pick.onDidAccept(() => {
          // Empty if no row matches the typed text.
          if (pickedItems(pick).length > 0) answer(pickedItems(pick));
        }),
      ]),
    choice.title,
  );
  return picked?.map(({ value }) => value) ?? [];
}

/** Returns the checked rows or, if none is checked, the row that Enter was pressed on. */
export function pickedItems<T extends QuickPickItem>({ selectedItems, activeItems }: QuickPick<T>): readonly T[] {
  return selectedItems.length > 0 ? selectedItems : activeItems;
}

function itemsOf({ jobs, now }: JobQuestion): readonly JobItem[] {
  const keys = arrange(jobs, NEWEST_FIRST).flatMap((group) => group.keys);
  return keys.flatMap((value) => {
    const tracked = jobs.get(value);
    if (tracked === undefined) return [];
    const state = jobState(tracked, now);
    return {
      label: jobTitle(tracked),
      // A name given by a person need not say the type.
      description: tracked.label === undefined ? state : `${jobTypeWord(tracked.job)} · ${state}`,
      detail: shownName(tracked.reference.jobId),
      value,
    };
  });
}
