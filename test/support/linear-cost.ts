/** Checks that work takes time in proportion to its size, on a computer of any speed. */
import assert from 'node:assert/strict';

/** Work that takes less is quick on any computer. */
const QUICK_MS = 500;
const SMALLER_BY = 8;
/** How much longer each piece may take in the whole than in a part: 8 times if the time grows with the square of the size. */
const MAX_GROWTH = 4;
/** Shorter times say little. */
const MIN_PART_MS = 20;
const ROUNDS = 3;

/** @param run does work of a size that it is given */
export function assertLinearCost(size: number, run: (size: number) => unknown, what: string): void {
  const first = cpuMsOf(size, run);
  if (first < QUICK_MS) return;
  const rounds = Array.from({ length: ROUNDS }, () => [cpuMsOf(size / SMALLER_BY, run), cpuMsOf(size, run)] as const);
  const part = Math.max(MIN_PART_MS, Math.min(...rounds.map(([ms]) => ms)));
  const whole = Math.min(first, ...rounds.map(([, ms]) => ms));
  assert.ok(whole < MAX_GROWTH * SMALLER_BY * part, `${what}: ${whole} ms, an eighth of it ${part} ms`);
}

function cpuMsOf(size: number, run: (size: number) => unknown): number {
  const before = process.cpuUsage();
  run(size);
  return process.cpuUsage(before).user / 1000;
}
