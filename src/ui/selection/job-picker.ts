/** Lets a person choose jobs where more than one could be meant. */
import { l10n, type QuickPick, type QuickPickItem, window } from 'vscode';
import type { JobKey } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { arrange, NEWEST_FIRST } from '../tree/job-arrangement';
import { jobState, jobTitle, jobTypeWord } from '../text/job-words';
import { askAlone, askChoice, type Choice, shown } from '../editor/input-steps';

export interface JobChoice {
  /** What is done with what is chosen. */
  readonly title: string;
  readonly jobs: ReadonlyMap<JobKey, TrackedJob>;
  readonly now: number;
}

type JobItem = Choice<JobKey>;

/** The chosen job; undefined where there is none or the person gave up. */
export function pickJob(choice: JobChoice): Promise<JobKey | undefined> {
  const question = { placeHolder: l10n.t('Which job?'), choices: itemsOf(choice) };
  return askAlone((frame) => askChoice(frame, question), choice.title);
}

/** The chosen jobs; empty where the person gave up. One that is alone need not be picked, only agreed to. */
export async function pickJobs(choice: JobChoice): Promise<readonly JobKey[]> {
  const pick = window.createQuickPick<JobItem>();
  pick.placeholder = l10n.t('Which jobs?');
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = itemsOf(choice);
  if (pick.items.length === 1) pick.selectedItems = pick.items;
  const picked = await askAlone(
    (frame) =>
      shown<readonly JobItem[]>(frame, pick, (answer) => [
        pick.onDidAccept(() => {
          // No row has what was typed.
          if (pickedOf(pick).length > 0) answer(pickedOf(pick));
        }),
      ]),
    choice.title,
  );
  return picked?.map(({ value }) => value) ?? [];
}

/** Who ticks nothing means the row that Enter was pressed on. */
export function pickedOf<T extends QuickPickItem>({ selectedItems, activeItems }: QuickPick<T>): readonly T[] {
  return selectedItems.length > 0 ? selectedItems : activeItems;
}

function itemsOf({ jobs, now }: JobChoice): readonly JobItem[] {
  const keys = arrange(jobs, NEWEST_FIRST).flatMap((group) => group.keys);
  return keys.flatMap((value) => {
    const tracked = jobs.get(value);
    if (tracked === undefined) return [];
    const state = jobState(tracked, now);
    return {
      label: jobTitle(tracked),
      // What a person calls it does not tell what it is.
      description: tracked.label === undefined ? state : `${jobTypeWord(tracked.job)} · ${state}`,
      detail: tracked.reference.jobId,
      value,
    };
  });
}
