/** Ids that are unique within a list. */

/** @returns `wanted`, with `#2`, `#3` … appended if `used` has it already; adds the result to `used`. */
export function uniqueId(wanted: string, used: Set<string>): string {
  let id = wanted;
  for (let count = 2; used.has(id); count += 1) id = `${wanted}#${count}`;
  used.add(id);
  return id;
}
