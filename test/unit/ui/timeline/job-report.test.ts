import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import type { SubJob } from '../../../../src/cloud/api/job';
import { newlyTracked, type TrackedJob, withError, withResponse } from '../../../../src/jobs/model/tracked-job';
import { jobReport, jobReportInTurns } from '../../../../src/ui/timeline/job-report';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const begin = Date.UTC(2024, 2, 23, 8, 20, 42);
const now = begin + 12 * MINUTE;

function trackedWith(status: string, fields: Parameters<typeof jobAt>[1] = {}): TrackedJob {
  return withResponse(newlyTracked(reference, begin), { job: jobAt(status, fields), requestId: 'request-1' }, now);
}

const firstLine = (tracked: TrackedJob) => jobReport([tracked], now).split('\n')[0];
const parts = (...statuses: string[]): SubJob[] =>
  statuses.map((status, index) => subJobAt({ jobId: `part-${index}`, jobType: `PART${index}`, status }));
const failedPart = subJobAt({
  ...{ jobId: 'part-9', jobType: 'CREATE', status: 'FAIL', beginTime: begin, endTime: begin + 10 * SECOND },
  ...{ errorCode: 'ELB.8905', errorMessage: 'Quota exceeded' },
  entities: [{ resourceId: 'lb-1', resourceType: 'loadbalancer' }],
});

describe('the first line of a report', () => {
  const times = { beginTime: begin, endTime: begin + 30 * SECOND };

  it('says that the job failed, when, and why', () => {
    const error = { errorCode: 'ELB.8905', errorMessage: 'Quota exceeded' };
    assert.equal(
      firstLine(trackedWith('FAIL', { ...times, ...error })),
      '## FAILED after 30 sec: ELB.8905 · Quota exceeded',
    );
    const withoutOwnError = trackedWith('FAIL', { ...times, subJobs: [failedPart] });
    assert.equal(firstLine(withoutOwnError), '## FAILED after 30 sec: CREATE: ELB.8905 · Quota exceeded');
    assert.equal(firstLine(trackedWith('FAIL')), '## FAILED');
  });

  it('says how long a job has been running, and how many sub-jobs are done', () => {
    const subJobs = parts('SUCCESS', 'SUCCESS', 'SUCCESS', 'RUNNING', 'INIT');
    const running = trackedWith('RUNNING', { beginTime: begin, subJobs });
    assert.equal(firstLine(running), '## RUNNING for 12 min: 3 of 5 sub-jobs done');
    assert.equal(firstLine(trackedWith('RUNNING', { beginTime: begin })), '## RUNNING for 12 min');
    const offline = withError(running, { kind: 'network', message: '' }, now);
    assert.equal(firstLine(offline), '## RUNNING for 12 min: 3 of 5 sub-jobs done · no connection');
  });

  it('claims no running time of a job that the service no longer knows', () => {
    const lost = withError(trackedWith('RUNNING', { beginTime: begin }), { kind: 'no-longer-kept' }, now);
    assert.equal(firstLine(lost), '## RUNNING when last seen: no longer available');
    assert.doesNotMatch(jobReport([lost], now + HOUR), /Elapsed/);
  });

  it('says what a success lacks: a decision, or a sub-job', () => {
    const upgrade = trackedWith('SUCCESS', { ...times, jobType: 'UPGRADE' });
    assert.equal(firstLine(upgrade), '## SUCCESS after 30 sec: waiting for completion or rollback');
    const partly = trackedWith('SUCCESS', { ...times, subJobs: parts('SUCCESS', 'FAIL') });
    assert.equal(firstLine(partly), '## SUCCESS after 30 sec: a sub-job failed · PART1');
  });

  it('is there before the first response', () => {
    assert.equal(firstLine(newlyTracked(reference, begin)), '## waiting for the first response');
  });
});

