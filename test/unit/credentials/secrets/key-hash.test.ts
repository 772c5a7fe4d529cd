import assert from 'node:assert/strict';
import { KeyHash } from '../../../../src/credentials/secrets/key-hash';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog } from '../../../support/samples';
import { FOLDER, MemorySecrets, SALT } from '../../../support/credentials/windows';

const key = { accessKey: 'AK', secretKey: 'SK', securityToken: 'ST' };
const endpoint = 'https://elb.cn-north-4.myhuaweicloud.com';

describe('the hash of a key', () => {
  let secrets: MemorySecrets;
  let files: MemoryFileSystem;
  let clock: FakeClock;
  let log: MemoryLog;

  beforeEach(() => {
    secrets = new MemorySecrets();
    files = new MemoryFileSystem();
    clock = new FakeClock();
    log = new MemoryLog();
  });

  function openWindow(): KeyHash {
    return new KeyHash({ secrets, files, clock, directory: FOLDER, log });
  }

  it('is the same in all windows and sessions, and valid as a file name', async () => {
    const hash = await openWindow().of(key);
    assert.match(hash, /^[0-9a-f]{16,}$/);
    assert.equal(await openWindow().of({ ...key }), hash);
    assert.deepEqual([...secrets.values.keys()], [SALT]);
  });

  it('is the same in windows that are the first to need it at the same time', async () => {
    const hashes = Promise.all([openWindow(), openWindow(), openWindow()].map((window) => window.of(key)));
    await clock.advance(1000);
    assert.equal(new Set(await hashes).size, 1);
  });

  it('differs between keys and tokens, also if only the boundaries of their parts differ', async () => {
    const keyHash = openWindow();
    const credentials = [
      key,
      { ...key, accessKey: 'AK2' },
      { ...key, secretKey: 'SK2' },
      { ...key, securityToken: 'ST2' },
      { ...key, securityToken: undefined },
      { ...key, securityToken: '' },
      { accessKey: 'AKS', secretKey: 'K', securityToken: 'ST' },
      { token: 'AK' },
      { token: 'ST' },
    ];
    const hashes = await Promise.all(credentials.map((credential) => keyHash.of(credential)));
    assert.equal(new Set(hashes).size, credentials.length);
    assert.equal(await keyHash.of({ token: 'ST', expiresAt: 1 }), await keyHash.of({ token: 'ST' }));
  });

  it('of a caller depends on the endpoint, but not on the secret key', async () => {
    const keyHash = openWindow();
    const caller = await keyHash.ofCaller(endpoint, key);
    assert.equal(await keyHash.ofCaller(endpoint, { ...key, secretKey: 'SK2', securityToken: undefined }), caller);
    const others = [
      keyHash.ofCaller(`${endpoint}:8443`, key),
      keyHash.ofCaller(endpoint, { ...key, accessKey: 'AK2' }),
      keyHash.ofCaller(endpoint, { token: 'AK' }),
      keyHash.of(key),
    ];
    assert.ok(!(await Promise.all(others)).includes(caller));
  });

  it('depends on the salt, so that a key cannot be guessed from it', async () => {
    const hash = await openWindow().of(key);
    secrets.values.clear();
    assert.notEqual(await openWindow().of(key), hash);
  });

  it('differs between windows if the secret storage fails or stores nothing, which is logged once', async () => {
    secrets.fails = true;
    const keyHash = openWindow();
    const hash = await keyHash.of(key);
    assert.equal(await keyHash.of(key), hash);
    secrets.fails = false;
    secrets.forgets = true;
    assert.equal(await keyHash.of(key), hash);
    assert.notEqual(await openWindow().of(key), hash);
    assert.equal(log.lines.length, 2, 'one for each window');
    secrets.forgets = false;
    assert.equal(await openWindow().of(key), await keyHash.of(key), 'until it works again');
  });
});
