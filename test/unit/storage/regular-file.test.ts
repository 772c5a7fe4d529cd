import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MAX_KEY_FILE_BYTES } from '../../../src/base/limits';
import { findInSdkFile } from '../../../src/credentials/sources/sdk-credentials-file';
import { readSourceFile } from '../../../src/credentials/sources/source-file';
import { FileProblemError, isDriveRelative, READ_TIMEOUT_MS, RegularFiles } from '../../../src/storage/regular-file';
import { FakeClock } from '../../support/fake-clock';
import { HOSTILE_KEY_FILES } from '../../support/hostile/key-files';

describe('a key file of another program', () => {
  let folder: string;
  let file: string;
  const clock = new FakeClock();
  const files = new RegularFiles({ clock, maxBytes: MAX_KEY_FILE_BYTES });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'regular-file-'));
    file = path.join(folder, 'credentials');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  for (const { name, make, reason } of HOSTILE_KEY_FILES.inputs) {
    it(`blocks no thread and fills no memory if it is ${name}`, async function () {
      if (process.platform !== 'linux') this.skip();
      const close = await make(file);
      try {
        for (let count = 0; count < 8; count += 1) {
          const read = await readSourceFile(files, file);
          const problem = read.ok ? findInSdkFile(file, read.text)[0]?.problem : read.problem;
          const found = problem?.kind === 'unreadable' ? problem.reason : problem?.kind;
          // Some systems lack the device, or allow no user to read it.
          if (name.includes('/dev/tty') && found !== 'not-a-file') this.skip();
          assert.equal(found, reason ?? 'not-ini');
        }
        // Needs one of the threads that a blocked read would occupy.
        await dns.lookup('localhost');
        await stat(folder);
      } finally {
        close();
      }
    });
  }

  it('is not read from a folder of its drive that depends on where the editor was started', async () => {
    const onWindows = new RegularFiles({ clock, maxBytes: MAX_KEY_FILE_BYTES, platform: 'win32' });
    for (const name of ['D:keys.ini', 'c:']) {
      const problem = { kind: 'unreadable', file: name, reason: 'drive-relative' };
      assert.deepEqual(await readSourceFile(onWindows, name), { ok: false, problem });
    }
    for (const name of ['D:\\keys.ini', 'D:/keys.ini']) assert.ok(!isDriveRelative(name, 'win32'));
    assert.ok(!isDriveRelative('D:keys.ini', 'linux'));
  });

  it('is read whole up to the limit', async () => {
    const text = `${'# é\n'.repeat(1000)}x`;
    await writeFile(file, text);
    assert.equal(await files.read(file), text);
    await writeFile(file, 'a'.repeat(MAX_KEY_FILE_BYTES));
    assert.equal((await files.read(file))?.length, MAX_KEY_FILE_BYTES);
    assert.equal(await files.read(path.join(folder, 'missing')), undefined);
  });

  describe('on a drive that does not answer', () => {
    let opened: string[];
    let answer: () => void;
    let slow: RegularFiles;

    beforeEach(() => {
      opened = [];
      const gate = new Promise<void>((resolve) => (answer = resolve));
      slow = new RegularFiles(
        { clock, maxBytes: MAX_KEY_FILE_BYTES },
        {
          open,
          stat: (async (name: string) => {
            opened.push(path.basename(name));
            if (name.includes('slow')) await gate;
            return stat(name);
          }) as typeof stat,
        },
      );
    });

    const readings = (...names: string[]) =>
      names.map((name) =>
        slow.read(path.join(folder, name)).then(
          (text) => text ?? 'none',
          (cause: unknown) => (cause instanceof FileProblemError ? cause.problem : String(cause)),
        ),
      );

    it('is given up after some seconds, and is not read again before the drive answers', async () => {
      await writeFile(path.join(folder, 'slow'), 'text');
      for (let count = 0; count < 5; count += 1) {
        const [reading] = readings('slow');
        await clock.advance(READ_TIMEOUT_MS);
        assert.equal(await reading, 'too-slow');
      }
      assert.deepEqual(opened, ['slow']);
      answer();
      assert.deepEqual(await Promise.all(readings('slow')), ['text']);
      assert.deepEqual(opened, ['slow', 'slow']);
      assert.equal(clock.pendingTimers, 0);
    });

    it('leaves the other half of the threads to the rest, however many such files there are', async () => {
      await writeFile(path.join(folder, 'fast'), 'text');
      const hanging = readings('slow-1', 'slow-2', 'slow-3', 'slow-4', 'slow-5');
      await clock.advance(READ_TIMEOUT_MS);
      assert.deepEqual(await Promise.all(hanging), Array(5).fill('too-slow'));
      assert.deepEqual(opened, ['slow-1', 'slow-2']);
      answer();
      assert.deepEqual(await Promise.all(readings('fast')), ['text']);
      assert.deepEqual(opened, ['slow-1', 'slow-2', 'fast'], 'what was given up is not read later');
    });

    it('does not keep a file on another drive from being read', async () => {
      await writeFile(path.join(folder, 'fast'), 'text');
      const [, fast] = readings('slow', 'fast');
      assert.equal(await fast, 'text');
      answer();
    });
  });
});
