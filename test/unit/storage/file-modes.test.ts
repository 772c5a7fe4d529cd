import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { FILE_MODES } from '../../support/hostile/file-modes';

const octal = (mode: number) => mode.toString(8).padStart(4, '0');

describe('a file of the extension', () => {
  let directory: string;

  before(function () {
    // Windows has no file modes.
    if (process.platform === 'win32') this.skip();
  });

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'modes-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  for (const { umask, present } of FILE_MODES.inputs) {
    const before = present === undefined ? 'none' : `one with ${octal(present)}`;
    it(`is private, under the mask ${octal(umask)}, in place of ${before}`, async () => {
      const files = new NodeFileSystem();
      const [replaced, created] = [path.join(directory, 'replaced'), path.join(directory, 'folder', 'created')];
      if (present !== undefined) {
        await writeFile(replaced, 'theirs');
        await chmod(replaced, present);
      }
      const previous = process.umask(umask);
      try {
        await files.replace(replaced, 'ours');
        await files.create(created, 'ours');
      } finally {
        process.umask(previous);
      }
      const modes = [replaced, created, path.dirname(created)].map(async (file) => (await stat(file)).mode & 0o777);
      assert.deepEqual(await Promise.all(modes), [0o600, 0o600, 0o700]);
    });
  }
});
