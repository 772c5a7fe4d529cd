/** The tool that lists tracked jobs: filtered, the running ones first, limited. */
import type { CredentialManager } from '../../credentials/credential-manager';
import { subjectOf } from '../../jobs/model/job-resources';
import { idsOf, type TrackedJob } from '../../jobs/model/tracked-job';
import type { JobStore } from '../../jobs/store/job-store';
import { type JobData, jobSummary, stateOf } from '../jobs/job-data';
import type { RequestedJobs } from '../jobs/requested-jobs';
import { cappedJson } from './capped-json';
import type { ToolInput } from './tool-input';
import { toolRow } from './tool-job';
import { UNTRUSTED_NOTE } from './untrusted-text';

type JobState = JobData['state'];

export const JOB_STATES: readonly JobState[] = [
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
  'refused',
  'not-found',
];

/** Characters of the name of credentials. */
export const MAX_CREDENTIALS_LENGTH = 200;
/** Characters of the text by which jobs are filtered: each is searched for it. */
const MAX_FILTER_LENGTH = 100;
const MAX_JOBS = 50;
const USUAL_JOBS = 20;
const MAX_OFFSET = 10_000;

export interface JobListParts {
  readonly store: Pick<JobStore, 'all'>;
  readonly credentials: Pick<CredentialManager, 'profileOf'>;
  readonly requested: Pick<RequestedJobs, 'profileNamed'>;
}

/** The fields of the tool's input. */
export const LIST_FIELDS = ['state', 'credentials', 'text', 'limit', 'offset'];

/** @param common fields of each result */
export function listedJobs(parts: JobListParts, input: ToolInput, common: object): string {
  const state = input.oneOf('state', JOB_STATES);
  const name = input.text('credentials', MAX_CREDENTIALS_LENGTH);
  const text = input.text('text', MAX_FILTER_LENGTH)?.trim().toLowerCase() ?? '';
  const limit = input.wholeNumber('limit', { min: 1, max: MAX_JOBS, usual: USUAL_JOBS });
  const offset = input.wholeNumber('offset', { min: 0, max: MAX_OFFSET, usual: 0 });
  const profile = name === undefined ? undefined : parts.requested.profileNamed(name);

  const matching = [...parts.store.all().values()].filter(
    (tracked) =>
      (state === undefined || stateOf(tracked) === state) &&
      (profile === undefined || isIn(tracked, profile)) &&
      containsText(tracked, text),
  );
  const latestFirst = matching
    .map((tracked) => ({ tracked, isOver: isOver(tracked), at: tracked.ending?.noticedAt ?? tracked.trackedAt }))
    .sort((a, b) => Number(a.isOver) - Number(b.isOver) || b.at - a.at);
  const rows = latestFirst.slice(offset, offset + limit).map(({ tracked }) => jobRow(tracked, parts.credentials));
  return cappedJson(rows.length, (count) => {
    const leftOut = Math.max(0, matching.length - offset - count);
    const next = leftOut === 0 ? {} : { nextOffset: offset + count };
    return { ...common, matching: matching.length, leftOut, ...next, note: UNTRUSTED_NOTE, jobs: rows.slice(0, count) };
  });
}

/** @returns a job in a list */
export function jobRow(tracked: TrackedJob, credentials: JobListParts['credentials']): object {
  const data = jobSummary(tracked, credentials);
  return toolRow(data, subjectOf(tracked) ?? data.resource);
}

function isOver(tracked: TrackedJob): boolean {
  const state = stateOf(tracked);
  return state !== 'running' && state !== 'waiting';
}

function isIn({ reference }: TrackedJob, place: { readonly endpoint: string; readonly projectId: string }): boolean {
  return reference.endpoint === place.endpoint && reference.projectId === place.projectId;
}

/** @param text in lower case */
function containsText(tracked: TrackedJob, text: string): boolean {
  if (text === '') return true;
  const { job, label } = tracked;
  const words = [...idsOf(tracked), label, job?.jobType, job?.status, job?.errorCode, job?.resourceId];
  const contains = (word: string | undefined) => word?.toLowerCase().includes(text) === true;
  return words.some(contains) || contains(subjectOf(tracked)?.name);
}
