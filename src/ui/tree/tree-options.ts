/** How the tree is grouped, sorted and filtered: lets the person choose groups and order, and saves all choices in the workspace. */
import { EventEmitter, l10n, type Memento } from 'vscode';
import { MAX_FILTER_TEXT_LENGTH, MAX_FILTER_VALUES } from '../../base/limits';
import { groupingWord, orderWord } from './arrangement-words';
import {
  type Arrangement,
  FILTERS,
  GROUPINGS,
  type JobFilter,
  NEWEST_FIRST,
  NO_FILTER,
  ORDERS,
} from './job-arrangement';
import { askAlone, askChoice } from '../editor/input-steps';

const STORAGE_KEY = 'elbJobs.arrangement';

export class TreeOptions {
  private readonly changes = new EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  private arrangement: Arrangement;

  constructor(private readonly memento: Memento) {
    this.arrangement = readArrangement(memento.get(STORAGE_KEY));
  }

  get current(): Arrangement {
    return this.arrangement;
  }

  async chooseGrouping(): Promise<void> {
    const grouping = await pick(l10n.t('Group Jobs By'), GROUPINGS, this.arrangement.grouping, groupingWord);
    if (grouping !== undefined) await this.set({ grouping });
  }

  async chooseOrder(): Promise<void> {
    const order = await pick(l10n.t('Sort Jobs By'), ORDERS, this.arrangement.order, orderWord);
    if (order !== undefined) await this.set({ order });
  }

  async setFilter(filter: JobFilter): Promise<void> {
    await this.set(filter);
  }

  async clearFilter(): Promise<void> {
    await this.set(NO_FILTER);
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async set(change: Partial<Arrangement>): Promise<void> {
    this.arrangement = { ...this.arrangement, ...change };
    this.changes.fire();
    await this.memento.update(STORAGE_KEY, this.arrangement);
  }
}

function pick<T extends string>(
  title: string,
  all: readonly T[],
  current: T,
  wordOf: (value: T) => string,
): Promise<T | undefined> {
  const choices = all.map((value) => ({
    label: wordOf(value),
    description: value === current ? '$(check)' : '',
    value,
  }));
  return askAlone(
    (frame) => askChoice(frame, { placeHolder: title, choices, isActive: (value) => value === current }),
    title,
  );
}

/**
 * Uses the default for each invalid value, since another version of the extension may have saved it. An earlier one saved a
 * single word as `filter`.
 */
function readArrangement(saved: unknown): Arrangement {
  const values: Partial<Record<keyof Arrangement, unknown>> = typeof saved === 'object' && saved !== null ? saved : {};
  const oneOf = <T extends string>(all: readonly T[], value: unknown, otherwise: T): T =>
    all.find((each) => each === value) ?? otherwise;
  const filters = textsOf(typeof values.filter === 'string' ? [values.filter] : values.filter);
  return {
    grouping: oneOf(GROUPINGS, values.grouping, NEWEST_FIRST.grouping),
    order: oneOf(ORDERS, values.order, NEWEST_FIRST.order),
    filter: FILTERS.filter((each) => filters.includes(each)),
    projects: textsOf(values.projects),
    types: textsOf(values.types),
    text: typeof values.text === 'string' ? values.text.slice(0, MAX_FILTER_TEXT_LENGTH) : NEWEST_FIRST.text,
  };
}

function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, MAX_FILTER_VALUES) : [];
  return values.filter((each) => typeof each === 'string');
}
