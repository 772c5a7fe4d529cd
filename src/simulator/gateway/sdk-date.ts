/** The time format of `X-Sdk-Date`: YYYYMMDDTHHMMSSZ, in UTC. */

export function formatSdkDate(instant: number): string {
  return new Date(instant)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
}

/** Returns ms since the epoch; undefined for an invalid date. */
export function parseSdkDate(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const instant = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  // The round trip excludes the 30th of February, which Date.UTC takes for a day in March.
  return Number.isNaN(instant) || formatSdkDate(instant) !== text ? undefined : instant;
}
