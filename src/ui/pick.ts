/** Lets a person choose jobs where more than one could be meant. */
import { type Disposable, l10n, type QuickPick, type QuickPickItem, window } from 'vscode';
import type { JobKey } from '../jobs/job-reference';
import type { TrackedJob } from '../jobs/tracked-job';
import { arrange, NEWEST_FIRST } from './job-arrangement';
import { jobState, jobTitle, jobTypeWord } from './job-words';
import { askAlone, shown } from './steps';

export interface JobChoice {
  /** What is done with what is chosen. */
  readonly title: string;
  readonly jobs: ReadonlyMap<JobKey, TrackedJob>;
  readonly now: number;
}

interface JobItem extends QuickPickItem {
  readonly key: JobKey;
}

/** The chosen job; undefined where there is none or the person gave up. */
export async function pickJob(choice: JobChoice): Promise<JobKey | undefined> {
  const pick = quickPick(choice, l10n.t('Which job?'));
  const [chosen] = await ask(choice, pick, () => pick.activeItems);
  return chosen;
}

/** The chosen jobs; empty where the person gave up. One that is alone need not be picked, only agreed to. */
export function pickJobs(choice: JobChoice): Promise<readonly JobKey[]> {
  const pick = quickPick(choice, l10n.t('Which jobs?'));
  pick.canSelectMany = true;
  if (pick.items.length === 1) pick.selectedItems = pick.items;
  return ask(choice, pick, () => pickedOf(pick));
}

/** Who ticks nothing means the row that Enter was pressed on. */
export function pickedOf<T extends QuickPickItem>({ selectedItems, activeItems }: QuickPick<T>): readonly T[] {
  return selectedItems.length > 0 ? selectedItems : activeItems;
}

function quickPick({ jobs, now }: JobChoice, placeholder: string): QuickPick<JobItem> {
  const pick = window.createQuickPick<JobItem>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const keys = arrange(jobs, NEWEST_FIRST).flatMap((group) => group.keys);
  pick.items = keys.flatMap((key) => {
    const tracked = jobs.get(key);
    return tracked === undefined ? [] : [itemOf(key, tracked, now)];
  });
  return pick;
}

async function ask(
  { title }: JobChoice,
  pick: QuickPick<JobItem>,
  chosen: () => readonly JobItem[],
): Promise<readonly JobKey[]> {
  const answered = await askAlone(
    (frame) =>
      shown<readonly JobItem[]>(frame, pick, (answer): readonly Disposable[] => [
        pick.onDidAccept(() => {
          // No row has what was typed.
          if (chosen().length > 0) answer(chosen());
        }),
      ]),
    title,
  );
  return answered?.map(({ key }) => key) ?? [];
}

function itemOf(key: JobKey, tracked: TrackedJob, now: number): JobItem {
  const state = jobState(tracked, now);
  return {
    label: jobTitle(tracked),
    // What a person calls it does not tell what it is.
    description: tracked.label === undefined ? state : `${jobTypeWord(tracked.job)} · ${state}`,
    detail: tracked.reference.jobId,
    key,
  };
}
