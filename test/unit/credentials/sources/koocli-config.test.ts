import assert from 'node:assert/strict';
import { findInKooCli, kooCliConfigFile, readKooCli } from '../../../../src/credentials/sources/koocli-config';
import {
  ACCESS_KEY,
  key,
  PROJECT_ID,
  SECRET_KEY,
  SECURITY_TOKEN,
  temporaryKey,
} from '../../../support/credentials/home';
import { HOUR } from '../../../../src/base/time-units';
import { sourceProblemSentence } from '../../../../src/ui/text/source-words';

const FILE = kooCliConfigFile('/home/somebody');
const NOW = Date.UTC(2026, 0, 1);

const plain = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY, securityToken: '' };
const temporary = { ...plain, securityToken: SECURITY_TOKEN };
/** As KooCLI writes it, with more fields than are read. */
const profile = (fields: object = {}) => ({
  name: 'default',
  mode: 'AKSK',
  ...plain,
  region: 'cn-north-4',
  projectId: PROJECT_ID,
  domainId: '',
  skipSecureVerify: 'false',
  readTimeout: 10,
  ...fields,
});
const sso = (stsToken: unknown) =>
  profile({
    mode: 'SSO',
    accessKeyId: '',
    secretAccessKey: '',
    ssoParam: { startUrl: 'https://idcenter.huaweicloud.com/d-3/portal', ssoRegion: 'cn-north-4' },
    ssoAuth: { accessTokenResult: { accessToken: 'x', expiresAt: 1 }, stsToken },
  });
const configuration = (profiles: unknown, fields: object = {}) =>
  JSON.stringify({ localDea: 'intl', current: 'default', authEncrypt: 'false', profiles, ...fields });
const read = (text: string, name = 'default') => readKooCli({ kind: 'koocli', file: FILE, profile: name }, text, NOW);
const readProfile = (fields: object) => read(configuration([profile(fields)]));
const find = (text: string) => findInKooCli(FILE, text, NOW);
const encrypted = (names: readonly string[]) => ({ ok: false, problem: { kind: 'encrypted', names, file: FILE } });
const unreadable = (reason: string) => ({ ok: false, problem: { kind: 'unreadable', file: FILE, reason } });

