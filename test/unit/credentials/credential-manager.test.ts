import assert from 'node:assert/strict';
import type { Credential } from '../../../src/cloud/http/credential';
import path from 'node:path';
import { FakeClock, settle } from '../../support/fake-clock';
import { reference } from '../../support/samples';
import { FOLDER, type Window, Windows, STORED } from '../../support/credentials/windows';

const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted', securityToken: 'token-planted' };
const { endpoint, projectId } = reference;
const FILE = path.posix.join(FOLDER, 'profiles.json');
const otherProject = projectId.replace('7', '8');

const answer = (status: number, body = '') => ({ ok: true, value: { status, headers: {}, body } }) as const;

const secretOf = (credential: Credential) => ('secretKey' in credential ? credential.secretKey : credential.token);

describe('credentials', () => {
  let windows: Windows;

  beforeEach(() => {
    windows = new Windows();
  });

  const openManager = async () => (await windows.open()).credentials;

  it('are available in the next session, and their secrets are in no file and no log', async () => {
    await (await openManager()).profiles.add({ endpoint, projectId, source: STORED, credential: key });
    const result = await (await openManager()).credentialFor(reference);
    assert.ok(result.ok);
    assert.deepEqual(result.credential, key);
    const written = windows.written();
    for (const secret of Object.values(key)) assert.ok(!written.includes(secret), secret);
  });

  it('fail with different errors: not signed in, keys lost, keys unreadable', async () => {
    const { credentials, source } = await windows.open();
    const kind = async () => {
      const result = await credentials.credentialFor(reference);
      assert.equal((await source.obstacleFor(reference))?.kind, result.ok ? undefined : result.error.kind);
      return result.ok ? 'ok' : result.error.kind;
    };
    assert.equal(await kind(), 'signed-out');
    await credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    assert.equal(await kind(), 'ok');
    windows.secrets.values.clear();
    assert.equal(await kind(), 'keys-lost');
    windows.secrets.fails = true;
    assert.equal(await kind(), 'keys-unreadable');
  });

  it('are not saved if the editor does not store them, and the earlier ones stay', async () => {
    const manager = await openManager();
    await manager.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    windows.secrets.forgets = true;
    await assert.rejects(
      manager.profiles.add({ endpoint, projectId, source: STORED, credential: { ...key, secretKey: 'other' } }),
    );
    const result = await manager.credentialFor(reference);
    assert.ok(result.ok);
    assert.deepEqual(result.credential, key);
  });

  it('of another window are not lost by signing in here at the same time', async () => {
    const [one, other] = [await openManager(), await openManager()];
    await windows.whileTimePasses(
      Promise.all([
        one.profiles.add({ endpoint, projectId, source: STORED, credential: key }),
        other.profiles.add({ endpoint, projectId: otherProject, source: STORED, credential: key }),
      ]),
    );
    assert.equal((await openManager()).all().length, 2);
  });

  it('leave nothing behind after signing out', async () => {
    const manager = await openManager();
    await manager.profiles.signOut(
      await manager.profiles.add({ endpoint, projectId, source: STORED, credential: key }),
    );
    assert.deepEqual([...windows.secrets.values.keys()], []);
    assert.deepEqual((await openManager()).all(), []);
  });

  it('are separate for each project', async () => {
    const manager = await openManager();
    await manager.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    await manager.profiles.add({
      endpoint,
      projectId: otherProject,
      source: STORED,
      credential: { ...key, accessKey: 'OTHER' },
    });
    const result = await manager.credentialFor({ endpoint, projectId: otherProject });
    assert.ok(result.ok);
    assert.deepEqual(result.credential, { ...key, accessKey: 'OTHER' });
    assert.equal(manager.all().length, 2);
  });

  it('of a newer version are not changed', async () => {
    await windows.files.replace(FILE, '{"version":3,"profiles":{}}');
    await assert.rejects(windows.open());
    assert.deepEqual([...windows.files.files.keys()], [FILE]);
  });

  it('leave no secret behind if it cannot be read back', async () => {
    const manager = await openManager();
    const { secrets } = windows;
    let reads = 0;
    const get = secrets.get.bind(secrets);
    secrets.get = (name) => {
      reads += 1;
      return reads === 2 ? Promise.reject(new Error('locked')) : get(name);
    };
    await assert.rejects(manager.profiles.add({ endpoint, projectId, source: STORED, credential: key }));
    assert.ok([...secrets.values.values()].every((value) => !value.includes(key.secretKey)));
    assert.equal(manager.all().length, 0);
  });

  it('that the keyring lost are reported as lost, not as in another window, by the window that saved them', async () => {
    const manager = await openManager();
    await windows.clock.advance(60_000);
    await manager.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    windows.secrets.values.clear();
    const result = await manager.credentialFor(reference);
    assert.equal(result.ok ? 'ok' : result.error.kind, 'keys-lost');
  });

  it('leave no secret behind if the profile cannot be saved', async () => {
    const manager = await openManager();
    const { signIn } = await windows.open();
    await signIn.obstacleTo(key);
    windows.files.failNext(new Error('no space'), 'replace');
    await assert.rejects(manager.profiles.add({ endpoint, projectId, source: STORED, credential: key }));
    assert.deepEqual([...windows.secrets.values.keys()], []);
  });

  it('that another window changes or removes are changed or removed here', async () => {
    const [one, other] = [await openManager(), await openManager()];
    let changes = 0;
    other.onDidChange(() => (changes += 1));
    const kind = async () => {
      const result = await other.credentialFor(reference);
      return result.ok ? secretOf(result.credential) : result.error.kind;
    };
    const profile = await one.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    await settle();
    assert.deepEqual([other.all().length, changes], [1, 1], 'views get an event');
    assert.equal(await kind(), key.secretKey);
    await one.profiles.signOut(profile);
    assert.equal(await kind(), 'signed-out');
  });

  it('have an unreadable list of profiles quarantined', async () => {
    await windows.files.replace(FILE, '{"version":1,');
    assert.deepEqual((await openManager()).all(), []);
    const aside = [...windows.files.files].filter(([name]) => name.includes('unreadable'));
    assert.deepEqual(
      aside.map(([, text]) => text),
      ['{"version":1,'],
    );
  });

  it('of an earlier version do not have the refusal that it saved with them', async () => {
    const manager = await openManager();
    await manager.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    const text = windows.files.files.get(FILE) ?? '';
    const refusal = '"refusal":{"at":1,"error":{"kind":"authentication"}}';
    await windows.files.replace(FILE, text.replace('"keyChangedAt"', `${refusal},"keyChangedAt"`));
    assert.ok((await manager.credentialFor(reference)).ok);
  });

  it('are watched only while the window is open', async () => {
    const manager = await openManager();
    let changes = 0;
    manager.onDidChange(() => (changes += 1));
    manager.profiles.dispose();
    await (await openManager()).profiles.add({ endpoint, projectId, source: STORED, credential: key });
    await settle();
    assert.deepEqual([manager.all().length, changes], [0, 0]);
  });
});

