import assert from 'node:assert/strict';
import type { StoredJobChange } from '../../../../src/jobs/files/job-files';
import { UnsavedChanges } from '../../../../src/jobs/store/unsaved-changes';
import { MemoryLog } from '../../../support/samples';

const unchanged: StoredJobChange = (stored) => Promise.resolve(stored);
const diskFull = Object.assign(new Error('full'), { code: 'ENOSPC' });

describe('changes that cannot be saved', () => {
  it('are logged once, also if another job is saved during a retry', () => {
    const log = new MemoryLog();
    const changes = new UnsavedChanges(log);
    for (const key of ['a', 'b']) changes.failed(key, unchanged, diskFull);
    for (let retry = 0; retry < 3; retry += 1) {
      const retried = ['a', 'b'].map((key) => [key, changes.take(key, unchanged)] as const);
      changes.take('c', unchanged);
      changes.succeeded('c');
      for (const [key, change] of retried) changes.failed(key, change, diskFull);
    }
    assert.equal(log.lines.length, 1);
  });

  it('are logged again if the disk is full again after all were saved', () => {
    const log = new MemoryLog();
    const changes = new UnsavedChanges(log);
    changes.failed('a', unchanged, diskFull);
    changes.take('a', unchanged);
    changes.succeeded('a');
    changes.failed('a', unchanged, diskFull);
    assert.equal(log.lines.length, 2);
  });
});
