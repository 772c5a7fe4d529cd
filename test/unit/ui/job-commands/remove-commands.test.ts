import assert from 'node:assert/strict';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { RemoveCommands } from '../../../../src/ui/job-commands/remove-commands';
import { JobSelection } from '../../../../src/ui/selection/job-selection';
import { RecentlyRemovedJobs } from '../../../../src/ui/tracking/recently-removed-jobs';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

describe('removed jobs', () => {
  it('are given with their whole answers to open timelines, which can track them again', async () => {
    const [clock, log] = [new FakeClock(), new MemoryLog()];
    const store = new JobStore(noFiles, log);
    const key = await store.track(reference, 0);
    store.applyResponse(key, { job: jobAt('COMPLETE') }, 0);
    store.markSeen(new Map([[key, 1]]));
    const kept = new Map<JobKey, TrackedJob>();
    const memento = { get: () => undefined, update: () => Promise.resolve(), keys: () => [] };
    const remove = new RemoveCommands({
      ...{ store, clock, log },
      selection: new JobSelection(
        store,
        clock,
        () => [],
        (command) => command,
      ),
      removedJobs: new RecentlyRemovedJobs(memento, log),
      isTreeVisible: () => true,
      isListed: () => true,
      clearFilter: () => Promise.resolve(),
      timelines: {
        keepWhole: (removed) => {
          for (const [removedKey, tracked] of removed) kept.set(removedKey, tracked);
        },
      },
    });
    await remove.clearFinished();
    assert.equal(store.all().size, 0);
    assert.equal(kept.get(key)?.job?.status, 'COMPLETE');
  });
});
