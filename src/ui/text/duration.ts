/** Formats durations in a language. */
import { MAX_INSTANT } from '../../base/limits';
import { SECOND, MINUTE, HOUR, DAY } from '../../base/time-units';
import { NO_TIME } from './date-time';

/** By locale and unit: making a formatter takes a hundred times as long as using it. */
const unitFormatters = new Map<string, Intl.NumberFormat>();
/** By locale. */
const listFormatters = new Map<string, Intl.ListFormat>();

type Unit = 'day' | 'hour' | 'minute' | 'second';

/** Formats a finished duration in its two largest units, e.g. `28 min 29 sec`; as `—` if no two times are so far apart. */
export function formatDuration(milliseconds: number, locale: string): string {
  if (!isDuration(milliseconds)) return NO_TIME;
  const rounded = Math.max(0, Math.floor(milliseconds / SECOND) * SECOND);
  if (rounded < MINUTE) return part(rounded / SECOND, 'second', locale);
  if (rounded < HOUR) return parts(rounded, MINUTE, 'minute', SECOND, 'second', locale);
  if (rounded < DAY) return parts(rounded, HOUR, 'hour', MINUTE, 'minute', locale);
  return parts(rounded, DAY, 'day', HOUR, 'hour', locale);
}

/** Formats a running duration; after the first minute in whole minutes, so that rows seldom change. */
export function formatElapsed(milliseconds: number, locale: string): string {
  return formatDuration(milliseconds < MINUTE ? milliseconds : milliseconds - (milliseconds % MINUTE), locale);
}

/** How long `formatElapsed` returns the same text; Infinity if the duration cannot be one. */
export function msUntilElapsedChanges(milliseconds: number): number {
  if (!isDuration(milliseconds)) return Infinity;
  const step = milliseconds < MINUTE ? SECOND : milliseconds < DAY ? MINUTE : HOUR;
  return step - (((milliseconds % step) + step) % step);
}

function isDuration(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= 2 * MAX_INSTANT;
}

function parts(rest: number, size: number, unit: Unit, smallerSize: number, smaller: Unit, locale: string): string {
  const larger = part(Math.floor(rest / size), unit, locale);
  const smallerCount = Math.floor((rest % size) / smallerSize);
  if (smallerCount === 0) return larger;
  const list = listFormatters.get(locale) ?? new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' });
  listFormatters.set(locale, list);
  return list.format([larger, part(smallerCount, smaller, locale)]);
}

function part(value: number, unit: Unit, locale: string): string {
  const key = `${locale} ${unit}`;
  const formatter =
    unitFormatters.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' });
  unitFormatters.set(key, formatter);
  return formatter.format(value);
}