describe('credentials that the service refuses', () => {
  let sent: number;
  /** @returns the response to a request. */
  let serve: () => ReturnType<typeof answer> | Promise<ReturnType<typeof answer>>;
  let windows: Windows;

  beforeEach(() => {
    sent = 0;
    serve = () => answer(401, JSON.stringify({ error_code: 'APIGW.0301', error_msg: 'verify aksk signature fail' }));
    windows = new Windows(() => {
      sent += 1;
      return Promise.resolve(serve());
    });
  });

  const projects = ['1', '2', '3', '4', '5', '6'].map((digit) => digit.repeat(32));
  const pollAll = ({ poll }: Window, ids: readonly string[]) =>
    Promise.all(ids.map((id) => poll({ ...reference, projectId: id })));

  it('send no further request, not even after a restart, until they are changed', async () => {
    const first = await windows.open();
    let refusals = 0;
    first.credentials.onDidRefuse(() => (refusals += 1));
    await first.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    for (let count = 0; count < 5; count += 1) assert.equal(await first.poll(reference), 'authentication');
    const second = await windows.open();
    for (let count = 0; count < 5; count += 1) assert.equal(await second.poll(reference), 'authentication');
    assert.deepEqual([sent, refusals], [1, 1]);

    await second.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    await second.poll(reference);
    assert.equal(sent, 1, 'to type the same key again is no agreement');
    const [profile] = second.credentials.all();
    assert.ok(profile);
    await second.credentials.tryAgain(profile);
    await second.poll(reference);
    assert.equal(sent, 2);
    serve = () => answer(200, '{"job":{}}');
    await second.credentials.profiles.add({
      ...{ endpoint, projectId, source: STORED, credential: key },
      verifiedAt: windows.clock.now(),
    });
    assert.equal(await second.poll(reference), 'ok', 'a key that the service has just accepted is used');
  });

  it('and that several projects share are refused once for all of them, in all windows', async () => {
    serve = async () => {
      await settle();
      return answer(401, '{"error_code":"APIGW.0301"}');
    };
    const [first, second] = [await windows.open(), await windows.open()];
    let refusals = 0;
    first.credentials.onDidRefuse(() => (refusals += 1));
    for (const each of projects)
      await first.credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    for (const window of [first, second]) {
      for (const kind of await pollAll(window, projects)) assert.equal(kind, 'authentication');
    }
    assert.deepEqual([sent, refusals], [1, 1]);
    for (const each of second.credentials.all()) assert.equal(each.refusal?.error.kind, 'authentication');

    const [profile] = first.credentials.all();
    assert.ok(profile);
    await first.credentials.tryAgain(profile);
    for (const each of first.credentials.all()) assert.equal(each.refusal, undefined, 'for all projects');
  });

  it('are stopped even if the refusal cannot be saved', async () => {
    const { credentials, poll } = await windows.open();
    const profile = await credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    let refusals = 0;
    credentials.onDidRefuse(() => (refusals += 1));
    windows.isBroken = true;
    for (let count = 0; count < 5; count += 1) assert.equal(await poll(reference), 'authentication');
    assert.deepEqual([sent, refusals], [1, 1]);
    assert.equal(credentials.refusalFor([reference])?.error.kind, 'authentication');
    const said = (words: string) => windows.log.lines.filter((line) => line.includes(words)).length;
    assert.equal(said('profiles could not be read again'), 1, 'logged once');
    assert.equal(said('Refusals could not be read again'), 1, 'logged once');
    windows.isBroken = false;
    await credentials.tryAgain(profile);
    await poll(reference);
    assert.equal(sent, 2);
  });

  it('after accepting them cause one notification, and trying again lifts the refusal for all projects', async () => {
    const waiting: (() => void)[] = [];
    serve = () => answer(200, '{"job":{}}');
    const window = await windows.open();
    const { credentials } = window;
    const both = projects.slice(0, 2);
    for (const each of both)
      await credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    const refused: string[] = [];
    credentials.onDidRefuse(({ id }) => refused.push(id));
    await pollAll(window, both);
    serve = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return answer(401);
    };
    const polls = pollAll(window, both);
    while (waiting.length < 1) await settle();
    for (const resolve of waiting) resolve();
    await polls;
    assert.equal(refused.length, 1);
    const [profile] = credentials.all();
    assert.ok(profile?.refusal);
    await credentials.tryAgain(profile);
    for (const each of credentials.all()) assert.equal(each.refusal, undefined);
  });

  it('are refused by one request only, in three windows that reload ten times', async () => {
    const reload = () => Promise.all([windows.open(), windows.open(), windows.open()]);
    let open = await reload();
    for (const each of projects)
      await open[0].credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    let notices = 0;
    for (let reloads = 0; reloads <= 10; reloads += 1) {
      for (const { credentials } of open) credentials.onDidRefuse(() => (notices += 1));
      const kinds = await windows.whileTimePasses(Promise.all(open.map((window) => pollAll(window, projects))));
      for (const kind of kinds.flat()) assert.equal(kind, 'authentication');
      for (const { credentials } of open) {
        assert.equal(credentials.refusalFor([{ endpoint, projectId: otherProject }]), undefined);
        for (const each of projects) {
          const error = credentials.refusalFor([{ endpoint, projectId: each }])?.error;
          assert.equal(error !== undefined && 'code' in error && error.code, 'APIGW.0301');
        }
      }
      open = await reload();
    }
    assert.deepEqual([sent, notices], [1, 1]);
  });

  it('while a window dies are tried by another window within seconds', async () => {
    const dying = await windows.open(() => new Promise(() => undefined), new FakeClock());
    await dying.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    void dying.poll(reference);
    await settle();
    const { poll } = await windows.open();
    const before = windows.clock.elapsed();
    assert.equal(await windows.whileTimePasses(poll(reference)), 'authentication');
    assert.ok(windows.clock.elapsed() - before < 10_000);
  });

  it('and that one window changes are used by the others, which get an event', async () => {
    const [one, other] = [await windows.open(), await windows.open()];
    await one.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    assert.equal(await other.poll(reference), 'authentication');
    await settle();
    assert.equal(one.credentials.refusalFor([reference])?.error.kind, 'authentication');
    serve = () => answer(200, '{"job":{}}');
    let changes = 0;
    other.credentials.onDidChange(() => (changes += 1));
    await windows.clock.advance(1000);
    await one.credentials.profiles.add({
      endpoint,
      projectId,
      source: STORED,
      credential: { ...key, secretKey: 'sk-right' },
    });
    await settle();
    assert.equal(other.credentials.refusalFor([reference]), undefined);
    assert.ok(changes > 0);
    assert.equal(await other.poll(reference), 'ok');
    assert.equal(sent, 2);
  });

  it('are tried again in all windows when a person tries them again in one', async () => {
    const [one, other] = [await windows.open(), await windows.open()];
    for (const each of [projectId, otherProject])
      await one.credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    await one.poll(reference);
    assert.equal(await other.poll({ ...reference, projectId: otherProject }), 'authentication');
    assert.equal(sent, 1);
    const [profile] = other.credentials.all();
    assert.ok(profile);
    await other.credentials.tryAgain(profile);
    await settle();
    assert.equal(one.credentials.refusalFor([reference]), undefined);
    serve = () => answer(200, '{"job":{}}');
    assert.equal(await one.poll({ ...reference, projectId: otherProject }), 'ok');
  });

  it('in one project only are used in the others', async () => {
    serve = () => answer(sent === 1 ? 403 : 200, '{"error_code":"APIGW.0302","job":{}}');
    const { credentials, poll } = await windows.open();
    for (const each of [projectId, otherProject])
      await credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    assert.equal(await poll(reference), 'gateway-forbidden');
    assert.equal(await poll(reference), 'gateway-forbidden');
    assert.equal(sent, 1);
    assert.equal(await poll({ ...reference, projectId: otherProject }), 'ok');
    assert.equal(credentials.refusalFor([{ endpoint, projectId: otherProject }]), undefined);
    const [profile] = credentials.all();
    assert.ok(profile);
    await credentials.tryAgain(profile);
    assert.equal(await poll(reference), 'ok');
  });

  it('are not stopped by the refusal of a key that was changed meanwhile', async () => {
    const waiting: (() => void)[] = [];
    serve = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return answer(401);
    };
    const { credentials, poll } = await windows.open();
    let refusals = 0;
    credentials.onDidRefuse(() => (refusals += 1));
    await credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    const late = poll(reference);
    while (waiting.length === 0) await settle();
    await windows.clock.advance(1000);
    await credentials.profiles.add({
      endpoint,
      projectId,
      source: STORED,
      credential: { ...key, secretKey: 'sk-right' },
    });
    waiting[0]?.();
    assert.equal(await late, 'authentication');
    assert.deepEqual([refusals, credentials.refusalFor([reference])], [0, undefined]);
    assert.ok((await credentials.credentialFor(reference)).ok);
  });

  it('leave nothing of the key in any file or in the log', async () => {
    serve = () => answer(401, JSON.stringify({ error_code: 'APIGW.0301', error_msg: JSON.stringify(key) }));
    const { credentials, poll, source } = await windows.open();
    await credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    await (await source.budgetOf(reference)).take();
    await poll(reference);
    const written = windows.written();
    assert.match(written, /refusals/);
    assert.match(written, /budgets/);
    for (const secret of [...Object.values(key), ...windows.secrets.values.values()]) {
      assert.ok(!written.includes(secret), secret);
    }
  });
});