describe('a report', () => {
  it('has what failed first and what to do, then facts and sub-jobs, with ids as code and times in UTC', () => {
    const tracked = trackedWith('FAIL', { beginTime: begin, endTime: begin + 30 * SECOND, subJobs: [failedPart] });
    // The local time depends on the computer's zone.
    const report = jobReport([tracked], now).replace(/Z \([^)]*\)/g, 'Z (local)');
    assert.equal(
      report,
      [
        '## FAILED after 30 sec: CREATE: ELB.8905 · Quota exceeded',
        '',
        '**cloneLoadbalancer 37d5c1fd**',
        '',
        '- Failed first: `CREATE` · `part-9` · `ELB.8905` · Quota exceeded',
        '- What to do: A quota is used up. Delete resources that you no longer need, or request a higher quota in the console.',
        '',
        '| `cloneLoadbalancer` |  |',
        '| --- | --- |',
        '| Status | `FAIL` |',
        '| Last response | 2024-03-23T08:32:42Z (local) |',
        '| Job ID | `37d5c1fd-fa57-4c6d-bdcd-d523095c05e8` |',
        '| Project | `7b7705dce1e847b08b3b16dda67fec24` |',
        '| Endpoint | `https://elb.cn-north-4.myhuaweicloud.com` |',
        '| Began | 2024-03-23T08:20:42Z (local) |',
        '| Ended | 2024-03-23T08:21:12Z (local) |',
        '| Duration | 30 sec |',
        '| Request ID | `request-1` |',
        '',
        '| Sub-job | Status | Began | Ended | Duration | Resources | Error |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        '| `CREATE` | `FAIL` | 2024-03-23T08:20:42Z (local) | 2024-03-23T08:20:52Z (local) | 10 sec | loadbalancer `lb-1` | `ELB.8905` · Quota exceeded |',
        '| Gap |  | 2024-03-23T08:20:52Z (local) | 2024-03-23T08:21:12Z (local) | 20 sec |  |  |',
        '',
      ].join('\n'),
    );
  });

  it('has the elapsed time of a running job and of its running sub-jobs', () => {
    const subJobs = [subJobAt({ jobId: 'a', jobType: 'A', status: 'RUNNING', beginTime: begin + 2 * MINUTE })];
    const report = jobReport([trackedWith('RUNNING', { beginTime: begin, subJobs })], now);
    assert.match(report, /^\| Elapsed \| 12 min \|$/m);
    assert.match(report, /^\| `A` \| `RUNNING` \| .* \| not yet \| 10 min \|/m);
  });

  it('of several jobs begins with how many are in which state, and has a heading for each', () => {
    const jobs = [
      trackedWith('FAIL'),
      trackedWith('RUNNING'),
      trackedWith('RUNNING'),
      trackedWith('SUCCESS', { jobType: 'UPGRADE' }),
      trackedWith('COMPLETE'),
      trackedWith('CANCEL'),
      withError(newlyTracked(reference, begin), { kind: 'forbidden' }, now),
    ];
    const report = jobReport(jobs, now);
    assert.match(
      report,
      /^\*\*7 jobs: 1 failed, 1 waiting for completion or rollback, 1 not found or no longer available, 2 running, 1 cancelled, 1 succeeded\*\*\n\n## FAILED\n/,
    );
    assert.equal(report.match(/^## /gm)?.length, 7);
    assert.ok(
      jobs.every(
        (tracked) => report.includes(`${jobReport([tracked], now)}\n## `) || report.endsWith(jobReport([tracked], now)),
      ),
    );
    assert.equal(jobReport([], now), '');
  });

  it('is the same if it is made in turns', async () => {
    for (const count of [0, 1, 2, 60]) {
      const jobs = Array.from({ length: count }, (_, index) => trackedWith(index % 2 === 0 ? 'FAIL' : 'RUNNING'));
      assert.equal(await jobReportInTurns(jobs, now), jobReport(jobs, now), `${count} jobs`);
    }
  });

  it('holds texts from the service as text that none of them can end', () => {
    const text = fc.string({
      unit: fc.constantFrom('`', '|', '\\', '\n', '\u202e', '<', 'a', ' ', '#', '[x](command:y)', '@', '\r'),
    });
    const fields = fc.record({
      jobType: text,
      errorCode: text,
      errorMessage: text,
      status: fc.constantFrom('FAIL', '|`\n#'),
    });
    const expected = lineShapes(reportWith({ jobType: 'a', errorCode: 'a', errorMessage: 'a', status: 'FAIL' }));
    fc.assert(
      fc.property(fields, (hostile) => {
        const lines = lineShapes(reportWith(hostile));
        assert.equal(lines.filter((shape) => shape === 'heading').length, 1);
        // An empty error has no line.
        assert.ok(lines.length <= expected.length, 'no text adds a line');
        assert.deepEqual(new Set(lines.filter((shape) => shape.endsWith('cells'))), new Set(['2 cells', '7 cells']));
      }),
    );
  });

  function reportWith(fields: Partial<SubJob>): string {
    const tracked = trackedWith(fields.status ?? '', {
      ...fields,
      subJobs: [subJobAt({ ...fields, jobId: 'p', errorCode: 'x', beginTime: 0 })],
    });
    return jobReport([tracked], now);
  }

  function lineShapes(report: string): string[] {
    return report.split('\n').map((line) => {
      if (line.startsWith('#')) return 'heading';
      // Markdown splits a table row before it reads code spans.
      return line.startsWith('|') ? `${(line.match(/(?<!\\)\|/g)?.length ?? 0) - 1} cells` : 'text';
    });
  }
});
