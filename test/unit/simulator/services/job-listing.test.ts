import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Refusal } from '../../../../src/simulator/http/simulated-response';
import { pageOf, parseJobQuery } from '../../../../src/simulator/services/job-listing';
import type { MainJob } from '../../../../src/simulator/jobs/job-script';

function job(fields: Partial<MainJob>): MainJob {
  return {
    status: 'RUNNING',
    begin_time: '2026-01-01T00:00:00Z',
    end_time: '',
    job_id: 'a',
    resource_id: 'lb',
    job_type: 'UPGRADE',
    error_code: '',
    error_msg: '',
    project_id: 'p',
    sub_jobs: [],
    ...fields,
  };
}

function idsOf(jobs: readonly MainJob[], query: string): string[] {
  return pageOf(jobs, parseJobQuery(query)).jobs.map(({ job_id }) => job_id);
}

describe('the job list', () => {
  it('rejects what the documentation does not allow, and names the parameter', () => {
    for (const [query, sentence] of [
      ['limit=2001', /limit/],
      ['limit=-1', /limit/],
      ['limit=ten', /limit/],
      ['limit=', /limit/],
      ['limit=10&marker=', /marker/],
      ['marker=a', /limit/],
      ['page_reverse=true', /limit/],
      ['limit=10&page_reverse=yes', /page_reverse/],
      ['begin_time=2026-01-01', /begin_time/],
      ['begin_time=2026-01-01T00:00:00Z', /begin_time/],
      ['begin_time=2026-02-30T00:00:00', /begin_time/],
      ['begin_time=2026-01-01+00:00:00', /begin_time/],
      ['status=FAIL&status=RUNNING', /status/],
      ['offset=3', /Unrecognized attribute\(s\) 'offset'/],
    ] as const) {
      assert.throws(
        () => parseJobQuery(query),
        (error) =>
          error instanceof Refusal && error.status === 400 && error.code === 'ELB.8902' && sentence.test(error.message),
        query,
      );
    }
  });

  it('accepts the limits of its parameters', () => {
    assert.equal(parseJobQuery('').limit, 2000);
    assert.equal(parseJobQuery('limit=0').limit, 0);
    assert.equal(parseJobQuery('limit=2000&page_reverse=false').limit, 2000);
  });

  it('filters by the exact value of each field, and by several at once', () => {
    const jobs = [
      job({ job_id: 'a', status: 'FAIL', error_code: 'ELB.8905' }),
      job({ job_id: 'b', job_type: 'cloneListener', resource_id: 'other' }),
      job({ job_id: 'c', status: 'FAIL', job_type: 'cloneListener' }),
    ];
    assert.deepEqual(idsOf(jobs, 'job_id=b'), ['b']);
    assert.deepEqual(idsOf(jobs, 'status=FAIL'), ['a', 'c']);
    assert.deepEqual(idsOf(jobs, 'status=fail'), []);
    assert.deepEqual(idsOf(jobs, 'job_type=cloneListener'), ['b', 'c']);
    assert.deepEqual(idsOf(jobs, 'error_code=ELB.8905'), ['a']);
    assert.deepEqual(idsOf(jobs, 'resource_id=other'), ['b']);
    assert.deepEqual(idsOf(jobs, 'status=FAIL&job_type=cloneListener'), ['c']);
  });

  it('reads begin_time as UTC and includes the jobs of that second', () => {
    const jobs = [
      job({ job_id: 'a', begin_time: '2026-01-01T07:59:59Z' }),
      job({ job_id: 'b', begin_time: '2026-01-01T08:00:00Z' }),
    ];
    assert.deepEqual(idsOf(jobs, 'begin_time=2026-01-01T08%3A00%3A00'), ['b']);
  });

  it('returns the first and the last id of a page, and none for an empty page', () => {
    const jobs = ['a', 'b', 'c'].map((job_id) => job({ job_id }));
    const info = (query: string) => pageOf(jobs, parseJobQuery(query)).page_info;
    assert.deepEqual(info('limit=2'), { previous_marker: 'a', next_marker: 'b', current_count: 2 });
    assert.deepEqual(info('limit=2&marker=c'), { current_count: 0 });
    assert.deepEqual(info('limit=0'), { current_count: 0 });
    assert.deepEqual(info('limit=0&page_reverse=true'), { current_count: 0 });
  });

  it('returns every job exactly once over all pages, in both directions', () => {
    const ids = fc.uniqueArray(fc.uuid(), { maxLength: 40 }).map((all) => all.sort());
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 45 }), fc.boolean(), (all, limit, reverse) => {
        const jobs = all.map((job_id) => job({ job_id }));
        const seen: string[] = [];
        let marker: string | undefined;
        do {
          const from = marker === undefined ? '' : `&marker=${marker}`;
          const page = pageOf(jobs, parseJobQuery(`limit=${limit}&page_reverse=${String(reverse)}${from}`));
          const pageIds = page.jobs.map(({ job_id }) => job_id);
          if (reverse) seen.unshift(...pageIds);
          else seen.push(...pageIds);
          marker = reverse ? page.page_info.previous_marker : page.page_info.next_marker;
        } while (marker !== undefined);
        assert.deepEqual(seen, all);
      }),
    );
  });

  it('refuses a marker that is no job’s id if it is strict', () => {
    const jobs = ['a', 'c'].map((job_id) => job({ job_id }));
    assert.throws(
      () => pageOf(jobs, parseJobQuery('limit=10&marker=b'), true),
      (error) =>
        error instanceof Refusal &&
        error.status === 400 &&
        error.code === 'ELB.8902' &&
        error.message.includes('marker'),
    );
    assert.equal(pageOf(jobs, parseJobQuery('limit=10&marker=a'), true).jobs.length, 1);
    assert.equal(pageOf(jobs, parseJobQuery('limit=10'), true).jobs.length, 2);
  });

  it('names the marker on an empty page if it is strict', () => {
    const jobs = [job({ job_id: 'a' })];
    const info = (query: string) => pageOf(jobs, parseJobQuery(query), true).page_info;
    assert.deepEqual(info('limit=10&marker=a'), { previous_marker: 'a', current_count: 0 });
    assert.deepEqual(info('limit=10'), { previous_marker: 'a', next_marker: 'a', current_count: 1 });
    assert.deepEqual(pageOf([], parseJobQuery('limit=10'), true).page_info, { current_count: 0 });
  });

  it('finds the next page even if the job of the marker is gone', () => {
    const jobs = ['a', 'c'].map((job_id) => job({ job_id }));
    assert.deepEqual(idsOf(jobs, 'limit=10&marker=b'), ['c']);
    assert.deepEqual(idsOf(jobs, 'limit=10&page_reverse=true&marker=b'), ['a']);
  });
});
