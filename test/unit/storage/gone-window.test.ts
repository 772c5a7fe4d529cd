import assert from 'node:assert/strict';
import { SecretStorageWithTimeout } from '../../../src/credentials/secrets/secret-storage';
import { Vault, VaultError } from '../../../src/credentials/secrets/vault';
import { LEASE_CHECK_INTERVAL_MS, Lease } from '../../../src/storage/lease';
import { FakeClock } from '../../support/fake-clock';
import { MemoryFileSystem } from '../../support/memory-file-system';
import { MemoryLog } from '../../support/samples';

describe('an extension host whose window is gone', () => {
  const clock = new FakeClock();
  const never = () => new Promise<never>(() => undefined);

  it('lets another window poll within two checks, and does not compete again', async () => {
    const files = new MemoryFileSystem();
    let isAlive = true;
    const parts = { files, clock, directory: 'leases', name: 'work', log: new MemoryLog() };
    const gone = new Lease({ ...parts, owner: 'gone', isUsable: () => Promise.resolve(isAlive) });
    const other = new Lease({ ...parts, owner: 'other' });
    assert.ok(await gone.tryHold());
    isAlive = false;
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
});
