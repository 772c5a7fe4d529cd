/** Checks of the values of a row. Rows are checked by hand: thousands are read when a window opens. */
import { MAX_INSTANT } from '../../../base/limits';
import { isZeroInstant } from '../../../base/zero-instants';

/** Of a time that the service sent: the range of Date. */
const MAX_TIME_MS = 8_640_000_000_000_000;

/** A row that this version did not write, or that was damaged. */
export class DamagedRowError extends Error {}

export function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new DamagedRowError();
  return value;
}

export function integerIn(value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) throw new DamagedRowError();
  return value;
}

/** Reads times, which rows have as milliseconds after `trackedAt`: they are shorter. */
export class RowTimes {
  constructor(private readonly trackedAt: number) {}

  instant(value: unknown): number {
    return integerIn(this.absolute(value), 0, MAX_INSTANT);
  }

  optionalInstant(value: unknown): number | undefined {
    return value === null ? undefined : this.instant(value);
  }

  /** Of a time that the service sent. Earlier versions wrote zero instants, too. */
  optionalTime(value: unknown): number | undefined {
    if (value === null) return undefined;
    const instant = integerIn(this.absolute(value), -MAX_TIME_MS, MAX_TIME_MS);
    return isZeroInstant(instant) ? undefined : instant;
  }

  private absolute(value: unknown): number {
    if (typeof value !== 'number') throw new DamagedRowError();
    return this.trackedAt + value;
  }
}
