import assert from 'node:assert/strict';
import { SecretStorageWithTimeout } from '../../../src/credentials/secrets/secret-storage';
import { Vault, VaultError } from '../../../src/credentials/secrets/vault';
import { LEASE_CHECK_INTERVAL_MS, Lease } from '../../../src/storage/lease';
import { FakeClock } from '../../support/fake-clock';
import { MemoryFileSystem } from '../../support/memory-file-system';
import { MemoryLog } from '../../support/samples';
import { withTimeout } from '../../../src/base/timing';

describe('an extension host whose window is gone', () => {
  const clock = new FakeClock();
  const never = () => new Promise<never>(() => undefined);

  it('lets another window poll within two beats, and does not compete again', async () => {
    const files = new MemoryFileSystem();
    let isThere = true;
    const parts = { files, clock, directory: 'leases', name: 'work', log: new MemoryLog() };
    const gone = new Lease({ ...parts, owner: 'gone', isWanted: () => Promise.resolve(isThere) });
    const other = new Lease({ ...parts, owner: 'other' });
    assert.ok(await gone.tryHold());
    isThere = false;
    let waited = 0;
    for (; !(await other.tryHold()); waited += LEASE_CHECK_INTERVAL_MS) await clock.advance(LEASE_CHECK_INTERVAL_MS);
    assert.ok(waited <= 2 * LEASE_CHECK_INTERVAL_MS, `${waited} ms`);
    assert.equal(await gone.tryHold(), false);
    await other.release();
    assert.equal(await gone.tryHold(), false);
  });

  it('does not wait for secrets for ever', async () => {
    const vault = new Vault(new SecretStorageWithTimeout({ get: never, store: never, delete: never }, clock));
    const read = assert.rejects(vault.read('profile'), VaultError);
    await clock.advance(11_000);
    await read;
    assert.equal(clock.pendingTimers, 0);
  });

  it('is given up on by whoever waits for an answer, and an answer in time is passed on', async () => {
    const late = withTimeout(clock, 1000, never(), () => 'nothing');
    await clock.advance(1000);
    assert.equal(await late, 'nothing');
    assert.equal(await withTimeout(clock, 1000, Promise.resolve('answer'), () => 'nothing'), 'answer');
    await assert.rejects(
      withTimeout(clock, 1000, Promise.reject(new Error('refused')), () => 'nothing'),
      /refused/,
    );
    assert.equal(clock.pendingTimers, 0);
  });
});
