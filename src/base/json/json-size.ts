/** The sizes of values as JSON. */

/** What the parts of JSON take, in bytes. */
interface PartBytes {
  readonly character: number;
  readonly number: number;
}

/** A control character becomes `\u0000`. */
const MOST: PartBytes = { character: 6, number: 25 };
const LEAST: PartBytes = { character: 1, number: 1 };

/** @returns the bytes of the value as JSON in UTF-8 */
export function jsonBytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Whether the value has at most `maxBytes` as JSON in UTF-8. Creates the JSON only if neither bound of its size says so. */
export function isJsonWithin(maxBytes: number, value: object): boolean {
  if (bytesLeft(maxBytes, value, MOST) >= 0) return true;
  return bytesLeft(maxBytes, value, LEAST) >= 0 && jsonBytes(value) <= maxBytes;
}

/** @returns `maxBytes` without the bytes of the value; some negative number as soon as nothing is left */
function bytesLeft(maxBytes: number, value: unknown, part: PartBytes): number {
  if (typeof value === 'string') return maxBytes - 2 - value.length * part.character;
  if (typeof value !== 'object' || value === null) return maxBytes - part.number;
  // A comma after each item and field but the last.
  let left = maxBytes - 1;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index += 1) left = bytesLeft(left - 1, value[index], part);
    return value.length === 0 ? left - 1 : left;
  }
  let isEmpty = true;
  for (const name in value) {
    if (left < 0) return left;
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (field === undefined) continue;
    isEmpty = false;
    left = bytesLeft(left - 4 - name.length * part.character, field, part);
  }
  return isEmpty ? left - 1 : left;
}
