/** The texts of a row's details, each written once. The details refer to them by numbers. */
import { MAX_FIELD_LENGTH } from '../../../base/limits';
import type { JobKey } from '../../model/job-reference';
import { DamagedRowError } from './row-checks';

/** Stands for a missing text. */
const MISSING = -1;
/** Texts that are kept to be shared by later rows. */
const MAX_SHARED_TEXTS = 10_000;
const MAX_SHARED_LENGTH = 256;

/** Collects the texts of one row. Even numbers are shared texts, odd ones are own texts. */
export class RowTextWriter {
  /** Texts that other rows are likely to have, too. */
  readonly shared: string[] = [];
  /** Texts that no other row is likely to have. */
  readonly own: string[] = [];
  private readonly numbers = new Map<string, number>();

  sharedNumber(text: string | undefined): number {
    return this.number(text, this.shared, 0);
  }

  ownNumber(text: string | undefined): number {
    return this.number(text, this.own, 1);
  }

  private number(text: string | undefined, texts: string[], parity: 0 | 1): number {
    if (text === undefined) return MISSING;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = 2 * texts.length + parity;
    texts.push(text);
    this.numbers.set(text, number);
    return number;
  }
}

/** Keeps one copy of each text that many rows share. */
export class SharedTexts {
  private readonly texts = new Map<string, string>();

  get(text: string): string {
    if (text.length > MAX_SHARED_LENGTH) return text;
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size >= MAX_SHARED_TEXTS) this.texts.clear();
    this.texts.set(text, text);
    return text;
  }
}

/** What the rows that are read have in common. */
export interface RowReading {
  readonly texts: SharedTexts;
  /** Called once for a job whose details are damaged, when they are read. The job then has no sub-jobs and no history. */
  readonly onDamagedDetails: (key: JobKey) => void;
}

/** Finds the texts of one row's details. Throws a DamagedRowError for a number that no text has. */
export class RowTexts {
  private readonly shared: readonly string[];
  private readonly own: readonly string[];

  constructor(shared: unknown, own: unknown, texts: SharedTexts) {
    this.shared = textsIn(shared).map((text) => texts.get(text));
    this.own = textsIn(own);
  }

  optional(number: unknown): string | undefined {
    return number === MISSING ? undefined : this.text(number);
  }

  text(number: unknown): string {
    if (typeof number !== 'number') throw new DamagedRowError();
    const text = (number % 2 === 0 ? this.shared : this.own)[Math.floor(number / 2)];
    if (text === undefined) throw new DamagedRowError();
    return text;
  }
}

function textsIn(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every(isShortText)) throw new DamagedRowError();
  return value;
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_FIELD_LENGTH;
}
