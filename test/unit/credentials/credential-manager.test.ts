import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { SecretStorage } from 'vscode';
import { CredentialManager } from '../../../src/credentials/credential-manager';
import { ProfileFile } from '../../../src/credentials/profile-file';
import { signedLook } from '../../../src/credentials/signed-look';
import { Vault } from '../../../src/credentials/vault';
import { CloudApi } from '../../../src/elb/cloud-api';
import { ElbClient } from '../../../src/elb/elb-client';
import type { HttpTransport } from '../../../src/elb/http-transport';
import { FakeClock, settle } from '../fake-clock';
import { MemoryLog, reference } from '../samples';

const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted', securityToken: 'token-planted' };
const { endpoint, projectId } = reference;

class MemorySecrets implements Pick<SecretStorage, 'get' | 'store' | 'delete'> {
  readonly values = new Map<string, string>();
  fails = false;
  forgets = false;

  get(name: string): Promise<string | undefined> {
    return this.fails ? Promise.reject(new Error('no keyring')) : Promise.resolve(this.values.get(name));
  }

  store(name: string, value: string): Promise<void> {
    if (!this.forgets) this.values.set(name, value);
    return Promise.resolve();
  }

  delete(name: string): Promise<void> {
    this.values.delete(name);
    return Promise.resolve();
  }
}

/** The vault uses these three methods alone. */
function asStorage(secrets: MemorySecrets): SecretStorage {
  return secrets as unknown as SecretStorage;
}

/** A client of a cloud that answers so. */
function clientOf(transport: HttpTransport): ElbClient {
  return new ElbClient(new CloudApi(transport, () => 0));
}

