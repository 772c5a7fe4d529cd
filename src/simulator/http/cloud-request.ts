/** A request as the simulated cloud reads it: raw path and query, since the signature covers what was sent. */

export interface CloudRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Names in lowercase. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The simulator's time, in ms since 1970 UTC. */
  readonly receivedAt: number;
  /** What the server's clock says, which a fault may let drift from the simulator's time. */
  readonly serverTime: number;
}

/** Splits what follows the method in a request line at its first question mark. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * The decoded pairs of a query, in the order sent. A "+" stays a plus: the canonical query knows %20 alone, so that a
 * client which sends "+" for a space is refused here as its signature says something else.
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

/** What is no percent-encoding is left as it came. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
