import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../../src/base/clock';
import { DAY, HOUR } from '../../../../src/base/time-units';
import { ReminderClaims } from '../../../../src/jobs/endings/reminder-claims';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { NodeFileSystem } from '../../../../src/storage/node-file-system';
import { isOurs } from '../../../../src/storage/storage-folders';
import { MemoryLog, reference } from '../../../support/samples';

describe('the claims of reminders, on a disk', () => {
  let directory: string;
  let offsetMs: number;
  const key = jobKey(reference);

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'elb-reminders-'));
    offsetMs = 0;
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  function open(owner: string): ReminderClaims {
    const clock = { ...systemClock, now: () => Date.now() + offsetMs };
    return new ReminderClaims({ files: new NodeFileSystem(), clock, directory, owner, log: new MemoryLog() });
  }

  const claimTogether = async (...owners: readonly string[]) => {
    const won = await Promise.all(owners.map((owner) => open(owner).claim(key)));
    return won.filter((isMine) => isMine).length;
  };

  it('have one winner of all windows each day, and leave one file, which this version knows as its own', async () => {
    assert.equal(await claimTogether('a', 'b', 'c', 'd'), 1);
    offsetMs = 23 * HOUR;
    assert.equal(await claimTogether('a', 'b'), 0);
    offsetMs = DAY + HOUR;
    assert.equal(await claimTogether('a', 'b', 'c'), 1);
    const names = await readdir(path.join(directory, 'notices'));
    assert.equal(names.length, 1);
    assert.ok(names.every(isOurs), names.join());
    assert.deepEqual([...(await open('e').lastReminders()).keys()], [key]);
  });

  it('have one winner also if the clock counts fractions of milliseconds', async () => {
    offsetMs = 0.25;
    assert.equal(await claimTogether('a'), 1);
    offsetMs = HOUR + 0.75;
    assert.equal(await claimTogether('b'), 0);
  });

  it('begin their 24 hours anew if the clock was set back, without a reminder', async () => {
    offsetMs = 5 * DAY;
    assert.equal(await claimTogether('a'), 1);
    offsetMs = 0;
    assert.equal(await claimTogether('a', 'b'), 0);
    offsetMs = 23 * HOUR;
    assert.equal(await claimTogether('a', 'b'), 0);
    offsetMs = DAY + HOUR;
    assert.equal(await claimTogether('a', 'b'), 1);
  });
});
