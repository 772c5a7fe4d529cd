/** The zero values of programming languages, which services send in place of a time that they do not have. */
import type { Instant } from './clock';
import { HOUR } from './time-units';

/** Of Go and .NET: 0001-01-01T00:00:00Z. */
const YEAR_ONE = -62_135_596_800_000;
/** Of C, Java and SQL: 1970-01-01T00:00:00Z. */
const EPOCH = 0;
/** A zero may have been converted to or from the local time of any zone. */
const MAX_ZONE_OFFSET_MS = 14 * HOUR;

/** Whether an instant from the service stands for a missing time. No cloud existed at either moment. */
export function isZeroInstant(instant: Instant): boolean {
  return isNear(EPOCH, instant) || isNear(YEAR_ONE, instant);
}

function isNear(zero: Instant, instant: Instant): boolean {
  return Math.abs(instant - zero) <= MAX_ZONE_OFFSET_MS;
}
