import assert from 'node:assert/strict';
import path from 'node:path';
import type { ProfileSource } from '../../../../src/credentials/profiles/profile';
import { FakeClock, settle } from '../../../support/fake-clock';
import { reference } from '../../../support/samples';
import {
  ENVIRONMENT_PLACE,
  writeTemporaryKey,
  KOOCLI,
  OUTSIDE_KEY,
  OUTSIDE_PLACES,
  ROTATED_KEY,
  SDK_FILE,
  SDK_FILE_PLACE,
  KOOCLI_PLACE,
} from '../../../support/credentials/outside-keys';
import { FOLDER, STORED, type Window, Windows } from '../../../support/credentials/windows';
import { MINUTE } from '../../../../src/base/time-units';

const { endpoint, projectId } = reference;
const otherProject = projectId.replace('7', '8');
const typedKey = { accessKey: 'AKIDTYPED000000001', secretKey: 'sk-typed' };

const answer = (status: number, body = '') => ({ ok: true, value: { status, headers: {}, body } }) as const;
const accepted = () => answer(200, '{"job":{}}');
const refused = () => answer(401, '{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}');

describe('profiles whose keys are outside the editor', () => {
  let windows: Windows;
  let sent: number;
  let serve: () => ReturnType<typeof answer>;

  beforeEach(() => {
    sent = 0;
    serve = accepted;
    windows = new Windows(() => {
      sent += 1;
      return Promise.resolve(serve());
    });
  });

  const add = ({ credentials }: Window, source: ProfileSource, credential = OUTSIDE_KEY, project = projectId) =>
    credentials.profiles.add({ endpoint, projectId: project, source, credential });

  /** @returns everything that the extension wrote: its files, its log and its secrets. */
  const written = () =>
    [...windows.files.files]
      .filter(([file]) => file.startsWith(FOLDER))
      .flat()
      .concat(windows.log.lines, ...windows.secrets.values)
      .join('\n');

  for (const { name, source, write } of OUTSIDE_PLACES) {
    describe(`in ${name}`, () => {
      beforeEach(() => write(windows, OUTSIDE_KEY));

      it('leave nothing of the key in a file, in the log or in the secret storage', async () => {
        const window = await windows.open();
        await add(window, source);
        await (await window.source.budgetOf(reference)).take();
        assert.equal(await window.poll(reference), 'ok');
        await windows.clock.advance(5 * MINUTE);
        serve = () => answer(401, JSON.stringify({ error_code: 'APIGW.0301', error_msg: JSON.stringify(OUTSIDE_KEY) }));
        assert.equal(await window.poll(reference), 'authentication');
        assert.deepEqual([...windows.secrets.values.keys()], []);
        const all = written();
        assert.match(all, /profiles\.json/);
        assert.match(all, /refusals/);
        for (const secret of Object.values(OUTSIDE_KEY)) assert.ok(!all.includes(String(secret)), String(secret));
      });

      it('are usable without a keyring', async () => {
        windows.secrets.fails = true;
        const window = await windows.open();
        await add(window, source);
        assert.equal(await window.poll(reference), 'ok');
        const restarted = await windows.open();
        assert.equal(await restarted.poll(reference), 'ok');
      });

      it('are removed by signing out, which needs no keyring and does not change the key’s source', async () => {
        windows.secrets.fails = true;
        const window = await windows.open();
        await window.credentials.profiles.signOut(await add(window, source));
        assert.deepEqual(window.credentials.all(), []);
        assert.equal(await window.poll(reference), 'signed-out');
        windows.secrets.fails = false;
        await add(window, source);
        assert.equal(await window.poll(reference), 'ok');
      });
    });
  }

  it('leave no secret after signing out, not even an earlier typed key', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    await add(window, STORED, typedKey);
    await window.credentials.profiles.signOut(await add(window, ENVIRONMENT_PLACE.source));
    assert.deepEqual([...windows.secrets.values.keys()], []);
  });

  it('replace a typed key, which is then deleted', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    await add(window, STORED, typedKey);
    await add(window, STORED, typedKey, otherProject);
    await windows.clock.advance(MINUTE);
    const profile = await add(window, ENVIRONMENT_PLACE.source);
    const secrets = [...windows.secrets.values];
    assert.equal(secrets.length, 1, 'the key of the other project stays');
    assert.ok(!secrets.some(([name]) => name.endsWith(profile.id)));
    const result = await window.credentials.credentialFor(reference);
    assert.ok(result.ok);
    assert.deepEqual(result.credential, OUTSIDE_KEY);
  });

  it('are replaced by a typed key', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    await add(window, ENVIRONMENT_PLACE.source);
    await windows.clock.advance(MINUTE);
    await add(window, STORED, typedKey);
    windows.environment = {};
    const result = await window.credentials.credentialFor(reference);
    assert.ok(result.ok);
    assert.deepEqual(result.credential, typedKey);
  });

  it('do not replace a typed key if they cannot be saved', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    await add(window, STORED, typedKey);
    windows.files.failNext(new Error('no space'), 'replace');
    await assert.rejects(add(window, ENVIRONMENT_PLACE.source), /no space/);
    const result = await window.credentials.credentialFor(reference);
    assert.ok(result.ok);
    assert.deepEqual(result.credential, typedKey);
  });

  for (const { name, source, write } of [SDK_FILE_PLACE, KOOCLI_PLACE]) {
    it(`are refused by one request, and used again automatically when the key in ${name} changes`, async () => {
      await write(windows, OUTSIDE_KEY);
      serve = refused;
      const window = await windows.open();
      await add(window, source);
      for (let count = 0; count < 5; count += 1) assert.equal(await window.poll(reference), 'authentication');
      assert.equal(sent, 1);
      assert.ok(window.credentials.refusalFor([reference]));

      serve = accepted;
      const refusals: boolean[] = [];
      const nextLooks: Promise<string>[] = [];
      window.credentials.onDidChange(() => {
        refusals.push(window.credentials.refusalFor([reference]) !== undefined);
        // As the engine does.
        if (nextLooks.length === 0) nextLooks.push(window.poll(reference));
      });
      await write(windows, ROTATED_KEY);
      while (nextLooks.length === 0) await settle();
      assert.deepEqual(await Promise.all(nextLooks), ['ok']);
      assert.deepEqual([sent, refusals.includes(true)], [2, false]);

      await write(windows, OUTSIDE_KEY);
      assert.equal(await window.poll(reference), 'authentication', 'the old key stays refused');
      assert.equal(sent, 2);
    });
  }

  it('are tried again for a person, with the current key', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    serve = refused;
    const window = await windows.open();
    const profile = await add(window, ENVIRONMENT_PLACE.source);
    assert.equal(await window.poll(reference), 'authentication');
    await window.credentials.tryAgain(profile);
    assert.equal(window.credentials.refusalFor([reference]), undefined);
    serve = accepted;
    assert.equal(await window.poll(reference), 'ok');
    assert.equal(sent, 2);
  });

  it('send no request in any project with a key that was refused in a person’s test', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    const profile = await add(window, ENVIRONMENT_PLACE.source);
    await add(window, ENVIRONMENT_PLACE.source, OUTSIDE_KEY, otherProject);
    await window.credentials.noteRefused(profile, OUTSIDE_KEY, { kind: 'authentication', code: 'APIGW.0301' });
    for (const each of [projectId, otherProject]) {
      assert.equal(await window.poll({ ...reference, projectId: each }), 'authentication');
    }
    assert.equal(sent, 0);
  });

  it('are polled again when a missing file appears', async () => {
    const { source, write } = SDK_FILE_PLACE;
    const window = await windows.open();
    await add(window, source);
    assert.equal(await window.poll(reference), 'source-unusable');
    let changes = 0;
    window.credentials.onDidChange(() => (changes += 1));
    await write(windows, OUTSIDE_KEY);
    while (changes === 0) await settle();
    assert.equal(await window.poll(reference), 'ok');
  });

  it('have their files watched only while an open window has a profile that needs them', async () => {
    const [one, other] = [await windows.open(), await windows.open()];
    const isWatched = () => windows.files.isWatched(path.dirname(SDK_FILE.file));
    const profile = await add(one, SDK_FILE);
    await settle();
    assert.equal(isWatched(), true);
    await one.credentials.profiles.signOut(profile);
    await settle();
    assert.equal(isWatched(), false, 'in both windows');
    await add(one, SDK_FILE);
    await settle();
    for (const { credentials } of [one, other]) {
      assert.equal(isWatched(), true);
      credentials.profiles.dispose();
    }
    assert.equal(isWatched(), false);
  });

  it('know when a temporary key expires once it was read', async () => {
    const expiresAt = windows.clock.now() + 60 * MINUTE;
    await writeTemporaryKey(windows, expiresAt);
    const window = await windows.open();
    const profile = await add(window, KOOCLI);
    assert.equal(window.credentials.endOf(profile), undefined);
    assert.equal(await window.poll(reference), 'ok');
    assert.equal(window.credentials.endOf(profile), expiresAt);
  });

  it('that share a key are tried by one window, and by the next if that one dies', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const dying = await windows.open(() => new Promise(() => undefined), new FakeClock());
    await add(dying, ENVIRONMENT_PLACE.source);
    void dying.poll(reference);
    await settle();
    const next = await windows.open();
    assert.equal(await windows.whileTimePasses(next.poll(reference)), 'ok');
    assert.equal(sent, 1);
  });

  it('report the disk’s failure, not the keyring’s, if they cannot be saved', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    await window.signIn.obstacleTo(OUTSIDE_KEY);
    windows.secrets.fails = true;
    windows.files.failNext(new Error('no space'), 'replace');
    await assert.rejects(add(window, ENVIRONMENT_PLACE.source), /no space/);
  });

  it('do not wait forever for a secret storage that does not answer', async () => {
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    const window = await windows.open();
    windows.secrets.get = () => new Promise(() => undefined);
    await windows.whileTimePasses(add(window, ENVIRONMENT_PLACE.source));
    assert.equal(window.credentials.all().length, 1);
  });
});
