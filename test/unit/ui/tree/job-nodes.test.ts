import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_SHOWN_ENTITIES, MAX_SHOWN_SUB_JOBS } from '../../../../src/base/limits';
import type { Job, SubJob } from '../../../../src/cloud/api/job';
import { parseShowJobResponse } from '../../../../src/cloud/api/job-schema';
import { newlyTracked, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import {
  childrenOfJob,
  childrenOfSubJob,
  hasChildren,
  type JobNode,
  type JobTreeNode,
} from '../../../../src/ui/tree/job-nodes';
import example from '../../../fixtures/show-job-example.json';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const node: JobNode = { kind: 'job', id: 'key', key: 'key' };

describe('the rows below a job', () => {
  it('show the sub-jobs of the official example in time order, each with its resource', () => {
    const answer = parseShowJobResponse(JSON.stringify(example));
    assert.ok(answer.ok);
    const children = childrenOfJob(node, withResponse(newlyTracked(reference, 0), answer.value, 1));
    const rows = children.map((child) => {
      assert.equal(child.kind, 'sub-job');
      const [resource] = childrenOfSubJob(child);
      assert.equal(resource?.kind, 'entity');
      return [child.subJob.jobType, resource.entity.resourceType];
    });
    assert.deepEqual(rows, [
      ['UPGRADE_INIT', 'loadbalancer'],
      ['UPGRADE_TRAFFIC_SWITCH', 'loadbalancer'],
      ['UPGRADE_COMPLETE', 'loadbalancer'],
    ]);
  });

  it('show the error and the request id of a failed job before its sub-jobs', () => {
    const job = jobAt('FAIL', { errorCode: 'ELB.8907', subJobs: [subJobAt({ jobType: 'A', errorMessage: 'why' })] });
    const children = childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1));
    assert.deepEqual(
      children.map(({ kind }) => kind),
      ['failure', 'failed-first', 'advice', 'request-id', 'sub-job'],
    );
    const last = children.at(-1);
    assert.ok(last?.kind === 'sub-job');
    assert.deepEqual(childrenOfSubJob(last), [], '"Failed first" shows its error');
  });

  it('show each error and each advice once, however many sub-jobs report it', () => {
    const quota = { errorCode: 'ELB.8905', errorMessage: 'Quota exceeded' };
    const job = jobAt('FAIL', {
      ...quota,
      subJobs: [
        subJobAt({ jobId: 'a', beginTime: 1, ...quota }),
        subJobAt({ jobId: 'b', beginTime: 2, ...quota }),
        subJobAt({ jobId: 'c', beginTime: 3, errorCode: 'ELB.8905', errorMessage: 'Quota of listeners exceeded' }),
        subJobAt({ jobId: 'd', beginTime: 4, errorCode: 'ELB.8907' }),
      ],
    });
    const kinds = (rows: readonly JobTreeNode[]) => rows.map(({ kind }) => kind);
    const rows = childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1));
    assert.deepEqual(kinds(rows).slice(0, 4), ['failure', 'failed-first', 'advice', 'request-id']);
    const subJobs = rows.filter((row) => row.kind === 'sub-job');
    assert.deepEqual(
      subJobs.map((row) => kinds(childrenOfSubJob(row))),
      [[], [], ['failure'], ['failure', 'advice']],
    );
  });

  it('advise on the sub-job that failed first if there is no advice on the error of the job', () => {
    const subJobs = [subJobAt({ jobId: 'a', errorCode: 'ELB.8905' })];
    for (const errorCode of [undefined, 'ELB.0000']) {
      const job = jobAt('FAIL', { errorCode, subJobs });
      const rows = childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1));
      assert.equal(rows.find((row) => row.kind === 'advice')?.of.errorCode, 'ELB.8905');
    }
  });

  it('are announced to the view exactly if there are any', () => {
    const job = fc.record({
      status: fc.constantFrom('SUCCESS', 'FAIL', 'RUNNING', 'NEW', undefined),
      errorCode: fc.constantFrom(undefined, 'ELB.8907', 'X'),
      errorMessage: fc.constantFrom(undefined, 'why'),
      subJobs: fc.constantFrom([], [subJobAt({ jobType: 'A' })], [subJobAt({ status: 'FAIL' })]),
      cut: fc.constantFrom(undefined, { missingSubJobs: 0 }, { missingSubJobs: 3 }),
    });
    fc.assert(
      fc.property(job, fc.boolean(), fc.boolean(), ({ status, ...fields }, isAnswered, isFailing) => {
        const before = newlyTracked(reference, 0);
        const answer = { job: { ...jobAt('SUCCESS'), status, ...fields } };
        const answered = isAnswered ? withResponse(before, answer, 1) : before;
        const tracked = isFailing ? withError(answered, { kind: 'network' }, 2) : answered;
        assert.equal(hasChildren(tracked), childrenOfJob(node, tracked).length > 0);
      }),
    );
  });

  it('show the request id of a failed job even if only a sub-job has an error', () => {
    const job = jobAt('FAIL', { subJobs: [subJobAt({ jobId: 'a', errorCode: 'ELB.8907' })] });
    assert.deepEqual(
      childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1)).map(({ kind }) => kind),
      ['failed-first', 'advice', 'request-id', 'sub-job'],
    );
  });

  it('name the sub-job that failed first in time, not in the order of the response', () => {
    const job = jobAt('FAIL', {
      subJobs: [
        subJobAt({ jobId: 'c', beginTime: 3, status: 'FAIL' }),
        subJobAt({ jobId: 'b', beginTime: 2, status: 'ROLLBACK_FAIL' }),
        subJobAt({ jobId: 'a', beginTime: 1, status: 'SUCCESS' }),
      ],
    });
    const [first] = childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1));
    assert.ok(first?.kind === 'failed-first');
    assert.equal(first.subJob.jobId, 'b');
  });

  it('exist before the first response, since a row without children would stay collapsed', () => {
    assert.deepEqual(
      childrenOfJob(node, newlyTracked(reference, 0)).map(({ kind }) => kind),
      ['waiting'],
    );
  });

  it('show why the first poll failed', () => {
    const tracked = withError(newlyTracked(reference, 0), { kind: 'network' }, 1);
    assert.deepEqual(
      childrenOfJob(node, tracked).map(({ kind }) => kind),
      ['poll-failure'],
    );
  });

  it('have unique ids even if the service repeats or omits ids', () => {
    const subJobs = [subJobAt({ jobId: 'x' }), subJobAt({ jobId: 'x' }), subJobAt({}), subJobAt({})];
    const children = childrenOfJob(
      node,
      withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING', { subJobs }) }, 1),
    );
    assert.equal(new Set(children.map(({ id }) => id)).size, 4);
  });

  const rowsOf = (subJobs: readonly SubJob[], fields: Partial<Job> = {}) =>
    childrenOfJob(
      node,
      withResponse(newlyTracked(reference, 0), { job: { ...jobAt('RUNNING', { subJobs }), ...fields } }, 1),
    );
  const part = (index: number, status: string) => subJobAt({ jobId: `part-${index}`, status, beginTime: index });
  const idsIn = (rows: ReturnType<typeof rowsOf>) =>
    rows.flatMap((row) => (row.kind === 'sub-job' ? [row.subJob.jobId] : []));

  it('are at most 200 sub-jobs and a row that counts the others, also those that the response lost', () => {
    const subJobs = Array.from({ length: 300 }, (_, index) => part(index, 'SUCCESS'));
    const whole = rowsOf(subJobs);
    assert.deepEqual(
      idsIn(whole),
      subJobs.slice(0, MAX_SHOWN_SUB_JOBS).map(({ jobId }) => jobId),
    );
    assert.deepEqual(whole.at(-1), { kind: 'more', id: 'key/more', parent: node, count: 100 });
    assert.deepEqual(rowsOf(subJobs, { cut: { missingSubJobs: 50 } }).at(-1), {
      ...whole.at(-1),
      count: 150,
    });
    assert.equal(rowsOf(subJobs.slice(0, MAX_SHOWN_SUB_JOBS)).length, MAX_SHOWN_SUB_JOBS);
  });

  it('always show failed and running sub-jobs, all in time order', () => {
    const status = fc.constantFrom('SUCCESS', 'FAIL', 'RUNNING', 'ROLLBACK_FAIL', 'ROLLBACKING', 'INIT', 'NEW', '');
    const rare = fc.array(fc.tuple(fc.nat(999), status), { maxLength: MAX_SHOWN_SUB_JOBS });
    fc.assert(
      fc.property(rare, fc.constantFrom('SUCCESS', 'INIT', ''), (others, usual) => {
        const statuses = new Map(others);
        const subJobs = Array.from({ length: 1000 }, (_, index) => part(index, statuses.get(index) ?? usual));
        const shown = idsIn(rowsOf(subJobs));
        const needed = subJobs.filter((each) => /FAIL|RUNNING|ROLLBACKING/.test(each.status ?? ''));
        assert.equal(shown.length, MAX_SHOWN_SUB_JOBS);
        for (const { jobId } of needed) assert.ok(shown.includes(jobId));
        const isShown = new Set(shown);
        assert.deepEqual(
          shown,
          subJobs.map(({ jobId }) => jobId).filter((id) => isShown.has(id)),
        );
      }),
    );
  });

  it('show failed sub-jobs before running ones if there is no room for all', () => {
    const running = Array.from({ length: 300 }, (_, index) => part(index, 'RUNNING'));
    const failed = Array.from({ length: 150 }, (_, index) => part(300 + index, 'FAIL'));
    const shown = idsIn(rowsOf([...running, ...failed]));
    assert.deepEqual(
      shown,
      [...running.slice(0, 50), ...failed].map(({ jobId }) => jobId),
    );
  });

  it('keep the id of a sub-job while others of its type appear and disappear', () => {
    const statuses = (end: string) => Array.from({ length: 300 }, (_, index) => (index < 250 ? end : 'RUNNING'));
    const rows = (end: string) =>
      rowsOf(statuses(end).map((each, index) => subJobAt({ jobType: 'A', status: each, beginTime: index })));
    const [before, after] = [rows('SUCCESS'), rows('FAIL')].map(
      (all) => new Map(all.flatMap((row) => (row.kind === 'sub-job' ? [[row.subJob.beginTime, row.id]] : []))),
    );
    const common = [...(before ?? [])].filter(([begin]) => after?.has(begin));
    assert.ok(common.length > 100);
    for (const [begin, id] of common) assert.equal(after?.get(begin), id);
  });

  it('are at most 50 resources of a sub-job, and a row that counts the others', () => {
    const entities = Array.from({ length: 70 }, (_, index) => ({ resourceId: `${index}` }));
    const [row] = rowsOf([subJobAt({ jobId: 'a', entities })]);
    assert.ok(row?.kind === 'sub-job');
    const resources = childrenOfSubJob(row);
    assert.equal(resources.length, MAX_SHOWN_ENTITIES + 1);
    assert.deepEqual(resources.at(-1), { kind: 'more', id: 'key/sub-job/a/more', parent: row, count: 20 });
  });

  it('list sub-jobs that have not begun last', () => {
    const subJobs = [subJobAt({ jobId: 'd' }), subJobAt({ jobId: 'c' }), subJobAt({ jobId: 'b', beginTime: 2 })];
    const children = childrenOfJob(
      node,
      withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING', { subJobs }) }, 1),
    );
    assert.deepEqual(
      children.map((child) => child.kind === 'sub-job' && child.subJob.jobId),
      ['b', 'c', 'd'],
    );
  });
});
