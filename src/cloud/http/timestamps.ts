/**
 * Parses the cloud's time formats into milliseconds since the epoch; undefined for any other text, for days that are in no
 * calendar, and for zero values. Not by Date.parse, which finds a date in almost any text.
 */
import { DAY, MINUTE } from '../../base/time-units';
import { isZeroInstant } from '../../base/zero-instants';

const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`;
/** Java omits seconds that are zero. */
const TIME = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
/** With one digit only after `UTC` or `GMT`. Go names the zone after its offset: `+0800 CST`. */
const OFFSET = String.raw`(?:(?=[+-]\d\d)|UTC|GMT)([+-])(\d\d?)(?::?(\d\d))?(?: [A-Z]{3,4})?`;
const TIMESTAMP = new RegExp(`^${DATE}[T ]${TIME}(?: ?(?:(Z|UTC|GMT)|${OFFSET}))?$`, 'i');

/** E.g. `2024-03-23T08:20:42Z` or `2024-03-23 16:20:42.5 +08`; a time without a zone is UTC. */
export function parseTimestamp(time: string): number | undefined {
  return isUsual(time) ? usualTime(time) : otherTime(time)?.instant;
}

/** Same as `parseTimestamp`; undefined also without a zone. */
export function parseZonedTimestamp(time: string): number | undefined {
  const parsed = otherTime(time);
  return parsed?.hasZone === true ? parsed.instant : undefined;
}

/** The format of HTTP headers: `Sat, 23 Mar 2024 08:20:42 GMT`. */
export function parseHttpDate(text = ''): number | undefined {
  const [, day, month = '', ...others] = HTTP_DATE.exec(text) ?? [];
  const [year = NaN, hour = NaN, minute = NaN, second = NaN] = others.map(Number);
  return withoutZero(instantOf(year, MONTHS.indexOf(month) + 1, Number(day), hour, minute, second));
}

const HTTP_DATE = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The format of signatures: `20240323T082042Z`. */
export function parseSdkDate(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return isUsual(iso) && iso !== text ? usualTime(iso) : undefined;
}

function isUsual(text: string): boolean {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return false;
  return text[13] === ':' && text[16] === ':' && text[19] === 'Z';
}

/**
 * The format of the service, `2024-03-23T08:20:42Z`, by hand: lists hold hundreds of thousands of times, and a pattern takes
 * several times as long.
 */
function usualTime(text: string): number | undefined {
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return withoutZero(instantOf(year, month, day, twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)));
}

function twoDigits(text: string, start: number): number {
  const tens = text.charCodeAt(start) - ZERO;
  const ones = text.charCodeAt(start + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : NaN;
}

const ZERO = '0'.charCodeAt(0);

function otherTime(text: string): { readonly instant: number; readonly hasZone: boolean } | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', utc, sign, hours = '0', minutes = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  // As in Date.parse, digits beyond milliseconds are left out.
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = withoutZero(
    instantOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), millisecond),
  );
  const offsetMs = (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes)) * MINUTE;
  const instant = local === undefined ? undefined : withoutZero(local - offsetMs);
  return instant === undefined ? undefined : { instant, hasZone: (utc ?? sign) !== undefined };
}

/**
 * @param month from 1
 * @returns undefined for what the calendar or the clock does not have, e.g. the 30th of February, and if a number is NaN
 */
function instantOf(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond = 0,
): number | undefined {
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  const isMidnightAtEnd = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  if (!isTime && !isMidnightAtEnd) return undefined;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))) return undefined;
  // Date.UTC takes the years 0 to 99 for those of the 20th century. The calendar repeats after 400 years.
  const repeats = year < 100 ? 1 : 0;
  const instant = Date.UTC(year + 400 * repeats, month - 1, day, hour, minute, second, millisecond);
  return instant - repeats * DAYS_IN_400_YEARS * DAY;
}

const DAYS_IN_400_YEARS = 146_097;

function daysOf(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeapYear ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function withoutZero(instant: number | undefined): number | undefined {
  return instant === undefined || isZeroInstant(instant) ? undefined : instant;
}
