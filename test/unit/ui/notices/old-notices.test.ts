import assert from 'node:assert/strict';
import { DAY } from '../../../../src/base/time-units';
import { removeOldNotices } from '../../../../src/ui/notices/old-notices';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog } from '../../../support/samples';

describe('the claims of notifications', () => {
  it('are removed a month after the expiry or the reminder, and no other file is', async () => {
    const [files, clock] = [new MemoryFileSystem(), new FakeClock()];
    const nameOf = (ageMs: number) => `expiry-${'a'.repeat(16)}-${clock.now() - ageMs}`;
    const reminderOf = (ageMs: number) => `upgrade-${'b'.repeat(32)}-${clock.now() - ageMs}`;
    const kept = [nameOf(-DAY), nameOf(29 * DAY), `${nameOf(31 * DAY)}.json`, 'notes', reminderOf(29 * DAY)];
    const removed = [nameOf(31 * DAY), reminderOf(31 * DAY)];
    for (const name of [...kept, ...removed]) await files.replace(`storage/notices/${name}`, '');
    const parts = { files, clock, directory: 'storage', log: new MemoryLog() };
    await removeOldNotices(parts);
    assert.deepEqual(
      [...files.files.keys()],
      kept.map((name) => `storage/notices/${name}`),
    );
  });
});
