import assert from 'node:assert/strict';
import { RequestedJobs } from '../../../src/automation/jobs/requested-jobs';
import type { PollError } from '../../../src/jobs/model/poll-error';
import { JobWaiter } from '../../../src/jobs/waiting/job-waiter';
import { MINUTE, SECOND } from '../../../src/base/time-units';
import { profileAt } from '../../support/automation/agent-tools-fixture';
import { EngineFixture } from '../../support/engine-fixture';
import { reference } from '../../support/samples';

describe('a job that programs request again and again', () => {
  let window: EngineFixture;
  let requested: RequestedJobs;

  beforeEach(() => {
    window = new EngineFixture();
    requested = new RequestedJobs({
      store: window.store,
      clock: window.clock,
      engine: window.engine,
      credentials: { all: () => [profileAt(reference)] },
      pause: { isPaused: false },
      ready: Promise.resolve(),
    });
  });

  afterEach(() => {
    window.dispose();
  });

  /** @returns how many requests calls in each second of 10 min cause, after the job has been tracked for 10 min */
  async function requestsOfLoop(kind: PollError['kind']): Promise<number> {
    window.cloud.respond = () => ({ ok: false, error: { kind } as PollError });
    await window.track();
    await window.clock.advance(10 * MINUTE);
    const before = window.cloud.requests.length;
    for (let seconds = 0; seconds < 600; seconds += 1) {
      await requested.track(await requested.findAll([reference.jobId]));
      await window.clock.advance(SECOND);
    }
    return window.cloud.requests.length - before;
  }

  for (const kind of ['forbidden', 'no-longer-kept'] as const) {
    it(`is polled once a minute at most while the service answers ${kind}`, async () => {
      assert.equal(await requestsOfLoop(kind), 10);
    });
  }

  it('is polled as a new job each time that the service did not find it', async () => {
    // Four polls in 2 min 40 s each time.
    const requests = await requestsOfLoop('not-found');
    assert.ok(requests >= 4 && requests <= 16, String(requests));
  });

  for (const kind of ['authentication', 'locked-out', 'bad-request'] as const) {
    it(`is never polled again after ${kind}`, async () => {
      assert.equal(await requestsOfLoop(kind), 0);
    });
  }

  it('causes no request with refused keys, however many new jobs are waited for', async () => {
    window.cloud.respond = () => ({ ok: false, error: { kind: 'authentication' } });
    await window.track();
    await window.clock.advance(MINUTE);
    assert.equal(window.cloud.requests.length, 1);
    const { store, clock, log } = window;
    const waiter = new JobWaiter({ store, clock, log });
    for (let index = 0; index < 50; index += 1) {
      const references = await requested.findAll([`job-${index}`]);
      await requested.track(references);
      const { signal } = new AbortController();
      const options = { signal, timeoutMs: SECOND, acceptWaitingUpgrade: false, failFast: false };
      const waiting = waiter.waitFor([...references, reference], options);
      await window.clock.advance(2 * SECOND);
      assert.equal((await waiting).outcome, 'refused');
    }
    waiter.dispose();
    assert.equal(window.cloud.requests.length, 1);
  });

  it('is polled again at once if it was lost long ago', async () => {
    window.cloud.respond = () => ({ ok: false, error: { kind: 'forbidden' } });
    await window.track();
    await window.clock.advance(2 * MINUTE);
    const before = window.cloud.requests.length;
    await requested.track([reference]);
    await window.clock.advance(5 * SECOND);
    assert.equal(window.cloud.requests.length, before + 1);
  });
});
