import assert from 'node:assert/strict';
import type { ShowJobAnswer } from '../../../src/elb/job-schema';
import type { JobReference } from '../../../src/jobs/job-reference';
import { JobStore } from '../../../src/jobs/job-store';
import type { LookError } from '../../../src/jobs/look-error';
import { type LookResult, PollEngine } from '../../../src/jobs/poll-engine';
import { requestBudgets } from '../../../src/jobs/request-budget';
import { FakeClock, settle } from '../fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../samples';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A cloud whose answer a test sets, and that counts who asks. */
class FakeCloud {
  readonly asked: { readonly jobId: string; readonly projectId: string; readonly at: number }[] = [];
  inFlight = 0;
  mostInFlight = 0;
  answer: (reference: JobReference) => LookResult | Promise<LookResult> = () => running;

  constructor(private readonly clock: FakeClock) {}

  readonly look = async (job: JobReference): Promise<LookResult> => {
    this.asked.push({ ...job, at: this.clock.now() });
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const result = await this.answer(job);
    this.inFlight -= 1;
    return result;
  };
}

const running: LookResult = { ok: true, value: { job: jobAt('RUNNING') } };
const answerOf = (status: string): { ok: true; value: ShowJobAnswer } => ({
  ok: true,
  value: { job: jobAt(status) },
});
const failure = (kind: LookError['kind']): LookResult => ({ ok: false, error: { kind } as LookError });

describe('the poll engine', () => {
  let clock: FakeClock;
  let cloud: FakeCloud;
  let log: MemoryLog;
  let store: JobStore;
  let engine: PollEngine;

  beforeEach(() => {
    clock = new FakeClock();
    cloud = new FakeCloud(clock);
    log = new MemoryLog();
    store = new JobStore(noFiles, log);
    engine = new PollEngine({
      store,
      lookAtJob: cloud.look,
      budgetOf: requestBudgets(() => 100),
      clock,
      random: () => 0.5,
      log,
    });
  });

  afterEach(() => {
    engine.dispose();
  });

  const track = (jobId = reference.jobId) => store.track({ ...reference, jobId }, clock.now());

  it('follows a job to its end and announces the end once', async () => {
    const ended: string[] = [];
    store.onDidChange((changes) => {
      for (const { kind, tracked } of changes) if (kind === 'ended') ended.push(tracked.job?.status ?? '');
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
    engine.lookNow();
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
    let refuse: (result: LookResult) => void = () => undefined;
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
    assert.equal(store.get(key)?.difficulty?.error.kind, 'network');
    assert.equal(log.lines.length, 1, 'offline is quiet');
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
    assert.equal(store.get(key)?.difficulty, undefined);
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
    engine.lookNow([key]);
    engine.lookNow([key]);
    await clock.advance(0);
    engine.lookNow([key]);
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
    const answers = new Map<string, LookResult>([
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
    engine.lookNow();
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

  it('tries again by itself once the keyring is unlocked', async () => {
    cloud.answer = () => failure('keys-unreadable');
    const key = await track();
    await clock.advance(60 * MINUTE);
    cloud.answer = () => answerOf('COMPLETE');
    await clock.advance(MINUTE);
    assert.equal(store.get(key)?.job?.status, 'COMPLETE');
  });

  it('asks no more for a job that is no longer tracked', async () => {
    const key = await track();
    await clock.advance(MINUTE);
    await store.untrack(key);
    const asked = cloud.asked.length;
    await clock.advance(60 * MINUTE);
    assert.equal(cloud.asked.length, asked);
    assert.equal(clock.pendingTimers, 0);
  });

  it('leaves nothing behind when the window closes in the middle of a request', async () => {
    let answer: (result: LookResult) => void = () => undefined;
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
});
