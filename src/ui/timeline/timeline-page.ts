/** What the page of a timeline is told, and what it answers: plain data, all words of it in the editor's language. */
import type { Instant } from '../../base/clock';
import type { JobKey } from '../../jobs/model/job-reference';
import type { StatusClass } from '../../jobs/model/job-status';
import type { BarKind } from './timeline-model';

/** What stands in one place, in the order of these fields; none of it is markup. */
export interface Cell {
  /** Of the service or a person, so in any language and direction. */
  readonly quoted?: string | undefined;
  /** Our words. */
  readonly text?: string | undefined;
  /** Shown in the time zone of whoever looks. */
  readonly instant?: Instant | undefined;
}

export interface PageTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface PageDetail {
  readonly label: string;
  readonly values: readonly Cell[];
  /** Likely to be long. */
  readonly isWide?: boolean;
}

/** From 0, the left end of the axis, to 1. */
export interface PageBar {
  readonly kind: BarKind | 'gap';
  readonly from: number;
  readonly to: number;
}

export interface PageRow {
  readonly id: string;
  readonly kind: 'job' | 'sub-job' | 'gap';
  /** The look of the bar; the same is told in words. */
  readonly tone: StatusClass | 'waiting';
  readonly name: Cell;
  readonly status: Cell;
  readonly duration: string;
  readonly bar?: PageBar | undefined;
  readonly details: readonly PageDetail[];
}

export interface PageTick {
  readonly at: number;
  readonly label: string;
}

export interface TimelinePage {
  readonly key: JobKey;
  readonly language: string;
  readonly heading: Cell;
  readonly summary: Cell;
  /** What keeps us from knowing more; missing where nothing does. */
  readonly notice?: string | undefined;
  readonly ticks: readonly PageTick[];
  readonly rows: readonly PageRow[];
  readonly table: PageTable;
  readonly words: {
    readonly chart: string;
    readonly axis: string;
    readonly details: string;
    readonly table: string;
    readonly copy: string;
    readonly copied: string;
    readonly empty: string;
  };
}

export type ToPage = { readonly kind: 'show'; readonly page: TimelinePage } | { readonly kind: 'copied' };

export type FromPage = { readonly kind: 'ready' } | { readonly kind: 'copy' };

/** Undefined for anything that the page does not send. */
export function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  return message.kind === 'ready' || message.kind === 'copy' ? { kind: message.kind } : undefined;
}

/** What the page keeps over a reload of the window; undefined for anything else. */
export function keptKey(state: unknown): JobKey | undefined {
  if (typeof state !== 'object' || state === null || !('key' in state)) return undefined;
  return typeof state.key === 'string' ? state.key : undefined;
}
