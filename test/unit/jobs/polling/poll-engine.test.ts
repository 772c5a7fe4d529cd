import assert from 'node:assert/strict';
import { readJob, type ShowJobResponse } from '../../../../src/cloud/api/job-schema';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import type { Disposable } from '../../../../src/base/disposable';
import { Emitter } from '../../../../src/base/emitter';
import type { ShowJobResult } from '../../../../src/jobs/job-source';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { Lease } from '../../../../src/storage/lease';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { PollingPause } from '../../../../src/jobs/polling/polling-pause';
import type { PollingLease } from '../../../../src/jobs/polling/polling-lease';
import { MemoryRequestBudget } from '../../../support/memory-request-budget';
import { EngineFixture } from '../../../support/engine-fixture';
import { type FakeClock, settle } from '../../../support/fake-clock';
import { unlimitedBudget, FakeSource, listOf, neverPaused, onlyWindow } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, type MemoryLog, reference } from '../../../support/samples';
import { SECOND, MINUTE, HOUR } from '../../../../src/base/time-units';

const running: ShowJobResult = { ok: true, value: { job: jobAt('RUNNING') } };
const answerOf = (status: string): { ok: true; value: ShowJobResponse } => ({
  ok: true,
  value: { job: jobAt(status) },
});
const failure = (kind: PollError['kind']) => ({ ok: false, error: { kind } as PollError }) as const;

