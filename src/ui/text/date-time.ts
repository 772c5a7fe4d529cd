/** Formats dates with times in a language and the local time zone. */
import type { Instant } from '../../base/clock';

/** E.g. `11/24/26, 9:00 AM`, for a line with many facts. */
export function formatShortDateTime(instant: Instant, locale: string): string {
  return format(instant, locale, { dateStyle: 'short', timeStyle: 'short' });
}

/** E.g. `Nov 24, 2026, 9:00 AM`. */
export function formatDateTime(instant: Instant, locale: string): string {
  return format(instant, locale, { dateStyle: 'medium', timeStyle: 'short' });
}

/** E.g. `Nov 24, 2026, 9:00:00 AM GMT+8`. With the zone, since the console may use another. */
export function formatDateTimeWithZone(instant: Instant, locale: string): string {
  return format(instant, locale, { dateStyle: 'medium', timeStyle: 'long' });
}

/** E.g. `Nov 24, 2026, 1:00:00 AM UTC`, for texts that are read in other time zones. */
export function formatUtcDateTime(instant: Instant, locale: string): string {
  return `${format(instant, locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })} UTC`;
}

function format(instant: Instant, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, options).format(instant);
}
