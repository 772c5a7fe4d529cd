/** Responses for one job that would freeze or flood the views: very many, very long or equal parts, and impossible times. */
import type { HostileInputs } from './hostile-inputs';

export interface HostileJob {
  readonly what: string;
  /** The body of the service's response. */
  readonly body: () => string;
}

const BEGIN = Date.UTC(2026, 0, 1);
const LONG = 'x'.repeat(4096);
/** Not in the order of the marks' classes, so each comparison by a language's rules sorts all of them. */
const COMBINING = 'e' + '\u0301\u0316'.repeat(10_000);

function hostileJob(what: string, count: number, partOf: (index: number) => object, fields: object = {}): HostileJob {
  const job = () => ({
    job_id: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    job_type: 'batchCreateV3Loadbalancer',
    status: 'RUNNING',
    begin_time: timeOf(0),
    ...fields,
    sub_jobs: Array.from({ length: count }, (_, index) => partOf(index)),
  });
  return { what, body: () => JSON.stringify({ job: job(), request_id: 'a1b2' }) };
}

function timeOf(seconds: number): string {
  return new Date(BEGIN + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function partIn(status: string, index: number): object {
  return {
    job_id: `part-${index}`,
    job_type: `PART_${index}`,
    status,
    begin_time: timeOf(index),
    end_time: status === 'RUNNING' ? '' : timeOf(index + 1),
  };
}

/** The sub-jobs have no ids and no types. */
export function manySubJobs(count: number): HostileJob {
  return hostileJob(`${count} sub-jobs without ids`, count, () => ({}));
}

export function equalSubJobs(count: number): HostileJob {
  return hostileJob(`${count} sub-jobs with equal ids`, count, () => ({ job_id: 'same', job_type: 'UPGRADE_INIT' }));
}

/** All of the ids begin alike, so comparing them takes their whole length. */
export function combiningIds(count = 200): HostileJob {
  return hostileJob(`${count} sub-jobs with ids of 20,000 combining marks`, count, (index) => ({
    job_id: `${COMBINING}${(index * 7919) % count}`,
    status: 'RUNNING',
  }));
}

/** The last one failed, too, so that all of them are sorted. */
export function failedSubJobs(count: number): HostileJob {
  const error = { error_code: 'ELB.8907', error_msg: LONG.slice(0, 200) };
  return hostileJob(`${count} failed sub-jobs`, count, (index) => ({ ...partIn('FAIL', index), ...error }), {
    status: 'FAIL',
  });
}

export const HOSTILE_JOBS: HostileInputs<HostileJob> = {
  kind: 'Jobs',
  holds: 'all views are built within 50 ms, and show at most 200 sub-jobs',
  inputs: [
    manySubJobs(5000),
    manySubJobs(20_000),
    equalSubJobs(5000),
    equalSubJobs(20_000),
    combiningIds(),
    hostileJob('20,000 sub-jobs whose ids look like numbered ones', 20_000, (index) => ({
      job_id: `same#${(index % 100) + 2}`,
    })),
    failedSubJobs(5000),
    hostileJob('5,000 failed sub-jobs of a job that succeeded', 5000, (index) => partIn('FAIL', index), {
      status: 'COMPLETE',
    }),
    hostileJob('20,000 running sub-jobs', 20_000, (index) => partIn('RUNNING', index)),
    hostileJob('20,000 ended sub-jobs', 20_000, (index) => partIn('SUCCESS', index)),
    hostileJob('20,000 sub-jobs with an unknown status', 20_000, (index) => partIn(`NEW_${index}`, index)),
    hostileJob('200 sub-jobs of texts of 4 KiB', 200, (index) => ({
      ...partIn('FAIL', index),
      job_id: `${LONG}${index}`,
      job_type: LONG,
      resource_id: LONG,
      error_code: LONG,
      error_msg: LONG,
    })),
    hostileJob('200 sub-jobs of texts that are markup', 200, (index) => ({
      ...partIn('FAIL', index),
      job_type: '$(x)['.repeat(800),
      error_msg: '](command:a) :@.&|<'.repeat(200),
    })),
    hostileJob('200 sub-jobs of texts that are control characters', 200, (index) => ({
      ...partIn('FAIL', index),
      job_type: '\u202e\u0000'.repeat(2000),
      error_msg: '\u001b[31m'.repeat(800),
    })),
    hostileJob('20,000 resources of one sub-job', 1, (index) => ({
      ...partIn('RUNNING', index),
      entities: Array.from({ length: 20_000 }, (_, entity) => ({
        resource_id: `9f5b432c-987e-4777-a1bc-${String(entity).padStart(12, '0')}`,
        resource_type: 'loadbalancer',
      })),
    })),
    hostileJob('20,000 resources without ids of one sub-job', 1, (index) => ({
      ...partIn('RUNNING', index),
      entities: Array.from({ length: 20_000 }, () => ({})),
    })),
    hostileJob('fields of 1 MiB', 1, (index) => ({ ...partIn('FAIL', index), error_msg: 'y'.repeat(2 ** 20) }), {
      status: 'z'.repeat(2 ** 20),
      job_type: 'z'.repeat(2 ** 20),
      resource_id: 'z'.repeat(2 ** 20),
    }),
    hostileJob('times at the ends of the calendar', 2, () => ({
      begin_time: '0001-01-01T00:00:00Z',
      end_time: '9999-12-31T23:59:59Z',
    })),
  ],
};

/** In the place of an instant or a duration, in milliseconds. */
export const HOSTILE_TIMES: HostileInputs<number> = {
  kind: 'Times',
  holds: 'shown as missing, and no timer fires at once or never',
  inputs: [
    ...[1e300, -1e300, Infinity, -Infinity, NaN, Number.MAX_VALUE, Number.MIN_VALUE],
    ...[8.64e15, 8.64e15 + 1, -8.64e15, -8.64e15 - 1, 2 ** 31, 2 ** 53, -1, -0, 0.5],
  ],
};
