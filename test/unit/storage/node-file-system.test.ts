import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import { HOUR, MINUTE } from '../../../src/base/time-units';
import { EndingClaims } from '../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { withLock } from '../../../src/storage/file-lock';
import { BusyFileError, UnusableFileError } from '../../../src/storage/file-system';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { FakeClock } from '../../support/fake-clock';
import { MemoryDisk } from '../../support/memory-disk';
import { ScannedDisk } from '../../support/scanned-disk';
import { SeededRandom } from '../../support/seeded-random';
import { newlyTracked } from '../../../src/jobs/model/tracked-job';
import { FOREIGN_NAMES } from '../../support/hostile/state-files';
import { MemoryLog, reference } from '../../support/samples';

const failure = (code: string) => Object.assign(new Error(code), { code });
const failing = (code: string) => () => Promise.reject(failure(code));

/** Advances the clock until the promise settles, while the disk works in real time. */
async function passUntilSettled<T>(clock: FakeClock, action: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const end = () => (state.isDone = true);
  action.then(end, end);
  while (!state.isDone) await clock.advance(clock.pendingTimers > 0 ? 10 : 0);
  return action;
}

describe('the file system of the disk', () => {
  let directory: string;
  let file: string;
  const files = new NodeFileSystem();

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'node-file-system-'));
    file = path.join(directory, 'folder', 'file.json');
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('distinguishes a missing file from a fault', async () => {
    assert.equal(await files.read(file), undefined);
    assert.deepEqual(await files.names(path.dirname(file)), []);
    assert.equal(await files.move(file, `${file}.moved`), false);
    await files.remove(file);
    await assert.rejects(files.read(directory));
    await files.replace(file, 'text');
    await assert.rejects(files.names(file));
  });

  it('replaces, moves and removes files, and leaves no others behind', async () => {
    await files.replace(file, 'one');
    await files.replace(file, 'zwei – 二');
    assert.equal(await files.read(file), 'zwei – 二');
    assert.equal(await files.move(file, `${file}.moved`), true);
    assert.deepEqual(await files.names(path.dirname(file)), ['file.json.moved']);
    await files.remove(`${file}.moved`);
    assert.deepEqual(await files.names(path.dirname(file)), []);
  });

  it('writes files that other users of the computer cannot read', async function () {
    // Windows has no file modes.
    if (process.platform === 'win32') this.skip();
    const created = path.join(directory, 'folder', 'created');
    await files.replace(file, 'text');
    await files.create(created, 'text');
    const modes = [path.dirname(file), file, created].map(async (each) => (await stat(each)).mode & 0o777);
    assert.deepEqual(await Promise.all(modes), [0o700, 0o600, 0o600]);
  });

  it('uses names, temporary ones included, that are short enough for an encrypted home folder', async () => {
    const names = new Set<string>();
    const seen =
      (action: typeof rename): typeof rename =>
      (from, to) => {
        for (const each of [from, to]) names.add(path.basename(String(each)));
        return action(from, to);
      };
    const shared = {
      files: new NodeFileSystem({ link: seen(link), rename: seen(rename) }),
      clock: systemClock,
      owner: randomUUID(),
      directory,
      readJob,
      log: new MemoryLog(),
    };
    const jobs = new JobDirectory({ ...shared, onQuarantine: () => undefined });
    const key = jobKey(reference);
    await jobs.create(key, newlyTracked(reference, 1));
    await jobs.change(key, newlyTracked(reference, 1), (stored) => ({ ...stored, endingNumber: 1 }));
    assert.ok(await new EndingClaims(shared).claim(key, 1));
    await files.replace(path.join(directory, 'jobs', `${key}.json`), 'no job');
    assert.equal(await jobs.read(key), undefined);
    await jobs.remove([key]);
    const longest = Math.max(...[...names].map((name) => name.length));
    // The encrypted form of a longer name would exceed 255 characters (eCryptfs).
    assert.ok(names.size > 0 && longest <= 143, `${longest}: ${[...names].join(' ')}`);
  });

  it('leaves the old file, and no other, if it cannot be replaced', async () => {
    await files.replace(file, 'old');
    const broken = new NodeFileSystem({ link, rename: failing('EIO') });
    await assert.rejects(broken.replace(file, 'new'), { code: 'EIO' });
    assert.equal(await files.read(file), 'old');
    assert.deepEqual(await files.names(path.dirname(file)), ['file.json']);
  });

  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`replaces a file that another program has open for a moment (${code})`, async () => {
      let attempts = 0;
      const busy = new NodeFileSystem({
        link,
        rename: (from, to) => ((attempts += 1) < 3 ? failing(code)() : rename(from, to)),
      });
      await busy.replace(file, 'text');
      assert.equal(attempts, 3);
      assert.equal(await files.read(file), 'text');
    });
  }

  it('rejects if another program keeps the file open', async () => {
    const clock = new FakeClock();
    const busy = new NodeFileSystem({ link, rename: failing('EBUSY') }, { clock, platform: 'linux' });
    const replacing = assert.rejects(busy.replace(file, 'text'), { code: 'EBUSY' });
    await passUntilSettled(clock, replacing);
    assert.ok(clock.elapsed() > 1000);
    assert.deepEqual(await files.names(path.dirname(file)), []);
  });

  for (const [kind, disk] of [
    ['a disk with links', { link, rename }],
    ['a disk without links', { link: failing('EPERM'), rename }],
  ] as const) {
    it(`lets one of many calls create a file on ${kind}, with that call’s text`, async () => {
      const here = new NodeFileSystem(disk);
      const created = await Promise.all(Array.from({ length: 20 }, (_, index) => here.create(file, `text ${index}`)));
      assert.equal(created.filter(Boolean).length, 1);
      assert.equal(await files.read(file), `text ${created.indexOf(true)}`);
      assert.deepEqual(await files.names(path.dirname(file)), ['file.json']);
    });
  }

  it('never shows a created file while it is empty', async () => {
    const text = 'x'.repeat(10_000);
    const readUntilThere = async () => {
      for (;;) {
        const read = await files.read(file);
        if (read !== undefined) return read;
      }
    };
    for (let round = 0; round < 20; round += 1) {
      const reading = [readUntilThere(), readUntilThere()];
      await files.create(file, text);
      assert.deepEqual(await Promise.all(reading), [text, text]);
      await files.remove(file);
    }
  });

  it('rejects with the fault if a file cannot be created in any way', async () => {
    const broken = new NodeFileSystem({
      link: async () => {
        await rm(path.dirname(file), { recursive: true });
        throw failure('EIO');
      },
      rename,
    });
    await assert.rejects(broken.create(file, 'text'), { code: 'ENOENT' });
  });

  it('removes the old temporary files and locks of killed processes, and nothing that may be in use', async () => {
    const anHourAgo = new Date(Date.now() - HOUR);
    const key = jobKey(reference);
    const uuid = randomUUID();
    const old = [
      ...[
        `${key}.json.lock`,
        `${key}.json.lock.lock`,
        `${key}.json.${uuid}.tmp`,
        `${key}.json.${uuid}.tmp.${uuid}.tmp`,
      ],
      ...[`${key}.json.lock.${uuid}.tmp`, `${key}.1.${uuid}.tmp`, `${key}.lock`, `${key}.${key.slice(16)}.json.lock`],
      ...['profiles.json.lock', `profiles.json.${uuid}.tmp`, 'salt.lock', `paused.${uuid}.tmp`],
      ...[`${key.slice(16)}.12.${uuid}.tmp`, `expiry-${key.slice(16)}-1767312720000.${uuid}.tmp`],
      ...[`upgrade-${key}.lock`, `upgrade-${key}-1767312720000.${uuid}.tmp`],
    ];
    const recent = [`${key.replace(/./, 'f')}.json.lock`, `${key}.json.${randomUUID()}.tmp`];
    // On Windows, no name has a line break, and a name in upper case is that of our file.
    const isPossible = (name: string) =>
      process.platform !== 'win32' || !(name.includes('\n') || name.toLowerCase() === `${key}.json`);
    const foreign = FOREIGN_NAMES.inputs.filter(isPossible);
    const kept = [`${key}.json`, ...recent, ...foreign];
    for (const name of [...old, ...kept]) await writeFile(path.join(directory, name), '');
    for (const name of [...old, `${key}.json`, ...foreign]) {
      await utimes(path.join(directory, name), anHourAgo, anHourAgo);
    }
    await removeLeftovers(directory, 10 * MINUTE);
    assert.deepEqual((await readdir(directory)).sort(), [...kept].sort());
    await removeLeftovers(path.join(directory, 'missing'), 0);
  });

  it('removes nothing in a folder that is a link, and nothing that is no file', async function () {
    // Creating links takes a special right on Windows.
    if (process.platform === 'win32') this.skip();
    const theirs = path.join(directory, 'theirs');
    const jobs = path.join(directory, 'jobs');
    const lock = `${jobKey(reference)}.json.lock`;
    await files.replace(path.join(theirs, 'yarn.lock'), '');
    await files.replace(path.join(theirs, lock), '');
    await symlink(theirs, jobs);
    await symlink(path.join(theirs, 'yarn.lock'), path.join(directory, lock));
    await mkdir(path.join(directory, 'profiles.json.lock'));
    for (const folder of [jobs, directory]) await removeLeftovers(folder, -HOUR);
    assert.deepEqual((await readdir(theirs)).sort(), [lock, 'yarn.lock'].sort());
    assert.deepEqual((await readdir(directory)).sort(), [lock, 'jobs', 'profiles.json.lock', 'theirs'].sort());
  });

  it('reads and writes in a folder that a person linked to another disk', async function () {
    if (process.platform === 'win32') this.skip();
    const other = path.join(directory, 'other disk');
    await mkdir(other);
    await symlink(other, path.dirname(file));
    await files.replace(file, 'text');
    assert.equal(await files.read(file), 'text');
    assert.equal(await files.create(`${file}.new`, 'text'), true);
    assert.deepEqual([...(await files.names(path.dirname(file)))].sort(), ['file.json', 'file.json.new']);
    assert.deepEqual((await readdir(other)).sort(), ['file.json', 'file.json.new']);
  });

  it('rejects, and does not wait, if its folder is a dangling link, a pipe or a file', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = path.dirname(file);
    for (const occupy of [
      () => symlink(path.join(directory, 'missing', 'too'), folder),
      () => Promise.resolve(execFileSync('mkfifo', [folder])),
      () => writeFile(folder, ''),
    ]) {
      await occupy();
      await assert.rejects(files.replace(file, 'text'));
      await assert.rejects(files.create(file, 'text'));
      await files.names(folder).catch(() => undefined);
      await removeLeftovers(folder, 0);
      await rm(folder);
    }
  });

  it('reads no more than the limit', async () => {
    await files.replace(file, 'ä'.repeat(50));
    assert.equal(await files.read(file, 100), 'ä'.repeat(50));
    await assert.rejects(files.read(file, 99), UnusableFileError);
    await files.replace(file, '');
    assert.equal(await files.read(file, 0), '');
  });

  it('never creates a file or a folder that others can read, whatever the umask', async function () {
    if (process.platform === 'win32') this.skip();
    const jobs = path.join(directory, 'jobs');
    const before = process.umask(0);
    try {
      const parts = {
        ...{ files, clock: systemClock, owner: 'owner', directory, readJob, log: new MemoryLog() },
        onQuarantine: () => undefined,
      };
      const store = new JobDirectory(parts);
      const key = jobKey(reference);
      await store.create(key, newlyTracked(reference, 1));
      const jobFile = path.join(jobs, `${key}.json`);
      // As an editor does: the file stays, with other content.
      await truncate(jobFile, 5);
      await store.read(key);
      await writeFile(jobFile, 'theirs', { mode: 0o666 });
      await files.replace(jobFile, 'ours');
      await files.create(path.join(directory, 'announced', `${key}.1`), '');
      await withLock(parts, jobFile, async () => {
        assert.equal((await stat(`${jobFile}.lock`)).mode & 0o777, 0o600);
      });
    } finally {
      process.umask(before);
    }
    for (const name of await readdir(directory, { recursive: true })) {
      const stats = await stat(path.join(directory, name));
      assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, name);
    }
    assert.equal((await readdir(jobs)).length, 2, 'a quarantined file, and the replaced one');
  });

  describe('while another program has a file open', () => {
    let clock: FakeClock;
    let disk: ScannedDisk;
    let scanned: NodeFileSystem;
    const path1 = path.join('folder', 'file.json');

    beforeEach(async () => {
      clock = new FakeClock();
      disk = new ScannedDisk(new SeededRandom(1), clock);
      disk.isScanning = false;
      scanned = new NodeFileSystem(disk, { clock, platform: 'win32' });
      await scanned.replace(path1, 'old');
    });

    for (const [what, holdMs, isExclusive] of [
      ['alone for 500 ms', 500, true],
      ['alone for 1 s', 1000, true],
      ['for reading for 1 s', 1000, false],
    ] as const) {
      it(`succeeds in each operation in the end (${what})`, async () => {
        const operations: readonly (readonly [() => Promise<unknown>, unknown])[] = [
          [() => scanned.read(path1), 'old'],
          [() => scanned.readPart(path1, 1, 2).then(String), 'ld'],
          [() => scanned.create(path1, 'other'), false],
          [() => scanned.names('folder'), ['file.json']],
          [() => scanned.replace(path1, 'new'), undefined],
          [() => scanned.move(path1, `${path1}.moved`), true],
          [() => scanned.move(`${path1}.moved`, path1), true],
          [() => scanned.remove(path1), undefined],
        ];
        for (const [operation, result] of operations) {
          const [held] = disk.inner.files.keys();
          disk.hold(held ?? '', holdMs, isExclusive);
          assert.deepEqual(await passUntilSettled<unknown>(clock, operation()), result);
        }
        assert.deepEqual([...disk.inner.files.keys()], []);
      });
    }

    it('creates a file whole while its temporary file is open in another program', async () => {
      const link: ScannedDisk['link'] = (existing, file) => {
        disk.hold(existing, 500, true);
        return disk.link(existing, file);
      };
      // The fallback for disks without links would show the file while it is empty.
      let isInPlace = false;
      const open: ScannedDisk['open'] = (file, flags) => {
        isInPlace ||= file.endsWith('new');
        return disk.open(file, flags);
      };
      let links = 0;
      const once: ScannedDisk['link'] = (existing, file) =>
        (links += 1) === 1 ? link(existing, file) : disk.link(existing, file);
      const files = new NodeFileSystem(Object.assign({}, disk, { link: once, open }), { clock, platform: 'win32' });
      assert.equal(await passUntilSettled(clock, files.create(path.join('folder', 'new'), 'text')), true);
      assert.equal(isInPlace, false);
      await clock.advance(1000);
      assert.deepEqual([...disk.inner.files.keys()], [path1, path.join('folder', 'new')]);
    });

    it('gives up after 1.1 s, well before a lock counts as abandoned', async () => {
      disk.hold(path1, 60_000, true);
      for (const operation of [
        () => scanned.read(path1),
        () => scanned.replace(path1, 'new'),
        () => scanned.remove(path1),
      ]) {
        const start = clock.elapsed();
        await assert.rejects(passUntilSettled<unknown>(clock, operation()), BusyFileError);
        assert.ok(clock.elapsed() - start < 1250, `${clock.elapsed() - start} ms`);
      }
    });

    it('does not wait long for a permission that is missing elsewhere than on Windows', async () => {
      for (const [platform, maxMs] of [
        ['linux', 320],
        ['win32', 1250],
      ] as const) {
        for (const code of ['EPERM', 'EACCES']) {
          const denied = new NodeFileSystem(Object.assign({}, disk, { mkdir: failing(code), readdir: failing(code) }), {
            clock,
            platform,
          });
          for (const operation of [() => denied.replace(path1, 'new'), () => denied.names('folder')]) {
            const start = clock.elapsed();
            await assert.rejects(passUntilSettled<unknown>(clock, operation()), { code });
            assert.ok(clock.elapsed() - start <= maxMs, `${clock.elapsed() - start} ms`);
          }
        }
      }
    });

    it('replaces a read-only file, which Windows refuses', async () => {
      let isReadOnly = true;
      const readOnly = new NodeFileSystem(
        Object.assign({}, disk, {
          lstat: async (each: string) => ({ ...(await disk.lstat(each)), mode: isReadOnly ? 0o444n : 0o666n }),
          chmod: () => Promise.resolve(void (isReadOnly = false)),
          rename: (from: string, to: string) => (isReadOnly ? failing('EPERM')() : disk.rename(from, to)),
        }),
        { clock, platform: 'win32' },
      );
      await passUntilSettled(clock, readOnly.replace(path1, 'new'));
      assert.equal(disk.inner.fileAt(path1).text, 'new');
    });

    it('removes the other leftovers, and reports each one that it cannot remove', async () => {
      const key = jobKey(reference);
      const names = ['a', 'b', 'c'].map((letter) => `${letter.repeat(16)}${key.slice(16)}.json.lock`);
      for (const name of names) await scanned.create(path.join('folder', name), '');
      await clock.advance(HOUR);
      disk.hold(path.join('folder', names[0] ?? ''), HOUR, true);
      const failures: unknown[] = [];
      const onFailure = (cause: unknown) => failures.push(cause);
      const system = { clock, platform: 'win32' } as const;
      await passUntilSettled(clock, removeLeftovers('folder', MINUTE, { disk, system, onFailure }));
      assert.deepEqual([...disk.inner.files.keys()], [path1, path.join('folder', names[0] ?? '')]);
      assert.equal(failures.length, 1);
    });

    it('leaves a lock that another process took while the old one could not be removed', async () => {
      const lock = path.join('folder', `${jobKey(reference)}.json.lock`);
      await scanned.create(lock, 'dead');
      await clock.advance(HOUR);
      disk.hold(lock, 500, true);
      const system = { clock, platform: 'win32' } as const;
      const removing = removeLeftovers('folder', MINUTE, { disk, system });
      await clock.advance(50);
      disk.inner.files.delete(lock);
      await scanned.create(lock, 'alive');
      await passUntilSettled(clock, removing);
      assert.equal(await scanned.read(lock), 'alive');
    });
  });

  it('removes what a failed creation left of a file, so that the next one succeeds', async () => {
    const clock = new FakeClock();
    const disk = new MemoryDisk(clock);
    let isFull = true;
    const open: MemoryDisk['open'] = async (each, flags) => {
      const handle = await disk.open(each, flags);
      return isFull && each === file ? { ...handle, writeFile: failing('ENOSPC') } : handle;
    };
    const full = new NodeFileSystem(Object.assign({}, disk, { link: failing('ENOTSUP'), open }), {
      clock,
      platform: 'linux',
    });
    await assert.rejects(full.create(file, 'text'), { code: 'ENOSPC' });
    isFull = false;
    assert.equal(await full.create(file, 'text'), true);
  });

  it('reads a part of a file, and no more than the limit', async () => {
    await files.replace(file, 'zwölf');
    assert.equal(String(await files.readPart(file, 0, 3)), 'zw\u00f6'.slice(0, 2) + '\ufffd');
    assert.equal(String(await files.readPart(file, 4, 100)), 'lf');
    assert.equal(String(await files.readPart(file, 100, 100)), '');
    assert.equal(await files.readPart(`${file}.missing`, 0, 1), undefined);
    for (const [offset, bytes] of [
      [-1, 1],
      [0.5, 1],
      [0, NaN],
      [0, 2 ** 40],
      [2 ** 60, 1],
    ] as const) {
      await assert.rejects(files.readPart(file, offset, bytes), UnusableFileError);
    }
    await assert.rejects(files.readPart(directory, 0, 1));
  });

  it('stamps a file anew after each change, also one that keeps its size and its time', async () => {
    const stampLater = new NodeFileSystem(
      {},
      { clock: { ...systemClock, now: () => Date.now() + MINUTE }, platform: process.platform },
    );
    await files.replace(file, 'one');
    const time = new Date(Date.now() - HOUR);
    await utimes(file, time, time);
    const first = await stampLater.stamp(file);
    assert.equal(await stampLater.stamp(file), first);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeFile(file, 'two');
    await utimes(file, time, time);
    assert.notEqual(await stampLater.stamp(file), first);
    await files.replace(file, 'now');
    assert.notEqual(await files.stamp(file), await files.stamp(file), 'a file that has just changed');
    assert.equal(await files.stamp(`${file}.missing`), undefined);
  });
});
