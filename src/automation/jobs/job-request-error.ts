/** Why a request of a task, an agent or another extension was not accepted. */

/**
 * - `invalid-argument`: an argument has the wrong type, size or value.
 * - `no-job`: the text names no job with certainty.
 * - `no-credentials`: no credentials have the job's project and endpoint.
 * - `unknown-credentials`: no credentials, or several, have the given name.
 * - `ambiguous-credentials`: several credentials may be meant, and none is the default.
 * - `not-tracked`: the list does not have the job.
 */
export type JobRequestErrorCode =
  'invalid-argument' | 'no-job' | 'no-credentials' | 'unknown-credentials' | 'ambiguous-credentials' | 'not-tracked';

/** Its message is for people, in the editor's language, and says what to do. */
export class JobRequestError extends Error {
  override readonly name = 'JobRequestError';

  /** @param found ids in the text that may be jobs, but that it does not name as such */
  constructor(
    readonly code: JobRequestErrorCode,
    message: string,
    readonly found: readonly string[] = [],
  ) {
    super(message);
  }
}
