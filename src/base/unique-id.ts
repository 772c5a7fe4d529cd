/** Ids that are unique within a list. */

/** Makes the ids of one list. The time for a list is linear, whatever ids it has. */
export class UniqueIds {
  private readonly used = new Set<string>();
  /** By preferred id: the last number that was appended to it. */
  private readonly numbers = new Map<string, number>();

  /** @returns `preferred`, with `#2`, `#3` … appended if an earlier call returned it already */
  next(preferred: string): string {
    let id = preferred;
    let number = this.numbers.get(preferred) ?? 1;
    while (this.used.has(id)) {
      number += 1;
      id = `${preferred}#${number}`;
    }
    this.numbers.set(preferred, number);
    this.used.add(id);
    return id;
  }
}
