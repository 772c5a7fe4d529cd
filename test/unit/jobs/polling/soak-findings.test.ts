/** Bugs that simulated weeks found, each reproduced in its smallest form. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { requestBudgets } from '../../../../src/jobs/budget/shared-request-budget';
import { EndingClaims } from '../../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { STORED, Windows } from '../../../support/credentials/windows';
import { EngineFixture } from '../../../support/engine-fixture';
import type { FakeClock } from '../../../support/fake-clock';
import type { FakeSource } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { MINUTE, HOUR, SECOND } from '../../../../src/base/time-units';

describe('since the bugs that simulated weeks found were fixed,', () => {
  let fixture: EngineFixture;
  let clock: FakeClock;
  let cloud: FakeSource;

  beforeEach(() => {
    fixture = new EngineFixture();
    ({ clock, cloud } = fixture);
  });

  afterEach(() => {
    fixture.dispose();
  });

  it('a clock that is set back during a request delays no other job', async () => {
    await fixture.track('one');
    await fixture.track('other');
    await clock.advance(10 * MINUTE);
    let answer: () => void = () => undefined;
    cloud.respond = ({ jobId }) =>
      new Promise((resolve) => {
        answer = () => {
          resolve({ ok: true, value: { job: jobAt('RUNNING', { jobId }) } });
        };
      });
    await clock.advance(MINUTE);
    clock.setBack(HOUR);
    cloud.respond = () => ({ ok: true, value: { job: jobAt('COMPLETE') } });
    answer();
    await clock.advance(2 * MINUTE);
    for (const { reference: asked, job } of fixture.store.all().values())
      assert.equal(job?.status, 'COMPLETE', asked.jobId);
  });

  it('a clock that is an hour behind does not cause polls every two seconds', async () => {
    const begin = clock.now() + HOUR;
    cloud.respond = ({ jobId }) => ({ ok: true, value: { job: jobAt('RUNNING', { jobId, beginTime: begin }) } });
    await fixture.track('one');
    await clock.advance(30 * MINUTE);
    assert.ok(cloud.requests.length < 120, `${cloud.requests.length} requests in half an hour`);
  });

  it('a request that leaves after it was taken from the budget counts from when it left', async () => {
    const limit = 1;
    let isSlow = true;
    const files: MemoryFileSystem = new MemoryFileSystem(async (operation) => {
      if (operation !== 'replace' || !isSlow) return;
      isSlow = false;
      await new Promise<void>((resolve) => clock.schedule(300, resolve));
    });
    const log = new MemoryLog();
    const parts = { files, clock, directory: path.normalize('/storage'), limit: () => limit, log };
    const budget = requestBudgets(parts)('key');
    const left: number[] = [];
    const always = async () => {
      for (;;) {
        const delay = await budget.take();
        if (delay === 0) left.push(clock.elapsed());
        else await new Promise<void>((resolve) => clock.schedule(delay, resolve));
      }
    };
    void always();
    await clock.advance(15 * MINUTE);
    for (const at of left) {
      const inWindow = left.filter((other) => other >= at && other < at + 5 * MINUTE).length;
      assert.ok(inWindow <= limit, `${inWindow} requests from ${at} on: ${left.join(' ')}`);
    }
  });

  it('a wrong key is tried once by two windows, even if its refusal takes ten seconds', async () => {
    let refused = 0;
    const windows: Windows = new Windows(async () => {
      refused += 1;
      await new Promise<void>((resolve) => {
        windows.clock.schedule(10 * SECOND, resolve);
      });
      const body = JSON.stringify({ error_code: 'APIGW.0301', error_msg: 'verify aksk signature fail' });
      return { ok: true, value: { status: 401, headers: {}, body } };
    });
    const [one, other] = [await windows.open(), await windows.open()];
    await one.credentials.profiles.add({
      endpoint: reference.endpoint,
      projectId: reference.projectId,
      source: STORED,
      credential: { accessKey: 'AKEXAMPLE0000000001', secretKey: 'sk-example' },
    });
    await windows.whileTimePasses(Promise.all([one.poll(reference), other.poll(reference)]));
    assert.equal(refused, 1);
  });

  it('an announcement leaves no claim behind if another window removed the job', async () => {
    const files = new MemoryFileSystem();
    const directory = path.normalize('/storage');
    const log = new MemoryLog();
    const readJob = () => undefined;
    const one = { files, clock, owner: 'one', directory, log, readJob };
    const jobs = new JobDirectory({ ...one, onQuarantine: () => undefined });
    const [claims, othersClaims] = [new EndingClaims(one), new EndingClaims({ ...one, owner: 'other' })];
    const key = jobKey(reference);
    const ended = { ...newlyTracked(reference, clock.now()), endingNumber: 1 };
    await jobs.create(key, ended);
    await jobs.remove([key]);
    // The other window does not know yet.
    await othersClaims.claim(key, 1);
    await jobs.create(key, ended);
    assert.equal(await claims.claim(key, 1), true, 'the job that is tracked again is announced again');
  });
});
