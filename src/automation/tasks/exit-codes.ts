/** The exit codes of a task. They are documented in README: scripts depend on them. */
import type { Outcome } from '../../jobs/waiting/outcome';
import type { JobRequestErrorCode } from '../jobs/job-request-error';

const OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  succeeded: 0,
  'timed-out': 1,
  unreachable: 1,
  failed: 2,
  cancelled: 3,
  refused: 4,
  'not-found': 5,
  removed: 6,
  waiting: 8,
};

/** The definition is not valid: the usage error of `sysexits.h`. */
const INVALID_DEFINITION = 64;
/** An error of this extension: the internal error of `sysexits.h`. */
export const INTERNAL_ERROR = 70;
/** As after Ctrl+C in a shell. */
export const INTERRUPTED = 130;

const OF_ERROR: Readonly<Record<JobRequestErrorCode, number>> = {
  'invalid-argument': INVALID_DEFINITION,
  'no-job': OF_OUTCOME['not-found'],
  'not-tracked': OF_OUTCOME['not-found'],
  'no-credentials': OF_OUTCOME.refused,
  'unknown-credentials': OF_OUTCOME.refused,
  'ambiguous-credentials': OF_OUTCOME.refused,
};

export function exitCodeOf(outcome: Outcome): number {
  return OF_OUTCOME[outcome];
}

export function exitCodeOfError(code: JobRequestErrorCode): number {
  return OF_ERROR[code];
}
