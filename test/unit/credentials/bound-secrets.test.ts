import assert from 'node:assert/strict';
import path from 'node:path';
import type { Credential } from '../../../src/cloud/http/credential';
import { type ProfileSource, profileId } from '../../../src/credentials/profiles/profile';
import { FOLDER, STORED, type Window, Windows } from '../../support/credentials/windows';
import { reference } from '../../support/samples';

const FILE = path.posix.join(FOLDER, 'profiles.json');
const { endpoint, projectId } = reference;
const ELSEWHERE = 'https://elb.evil.example';
const PASSWORD: ProfileSource = {
  kind: 'password',
  iamEndpoint: 'https://iam.corp.example',
  domain: 'account',
  user: 'user',
};
const SOURCES: readonly (readonly [ProfileSource, Credential])[] = [
  [STORED, { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' }],
  [STORED, { accessKey: 'HSTAPLANTED0000001', secretKey: 'sk-planted', securityToken: 'token-planted' }],
  [{ kind: 'token' }, { token: 'token-planted' }],
  [PASSWORD, { token: 'token-planted', expiresAt: Date.UTC(2027, 0, 1) }],
];

describe('a stored secret, after someone edited profiles.json,', () => {
  let windows: Windows;
  let hosts: string[];

  beforeEach(() => {
    hosts = [];
    windows = new Windows(({ url }) => {
      hosts.push(new URL(url).host);
      return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: '{"job":{}}' } });
    });
  });

  const nameOf = (id: string) => `elbJobs.accessKey.${id}`;
  const storedOf = (id: string) => JSON.parse(windows.secrets.values.get(nameOf(id)) ?? '{}') as { place?: object };
  const signIn = async ([source, credential]: (typeof SOURCES)[number]) =>
    (await windows.open()).credentials.profiles.add({ endpoint, projectId, source, credential });

  /** Changes the only entry of the file. */
  async function edit(change: object): Promise<void> {
    const { version, profiles } = JSON.parse(windows.files.files.get(FILE) ?? '') as {
      version: number;
      profiles: object[];
    };
    const edited = profiles.map((profile) => ({ ...profile, ...change }));
    await windows.files.replace(FILE, JSON.stringify({ version, profiles: edited }));
  }

  const kindAt = async ({ credentials }: Window, changed: Partial<typeof reference> = {}) => {
    const result = await credentials.credentialFor({ ...reference, ...changed });
    return result.ok ? 'ok' : result.error.kind;
  };

  for (const each of SOURCES) {
    const [{ kind }, credential] = each;
    const what = `${kind}${'securityToken' in credential ? ' with a security token' : ''}`;

    it(`is sent to no other endpoint and project: ${what}`, async () => {
      const { id } = await signIn(each);
      for (const change of [
        { endpoint: ELSEWHERE },
        { projectId: 'f'.repeat(32) },
        { endpoint: ELSEWHERE, projectId: 'f'.repeat(32), region: 'cn-north-4' },
      ]) {
        await edit({ endpoint, projectId, ...change });
        const window = await windows.open();
        assert.equal(await kindAt(window, change), 'signed-out');
        assert.equal(await window.poll({ ...reference, ...change }), 'signed-out');
        assert.equal(await window.poll(reference), 'signed-out');
        const [entry] = window.credentials.unreadable;
        assert.equal(entry?.reason, 'other-place', 'it is shown');
        assert.ok(windows.files.files.get(FILE)?.includes(id), 'it stays in the file');
      }
      assert.deepEqual(hosts, []);
      await edit({ endpoint, projectId });
      assert.equal(await (await windows.open()).poll(reference), 'ok', 'once undone, it is used again');
    });

    it(`is not taken along under the id of the new place: ${what}`, async () => {
      await signIn(each);
      const id = profileId(ELSEWHERE, projectId);
      await edit({ endpoint: ELSEWHERE, id });
      const window = await windows.open();
      assert.equal(await kindAt(window, { endpoint: ELSEWHERE }), 'keys-lost');
      // Even if someone could also move the secret.
      windows.secrets.values.set(nameOf(id), windows.secrets.values.get(nameOf(profileId(endpoint, projectId))) ?? '');
      assert.equal(await kindAt(window, { endpoint: ELSEWHERE }), 'keys-of-other-place');
      assert.equal(await window.poll({ ...reference, endpoint: ELSEWHERE }), 'keys-of-other-place');
      assert.deepEqual(hosts, []);
    });

    it(`is bound to its place once if an earlier version stored it: ${what}`, async () => {
      const { id } = await signIn(each);
      windows.secrets.values.set(nameOf(id), JSON.stringify(credential));
      const window = await windows.open();
      assert.equal(await window.poll(reference), 'ok');
      const iam = kind === 'password' ? { iamEndpoint: PASSWORD.iamEndpoint } : {};
      assert.deepEqual(storedOf(id), { ...credential, place: { endpoint, projectId, ...iam } });
    });
  }

  it('is not used with another IAM endpoint than the one that gave the token', async () => {
    await signIn([PASSWORD, { token: 'token-planted' }]);
    await edit({ source: { ...PASSWORD, iamEndpoint: 'https://iam.evil.example' } });
    const window = await windows.open();
    assert.equal(await kindAt(window), 'keys-of-other-place');
    await window.credentials.profiles.add({ endpoint, projectId, source: PASSWORD, credential: { token: 'new' } });
    assert.equal(await kindAt(window), 'ok', 'after a new sign-in');
  });

  it('is used although its place cannot be saved with it, and the next window saves it', async () => {
    const [, credential = assert.fail()] = SOURCES[0] ?? [];
    const { id } = await signIn([STORED, credential]);
    windows.secrets.values.set(nameOf(id), JSON.stringify(credential));
    windows.secrets.forgets = true;
    const window = await windows.open();
    for (let count = 0; count < 3; count += 1) assert.equal(await kindAt(window), 'ok');
    assert.equal(storedOf(id).place, undefined);
    windows.secrets.forgets = false;
    assert.equal(await kindAt(await windows.open()), 'ok');
    assert.deepEqual(storedOf(id).place, { endpoint, projectId });
  });

  it('is not replaced by the earlier one when another window stores a new one at the same time', async () => {
    const [, credential = assert.fail()] = SOURCES[0] ?? [];
    const { id } = await signIn([STORED, credential]);
    windows.secrets.values.set(nameOf(id), JSON.stringify(credential));
    const [window, other] = [await windows.open(), await windows.open()];
    const changed = { accessKey: 'AKIDPLANTED0000002', secretKey: 'sk-other' };
    await Promise.all([
      kindAt(window),
      other.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: changed }),
    ]);
    assert.deepEqual(storedOf(id), { ...changed, place: { endpoint, projectId } });
  });

  it('of a custom endpoint is not shown under the name of a region', async () => {
    const { credentials } = await windows.open();
    const [, credential = assert.fail()] = SOURCES[0] ?? [];
    for (const [at, region] of [
      [ELSEWHERE, undefined],
      ['https://elb.cn-north-4.myhuaweicloud.com.evil.example', undefined],
      ['https://elb.cn-north-4.myhuaweicloud.com:8443', undefined],
      ['https://elb.cn-east-3.myhuaweicloud.com', undefined],
      ['https://elb.cn-north-4.myhuaweicloud.com', 'cn-north-4'],
    ] as const) {
      const profile = await credentials.profiles.add({
        ...{ endpoint: at, region: 'cn-north-4', projectId, source: STORED, credential },
      });
      assert.equal(profile.region, region, at);
    }
  });
});
