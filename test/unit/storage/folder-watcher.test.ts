import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { type BigIntStats, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Disposable } from '../../../src/base/disposable';
import { HOUR } from '../../../src/base/time-units';
import { FolderWatcher, type WatchedDisk } from '../../../src/storage/folder-watcher';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { FakeClock } from '../../support/fake-clock';

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

/** Stands for `fs.watch`: a test reports its events. */
class FakeWatcher extends EventEmitter {
  isOpen = true;

  close(): void {
    this.isOpen = false;
  }
}

describe('a watched folder of a system that reports less', () => {
  const LONG = path.join(path.sep, 'Global Storage', 'jobs');
  const SHORT = path.join(path.sep, 'GLOBAL~1', 'jobs');
  let clock: FakeClock;
  let watchers: FakeWatcher[];
  let watched: string[];
  let calls: (ReadonlySet<string> | undefined)[];
  let inode: bigint;
  let isThere: boolean;
  let disk: WatchedDisk;

  const stats = () => ({ dev: 1n, ino: inode, birthtimeNs: 5n, ctimeNs: 6n }) as BigIntStats;

  beforeEach(() => {
    clock = new FakeClock();
    watchers = [];
    watched = [];
    calls = [];
    inode = 1n;
    isThere = true;
    disk = {
      mkdirSync: () => (isThere = true),
      realpathSync: () => LONG,
      statSync: stats,
      stat: () => (isThere ? Promise.resolve(stats()) : Promise.reject(new Error('EPERM'))),
      watch: (directory) => {
        const watcher = new FakeWatcher();
        watchers.push(watcher);
        watched.push(directory);
        return watcher;
      },
    };
  });

  const open = (directory: string, platform: NodeJS.Platform = 'win32') =>
    new FolderWatcher(directory, (names) => calls.push(names), { clock, platform, disk });

  it('is watched by its long name, since a short one aborts the process', () => {
    open(SHORT).dispose();
    assert.deepEqual(watched, [LONG]);
  });

  it('is not watched by a short name if its long name is unknown, and by its name if that has none', async () => {
    disk.realpathSync = () => {
      throw new Error('EISDIR');
    };
    const short = open(SHORT);
    await clock.advance(HOUR);
    open(LONG).dispose();
    assert.deepEqual(watched, [LONG]);
    short.dispose();
    assert.equal(clock.pendingTimers, 0);
  });

  for (const [what, event] of [
    ['an event without a name', ['rename', null]],
    ['its own name in other letters', ['rename', 'JOBS']],
    ['a change of its own name', ['change', 'jobs']],
  ] as const) {
    for (const [how, replace] of [
      ['removed', () => (isThere = false)],
      ['replaced', () => (inode = 2n)],
    ] as const) {
      it(`is opened again after it was ${how}, which ${what} may mean`, async () => {
        const watcher = open(SHORT);
        replace();
        watchers[0]?.emit('change', ...event);
        await clock.advance(2000);
        assert.deepEqual(
          watchers.map(({ isOpen }) => isOpen),
          [false, true],
        );
        assert.equal(calls.at(-1), undefined, 'any file may have changed meanwhile');
        watcher.dispose();
      });
    }
  }

  it('stays open if an event without a name means something else', async () => {
    const watcher = open(LONG);
    watchers[0]?.emit('change', 'rename', null);
    await clock.advance(10_000);
    assert.equal(watchers.length, 1);
    assert.deepEqual(calls, [undefined]);
    watcher.dispose();
  });

  it('is opened again when it is checked, if no event reported that it was replaced', async () => {
    const watcher = open(LONG);
    await watcher.check();
    inode = 2n;
    await watcher.check();
    await clock.advance(2000);
    assert.equal(watchers.length, 2);
    watcher.dispose();
    await watcher.check();
    assert.equal(clock.pendingTimers, 0);
  });

  it('is opened again ever more rarely if watching fails each time, as on some network drives', async () => {
    const watcher = open(LONG);
    for (let second = 0; second < 600; second += 1) {
      const last = watchers.at(-1);
      if (last?.isOpen === true) last.emit('error', new Error('ENOSYS'));
      await clock.advance(1000);
    }
    assert.ok(watchers.length < 20, `${watchers.length} times in 10 min`);
    assert.ok(calls.length < 20);
    watcher.dispose();
  });
});
