/** How the tree is grouped, sorted and filtered: lets the person choose, and saves the choice in the workspace. */
import { EventEmitter, l10n, type Memento } from 'vscode';
import { filterWord, groupingWord, orderWord } from './arrangement-words';
import { type Arrangement, FILTERS, GROUPINGS, NEWEST_FIRST, ORDERS } from './job-arrangement';
import { askAlone, askChoice, askText } from '../editor/input-steps';

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

  /** Lets the person choose a filter, then enter a text. The filter applies even if the text is cancelled. */
  async chooseFilter(): Promise<void> {
    const filter = await pick(l10n.t('Filter Jobs'), FILTERS, this.arrangement.filter, filterWord);
    if (filter === undefined) return;
    await this.set({ filter });
    const text = await askAlone(
      (frame) =>
        askText(frame, {
          prompt: l10n.t('Text that the name, ID, type or status must contain; leave empty for all jobs'),
          value: this.arrangement.text,
        }),
      l10n.t('Filter Jobs'),
    );
    if (text !== undefined) await this.set({ text });
  }

  async clearFilter(): Promise<void> {
    await this.set({ filter: 'all', text: '' });
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

/** Uses the default for each invalid value, since another version of the extension may have saved it. */
function readArrangement(saved: unknown): Arrangement {
  const values: Partial<Record<keyof Arrangement, unknown>> = typeof saved === 'object' && saved !== null ? saved : {};
  const oneOf = <T extends string>(all: readonly T[], value: unknown, otherwise: T): T =>
    all.find((each) => each === value) ?? otherwise;
  return {
    grouping: oneOf(GROUPINGS, values.grouping, NEWEST_FIRST.grouping),
    order: oneOf(ORDERS, values.order, NEWEST_FIRST.order),
    filter: oneOf(FILTERS, values.filter, NEWEST_FIRST.filter),
    text: typeof values.text === 'string' ? values.text : NEWEST_FIRST.text,
  };
}
