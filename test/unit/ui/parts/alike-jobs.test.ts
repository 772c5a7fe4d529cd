import assert from 'node:assert/strict';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { AlikeJobs } from '../../../../src/ui/parts/alike-jobs';
import { namedResources } from '../../../support/named-resources';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const referenceOf = (jobId: string) => ({ ...reference, jobId });
const keyOf = (jobId: string) => jobKey(referenceOf(jobId));

function job(jobId: string, fields: Parameters<typeof jobAt>[1] = {}, others: Partial<TrackedJob> = {}): TrackedJob {
  return { ...newlyTracked(referenceOf(jobId), 0), job: jobAt('RUNNING', { jobId, ...fields }), ...others };
}

describe('jobs whose rows begin alike', () => {
  let store: JobStore;
  let alike: AlikeJobs;
  let redrawn: JobKey[];

  const alikeOf = (...ids: string[]) => ids.filter((id) => alike.has(keyOf(id)));
  const open = async (jobs: readonly TrackedJob[], names: Readonly<Record<string, string>> = {}) => {
    await store.restore(jobs);
    store.setResources(reference, namedResources(names), () => true);
    redrawn = [];
  };

  beforeEach(() => {
    store = new JobStore(noFiles, new MemoryLog());
    redrawn = [];
    alike = new AlikeJobs(store, (key) => redrawn.push(key));
  });

  afterEach(() => {
    alike.dispose();
  });

  it('are those of one type on resources whose names a narrow view cuts off before they differ', async () => {
    const jobs = [
      ...['a', 'b'].map((id) => job(id, { resourceId: 'one' })),
      ...[job('c', { resourceId: 'east' }), job('d', { resourceId: 'west' })],
      ...[job('e', { resourceId: '东' }), job('f', { resourceId: '西' })],
      ...[job('g', { jobType: 'UPGRADE', resourceId: 'one' }), job('h', { resourceId: 'other' })],
    ];
    const names = { one: 'web', other: 'api', east: 'prod-api-east', west: 'prod-api-west' };
    await open(jobs, { ...names, 东: '订单网关东', 西: '订单网关西' });
    assert.deepEqual(alikeOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), ['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('are those of a long type without a name of a resource, and those that a person gave one name', async () => {
    const jobType = 'batchCreateV3Loadbalancer';
    const label = 'CHG-4711';
    await open([
      ...['a', 'b'].map((id) => job(id, { jobType })),
      // The id follows at once.
      ...['c', 'd'].map((id) => job(id)),
      ...[job('e', {}, { label }), job('f', { jobType: 'UPGRADE' }, { label }), job('g', {}, { label: 'CHG-4712' })],
    ]);
    assert.deepEqual(alikeOf('a', 'b', 'c', 'd', 'e', 'f', 'g'), ['a', 'b', 'e', 'f']);
  });

  it('have the other row redrawn when a job becomes alike, and when it no longer is', async () => {
    await open(
      ['a', 'c'].map((id) => job(id, { resourceId: 'lb' })),
      { lb: 'prod-api' },
    );
    assert.deepEqual(alikeOf('a', 'c'), ['a', 'c']);
    await store.restore([job('b', { resourceId: 'lb' })]);
    assert.deepEqual(redrawn, [], 'the others are alike already');
    store.rename(keyOf('b'), 'Cutover');
    store.rename(keyOf('c'), 'Rehearsal');
    assert.deepEqual([alikeOf('a', 'b', 'c'), redrawn], [[], [keyOf('a')]]);
    store.rename(keyOf('b'), undefined);
    assert.deepEqual(
      [alikeOf('a', 'b', 'c'), redrawn],
      [
        ['a', 'b'],
        [keyOf('a'), keyOf('a')],
      ],
    );
  });

  it('run, or have an ending that the person has not seen', async () => {
    await open(
      ['a', 'b'].map((id) => job(id, { resourceId: 'lb' })),
      { lb: 'prod-api' },
    );
    store.applyResponse(keyOf('b'), { job: jobAt('FAIL', { jobId: 'b', resourceId: 'lb' }) }, 1);
    assert.deepEqual([alikeOf('a', 'b'), redrawn], [['a', 'b'], []]);
    store.markSeen(new Map([[keyOf('b'), 1]]));
    assert.deepEqual([alikeOf('a', 'b'), redrawn], [[], [keyOf('a')]]);
  });
});