describe('keys in the configuration of KooCLI', () => {
  it('are read with the profile’s facts about the project', () => {
    assert.deepEqual(readProfile({}), { ok: true, credential: key });
    assert.deepEqual(readProfile(temporary), { ok: true, credential: temporaryKey });
    assert.deepEqual(find(configuration([profile()])), [
      {
        source: { kind: 'koocli', file: FILE, profile: 'default' },
        names: ['accessKeyId', 'secretAccessKey', 'region', 'projectId'],
        projectId: PROJECT_ID,
        region: 'cn-north-4',
        accessKeyStart: 'PLAN',
      },
    ]);
  });

  it('are listed for each profile, the current profile first', () => {
    const text = configuration([profile({ name: 'a' }), profile({ name: 'b' }), profile({ name: 'c' })], {
      current: 'b',
    });
    const names = find(text).map(({ source }) => source.kind === 'koocli' && source.profile);
    assert.deepEqual(names, ['b', 'a', 'c']);
    assert.deepEqual(read(text, 'd'), {
      ok: false,
      problem: { kind: 'absent', what: 'profile', names: ['d'], file: FILE },
    });
  });

  it('are of the first profile if two have the same name, as in Terraform', () => {
    const text = configuration([profile(), profile({ accessKeyId: 'OTHERACCESSKEY000001' })]);
    assert.deepEqual(read(text), { ok: true, credential: key });
    assert.equal(find(text).length, 1);
  });

  it('are never used if they are encrypted', () => {
    const names = ['accessKeyId', 'secretAccessKey'];
    for (const authEncrypt of ['true', 'True', true]) {
      assert.deepEqual(read(configuration([profile()], { authEncrypt })), encrypted(names));
    }
    const cipherText = `${SECRET_KEY}/+==`.repeat(2);
    for (const authEncrypt of [undefined, 'false', false, null, 7]) {
      for (const fields of [
        { accessKeyId: cipherText },
        { secretAccessKey: cipherText },
        { accessKeyId: 'a'.repeat(20) },
      ]) {
        const text = configuration([profile(fields)], { authEncrypt });
        assert.deepEqual(read(text), encrypted(names));
        assert.equal(find(text)[0]?.accessKeyStart, undefined);
      }
    }
  });

  it('that are incomplete or empty have a problem that names the missing fields', () => {
    const incomplete = (names: readonly string[]) => ({
      ok: false,
      problem: { kind: 'incomplete', names, file: FILE },
    });
    assert.deepEqual(readProfile({ secretAccessKey: ' ' }), incomplete(['secretAccessKey']));
    assert.deepEqual(
      readProfile({ accessKeyId: '', secretAccessKey: undefined }),
      incomplete(['accessKeyId', 'secretAccessKey']),
    );
  });

  it('of a single sign-on that has none yet lead to signing in, since a person cannot set them', () => {
    const { accessKeyId, ...withoutAccessKey } = temporary;
    assert.equal(accessKeyId, ACCESS_KEY);
    const empty = { accessKeyId: '', secretAccessKey: '', securityToken: '' };
    for (const stsToken of [undefined, null, {}, empty, plain, withoutAccessKey, 'damaged']) {
      const problem = { kind: 'no-sso-keys', file: FILE } as const;
      assert.deepEqual(read(configuration([sso(stsToken)])), { ok: false, problem }, JSON.stringify(stsToken));
      assert.deepEqual(find(configuration([sso(stsToken)]))[0]?.problem, problem);
      const sentence = sourceProblemSentence(problem);
      assert.ok(sentence.includes('hcloud configure sso') && !sentence.includes('stsToken'), sentence);
    }
  });

  it('have a problem that names a mode without a key', () => {
    const unsupported = (mode: string) => ({ ok: false, problem: { kind: 'unsupported', mode, file: FILE } });
    assert.deepEqual(readProfile({ mode: 'ecsAgency' }), unsupported('ecsAgency'));
    assert.deepEqual(readProfile({ mode: 'AssumeRole' }), unsupported('AssumeRole'));
    assert.deepEqual(readProfile({ mode: SECRET_KEY }), unsupported('?'));
    assert.deepEqual(readProfile({ mode: undefined }), { ok: true, credential: key });
  });

  it('of a single sign-on are the temporary keys, with their expiry if it is known', () => {
    const readSso = (end: object) => read(configuration([sso({ ...temporary, ...end })]));
    assert.deepEqual(readSso({}), { ok: true, credential: temporaryKey });
    assert.deepEqual(find(configuration([sso(temporary)]))[0]?.names, [
      'ssoAuth.stsToken.accessKeyId',
      'ssoAuth.stsToken.secretAccessKey',
      'ssoAuth.stsToken.securityToken',
      'region',
      'projectId',
    ]);
    const end = NOW + HOUR;
    for (const expiration of [
      end,
      end / 1000,
      String(end / 1000),
      new Date(end).toISOString(),
      '2026-01-01T09:00:00+0800',
      '2026-01-01T09:00:00+08',
      '2026-01-01 01:00:00.000 UTC',
      '2026-01-01 01:00:00 +0000 UTC',
    ]) {
      const expected = { ok: true, credential: temporaryKey, expiresAt: end };
      assert.deepEqual(readSso({ expiration }), expected, String(expiration));
      assert.deepEqual(readSso({ expiresAt: expiration }), expected, String(expiration));
    }
    for (const expiration of [
      '',
      'soon',
      '2026-01-01 01:00:00',
      '2026-99-99Z',
      '2025-02-30T00:00:00Z',
      '0001-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
      '1970-01-01T08:00:00+08:00',
      0,
      null,
      {},
    ]) {
      assert.deepEqual(readSso({ expiration }), { ok: true, credential: temporaryKey }, JSON.stringify(expiration));
    }
  });

  it('of an expired single sign-on have a problem with the expiry', () => {
    for (const expiredAt of [NOW, NOW - HOUR]) {
      const text = configuration([sso({ ...temporary, expiration: expiredAt / 1000 })]);
      const problem = { kind: 'expired', file: FILE, expiredAt };
      assert.deepEqual(read(text), { ok: false, problem });
      assert.deepEqual(find(text)[0]?.problem, problem);
    }
  });

  it('are read despite fields of other types and entries that are not profiles', () => {
    const odd = profile({ region: 4, projectId: null, securityToken: {}, ssoAuth: [], mode: 'AKSK' });
    const text = configuration([null, 'default', { name: 1 }, {}, odd], { current: 1, authEncrypt: [] });
    assert.deepEqual(read(text), { ok: true, credential: key });
    assert.equal(find(text).length, 1);
    assert.deepEqual(read(`\uFEFF${text}`), { ok: true, credential: key });
  });

  it('are not read from a file of another format', () => {
    assert.deepEqual(read(`{ "profiles": [ ${SECRET_KEY}`), unreadable('not-json'));
    assert.deepEqual(read(''), unreadable('not-json'));
    for (const text of ['[]', 'null', '{}', configuration({}), configuration('x')]) {
      assert.deepEqual(read(text), unreadable('not-a-configuration'), text);
      assert.equal(find(text)[0]?.problem?.kind, 'unreadable', text);
    }
    assert.deepEqual(find(configuration([])), []);
  });
});
