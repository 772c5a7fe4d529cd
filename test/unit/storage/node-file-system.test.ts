import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { link, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import type { Disposable } from '../../../src/base/disposable';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { newlyTracked } from '../../../src/jobs/model/tracked-job';
import { MemoryLog, reference } from '../../support/samples';

const failure = (code: string) => Object.assign(new Error(code), { code });
const failing = (code: string) => () => Promise.reject(failure(code));

describe('the file system of the disk', () => {
  let directory: string;
  let file: string;
  const files = new NodeFileSystem();
  const opened: Disposable[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'node-file-system-'));
    file = path.join(directory, 'folder', 'file.json');
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) each.dispose();
    await rm(directory, { recursive: true, force: true });
  });

  it('tells what is not there from a fault', async () => {
    assert.equal(await files.read(file), undefined);
    assert.deepEqual(await files.names(path.dirname(file)), []);
    assert.equal(await files.move(file, `${file}.moved`), false);
    await files.remove(file);
    await assert.rejects(files.read(directory));
    await files.replace(file, 'text');
    await assert.rejects(files.names(file));
  });

  it('replaces, moves and removes files and leaves no others behind', async () => {
    await files.replace(file, 'one');
    await files.replace(file, 'zwei – 二');
    assert.equal(await files.read(file), 'zwei – 二');
    assert.equal(await files.move(file, `${file}.moved`), true);
    assert.deepEqual(await files.names(path.dirname(file)), ['file.json.moved']);
    await files.remove(`${file}.moved`);
    assert.deepEqual(await files.names(path.dirname(file)), []);
  });

  it('lets nobody else of the computer read what it writes', async function () {
    // Windows has no such modes.
    if (process.platform === 'win32') this.skip();
    const created = path.join(directory, 'folder', 'created');
    await files.replace(file, 'text');
    await files.create(created, 'text');
    const modes = [path.dirname(file), file, created].map(async (each) => (await stat(each)).mode & 0o777);
    assert.deepEqual(await Promise.all(modes), [0o700, 0o600, 0o600]);
  });

  it('has names short enough for a home folder that is encrypted, temporary ones among them', async () => {
    const names = new Set<string>();
    const seen =
      (action: typeof rename): typeof rename =>
      (from, to) => {
        for (const each of [from, to]) names.add(path.basename(String(each)));
        return action(from, to);
      };
    const jobs = new JobDirectory({
      files: new NodeFileSystem({ link: seen(link), rename: seen(rename) }),
      clock: systemClock,
      owner: randomUUID(),
      directory,
      readJob,
      onQuarantine: () => undefined,
      log: new MemoryLog(),
    });
    const key = jobKey(reference);
    await jobs.create(key, newlyTracked(reference, 1));
    await jobs.change(key, newlyTracked(reference, 1), (kept) => ({ ...kept, endingNumber: 1 }));
    assert.ok(await jobs.claimAnnouncement(key, 1));
    await files.replace(path.join(directory, 'jobs', `${key}.json`), 'no job');
    assert.equal(await jobs.read(key), undefined);
    await jobs.remove(key);
    const longest = Math.max(...[...names].map((name) => name.length));
    // What eCryptfs makes of a longer one has more than 255 characters.
    assert.ok(names.size > 0 && longest <= 143, `${longest}: ${[...names].join(' ')}`);
  });

  it('keeps what was there, and nothing else, where a file cannot be replaced', async () => {
    await files.replace(file, 'old');
    const broken = new NodeFileSystem({ link, rename: failing('EIO') });
    await assert.rejects(broken.replace(file, 'new'), { code: 'EIO' });
    assert.equal(await files.read(file), 'old');
    assert.deepEqual(await files.names(path.dirname(file)), ['file.json']);
  });

  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`replaces a file that somebody has open for a moment (${code})`, async () => {
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

  it('gives up on a file that somebody keeps open', async () => {
    const busy = new NodeFileSystem({ link, rename: failing('EBUSY') });
    await assert.rejects(busy.replace(file, 'text'), { code: 'EBUSY' });
    assert.deepEqual(await files.names(path.dirname(file)), []);
  });

  for (const [kind, disk] of [
    ['a disk with links', { link, rename }],
    ['a disk without links', { link: failing('EPERM'), rename }],
  ] as const) {
    it(`lets one of many create a file on ${kind}, and keeps what that one wrote`, async () => {
      const here = new NodeFileSystem(disk);
      const created = await Promise.all(Array.from({ length: 20 }, (_, index) => here.create(file, `text ${index}`)));
      assert.equal(created.filter(Boolean).length, 1);
      assert.equal(await files.read(file), `text ${created.indexOf(true)}`);
      assert.deepEqual(await files.names(path.dirname(file)), ['file.json']);
    });
  }

  it('shows nobody a created file that is still empty', async () => {
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

  it('tells the fault where a file can be created in no way', async () => {
    const broken = new NodeFileSystem({
      link: async () => {
        await rm(path.dirname(file), { recursive: true });
        throw failure('EIO');
      },
      rename,
    });
    await assert.rejects(broken.create(file, 'text'), { code: 'ENOENT' });
  });

  it('removes what killed processes left half written, and nothing that may still be in use', async () => {
    const longAgo = new Date(Date.now() - 60 * 60_000);
    for (const name of ['old.tmp', 'old.json', 'new.tmp', 'old.json.lock', 'new.lock'])
      await writeFile(path.join(directory, name), '');
    for (const name of ['old.tmp', 'old.json', 'old.json.lock'])
      await utimes(path.join(directory, name), longAgo, longAgo);
    await removeLeftovers(directory, 10 * 60_000);
    assert.deepEqual((await readdir(directory)).sort(), ['new.lock', 'new.tmp', 'old.json']);
    await removeLeftovers(path.join(directory, 'missing'), 0);
  });

  describe('watching a folder', () => {
    let calls = 0;
    let onCall: () => void;

    /** Resolves at a call when the folder holds that name. */
    const callWith = (name: string) =>
      new Promise<void>((resolve) => {
        onCall = () => {
          if (namesNow().includes(name)) resolve();
        };
      });

    const namesNow = () => (existsSync(path.dirname(file)) ? readdirSync(path.dirname(file)) : []);

    beforeEach(() => {
      calls = 0;
      onCall = () => undefined;
      opened.push(
        files.watch(path.dirname(file), () => {
          calls += 1;
          onCall();
        }),
      );
    });

    it('makes it and tells of each change that comes after the last call', async () => {
      for (const name of ['a', 'b', 'c']) {
        const called = callWith(name);
        await files.create(path.join(path.dirname(file), name), 'text');
        await called;
      }
    });

    it('tells of many changes at once', async () => {
      const names = Array.from({ length: 50 }, (_, index) => `file-${index}`);
      await Promise.all(names.map((name) => writeFile(path.join(path.dirname(file), name), 'text')));
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        const called = callWith(name);
        await files.create(path.join(path.dirname(file), name), 'text');
        await called;
      }
      assert.ok(calls < 50, `${calls} calls`);
    });

    it('goes on when the folder was removed', async () => {
      await rm(path.dirname(file), { recursive: true });
      for (const name of ['a', 'b', 'c', 'd']) {
        const called = callWith(name);
        await files.create(path.join(path.dirname(file), name), 'text');
        await called;
      }
    });

    it('survives a place where no folder can be', async () => {
      await files.replace(path.join(directory, 'file'), 'text');
      files.watch(path.join(directory, 'file', 'folder'), () => undefined).dispose();
    });
  });
});
