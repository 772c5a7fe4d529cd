/** Ids that are unique within a list. */

/** @returns `preferred`, with `#2`, `#3` … appended if `used` has it already; adds the result to `used`. */
export function uniqueId(preferred: string, used: Set<string>): string {
  let id = preferred;
  for (let count = 2; used.has(id); count += 1) id = `${preferred}#${count}`;
  used.add(id);
  return id;
}
