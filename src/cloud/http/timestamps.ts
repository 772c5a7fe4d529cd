/** Parses the cloud's time formats into milliseconds since the epoch; undefined for any other text. */

/** E.g. `2024-03-23T08:20:42Z`; a time without a zone is UTC. */
export function parseTimestamp(time: string): number | undefined {
  return usualTime(time) ?? numberOrUndefined(Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`));
}

/** The format of HTTP headers: `Sat, 23 Mar 2024 08:20:42 GMT`. `Date.parse` alone finds a date in almost any text. */
export function parseHttpDate(text = ''): number | undefined {
  return /^[A-Z][a-z]{2}, .* GMT$/.test(text) ? numberOrUndefined(Date.parse(text)) : undefined;
}

/** The format of signatures: `20240323T082042Z`. */
export function parseSdkDate(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return numberOrUndefined(Date.parse(iso));
}

/**
 * The format of the service, `2024-03-23T08:20:42Z`, by hand: lists hold hundreds of thousands of times, and Date.parse takes
 * several times as long.
 * @returns undefined for any other text, and for days that not every month has
 */
function usualTime(text: string): number | undefined {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return undefined;
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== 'Z') return undefined;
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // Not a number is in no range.
  const isDay = year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  return isDay && hour <= 23 && minute <= 59 && second <= 59
    ? Date.UTC(year, month - 1, day, hour, minute, second)
    : undefined;
}

function twoDigits(text: string, start: number): number {
  const tens = text.charCodeAt(start) - ZERO;
  const ones = text.charCodeAt(start + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : NaN;
}

const ZERO = '0'.charCodeAt(0);

function numberOrUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
