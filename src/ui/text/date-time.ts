/** Formats dates with times in a language and the local time zone. */
import type { Instant } from '../../base/clock';
import { MAX_INSTANT } from '../../base/limits';

/** Shown in the place of a time that cannot be one. */
export const NO_TIME = '—';

const SHORT: Intl.DateTimeFormatOptions = { dateStyle: 'short', timeStyle: 'short' };
const TIME: Intl.DateTimeFormatOptions = { timeStyle: 'short' };
const MEDIUM: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
const WITH_ZONE: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'long' };

/** By options and locale: making a formatter takes a hundred times as long as using it. */
const formatters = new Map<Intl.DateTimeFormatOptions, Map<string, Intl.DateTimeFormat>>();

/** Whether the instant is a plausible time. Formatting a time that no `Date` can hold would throw. */
export function isInstant(instant: Instant | undefined): instant is Instant {
  return instant !== undefined && Math.abs(instant) <= MAX_INSTANT;
}

/** E.g. `11/24/26, 9:00 AM`, for a line with many facts. */
export function formatShortDateTime(instant: Instant, locale: string): string {
  return format(instant, locale, SHORT);
}

/** E.g. `9:00 AM`, for a time that is near. */
export function formatTime(instant: Instant, locale: string): string {
  return format(instant, locale, TIME);
}

/** E.g. `Nov 24, 2026, 9:00 AM`. */
export function formatDateTime(instant: Instant, locale: string): string {
  return format(instant, locale, MEDIUM);
}

/** E.g. `Nov 24, 2026, 9:00:00 AM GMT+8`. With the zone, since the console may use another. */
export function formatDateTimeWithZone(instant: Instant, locale: string): string {
  return format(instant, locale, WITH_ZONE);
}

/** E.g. `2026-11-24T01:00:00Z`, for texts that are read in other time zones. */
export function formatIsoDateTime(instant: Instant): string {
  return isInstant(instant) ? new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z') : NO_TIME;
}

function format(instant: Instant, locale: string, options: Intl.DateTimeFormatOptions): string {
  return isInstant(instant) ? formatterOf(locale, options).format(instant) : NO_TIME;
}

function formatterOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const byLocale = formatters.get(options) ?? new Map<string, Intl.DateTimeFormat>();
  formatters.set(options, byLocale);
  const formatter = byLocale.get(locale) ?? new Intl.DateTimeFormat(locale, options);
  byLocale.set(locale, formatter);
  return formatter;
}
