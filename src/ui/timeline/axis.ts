/** The ticks of a time axis: from 2 to 7, at round durations from its start. */
import { SECOND, MINUTE, HOUR, DAY } from '../../base/time-units';

const SHORT_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
];
const MAX_STEPS = 6;

/** @returns offsets from the start in milliseconds; the first is 0. */
export function ticksOf(spanMs: number): readonly number[] {
  const step = stepFor(spanMs);
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step);
}

/** From a day upwards, a step is 1, 2, 5, 10, 20, 50 … days. */
function stepFor(spanMs: number): number {
  const minStep = spanMs / MAX_STEPS;
  const step = SHORT_STEPS.find((each) => each >= minStep);
  if (step !== undefined) return step;
  const power = 10 ** Math.floor(Math.log10(minStep / DAY));
  const factors = [1, 2, 5, 10];
  return DAY * Math.max(1, power * (factors.find((factor) => factor * power * DAY >= minStep) ?? 10));
}
