import assert from 'node:assert/strict';
import { readJob, type ShowJobResponse } from '../../../../src/cloud/api/job-schema';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import type { Disposable } from '../../../../src/base/disposable';
import type { ShowJobResult } from '../../../../src/jobs/job-source';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { Lease } from '../../../../src/storage/lease';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { PollingPause } from '../../../../src/jobs/polling/polling-pause';
import type { PollingLease } from '../../../../src/jobs/polling/project-poller';
import { MemoryRequestBudget } from '../../../../src/jobs/budget/request-budget';
import { FakeClock, settle } from '../../../support/fake-clock';
import { endlessBudget, FakeSource, listOf, neverPaused, onlyWindow } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';
import { SECOND, MINUTE } from '../../../../src/base/time-units';

const running: ShowJobResult = { ok: true, value: { job: jobAt('RUNNING') } };
const answerOf = (status: string): { ok: true; value: ShowJobResponse } => ({
  ok: true,
  value: { job: jobAt(status) },
});
const failure = (kind: PollError['kind']) => ({ ok: false, error: { kind } as PollError }) as const;

describe('the poll engine', () => {
  let clock: FakeClock;
  let cloud: FakeSource;
  let log: MemoryLog;
  let store: JobStore;
  let engine: PollEngine;
  let durations: DurationHistory;
  let network: string;

  beforeEach(() => {
    clock = new FakeClock();
    cloud = new FakeSource(clock, new MemoryRequestBudget(() => 100, clock));
    log = new MemoryLog();
    store = new JobStore(noFiles, log);
    durations = new DurationHistory();
    network = '';
    engine = new PollEngine(parts());
  });

  const parts = () => ({
    store,
    source: cloud,
    pause: neverPaused,
    leaseOf: onlyWindow,
    durations,
    clock,
    random: () => 0.5,
    networkAddresses: () => network,
    log,
  });

  afterEach(() => {
    engine.dispose();
  });

  /** In place of the engine that is there. */
  const restart = (changes: { readonly lease?: () => PollingLease; readonly source?: FakeSource } = {}) => {
    engine.dispose();
    const { lease = onlyWindow, source = cloud } = changes;
    engine = new PollEngine({ ...parts(), leaseOf: lease, source });
  };

  const track = (jobId = reference.jobId) => store.track({ ...reference, jobId }, clock.now());

  it('follows a job to its end and announces the end once', async () => {
    const ended: string[] = [];
    store.onDidChange((changes) => {
      for (const { kinds, tracked } of changes) if (kinds.includes('ended')) ended.push(tracked.job?.status ?? '');
    });
    await track();
    cloud.answer = () => answerOf('INIT');
    await clock.advance(5 * SECOND);
    cloud.answer = () => answerOf('RUNNING');
    await clock.advance(MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(60 * MINUTE);
    assert.deepEqual(ended, ['COMPLETE']);
  });

  it('keeps no timer and asks nothing once all jobs have ended', async () => {
    cloud.answer = () => answerOf('COMPLETE');
    await track();
    await clock.advance(11 * MINUTE);
    assert.equal(clock.pendingTimers, 0);
    const asked = cloud.asked.length;
    assert.equal(asked, 4, 'the first look and three late ones');
    await clock.advance(24 * 60 * MINUTE);
    assert.equal(cloud.asked.length, asked);
  });

  it('has one request in flight in a project, so that a wrong key fails once for 40 jobs', async () => {
    cloud.answer = async () => {
      await settle();
      return failure('authentication');
    };
    for (let count = 0; count < 40; count += 1) await track(`job-${count}`);
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.asked.length, 1);
    engine.refresh();
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.asked.length, 1, 'nor by a refresh');
  });

  it('goes on for all jobs after the credential was changed', async () => {
    cloud.answer = () => failure('authentication');
    for (let count = 0; count < 5; count += 1) await track(`job-${count}`);
    await clock.advance(MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    engine.resume();
    await clock.advance(MINUTE);
    for (const { job } of store.all().values()) assert.equal(job?.status, 'COMPLETE');
  });

  it('is not stopped by the refusal of a credential that was changed meanwhile', async () => {
    let refuse: (result: ShowJobResult) => void = () => undefined;
    cloud.answer = () =>
      new Promise((resolve) => {
        refuse = resolve;
      });
    const key = await track();
    await clock.advance(0);
    engine.resume();
    cloud.answer = () => answerOf('COMPLETE');
    refuse(failure('authentication'));
    await clock.advance(SECOND);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('stops one project for a refused key, and no other', async () => {
    cloud.answer = ({ projectId }) => (projectId === reference.projectId ? failure('authentication') : running);
    await track();
    await store.track({ ...reference, projectId: 'other' }, clock.now());
    await clock.advance(MINUTE);
    const askedIn = (projectId: string) => cloud.asked.filter((asked) => asked.projectId === projectId).length;
    assert.equal(askedIn(reference.projectId), 1);
    assert.ok(askedIn('other') > 10);
  });

  it('has no end while a job goes on, through a night without network', async () => {
    const key = await track();
    cloud.answer = () => failure('network');
    await clock.advance(9 * 60 * MINUTE);
    assert.equal(store.get(key)?.pollFailure?.error.kind, 'network');
    assert.equal(log.lines.length, 1, 'offline is quiet');
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    assert.equal(store.get(key)?.pollFailure, undefined);
  });

  it('keeps the last answer of a job that the service no longer keeps', async () => {
    const key = await track();
    await clock.advance(MINUTE);
    cloud.answer = () => failure('not-found');
    await clock.advance(60 * MINUTE);
    assert.equal(store.get(key)?.job?.status, 'RUNNING');
    assert.equal(clock.pendingTimers, 0);
  });

  it('survives a fault of its own in the reading of an answer', async () => {
    const key = await track();
    cloud.answer = () => Promise.reject(new TypeError('x is undefined'));
    await clock.advance(MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(2 * MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('looks once a minute, and no more often, where a fault of its own comes again and again', async () => {
    let attempts = 0;
    cloud.budgetOf = () => {
      attempts += 1;
      return Promise.reject(new TypeError('x is undefined'));
    };
    await track();
    await clock.advance(10 * MINUTE);
    assert.ok(attempts >= 10 && attempts <= 11, `${attempts} attempts in 10 min`);
  });

  for (const failsAt of [1, 2]) {
    it(`goes on although the computer could not tell its networks once (${failsAt})`, async () => {
      let asked = 0;
      engine.dispose();
      const networkAddresses = () => {
        asked += 1;
        if (asked === failsAt) throw new Error('too many open files');
        return '';
      };
      engine = new PollEngine({ ...parts(), networkAddresses });
      cloud.answer = () => failure('network');
      const key = await track();
      await clock.advance(10 * SECOND);
      assert.match(log.lines.join(), /Following project .* failed: Error: too many open files/);
      cloud.answer = () => answerOf('COMPLETE');
      await clock.advance(2 * MINUTE);
      assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    });
  }

  it('stays within the budget with 40 jobs, and looks at each of them', async () => {
    for (let count = 0; count < 40; count += 1) await track(`job-${count}`);
    await clock.advance(30 * MINUTE);
    for (const { at } of cloud.asked) {
      const inWindow = cloud.asked.filter((other) => other.at >= at && other.at < at + 5 * MINUTE).length;
      assert.ok(inWindow <= 100, String(inWindow));
    }
    assert.equal(new Set(cloud.asked.slice(-60).map(({ jobId }) => jobId)).size, 40);
    assert.equal(cloud.mostInFlight, 1);
  });

  it('looks at once when a person asks, but not twice within 2 s', async () => {
    cloud.answer = () => answerOf('COMPLETE');
    const key = await track();
    await clock.advance(20 * MINUTE);
    const asked = cloud.asked.length;
    engine.refresh([key]);
    engine.refresh([key]);
    await clock.advance(0);
    engine.refresh([key]);
    await clock.advance(1.9 * SECOND);
    assert.equal(cloud.asked.length, asked + 1);
    await clock.advance(0.1 * SECOND);
    assert.equal(cloud.asked.length, asked + 2);
  });

  it('looks at once at what goes on when the window is back, and at nothing that is settled', async () => {
    const goesOn = await track('goes-on');
    await track('ended');
    await track('switched');
    const switched = { ok: true, value: { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) } } as const;
    const answers = new Map<string, ShowJobResult>([
      ['goes-on', running],
      ['ended', answerOf('COMPLETE')],
      ['switched', switched],
    ]);
    cloud.answer = ({ jobId }) => answers.get(jobId) ?? failure('not-found');
    await clock.advance(60 * MINUTE);
    await track('not-there-yet');
    await clock.advance(2 * SECOND);
    const before = cloud.asked.length;
    await clock.advance(2 * SECOND);
    engine.catchUp();
    await clock.advance(0);
    assert.deepEqual(
      cloud.asked.slice(before).map(({ jobId }) => jobId),
      ['goes-on', 'switched'],
    );
    assert.equal(store.get(goesOn)?.job?.status, 'RUNNING');
  });

  it('does not hurry a service that asked for patience', async () => {
    cloud.answer = () => ({ ok: false, error: { kind: 'throttled', retryAfter: 5 * MINUTE } });
    for (let count = 0; count < 40; count += 1) await track(`job-${count}`);
    await clock.advance(MINUTE);
    engine.catchUp();
    engine.refresh();
    await clock.advance(3 * MINUTE);
    assert.equal(cloud.asked.length, 1, 'not for another job either');
    cloud.answer = () => running;
    await clock.advance(5 * MINUTE);
    for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
  });

  it('goes on although a view failed to show a change', async () => {
    store.onDidChange(() => {
      throw new Error('a fault in a view');
    });
    let heard = 0;
    store.onDidChange(() => (heard += 1));
    const key = await track();
    await clock.advance(MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    assert.equal(heard, 3, 'added, running, ended');
  });

  it('goes on at once although the clock was set back by an hour', async () => {
    const key = await track();
    await clock.advance(10 * MINUTE);
    clock.setBack(60 * MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('notices within seconds that the computer woke, also where nothing was to be done for minutes', async () => {
    cloud.answer = ({ jobId }) => ({ ok: true, value: { job: jobAt('SUCCESS', { jobId, jobType: 'UPGRADE' }) } });
    const key = await track();
    await clock.advance(MINUTE);
    clock.sleep(60 * MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(20 * SECOND);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('asks at once in a new network, though attempts in the old one had become rare', async () => {
    cloud.answer = () => failure('network');
    const key = await track();
    await clock.advance(60 * MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    network = '10.0.0.7';
    const before = cloud.asked.length;
    await clock.advance(4 * SECOND);
    assert.equal(cloud.asked.length, before + 1);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('tries again by itself once the keyring is unlocked', async () => {
    cloud.answer = () => failure('keys-unreadable');
    const key = await track();
    await clock.advance(60 * MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('asks a locked keyring ever more rarely, since each time a person may be asked to unlock it', async () => {
    await track();
    await clock.advance(20 * MINUTE);
    let attempts = 0;
    cloud.canAsk = () => {
      attempts += 1;
      return Promise.resolve({ kind: 'keys-unreadable' });
    };
    await clock.advance(10 * MINUTE);
    assert.ok(attempts >= 10 && attempts < 60, `${attempts} attempts in 10 min`);
  });

  it('reads no keys while it waits for the budget', async () => {
    const free = clock.now() + 4 * MINUTE;
    const source = new FakeSource(clock, {
      ...endlessBudget,
      take: () => Promise.resolve(Math.max(0, free - clock.now())),
      isShort: () => true,
    });
    let reads = 0;
    source.canAsk = () => {
      reads += 1;
      return Promise.resolve(undefined);
    };
    restart({ source });
    await track();
    await clock.advance(4 * MINUTE - SECOND);
    assert.ok(reads <= 3, `${reads} times in 4 min`);
    assert.equal(source.asked.length, 0);
    await clock.advance(SECOND);
    assert.equal(source.asked.length, 1, 'and asks as soon as it may');
  });

  it('lets another window poll once its own key is refused, also while a look at an upgrade is far away', async () => {
    let isHeld = false;
    const lease = (): PollingLease => ({
      ...onlyWindow(),
      tryHold: () => Promise.resolve((isHeld = true)),
      release: () => {
        isHeld = false;
        return Promise.resolve();
      },
    });
    restart({ lease });
    cloud.answer = () => ({ ok: true, value: { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) } });
    await track('upgrade');
    await clock.advance(20 * MINUTE);
    assert.equal(isHeld, true);
    cloud.answer = () => failure('keys-lost');
    await track('other');
    await clock.advance(20 * SECOND);
    assert.equal(isHeld, false);
  });

  it('asks no more for a job that is no longer tracked', async () => {
    const key = await track();
    await clock.advance(MINUTE);
    await store.untrack([key]);
    const asked = cloud.asked.length;
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.asked.length, asked);
    assert.equal(clock.pendingTimers, 0);
  });

  it('leaves nothing behind when the window closes in the middle of a request', async () => {
    let answer: (result: ShowJobResult) => void = () => undefined;
    cloud.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const key = await track();
    await clock.advance(0);
    engine.dispose();
    answer(running);
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job, undefined);
    assert.equal(clock.pendingTimers, 0);
  });

  it('leaves nothing behind when the window closes before it knows whether it may ask', async () => {
    let answer: (obstacle: PollError | undefined) => void = () => undefined;
    cloud.canAsk = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await track();
    await clock.advance(SECOND);
    engine.dispose();
    answer(undefined);
    await settle();
    assert.deepEqual([clock.pendingTimers, cloud.asked.length], [0, 0]);
  });

  describe('of several windows over one folder', () => {
    const opened: Disposable[] = [];
    let files: MemoryFileSystem;

    beforeEach(() => {
      files = new MemoryFileSystem();
    });

    afterEach(() => {
      for (const each of opened.splice(0)) each.dispose();
    });

    const directoryOf = (owner: string) =>
      new JobDirectory({ files, clock, owner, directory: 'storage', readJob, onQuarantine: () => undefined, log });

    async function openWindow(owner: string, pause: Pick<PollingPause, 'isPaused' | 'onDidChange'> = neverPaused) {
      const directory = directoryOf(owner);
      const shared = new JobStore(directory, log);
      const leaseOf = () => new Lease({ files, clock, directory: 'leases', name: 'project', owner, log });
      const polling = new PollEngine({ ...parts(), store: shared, leaseOf, pause });
      opened.push(polling);
      directory.watch((keys) => void shared.readAgain(keys));
      await shared.open();
      return { shared, polling };
    }

    it('keeps what the last late look brought', async () => {
      const { shared } = await openWindow('one');
      cloud.answer = () => answerOf('FAIL');
      const key = await shared.track(reference, clock.now());
      await clock.advance(9 * MINUTE);
      assert.equal(cloud.asked.length, 3);
      const told = jobAt('FAIL', { errorCode: 'ELB.8907', errorMessage: 'why it failed' });
      cloud.answer = () => ({ ok: true, value: { job: told } });
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.asked.length, 4);
      assert.equal(shared.get(key)?.job?.errorCode, 'ELB.8907');
      assert.equal((await directoryOf('next session').read(key))?.job?.errorCode, 'ELB.8907');
    });

    it('is asked for by no window while one of them has paused polling, and by one again once polling goes on', async () => {
      const pauses = await Promise.all(
        ['one', 'other'].map(async (owner) => {
          const pause = new PollingPause({ files, directory: 'storage', log });
          opened.push(pause);
          await pause.open();
          await openWindow(owner, pause);
          return pause;
        }),
      );
      const shared = new JobStore(directoryOf('a person'), log);
      await shared.track(reference, clock.now());
      await clock.advance(MINUTE);
      const [first, second] = pauses;
      assert.ok(first !== undefined && second !== undefined);
      await second.pause();
      await clock.advance(SECOND);
      assert.equal(first.isPaused, true, 'the other window learns of it');
      const asked = cloud.asked.length;
      await clock.advance(60 * MINUTE);
      assert.equal(cloud.asked.length, asked);
      const later = new PollingPause({ files, directory: 'storage', log });
      opened.push(later);
      await later.open();
      assert.equal(later.isPaused, true, 'a restart does not end it');
      await first.resume();
      await clock.advance(SECOND);
      assert.equal(second.isPaused, false);
      assert.equal(cloud.asked.length, asked + 1, 'the next look comes at once, and once');
    });

    it('is taken over within seconds from a window that closes', async () => {
      const one = await openWindow('one');
      const other = await openWindow('other');
      const key = await one.shared.track(reference, clock.now());
      await clock.advance(20 * MINUTE);
      assert.deepEqual([one.polling.isPolling(reference), other.polling.isPolling(reference)], [true, false]);
      one.polling.dispose();
      cloud.answer = () => answerOf('COMPLETE');
      await clock.advance(40 * SECOND);
      assert.equal(other.polling.isPolling(reference), true);
      assert.equal(other.shared.get(key)?.job?.status, 'COMPLETE');
    });

    it('keeps no timer of a window that closes before it knows whether it may ask', async () => {
      const { shared, polling } = await openWindow('one');
      let answer: (obstacle: PollError | undefined) => void = () => undefined;
      cloud.canAsk = () =>
        new Promise((resolve) => {
          answer = resolve;
        });
      await shared.track(reference, clock.now());
      await clock.advance(SECOND);
      polling.dispose();
      answer(undefined);
      await settle();
      assert.equal(clock.pendingTimers, 0);
    });
  });

  describe('with many jobs of a project', () => {
    const ids = Array.from({ length: 10 }, (_, index) => `job-${index}`);
    let begin: number;
    const runningJobs = () => ids.map((jobId) => jobAt('RUNNING', { jobId, beginTime: begin }));

    beforeEach(() => {
      begin = clock.now() - MINUTE;
      cloud.answer = ({ jobId }) => ({ ok: true, value: { job: jobAt('RUNNING', { jobId }) } });
      cloud.list = () => listOf(...runningJobs());
    });

    const trackAll = async () => {
      await store.trackAll(
        ids.map((jobId) => ({ ...reference, jobId })),
        clock.now(),
      );
      return new Map(ids.map((jobId) => [jobId, store.find({ ...reference, jobId }) ?? '']));
    };

    it('asks for all of them by one list, and for one to three by themselves', async () => {
      const keys = await trackAll();
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.shown.length, 0);
      assert.ok(cloud.listed.length > 20 && cloud.listed.length < 80, String(cloud.listed.length));
      for (const id of ids.slice(3)) await store.untrack([keys.get(id) ?? '']);
      const lists = cloud.listed.length;
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.listed.length, lists);
    });

    it('asks for one project by no request of another', async () => {
      await trackAll();
      for (const id of ids) await store.track({ ...reference, projectId: 'other', jobId: id }, clock.now());
      cloud.list = ({ projectId }) => (projectId === 'other' ? listOf() : listOf(...runningJobs()));
      await clock.advance(MINUTE);
      assert.deepEqual(
        new Set(cloud.listed.map(({ projectId }) => projectId)),
        new Set(['other', reference.projectId]),
      );
    });

    it('lists from a day before the oldest begin, and all where one has no begin', async () => {
      begin = clock.now() - 3 * MINUTE;
      cloud.list = () => listOf(...ids.map((jobId, index) => jobAt('RUNNING', { jobId, beginTime: begin + index })));
      await trackAll();
      await clock.advance(MINUTE);
      assert.equal(cloud.listed[0]?.beginTime, undefined);
      assert.equal(cloud.listed.at(-1)?.beginTime, begin - 24 * 60 * MINUTE);
    });

    it('asks alone for a job that the list lacks, learns its other id, and finds it by that', async () => {
      const key = await track('by-the-path');
      await trackAll();
      cloud.answer = ({ jobId }) => ({
        ok: true,
        value: { job: jobAt('RUNNING', { jobId: jobId === 'by-the-path' ? 'by-the-body' : jobId, beginTime: begin }) },
      });
      cloud.list = () => listOf(...runningJobs(), jobAt('RUNNING', { jobId: 'by-the-body', beginTime: begin }));
      await clock.advance(MINUTE);
      assert.deepEqual(store.get(key)?.aliases, ['by-the-body']);
      const shown = cloud.shown.length;
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.shown.length, shown, 'the lists serve it');
      cloud.list = () => listOf(...runningJobs(), jobAt('COMPLETE', { jobId: 'by-the-body' }));
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    });

    it('serves a job that two lists lacked by itself alone from then on', async () => {
      await track('unlisted');
      await trackAll();
      await clock.advance(20 * MINUTE);
      const alone = cloud.shown.filter(({ jobId }) => jobId === 'unlisted');
      assert.ok(alone.length > 40, String(alone.length));
      const gaps = alone.slice(-10).map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
      assert.ok(Math.max(...gaps) <= 33 * SECOND, 'at the pace of its age');
      assert.ok(cloud.listed.length > 20, 'the others are listed still');
    });

    it('asks for each by itself where listing is not allowed, without stopping the project', async () => {
      cloud.list = () => failure('gateway-forbidden');
      await trackAll();
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.listed.length, 1, 'and asks for no list again');
      for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
      engine.resume();
      await clock.advance(MINUTE);
      assert.equal(cloud.listed.length, 2, 'but once after the credential changed');
    });

    it('goes on by itself where a list cannot be read, and tries lists again later', async () => {
      cloud.list = () => failure('malformed');
      await trackAll();
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.listed.length, 1);
      for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
      cloud.list = () => listOf(...runningJobs());
      await clock.advance(10 * MINUTE);
      assert.notEqual(cloud.listed.length, 1);
    });

    it('waits for all of them where the network is away, and looks once it may be back', async () => {
      await trackAll();
      await clock.advance(MINUTE);
      cloud.list = () => failure('network');
      cloud.answer = () => failure('network');
      const before = cloud.asked.length;
      await clock.advance(60 * MINUTE);
      const asked = cloud.asked.length - before;
      assert.ok(asked > 60 && asked < 240, `${asked} attempts in an hour`);
      cloud.list = () => listOf(...ids.map((jobId) => jobAt('COMPLETE', { jobId })));
      engine.catchUp();
      await clock.advance(3 * SECOND);
      for (const { job } of store.all().values()) assert.equal(job?.status, 'COMPLETE');
    });

    it('lowers the budget by the limit that a 429 names', async () => {
      const rateLimit = { requests: 60, period: 5 * MINUTE };
      cloud.list = () => ({ ok: false, error: { kind: 'throttled', rateLimit } });
      await trackAll();
      await clock.advance(30 * MINUTE);
      const inHalf = cloud.asked.filter(({ at }) => at > clock.now() - 5 * MINUTE).length;
      assert.ok(inHalf <= 30, String(inHalf));
    });

    it('learns from jobs of others in the list how long its own will take', async () => {
      const others = [1, 2, 3].map((index) =>
        jobAt('COMPLETE', { jobId: `other-${index}`, beginTime: 0, endTime: 7 * MINUTE }),
      );
      cloud.list = () => listOf(...runningJobs(), ...others);
      await trackAll();
      await clock.advance(MINUTE);
      assert.equal(durations.predict('cloneLoadbalancer')?.median, 7 * MINUTE);
    });
  });

  describe('tells who waits for looks', () => {
    /** Looks at once at what is given, and notes when they are over. */
    const refresh = (keys?: readonly string[]) => {
      const waiting = { isOver: false };
      engine.refresh(keys);
      void engine.whenPolled(keys).then(() => {
        waiting.isOver = true;
      });
      return waiting;
    };

    it('when all were answered, of which one was looked at a moment ago', async () => {
      await track('a');
      await clock.advance(10 * MINUTE);
      await track('b');
      await clock.advance(SECOND);
      const asked = cloud.asked.length;
      const waiting = refresh();
      await clock.advance(500);
      assert.equal(waiting.isOver, false, 'the second is looked at two seconds after its first look');
      await clock.advance(SECOND);
      assert.equal(waiting.isOver, true);
      assert.equal(cloud.asked.length, asked + 2);
    });

    it('when one was, though others are not asked for', async () => {
      const key = await track('a');
      await track('b');
      await clock.advance(10 * MINUTE);
      let answer: (result: ShowJobResult) => void = () => undefined;
      cloud.answer = () => new Promise((resolve) => (answer = resolve));
      const waiting = refresh([key]);
      await clock.advance(0);
      assert.equal(waiting.isOver, false);
      answer(answerOf('RUNNING'));
      await clock.advance(0);
      assert.equal(waiting.isOver, true);
    });

    it('at once where nothing will be asked here soon: no job, no key, no budget, another window, no engine', async () => {
      const isOverAtOnce = async () => {
        const waiting = refresh();
        await clock.advance(0);
        return waiting.isOver;
      };
      assert.equal(await isOverAtOnce(), true, 'no job');
      await track();
      await clock.advance(MINUTE);
      cloud.obstacle = { kind: 'signed-out' };
      engine.resume();
      await clock.advance(0);
      assert.equal(await isOverAtOnce(), true, 'no key');
      cloud.obstacle = undefined;
      const never = new MemoryRequestBudget(() => 1, clock);
      await never.take();
      restart({ source: new FakeSource(clock, never) });
      engine.refresh([await track('c')]);
      await clock.advance(0);
      assert.equal(await isOverAtOnce(), true, 'no budget');
      restart({ lease: () => ({ ...onlyWindow(), tryHold: () => Promise.resolve(false) }) });
      await track('d');
      assert.equal(await isOverAtOnce(), true, 'another window');
      restart();
      cloud.answer = () => new Promise(() => undefined);
      await track('e');
      const waiting = refresh();
      await clock.advance(0);
      assert.equal(waiting.isOver, false);
      engine.dispose();
      await clock.advance(0);
      assert.equal(waiting.isOver, true, 'no engine');
    });
  });

  describe('in a window that does not poll', () => {
    it('asks nothing, tells the other window what a person wants, and says nothing of signing in', async () => {
      engine.dispose();
      const lease = {
        ...onlyWindow(),
        tryHold: () => Promise.resolve(false),
        isHeldByOther: () => Promise.resolve(true),
      };
      engine = new PollEngine({ ...parts(), leaseOf: () => lease });
      const key = await track();
      cloud.obstacle = { kind: 'signed-out' };
      await clock.advance(MINUTE);
      engine.refresh([key]);
      await clock.advance(MINUTE);
      assert.equal(cloud.asked.length, 0);
      assert.equal(store.get(key)?.pollFailure, undefined);
      assert.ok(store.get(key)?.pollWantedAt !== undefined);
    });

    it('has the other window look at an upgrade that waits where a person comes back, and not again for each time', async () => {
      engine.dispose();
      const lease = {
        ...onlyWindow(),
        tryHold: () => Promise.resolve(false),
        isHeldByOther: () => Promise.resolve(true),
      };
      engine = new PollEngine({ ...parts(), leaseOf: () => lease });
      const key = await track();
      store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, clock.now());
      await clock.advance(MINUTE);
      engine.catchUp();
      const wantedAt = store.get(key)?.pollWantedAt;
      assert.equal(wantedAt, clock.now());
      await clock.advance(SECOND);
      engine.catchUp();
      assert.equal(store.get(key)?.pollWantedAt, wantedAt);
    });

    it('says that nobody is signed in where no other window polls either', async () => {
      cloud.obstacle = { kind: 'signed-out' };
      const key = await track();
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.pollFailure?.error.kind, 'signed-out');
      assert.equal(cloud.asked.length, 0);
      cloud.obstacle = undefined;
      engine.resume();
      await clock.advance(0);
      assert.equal(store.get(key)?.job?.status, 'RUNNING');
    });

    it('says so no longer once another window polls', async () => {
      let isHeldByOther = false;
      engine.dispose();
      const lease = {
        ...onlyWindow(),
        tryHold: () => Promise.resolve(false),
        isHeldByOther: () => Promise.resolve(isHeldByOther),
      };
      engine = new PollEngine({ ...parts(), leaseOf: () => lease });
      cloud.obstacle = { kind: 'keys-lost' };
      const key = await track();
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.pollFailure?.error.kind, 'keys-lost');
      isHeldByOther = true;
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.pollFailure, undefined);
    });

    it('asks for each by itself where listing throws', async () => {
      cloud.list = () => Promise.reject(new TypeError('x is undefined'));
      for (const id of ['a', 'b', 'c', 'd', 'e']) await track(id);
      await clock.advance(MINUTE);
      assert.equal(cloud.listed.length, 1);
      for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
    });

    it('looks at what a person wants in another window', async () => {
      const key = await track();
      await clock.advance(10 * MINUTE);
      const before = cloud.asked.length;
      await clock.advance(3 * SECOND);
      store.requestPolls([key], clock.now());
      await clock.advance(0);
      assert.equal(cloud.asked.length, before + 1);
    });

    it('passes on what a person wanted where another window took over unnoticed, in a sleep perhaps', async () => {
      let isOutbid = false;
      const lease = () => ({
        ...onlyWindow(),
        tryHold: () => Promise.resolve(!isOutbid),
        isHeld: () => Promise.resolve(!isOutbid),
        isHeldByOther: () => Promise.resolve(isOutbid),
      });
      restart({ lease });
      const key = await track();
      await clock.advance(20 * MINUTE + 10 * SECOND);
      isOutbid = true;
      const wantedAt = clock.now();
      engine.refresh([key]);
      await clock.advance(10 * SECOND);
      assert.ok((store.get(key)?.pollWantedAt ?? 0) >= wantedAt);
    });

    it('does not apply an answer that came after another window took over', async () => {
      let isHeld = true;
      engine.dispose();
      const lease = { ...onlyWindow(), tryHold: () => Promise.resolve(isHeld), isHeld: () => Promise.resolve(isHeld) };
      engine = new PollEngine({ ...parts(), leaseOf: () => lease });
      cloud.answer = () => {
        isHeld = false;
        return answerOf('COMPLETE');
      };
      const key = await track();
      await clock.advance(MINUTE);
      assert.equal(cloud.asked.length, 1);
      assert.equal(store.get(key)?.job, undefined);
    });
  });
});
