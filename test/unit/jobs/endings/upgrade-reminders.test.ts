import assert from 'node:assert/strict';
import type { Disposable } from '../../../../src/base/disposable';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { readJob } from '../../../../src/cloud/api/job-schema';
import { ReminderClaims } from '../../../../src/jobs/endings/reminder-claims';
import { UpgradeReminders, type UpgradeRemindersParts } from '../../../../src/jobs/endings/upgrade-reminders';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import type { PollingLease } from '../../../../src/jobs/polling/polling-lease';
import type { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { newEngine } from '../../../support/engine-fixture';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSource, listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference, subJobAt } from '../../../support/samples';

interface Reminder {
  readonly at: number;
  readonly by: string;
  readonly keys: readonly JobKey[];
}

interface Window {
  readonly store: JobStore;
  readonly engine: PollEngine;
  readonly close: () => void;
}

/** Later than a reminder can be after the 24 hours, with the delays of windows without focus. */
const SLACK_MS = 25 * MINUTE;

describe('the reminder of a waiting upgrade', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let cloud: FakeSource;
  let log: MemoryLog;
  let reminders: Reminder[];
  let opened: Disposable[];
  let begin: number;
  let status: string;
  let error: PollError | undefined;
  let isWanted: boolean;
  let polling: string | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    begin = clock.now();
    files = new MemoryFileSystem();
    cloud = new FakeSource(clock);
    log = new MemoryLog();
    reminders = [];
    opened = [];
    status = 'SUCCESS';
    error = undefined;
    isWanted = true;
    polling = undefined;
    cloud.respond = ({ jobId }) =>
      error === undefined ? { ok: true, value: { job: upgradeAt(status, jobId) } } : { ok: false, error };
  });

  afterEach(() => {
    for (const each of opened) each.dispose();
  });

  const upgradeAt = (jobStatus: string, jobId = reference.jobId) =>
    jobAt(jobStatus, { jobId, jobType: 'UPGRADE', subJobs: [subJobAt({ jobId: 'switch', endTime: begin })] });

  /** The first window that polls does so until it closes. */
  const leaseFor = (by: string): PollingLease => {
    const release = () => {
      if (polling === by) polling = undefined;
    };
    return {
      tryHold: () => Promise.resolve((polling ??= by) === by),
      isHeld: () => Promise.resolve(polling === by),
      isHeldByOther: () => Promise.resolve(polling !== undefined && polling !== by),
      release: () => {
        release();
        return Promise.resolve();
      },
      dispose: release,
    };
  };

  async function open(by: string, state: Partial<UpgradeRemindersParts> = {}, disk = files): Promise<Window> {
    const shared = { files: disk, clock, owner: by, directory: 'storage', readJob, log };
    const directory = new JobDirectory({ ...shared, onQuarantine: () => undefined });
    const store = new JobStore(directory, log);
    const engine = newEngine({ store, source: cloud, leaseOf: () => leaseFor(by), clock, log });
    const reminding = new UpgradeReminders(
      {
        ...{ store, clock, log },
        claims: new ReminderClaims(shared),
        isFocused: () => true,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: (project) => engine.isPolling(project),
        isReal: () => true,
        isWanted: ({ muted }) => isWanted && !muted,
        ...state,
      },
      (waiting) => {
        reminders.push({ at: clock.now(), by, keys: waiting.map(({ key }) => key) });
      },
    );
    const watch = directory.watch((keys) => void store.readAgain(keys));
    const close = () => {
      for (const each of [reminding, watch, engine, store]) each.dispose();
    };
    opened.push({ dispose: close });
    await store.open();
    return { store, engine, close };
  }

  const track = ({ store }: Window, jobId = reference.jobId) => store.track({ ...reference, jobId }, clock.now());
  const hours = () => reminders.map(({ at }) => Math.round((at - begin) / HOUR));

  it('comes once a day, and not before the upgrade has waited for a day', async () => {
    const key = await track(await open('one'));
    await clock.advance(DAY - MINUTE);
    assert.equal(reminders.length, 0);
    await clock.advance(SLACK_MS);
    assert.deepEqual(
      reminders.map(({ keys }) => keys),
      [[key]],
    );
    await clock.advance(3 * DAY);
    assert.deepEqual(hours(), [24, 48, 72, 96]);
    for (const [index, { at }] of reminders.entries()) {
      assert.ok(at - (reminders[index - 1]?.at ?? begin) >= DAY, 'never two within 24 hours');
    }
  });

  it('comes from a poll of that moment: also a day after the polls have become rare', async () => {
    await track(await open('one'));
    await clock.advance(DAY + HOUR);
    const [reminder, ...more] = reminders;
    assert.ok(reminder !== undefined && more.length === 0);
    const polledAt = cloud.showRequests.map(({ at }) => at).filter((at) => at <= reminder.at);
    assert.ok(reminder.at - (polledAt.at(-1) ?? 0) < 20 * SECOND, polledAt.slice(-3).join());
    const rare = cloud.showRequests.filter(({ at }) => at > begin + DAY + SLACK_MS);
    assert.ok(rare.length <= 1, 'polls are hourly by then');
  });

  it('comes once over two windows: in the one with focus, although the other polls', async () => {
    let focused = 'two';
    const one = await open('one', { isFocused: () => focused === 'one' });
    const key = await track(one);
    await clock.advance(MINUTE);
    const two = await open('two', { isFocused: () => focused === 'two' });
    await clock.advance(MINUTE);
    assert.ok(one.engine.isPolling(reference) && !two.engine.isPolling(reference) && two.store.get(key) !== undefined);
    await clock.advance(DAY + SLACK_MS);
    assert.deepEqual(
      reminders.map(({ by }) => by),
      ['two'],
    );
    focused = 'none';
    await clock.advance(DAY);
    assert.deepEqual(
      reminders.map(({ by }) => by),
      ['two', 'one'],
      'without focus, the polling window',
    );
    await clock.advance(2 * DAY);
    assert.equal(reminders.length, 4);
  });

  it('never comes twice if two windows check at the same moment', async () => {
    for (const name of ['one', 'two', 'three']) await open(name);
    await track(await open('four'));
    await clock.advance(2 * DAY + SLACK_MS);
    assert.equal(reminders.length, 2);
  });

  it('comes once after the computer slept for three days, and once in a window that opens after days', async () => {
    const window = await open('one');
    await track(window);
    await clock.advance(MINUTE);
    clock.sleep(3 * DAY);
    await clock.advance(HOUR);
    assert.equal(reminders.length, 1);
    window.close();
    clock.sleep(3 * DAY);
    await open('two');
    await clock.advance(HOUR);
    assert.deepEqual(
      reminders.map(({ by }) => by),
      ['one', 'two'],
    );
    (await open('three')).close();
    await open('four');
    await clock.advance(22 * HOUR);
    assert.equal(reminders.length, 2);
  });

  it('does not repeat at once what the notification of the ending has just said', async () => {
    begin -= 5 * DAY;
    await track(await open('one'));
    await clock.advance(23 * HOUR);
    assert.deepEqual(reminders, []);
  });

  it('does not come while the service cannot be reached, and comes soon after it can', async () => {
    await track(await open('one'));
    await clock.advance(23 * HOUR);
    error = { kind: 'network', message: 'offline' };
    await clock.advance(5 * HOUR);
    assert.deepEqual(reminders, []);
    assert.ok(!log.lines.some((line) => line.includes('Reminders')), 'quietly');
    error = undefined;
    await clock.advance(SLACK_MS);
    assert.equal(reminders.length, 1);
  });

  it('does not come if the poll finds that the upgrade waits no longer', async () => {
    const window = await open('one');
    const key = await track(window);
    // The last poll of the 24 hours.
    await clock.advance(DAY - MINUTE);
    status = 'COMPLETE';
    await clock.advance(DAY);
    assert.deepEqual(reminders, []);
    assert.equal(window.store.get(key)?.job?.status, 'COMPLETE');
    assert.equal(clock.pendingTimers, 0, 'no timer is left');
  });

  it('does not come for a job that was removed or muted, or if the settings exclude it', async () => {
    const window = await open('one');
    const [removed, muted] = [await track(window), await track(window, 'muted')];
    await clock.advance(23 * HOUR);
    await window.store.untrack([removed]);
    window.store.mute(muted, true);
    await clock.advance(2 * DAY);
    assert.deepEqual(reminders, []);
    window.store.mute(muted, false);
    isWanted = false;
    await clock.advance(DAY);
    assert.deepEqual(reminders, []);
    isWanted = true;
    await clock.advance(SLACK_MS);
    assert.deepEqual(
      reminders.map(({ keys }) => keys),
      [[muted]],
    );
  });

  it('combines upgrades that are due together', async () => {
    const window = await open('one');
    const keys = [await track(window), await track(window, 'other')];
    await clock.advance(DAY + SLACK_MS);
    assert.deepEqual(
      reminders.map((each) => each.keys),
      [keys],
    );
  });

  it('comes if a list repeats the job, since that is a poll as well', async () => {
    const window = await open('one');
    const ids = Array.from({ length: 6 }, (_, index) => `job-${index}`);
    cloud.list = () => listOf(...ids.map((id) => upgradeAt(status, id)));
    for (const id of ids) await track(window, id);
    await clock.advance(DAY + SLACK_MS);
    assert.deepEqual(
      reminders.map(({ keys }) => keys.length),
      [6],
    );
  });

  it('waits for a claim that fails, and for a window that can be seen', async () => {
    let isFailing = true;
    let isAlive = true;
    const disk = files.viewWith((operation, file) =>
      isFailing && operation === 'create' && file.includes('notices/upgrade-')
        ? Promise.reject(Object.assign(new Error('EBUSY: busy'), { code: 'EBUSY' }))
        : Promise.resolve(),
    );
    await track(await open('one', { isWindowAlive: () => Promise.resolve(isAlive) }, disk));
    await clock.advance(DAY + 2 * HOUR);
    assert.deepEqual(reminders, []);
    assert.equal(log.lines.filter((line) => line.includes('Reminders')).length, 1, 'the log says it once');
    isFailing = false;
    isAlive = false;
    await clock.advance(HOUR);
    assert.deepEqual(reminders, []);
    isAlive = true;
    await clock.advance(SLACK_MS);
    assert.equal(reminders.length, 1);
  });

  it('never comes twice within 24 hours if the clock is set back, and comes again a day later', async () => {
    await track(await open('one'));
    await clock.advance(3 * DAY + SLACK_MS);
    assert.equal(reminders.length, 3);
    const before = clock.elapsed();
    clock.setBack(2 * DAY);
    await clock.advance(23 * HOUR);
    assert.equal(reminders.length, 3);
    await clock.advance(2 * HOUR);
    assert.equal(reminders.length, 4);
    assert.ok(clock.elapsed() - before > DAY);
  });

  it('has no timer unless an upgrade waits, and none in a window that closed', async () => {
    const window = await open('one');
    status = 'COMPLETE';
    const key = await track(window);
    await clock.advance(HOUR);
    const timers = () => clock.pendingTimers;
    assert.equal(timers(), 0);
    window.store.applyResponse(key, { job: upgradeAt('SUCCESS') }, clock.now());
    await clock.advance(MINUTE);
    assert.ok(timers() > 0);
    window.close();
    await clock.advance(MINUTE);
    assert.equal(timers(), 0);
  });

  it('does not come for the demo', async () => {
    await track(await open('one', { isReal: () => false }));
    await clock.advance(3 * DAY);
    assert.deepEqual(reminders, []);
  });

  it('leaves one file per job', async () => {
    const key = await track(await open('one'));
    await clock.advance(4 * DAY);
    const names = [...files.files.keys()].filter((file) => file.startsWith('storage/notices/'));
    assert.deepEqual(names, [`storage/notices/upgrade-${key}-${reminders.at(-1)?.at ?? 0}`]);
  });
});
