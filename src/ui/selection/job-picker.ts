/** Lists to pick tracked jobs from. */
import { l10n, type QuickPick, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { JobKey } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { arrange, NEWEST_FIRST } from '../tree/job-arrangement';
import { jobState, jobTitle, jobTypeWord, shownName, subjectWord } from '../text/job-words';
import { withDots } from '../text/punctuation';
import { askAlone, askChoice, type Choice, showInput } from '../editor/input-steps';

interface JobQuestion {
  /** The command that the jobs are picked for. */
  readonly title: string;
  readonly jobs: ReadonlyMap<JobKey, TrackedJob>;
  /** The jobs that are selected in the tree: they come first, and are picked unless the person picks others. */
  readonly selected: ReadonlySet<JobKey>;
  readonly now: number;
  /** One more choice, which stands for all jobs. */
  readonly all?: { readonly label: string; readonly detail: string } | undefined;
}

/** Picked instead of jobs. No job has this key. */
export const ALL_JOBS = '*';

type JobItem = Choice<JobKey>;

/** @returns the picked job, or undefined if the person cancelled. */
export function pickJob(choice: JobQuestion): Promise<JobKey | undefined> {
  const { jobs, title } = choice;
  const selected = selectedOf(choice);
  const counts = { selected: selected.length, all: jobs.size };
  const placeHolder =
    selected.length === 0
      ? l10n.t('Which job?')
      : l10n.t('Which job? Selected in the list: {selected} of {all}', counts);
  return askAlone((frame) => askChoice(frame, { placeHolder, choices: itemsOf(choice) }), title);
}

/**
 * Lists the jobs, with the selected ones ticked; if there is only one job, it is ticked. @returns the picked jobs, or ALL_JOBS if
 * that choice is among them; empty if the person cancelled.
 */
export async function pickJobs(choice: JobQuestion): Promise<readonly JobKey[] | typeof ALL_JOBS> {
  const pick = window.createQuickPick<JobItem>();
  const selected = selectedOf(choice);
  const counts = { selected: selected.length, all: choice.jobs.size };
  pick.placeholder =
    selected.length === 0
      ? l10n.t('Which jobs?')
      : l10n.t('Which jobs? Selected in the list: {selected} of {all}', counts);
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const allItems = choice.all === undefined ? [] : [{ ...choice.all, value: ALL_JOBS }];
  pick.items = [...allItems, ...itemsOf(choice)];
  const jobItems = pick.items.filter(({ kind, value }) => kind !== QuickPickItemKind.Separator && value !== ALL_JOBS);
  pick.selectedItems = jobItems.length === 1 ? jobItems : jobItems.filter(({ value }) => selected.includes(value));
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
  const keys = picked?.map(({ value }) => value) ?? [];
  return keys.includes(ALL_JOBS) ? ALL_JOBS : keys;
}

/** Returns the checked rows or, if none is checked, the row that Enter was pressed on. */
export function pickedItems<T extends QuickPickItem>({ selectedItems, activeItems }: QuickPick<T>): readonly T[] {
  return selectedItems.length > 0 ? selectedItems : activeItems;
}

function selectedOf({ jobs, selected }: JobQuestion): readonly JobKey[] {
  return [...selected].filter((key) => jobs.has(key));
}

/** Selected jobs first; then, as in each part, the newest. */
function itemsOf(question: JobQuestion): readonly JobItem[] {
  const { jobs, now } = question;
  const selected = new Set(selectedOf(question));
  const keys = arrange(jobs, NEWEST_FIRST).flatMap((group) => group.keys);
  const itemsFor = (some: readonly JobKey[]) => some.flatMap((key) => itemOf(key, jobs.get(key), now));
  if (selected.size === 0) return itemsFor(keys);
  const others = itemsFor(keys.filter((key) => !selected.has(key)));
  return [
    heading(l10n.t('Selected in the list')),
    ...itemsFor(keys.filter((key) => selected.has(key))),
    ...(others.length === 0 ? [] : [heading(l10n.t('Other jobs')), ...others]),
  ];
}

function heading(label: string): JobItem {
  return { label, kind: QuickPickItemKind.Separator, value: '' };
}

function itemOf(value: JobKey, tracked: TrackedJob | undefined, now: number): readonly JobItem[] {
  if (tracked === undefined) return [];
  const state = jobState(tracked, now);
  // A name given by a person need not say the type.
  const description =
    tracked.label === undefined ? state : withDots([jobTypeWord(tracked.job), subjectWord(tracked), state]);
  return [{ label: jobTitle(tracked), description, detail: shownName(tracked.reference.jobId), value }];
}
