import assert from 'node:assert/strict';
import type { Job } from '../../../../src/cloud/api/job';
import type { JobReference } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { JobWaiter, type WaitedJob } from '../../../../src/jobs/waiting/job-waiter';
import { AwaitedJobs } from '../../../../src/ui/job-commands/awaited-jobs';
import { FakeClock, settle } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const named = (jobId: string): JobReference => ({ ...reference, jobId });

describe('the jobs that a person waits for', () => {
  let clock: FakeClock;
  let store: JobStore;
  let waiter: JobWaiter;
  let abort: AbortController;
  let awaited: AwaitedJobs;

  beforeEach(() => {
    clock = new FakeClock();
    const log = new MemoryLog();
    store = new JobStore(noFiles, log);
    waiter = new JobWaiter({ store, clock, log });
    abort = new AbortController();
    awaited = new AwaitedJobs({ store, waiter, signal: abort.signal, onChange: () => undefined });
  });

  const keyOf = (jobId: string) => store.find(named(jobId)) ?? assert.fail(`${jobId} is not tracked`);
  async function setStatus(jobId: string, status: string, fields: Partial<Job> = {}): Promise<void> {
    await store.track(named(jobId), clock.now());
    store.applyResponse(keyOf(jobId), { job: jobAt(status, { jobId, ...fields }) }, clock.now());
    await settle();
  }
  const words = (jobs: readonly WaitedJob[]) =>
    jobs.map(({ reference: { jobId }, outcome }) => `${jobId} ${outcome ?? '-'}`).sort();

  function start(waiting: Promise<void>) {
    const state = { is: 'running' };
    waiting.then(
      () => {
        state.is = 'ended';
      },
      (cause: unknown) => {
        state.is = cause instanceof Error ? cause.name : String(cause);
      },
    );
    return state;
  }

  describe('until none is running', () => {
    it('are those that run, and those that begin meanwhile, but none that has ended or waits for a decision', async () => {
      await setStatus('old', 'FAIL');
      await setStatus('undecided', 'SUCCESS', { jobType: 'UPGRADE' });
      await setStatus('first', 'RUNNING');
      const state = start(awaited.waitForRunning());
      await setStatus('second', 'INIT');
      await setStatus('ended', 'COMPLETE');
      assert.deepEqual(words(awaited.all()), ['ended succeeded', 'first -', 'second -']);
      await setStatus('first', 'COMPLETE');
      assert.equal(state.is, 'running');
      await setStatus('second', 'FAIL');
      assert.equal(state.is, 'ended');
      assert.deepEqual(words(awaited.all()), ['ended succeeded', 'first succeeded', 'second failed']);
      await setStatus('third', 'RUNNING');
      assert.equal(awaited.all().length, 3, 'it listens no more');
    });

    it('are also an upgrade that runs until it waits, and again if it is rolled back', async () => {
      await setStatus('other', 'RUNNING');
      await setStatus('upgrade', 'RUNNING', { jobType: 'UPGRADE' });
      const state = start(awaited.waitForRunning());
      await setStatus('upgrade', 'SUCCESS', { jobType: 'UPGRADE' });
      assert.deepEqual(words(awaited.all()), ['other -', 'upgrade waiting']);
      await setStatus('upgrade', 'ROLLBACKING', { jobType: 'UPGRADE' });
      await setStatus('other', 'COMPLETE');
      assert.equal(state.is, 'running');
      await setStatus('upgrade', 'ROLLBACK_FAIL', { jobType: 'UPGRADE' });
      assert.equal(state.is, 'ended');
    });

    it('are no longer those that the service refuses', async () => {
      await setStatus('refused', 'RUNNING');
      await setStatus('other', 'RUNNING');
      const state = start(awaited.waitForRunning());
      store.applyError(keyOf('refused'), { kind: 'authentication' }, clock.now());
      store.mute(keyOf('refused'), true);
      await setStatus('other', 'COMPLETE');
      assert.equal(state.is, 'ended');
      assert.deepEqual(words(awaited.all()), ['other succeeded', 'refused refused']);
    });

    it('end at once if none is running', async () => {
      const state = start(awaited.waitForRunning());
      await settle();
      assert.equal(state.is, 'ended');
    });

    it('are waited for no longer after Cancel, or if the window closes', async () => {
      await setStatus('one', 'RUNNING');
      const state = start(awaited.waitForRunning());
      await setStatus('two', 'RUNNING');
      abort.abort();
      await settle();
      assert.equal(state.is, 'AbortError');
      const other = new AwaitedJobs({ store, waiter, signal: new AbortController().signal, onChange: () => undefined });
      const closed = start(other.waitForRunning());
      waiter.dispose();
      await setStatus('three', 'RUNNING');
      assert.equal(closed.is, 'AbortError');
      assert.equal(other.all().length, 2);
    });
  });

  it('that were chosen while they waited for a decision are waited for until their end', async () => {
    await setStatus('upgrade', 'SUCCESS', { jobType: 'UPGRADE' });
    const state = start(awaited.waitForAll([named('upgrade')]));
    await settle();
    assert.equal(state.is, 'running');
    await setStatus('upgrade', 'COMPLETE', { jobType: 'UPGRADE' });
    assert.equal(state.is, 'ended');
    const [only] = awaited.all();
    assert.ok(only !== undefined && !awaited.isNewEnding(only), 'SUCCESS was announced before');
  });

  it('have a new ending if they ended meanwhile', async () => {
    await setStatus('one', 'RUNNING');
    start(awaited.waitForAll([named('one')]));
    await setStatus('one', 'COMPLETE');
    const [only] = awaited.all();
    assert.ok(only !== undefined && awaited.isNewEnding(only));
  });

  it('that turn out to be the same count once', async () => {
    await setStatus('one', 'RUNNING');
    store.applyResponse(keyOf('one'), { job: jobAt('RUNNING', { jobId: 'alias' }) }, clock.now());
    start(awaited.waitForAll([named('one'), named('alias')]));
    assert.equal(awaited.all().length, 1);
  });
});
