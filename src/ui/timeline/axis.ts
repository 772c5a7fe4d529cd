/** Where an axis of time has its ticks: at round durations from its start, a handful of them. */

import { SECOND, MINUTE, HOUR, DAY } from '../../base/time-units';

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
];
const MOST_STEPS = 6;

/** Milliseconds from the start, 0 among them. */
export function ticksOf(span: number): readonly number[] {
  const step = stepFor(span);
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

/** Days are counted by 1, 2, 5, 10, 20, 50 and so on. */
function stepFor(span: number): number {
  const wanted = span / MOST_STEPS;
  const step = STEPS.find((each) => each >= wanted);
  if (step !== undefined) return step;
  const power = 10 ** Math.floor(Math.log10(wanted / DAY));
  const factors = [1, 2, 5, 10];
  return DAY * Math.max(1, power * (factors.find((factor) => factor * power * DAY >= wanted) ?? 10));
}
