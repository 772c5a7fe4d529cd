import assert from 'node:assert/strict';
import path from 'node:path';
import { KeyHash } from '../../../../src/credentials/secrets/key-hash';
import { SecretStorageWithTimeout } from '../../../../src/credentials/secrets/secret-storage';
import { FakeClock, whileTimePasses } from '../../../support/fake-clock';
import { UNUSABLE_SALTS } from '../../../support/hostile/lock-out';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog } from '../../../support/samples';
import { asStorage, FOLDER, MemorySecrets, SALT } from '../../../support/credentials/windows';

const key = { accessKey: 'AK', secretKey: 'SK', securityToken: 'ST' };
const endpoint = 'https://elb.cn-north-4.myhuaweicloud.com';

const FILE = path.posix.join(FOLDER, 'salt');
const EARLIER = 'ab'.repeat(32);

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
    assert.deepEqual([...secrets.values.keys()], []);
    assert.match(files.files.get(FILE) ?? '', /^[0-9a-f]{64}\n$/);
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
    await files.remove(FILE);
    assert.notEqual(await openWindow().of(key), hash);
  });

  it('is the same in windows whose secret storages differ, as in other browsers or without a keyring', async () => {
    const hashes = [await openWindow().of(key)];
    secrets = new MemorySecrets();
    hashes.push(await openWindow().of(key));
    secrets.fails = true;
    hashes.push(await openWindow().of(key));
    assert.equal(new Set(hashes).size, 1);
  });

  it('of an earlier version stays, so that its refusals hold, also if a window without its salt is first or at the same time', async () => {
    secrets.values.set(SALT, EARLIER);
    const hash = await openWindow().of(key);
    assert.equal(files.files.get(FILE), `${EARLIER}\n`);
    secrets = new MemorySecrets();
    assert.equal(await openWindow().of(key), hash);
    await files.remove(FILE);
    const withSalt = new MemorySecrets();
    withSalt.values.set(SALT, EARLIER);
    const windows = [secrets, withSalt, secrets, withSalt].map((each) => {
      secrets = each;
      return openWindow();
    });
    const racing = await whileTimePasses(clock, Promise.all(windows.map((window) => window.of(key))));
    assert.equal(new Set(racing).size, 1);
  });

  for (const input of UNUSABLE_SALTS.inputs) {
    it(`does not use ${input.name} as its salt: it replaces it, and logs that`, async () => {
      await files.replace(FILE, input.text);
      const hash = await openWindow().of(key);
      assert.match(files.files.get(FILE) ?? '', /^[0-9a-f]{64}\n$/);
      assert.equal(log.lines.length, 1);
      assert.equal(await openWindow().of(key), hash);
    });
  }

  it('waits once for a secret storage that does not answer, and never if there is a salt', async () => {
    secrets.get = () => new Promise(() => undefined);
    const parts = { files, clock, directory: FOLDER, log };
    const open = () => new KeyHash({ ...parts, secrets: new SecretStorageWithTimeout(asStorage(secrets), clock) });
    const first = open();
    await whileTimePasses(clock, first.of(key));
    const before = clock.elapsed();
    await Promise.all([first.of(key), first.of(key), open().of(key), open().of({ token: 'T' })]);
    assert.equal(clock.elapsed(), before);
  });

  it('differs between windows while the disk fails, which is logged once, and waits for no secret storage again', async () => {
    let isBroken = true;
    files = files.viewWith(() => (isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve()));
    let reads = 0;
    const get = (name: string) => {
      reads += 1;
      return Promise.reject(new Error(`no keyring for ${name}`));
    };
    const keyHash = new KeyHash({ secrets: { get }, files, clock, directory: FOLDER, log });
    const hash = await keyHash.of(key);
    assert.equal(await keyHash.of(key), hash);
    assert.notEqual(await openWindow().of(key), hash);
    assert.equal(log.lines.filter((line) => line.includes('differ')).length, 2, 'one for each window');
    assert.equal(reads, 1);
    isBroken = false;
    assert.equal(await openWindow().of(key), await keyHash.of(key), 'until it works again');
  });

  it('counts the failures of an access key together, whatever its secret, and of a user, whatever the password', async () => {
    const keyHash = openWindow();
    const { account } = await keyHash.useOf(key);
    const renewed = await keyHash.useOf({ accessKey: 'AK', secretKey: 'SK2' });
    assert.equal(renewed.account, account);
    assert.notEqual(renewed.keyHash, (await keyHash.useOf(key)).keyHash);
    const token = await keyHash.useOf({ token: 'AK' });
    assert.deepEqual(token, { keyHash: token.account, account: token.account });
    const user = { iamEndpoint: endpoint, domain: 'account', user: 'User' };
    const ofUser = await keyHash.useOfUser(user);
    assert.deepEqual(ofUser, { keyHash: ofUser.account, account: ofUser.account });
    assert.deepEqual(await keyHash.useOfUser({ ...user, user: ' user' }), ofUser, 'names differ in no case');
    const others = [
      { ...user, domain: 'other' },
      { ...user, user: 'other' },
      { ...user, iamEndpoint: `${endpoint}:8443` },
    ];
    const accounts = await Promise.all(others.map(async (other) => (await keyHash.useOfUser(other)).account));
    assert.equal(new Set([...accounts, ofUser.account, account, token.account]).size, 6);
  });
});
