import assert from 'node:assert/strict';
import type { Credential } from '../../../src/cloud/http/credential';
import type { Profile, ProfileSource } from '../../../src/credentials/profiles/profile';
import type { SourceProblem } from '../../../src/jobs/model/source-problem';
import { reference } from '../../support/samples';
import {
  ENVIRONMENT_PLACE,
  KOOCLI,
  keepTemporaryKey,
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
    credentials.add({ endpoint, projectId, source, credential });

  /** The credential, or the kind of error that there is in its place. */
  async function read({ reader, credentials }: Window): Promise<Credential | string> {
    await credentials.reload();
    const [profile = assert.fail('nobody is signed in')] = credentials.all();
    const reading = await reader.read(profile);
    return reading.ok ? reading.credential : reading.error.kind;
  }

  async function problemOf({ reader, credentials }: Window): Promise<SourceProblem> {
    const [profile = assert.fail('nobody is signed in')] = credentials.all();
    const reading = await reader.read(profile);
    assert.ok(!reading.ok && reading.error.kind === 'source-unusable');
    return reading.error.problem;
  }

  describe('that the editor keeps', () => {
    it('is what was typed', async () => {
      const window = await windows.open();
      await add(window, key);
      assert.deepEqual(await read(window), key);
    });

    it('is lost where the secret storage kept nothing', async () => {
      const window = await windows.open();
      await add(window, key);
      windows.secrets.values.clear();
      assert.equal(await read(window), 'keys-lost');
    });

    it('is unreadable, and not lost, where the secret storage fails, and says why', async () => {
      const window = await windows.open();
      const profile = await add(window, key);
      windows.secrets.fails = true;
      const reading = await window.reader.read(profile);
      assert.deepEqual(reading, { ok: false, error: { kind: 'keys-unreadable', message: 'no keyring' } });
    });

    it('is another one at once where another window changed it and this one can read it', async () => {
      const [one, other] = [await windows.open(), await windows.open()];
      await add(one, key);
      assert.deepEqual(await read(other), key);
      await windows.clock.advance(MINUTE);
      await add(one, otherKey);
      assert.deepEqual(await read(other), otherKey);
    });

    for (const [what, stale] of [
      ['none', undefined],
      ['the one before', key],
    ] as const) {
      it(`is elsewhere, and neither lost nor used, where another window changed it and this one reads ${what}`, async () => {
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
        assert.equal(await other.look(reference), 'keys-elsewhere');
        assert.equal(sent, 0);

        await windows.clock.advance(MINUTE);
        const restarted = await windows.open();
        assert.deepEqual(await read(restarted), stale ?? 'keys-lost', 'a new window reads what there is');
      });
    }
  });

  describe('that ends', () => {
    const token = 'planted-token';

    for (const [what, facts] of [
      ['the token says so', (at: number) => ({ credential: { token, expiresAt: at } })],
      ['the profile says so', (at: number) => ({ credential: { token }, expiresAt: at })],
    ] as const) {
      it(`is used until its end, and asked nothing with from then on, where ${what}`, async () => {
        const window = await windows.open();
        const { credentials, reader, look } = window;
        const end = windows.clock.now() + 24 * 60 * MINUTE;
        const profile = await credentials.add({ endpoint, projectId, source: { kind: 'token' }, ...facts(end) });
        await windows.clock.advance(24 * 60 * MINUTE - 1);
        const reading = await reader.read(profile);
        assert.deepEqual(reading.ok && [reading.expiresAt], [end]);
        assert.equal(await look(reference), 'ok');
        const before = sent;
        await windows.clock.advance(1);
        assert.equal(await look(reference), 'token-expired');
        assert.equal(await read(window), 'token-expired');
        assert.equal(sent, before);
      });
    }

    it('and is kept by KooCLI is told with its end, and with that it has ended', async () => {
      const window = await windows.open();
      const expiredAt = windows.clock.now() + 60 * MINUTE;
      await keepTemporaryKey(windows, expiredAt);
      const profile = await add(window, OUTSIDE_KEY, KOOCLI);
      const reading = await window.reader.read(profile);
      assert.deepEqual(reading.ok && reading.expiresAt, expiredAt);
      await windows.clock.advance(60 * MINUTE);
      assert.deepEqual(await problemOf(window), { kind: 'expired', file: KOOCLI.file, expiredAt });
    });
  });

  for (const { name, source, keep } of OUTSIDE_PLACES) {
    describe(`that is in ${name}`, () => {
      it('is read there at each use, so that another one is used without a restart', async () => {
        const window = await windows.open();
        await keep(windows, OUTSIDE_KEY);
        await add(window, OUTSIDE_KEY, source);
        assert.deepEqual(await read(window), OUTSIDE_KEY);
        assert.equal(await window.look(reference), 'ok');
        await keep(windows, ROTATED_KEY);
        assert.deepEqual(await read(window), ROTATED_KEY);
        assert.equal(await window.look(reference), 'ok');
      });

      it('needs no secret storage', async () => {
        const window = await windows.open();
        await keep(windows, OUTSIDE_KEY);
        await add(window, OUTSIDE_KEY, source);
        windows.secrets.fails = true;
        assert.deepEqual(await read(window), OUTSIDE_KEY);
        assert.equal(await window.look(reference), 'ok');
      });
    });
  }

  describe('that is not where it was', () => {
    it('is asked nothing with, and says which variables are missing', async () => {
      const window = await windows.open();
      await ENVIRONMENT_PLACE.keep(windows, OUTSIDE_KEY);
      await add(window, OUTSIDE_KEY, ENVIRONMENT_PLACE.source);
      windows.environment = {};
      const names = ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK'];
      assert.deepEqual(await problemOf(window), { kind: 'absent', what: 'variables', names });
      windows.environment = { HUAWEICLOUD_SDK_AK: 'PLANTEDACCESSKEY0001' };
      assert.deepEqual(await problemOf(window), { kind: 'incomplete', names: ['HUAWEICLOUD_SDK_SK'], file: undefined });
      assert.equal(await window.look(reference), 'source-unusable');
      assert.equal(sent, 0);
    });

    it('says whether it is the file, its section or a part of the key that is missing', async () => {
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

    it('says which profile of KooCLI is missing, and what only KooCLI can read', async () => {
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
