/** Random numbers that the same seed repeats. */

export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    // Mixed, so that consecutive seeds start differently.
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  }

  /** Uniform in [0, 1); mulberry32. */
  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

  /** @returns an independent generator: how many numbers it draws does not change this one's sequence */
  fork(): SeededRandom {
    return new SeededRandom(Math.floor(this.next() * 4_294_967_296));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** @returns a whole number from `min` to `max`, both included */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** As `between`, with each order of magnitude equally likely. `min` must be above zero. */
  logBetween(min: number, max: number): number {
    return Math.round(min * (max / min) ** this.next());
  }

  /** Throws if the list is empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.next() * list.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }
}
