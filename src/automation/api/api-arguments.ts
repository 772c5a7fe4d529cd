/** Reads and checks the arguments of the exported API: callers are programs, also in JavaScript and in other extension hosts. */
import type { CommandWaitOptions, TrackOptions, WaitOptions } from '../../../api/elb-job-tracker';
import { isJobId, isProjectId } from '../../base/id-patterns';
import { MAX_INPUT_LENGTH, MAX_MENTIONS, MAX_PASTED_LENGTH } from '../../base/limits';
import { parseEndpoint } from '../../cloud/places/endpoint';
import { isRegion } from '../../cloud/places/regions';
import { parseJobId } from '../../jobs/model/job-reference';
import type { GivenJob, RequestedJob } from '../jobs/requested-jobs';
import { ApiError, invalidArgument } from './api-error';

const JOBS = 'a job ID, a text that names jobs, an object with a jobId, or an array of these';

export const TRACK_OPTIONS = ['credentials'] as const satisfies readonly (keyof TrackOptions)[];
export const COMMAND_WAIT_OPTIONS = [
  ...TRACK_OPTIONS,
  'timeoutMs',
  'acceptWaitingUpgrade',
  'failFast',
] as const satisfies readonly (keyof CommandWaitOptions)[];
export const WAIT_OPTIONS = [
  ...COMMAND_WAIT_OPTIONS,
  'signal',
  'token',
] as const satisfies readonly (keyof WaitOptions)[];

/** @throws ApiError */
export function readJobs(given: unknown): readonly RequestedJob[] {
  return safely(JOBS, () => {
    const all: readonly unknown[] = Array.isArray(given) ? given : [given];
    const { length: count } = all;
    if (count === 0 || count > MAX_MENTIONS) throw invalidArgument(`1 to ${MAX_MENTIONS} jobs`);
    // By index: `map` skips holes, and an array of a caller may have its own.
    const jobs = Array.from({ length: count }, (_, index) => readJob(all[index]));
    const length = jobs.reduce((sum, job) => sum + (typeof job === 'string' ? job.length : 0), 0);
    if (length > MAX_PASTED_LENGTH) throw invalidArgument(`texts of at most ${MAX_PASTED_LENGTH} characters together`);
    return jobs;
  });
}

/**
 * Reads a job that is named by its id, not by a text.
 * @throws ApiError
 */
export function readOneJob(given: unknown): GivenJob {
  const job = safely(JOBS, () => readJob(given));
  if (typeof job !== 'string') return job;
  const jobId = parseJobId(job);
  if (jobId === undefined) throw invalidArgument('a job ID, or an object with a jobId');
  return { jobId };
}

function readJob(given: unknown): RequestedJob {
  if (typeof given === 'string') return given;
  const { jobId, projectId, region, endpoint } = fieldsOf(given, JOBS);
  if (typeof jobId !== 'string' || !isJobId(jobId)) {
    throw invalidArgument('jobId: 1 to 64 letters, digits, hyphens and underscores');
  }
  return {
    jobId,
    projectId: optional(projectId, isProjectId, 'projectId: 32 lower-case letters and digits'),
    region: optional(region, isRegion, 'region: the ID of a region, e.g. cn-north-4'),
    endpoint: originOf(endpoint),
  };
}

/** @throws ApiError */
export function readTrackOptions(given: unknown): TrackOptions {
  return safely('options: a plain object', () => credentialsOf(optionsOf(given, TRACK_OPTIONS)));
}

/**
 * @param allowsCancellation whether there may be a signal or a token, which do not cross extension hosts
 * @throws ApiError
 */
export function readWaitOptions(given: unknown, allowsCancellation: boolean): WaitOptions {
  const names = allowsCancellation ? WAIT_OPTIONS : COMMAND_WAIT_OPTIONS;
  return safely('options: a plain object', () => waitOptionsOf(optionsOf(given, names)));
}

function waitOptionsOf(options: Fields): WaitOptions {
  const { timeoutMs, acceptWaitingUpgrade, failFast, signal, token } = options;
  if (!isMissing(timeoutMs) && !(typeof timeoutMs === 'number' && timeoutMs >= 0 && timeoutMs < Infinity)) {
    throw invalidArgument('timeoutMs: a number of milliseconds, at least 0');
  }
  for (const [name, value] of Object.entries({ acceptWaitingUpgrade, failFast })) {
    if (!isMissing(value) && typeof value !== 'boolean') throw invalidArgument(`${name}: true or false`);
  }
  if (
    !isMissing(signal) &&
    !isLike(signal, { aborted: 'boolean', addEventListener: 'function', removeEventListener: 'function' })
  ) {
    throw invalidArgument('signal: an AbortSignal');
  }
  if (
    !isMissing(token) &&
    !isLike(token, { isCancellationRequested: 'boolean', onCancellationRequested: 'function' })
  ) {
    throw invalidArgument('token: a CancellationToken');
  }
  return {
    ...credentialsOf(options),
    acceptWaitingUpgrade: acceptWaitingUpgrade === true,
    failFast: failFast === true,
    ...(typeof timeoutMs === 'number' ? { timeoutMs } : {}),
    ...(isMissing(signal) ? {} : { signal: signal as AbortSignal }),
    ...(isMissing(token) ? {} : { token: token as NonNullable<WaitOptions['token']> }),
  };
}

function credentialsOf({ credentials }: Fields): TrackOptions {
  const name = optional(
    credentials,
    (text) => text.length > 0 && text.length <= MAX_INPUT_LENGTH,
    'credentials: the name of existing credentials',
  );
  return name === undefined ? {} : { credentials: name };
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads what a caller gave, whose getters may throw. */
function safely<T>(expected: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof ApiError ? cause : invalidArgument(expected);
  }
}

/** An unknown option is refused: a misspelt one would have no effect. */
function optionsOf(given: unknown, names: readonly string[]): Fields {
  const expected = `options: an object with no other keys than ${names.join(', ')}`;
  if (isMissing(given)) return {};
  const fields = fieldsOf(given, expected);
  if (Object.keys(fields).some((name) => !names.includes(name))) throw invalidArgument(expected);
  return fields;
}

function fieldsOf(given: unknown, expected: string): Fields {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalidArgument(expected);
  return given as Fields;
}

function optional(value: unknown, isValid: (text: string) => boolean, expected: string): string | undefined {
  if (isMissing(value)) return undefined;
  if (typeof value !== 'string' || !isValid(value)) throw invalidArgument(expected);
  return value;
}

/** Undefined becomes null on its way to another extension host. */
function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isLike(value: unknown, types: Readonly<Record<string, string>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(types).every(([name, type]) => typeof (value as Fields)[name] === type);
}

function originOf(endpoint: unknown): string | undefined {
  if (isMissing(endpoint)) return undefined;
  const parsed = typeof endpoint === 'string' ? parseEndpoint(endpoint) : undefined;
  if (parsed?.ok === true) return parsed.origin;
  throw invalidArgument('endpoint: the origin of an endpoint of existing credentials');
}
