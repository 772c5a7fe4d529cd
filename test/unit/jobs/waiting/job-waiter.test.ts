import assert from 'node:assert/strict';
import type { JobFiles } from '../../../../src/jobs/files/job-files';
import type { JobReference } from '../../../../src/jobs/model/job-reference';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { JobStore } from '../../../../src/jobs/store/job-store';
import {
  JobWaiter,
  OTHER_WINDOW_MS,
  type WaitOptions,
  type WaitProgress,
} from '../../../../src/jobs/waiting/job-waiter';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { FakeClock, settle } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../../../support/samples';

const named = (jobId: string): JobReference => ({ ...reference, jobId });
const [one, two, three] = [named('one'), named('two'), named('three')];
const until = (signal: AbortSignal): WaitOptions => ({ signal, acceptWaitingUpgrade: false, failFast: false });

describe('waiting for jobs', () => {
  let clock: FakeClock;
  let log: MemoryLog;
  let store: JobStore;
  let waiter: JobWaiter;
  let abort: AbortController;
  let listeners: number;

  beforeEach(() => {
    clock = new FakeClock();
    log = new MemoryLog();
    abort = new AbortController();
    listeners = 0;
    open();
  });

  afterEach(() => {
    waiter.dispose();
    store.dispose();
  });

  function open(files: JobFiles = noFiles) {
    store = new JobStore(files, log);
    const counted = {
      find: store.find.bind(store),
      get: store.get.bind(store),
      trackAll: store.trackAll.bind(store),
      onDidChange: (listener: Parameters<JobStore['onDidChange']>[0]) => {
        listeners += 1;
        const subscription = store.onDidChange(listener);
        return {
          dispose: () => {
            listeners -= 1;
            subscription.dispose();
          },
        };
      },
    };
    waiter = new JobWaiter({ store: counted, clock, log });
  }

  /** Starts to wait. @returns the state of the wait: `running`, the outcomes, or the error's name */
  function wait(references: readonly JobReference[], options: Partial<WaitOptions> = {}) {
    const waiting = { state: 'running', overall: '' };
    waiter.waitFor(references, { ...until(abort.signal), ...options }).then(
      (result) => {
        waiting.state = result.jobs.map(({ outcome }) => outcome ?? '-').join(' ');
        waiting.overall = result.outcome;
      },
      (cause: unknown) => {
        waiting.state = cause instanceof Error ? cause.name : String(cause);
      },
    );
    return waiting;
  }

  const keyOf = ({ jobId }: JobReference) => store.find(named(jobId)) ?? assert.fail(`${jobId} is not tracked`);
  const respond = (job: JobReference, status: string, fields: Parameters<typeof jobAt>[1] = {}) => {
    store.applyResponse(keyOf(job), { job: jobAt(status, { jobId: job.jobId, ...fields }) }, clock.now());
  };
  const fail = (job: JobReference, kind: PollError['kind']) => {
    store.applyError(keyOf(job), { kind } as PollError, clock.now());
  };
  const assertClean = () => {
    assert.deepEqual([clock.pendingTimers, listeners], [0, 0], 'timers and listeners');
  };

  it('tracks the jobs that are not tracked, and resolves when all have ended', async () => {
    const waiting = wait([one, two]);
    assert.deepEqual([...store.all().values()].map((tracked) => tracked.reference.jobId).sort(), ['one', 'two']);
    respond(one, 'RUNNING');
    respond(two, 'COMPLETE');
    await settle();
    assert.equal(waiting.state, 'running');
    respond(one, 'CANCEL');
    await settle();
    assert.deepEqual(waiting, { state: 'cancelled succeeded', overall: 'cancelled' });
    assertClean();
  });

  it('returns each job as it was known last, in the order given, each once', async () => {
    await store.trackAll([two, one], clock.now());
    respond(one, 'FAIL', { errorCode: 'ELB.8907' });
    respond(two, 'COMPLETE');
    const { jobs, outcome } = await waiter.waitFor([one, two, one], until(abort.signal));
    assert.equal(outcome, 'failed');
    assert.deepEqual(
      jobs.map((job) => [job.reference.jobId, job.outcome, job.tracked?.job?.errorCode]),
      [
        ['one', 'failed', 'ELB.8907'],
        ['two', 'succeeded', undefined],
      ],
    );
    assertClean();
  });

  it('resolves at once without jobs, as a success', async () => {
    assert.deepEqual(await waiter.waitFor([], until(abort.signal)), { outcome: 'succeeded', jobs: [] });
    assert.deepEqual(await waiter.waitFor([], { ...until(abort.signal), failFast: true, timeoutMs: HOUR }), {
      outcome: 'succeeded',
      jobs: [],
    });
    assertClean();
  });

  it('counts what is known at first: an ending, and a job that was not found last week', async () => {
    await store.trackAll([one, two], clock.now());
    respond(one, 'COMPLETE');
    respond(two, 'RUNNING');
    fail(two, 'not-found');
    await clock.advance(7 * DAY);
    const first = wait([one, two]);
    await settle();
    assert.equal(first.state, 'succeeded not-found');
    // As PollEngine.retry does.
    store.clearPollFailures([keyOf(two)]);
    const second = wait([one, two]);
    await settle();
    assert.equal(second.state, 'running');
    respond(two, 'COMPLETE');
    await settle();
    assert.equal(second.state, 'succeeded succeeded');
    assertClean();
  });

  it('waits on while a job runs again after its ending, or a refused credential is replaced', async () => {
    const waiting = wait([one, two, three]);
    respond(one, 'FAIL');
    respond(two, 'RUNNING');
    fail(two, 'authentication');
    store.clearPollFailures([keyOf(two)]);
    respond(one, 'RUNNING');
    respond(three, 'COMPLETE');
    await settle();
    assert.equal(waiting.state, 'running');
    respond(two, 'COMPLETE');
    respond(one, 'COMPLETE');
    await settle();
    assert.equal(waiting.state, 'succeeded succeeded succeeded');
  });

  describe('with a time limit', () => {
    it('ends then: timed out for a job that runs, unreachable while polls fail', async () => {
      const waiting = wait([one, two, three], { timeoutMs: HOUR });
      respond(one, 'RUNNING');
      respond(two, 'RUNNING');
      respond(three, 'COMPLETE');
      fail(two, 'network');
      await clock.advance(HOUR - 1);
      assert.equal(waiting.state, 'running', 'offline does not end it');
      await clock.advance(1);
      assert.deepEqual(waiting, { state: 'timed-out unreachable succeeded', overall: 'unreachable' });
      assertClean();
    });

    it('times out if the network is back by then', async () => {
      const waiting = wait([one], { timeoutMs: HOUR });
      fail(one, 'network');
      await clock.advance(MINUTE);
      respond(one, 'RUNNING');
      await clock.advance(HOUR);
      assert.equal(waiting.state, 'timed-out');
    });

    it('does not count the sleep of the computer', async () => {
      const waiting = wait([one], { timeoutMs: HOUR });
      clock.sleep(3 * DAY);
      await clock.advance(HOUR - 1);
      assert.equal(waiting.state, 'running');
      await clock.advance(1);
      assert.equal(waiting.state, 'timed-out');
    });

    it('ends earlier if all jobs do, and leaves no timer', async () => {
      const waiting = wait([one], { timeoutMs: 30 * DAY });
      respond(one, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'succeeded');
      assertClean();
    });

    it('of zero returns what is known', async () => {
      await store.track(one, clock.now());
      respond(one, 'COMPLETE');
      const waiting = wait([one, two], { timeoutMs: 0 });
      await clock.advance(0);
      assert.equal(waiting.state, 'succeeded timed-out');
    });

    it('has none by default: a year later, it still waits', async () => {
      const waiting = wait([one]);
      respond(one, 'RUNNING');
      await clock.advance(365 * DAY);
      assert.equal(waiting.state, 'running');
      assert.equal(clock.pendingTimers, 0, 'it costs nothing');
      respond(one, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'succeeded');
    });
  });

  describe('for an upgrade', () => {
    const upgrade = { jobType: 'UPGRADE' };

    it('ends when it waits for a decision', async () => {
      const [strict, accepting] = [wait([one]), wait([one], { acceptWaitingUpgrade: true, failFast: true })];
      respond(one, 'SUCCESS', upgrade);
      await settle();
      assert.deepEqual([strict.state, accepting.state], ['waiting', 'succeeded']);
    });

    it('continues until it is completed or rolled back, if its owner has decided', async () => {
      await store.track(one, clock.now());
      respond(one, 'SUCCESS', upgrade);
      const waiting = wait([one], { awaitsFirstDecisions: true });
      await settle();
      assert.equal(waiting.state, 'running');
      respond(one, 'ROLLBACKING', upgrade);
      await settle();
      assert.equal(waiting.state, 'running');
      respond(one, 'ROLLBACK_FAIL', upgrade);
      await settle();
      assert.equal(waiting.state, 'failed');
    });

    it('ends if it begins to wait later, whatever other owners decided', async () => {
      const waiting = wait([one], { awaitsFirstDecisions: true });
      respond(one, 'SUCCESS', upgrade);
      await settle();
      assert.equal(waiting.state, 'waiting');
    });

    it('is still waiting when the time is over', async () => {
      await store.track(one, clock.now());
      respond(one, 'SUCCESS', upgrade);
      const waiting = wait([one], { awaitsFirstDecisions: true, timeoutMs: HOUR });
      await clock.advance(HOUR);
      assert.equal(waiting.state, 'waiting');
    });
  });

  describe('until the first that does not succeed', () => {
    it('leaves the other jobs without an outcome', async () => {
      const waiting = wait([one, two, three], { failFast: true });
      respond(one, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'running');
      respond(two, 'COMPLETE', { subJobs: [subJobAt({ jobId: 'sub', status: 'FAIL' })] });
      await settle();
      assert.deepEqual(waiting, { state: 'succeeded failed -', overall: 'failed' });
      respond(three, 'COMPLETE');
      assert.equal(store.all().size, 3, 'all stay tracked');
      assertClean();
    });

    it('resolves at once if a job has failed before, and reports all jobs first', async () => {
      await store.trackAll([one, two], clock.now());
      respond(one, 'FAIL');
      respond(two, 'COMPLETE');
      const reported: string[] = [];
      const waiting = wait([one, two, three], {
        failFast: true,
        onProgress: ({ reference: { jobId }, outcome }) => reported.push(`${jobId} ${outcome ?? '-'}`),
      });
      await settle();
      assert.equal(waiting.state, 'failed succeeded -');
      assert.deepEqual(reported, ['one failed', 'two succeeded', 'three -']);
    });
  });

  describe('for a job that leaves the list', () => {
    it('is removed if it had no outcome', async () => {
      const waiting = wait([one, two]);
      respond(one, 'RUNNING');
      await store.untrack([keyOf(one)]);
      await settle();
      assert.equal(waiting.state, 'running');
      respond(two, 'COMPLETE');
      await settle();
      assert.deepEqual(waiting, { state: 'removed succeeded', overall: 'removed' });
    });

    it('keeps its ending, as when it is pruned, and whatever else it had', async () => {
      const waiting = wait([one, two, three]);
      respond(one, 'COMPLETE');
      respond(two, 'RUNNING');
      fail(two, 'not-found');
      await store.prune({ maxAgeMs: 0, maxJobs: 0 }, clock.now() + 1);
      await store.untrack([keyOf(two)]);
      assert.equal(store.all().size, 1);
      respond(three, 'COMPLETE');
      const result = await waiter.waitFor([three], until(abort.signal));
      assert.equal(result.outcome, 'succeeded');
      assert.equal(waiting.state, 'succeeded not-found succeeded');
    });

    it('is waited for again if it is tracked again meanwhile', async () => {
      const waiting = wait([one, two]);
      await store.untrack([keyOf(one)]);
      await store.track(one, clock.now());
      respond(two, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'running');
      respond(one, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'succeeded succeeded');
    });

    it('is the job that it is a duplicate of', async () => {
      const [job, alias] = [named('canonical'), named('alias')];
      open({ ...noFiles, read: (key) => Promise.resolve(store.get(key)) });
      await store.track(job, clock.now());
      const reported: string[] = [];
      const waiting = wait([alias], { onProgress: ({ outcome }) => reported.push(outcome ?? '-') });
      respond(alias, 'RUNNING', { beginTime: 1 });
      const [key, duplicateKey] = [keyOf(job), keyOf(alias)];
      store.applyResponse(key, { job: jobAt('RUNNING', { jobId: 'alias', beginTime: 1 }) }, clock.now());
      assert.equal(await store.mergeInto(key, duplicateKey), true);
      await settle();
      assert.deepEqual([waiting.state, store.all().size], ['running', 1]);
      store.applyResponse(key, { job: jobAt('COMPLETE', { jobId: 'alias', beginTime: 1 }) }, clock.now());
      await settle();
      assert.equal(waiting.state, 'succeeded');
      assert.ok(!reported.includes('removed'), String(reported));
    });
  });

  it('waits for a job that cannot be saved, and logs that', async () => {
    open({ ...noFiles, create: () => Promise.reject(new Error('The disk is full.')) });
    const waiting = wait([one]);
    await settle();
    assert.deepEqual(log.lines, ['A job that is waited for could not be saved: The disk is full.']);
    respond(one, 'COMPLETE');
    await settle();
    assert.equal(waiting.state, 'succeeded');
  });

  describe('in a window without credentials', () => {
    it('gives another window time to poll', async () => {
      const waiting = wait([one], { failFast: true });
      fail(one, 'signed-out');
      await clock.advance(OTHER_WINDOW_MS - 1);
      assert.equal(waiting.state, 'running');
      respond(one, 'RUNNING');
      await clock.advance(HOUR);
      assert.equal(waiting.state, 'running');
      fail(one, 'keys-lost');
      await clock.advance(OTHER_WINDOW_MS - 1);
      assert.equal(waiting.state, 'running', 'each time anew');
      respond(one, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'succeeded');
      assertClean();
    });

    it('is refused if none does, and says so once', async () => {
      const reported: string[] = [];
      const waiting = wait([one, two], { onProgress: ({ outcome }) => reported.push(outcome ?? '-') });
      fail(one, 'signed-out');
      await clock.advance(OTHER_WINDOW_MS);
      assert.deepEqual(reported, ['-', '-', '-', 'refused']);
      assert.equal(waiting.state, 'running');
      respond(two, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'refused succeeded');
      assertClean();
    });

    it('is refused, not unreachable, if the time is over first', async () => {
      const waiting = wait([one], { timeoutMs: SECOND });
      fail(one, 'signed-out');
      await clock.advance(SECOND);
      assert.equal(waiting.state, 'refused');
      assertClean();
    });

    it('leaves no timer of a job that is removed', async () => {
      const waiting = wait([one, two]);
      fail(one, 'signed-out');
      await store.untrack([keyOf(one)]);
      assert.equal(clock.pendingTimers, 0);
      abort.abort();
      await settle();
      assert.equal(waiting.state, 'AbortError');
      assertClean();
    });

    it('is refused at once by the service', async () => {
      const waiting = wait([one]);
      fail(one, 'authentication');
      await settle();
      assert.equal(waiting.state, 'refused');
    });
  });

  describe('of thousands of callers', () => {
    const COUNT = 1000;
    const references = Array.from({ length: COUNT }, (_, index) => named(`job-${index}`));

    it('begins in parts, in order, with one listener, and a change costs nothing to the others', async () => {
      const reports: string[] = [];
      const onProgress = ({ reference: { jobId } }: WaitProgress) => {
        reports.push(jobId);
      };
      const waits = references.map((job) => wait([job], { onProgress }));
      assert.ok(reports.length > 0 && reports.length <= 100, `${reports.length} in the first turn`);
      while (reports.length < COUNT) await settle();
      assert.deepEqual(
        reports,
        references.map(({ jobId }) => jobId),
      );
      assert.equal(listeners, 1);
      let reads = 0;
      store.get = (key) => {
        reads += 1;
        return JobStore.prototype.get.call(store, key);
      };
      respond(references[7] ?? one, 'RUNNING');
      assert.deepEqual(reports.slice(COUNT), ['job-7']);
      assert.ok(reads < 10, `${reads} jobs were read`);
      abort.abort();
      while (waits.some(({ state }) => state === 'running')) await settle();
      assert.deepEqual(new Set(waits.map(({ state }) => state)), new Set(['AbortError']));
      assertClean();
    });

    it('resolves at once for a job that has ended, and never for one that is cancelled before it begins', async () => {
      await store.track(one, clock.now());
      respond(one, 'COMPLETE');
      const ended = wait([one]);
      const running = references.map((job) => wait([job]));
      abort.abort();
      await settle();
      assert.equal(ended.state, 'succeeded');
      while (running.some(({ state }) => state === 'running')) await settle();
      assert.ok(store.all().size <= 101, 'a wait that was cancelled before it began tracks nothing');
      assertClean();
    });
  });

  it('notices that a job, found by an alias, is removed, also if it had lost the alias', async () => {
    await store.track(two, clock.now());
    respond(two, 'RUNNING', { jobId: 'alias' });
    const waiting = wait([named('alias')]);
    for (let other = 0; other < 20; other += 1) respond(two, 'RUNNING', { jobId: `other-${other}` });
    await store.untrack([keyOf(two)]);
    await settle();
    assert.equal(waiting.state, 'removed');
    assertClean();
  });

  describe('that is cancelled', () => {
    it('rejects with the reason, leaves nothing behind, and the job stays tracked', async () => {
      const waiting = wait([one], { timeoutMs: HOUR });
      fail(one, 'signed-out');
      abort.abort(new TypeError('no longer needed'));
      assertClean();
      await settle();
      assert.equal(waiting.state, 'TypeError');
      assert.equal(store.all().size, 1);
    });

    it('before it begins, tracks nothing', async () => {
      abort.abort();
      const waiting = wait([one]);
      await settle();
      assert.deepEqual([waiting.state, store.all().size], ['AbortError', 0]);
    });

    it('by a listener of the list, as soon as the job is in it, rejects', async () => {
      const subscription = store.onDidChange(() => {
        abort.abort();
      });
      const waiting = wait([one]);
      subscription.dispose();
      await settle();
      assert.equal(waiting.state, 'AbortError');
      assertClean();
    });

    it('after its end, changes nothing', async () => {
      const waiting = wait([one]);
      respond(one, 'COMPLETE');
      abort.abort();
      await settle();
      assert.equal(waiting.state, 'succeeded');
    });

    it('by the window, rejects each wait and later ones', async () => {
      const waits = [wait([one], { timeoutMs: HOUR }), wait([two])];
      waiter.dispose();
      assertClean();
      waits.push(wait([three]));
      await settle();
      assert.deepEqual(
        waits.map(({ state }) => state),
        ['AbortError', 'AbortError', 'AbortError'],
      );
      assert.equal(store.all().size, 2);
    });

    it('by a listener, reports nothing more', async () => {
      const reported: string[] = [];
      const waiting = wait([one, two], {
        onProgress: ({ reference: { jobId } }) => {
          reported.push(jobId);
          abort.abort();
        },
      });
      await settle();
      assert.deepEqual([waiting.state, reported], ['AbortError', ['one']]);
      assertClean();
    });
  });

  describe('with a listener', () => {
    it('reports each job at first, then each change that a view shows, and nothing after the end', async () => {
      await store.track(one, clock.now());
      respond(one, 'INIT');
      const reported: string[] = [];
      const word = (tracked: WaitProgress['before']) => tracked?.job?.status ?? (tracked === undefined ? '-' : '?');
      wait([one, two], {
        onProgress: ({ reference: { jobId }, before, after, outcome }) =>
          reported.push(`${jobId} ${word(before)} ${word(after)} ${outcome ?? '-'}`),
      });
      respond(one, 'RUNNING');
      respond(two, 'COMPLETE');
      await store.track(three, clock.now());
      respond(three, 'COMPLETE');
      respond(one, 'COMPLETE');
      // The promise has not been settled for its caller yet.
      respond(one, 'FAIL');
      await settle();
      assert.deepEqual(reported, [
        'one - INIT -',
        'two - ? -',
        'one INIT RUNNING -',
        'two ? COMPLETE succeeded',
        'one RUNNING COMPLETE succeeded',
      ]);
    });

    it('that throws, ends the waiting for no job', async () => {
      const waiting = wait([one, two], {
        onProgress: () => {
          throw new Error('a bug');
        },
      });
      respond(two, 'COMPLETE');
      respond(one, 'COMPLETE');
      await settle();
      assert.equal(waiting.state, 'succeeded succeeded');
      assert.deepEqual([...new Set(log.lines)], ['Showing the progress of a job failed: a bug']);
    });

    it('that removes a job, ends with it removed', async () => {
      const waiting = wait([one, two], {
        onProgress: ({ reference: { jobId }, after }) => {
          if (jobId === 'one' && after?.job !== undefined) void store.untrack([keyOf(one)]);
        },
      });
      respond(two, 'COMPLETE');
      respond(one, 'RUNNING');
      await settle();
      assert.equal(waiting.state, 'removed succeeded');
    });
  });

  it('100 waiters for 100 jobs each end when their job does, and cost one search for each change', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const jobs = Array.from({ length: 100 }, (_, index) => named(`job-${index}`));
    const find = store.find.bind(store);
    let searches = 0;
    const all = new JobWaiter({
      store: {
        find: (job) => {
          searches += 1;
          return find(job);
        },
        get: store.get.bind(store),
        trackAll: store.trackAll.bind(store),
        onDidChange: store.onDidChange,
      },
      clock,
      log,
    });
    const results = jobs.map((job) => all.waitFor([job], until(abort.signal)));
    await settle();
    searches = 0;
    for (const job of jobs) respond(job, 'RUNNING');
    assert.ok(searches <= 100 * 100, String(searches));
    for (const job of jobs) respond(job, 'COMPLETE');
    for (const result of await Promise.all(results)) assert.equal(result.outcome, 'succeeded');
    process.off('warning', onWarning);
    assert.deepEqual(warnings, [], 'e.g. of too many listeners of one signal');
  });
});
