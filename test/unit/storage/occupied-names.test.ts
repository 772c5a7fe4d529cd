import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Clock, systemClock } from '../../../src/base/clock';
import { SECOND } from '../../../src/base/time-units';
import { readJob } from '../../../src/cloud/api/job-schema';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
import { Refusals } from '../../../src/credentials/refusals/refusals';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import { FollowedProjects } from '../../../src/jobs/discovery/followed-projects';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { projectHash } from '../../../src/jobs/model/project-hash';
import { PollingPause } from '../../../src/jobs/polling/polling-pause';
import { EndingClaims } from '../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { withLock, withLongLock } from '../../../src/storage/file-lock';
import { UnusableFileError } from '../../../src/storage/file-system';
import { Lease } from '../../../src/storage/lease';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { type Occupant, OCCUPANTS } from '../../support/hostile/state-files';
import { jobAt, MemoryLog, reference } from '../../support/samples';

/** So that five seconds of waiting for a lock take fifty milliseconds. */
const TIME_SCALE = 0.01;

describe('the name of a state file', function () {
  this.timeout(30 * SECOND);

  let root: string;
  let directory: string;
  let elsewhere: string;
  let log: MemoryLog;
  let quarantined: string[];
  const files = new NodeFileSystem();

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'occupied-names-'));
    directory = path.join(root, 'storage');
    elsewhere = path.join(root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'theirs'), 'theirs');
    log = new MemoryLog();
    quarantined = [];
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const newWindow = () => ({
    ...{ files, clock: systemClock, owner: randomUUID(), directory, readJob, log, timeScale: TIME_SCALE },
    onQuarantine: (file: string) => quarantined.push(file),
  });

  async function openStore(): Promise<JobStore> {
    const store = new JobStore(new JobDirectory(newWindow()), log);
    await store.open();
    return store;
  }

  /** Tests the action with each occupant of the name, and that nothing outside the storage changes. */
  function withEach(
    title: string,
    nameOf: () => string,
    test: (file: string, occupant: Occupant) => Promise<void>,
    isTested: (occupant: Occupant) => boolean = () => true,
  ): void {
    for (const occupant of OCCUPANTS.inputs.filter(isTested)) {
      it(`${title} (${occupant.what})`, async function () {
        if (occupant.missingBecause?.() !== undefined) this.skip();
        const file = path.join(directory, nameOf());
        mkdirSync(path.dirname(file), { recursive: true });
        occupant.create(file, elsewhere);
        const inode = lstatSync(file).ino;
        await test(file, occupant);
        assert.deepEqual(
          readdirSync(elsewhere).filter((name) => name !== 'pipe'),
          ['theirs'],
        );
        assert.equal(readFileSync(path.join(elsewhere, 'theirs'), 'utf8'), 'theirs');
        if (occupant.what.startsWith('a folder')) assert.ok(isKept(inode), 'the folder is lost');
      });
    }
  }

  function isKept(inode: number): boolean {
    const all = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    return all.some((name) => lstatSync(path.join(directory, name)).ino === inode);
  }

  /** A file that the file system refuses to read stays where it is: its owner may correct that. */
  const isReadable = ({ reason }: Occupant) => reason !== undefined;

  withEach(
    'is neither followed nor read if it is taken',
    () => 'jobs/a.json',
    async (file, { reason }) => {
      await assert.rejects(
        files.read(file),
        (cause) => reason === undefined || (cause instanceof UnusableFileError && cause.reason === reason),
      );
    },
  );

  withEach(
    'is written whatever took it',
    () => 'jobs/a.json',
    async (file) => {
      assert.equal(await files.create(file, 'created'), false);
      await files.replace(file, 'text');
      assert.equal(await files.read(file), 'text');
      assert.ok(lstatSync(file).isFile());
      await files.replace(`${file}.new`, 'moved');
      await files.remove(file);
    },
  );

  withEach(
    'is free after it is removed, whatever took it',
    () => 'jobs/a.json',
    async (file) => {
      await files.remove(file);
      assert.equal(await files.read(file), undefined);
      assert.equal(await files.create(file, 'text'), true);
    },
  );

  withEach(
    'delays a lock for no longer than a dead holder would',
    () => 'jobs/a.json.lock',
    async (lock) => {
      const file = lock.replace(/\.lock$/, '');
      for (const locked of [withLock, withLongLock]) {
        assert.equal(await locked(newWindow(), file, () => Promise.resolve('done')), 'done');
      }
      assert.ok(await withLock(newWindow(), file, (replace) => replace('text')));
      assert.ok(!existsSync(lock));
    },
  );

  withEach(
    'of a lock to break a lock delays it for no longer',
    () => 'jobs/a.json.lock.lock',
    async (lock) => {
      const file = lock.replace(/\.lock\.lock$/, '');
      writeFileSync(`${file}.lock`, 'dead');
      assert.equal(await withLock(newWindow(), file, () => Promise.resolve('done')), 'done');
    },
  );

  withEach(
    'of a job is quarantined, and the job can be tracked again',
    () => `jobs/${jobKey(reference)}.json`,
    async () => {
      const store = await openStore();
      assert.deepEqual([store.all().size, quarantined.length], [0, 1]);
      await openStore();
      assert.equal(quarantined.length, 1);
      await store.track(reference, 5);
      assert.equal((await openStore()).all().size, 1);
    },
    isReadable,
  );

  withEach(
    'of a job is free for what a window knows of it',
    () => 'jobs/free',
    async (free) => {
      const store = await openStore();
      const key = await store.track(reference, 5);
      const file = path.join(path.dirname(free), `${key}.json`);
      await files.remove(file);
      renameSync(free, file);
      store.applyResponse(key, { job: jobAt('FAIL') }, 7);
      await store.flush();
      assert.equal((await openStore()).get(key)?.job?.status, 'FAIL');
      await store.untrack([key]);
      assert.equal((await openStore()).all().size, 0);
    },
    isReadable,
  );

  withEach(
    'of a claim keeps its job from being announced, and not from being removed',
    () => `announced/${jobKey(reference)}.1`,
    async () => {
      const store = await openStore();
      const key = await store.track(reference, 5);
      store.applyResponse(key, { job: jobAt('FAIL') }, 7);
      await store.flush();
      assert.equal(await new EndingClaims(newWindow()).claim(key, 1), false);
      await store.untrack([key]);
      await store.track(reference, 5);
      store.applyResponse(key, { job: jobAt('FAIL') }, 7);
      await store.flush();
      assert.equal(await new EndingClaims(newWindow()).claim(key, 1), true);
    },
  );

  withEach(
    'of a lease is passed over, and one window holds the lease',
    () => 'leases/0123456789abcdef.7',
    async () => {
      const leases = await holdersAfterTakeOver();
      assert.equal(leases, 1);
    },
    isReadable,
  );

  async function holdersAfterTakeOver(): Promise<number> {
    let elapsed = 0;
    const clock: Clock = { now: () => elapsed, elapsed: () => elapsed, schedule: () => ({ dispose: () => undefined }) };
    const parts = { ...newWindow(), clock, directory: path.join(directory, 'leases'), name: '0123456789abcdef' };
    const leases = ['one', 'two'].map((owner) => new Lease({ ...parts, timeScale: 1, owner }));
    for (; elapsed < 20 * SECOND; elapsed += 3 * SECOND) {
      for (const lease of leases) await lease.tryHold();
    }
    const held = await Promise.all(leases.map((lease) => lease.isHeld()));
    return held.filter(Boolean).length;
  }

  withEach(
    'of a budget stops no request',
    () => 'budgets/key.json',
    async (file) => {
      const budget = requestBudgets({ ...newWindow(), limit: () => 10 })('key');
      assert.equal(await budget.take(5), 0);
      assert.match(readFileSync(file, 'utf8'), /"taken":\[\d/, 'and counts requests for all windows');
    },
    isReadable,
  );

  withEach(
    'of a followed project is quarantined, and the project can be followed again',
    () => `follow/${projectHash(reference).slice(0, 32)}.json`,
    async () => {
      const open = () => new FollowedProjects({ ...newWindow(), skewOf: () => 0 });
      const followed = open();
      await followed.readAgain();
      assert.deepEqual([followed.all().length, quarantined.length], [0, 1]);
      await followed.follow(reference, 5);
      const other = open();
      await other.readAgain();
      assert.equal(other.all().length, 1);
      await other.unfollow(reference);
      assert.equal(quarantined.length, 1);
    },
    isReadable,
  );

  withEach(
    'of the list of profiles is quarantined',
    () => 'profiles.json',
    async () => {
      const profiles = new ProfileFile(newWindow());
      assert.deepEqual(await profiles.load(), { profiles: [], unreadable: [] });
      assert.equal(quarantined.length, 1);
      await profiles.edit((before) => before);
      await profiles.load();
      assert.equal(quarantined.length, 1);
    },
    isReadable,
  );

  withEach(
    'of the pause pauses polling until a person resumes it',
    () => 'paused',
    async (file) => {
      const open = async () => {
        const pause = new PollingPause(newWindow());
        await pause.readAgain();
        return pause;
      };
      const pause = await open();
      assert.equal(pause.isPaused, true);
      await pause.resume();
      assert.ok(!existsSync(file));
      assert.equal((await open()).isPaused, false);
      await pause.pause();
      assert.equal((await open()).isPaused, true);
    },
    isReadable,
  );

  withEach(
    'of a refusal refuses the key until it is lifted',
    () => 'refusals/0123456789abcdef0123456789abcdef.json',
    async (file) => {
      const refusals = new Refusals(newWindow());
      await refusals.refresh();
      const keyHash = path.basename(file, '.json');
      assert.equal((await refusals.find(keyHash, 'profile'))?.error.kind, 'authentication');
      await refusals.lift(keyHash);
      assert.equal(await refusals.find(keyHash, 'profile'), undefined);
    },
  );
});
