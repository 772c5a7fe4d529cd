/** Whether two parsed pieces of JSON say the same. */

type Fields = Readonly<Record<string, unknown>>;

/** Names may come in another order; what lists hold may not. Allocates nothing: it compares each answer with the last. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && isSameList(a, b);
  return isSameObject(a as Fields, b as Fields);
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
}

function isSameObject(a: Fields, b: Fields): boolean {
  let more = 0;
  for (const name in a) {
    if (!jsonEqual(a[name], b[name])) return false;
    more += 1;
  }
  for (const name in b) if (Object.hasOwn(b, name)) more -= 1;
  return more === 0;
}
