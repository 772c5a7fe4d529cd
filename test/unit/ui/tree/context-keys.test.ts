import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/base/emitter';
import { DEMO_PROJECT } from '../../../../src/demo/demo-project';
import { jobKey, type JobReference } from '../../../../src/jobs/model/job-reference';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { ContextKeys } from '../../../../src/ui/tree/context-keys';
import { NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import { FakeClock } from '../../../support/fake-clock';
import { executedCommands } from '../../../support/fake-vscode';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

type Parts = ConstructorParameters<typeof ContextKeys>[0];

const onDidChange = () => ({ dispose: () => undefined });
const DEMO = { ...reference, ...DEMO_PROJECT };

describe('the context keys', () => {
  let store: JobStore;
  let keys: ContextKeys;
  let profiles: object[];
  let completed: string[];
  let removed: { readonly reference: JobReference }[];
  const removes = new Emitter<void>(() => undefined);
  const signsIn = new Emitter<void>(() => undefined);
  const view = { visible: false, onDidChangeVisibility: onDidChange };

  beforeEach(() => {
    executedCommands.length = 0;
    store = new JobStore(noFiles, new MemoryLog());
    profiles = [];
    completed = [];
    removed = [];
    view.visible = false;
    keys = new ContextKeys({
      walkthrough: { complete: (step) => completed.push(step) },
      ...{ store, view, networkAddresses: () => 'address', clock: new FakeClock() },
      credentials: {
        all: () => profiles,
        unreadable: [],
        onDidChange: signsIn.event,
      } as unknown as Parts['credentials'],
      pause: { isPaused: false, onDidChange },
      followed: { all: () => [], onDidChange },
      removedJobs: { all: () => removed, onDidChange: removes.event },
      options: { current: NEWEST_FIRST, onDidChange },
    });
  });

  afterEach(() => {
    keys.dispose();
  });

  const valueOf = (key: string) => executedCommands.findLast(([, name]) => name === `elbJobs.${key}`)?.[2];

  it('show the button to sign in while jobs are left without credentials, but not before these are loaded', async () => {
    await store.restore([newlyTracked(reference, 0)]);
    assert.notEqual(valueOf('needsSignIn'), true);
    keys.setReady();
    assert.equal(valueOf('needsSignIn'), true);
    profiles = [{}];
    signsIn.fire();
    assert.equal(valueOf('needsSignIn'), false);
  });

  it('show no such button for demo jobs alone', async () => {
    await store.restore([newlyTracked(DEMO, 0)]);
    keys.setReady();
    assert.equal(valueOf('needsSignIn'), false);
  });

  it('complete the step Track a job once a job is tracked, also of an earlier session, but not for demo jobs', async () => {
    keys.setReady();
    await store.trackAll([DEMO], 0);
    assert.equal(valueOf('hasTracked'), undefined);
    assert.equal(completed.length, 0);
    await store.trackAll([reference], 0);
    assert.equal(valueOf('hasTracked'), true);
    assert.ok(completed.includes('track'), 'also for a walkthrough that is opened later');
    await store.untrack([...store.all().keys()]);
    assert.equal(valueOf('hasTracked'), true, 'it stays complete');
  });

  it('complete the step Watch its progress once a job is visible', async () => {
    view.visible = true;
    keys.setReady();
    assert.equal(valueOf('hasShownJobs'), undefined, 'an empty view shows no progress');
    await store.trackAll([DEMO], 0);
    assert.equal(valueOf('hasShownJobs'), true);
    assert.ok(completed.includes('watch'), 'also for a walkthrough that is opened later');
  });

  it('offer to track a job again while one was removed that is not back, or while the service no longer has one', async () => {
    keys.setReady();
    assert.equal(valueOf('canTrackAgain'), false);
    removed = [{ reference }];
    removes.fire();
    assert.equal(valueOf('canTrackAgain'), true);
    await store.trackAll([reference], 0);
    assert.equal(valueOf('canTrackAgain'), false);
    store.applyError(jobKey(reference), { kind: 'no-longer-kept' }, 1);
    assert.equal(valueOf('canTrackAgain'), true);
  });

  it('offer the command for a waiting upgrade only while one waits that is not of the demo', async () => {
    keys.setReady();
    const job = jobAt('SUCCESS', { jobType: 'UPGRADE' });
    await store.restore([{ ...newlyTracked(DEMO, 0), job }]);
    assert.deepEqual([valueOf('hasWaitingUpgrades'), valueOf('hasOwnJobs')], [false, false]);
    await store.restore([{ ...newlyTracked(reference, 0), job }]);
    assert.deepEqual([valueOf('hasWaitingUpgrades'), valueOf('hasOwnJobs')], [true, true]);
    store.applyResponse(jobKey(reference), { job: jobAt('COMPLETE', { jobType: 'UPGRADE' }) }, 1);
    assert.equal(valueOf('hasWaitingUpgrades'), false);
  });
});
