import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readJobFile } from '../../../../src/automation/tasks/job-file-reader';
import { MAX_PASTED_LENGTH } from '../../../../src/base/limits';
import { FileType, workspace } from '../../../support/fake-vscode';

describe('the file that a task names', () => {
  const { fs, workspaceFolders } = workspace;
  let folder: string;
  let read: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'job-file-'));
    read = [];
    workspace.workspaceFolders = [{ uri: folder }];
    workspace.fs = {
      // As the editor: the type is that of the target of a link.
      stat: async (file) => {
        const found = await stat(file);
        const type = found.isFile() ? FileType.File : found.isDirectory() ? FileType.Directory : FileType.Unknown;
        return { type, size: found.size };
      },
      readFile: (file) => {
        read.push(path.basename(file));
        return readFile(file);
      },
    };
  });

  afterEach(() => {
    Object.assign(workspace, { fs, workspaceFolders });
    rmSync(folder, { recursive: true });
  });

  it('is read as text', async () => {
    writeFileSync(path.join(folder, 'job.json'), '\ufeff{"job_id":"a"}');
    assert.equal(await readJobFile('job.json'), '{"job_id":"a"}');
    writeFileSync(path.join(folder, 'job.bin'), Buffer.from([1, 0, 0, 0, 2]));
    assert.equal(await readJobFile('job.bin'), '');
  });

  it('is not read if its end may never come: a pipe, a device, a link to one, a file of the system', async function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    symlinkSync('pipe', path.join(folder, 'link'));
    symlinkSync('/dev/zero', path.join(folder, 'zero'));
    mkdirSync(path.join(folder, 'folder'));
    for (const file of ['pipe', 'link', 'zero', 'folder']) {
      await assert.rejects(readJobFile(file), /cannot be read: it is not a file/, file);
    }
    writeFileSync(path.join(folder, 'empty'), '');
    assert.equal(await readJobFile('empty'), '');
    assert.deepEqual(read, []);
  });

  it('is refused if it is too large, also if it grows while it is read', async () => {
    writeFileSync(path.join(folder, 'large'), Buffer.alloc(MAX_PASTED_LENGTH + 1, 'a'));
    await assert.rejects(readJobFile('large'), /too large/);
    assert.deepEqual(read, []);
    writeFileSync(path.join(folder, 'growing'), 'a');
    workspace.fs.readFile = () => Promise.resolve(Buffer.alloc(MAX_PASTED_LENGTH + 1, 'a'));
    await assert.rejects(readJobFile('growing'), /too large/);
  });

  it('has a path that may be anything', async () => {
    for (const file of ['missing', 'a\0b', '../'.repeat(1000), 'x'.repeat(8000), '\x1b[31m']) {
      await assert.rejects(readJobFile(file), { name: 'JobRequestError' }, JSON.stringify(file.slice(0, 20)));
    }
  });
});
