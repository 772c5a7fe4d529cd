/** Limits the size of a tool's result, which a model pays for: parts are left out whole, so that the JSON stays valid. */
import { jsonBytes } from '../../base/json/json-size';

/** Of the JSON in UTF-8. */
export const MAX_RESULT_BYTES = 8 * 1024;

/**
 * @param most how many parts there are
 * @param build returns the result with that many parts, and how many are left out; without any part it must be small enough. It is
 *   called with few parts first, and with at most twice as many as fit.
 * @returns the JSON with as many parts as fit
 */
export function cappedJson(most: number, build: (count: number) => object): string {
  let [fits, tooMany] = [0, most + 1];
  for (let count = 1; fits + 1 < tooMany; count = tooMany > most ? Math.min(2 * fits, most) : (fits + tooMany) >> 1) {
    if (jsonBytes(build(count)) <= MAX_RESULT_BYTES) fits = count;
    else tooMany = count;
  }
  return JSON.stringify(build(fits));
}
