import assert from 'node:assert/strict';
import { PollingPause } from '../../../../src/jobs/polling/polling-pause';
import { settle } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog } from '../../../support/samples';

describe('the pause of polling', () => {
  let files: MemoryFileSystem;
  let log: MemoryLog;
  const opened: PollingPause[] = [];

  beforeEach(() => {
    files = new MemoryFileSystem(settle);
    log = new MemoryLog();
  });

  afterEach(() => {
    for (const each of opened.splice(0)) each.dispose();
  });

  const open = async () => {
    const pause = new PollingPause({ files, directory: 'storage', log });
    opened.push(pause);
    await pause.open();
    return pause;
  };

  it('is not undone by a window that reads again at the same time', async () => {
    const pause = await open();
    const seen: boolean[] = [];
    pause.onDidChange(() => seen.push(pause.isPaused));
    await Promise.all([pause.readAgain(), pause.pause(), pause.readAgain()]);
    assert.deepEqual(seen, [true]);
  });

  it('is over on the disk as well if it was resumed at once', async () => {
    const pause = await open();
    await Promise.all([pause.pause(), pause.resume()]);
    const later = await open();
    await later.readAgain();
    assert.deepEqual([pause.isPaused, later.isPaused], [false, false]);
  });

  it('holds in its window if it could not be saved, and in all windows after it could', async () => {
    const pause = await open();
    files.failNext(new Error('ENOSPC'), 'create');
    await assert.rejects(pause.pause(), /ENOSPC/);
    files.failNext(new Error('ENOSPC'), 'create');
    await pause.readAgain();
    assert.equal(pause.isPaused, true);
    await pause.readAgain();
    const other = await open();
    await other.readAgain();
    assert.equal(other.isPaused, true);
  });
});
