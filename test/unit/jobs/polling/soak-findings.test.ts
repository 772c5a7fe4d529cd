/** What the simulated weeks found, each in the smallest form that shows it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { FileRequestBudget } from '../../../../src/jobs/budget/shared-request-budget';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { MemoryRequestBudget } from '../../../../src/jobs/budget/request-budget';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { STORED, Windows } from '../../../support/credentials/windows';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSource, neverPaused, onlyWindow } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';
import { MINUTE, HOUR, SECOND } from '../../../../src/base/time-units';

describe('what simulated weeks found', () => {
  let clock: FakeClock;
  let cloud: FakeSource;
  let store: JobStore;
  let engine: PollEngine;

  beforeEach(() => {
    clock = new FakeClock();
    cloud = new FakeSource(clock, new MemoryRequestBudget(() => 100, clock));
    const log = new MemoryLog();
    store = new JobStore(noFiles, log);
    engine = new PollEngine({
      store,
      source: cloud,
      pause: neverPaused,
      leaseOf: onlyWindow,
      durations: new DurationHistory(),
      clock,
      random: () => 0.5,
      networkAddresses: () => '',
      log,
    });
  });

  afterEach(() => {
    engine.dispose();
  });

  const track = (jobId: string) => store.track({ ...reference, jobId }, clock.now());

  it('a clock that is set back while a request is on its way keeps no other job waiting', async () => {
    await track('one');
    await track('other');
    await clock.advance(10 * MINUTE);
    let answer: () => void = () => undefined;
    cloud.answer = ({ jobId }) =>
      new Promise((resolve) => {
        answer = () => {
          resolve({ ok: true, value: { job: jobAt('RUNNING', { jobId }) } });
        };
      });
    await clock.advance(MINUTE);
    clock.setBack(HOUR);
    cloud.answer = () => ({ ok: true, value: { job: jobAt('COMPLETE') } });
    answer();
    await clock.advance(2 * MINUTE);
    for (const { reference: asked, job } of store.all().values()) assert.equal(job?.status, 'COMPLETE', asked.jobId);
  });

  it('a clock that is an hour behind does not have each job asked for every two seconds', async () => {
    const begin = clock.now() + HOUR;
    cloud.answer = ({ jobId }) => ({ ok: true, value: { job: jobAt('RUNNING', { jobId, beginTime: begin }) } });
    await track('one');
    await clock.advance(30 * MINUTE);
    assert.ok(cloud.asked.length < 120, `${cloud.asked.length} requests in half an hour`);
  });

  it('a request that leaves some time after it was taken from the budget counts from when it left', async () => {
    const limit = 1;
    let isSlow = true;
    const files: MemoryFileSystem = new MemoryFileSystem(async (operation) => {
      if (operation !== 'replace' || !isSlow) return;
      isSlow = false;
      await new Promise<void>((resolve) => clock.schedule(300, resolve));
    });
    const log = new MemoryLog();
    const parts = { files, clock, owner: 'window', directory: path.normalize('/storage'), limit: () => limit, log };
    const budget = new FileRequestBudget('key', parts);
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

  it('a wrong key whose refusal takes ten seconds is tried once by two windows', async () => {
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
    await one.credentials.add({
      endpoint: reference.endpoint,
      projectId: reference.projectId,
      source: STORED,
      credential: { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' },
    });
    await windows.whileTimePasses(Promise.all([one.look(reference), other.look(reference)]));
    assert.equal(refused, 1);
  });

  it('an ending that is announced while another window drops the job leaves no claim behind', async () => {
    const files = new MemoryFileSystem();
    const directory = path.normalize('/storage');
    const log = new MemoryLog();
    const open = (owner: string) =>
      new JobDirectory({
        files,
        clock,
        owner,
        directory,
        log,
        readJob: () => undefined,
        onQuarantine: () => undefined,
      });
    const [one, other] = [open('one'), open('other')];
    const key = jobKey(reference);
    const ended = { ...newlyTracked(reference, clock.now()), endingNumber: 1 };
    await one.create(key, ended);
    await one.remove(key);
    // The other window has not heard of it yet.
    await other.claimAnnouncement(key, 1);
    await one.create(key, ended);
    assert.equal(await one.claimAnnouncement(key, 1), true, 'the job that is tracked again is announced again');
  });
});
