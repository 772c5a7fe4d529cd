import assert from 'node:assert/strict';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import type { JobChange } from '../../../../src/jobs/model/job-change';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { newlyTracked, type TrackedJob, withResponse } from '../../../../src/jobs/model/tracked-job';
import type { JobStore } from '../../../../src/jobs/store/job-store';
import { Emitter } from '../../../../src/base/emitter';
import { HOUR } from '../../../../src/base/time-units';
import { type Arrangement, NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import type { JobTreeNode } from '../../../../src/ui/tree/job-nodes';
import { JobTree } from '../../../../src/ui/tree/job-tree';
import { FakeClock } from '../../../support/fake-clock';
import { type FakeTreeView, treeViews } from '../../../support/fake-vscode';
import { jobAt, MemoryLog, reference } from '../../../support/samples';

function fail(cause: unknown): never {
  throw cause instanceof Error ? cause : new Error(String(cause));
}

describe('revealing the row of a job', () => {
  let clock: FakeClock;
  let jobs: Map<JobKey, TrackedJob>;
  let changes: Emitter<readonly JobChange[]>;
  let optionChanges: Emitter<void>;
  let current: Arrangement;
  let clearings: number;
  let tree: JobTree;
  let view: FakeTreeView;

  beforeEach(() => {
    clock = new FakeClock();
    jobs = new Map();
    changes = new Emitter(fail);
    optionChanges = new Emitter(fail);
    current = NEWEST_FIRST;
    clearings = 0;
    const options = {
      get current() {
        return current;
      },
      onDidChange: optionChanges.event,
      clearFilter: () => {
        clearings += 1;
        arrange({ filter: [], text: '' });
        return Promise.resolve();
      },
    };
    const store: Pick<JobStore, 'all' | 'get' | 'onDidChange'> = {
      all: () => jobs,
      get: (key) => jobs.get(key),
      onDidChange: changes.event,
    };
    tree = new JobTree({
      store: store as JobStore,
      durations: new DurationHistory(),
      clock,
      log: new MemoryLog(),
      options,
      projectNames: { of: () => undefined, onDidChange: () => ({ dispose: () => undefined }) },
    });
    const created = treeViews.at(-1);
    assert.ok(created);
    view = created;
    view.drawn = new Set();
  });

  afterEach(() => {
    tree.dispose();
  });

  function arrange(change: Partial<Arrangement>): void {
    current = { ...current, ...change };
    optionChanges.fire();
  }

  function track(jobId: string): JobKey {
    const tracked = newlyTracked({ ...reference, jobId }, clock.now());
    const key = jobKey(tracked.reference);
    jobs.set(key, withResponse(tracked, { job: jobAt('RUNNING', { jobId }) }, clock.now()));
    return key;
  }

  /** Lets the view load its rows and draw them. */
  async function draw(): Promise<void> {
    view.drawn = undefined;
    tree.getChildren();
    await clock.advance(HOUR);
  }

  /** Requests a row while the view draws nothing, until only a change of the view leads to another attempt. */
  async function requestUndrawn(jobId = 'late'): Promise<JobKey> {
    const key = track(jobId);
    const revealing = tree.reveal(key, { focus: false });
    await clock.advance(HOUR);
    await revealing;
    return key;
  }

  const rowOf = (key: JobKey): JobTreeNode => {
    const row = tree.getChildren().find(({ id }) => id === key);
    assert.ok(row);
    return row;
  };
  const selected = () => view.selection.map(({ id }) => id);

  it('happens when the view draws the row, however late', async () => {
    const key = await requestUndrawn();
    assert.deepEqual(selected(), []);
    await draw();
    assert.deepEqual(selected(), [key]);
  });

  it('still happens when the extension has cleared the filter that hides the row', async () => {
    current = { ...NEWEST_FIRST, text: 'something else' };
    const key = await requestUndrawn();
    assert.equal(clearings, 1);
    await draw();
    assert.deepEqual(selected(), [key]);
  });

  it('still happens when the view reports the first sub-jobs of a row as a collapse', async () => {
    const key = await requestUndrawn();
    view.setExpanded(rowOf(key), false);
    await draw();
    assert.deepEqual(selected(), [key]);
  });

  const acts: Readonly<Record<string, (other: JobTreeNode) => void>> = {
    'selects another row': (other) => {
      view.select(other);
    },
    'collapses a row': (other) => {
      view.setExpanded(other, true);
      view.setExpanded(other, false);
    },
    'enters a filter': () => {
      arrange({ text: 'RUNNING' });
    },
    'groups the jobs': () => {
      arrange({ grouping: 'status' });
    },
    'sorts the jobs': () => {
      arrange({ order: 'oldest' });
    },
  };
  for (const [act, perform] of Object.entries(acts)) {
    it(`no longer happens once the person ${act}`, async () => {
      const other = track('other');
      await requestUndrawn();
      perform(rowOf(other));
      const before = selected();
      const { length } = view.reveals;
      await draw();
      assert.deepEqual(selected(), before);
      assert.equal(view.reveals.length, length);
    });
  }

  it('no longer happens once the person collapses a group', async () => {
    current = { ...NEWEST_FIRST, grouping: 'status' };
    await requestUndrawn();
    const [group] = tree.getChildren();
    assert.ok(group);
    view.setExpanded(group, false);
    await draw();
    assert.deepEqual(selected(), []);
  });

  it('no longer happens once the job is removed, and leaves no timer', async () => {
    const key = track('late');
    void tree.reveal(key, { focus: false });
    await clock.advance(0);
    const tracked = jobs.get(key);
    assert.ok(tracked);
    jobs.delete(key);
    changes.fire([{ key, tracked, kinds: ['removed'] }]);
    await clock.advance(0);
    assert.equal(clock.pendingTimers, 0);
    await draw();
    assert.deepEqual(selected(), []);
  });

  it('waits while the view is hidden, and then does not take the focus', async () => {
    const key = track('late');
    void tree.reveal(key, { focus: true });
    await clock.advance(HOUR);
    view.setVisible(false);
    await draw();
    assert.ok(!view.visible);
    assert.deepEqual(selected(), []);
    view.setVisible(true);
    await clock.advance(0);
    assert.deepEqual(selected(), [key]);
    assert.deepEqual(view.reveals.at(-1), { row: key, focus: false });
  });
});
