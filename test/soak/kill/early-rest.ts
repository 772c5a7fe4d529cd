/** When windows of the soak move ended jobs: early and few, since they live for parts of a second. */
import { systemClock } from '../../../src/base/clock';
import { HOUR } from '../../../src/base/time-units';

export const MIN_MOVED_JOBS = 4;
const MIN_REST_MS = 50;

/** To a mover, jobs that ended MIN_REST_MS ago have been at rest for an hour. */
export const clockWithEarlyRest: typeof systemClock = {
  now: () => systemClock.now() + HOUR - MIN_REST_MS,
  elapsed: () => systemClock.elapsed(),
  schedule: (delayMs, callback) => systemClock.schedule(delayMs, callback),
};
