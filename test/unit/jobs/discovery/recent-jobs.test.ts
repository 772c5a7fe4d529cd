import assert from 'node:assert/strict';
import { RecentJobs, type RecentJobsResult } from '../../../../src/jobs/discovery/recent-jobs';
import type { RequestBudget } from '../../../../src/jobs/budget/request-budget';
import { FakeClock, settle } from '../../../support/fake-clock';
import { unlimitedBudget, FakeSource, listOf } from '../../../support/fake-source';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { DAY, SECOND } from '../../../../src/base/time-units';

describe('the recent jobs of a project', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  const sourceWith = (budget: RequestBudget = unlimitedBudget) => {
    const source = new FakeSource(clock, budget);
    const at = (jobId: string, age: number) => jobAt('RUNNING', { jobId, beginTime: clock.now() - age });
    source.list = () =>
      listOf(
        at('older', 8 * DAY),
        at('yesterday', DAY),
        at('today', SECOND),
        jobAt('INIT', { jobId: 'without-times' }),
        at('../x', 1),
      );
    return source;
  };
  const list = (source: FakeSource, from?: number, signal = new AbortController().signal) =>
    new RecentJobs({ source, clock, log: new MemoryLog() }).list(reference, from, signal);
  const ids = (result: RecentJobsResult) => (result.kind === 'jobs' ? result.jobs.map(({ jobId }) => jobId) : []);

  it('come newest first, without those that began earlier, even if the service lists by another time zone', async () => {
    const source = sourceWith();
    const from = clock.now() - 7 * DAY;
    assert.deepEqual(ids(await list(source, from)), ['without-times', 'today', 'yesterday']);
    assert.equal(source.listRequests[0]?.beginTime, from - DAY);
    assert.deepEqual(ids(await list(source)), ['without-times', 'today', 'yesterday', 'older']);
    assert.equal(source.listRequests[1]?.beginTime, undefined);
  });

  it('come by their end if the service omits their begin', async () => {
    const source = sourceWith();
    const ended = (jobId: string, age: number) => jobAt('COMPLETE', { jobId, endTime: clock.now() - age });
    source.list = () =>
      listOf(
        ended('last-year', 365 * DAY),
        ended('this-week', 2 * DAY),
        jobAt('RUNNING', { jobId: 'today', beginTime: clock.now() - SECOND }),
        jobAt('RUNNING', { jobId: 'without-times' }),
      );
    assert.deepEqual(ids(await list(source)), ['without-times', 'today', 'this-week', 'last-year']);
    assert.deepEqual(ids(await list(source, clock.now() - 7 * DAY)), ['without-times', 'today', 'this-week']);
  });

  it('are not requested with a refused credential, and take nothing from the budget', async () => {
    let taken = 0;
    const source = sourceWith({ ...unlimitedBudget, take: () => Promise.resolve((taken += 1)) });
    source.obstacle = { kind: 'authentication' };
    assert.deepEqual(await list(source), { kind: 'error', error: { kind: 'authentication' } });
    assert.deepEqual([source.requests.length, taken], [0, 0]);
  });

  it('wait some seconds for the budget; if it takes longer, the result says how long', async () => {
    const free = clock.now() + 10 * SECOND;
    const source = sourceWith({ ...unlimitedBudget, take: () => Promise.resolve(Math.max(0, free - clock.now())) });
    const soon = list(source);
    await clock.advance(10 * SECOND);
    assert.equal((await soon).kind, 'jobs');
    const short = sourceWith({ ...unlimitedBudget, take: () => Promise.resolve(90 * SECOND) });
    assert.deepEqual(await list(short), { kind: 'short', delayMs: 90 * SECOND });
    assert.equal(short.requests.length, 0);
  });

  it('are cancelled while they wait for the budget and during the request', async () => {
    const short = sourceWith({ ...unlimitedBudget, take: () => Promise.resolve(5 * SECOND) });
    const waiting = new AbortController();
    const first = list(short, undefined, waiting.signal);
    await settle();
    waiting.abort();
    assert.deepEqual([await first, short.requests.length, clock.pendingTimers], [{ kind: 'cancelled' }, 0, 0]);
    const source = sourceWith();
    const requesting = new AbortController();
    source.list = () => {
      requesting.abort();
      return { ok: false, error: { kind: 'cancelled' } };
    };
    assert.deepEqual(await list(source, undefined, requesting.signal), { kind: 'cancelled' });
  });

  it('lower the budget if the service names its limit', async () => {
    const lowered: unknown[] = [];
    const source = sourceWith({ ...unlimitedBudget, lower: (limit) => lowered.push(limit) });
    const rateLimit = { requests: 60, periodMs: 300 * SECOND };
    source.list = () => ({ ok: false, error: { kind: 'throttled', rateLimit } });
    assert.equal((await list(source)).kind, 'error');
    assert.deepEqual(lowered, [rateLimit]);
  });

  it('report a malformed response after a bug in the source', async () => {
    const source = sourceWith();
    source.list = () => Promise.reject(new TypeError('x is undefined'));
    const result = await list(source);
    assert.equal(result.kind === 'error' && result.error.kind, 'malformed');
  });
});
