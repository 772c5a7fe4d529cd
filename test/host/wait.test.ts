import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock';
import type { JobEnding } from '../../src/jobs/endings/ending-batch';
import { JobStore } from '../../src/jobs/store/job-store';
import { JobWaiter } from '../../src/jobs/waiting/job-waiter';
import { DurationHistory } from '../../src/jobs/model/duration-history';
import { WaitCommand } from '../../src/ui/job-commands/wait-command';
import { neverPaused } from '../support/fake-source';
import { HOUR, MINUTE, SECOND } from '../../src/base/time-units';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import { Simulator } from '../../src/simulator/simulator';
import { jobAt, MemoryLog, noFiles, reference } from '../support/samples';
import { replaceProperty } from '../support/host/replace-property';
import { Person } from '../support/host/person';
import { AND, ESCAPE, KEEP } from '../support/host/quick-input';
import { nothingSelected, runCommand, until, Workbench } from '../support/host/workbench';

describe('waiting for a job', () => {
  let person: Person;
  let store: JobStore;
  let waiter: JobWaiter;
  let wait: WaitCommand;
  let announced: string[];
  /** Of several jobs. */
  let summaries: string[];
  let titles: string[];
  let shouldAnnounce: boolean;
  let messages: string[];
  let shown: number;
  let finished: number;
  let cancel: vscode.CancellationTokenSource;
  let restore: () => void;

  beforeEach(() => {
    person = new Person();
    store = new JobStore(noFiles, new MemoryLog());
    waiter = new JobWaiter({ store, clock: systemClock, log: new MemoryLog() });
    [announced, summaries, titles, messages] = [[], [], [], []];
    [shown, finished, shouldAnnounce] = [0, 0, true];
    cancel = new vscode.CancellationTokenSource();
    wait = new WaitCommand({
      store,
      waiter,
      selection: nothingSelected(store),
      durations: new DurationHistory(),
      pause: neverPaused,
      clock: systemClock,
      log: new MemoryLog(),
      endingNotices: {
        shouldAnnounce: () => shouldAnnounce,
        showFor: (endings: readonly JobEnding[], summary?: { readonly words: string; readonly severity: string }) => {
          if (summary !== undefined) summaries.push(`${summary.severity}: ${summary.words}`);
          announced.push(...endings.map(({ tracked }) => tracked.job?.status ?? ''));
          return Promise.resolve();
        },
      },
    });
    type Task = (progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken) => Promise<void>;
    restore = replaceProperty(vscode.window, 'withProgress', async (options: vscode.ProgressOptions, task: Task) => {
      shown += 1;
      titles.push(options.title ?? '');
      await task({ report: ({ message }) => messages.push(message ?? '') }, cancel.token);
      finished += 1;
    });
  });

  afterEach(() => {
    wait.dispose();
    waiter.dispose();
    person.dispose();
    restore();
  });

  async function running(): Promise<string> {
    const key = await store.track(reference, systemClock.now());
    store.applyResponse(
      key,
      { job: jobAt('RUNNING', { beginTime: systemClock.now() - 5 * 60_000 }) },
      systemClock.now(),
    );
    return key;
  }

  const setStatus = (key: string, status: string) => {
    store.applyResponse(key, { job: jobAt(status) }, systemClock.now());
  };

  it('shows the job’s state in one notification, and leaves the ending to its announcement', async () => {
    const key = await running();
    await wait.wait({ key });
    await wait.wait({ key });
    assert.equal(shown, 1);
    assert.deepEqual(messages, ['RUNNING · 5 min']);
    setStatus(key, 'ROLLBACKING');
    assert.equal(messages.at(-1), 'ROLLBACKING');
    setStatus(key, 'FAIL');
    await until('the wait ends', () => finished === 1);
    assert.deepEqual(announced, []);
  });

  it('shows the ending if it would not be announced', async () => {
    shouldAnnounce = false;
    const key = await running();
    await wait.wait({ key });
    setStatus(key, 'COMPLETE');
    await until('the wait ends', () => finished === 1);
    assert.deepEqual(announced, ['COMPLETE']);
  });

  it('stops after Cancel, and the job stays tracked', async () => {
    const key = await running();
    await wait.wait({ key });
    cancel.cancel();
    await until('the wait ends', () => finished === 1);
    setStatus(key, 'COMPLETE');
    assert.deepEqual([announced, store.get(key)?.job?.status], [[], 'COMPLETE']);
  });

  it('stops with a message if the job is lost, and silently if it is no longer tracked', async () => {
    const key = await running();
    await wait.wait({ key });
    store.applyError(key, { kind: 'not-found' }, systemClock.now());
    await until('the wait ends', () => finished === 1);
    assert.match(person.shown.at(-1)?.message ?? '', /no longer keeps this job/);
    setStatus(key, 'RUNNING');
    await wait.wait({ key });
    await store.untrack([key]);
    await until('the second wait ends', () => finished === 2);
    assert.equal(person.shown.length, 1);
  });

  it('shows the ending at once if the job has ended', async () => {
    const key = await running();
    setStatus(key, 'FAIL');
    await wait.wait({ key });
    assert.equal(shown, 0);
    assert.match(person.shown.at(-1)?.message ?? '', /^cloneLoadbalancer 37d5c1fd failed/);
  });

  describe('for several', () => {
    async function runningJob(jobId: string, beganMs = MINUTE): Promise<string> {
      const key = await store.track({ ...reference, jobId }, systemClock.now());
      const job = jobAt('RUNNING', { jobId, beginTime: systemClock.now() - beganMs });
      store.applyResponse(key, { job }, systemClock.now());
      return key;
    }
    const untilMessage = (matches: RegExp) =>
      until(
        `a message matches ${String(matches)}`,
        () => matches.test(messages.at(-1) ?? ''),
        () => messages,
      );

    it('shows one notification that counts, and one summary at the end', async () => {
      const [one, two, three] = [await runningJob('one'), await runningJob('two'), await runningJob('three')];
      await wait.wait({ key: one }, [{ key: one }, { key: two }]);
      await wait.wait({ key: one }, [{ key: one }, { key: two }]);
      assert.deepEqual([shown, titles, messages], [1, ['Waiting for 2 jobs'], ['0 of 2 ended']]);
      setStatus(one, 'FAIL');
      await untilMessage(/^1 of 2 ended · 1 failed$/);
      setStatus(two, 'COMPLETE');
      await until('the wait ends', () => finished === 1);
      assert.deepEqual(summaries, ['error: Waited for 2 jobs: 1 failed (cloneLoadbalancer one), 1 succeeded']);
      assert.equal(store.get(three)?.job?.status, 'RUNNING');
    });

    it('shows the time left of the longest', async () => {
      const durations = new DurationHistory();
      for (const jobId of ['a', 'b', 'c'])
        durations.add(jobAt('COMPLETE', { jobId, beginTime: 0, endTime: 30 * MINUTE }));
      const [one, two] = [await runningJob('one', 20.5 * MINUTE), await runningJob('two', 10.5 * MINUTE)];
      const parts = { store, waiter, durations, clock: systemClock, log: new MemoryLog(), pause: neverPaused };
      const selection = nothingSelected(store);
      const endingNotices = { shouldAnnounce: () => true, showFor: () => Promise.resolve() };
      wait.dispose();
      wait = new WaitCommand({ ...parts, selection, endingNotices });
      await wait.wait({ key: one }, [{ key: one }, { key: two }]);
      assert.deepEqual(messages, ['0 of 2 ended · about 19 min left']);
    });

    it('waits only for the rows that are running, and says so if none is', async () => {
      const [one, two, three] = [await runningJob('one'), await runningJob('two'), await runningJob('three')];
      setStatus(two, 'COMPLETE');
      await wait.wait({ key: two }, [{ key: one }, { key: two }, { key: three }]);
      assert.deepEqual(titles, ['Waiting for 2 jobs']);
      setStatus(three, 'COMPLETE');
      await wait.wait({ key: two }, [{ key: two }, { key: three }]);
      assert.equal(shown, 1);
      assert.equal(person.lastShown().message, 'None of these jobs is running.');
    });

    it('lists the running jobs from the palette, to tick several', async () => {
      await runningJob('job-1');
      await runningJob('job-2');
      await runningJob('job-3');
      person.types(`job-1${AND}job-3`);
      await wait.wait();
      assert.deepEqual(titles, ['Waiting for 2 jobs']);
      assert.equal(person.offered[0]?.length, 4);
      person.types(ESCAPE);
      await wait.wait();
      assert.equal(shown, 1);
    });

    it('waits until none is running, by Enter alone, with the jobs that begin meanwhile', async () => {
      const [one, two] = [await runningJob('one'), await runningJob('two')];
      person.types(KEEP);
      await wait.wait();
      assert.deepEqual(titles, ['Waiting until no job is running']);
      const three = await runningJob('three');
      setStatus(one, 'COMPLETE');
      setStatus(two, 'COMPLETE');
      await untilMessage(/^2 of 3 ended$/);
      person.types('Until No Job Is Running');
      await wait.wait();
      assert.equal(shown, 1, 'it waits already');
      setStatus(three, 'COMPLETE');
      await until('the wait ends', () => finished === 1);
      assert.deepEqual(summaries, ['information: All 3 jobs succeeded.']);
    });

    it('shows no second notification if it was one job after all', async () => {
      const one = await runningJob('one');
      person.types('Until No Job Is Running');
      await wait.wait();
      setStatus(one, 'COMPLETE');
      await until('the wait ends', () => finished === 1);
      assert.deepEqual([summaries, announced], [[], []]);
    });

    it('stops after Cancel and when the window closes, and the jobs stay tracked', async () => {
      const [one, two] = [await runningJob('one'), await runningJob('two')];
      await wait.wait({ key: one }, [{ key: one }, { key: two }]);
      cancel.cancel();
      await until('the wait ends', () => finished === 1);
      cancel = new vscode.CancellationTokenSource();
      await wait.wait({ key: one }, [{ key: one }, { key: two }]);
      assert.equal(shown, 2, 'it can be started again');
      waiter.dispose();
      await until('the second wait ends', () => finished === 2);
      assert.deepEqual([summaries, announced, store.all().size], [[], [], 2]);
    });
  });

  it('stops with a message if the credentials are refused', async () => {
    const key = await running();
    await wait.wait({ key });
    store.applyError(key, { kind: 'authentication' }, systemClock.now());
    await until('the wait ends', () => finished === 1);
    assert.match(person.lastShown().message, /^cloneLoadbalancer 37d5c1fd: /);
    assert.equal(person.lastShown().severity, 'warning');
  });

  it('waits for a waiting upgrade until it is completed', async () => {
    const key = await store.track(reference, systemClock.now());
    const upgrade = (status: string) => {
      store.applyResponse(key, { job: jobAt(status, { jobType: 'UPGRADE' }) }, systemClock.now());
    };
    upgrade('SUCCESS');
    await wait.wait({ key });
    assert.match(messages.at(-1) ?? '', /^SUCCESS · waiting/);
    upgrade('COMPLETE');
    await until('the wait ends', () => finished === 1);
    assert.deepEqual(announced, ['COMPLETE'], 'it is the same ending, so it is not announced again');
  });
});

