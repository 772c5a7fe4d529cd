/** Keeps how the person wants the tree arranged, and lets them choose it. */
import { EventEmitter, l10n, type Memento } from 'vscode';
import { filterWord, groupingWord, orderWord } from './arrangement-words';
import { type Arrangement, FILTERS, GROUPINGS, NEWEST_FIRST, ORDERS } from './job-arrangement';
import { askAlone, askChoice, askText } from '../editor/input-steps';

const KEPT = 'elbJobs.arrangement';

export class TreeOptions {
  private readonly changes = new EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  private arrangement: Arrangement;

  constructor(private readonly memento: Memento) {
    this.arrangement = readArrangement(memento.get(KEPT));
  }

  get current(): Arrangement {
    return this.arrangement;
  }

  async chooseGrouping(): Promise<void> {
    const grouping = await choose(l10n.t('Group Jobs By'), GROUPINGS, this.arrangement.grouping, groupingWord);
    if (grouping !== undefined) await this.set({ grouping });
  }

  async chooseOrder(): Promise<void> {
    const order = await choose(l10n.t('Sort Jobs By'), ORDERS, this.arrangement.order, orderWord);
    if (order !== undefined) await this.set({ order });
  }

  /** Which jobs, then by which text; what was chosen first holds whether or not the person goes on. */
  async chooseFilter(): Promise<void> {
    const filter = await choose(l10n.t('Filter Jobs'), FILTERS, this.arrangement.filter, filterWord);
    if (filter === undefined) return;
    await this.set({ filter });
    const text = await askAlone(
      (frame) =>
        askText(frame, {
          prompt: l10n.t('Text that a name, an ID, a type or a status must contain; leave it empty for all'),
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
    await this.memento.update(KEPT, this.arrangement);
  }
}

function choose<T extends string>(
  title: string,
  all: readonly T[],
  present: T,
  wordOf: (value: T) => string,
): Promise<T | undefined> {
  const choices = all.map((value) => ({
    label: wordOf(value),
    description: value === present ? '$(check)' : '',
    value,
  }));
  return askAlone(
    (frame) => askChoice(frame, { placeHolder: title, choices, isActive: (value) => value === present }),
    title,
  );
}

/** What was kept may be of another version. */
function readArrangement(kept: unknown): Arrangement {
  const values: Partial<Record<keyof Arrangement, unknown>> = typeof kept === 'object' && kept !== null ? kept : {};
  const oneOf = <T extends string>(all: readonly T[], value: unknown, otherwise: T): T =>
    all.find((each) => each === value) ?? otherwise;
  return {
    grouping: oneOf(GROUPINGS, values.grouping, NEWEST_FIRST.grouping),
    order: oneOf(ORDERS, values.order, NEWEST_FIRST.order),
    filter: oneOf(FILTERS, values.filter, NEWEST_FIRST.filter),
    text: typeof values.text === 'string' ? values.text : NEWEST_FIRST.text,
  };
}
