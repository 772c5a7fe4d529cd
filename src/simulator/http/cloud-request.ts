/** A request to the simulated cloud, with the raw path and query that the signature covers. */

export interface CloudRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Names in lowercase. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** By the simulator's clock, in ms since the epoch. */
  readonly receivedAt: number;
  /** By the server's clock, in ms since the epoch; a fault may set it off from the simulator's. */
  readonly serverTime: number;
}

/** Splits a request target (path and query) at its first question mark. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * Returns the decoded pairs of a query, in the order sent. A "+" stays a plus, since the canonical query writes a space
 * as %20 only: the signature of a client that sends "+" for a space is refused.
 */
export function queryPairs(query: string): (readonly [name: string, value: string])[] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? ([decodePercent(pair), ''] as const)
        : ([decodePercent(pair.slice(0, equals)), decodePercent(pair.slice(equals + 1))] as const);
    });
}

/** Returns a text that is not valid percent-encoding unchanged. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
