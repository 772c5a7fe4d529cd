/** Answers of about 1 MB for one job, each different from the one before. */
import { Buffer } from 'node:buffer';
import { parseShowJobResponse } from '../../../src/cloud/api/job-schema';
import { newlyTracked, type TrackedJob, withResponse } from '../../../src/jobs/model/tracked-job';
import { writeJobFile } from '../../../src/jobs/files/job-file';
import { reference } from '../samples';
import type { HostileInputs } from './hostile-inputs';

export interface LargeJob {
  readonly name: string;
  /** @returns the body of the answer with this number */
  readonly body: (answer: number) => string;
}

const SIZE = 1_000_000;

const many = <T>(count: number, item: (index: number) => T) => Array.from({ length: count }, (_, index) => item(index));

const forms: Readonly<Record<string, (answer: number) => object>> = {
  'an undocumented text': (n) => ({ job: { status: 'RUNNING', more: `${n}${'x'.repeat(SIZE)}` } }),
  'undocumented fields': (n) => ({
    job: { status: 'RUNNING', ...Object.fromEntries(many(20_000, (index) => [`name-${index}-${n}`, 'v'.repeat(30)])) },
  }),
  'a new id': (n) => ({ job: { job_id: `${n}${'x'.repeat(SIZE)}`, status: 'RUNNING' } }),
  'a new status': (n) => ({ job: { status: `${n}${'x'.repeat(SIZE)}` } }),
  'a new type': (n) => ({ job: { job_type: `${n}${'x'.repeat(SIZE)}`, status: 'SUCCESS' } }),
  'a new request id': (n) => ({ job: { status: 'RUNNING' }, request_id: `${n}${'x'.repeat(SIZE)}` }),
  'a long error message': (n) => ({ job: { status: 'FAIL', error_msg: `${n}${'\u4e2d'.repeat(SIZE / 3)}` } }),
  'control characters': (n) => ({ job: { job_id: `${'\u0001'.repeat(SIZE / 6)}${n}`, status: `${n}` } }),
  'surrogate pairs': (n) => ({ job: { status: `${n}${'\u{1f600}'.repeat(SIZE / 4)}` } }),
  'sub-jobs with long texts': (n) => ({
    job: {
      status: 'RUNNING',
      sub_jobs: many(10, (index) => ({ job_id: `s-${index}`, status: `${n}`, error_msg: 'e'.repeat(SIZE / 10) })),
    },
  }),
  'new sub-jobs': (n) => ({
    job: {
      status: 'RUNNING',
      sub_jobs: many(5000, (index) => ({ job_id: `${n}-${index}`.padEnd(150, 'x'), status: `${n}` })),
    },
  }),
  'sub-jobs without ids': (n) => ({ job: { sub_jobs: many(20_000, () => ({ status: `${n}`.padEnd(30, 'x') })) } }),
  'sub-jobs with equal ids': (n) => ({
    job: { sub_jobs: many(20_000, (index) => ({ job_id: 'same', status: `${n}-${index}` })) },
  }),
  'empty sub-jobs': (n) => ({ job: { status: `${n}`, sub_jobs: many(100_000, () => ({})) } }),
  resources: (n) => ({
    job: { status: `${n}`, sub_jobs: [{ entities: many(30_000, (index) => ({ resource_id: `${n}-${index}` })) }] },
  }),
  'ids of combining marks': (n) => ({
    job: {
      sub_jobs: many(200, (index) => ({ job_id: `${'\u0301\u0323'.repeat(1250)}${index}-${n}`, status: `${n}` })),
    },
  }),
  numbers: (n) => ({ job: { status: `${n}`, more: many(100_000, (index) => index * 1e20) } }),
};

export const LARGE_JOBS: HostileInputs<LargeJob> = {
  kind: 'Answers of 1 MB for a job, new each time',
  holds: 'no more than 2 MiB on disk after 200 answers, failed and running sub-jobs first',
  inputs: Object.entries(forms).map(([name, form]) => ({ name, body: (answer) => JSON.stringify(form(answer)) })),
};

/** Returns a tracked job after so many answers. */
export function afterAnswers({ body }: LargeJob, count: number): TrackedJob {
  let tracked = newlyTracked(reference, 0);
  for (let answer = 0; answer < count; answer += 1) {
    const response = parseShowJobResponse(body(answer));
    if (!response.ok) throw new Error(response.error.message);
    tracked = withResponse(tracked, response.value, answer);
  }
  return tracked;
}

/** Returns the size of the job's file. */
export function savedBytes(tracked: TrackedJob): number {
  return Buffer.byteLength(writeJobFile(tracked));
}
