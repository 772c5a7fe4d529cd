/** The list in which a person chooses which jobs the tree lists. */
import { l10n, type QuickPick, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import { MAX_FILTER_TEXT_LENGTH, MAX_FILTER_VALUES } from '../../base/limits';
import { projectName, type ProjectReference } from '../../jobs/model/project';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { askAlone, showInput } from '../editor/input-steps';
import { shownName } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { filterWord, projectLabel } from './arrangement-words';
import { type Filter, FILTERS, type JobFilter, matchesFilter, NO_FILTER } from './job-arrangement';

export interface FilterQuestion {
  readonly current: JobFilter;
  readonly jobs: Iterable<TrackedJob>;
  /** Returns the name of a project's credentials. */
  readonly nameOf: (project: ProjectReference) => string | undefined;
}

/** What a row of the list adds to the filter. The row of the text and headings add nothing. */
interface FilterItem extends QuickPickItem {
  readonly adds?: Partial<Record<'filter', Filter> & Record<'projects' | 'types', string>>;
}

/**
 * Returns the chosen filter, or undefined if the person cancelled. Enter takes the ticked rows. It also takes the active row
 * if the person has ticked none since they last typed, so that a typed text needs no tick.
 */
export function pickFilter(question: FilterQuestion): Promise<JobFilter | undefined> {
  const { current } = question;
  const pick = window.createQuickPick<FilterItem>();
  pick.placeholder = l10n.t('Type a text, or tick what to show with Space; Enter applies');
  pick.canSelectMany = true;
  let textItem = itemOfText(current.text);
  const rows = rowsOf(question);
  pick.items = [textItem, ...rows];
  /** The rows that were ticked when the person last typed, or at first. */
  let tickedBefore = new Set([...(current.text === '' ? [] : [textItem]), ...rows.filter(isIn(current))]);
  pick.selectedItems = [...tickedBefore];
  let typed = '';
  let hasTicked = false;
  return askAlone(
    (frame) =>
      showInput<JobFilter>(frame, pick, (answer) => [
        pick.onDidChangeSelection((ticked) => {
          // VS Code 1.100 also reports the ticks that this code sets, after it has reported that none is left.
          if (ticked.length > 0) hasTicked ||= !areTicked(tickedBefore, ticked);
        }),
        pick.onDidChangeValue((value) => {
          typed = value.trim().slice(0, MAX_FILTER_TEXT_LENGTH);
          const ticked = pick.selectedItems.filter((item) => item !== textItem);
          const isTicked = ticked.length < pick.selectedItems.length;
          textItem = itemOfText(typed === '' ? current.text : typed);
          // The rows keep their positions, by which the editor reports ticks.
          pick.items = [textItem, ...rows];
          tickedBefore = new Set(isTicked ? [textItem, ...ticked] : ticked);
          pick.selectedItems = [...tickedBefore];
          if (typed !== '') pick.activeItems = [textItem];
          hasTicked = false;
        }),
        pick.onDidAccept(() => {
          const chosen = new Set(pick.selectedItems);
          if (!hasTicked && areTicked(tickedBefore, pick.selectedItems))
            for (const item of activeItems(pick, typed === '' ? [] : [textItem])) chosen.add(item);
          answer(filterOf([...chosen], chosen.has(textItem) ? typed || current.text : ''));
        }),
      ]),
    l10n.t('Filter Jobs'),
  );
}

function areTicked(expected: ReadonlySet<FilterItem>, ticked: readonly FilterItem[]): boolean {
  return ticked.length === expected.size && ticked.every((item) => expected.has(item));
}

/** @param otherwise if no row is active */
function activeItems(pick: QuickPick<FilterItem>, otherwise: readonly FilterItem[]): readonly FilterItem[] {
  return pick.activeItems.length > 0 ? pick.activeItems : otherwise;
}

/** Always shown, so that the list is never empty. */
function itemOfText(text: string): FilterItem {
  const label = text === '' ? l10n.t('Contains a text') : l10n.t('Contains “{text}”', { text: plainText(text) });
  return { label, description: l10n.t('in the name, ID, type or status'), alwaysShow: true };
}

function rowsOf({ current, jobs, nameOf }: FilterQuestion): readonly FilterItem[] {
  const states = new Map<Filter, number>(FILTERS.map((filter) => [filter, 0]));
  const projects = new Map(current.projects.map((project) => [project, 0]));
  const types = new Map(current.types.map((type) => [type, 0]));
  for (const tracked of jobs) {
    for (const filter of FILTERS) if (matchesFilter(tracked, filter)) count(states, filter);
    count(projects, projectName(tracked.reference));
    if (tracked.job?.jobType !== undefined) count(types, tracked.job.jobType);
  }
  // More would make the list slow; any other is found by its text.
  const section = (heading: string, items: readonly FilterItem[]): readonly FilterItem[] =>
    items.length === 0
      ? []
      : [{ label: heading, kind: QuickPickItemKind.Separator }, ...items.slice(0, MAX_FILTER_VALUES)];
  return [
    ...section(
      l10n.t('Status'),
      [...states].map(([filter, jobs]) => ({ label: filterWord(filter), ...counted(jobs), adds: { filter } })),
    ),
    ...section(
      l10n.t('Project'),
      [...projects].map(([project, jobs]) => ({
        label: projectLabel(project, nameOf),
        ...counted(jobs),
        adds: { projects: project },
      })),
    ),
    ...section(
      l10n.t('Type'),
      [...types].map(([type, jobs]) => ({ label: shownName(type), ...counted(jobs), adds: { types: type } })),
    ),
  ];
}

function count<T>(counts: Map<T, number>, value: T): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

function counted(jobs: number): { readonly description: string } {
  return { description: String(jobs) };
}

function isIn({ filter, projects, types }: JobFilter): (item: FilterItem) => boolean {
  return ({ adds = {} }) =>
    (adds.filter !== undefined && filter.includes(adds.filter)) ||
    (adds.projects !== undefined && projects.includes(adds.projects)) ||
    (adds.types !== undefined && types.includes(adds.types));
}

function filterOf(items: readonly FilterItem[], text: string): JobFilter {
  return {
    ...NO_FILTER,
    filter: FILTERS.filter((filter) => items.some(({ adds }) => adds?.filter === filter)),
    projects: items.flatMap(({ adds }) => adds?.projects ?? []),
    types: items.flatMap(({ adds }) => adds?.types ?? []),
    text,
  };
}
