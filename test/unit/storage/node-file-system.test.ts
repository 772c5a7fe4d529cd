import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { link, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import { HOUR, MINUTE } from '../../../src/base/time-units';
import { EndingClaims } from '../../../src/jobs/store/ending-claims';
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
    await jobs.remove(key);
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
    const busy = new NodeFileSystem({ link, rename: failing('EBUSY') });
    await assert.rejects(busy.replace(file, 'text'), { code: 'EBUSY' });
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
    for (const name of ['old.tmp', 'old.json', 'new.tmp', 'old.json.lock', 'new.lock'])
      await writeFile(path.join(directory, name), '');
    for (const name of ['old.tmp', 'old.json', 'old.json.lock'])
      await utimes(path.join(directory, name), anHourAgo, anHourAgo);
    await removeLeftovers(directory, 10 * MINUTE);
    assert.deepEqual((await readdir(directory)).sort(), ['new.lock', 'new.tmp', 'old.json']);
    await removeLeftovers(path.join(directory, 'missing'), 0);
  });
});
