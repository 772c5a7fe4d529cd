/** The typed error with which the exported API and its commands reject. */
import type { ElbJobsError, ElbJobsErrorCode } from '../../../api/elb-job-tracker';
import { JobRequestError } from '../jobs/job-request-error';

export class ApiError extends Error implements ElbJobsError {
  override readonly name = 'ElbJobsError';
  readonly found: readonly string[];

  constructor(
    readonly code: ElbJobsErrorCode,
    message: string,
    found: readonly string[] = [],
  ) {
    super(message);
    this.found = Object.freeze([...found]);
  }
}

/** @param expected what the argument must be, e.g. `timeoutMs: a number of milliseconds` */
export function invalidArgument(expected: string): ApiError {
  return new ApiError('invalid-argument', `Expected ${expected}.`);
}

/** Returns the error as callers get it, which is as it was unless it is a JobRequestError. */
export function apiErrorOf(cause: unknown): unknown {
  return cause instanceof JobRequestError ? new ApiError(cause.code, cause.message, cause.found) : cause;
}

/** Returns the error as another extension host gets it, where only the message arrives: it begins with the code. */
export function commandErrorOf(cause: unknown): unknown {
  return cause instanceof ApiError ? new ApiError(cause.code, `${cause.code}: ${cause.message}`, cause.found) : cause;
}
