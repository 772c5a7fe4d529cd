/** The messages between the extension and the page of a timeline: plain data, with all texts in the editor's language. */
import type { Instant } from '../../base/clock';
import type { JobKey } from '../../jobs/model/job-reference';
import type { StatusClass } from '../../jobs/model/job-status';
import type { BarKind } from './timeline-model';

/** The content of one place, shown in the order of these fields. None of it is markup. */
export interface Cell {
  /** From the service or a person, so it may have any language and direction. */
  readonly quoted?: string | undefined;
  /** From the extension, in the editor's language. */
  readonly text?: string | undefined;
  /** Shown in the reader's time zone. */
  readonly instant?: Instant | undefined;
}

export interface PageTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface PageDetail {
  readonly label: string;
  readonly values: readonly Cell[];
  /** Whether the values take the whole width, since they may be long. */
  readonly isWide?: boolean;
}

/** Positions are parts of the axis: 0 is its left end, 1 its right end. */
export interface PageBar {
  readonly kind: BarKind | 'gap';
  readonly from: number;
  readonly to: number;
}

export interface PageRow {
  readonly id: string;
  readonly kind: 'job' | 'sub-job' | 'gap';
  /** The colour of the bar; `status` says the same as text. */
  readonly tone: StatusClass | 'waiting';
  readonly name: Cell;
  readonly status: Cell;
  readonly duration: string;
  readonly bar?: PageBar | undefined;
  /** From now to the expected end. */
  readonly ghost?: Pick<PageBar, 'from' | 'to'> | undefined;
  readonly details: readonly PageDetail[];
}

export interface PageTick {
  /** From 0 to 1, as in `PageBar`. */
  readonly at: number;
  readonly label: string;
}

export interface TimelinePage {
  readonly key: JobKey;
  readonly language: string;
  readonly heading: Cell;
  readonly summary: Cell;
  /** Why the last poll failed; missing if it succeeded. */
  readonly notice?: string | undefined;
  /** Says that the job is no longer tracked; missing if it is. */
  readonly removed?: string | undefined;
  readonly ticks: readonly PageTick[];
  readonly rows: readonly PageRow[];
  /** How many sub-jobs have no row; missing if all have one. */
  readonly more?: string | undefined;
  readonly table: PageTable;
  readonly words: {
    readonly chart: string;
    readonly axis: string;
    readonly details: string;
    readonly table: string;
    readonly copy: string;
    readonly copied: string;
    readonly trackAgain: string;
    /** Missing unless an upgrade waits for a decision, as is `copyCommand`. */
    readonly openInConsole?: string | undefined;
    readonly copyCommand?: string | undefined;
    readonly openJson: string;
    readonly empty: string;
  };
}

export type ToPage = { readonly kind: 'show'; readonly page: TimelinePage } | { readonly kind: 'copied' };

/** What the page sends: that it is loaded, or which of its buttons was pressed. */
const FROM_PAGE = ['ready', 'copy', 'open-json', 'track-again', 'open-in-console', 'copy-command'] as const;

export interface FromPage {
  readonly kind: (typeof FROM_PAGE)[number];
}

/** @returns undefined if the page never sends such a message. */
export function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const kind = FROM_PAGE.find((each) => each === message.kind);
  return kind === undefined ? undefined : { kind };
}

/** @returns the key in the state that the page saved before the window was reloaded; undefined if there is none. */
export function savedKey(state: unknown): JobKey | undefined {
  if (typeof state !== 'object' || state === null || !('key' in state)) return undefined;
  return typeof state.key === 'string' ? state.key : undefined;
}

/** Whether the page saved all that it shows, since the job is no longer tracked. */
export function isPageSaved(state: unknown): boolean {
  return (
    typeof state === 'object' &&
    state !== null &&
    'page' in state &&
    typeof state.page === 'object' &&
    state.page !== null
  );
}
