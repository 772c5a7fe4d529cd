import assert from 'node:assert/strict';
import { demoReferences } from '../../../../src/demo/demo-jobs';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { RemovedJobs } from '../../../../src/ui/selection/removed-jobs';

describe('jobs that were taken out of the list', () => {
  const kept = new Map<string, unknown>();
  const memento = {
    keys: () => [...kept.keys()],
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => {
      // As the editor keeps it.
      kept.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
  const fail = (message: string) => assert.fail(message);
  const log = { info: fail, warn: fail, error: fail, debug: fail };
  const reference = { endpoint: 'https://elb.example.com', projectId: '1'.repeat(32), jobId: 'job-1' };

  it('are kept with their name and their mute', async () => {
    const stopped = new RemovedJobs(memento, log);
    await stopped.add([{ ...newlyTracked(reference, 1), label: 'Cutover', muted: true }], 2);
    const [only, ...others] = stopped.all();
    assert.deepEqual([only?.label, only?.muted, only?.stoppedAt, others.length], ['Cutover', true, 2, 0]);
  });

  it('are not those of the demo, which would come back without it', async () => {
    const stopped = new RemovedJobs(memento, log);
    const before = stopped.all();
    await stopped.add(
      demoReferences().map((each) => newlyTracked(each, 1)),
      2,
    );
    assert.deepEqual(stopped.all(), before);
  });
});
