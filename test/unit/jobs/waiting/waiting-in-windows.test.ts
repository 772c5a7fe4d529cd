import assert from 'node:assert/strict';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Job } from '../../../../src/cloud/api/job';
import type { Disposable } from '../../../../src/base/disposable';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { DuplicateJobs } from '../../../../src/jobs/store/duplicate-jobs';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { JobStore } from '../../../../src/jobs/store/job-store';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { JobWaiter, OTHER_WINDOW_MS, type WaitOptions } from '../../../../src/jobs/waiting/job-waiter';
import { Lease } from '../../../../src/storage/lease';
import { newEngine } from '../../../support/engine-fixture';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSource } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';

describe('waiting for a job in several windows', () => {
  const opened: Disposable[] = [];
  let clock: FakeClock;
  let log: MemoryLog;
  let files: MemoryFileSystem;
  let job: Job;

  beforeEach(() => {
    clock = new FakeClock();
    log = new MemoryLog();
    files = new MemoryFileSystem();
    job = jobAt('RUNNING', { beginTime: clock.now() });
  });

  afterEach(() => {
    for (const each of opened.splice(0)) each.dispose();
  });

  async function openWindow(owner: string, obstacle?: PollError) {
    const directory = new JobDirectory({
      ...{ files, clock, owner, log, readJob },
      directory: 'storage',
      onQuarantine: () => undefined,
    });
    const store = new JobStore(directory, log);
    const cloud = new FakeSource(clock);
    cloud.obstacle = obstacle;
    cloud.respond = () => ({ ok: true, value: { job } });
    const leaseOf = () => new Lease({ files, clock, directory: 'leases', name: 'project', owner, log });
    const engine = newEngine({ store, source: cloud, clock, log, leaseOf });
    const waiter = new JobWaiter({ store, clock, log });
    const duplicates = new DuplicateJobs({ store, claims: directory.claims, log });
    directory.watch((keys) => void store.readAgain(keys));
    await store.open();
    const parts = [waiter, duplicates, engine, store, directory];
    opened.push(...parts);
    const close = () => {
      for (const part of parts) part.dispose();
    };
    const key = () => store.find(reference) ?? assert.fail('The job is not tracked');
    return { store, cloud, engine, waiter, close, key };
  }

  type OpenWindow = Awaited<ReturnType<typeof openWindow>>;

  /** Starts to wait. */
  function wait({ waiter }: OpenWindow, options: Partial<WaitOptions> = {}, jobId = reference.jobId) {
    const waiting = { state: 'running' };
    const { signal } = new AbortController();
    const all = { signal, acceptWaitingUpgrade: false, failFast: true, ...options };
    waiter.waitFor([{ ...reference, jobId }], all).then(
      ({ outcome }) => {
        waiting.state = outcome;
      },
      (cause: unknown) => {
        waiting.state = cause instanceof Error ? cause.name : String(cause);
      },
    );
    return waiting;
  }

  /** Records why polls failed. */
  function failuresIn({ store }: OpenWindow): string[] {
    const failures: string[] = [];
    store.onDidChange((changes) => {
      for (const { tracked } of changes) failures.push(tracked.pollFailure?.error.kind ?? '-');
    });
    return failures;
  }

  it('continues in a window without credentials that says so until another window polls', async () => {
    const without = await openWindow('without', { kind: 'signed-out' });
    const failures = failuresIn(without);
    const other = await openWindow('with');
    const waiting = wait(without);
    await clock.advance(MINUTE);
    assert.ok(failures.includes('signed-out'), 'the reason for this test');
    assert.equal(waiting.state, 'running');
    assert.equal(without.store.get(without.key())?.pollFailure, undefined);
    job = jobAt('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(waiting.state, 'succeeded');
    assert.equal(without.cloud.requests.length, 0);
    assert.ok(other.cloud.requests.length > 0);
  });

  it('continues there if the window that polls is offline', async () => {
    const without = await openWindow('without', { kind: 'keys-lost' });
    const other = await openWindow('with');
    other.cloud.respond = () => ({ ok: false, error: { kind: 'network' } });
    const waiting = wait(without);
    await clock.advance(HOUR);
    assert.equal(waiting.state, 'running');
    other.cloud.respond = () => ({ ok: true, value: { job: jobAt('FAIL') } });
    await clock.advance(2 * MINUTE);
    assert.equal(waiting.state, 'failed');
  });

  it('continues there while the polling moves to a third window', async () => {
    const without = await openWindow('without', { kind: 'signed-out' });
    const second = await openWindow('second');
    await openWindow('third');
    const waiting = wait(without);
    await clock.advance(10 * MINUTE);
    assert.equal(second.engine.isPolling(reference), true);
    second.close();
    await clock.advance(10 * MINUTE);
    assert.equal(waiting.state, 'running');
    job = jobAt('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(waiting.state, 'succeeded');
  });

  it('is refused there after the last window with credentials closes', async () => {
    const without = await openWindow('without', { kind: 'signed-out' });
    const other = await openWindow('with');
    const waiting = wait(without);
    await clock.advance(10 * MINUTE);
    other.close();
    await clock.advance(OTHER_WINDOW_MS - SECOND);
    assert.equal(waiting.state, 'running');
    await clock.advance(MINUTE);
    assert.equal(waiting.state, 'refused');
  });

  it('ends in both by the polls of one, and a window that closes ends only its own waiting', async () => {
    const [one, other] = [await openWindow('one'), await openWindow('other')];
    const [here, there] = [wait(one), wait(other)];
    await clock.advance(10 * MINUTE);
    assert.deepEqual([here.state, there.state], ['running', 'running']);
    assert.deepEqual([one.cloud.requests.length === 0, other.cloud.requests.length === 0].sort(), [false, true]);
    one.close();
    job = jobAt('COMPLETE');
    await clock.advance(2 * MINUTE);
    assert.deepEqual([here.state, there.state], ['AbortError', 'succeeded']);
  });

  it('sends no request: there are as many with three waiters as with none', async () => {
    const counts = [];
    for (const waiters of [0, 3]) {
      files = new MemoryFileSystem();
      clock = new FakeClock();
      job = jobAt('RUNNING', { beginTime: clock.now() });
      const [one, other] = [await openWindow('one'), await openWindow('other')];
      await one.store.track(reference, clock.now());
      await clock.advance(MINUTE);
      const waits = [one, other, other].slice(0, waiters).map((each) => wait(each, { timeoutMs: DAY }));
      await clock.advance(2 * HOUR);
      job = jobAt('COMPLETE');
      await clock.advance(HOUR);
      for (const { state } of waits) assert.equal(state, 'succeeded');
      counts.push(one.cloud.requests.length + other.cloud.requests.length);
      for (const each of opened.splice(0)) each.dispose();
    }
    const [without, withWaiters] = counts;
    assert.ok((without ?? 0) > 200, String(without));
    assert.equal(withWaiters, without);
  });

  it('by an id that another window finds to be an alias ends with the job', async () => {
    const here = await openWindow('here', { kind: 'signed-out' });
    const waiting = wait(here, {}, 'alias');
    const there = await openWindow('there');
    job = jobAt('RUNNING', { jobId: 'alias', beginTime: clock.now() });
    await clock.advance(MINUTE);
    await there.store.track(reference, clock.now());
    await clock.advance(MINUTE);
    for (const { store } of [here, there]) {
      assert.deepEqual(
        [...store.all().values()].map((tracked) => tracked.reference.jobId),
        [reference.jobId],
      );
    }
    assert.equal(waiting.state, 'running');
    job = jobAt('COMPLETE', { jobId: 'alias', beginTime: job.beginTime });
    await clock.advance(MINUTE);
    assert.equal(waiting.state, 'succeeded');
  });

  it('is removed if the job is removed in another window', async () => {
    const [here, there] = [await openWindow('here'), await openWindow('there')];
    const waiting = wait(here);
    await clock.advance(MINUTE);
    await there.store.untrack([there.key()]);
    await clock.advance(MINUTE);
    assert.equal(waiting.state, 'removed');
  });
});
