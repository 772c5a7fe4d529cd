/** Corrects numbers of files that another program or a damaged disk changed. */
import type { Instant } from '../base/clock';
import { MAX_INSTANT } from '../base/limits';

/** @returns a whole number of milliseconds between the years 1970 and 9999; undefined for any other number */
export function saneInstant(value: number): Instant | undefined {
  return value >= 0 && value <= MAX_INSTANT ? clampInteger(value, 0, MAX_INSTANT) : undefined;
}

/** @returns the nearest whole number of the range, rounded down */
export function clampInteger(value: number, min: number, max: number): number {
  // The sum turns -0 to 0.
  return Math.floor(Math.min(Math.max(value, min), max)) + 0;
}
