/** Chance that can be had again: the same seed gives the same numbers. */

export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    // Seeds that follow each other begin differently.
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  }

  /** Uniform in [0, 1); mulberry32. */
  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

  /** Another chance, of which more or less can be used without a change to this one. */
  fork(): SeededRandom {
    return new SeededRandom(Math.floor(this.next() * 4_294_967_296));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Whole numbers from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** The same, each order of magnitude as likely as the other; `least` is above zero. */
  logBetween(least: number, most: number): number {
    return Math.round(least * (most / least) ** this.next());
  }

  /** @param list is not empty */
  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.next() * list.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }
}
