/** Random numbers that come again with their seed. */

export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Uniform in [from, to]. */
  readonly between: (from: number, to: number) => number;
  /** Undefined where there is nothing to choose from. */
  readonly oneOf: <T>(choices: readonly T[]) => T | undefined;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    oneOf: (choices) => choices[Math.floor(next() * choices.length)],
  };
}
