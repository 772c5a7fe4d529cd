/** Compares parsed JSON. */

type Fields = Readonly<Record<string, unknown>>;

/** Ignores the order of fields, but not of list items. Allocates nothing, since it compares each response with the last. */
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
  let surplus = 0;
  for (const name in a) {
    if (!jsonEqual(a[name], b[name])) return false;
    surplus += 1;
  }
  for (const name in b) if (Object.hasOwn(b, name)) surplus -= 1;
  return surplus === 0;
}
