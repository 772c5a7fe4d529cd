/** Durations in words, as `Intl` writes them in the editor's language. */

import { SECOND, MINUTE, HOUR, DAY } from '../../base/time-units';

type Unit = 'day' | 'hour' | 'minute' | 'second';

/** The two greatest units, e.g. `28 min 29 sec`; for how long something took. */
export function formatDuration(milliseconds: number, locale: string): string {
  const rounded = Math.max(0, Math.floor(milliseconds / SECOND) * SECOND);
  if (rounded < MINUTE) return part(rounded / SECOND, 'second', locale);
  if (rounded < HOUR) return parts(rounded, MINUTE, 'minute', SECOND, 'second', locale);
  if (rounded < DAY) return parts(rounded, HOUR, 'hour', MINUTE, 'minute', locale);
  return parts(rounded, DAY, 'day', HOUR, 'hour', locale);
}

/** For how long something has been going on: whole minutes after the first one, so that it changes seldom. */
export function formatElapsed(milliseconds: number, locale: string): string {
  return formatDuration(milliseconds < MINUTE ? milliseconds : milliseconds - (milliseconds % MINUTE), locale);
}

/** Milliseconds until `formatElapsed` reads differently. */
export function untilElapsedChanges(milliseconds: number): number {
  const step = milliseconds < MINUTE ? SECOND : milliseconds < DAY ? MINUTE : HOUR;
  return step - (((milliseconds % step) + step) % step);
}

function parts(rest: number, size: number, unit: Unit, smallerSize: number, smaller: Unit, locale: string): string {
  const greater = part(Math.floor(rest / size), unit, locale);
  const lesser = Math.floor((rest % size) / smallerSize);
  if (lesser === 0) return greater;
  return new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' }).format([
    greater,
    part(lesser, smaller, locale),
  ]);
}

function part(value: number, unit: Unit, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