describe('waiting for a job in the window', () => {
  let workbench: Workbench;
  let restore: () => void;

  beforeEach(async () => {
    // Intervals without jitter.
    restore = replaceProperty(Math, 'random', () => 0.5);
    const clock = new SimulatorClock({ startAt: Date.now() - 4 * MINUTE });
    workbench = await Workbench.open(await Simulator.start({ clock }));
    await workbench.saveCredentials();
    await vscode.commands.executeCommand('elbJobs.jobs.focus');
  });

  afterEach(async () => {
    restore();
    await workbench.close();
  });

  it('sends not one request more for two waiters and a person than for the person alone', async () => {
    const { app, cloud } = workbench;
    // Of a type without a prediction, which would shorten the intervals.
    const { jobId } = cloud.startJob({ kind: 'importTemplate', durationMs: 5 * MINUTE });
    cloud.clock.advance(4 * MINUTE);
    cloud.clock.hold();
    const job = workbench.reference(jobId);
    const begunAt = performance.now();
    const key = await app.store.track(job, Date.now());
    const polls = () => cloud.requests.filter(({ path, status }) => path.includes('/jobs') && status === 200).length;
    // 5 % of the job's age after the first.
    await until('the person alone has caused two polls', () => polls() === 2, polls);
    const waiter = new JobWaiter({ store: app.store, clock: systemClock, log: new MemoryLog() });
    const options = { signal: new AbortController().signal, acceptWaitingUpgrade: false };
    const waits = [
      waiter.waitFor([job], { ...options, failFast: true }),
      waiter.waitFor([job], { ...options, failFast: false, timeoutMs: HOUR }),
    ];
    await runCommand('waitForJob', { key });
    cloud.clock.advance(MINUTE);
    const status = () => app.store.get(key)?.job?.status;
    await until('the job has ended', () => status() === 'COMPLETE', status);
    for (const { outcome } of await Promise.all(waits)) assert.equal(outcome, 'succeeded');
    assert.equal(polls(), 3);
    assert.ok(performance.now() - begunAt > 10 * SECOND, 'it was polled as late as for the person alone');
    waiter.dispose();
  });
});