describe('credentials', () => {
  let directory: string;
  let secrets: MemorySecrets;
  let log: MemoryLog;
  let clock: FakeClock;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'credentials-'));
    secrets = new MemorySecrets();
    log = new MemoryLog();
    clock = new FakeClock();
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const file = () => path.join(directory, 'profiles.json');

  async function openManager(): Promise<CredentialManager> {
    const vault = new Vault(asStorage(secrets));
    const manager = new CredentialManager(new ProfileFile(file(), log), vault, clock, log);
    await manager.reload();
    return manager;
  }

  it('are there again in the next session, and their secrets in no file and no log', async () => {
    await (await openManager()).add({ endpoint, projectId, key });
    const result = await (await openManager()).keyFor(reference);
    assert.ok(result.ok);
    assert.deepEqual(result.key, key);
    const written = (await readFile(file(), 'utf8')) + log.lines.join();
    for (const secret of [key.accessKey, key.secretKey, key.securityToken])
      assert.ok(!written.includes(secret), secret);
  });

  it('are told apart: nobody signed in, keys not kept, keys not readable', async () => {
    const manager = await openManager();
    const kind = async () => {
      const result = await manager.keyFor(reference);
      return result.ok ? 'ok' : result.error.kind;
    };
    assert.equal(await kind(), 'signed-out');
    await manager.add({ endpoint, projectId, key });
    assert.equal(await kind(), 'ok');
    secrets.values.clear();
    assert.equal(await kind(), 'keys-lost');
    secrets.fails = true;
    assert.equal(await kind(), 'keys-unreadable');
  });

  it('are refused where the editor would not keep them, and what was there stays', async () => {
    const manager = await openManager();
    await manager.add({ endpoint, projectId, key });
    secrets.forgets = true;
    await assert.rejects(manager.add({ endpoint, projectId, key: { ...key, secretKey: 'other' } }));
    const result = await manager.keyFor(reference);
    assert.ok(result.ok);
    assert.equal(result.key.secretKey, key.secretKey);
  });

  it('of another window are not lost by signing in here', async () => {
    const [one, other] = [await openManager(), await openManager()];
    await one.add({ endpoint, projectId, key });
    await other.add({ endpoint, projectId: projectId.replace('7', '8'), key });
    assert.equal((await openManager()).all().length, 2);
  });

  it('leave nothing behind after signing out', async () => {
    const manager = await openManager();
    await manager.signOut(await manager.add({ endpoint, projectId, key }));
    assert.equal(secrets.values.size, 0);
    assert.deepEqual((await openManager()).all(), []);
  });

  it('are kept apart by project', async () => {
    const manager = await openManager();
    const other = projectId.replace('7', '8');
    await manager.add({ endpoint, projectId, key });
    await manager.add({ endpoint, projectId: other, key: { ...key, accessKey: 'OTHER' } });
    const result = await manager.keyFor({ ...reference, projectId: other });
    assert.ok(result.ok);
    assert.equal(result.key.accessKey, 'OTHER');
    assert.equal(manager.all().length, 2);
  });

  it('that were refused send no further request, not even after a restart, until they are changed', async () => {
    let sent = 0;
    const client = clientOf(() => {
      sent += 1;
      const body = JSON.stringify({ error_code: 'APIGW.0301', error_msg: 'verify aksk signature fail' });
      return Promise.resolve({ ok: true, value: { status: 401, headers: {}, body } });
    });
    const look = async (manager: CredentialManager) => {
      const result = await signedLook(client, manager, clock)(reference, new AbortController().signal);
      return result.ok ? 'ok' : result.error.kind;
    };
    const first = await openManager();
    let refusals = 0;
    first.onDidRefuse(() => (refusals += 1));
    await first.add({ endpoint, projectId, key });
    for (let count = 0; count < 5; count += 1) assert.equal(await look(first), 'authentication');
    const second = await openManager();
    for (let count = 0; count < 5; count += 1) assert.equal(await look(second), 'authentication');
    assert.deepEqual([sent, refusals], [1, 1]);

    await second.add({ endpoint, projectId, key });
    await look(second);
    assert.equal(sent, 2);
    const [profile] = second.all();
    assert.ok(profile);
    await second.tryAgain(profile);
    await look(second);
    assert.equal(sent, 3);
  });

  it('that several projects share are refused once for all of them, in all windows', async () => {
    let sent = 0;
    const client = clientOf(async () => {
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return { ok: true, value: { status: 401, headers: {}, body: '{"error_code":"APIGW.0301"}' } };
    });
    const projects = ['1', '2', '3', '4', '5', '6'].map((digit) => digit.repeat(32));
    const windows = [await openManager(), await openManager()];
    const [first] = windows;
    assert.ok(first);
    let refusals = 0;
    first.onDidRefuse(() => (refusals += 1));
    for (const each of projects) await first.add({ endpoint, projectId: each, key });
    for (const manager of windows) {
      const look = signedLook(client, manager, clock);
      const signal = new AbortController().signal;
      const results = await Promise.all(projects.map((each) => look({ ...reference, projectId: each }, signal)));
      for (const result of results) assert.equal(!result.ok && result.error.kind, 'authentication');
    }
    assert.deepEqual([sent, refusals], [1, 1]);

    const [profile] = first.all();
    assert.ok(profile);
    await first.tryAgain(profile);
    for (const each of first.all()) assert.equal(each.refusal, undefined, 'trying again is for all of them, too');
  });

  it('whose refusal cannot be saved are stopped all the same', async () => {
    let sent = 0;
    const client = clientOf(() => {
      sent += 1;
      return Promise.resolve({ ok: true, value: { status: 401, headers: {}, body: '' } });
    });
    const manager = await openManager();
    const profile = await manager.add({ endpoint, projectId, key });
    await rm(file());
    await mkdir(file());
    const look = signedLook(client, manager, clock);
    for (let count = 0; count < 5; count += 1) await look(reference, new AbortController().signal);
    assert.equal(sent, 1);
    assert.equal(log.lines.filter((line) => line.includes('could not be read again')).length, 1, 'said once');
    await rm(file(), { recursive: true });
    await manager.add({ endpoint, projectId, key });
    await manager.tryAgain(profile);
    await look(reference, new AbortController().signal);
    assert.equal(sent, 2);
  });

  it('that were accepted and are revoked give one notice, and trying again lifts it for all projects', async () => {
    const waiting: (() => void)[] = [];
    let status = 200;
    const client = clientOf(async () => {
      const now = status;
      if (now === 401) await new Promise<void>((resolve) => waiting.push(resolve));
      return { ok: true, value: { status: now, headers: {}, body: '{"job":{}}' } };
    });
    const manager = await openManager();
    const projects = ['1', '2'].map((digit) => digit.repeat(32));
    for (const each of projects) await manager.add({ endpoint, projectId: each, key });
    const refused: string[] = [];
    manager.onDidRefuse(({ id }) => refused.push(id));
    const look = signedLook(client, manager, clock);
    const lookAtAll = () =>
      Promise.all(projects.map((each) => look({ ...reference, projectId: each }, new AbortController().signal)));
    await lookAtAll();
    status = 401;
    const looks = lookAtAll();
    while (waiting.length < 2) await settle();
    for (const answer of waiting) answer();
    await looks;
    assert.equal(refused.length, 1);
    const [profile] = manager.all();
    assert.ok(profile?.refusal);
    await manager.tryAgain(profile);
    for (const each of manager.all()) assert.equal(each.refusal, undefined);
  });

  it('that were accepted long ago are tried by one request alone, since a sleep may lie between', async () => {
    const inFlight: number[] = [];
    let now = 0;
    const client = clientOf(async () => {
      now += 1;
      inFlight.push(now);
      await settle();
      now -= 1;
      return { ok: true, value: { status: 200, headers: {}, body: '{"job":{}}' } };
    });
    const manager = await openManager();
    await manager.add({ endpoint, projectId, key });
    const look = signedLook(client, manager, clock);
    const lookThrice = () => Promise.all([1, 2, 3].map(() => look(reference, new AbortController().signal)));
    await lookThrice();
    await clock.advance(60 * 60_000);
    inFlight.length = 0;
    await lookThrice();
    assert.equal(inFlight[0], 1);
    assert.equal(inFlight[1], 1, 'the second one waits for the first one’s answer');
  });

  it('of a newer version are left alone', async () => {
    await writeFile(file(), '{"version":2,"profiles":{}}');
    const manager = new CredentialManager(new ProfileFile(file(), log), new Vault(asStorage(secrets)), clock, log);
    await assert.rejects(manager.reload());
    assert.deepEqual(await readdir(directory), ['profiles.json']);
  });

  it('refused for a reason that only a newer version knows are refused all the same', async () => {
    const manager = await openManager();
    await manager.add({ endpoint, projectId, key });
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.replace('"keyChangedAt"', '"refusal":{"at":1,"error":{"kind":"new"}},"keyChangedAt"'));
    const result = await manager.keyFor(reference);
    assert.equal(!result.ok && result.error.kind, 'authentication');
  });

  it('leave no secret behind where the profile cannot be saved', async () => {
    const manager = await openManager();
    await mkdir(file());
    await assert.rejects(manager.add({ endpoint, projectId, key }));
    assert.equal(secrets.values.size, 0);
  });

  it('that another window changes or removes are changed or gone here', async () => {
    const [one, other] = [await openManager(), await openManager()];
    const kind = async () => {
      const result = await other.keyFor(reference);
      return result.ok ? result.key.secretKey : result.error.kind;
    };
    const profile = await one.add({ endpoint, projectId, key });
    assert.equal(await kind(), key.secretKey);
    await one.signOut(profile);
    assert.equal(await kind(), 'signed-out');
  });

  it('keep an unreadable list of profiles aside', async () => {
    await writeFile(file(), '{"version":1,');
    assert.deepEqual((await openManager()).all(), []);
    assert.equal((await readdir(directory)).filter((name) => name.includes('unreadable')).length, 1);
  });
});
