/** Formats durations in a language. */
import { SECOND, MINUTE, HOUR, DAY } from '../../base/time-units';

type Unit = 'day' | 'hour' | 'minute' | 'second';

/** Formats a finished duration in its two largest units, e.g. `28 min 29 sec`. */
export function formatDuration(milliseconds: number, locale: string): string {
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

/** How long `formatElapsed` returns the same text. */
export function msUntilElapsedChanges(milliseconds: number): number {
  const step = milliseconds < MINUTE ? SECOND : milliseconds < DAY ? MINUTE : HOUR;
  return step - (((milliseconds % step) + step) % step);
}

function parts(rest: number, size: number, unit: Unit, smallerSize: number, smaller: Unit, locale: string): string {
  const larger = part(Math.floor(rest / size), unit, locale);
  const smallerCount = Math.floor((rest % size) / smallerSize);
  if (smallerCount === 0) return larger;
  return new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' }).format([
    larger,
    part(smallerCount, smaller, locale),
  ]);
}

function part(value: number, unit: Unit, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
