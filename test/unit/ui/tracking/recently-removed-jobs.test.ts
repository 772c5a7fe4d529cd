import assert from 'node:assert/strict';
import { demoReferences } from '../../../../src/demo/demo-jobs';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { RecentlyRemovedJobs } from '../../../../src/ui/tracking/recently-removed-jobs';

describe('removed jobs', () => {
  const saved = new Map<string, unknown>();
  const memento = {
    keys: () => [...saved.keys()],
    get: (key: string) => saved.get(key),
    update: (key: string, value: unknown) => {
      // VS Code saves values as JSON, too.
      saved.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
  const fail = (message: string) => assert.fail(message);
  const log = { info: fail, warn: fail, error: fail, debug: fail };
  const reference = { endpoint: 'https://elb.example.com', projectId: '1'.repeat(32), jobId: 'job-1' };

  it('are saved with their name and mute', async () => {
    const removed = new RecentlyRemovedJobs(memento, log);
    await removed.add([{ ...newlyTracked(reference, 1), label: 'Cutover', muted: true }], 2);
    const [only, ...others] = removed.all();
    assert.deepEqual([only?.label, only?.muted, only?.stoppedAt, others.length], ['Cutover', true, 2, 0]);
  });

  it('are read once for all changes of jobs, and again when another window has changed them', async () => {
    const removed = new RecentlyRemovedJobs(memento, log);
    await removed.add([newlyTracked(reference, 1)], 2);
    assert.equal(removed.all(), removed.all());
    await new RecentlyRemovedJobs(memento, log).add([newlyTracked({ ...reference, jobId: 'job-2' }, 1)], 3);
    assert.equal(removed.all()[0]?.reference.jobId, 'job-2');
  });

  it('do not include demo jobs, which would come back without the demo', async () => {
    const removed = new RecentlyRemovedJobs(memento, log);
    const before = removed.all();
    await removed.add(
      demoReferences().map((each) => newlyTracked(each, 1)),
      2,
    );
    assert.deepEqual(removed.all(), before);
  });

  it('take little room, also if their names were long or an older version saved them', async () => {
    const removed = new RecentlyRemovedJobs(memento, log);
    const long = 'x'.repeat(1_000_000);
    const old = { reference, label: long, jobType: long, status: long, stoppedAt: 1 };
    const unusable = { reference: { ...reference, jobId: long }, stoppedAt: 1 };
    saved.set('elbJobs.stoppedJobs', [unusable, ...Array.from({ length: 100 }, () => old)]);
    assert.equal(removed.all().length, 50);
    assert.match(removed.all()[0]?.label ?? '', /… \[cut\]$/);
    const jobs = Array.from({ length: 60 }, (_, index) => ({
      ...newlyTracked({ ...reference, jobId: `job-${index}` }, 1),
      label: '\u4e2d'.repeat(1_000_000),
    }));
    await removed.add(jobs, 2);
    assert.ok(JSON.stringify(saved.get('elbJobs.stoppedJobs')).length < 128 * 1024);
    assert.ok(removed.all().length >= 50);
  });
});
