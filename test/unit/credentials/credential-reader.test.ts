import assert from 'node:assert/strict';
import type { Credential } from '../../../src/cloud/http/credential';
import type { Profile, ProfileSource } from '../../../src/credentials/profiles/profile';
import type { SourceProblem } from '../../../src/jobs/model/source-problem';
import { reference } from '../../support/samples';
import {
  ENVIRONMENT_PLACE,
  KOOCLI,
  writeTemporaryKey,
  OUTSIDE_KEY,
  OUTSIDE_PLACES,
  ROTATED_KEY,
  SDK_FILE,
} from '../../support/credentials/outside-keys';
import { STORED, type Window, Windows } from '../../support/credentials/windows';
import { MINUTE } from '../../../src/base/time-units';

const { endpoint, projectId } = reference;
const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };
const otherKey = { accessKey: 'HSTAPLANTED0000002', secretKey: 'sk-other' };

describe('the credential of a profile', () => {
  let windows: Windows;
  let sent: number;

  beforeEach(() => {
    sent = 0;
    windows = new Windows(() => {
      sent += 1;
      return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: '{"job":{}}' } });
    });
  });

  const add = ({ credentials }: Window, credential: Credential, source: ProfileSource = STORED): Promise<Profile> =>
    credentials.profiles.add({ endpoint, projectId, source, credential });

  /** @returns the credential, or the kind of the error. */
  async function read({ reader, credentials }: Window): Promise<Credential | string> {
    await credentials.profiles.reload();
    const [profile = assert.fail('not signed in')] = credentials.all();
    const reading = await reader.read(profile);
    return reading.ok ? reading.credential : reading.error.kind;
  }

  async function problemOf({ reader, credentials }: Window): Promise<SourceProblem> {
    const [profile = assert.fail('not signed in')] = credentials.all();
    const reading = await reader.read(profile);
    assert.ok(!reading.ok && reading.error.kind === 'source-unusable');
    return reading.error.problem;
  }

  describe('in the secret storage', () => {
    it('is what was typed', async () => {
      const window = await windows.open();
      await add(window, key);
      assert.deepEqual(await read(window), key);
    });

    it('is lost if the secret storage did not store it', async () => {
      const window = await windows.open();
      await add(window, key);
      windows.secrets.values.clear();
      assert.equal(await read(window), 'keys-lost');
    });

    it('is unreadable, not lost, if the secret storage fails, and the error gives the reason', async () => {
      const window = await windows.open();
      const profile = await add(window, key);
      windows.secrets.fails = true;
      const reading = await window.reader.read(profile);
      assert.deepEqual(reading, { ok: false, error: { kind: 'keys-unreadable', message: 'no keyring' } });
    });

    it('changes at once if another window changed it and this window can read it', async () => {
      const [one, other] = [await windows.open(), await windows.open()];
      await add(one, key);
      assert.deepEqual(await read(other), key);
      await windows.clock.advance(MINUTE);
      await add(one, otherKey);
      assert.deepEqual(await read(other), otherKey);
    });

    for (const [what, stale] of [
      ['nothing', undefined],
      ['the earlier one', key],
    ] as const) {
      it(`is in another window, neither lost nor used, if that window changed it and this window reads ${what}`, async () => {
        const [one, other] = [await windows.open(), await windows.open()];
        const { id } = await add(one, key);
        const [name = assert.fail('nothing was stored')] = [...windows.secrets.values.keys()].filter((each) =>
          each.endsWith(id),
        );
        await windows.clock.advance(MINUTE);
        await add(one, otherKey);
        windows.secrets.values.delete(name);
        if (stale !== undefined) windows.secrets.values.set(name, JSON.stringify(stale));
        assert.equal(await read(other), 'keys-elsewhere');
        assert.equal(await other.poll(reference), 'keys-elsewhere');
        assert.equal(sent, 0);

        await windows.clock.advance(MINUTE);
        const restarted = await windows.open();
        assert.deepEqual(await read(restarted), stale ?? 'keys-lost', 'a new window reads the stored one');
      });
    }
  });

  describe('that expires', () => {
    const token = 'planted-token';

    for (const [what, facts] of [
      ['the token has an expiry', (at: number) => ({ credential: { token, expiresAt: at } })],
      ['the profile has an expiry', (at: number) => ({ credential: { token }, expiresAt: at })],
    ] as const) {
      it(`is used until it expires, and for no request after that, if ${what}`, async () => {
        const window = await windows.open();
        const { credentials, reader, poll } = window;
        const end = windows.clock.now() + 24 * 60 * MINUTE;
        const profile = await credentials.profiles.add({
          endpoint,
          projectId,
          source: { kind: 'token' },
          ...facts(end),
        });
        await windows.clock.advance(24 * 60 * MINUTE - 1);
        const reading = await reader.read(profile);
        assert.deepEqual(reading.ok && [reading.expiresAt], [end]);
        assert.equal(await poll(reference), 'ok');
        const before = sent;
        await windows.clock.advance(1);
        assert.equal(await poll(reference), 'token-expired');
        assert.equal(await read(window), 'token-expired');
        assert.equal(sent, before);
      });
    }

    it('in KooCLI is read with its expiry, and reported as expired after it', async () => {
      const window = await windows.open();
      const expiredAt = windows.clock.now() + 60 * MINUTE;
      await writeTemporaryKey(windows, expiredAt);
      const profile = await add(window, OUTSIDE_KEY, KOOCLI);
      const reading = await window.reader.read(profile);
      assert.deepEqual(reading.ok && reading.expiresAt, expiredAt);
      await windows.clock.advance(60 * MINUTE);
      assert.deepEqual(await problemOf(window), { kind: 'expired', file: KOOCLI.file, expiredAt });
    });
  });

  for (const { name, source, write } of OUTSIDE_PLACES) {
    describe(`in ${name}`, () => {
      it('is read at each use, so that a new one is used without a restart', async () => {
        const window = await windows.open();
        await write(windows, OUTSIDE_KEY);
        await add(window, OUTSIDE_KEY, source);
        assert.deepEqual(await read(window), OUTSIDE_KEY);
        assert.equal(await window.poll(reference), 'ok');
        await write(windows, ROTATED_KEY);
        assert.deepEqual(await read(window), ROTATED_KEY);
        assert.equal(await window.poll(reference), 'ok');
      });

      it('needs no secret storage', async () => {
        const window = await windows.open();
        await write(windows, OUTSIDE_KEY);
        await add(window, OUTSIDE_KEY, source);
        windows.secrets.fails = true;
        assert.deepEqual(await read(window), OUTSIDE_KEY);
        assert.equal(await window.poll(reference), 'ok');
      });
    });
  }

  describe('that is gone from its source', () => {
    it('is used for no request, and the problem names the missing variables', async () => {
      const window = await windows.open();
      await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
      await add(window, OUTSIDE_KEY, ENVIRONMENT_PLACE.source);
      windows.environment = {};
      const names = ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK'];
      assert.deepEqual(await problemOf(window), { kind: 'absent', what: 'variables', names });
      windows.environment = { HUAWEICLOUD_SDK_AK: 'PLANTEDACCESSKEY0001' };
      assert.deepEqual(await problemOf(window), { kind: 'incomplete', names: ['HUAWEICLOUD_SDK_SK'], file: undefined });
      assert.equal(await window.poll(reference), 'source-unusable');
      assert.equal(sent, 0);
    });

    it('has a problem that says whether the file, its section or a part of the key is missing', async () => {
      const window = await windows.open();
      const { file } = SDK_FILE;
      await add(window, OUTSIDE_KEY, SDK_FILE);
      assert.deepEqual(await problemOf(window), { kind: 'absent', what: 'file', names: [], file });
      await windows.files.replace(file, '[global]\nak = a\nsk = s\n');
      assert.deepEqual(await problemOf(window), { kind: 'absent', what: 'section', names: ['basic'], file });
      await windows.files.replace(file, '[basic]\nak = a\n');
      assert.deepEqual(await problemOf(window), { kind: 'incomplete', names: ['sk'], file });
      await windows.files.replace(file, 'no sections');
      assert.deepEqual(await problemOf(window), { kind: 'unreadable', file, reason: 'not-ini' });
      windows.files.failNext(Object.assign(new Error('denied'), { code: 'EACCES' }), 'read');
      assert.deepEqual(await problemOf(window), { kind: 'unreadable', file, reason: 'EACCES' });
    });

    it('has a problem that names the missing profile of KooCLI, or the fields that only KooCLI can read', async () => {
      const window = await windows.open();
      const { file } = KOOCLI;
      await add(window, OUTSIDE_KEY, KOOCLI);
      await windows.files.replace(file, '{"profiles":[]}');
      assert.deepEqual(await problemOf(window), { kind: 'absent', what: 'profile', names: ['default'], file });
      const encrypted = { name: 'default', mode: 'AKSK', accessKeyId: 'x', secretAccessKey: 'x' };
      await windows.files.replace(file, JSON.stringify({ authEncrypt: 'true', profiles: [encrypted] }));
      const names = ['accessKeyId', 'secretAccessKey'];
      assert.deepEqual(await problemOf(window), { kind: 'encrypted', names, file });
      await windows.files.replace(file, '{');
      assert.deepEqual(await problemOf(window), { kind: 'unreadable', file, reason: 'not-json' });
    });
  });
});
