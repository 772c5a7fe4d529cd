import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Disposable } from '../../../src/base/disposable';
import { NodeFileSystem } from '../../../src/storage/node-file-system';

describe('a watched folder', () => {
  const files = new NodeFileSystem();
  let directory: string;
  let folder: string;
  let watch: Disposable;
  let calls: number;
  let onCall: () => void;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'folder-watcher-'));
    folder = path.join(directory, 'folder');
    calls = 0;
    onCall = () => undefined;
    watch = files.watch(folder, () => {
      calls += 1;
      onCall();
    });
  });

  afterEach(async () => {
    watch.dispose();
    await rm(directory, { recursive: true, force: true });
  });

  const namesNow = () => (existsSync(folder) ? readdirSync(folder) : []);

  /** Creates a file. Resolves at a call of the listener when the folder holds the file. */
  async function createAndAwaitCall(name: string): Promise<void> {
    const called = new Promise<void>((resolve) => {
      onCall = () => {
        if (namesNow().includes(name)) resolve();
      };
    });
    await files.create(path.join(folder, name), 'text');
    await called;
  }

  it('is created, and reports each change that comes after the last call', async () => {
    for (const name of ['a', 'b', 'c']) await createAndAwaitCall(name);
  });

  it('reports many changes in one call', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `file-${index}`);
    await Promise.all(names.map((name) => writeFile(path.join(folder, name), 'text')));
    for (const name of ['a', 'b', 'c', 'd', 'e']) await createAndAwaitCall(name);
    assert.ok(calls < 50, `${calls} calls`);
  });

  it('reports changes again after it was removed', async () => {
    await rm(folder, { recursive: true });
    for (const name of ['a', 'b', 'c', 'd']) await createAndAwaitCall(name);
  });

  it('throws nothing if the folder cannot be created', async () => {
    await files.replace(path.join(directory, 'file'), 'text');
    files.watch(path.join(directory, 'file', 'folder'), () => undefined).dispose();
  });
});