describe('the poll engine', () => {
  let fixture: EngineFixture;
  let clock: FakeClock;
  let cloud: FakeSource;
  let log: MemoryLog;
  let store: JobStore;

  beforeEach(() => {
    fixture = new EngineFixture();
    ({ clock, cloud, log, store } = fixture);
  });

  afterEach(() => {
    fixture.dispose();
  });

  const track = (jobId?: string) => fixture.track(jobId);

  it('follows a job to its end and announces the end once', async () => {
    const ended: string[] = [];
    store.onDidChange((changes) => {
      for (const { kinds, tracked } of changes) if (kinds.includes('ended')) ended.push(tracked.job?.status ?? '');
    });
    await track();
    cloud.respond = () => answerOf('INIT');
    await clock.advance(5 * SECOND);
    cloud.respond = () => answerOf('RUNNING');
    await clock.advance(MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(60 * MINUTE);
    assert.deepEqual(ended, ['COMPLETE']);
  });

  it('leaves no timer and sends no request after all jobs have ended', async () => {
    cloud.respond = () => answerOf('COMPLETE');
    await track();
    await clock.advance(11 * MINUTE);
    assert.equal(clock.pendingTimers, 0);
    const asked = cloud.requests.length;
    assert.equal(asked, 4, 'the first poll and three late ones');
    await clock.advance(24 * 60 * MINUTE);
    assert.equal(cloud.requests.length, asked);
  });

  it('says how it polls a project, and why it does not, for a bug report', async () => {
    assert.equal(fixture.engine.stateOf(reference), undefined);
    cloud.respond = () => ({ ok: false, error: { kind: 'throttled', retryAfter: MINUTE } });
    await track();
    await clock.advance(SECOND);
    const throttled = fixture.engine.stateOf(reference);
    assert.ok((throttled?.availableAt ?? 0) > clock.now());
    assert.deepEqual([throttled?.isPolling, throttled?.stopReason], [true, undefined]);
    cloud.respond = () => failure('authentication');
    await clock.advance(2 * MINUTE);
    assert.equal(fixture.engine.stateOf(reference)?.stopReason, 'authentication');
  });

  it('sends one request at a time in a project, so that a wrong key fails once for 40 jobs', async () => {
    cloud.respond = async () => {
      await settle();
      return failure('authentication');
    };
    for (let count = 0; count < 40; count += 1) await track(`job-${count}`);
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.requests.length, 1);
    fixture.engine.refresh();
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.requests.length, 1, 'a refresh does not restart it');
  });

  it('polls all jobs again after the credential was changed', async () => {
    cloud.respond = () => failure('authentication');
    for (let count = 0; count < 5; count += 1) await track(`job-${count}`);
    await clock.advance(MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    fixture.engine.resume();
    await clock.advance(MINUTE);
    for (const { job } of store.all().values()) assert.equal(job?.status, 'COMPLETE');
  });

  it('is not stopped by the refusal of a credential that was changed meanwhile', async () => {
    let refuse: (result: ShowJobResult) => void = () => undefined;
    cloud.respond = () =>
      new Promise((resolve) => {
        refuse = resolve;
      });
    const key = await track();
    await clock.advance(0);
    fixture.engine.resume();
    cloud.respond = () => answerOf('COMPLETE');
    refuse(failure('authentication'));
    await clock.advance(SECOND);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('stops one project for a refused key, and no other', async () => {
    cloud.respond = ({ projectId }) => (projectId === reference.projectId ? failure('authentication') : running);
    await track();
    await store.track({ ...reference, projectId: 'other' }, clock.now());
    await clock.advance(MINUTE);
    const askedIn = (projectId: string) => cloud.requests.filter((asked) => asked.projectId === projectId).length;
    assert.equal(askedIn(reference.projectId), 1);
    assert.ok(askedIn('other') > 10);
  });

  it('polls a running job for ever, through a night without network', async () => {
    const key = await track();
    cloud.respond = () => failure('network');
    await clock.advance(9 * 60 * MINUTE);
    assert.equal(store.get(key)?.pollFailure?.error.kind, 'network');
    assert.equal(log.lines.length, 1, 'offline is quiet');
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    assert.equal(store.get(key)?.pollFailure, undefined);
  });

  it('keeps the last response of a job that the service has deleted', async () => {
    const key = await track();
    await clock.advance(MINUTE);
    cloud.respond = () => failure('not-found');
    await clock.advance(60 * MINUTE);
    assert.equal(store.get(key)?.job?.status, 'RUNNING');
    assert.equal(clock.pendingTimers, 0);
  });

  describe('gives up a job that was never found', () => {
    const kindOf = (key: JobKey) => store.get(key)?.pollFailure?.error.kind;

    beforeEach(() => {
      cloud.respond = () => failure('not-found');
    });

    it('after less than three minutes, although the person refreshes and comes back', async () => {
      const key = await track();
      for (let count = 0; count < 8; count += 1) {
        await clock.advance(20 * SECOND);
        fixture.engine.refresh();
        fixture.engine.resume();
        fixture.engine.catchUp();
      }
      await clock.advance(5 * SECOND);
      assert.equal(kindOf(key), 'not-found');
      assert.equal(clock.pendingTimers, 0);
    });

    it('for good: a refresh polls it once, also after the network failed, until the person tracks it again', async () => {
      const key = await track();
      await clock.advance(161 * SECOND);
      assert.deepEqual([kindOf(key), cloud.requests.length], ['not-found', 4]);
      fixture.engine.refresh([key]);
      await clock.advance(HOUR);
      assert.deepEqual([kindOf(key), cloud.requests.length], ['not-found', 5]);
      cloud.respond = () => failure('network');
      fixture.engine.refresh([key]);
      await clock.advance(MINUTE);
      assert.equal(kindOf(key), 'network');
      cloud.respond = () => failure('not-found');
      fixture.engine.refresh([key]);
      await clock.advance(2 * MINUTE);
      assert.equal(kindOf(key), 'not-found');
      fixture.engine.retry([key]);
      await clock.advance(SECOND);
      assert.equal(kindOf(key), 'not-found-yet');
      await clock.advance(161 * SECOND);
      assert.equal(kindOf(key), 'not-found');
    });

    it('only after its four polls if polling was paused meanwhile', async () => {
      const pauseChanges = new Emitter<void>((cause) => assert.fail(String(cause)));
      const pause = { isPaused: false, onDidChange: pauseChanges.event };
      fixture.restart({ pause });
      const key = await track();
      await clock.advance(SECOND);
      pause.isPaused = true;
      pauseChanges.fire();
      await clock.advance(HOUR);
      pause.isPaused = false;
      pauseChanges.fire();
      await clock.advance(2 * MINUTE);
      assert.equal(kindOf(key), 'not-found-yet');
      await clock.advance(MINUTE);
      assert.deepEqual([kindOf(key), cloud.requests.length], ['not-found', 4]);
    });
  });

  it('survives a bug while it reads a response', async () => {
    const key = await track();
    cloud.respond = () => Promise.reject(new TypeError('x is undefined'));
    await clock.advance(MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(2 * MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('polls once a minute, and no more often, if a bug repeats', async () => {
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
    it(`continues after the computer's networks could not be read once (${failsAt})`, async () => {
      let asked = 0;
      const networkAddresses = () => {
        asked += 1;
        if (asked === failsAt) throw new Error('too many open files');
        return '';
      };
      fixture.restart({ networkAddresses });
      cloud.respond = () => failure('network');
      const key = await track();
      await clock.advance(10 * SECOND);
      assert.match(log.lines.join(), /Polling project .* failed: Error: too many open files/);
      cloud.respond = () => answerOf('COMPLETE');
      await clock.advance(2 * MINUTE);
      assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    });
  }

  it('stays within the budget with 40 jobs, and polls each of them', async () => {
    for (let count = 0; count < 40; count += 1) await track(`job-${count}`);
    await clock.advance(30 * MINUTE);
    for (const { at } of cloud.requests) {
      const inWindow = cloud.requests.filter((other) => other.at >= at && other.at < at + 5 * MINUTE).length;
      assert.ok(inWindow <= 100, String(inWindow));
    }
    assert.equal(new Set(cloud.requests.slice(-60).map(({ jobId }) => jobId)).size, 40);
    assert.equal(cloud.maxInFlight, 1);
  });

  it('polls at once on a refresh, but not twice within 2 s', async () => {
    cloud.respond = () => answerOf('COMPLETE');
    const key = await track();
    await clock.advance(20 * MINUTE);
    const asked = cloud.requests.length;
    fixture.engine.refresh([key]);
    fixture.engine.refresh([key]);
    await clock.advance(0);
    fixture.engine.refresh([key]);
    await clock.advance(1.9 * SECOND);
    assert.equal(cloud.requests.length, asked + 1);
    await clock.advance(0.1 * SECOND);
    assert.equal(cloud.requests.length, asked + 2);
  });

  it('polls running jobs at once when the window regains the focus, and no ended ones', async () => {
    const runningKey = await track('running');
    await track('ended');
    await track('switched');
    const switched = { ok: true, value: { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) } } as const;
    const answers = new Map<string, ShowJobResult>([
      ['running', running],
      ['ended', answerOf('COMPLETE')],
      ['switched', switched],
    ]);
    cloud.respond = ({ jobId }) => answers.get(jobId) ?? failure('not-found');
    await clock.advance(60 * MINUTE);
    await track('not-there-yet');
    await clock.advance(2 * SECOND);
    const before = cloud.requests.length;
    await clock.advance(2 * SECOND);
    fixture.engine.catchUp();
    await clock.advance(0);
    assert.deepEqual(
      cloud.requests.slice(before).map(({ jobId }) => jobId),
      ['running', 'switched'],
    );
    assert.equal(store.get(runningKey)?.job?.status, 'RUNNING');
  });

  it('waits as long as a service that throttles demands', async () => {
    cloud.respond = () => ({ ok: false, error: { kind: 'throttled', retryAfter: 5 * MINUTE } });
    for (let count = 0; count < 40; count += 1) await track(`job-${count}`);
    await clock.advance(MINUTE);
    fixture.engine.catchUp();
    fixture.engine.refresh();
    await clock.advance(3 * MINUTE);
    assert.equal(cloud.requests.length, 1, 'no other job is polled either');
    cloud.respond = () => running;
    await clock.advance(5 * MINUTE);
    for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
  });

  it('continues after a view failed to show a change', async () => {
    store.onDidChange(() => {
      throw new Error('a fault in a view');
    });
    let heard = 0;
    store.onDidChange(() => (heard += 1));
    const key = await track();
    await clock.advance(MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    assert.equal(heard, 3, 'added, running, ended');
  });

  it('continues at once after the clock was set back by an hour', async () => {
    const key = await track();
    await clock.advance(10 * MINUTE);
    clock.setBack(60 * MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('notices within seconds that the computer woke, even if the next poll was minutes away', async () => {
    cloud.respond = ({ jobId }) => ({ ok: true, value: { job: jobAt('SUCCESS', { jobId, jobType: 'UPGRADE' }) } });
    const key = await track();
    await clock.advance(MINUTE);
    clock.sleep(60 * MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(20 * SECOND);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('polls at once in a new network, though attempts in the old one had become rare', async () => {
    cloud.respond = () => failure('network');
    const key = await track();
    await clock.advance(60 * MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    fixture.network = '10.0.0.7';
    const before = cloud.requests.length;
    await clock.advance(4 * SECOND);
    assert.equal(cloud.requests.length, before + 1);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('polls again after the keyring is unlocked, without a refresh', async () => {
    cloud.respond = () => failure('keys-unreadable');
    const key = await track();
    await clock.advance(60 * MINUTE);
    cloud.respond = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('reads a locked keyring ever more rarely, because each time the editor may ask to unlock it', async () => {
    await track();
    await clock.advance(20 * MINUTE);
    let attempts = 0;
    cloud.obstacleFor = () => {
      attempts += 1;
      return Promise.resolve({ kind: 'keys-unreadable' });
    };
    await clock.advance(10 * MINUTE);
    assert.ok(attempts >= 10 && attempts < 60, `${attempts} attempts in 10 min`);
  });

  it('reads no credentials while it waits for the budget', async () => {
    const free = clock.now() + 4 * MINUTE;
    const source = new FakeSource(clock, {
      ...unlimitedBudget,
      take: () => Promise.resolve(Math.max(0, free - clock.now())),
      isShort: () => true,
    });
    let reads = 0;
    source.obstacleFor = () => {
      reads += 1;
      return Promise.resolve(undefined);
    };
    fixture.restart({ source });
    await track();
    await clock.advance(4 * MINUTE - SECOND);
    assert.ok(reads <= 3, `${reads} times in 4 min`);
    assert.equal(source.requests.length, 0);
    await clock.advance(SECOND);
    assert.equal(source.requests.length, 1, 'and it polls as soon as the budget allows');
  });

  it('lets another window poll after its own key is lost, even while the next poll of an upgrade is far away', async () => {
    let isHeld = false;
    const lease = (): PollingLease => ({
      ...onlyWindow(),
      tryHold: () => Promise.resolve((isHeld = true)),
      release: () => {
        isHeld = false;
        return Promise.resolve();
      },
    });
    fixture.restart({ leaseOf: lease });
    cloud.respond = () => ({ ok: true, value: { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) } });
    await track('upgrade');
    await clock.advance(20 * MINUTE);
    assert.equal(isHeld, true);
    cloud.respond = () => failure('keys-lost');
    await track('other');
    await clock.advance(20 * SECOND);
    assert.equal(isHeld, false);
  });

  it('does not poll a job that is no longer tracked', async () => {
    const key = await track();
    await clock.advance(MINUTE);
    await store.untrack([key]);
    const asked = cloud.requests.length;
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.requests.length, asked);
    assert.equal(clock.pendingTimers, 0);
  });

  it('leaves nothing behind when the window closes in the middle of a request', async () => {
    let answer: (result: ShowJobResult) => void = () => undefined;
    cloud.respond = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const key = await track();
    await clock.advance(0);
    fixture.engine.dispose();
    answer(running);
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job, undefined);
    assert.equal(clock.pendingTimers, 0);
  });

  it('leaves nothing behind when the window closes while it checks its credential', async () => {
    let answer: (obstacle: PollError | undefined) => void = () => undefined;
    cloud.obstacleFor = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await track();
    await clock.advance(SECOND);
    fixture.engine.dispose();
    answer(undefined);
    await settle();
    assert.deepEqual([clock.pendingTimers, cloud.requests.length], [0, 0]);
  });

  describe('in several windows over one folder', () => {
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
      const polling = fixture.open({ store: shared, leaseOf, pause });
      opened.push(polling);
      directory.watch((keys) => void shared.readAgain(keys));
      await shared.open();
      return { shared, polling };
    }

    it('saves the response of the last late poll', async () => {
      const { shared } = await openWindow('one');
      cloud.respond = () => answerOf('FAIL');
      const key = await shared.track(reference, clock.now());
      await clock.advance(9 * MINUTE);
      assert.equal(cloud.requests.length, 3);
      const failed = jobAt('FAIL', { errorCode: 'ELB.8907', errorMessage: 'why it failed' });
      cloud.respond = () => ({ ok: true, value: { job: failed } });
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.requests.length, 4);
      assert.equal(shared.get(key)?.job?.errorCode, 'ELB.8907');
      assert.equal((await directoryOf('next session').read(key))?.job?.errorCode, 'ELB.8907');
    });

    it('polls in no window while polling is paused in any, and in one window after it is resumed', async () => {
      const pauses = await Promise.all(
        ['one', 'other'].map(async (owner) => {
          const pause = new PollingPause({ files, directory: 'storage', log });
          opened.push(pause);
          await pause.open();
          await openWindow(owner, pause);
          return pause;
        }),
      );
      const shared = new JobStore(directoryOf('third'), log);
      await shared.track(reference, clock.now());
      await clock.advance(MINUTE);
      const [first, second] = pauses;
      assert.ok(first !== undefined && second !== undefined);
      await second.pause();
      await clock.advance(SECOND);
      assert.equal(first.isPaused, true, 'the other window reads the pause');
      const asked = cloud.requests.length;
      await clock.advance(60 * MINUTE);
      assert.equal(cloud.requests.length, asked);
      const later = new PollingPause({ files, directory: 'storage', log });
      opened.push(later);
      await later.open();
      assert.equal(later.isPaused, true, 'a restart does not end it');
      await first.resume();
      await clock.advance(SECOND);
      assert.equal(second.isPaused, false);
      assert.equal(cloud.requests.length, asked + 1, 'the next poll comes at once, and from one window');
    });

    it('takes over within seconds from a window that closes', async () => {
      const one = await openWindow('one');
      const other = await openWindow('other');
      const key = await one.shared.track(reference, clock.now());
      await clock.advance(20 * MINUTE);
      assert.deepEqual([one.polling.isPolling(reference), other.polling.isPolling(reference)], [true, false]);
      one.polling.dispose();
      cloud.respond = () => answerOf('COMPLETE');
      await clock.advance(40 * SECOND);
      assert.equal(other.polling.isPolling(reference), true);
      assert.equal(other.shared.get(key)?.job?.status, 'COMPLETE');
    });

    it('leaves no timer of a window that closes while it checks its credential', async () => {
      const { shared, polling } = await openWindow('one');
      let answer: (obstacle: PollError | undefined) => void = () => undefined;
      cloud.obstacleFor = () =>
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
      cloud.respond = ({ jobId }) => ({ ok: true, value: { job: jobAt('RUNNING', { jobId }) } });
      cloud.list = () => listOf(...runningJobs());
    });

    const trackAll = async () => {
      await store.trackAll(
        ids.map((jobId) => ({ ...reference, jobId })),
        clock.now(),
      );
      return new Map(ids.map((jobId) => [jobId, store.find({ ...reference, jobId }) ?? '']));
    };

    it('polls all of them with one list, and up to three with a request each', async () => {
      const keys = await trackAll();
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.showRequests.length, 0);
      assert.ok(cloud.listRequests.length > 20 && cloud.listRequests.length < 80, String(cloud.listRequests.length));
      for (const id of ids.slice(3)) await store.untrack([keys.get(id) ?? '']);
      const lists = cloud.listRequests.length;
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.listRequests.length, lists);
    });

    it('polls each project with separate requests', async () => {
      await trackAll();
      for (const id of ids) await store.track({ ...reference, projectId: 'other', jobId: id }, clock.now());
      cloud.list = ({ projectId }) => (projectId === 'other' ? listOf() : listOf(...runningJobs()));
      await clock.advance(MINUTE);
      assert.deepEqual(
        new Set(cloud.listRequests.map(({ projectId }) => projectId)),
        new Set(['other', reference.projectId]),
      );
    });

    it('lists from a day before the oldest begin, and all jobs if one has no begin', async () => {
      begin = clock.now() - 3 * MINUTE;
      cloud.list = () => listOf(...ids.map((jobId, index) => jobAt('RUNNING', { jobId, beginTime: begin + index })));
      await trackAll();
      await clock.advance(MINUTE);
      assert.equal(cloud.listRequests[0]?.beginTime, undefined);
      assert.equal(cloud.listRequests.at(-1)?.beginTime, begin - 24 * 60 * MINUTE);
    });

    it('polls a job alone that the list lacks, learns its alias, and finds it in the next list', async () => {
      const key = await track('by-the-path');
      await trackAll();
      cloud.respond = ({ jobId }) => ({
        ok: true,
        value: { job: jobAt('RUNNING', { jobId: jobId === 'by-the-path' ? 'by-the-body' : jobId, beginTime: begin }) },
      });
      cloud.list = () => listOf(...runningJobs(), jobAt('RUNNING', { jobId: 'by-the-body', beginTime: begin }));
      await clock.advance(MINUTE);
      assert.deepEqual(store.get(key)?.aliases, ['by-the-body']);
      const shown = cloud.showRequests.length;
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.showRequests.length, shown, 'the lists serve it then');
      cloud.list = () => listOf(...runningJobs(), jobAt('COMPLETE', { jobId: 'by-the-body' }));
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    });

    it('polls a job alone for good after two lists lacked it', async () => {
      await track('unlisted');
      await trackAll();
      await clock.advance(20 * MINUTE);
      const alone = cloud.showRequests.filter(({ jobId }) => jobId === 'unlisted');
      assert.ok(alone.length > 40, String(alone.length));
      const gaps = alone.slice(-10).map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
      assert.ok(Math.max(...gaps) <= 33 * SECOND, 'at the interval of its age');
      assert.ok(cloud.listRequests.length > 20, 'the others are still listed');
    });

    it('does not take a job for absent because the list was too long to reach it', async () => {
      const key = await track('beyond');
      await trackAll();
      cloud.list = () => {
        const list = listOf(...runningJobs());
        return list.ok ? { ok: true, value: { ...list.value, isIncomplete: true } } : list;
      };
      await clock.advance(20 * MINUTE);
      assert.equal(store.get(key)?.job?.status, 'RUNNING', 'it is polled alone meanwhile');
      cloud.list = () => listOf(...runningJobs(), jobAt('RUNNING', { jobId: 'beyond', beginTime: begin }));
      await clock.advance(2 * MINUTE);
      const shown = cloud.showRequests.length;
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.showRequests.length, shown, 'the lists serve it as soon as they reach it');
    });

    it('polls each job alone if listing is forbidden, without stopping the project', async () => {
      cloud.list = () => failure('gateway-forbidden');
      await trackAll();
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.listRequests.length, 1, 'no second list is requested');
      for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
      fixture.engine.resume();
      await clock.advance(MINUTE);
      assert.equal(cloud.listRequests.length, 2, 'but one is after the credential changed');
    });

    it('polls each job alone if a list cannot be parsed, and tries lists again later', async () => {
      cloud.list = () => failure('malformed');
      await trackAll();
      await clock.advance(5 * MINUTE);
      assert.equal(cloud.listRequests.length, 1);
      for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
      cloud.list = () => listOf(...runningJobs());
      await clock.advance(10 * MINUTE);
      assert.notEqual(cloud.listRequests.length, 1);
    });

    for (const [kind, what] of [
      ['network', 'the network is down'],
      ['unreadable-code', 'the extension cannot be read'],
    ] as const) {
      it(`backs off for all of them while ${what}, and polls when the window regains the focus`, async () => {
        await trackAll();
        await clock.advance(MINUTE);
        cloud.list = () => failure(kind);
        cloud.respond = () => failure(kind);
        const before = cloud.requests.length;
        await clock.advance(60 * MINUTE);
        const asked = cloud.requests.length - before;
        assert.ok(asked > 60 && asked < 240, `${asked} attempts in an hour`);
        cloud.list = () => listOf(...ids.map((jobId) => jobAt('COMPLETE', { jobId })));
        fixture.engine.catchUp();
        await clock.advance(3 * SECOND);
        for (const { job } of store.all().values()) assert.equal(job?.status, 'COMPLETE');
      });
    }

    it('lowers the budget to half of the limit that a 429 names', async () => {
      const rateLimit = { requests: 60, periodMs: 5 * MINUTE };
      cloud.list = () => ({ ok: false, error: { kind: 'throttled', rateLimit } });
      await trackAll();
      await clock.advance(30 * MINUTE);
      const inHalf = cloud.requests.filter(({ at }) => at > clock.now() - 5 * MINUTE).length;
      assert.ok(inHalf <= 30, String(inHalf));
    });

    it('learns durations from untracked jobs in the list', async () => {
      const others = [1, 2, 3].map((index) =>
        jobAt('COMPLETE', { jobId: `other-${index}`, beginTime: 0, endTime: 7 * MINUTE }),
      );
      cloud.list = () => listOf(...runningJobs(), ...others);
      await trackAll();
      await clock.advance(MINUTE);
      assert.equal(fixture.durations.predict('cloneLoadbalancer')?.medianMs, 7 * MINUTE);
    });
  });

  describe('resolves whenPolled', () => {
    /** Refreshes, and records when `whenPolled` resolves. */
    const refresh = (keys?: readonly string[]) => {
      const waiting = { isResolved: false };
      fixture.engine.refresh(keys);
      void fixture.engine.whenPolled(keys).then(() => {
        waiting.isResolved = true;
      });
      return waiting;
    };

    it('when all jobs were polled, even if one had been polled a moment before', async () => {
      await track('a');
      await clock.advance(10 * MINUTE);
      await track('b');
      await clock.advance(SECOND);
      const asked = cloud.requests.length;
      const waiting = refresh();
      await clock.advance(500);
      assert.equal(waiting.isResolved, false, 'the second is polled two seconds after its first poll');
      await clock.advance(SECOND);
      assert.equal(waiting.isResolved, true);
      assert.equal(cloud.requests.length, asked + 2);
    });

    it('when the given job was polled, though others were not', async () => {
      const key = await track('a');
      await track('b');
      await clock.advance(10 * MINUTE);
      let answer: (result: ShowJobResult) => void = () => undefined;
      cloud.respond = () => new Promise((resolve) => (answer = resolve));
      const waiting = refresh([key]);
      await clock.advance(0);
      assert.equal(waiting.isResolved, false);
      answer(answerOf('RUNNING'));
      await clock.advance(0);
      assert.equal(waiting.isResolved, true);
    });

    it('at once if nothing will be polled here soon: no job, no key, no budget, another window, no engine', async () => {
      const isResolvedAtOnce = async () => {
        const waiting = refresh();
        await clock.advance(0);
        return waiting.isResolved;
      };
      assert.equal(await isResolvedAtOnce(), true, 'no job');
      await track();
      await clock.advance(MINUTE);
      cloud.obstacle = { kind: 'signed-out' };
      fixture.engine.resume();
      await clock.advance(0);
      assert.equal(await isResolvedAtOnce(), true, 'no key');
      cloud.obstacle = undefined;
      const never = new MemoryRequestBudget(() => 1, clock);
      await never.take();
      fixture.restart({ source: new FakeSource(clock, never) });
      fixture.engine.refresh([await track('c')]);
      await clock.advance(0);
      assert.equal(await isResolvedAtOnce(), true, 'no budget');
      fixture.restart({ leaseOf: () => ({ ...onlyWindow(), tryHold: () => Promise.resolve(false) }) });
      await track('d');
      assert.equal(await isResolvedAtOnce(), true, 'another window');
      fixture.restart();
      cloud.respond = () => new Promise(() => undefined);
      await track('e');
      const waiting = refresh();
      await clock.advance(0);
      assert.equal(waiting.isResolved, false);
      fixture.engine.dispose();
      await clock.advance(0);
      assert.equal(waiting.isResolved, true, 'no engine');
    });
  });

  describe('in a window that does not poll', () => {
    it('sends nothing, passes a refresh to the other window, and does not ask to sign in', async () => {
      const lease = {
        ...onlyWindow(),
        tryHold: () => Promise.resolve(false),
        isHeldByOther: () => Promise.resolve(true),
      };
      fixture.restart({ leaseOf: () => lease });
      const key = await track();
      cloud.obstacle = { kind: 'signed-out' };
      await clock.advance(MINUTE);
      fixture.engine.refresh([key]);
      await clock.advance(MINUTE);
      assert.equal(cloud.requests.length, 0);
      assert.equal(store.get(key)?.pollFailure, undefined);
      assert.ok(store.get(key)?.pollWantedAt !== undefined);
    });

    it('requests a poll of a waiting upgrade when it regains the focus, but not each time', async () => {
      const lease = {
        ...onlyWindow(),
        tryHold: () => Promise.resolve(false),
        isHeldByOther: () => Promise.resolve(true),
      };
      fixture.restart({ leaseOf: () => lease });
      const key = await track();
      store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, clock.now());
      await clock.advance(MINUTE);
      fixture.engine.catchUp();
      const wantedAt = store.get(key)?.pollWantedAt;
      assert.equal(wantedAt, clock.now());
      await clock.advance(SECOND);
      fixture.engine.catchUp();
      assert.equal(store.get(key)?.pollWantedAt, wantedAt);
    });

    it('reports missing credentials if no other window polls either', async () => {
      cloud.obstacle = { kind: 'signed-out' };
      const key = await track();
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.pollFailure?.error.kind, 'signed-out');
      assert.equal(cloud.requests.length, 0);
      cloud.obstacle = undefined;
      fixture.engine.resume();
      await clock.advance(0);
      assert.equal(store.get(key)?.job?.status, 'RUNNING');
    });

    it('no longer reports them after another window polls', async () => {
      let isHeldByOther = false;
      const lease = {
        ...onlyWindow(),
        tryHold: () => Promise.resolve(false),
        isHeldByOther: () => Promise.resolve(isHeldByOther),
      };
      fixture.restart({ leaseOf: () => lease });
      cloud.obstacle = { kind: 'keys-lost' };
      const key = await track();
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.pollFailure?.error.kind, 'keys-lost');
      isHeldByOther = true;
      await clock.advance(MINUTE);
      assert.equal(store.get(key)?.pollFailure, undefined);
    });

    it('polls each job alone if listing throws', async () => {
      cloud.list = () => Promise.reject(new TypeError('x is undefined'));
      for (const id of ['a', 'b', 'c', 'd', 'e']) await track(id);
      await clock.advance(MINUTE);
      assert.equal(cloud.listRequests.length, 1);
      for (const { job } of store.all().values()) assert.equal(job?.status, 'RUNNING');
    });

    it('polls a job that another window requested', async () => {
      const key = await track();
      await clock.advance(10 * MINUTE);
      const before = cloud.requests.length;
      await clock.advance(3 * SECOND);
      store.requestPolls([key], clock.now());
      await clock.advance(0);
      assert.equal(cloud.requests.length, before + 1);
    });

    it('passes on a refresh if another window took over unnoticed, as during a sleep', async () => {
      let isOutbid = false;
      const lease = () => ({
        ...onlyWindow(),
        tryHold: () => Promise.resolve(!isOutbid),
        isHeld: () => Promise.resolve(!isOutbid),
        isHeldByOther: () => Promise.resolve(isOutbid),
      });
      fixture.restart({ leaseOf: lease });
      const key = await track();
      await clock.advance(20 * MINUTE + 10 * SECOND);
      isOutbid = true;
      const wantedAt = clock.now();
      fixture.engine.refresh([key]);
      await clock.advance(10 * SECOND);
      assert.ok((store.get(key)?.pollWantedAt ?? 0) >= wantedAt);
    });

    it('does not apply a response that came after another window took over', async () => {
      let isHeld = true;
      const lease = { ...onlyWindow(), tryHold: () => Promise.resolve(isHeld), isHeld: () => Promise.resolve(isHeld) };
      fixture.restart({ leaseOf: () => lease });
      cloud.respond = () => {
        isHeld = false;
        return answerOf('COMPLETE');
      };
      const key = await track();
      await clock.advance(MINUTE);
      assert.equal(cloud.requests.length, 1);
      assert.equal(store.get(key)?.job, undefined);
    });
  });
});
