import assert from 'node:assert/strict';
import { parseListJobsResponse } from '../../../src/cloud/api/job-schema';
import { withResponse } from '../../../src/jobs/model/tracked-job';
import { type BuiltRow, buildAllViews, trackedAfter } from '../../support/hostile/all-views';
import { reference } from '../../support/samples';

/** None of them is a time. Date.parse finds the years 1, 1970, 2000, 2001 or 2024 in them. */
const NO_TIMES = [
  '0001-01-01T00:00:00Z',
  '0001-01-01 00:00:00 +0000 UTC',
  '0001-01-01T00:00:00+08:00',
  '1970-01-01T00:00:00Z',
  '1970-01-01 08:00:00',
  '1970-01-01T00:00:00.000+00:00',
  '0',
  '2024',
  'task 7',
  '2024-02-30T08:20:42Z',
  '2024-04-31 08:20:42',
  'pending',
];
const STATUSES = [
  'INIT',
  'RUNNING',
  'ROLLBACKING',
  'SUCCESS',
  'COMPLETE',
  'FAIL',
  'ROLLBACK_FAIL',
  'CANCEL',
  'NEW_STATUS',
];

const now = Date.UTC(2026, 0, 1, 1);

function answer(status: string, times: { readonly begin_time?: string; readonly end_time?: string }): object {
  const fields = { job_id: reference.jobId, job_type: 'UPGRADE', status, project_id: reference.projectId, ...times };
  return { ...fields, sub_jobs: [{ ...fields, job_id: 'sub-1', entities: [] }] };
}

function trackedOf(job: object) {
  return trackedAfter({ what: 'a job', body: () => JSON.stringify({ job }) }, now);
}

function textsOf(rows: readonly BuiltRow[]): readonly string[] {
  return rows.flatMap(({ label, texts, hover, below }) => [label, ...texts, hover, ...textsOf(below)]);
}

async function viewsOf(job: object): Promise<object> {
  const { rows, page, shown, report, copiedTimeline } = await buildAllViews(trackedOf(job), now);
  return { rows: textsOf(rows), page, shown, report, copiedTimeline };
}

describe('a job without times', () => {
  for (const status of STATUSES) {
    it(`of status ${status} looks the same whatever the service sends in place of a time`, async () => {
      const expected = await viewsOf(answer(status, {}));
      for (const text of NO_TIMES) {
        assert.deepEqual(await viewsOf(answer(status, { begin_time: text, end_time: text })), expected, text);
        assert.deepEqual(await viewsOf(answer(status, { end_time: text })), expected, text);
      }
      const all = JSON.stringify(expected);
      assert.doesNotMatch(all, /not begun|not started/i, 'a missing begin says nothing about the job');
    });
  }

  it('shows the time that is there', async () => {
    const expected = await viewsOf(answer('RUNNING', { begin_time: '2026-01-01T00:50:00Z' }));
    assert.match(JSON.stringify(expected), /10 min/);
    for (const text of NO_TIMES) {
      const views = await viewsOf(answer('RUNNING', { begin_time: '2026-01-01 08:50:00 +08', end_time: text }));
      assert.deepEqual(views, expected, text);
    }
  });

  it('is the same job in a list that repeats it, and costs no read', () => {
    for (const text of NO_TIMES) {
      const job = answer('RUNNING', { begin_time: text, end_time: text });
      const tracked = trackedOf(job);
      const list = parseListJobsResponse(JSON.stringify({ jobs: [job] }));
      const listed = (list.ok ? list.value.jobs[0] : undefined) ?? assert.fail();
      assert.ok(tracked.job !== undefined && listed.hasSameFieldsAs(tracked.job), text);
      const { raw, fingerprint, ...parsed } = tracked.job;
      assert.ok(raw !== undefined && fingerprint !== undefined);
      assert.ok(listed.hasSameFieldsAs(parsed), `${text}, of a job whose answer is on disk only`);
      const again = withResponse(tracked, { job: listed.read() }, now + 1);
      assert.equal(again.job, tracked.job, text);
    }
  });
});
