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

  it('do not include demo jobs, which would come back without the demo', async () => {
    const removed = new RecentlyRemovedJobs(memento, log);
    const before = removed.all();
    await removed.add(
      demoReferences().map((each) => newlyTracked(each, 1)),
      2,
    );
    assert.deepEqual(removed.all(), before);
  });
});
