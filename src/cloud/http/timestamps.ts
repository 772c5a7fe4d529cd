/** Parses the cloud's time formats into milliseconds since the epoch; undefined for any other text. */

/** E.g. `2024-03-23T08:20:42Z`; a time without a zone is UTC. */
export function parseTimestamp(time: string): number | undefined {
  return numberOrUndefined(Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`));
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

function numberOrUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
