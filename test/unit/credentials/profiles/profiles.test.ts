import assert from 'node:assert/strict';
import path from 'node:path';
import type { NewProfile } from '../../../../src/credentials/profile-store';
import { profileId, profileName } from '../../../../src/credentials/profiles/profile';
import { settle } from '../../../support/fake-clock';
import { reference } from '../../../support/samples';
import { FOLDER, STORED, Windows } from '../../../support/credentials/windows';
import { MINUTE } from '../../../../src/base/time-units';

const FILE = path.posix.join(FOLDER, 'profiles.json');
const { endpoint, projectId } = reference;
const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };
const otherKey = { accessKey: 'HSTAPLANTED0000002', secretKey: 'sk-other' };

describe('profiles', () => {
  let windows: Windows;

  beforeEach(() => {
    windows = new Windows();
  });

  const openManager = async () => (await windows.open()).credentials;
  const newProfile = (fields: Partial<NewProfile> = {}): NewProfile => ({
    endpoint,
    projectId,
    source: STORED,
    credential: key,
    ...fields,
  });
  const inProject = (digit: string) => newProfile({ projectId: digit.repeat(32) });

  it('have the name that a person gave, in all windows, until it changes', async () => {
    const [one, other] = [await openManager(), await openManager()];
    const profile = await one.profiles.add(newProfile({ name: 'Production', region: 'cn-north-4' }));
    assert.equal(profileName(profile), 'Production');
    await one.profiles.rename(profile, 'The shop');
    await settle();
    for (const each of [one, other, await openManager()]) assert.equal(each.all()[0]?.name, 'The shop');
    await one.profiles.rename(profile, undefined);
    const [unnamed = assert.fail()] = (await openManager()).all();
    assert.equal(profileName(unnamed), `cn-north-4 · ${projectId.slice(0, 12)}…`);
  });

  it('keep their name and stay the default when their key is changed', async () => {
    const manager = await openManager();
    await manager.profiles.setDefault(await manager.profiles.add(newProfile({ name: 'Production' })));
    const changed = await manager.profiles.add(newProfile({ credential: otherKey }));
    assert.deepEqual([changed.name, changed.isDefault, changed.accessKeyStart], ['Production', true, 'HSTA']);
    assert.equal(manager.all().length, 1);
  });

  it('have at most one default, which comes first in all windows', async () => {
    const [one, other] = [await openManager(), await openManager()];
    for (const digit of ['1', '2', '3']) await one.profiles.add(inProject(digit));
    const order = (manager: typeof one) => manager.all().map((profile) => profile.projectId[0]);
    assert.deepEqual(order(one), ['1', '2', '3']);
    for (const digit of ['2', '3']) {
      const [wanted = assert.fail()] = one.all().filter((profile) => profile.projectId.startsWith(digit));
      await one.profiles.setDefault(wanted);
    }
    await settle();
    for (const manager of [one, other, await openManager()]) {
      assert.deepEqual(order(manager), ['3', '1', '2']);
      assert.deepEqual(
        manager.all().map(({ isDefault }) => isDefault === true),
        [true, false, false],
      );
    }
  });

  it('keep their default if the profile that is to be it was just removed in another window', async () => {
    const [one, other] = [await openManager(), await openManager()];
    const first = await one.profiles.add(inProject('1'));
    const second = await one.profiles.add(inProject('2'));
    await one.profiles.setDefault(first);
    await one.profiles.signOut(second);
    await other.profiles.setDefault(second);
    assert.deepEqual(
      (await openManager()).all().map(({ id, isDefault }) => [id, isDefault]),
      [[first.id, true]],
    );
  });

  it('lose nothing if two windows change them at the same time', async () => {
    const [one, other] = [await openManager(), await openManager()];
    const profile = await one.profiles.add(inProject('1'));
    await other.profiles.add(inProject('2'));
    await windows.whileTimePasses(
      Promise.all([
        one.profiles.rename(profile, 'Mine'),
        other.profiles.setDefault(profile),
        one.profiles.add(inProject('3')),
      ]),
    );
    const [first, ...rest] = (await openManager()).all();
    assert.deepEqual([first?.name, first?.isDefault, rest.length], ['Mine', true, 2]);
  });

  it('have the time of the last successful test, until their key is changed', async () => {
    const manager = await openManager();
    const profile = await manager.profiles.add(newProfile());
    assert.equal(profile.verifiedAt, undefined);
    await windows.clock.advance(MINUTE);
    await manager.profiles.noteVerified(profile);
    assert.equal((await openManager()).all()[0]?.verifiedAt, windows.clock.now());
    assert.equal((await manager.profiles.add(newProfile({ credential: otherKey }))).verifiedAt, undefined);
  });

  it('of a token have its expiry, and show nothing of the token', async () => {
    const manager = await openManager();
    const expiresAt = windows.clock.now() + 24 * 60 * MINUTE;
    const profile = await manager.profiles.add(
      newProfile({ source: { kind: 'token' }, credential: { token: 'planted-token', expiresAt }, expiresAt }),
    );
    assert.equal(profile.accessKeyStart, undefined);
    const [saved = assert.fail()] = (await openManager()).all();
    assert.equal(manager.endOf(saved), expiresAt);
    assert.ok(!windows.written().includes('planted-token'));
    const [, secret] = [...windows.secrets.values].find(([name]) => name.endsWith(saved.id)) ?? [];
    assert.match(secret ?? '', /planted-token/, 'it is in the secret storage');
  });

  it('of a password have the user, and the token in the secret storage', async () => {
    const manager = await openManager();
    const source = { kind: 'password', iamEndpoint: 'https://iam.example.com', domain: 'd', user: 'u' } as const;
    const expiresAt = windows.clock.now() + MINUTE;
    await manager.profiles.add(newProfile({ source, credential: { token: 'planted-token', expiresAt }, expiresAt }));
    const [saved = assert.fail()] = (await openManager()).all();
    assert.deepEqual(saved.source, source);
    assert.ok(!windows.written().includes('planted-token'));
    assert.ok((await manager.credentialFor(reference)).ok);
  });

  describe('of version 1', () => {
    const id = profileId(endpoint, projectId);
    const old = { id, endpoint, region: 'cn-north-4', projectId, accessKeyStart: 'AKID', keyChangedAt: 5 };

    beforeEach(async () => {
      await windows.files.replace(FILE, JSON.stringify({ version: 1, profiles: [old] }));
      windows.secrets.values.set(`elbJobs.accessKey.${id}`, JSON.stringify(key));
    });

    it('are of typed keys, and usable at once', async () => {
      const manager = await openManager();
      const [profile = assert.fail()] = manager.all();
      assert.deepEqual([profile.source, profile.region], [STORED, 'cn-north-4']);
      const result = await manager.credentialFor(reference);
      assert.ok(result.ok);
      assert.deepEqual(result.credential, key);
    });

    it('are not lost when another profile changes', async () => {
      const manager = await openManager();
      await manager.profiles.add(inProject('1'));
      const saved = JSON.parse(windows.files.files.get(FILE) ?? '') as { version: number; profiles: { id: string }[] };
      assert.equal(saved.version, 2);
      assert.deepEqual(
        (await openManager()).all().map((profile) => [profile.projectId, profile.source.kind]),
        [
          [projectId, 'stored'],
          ['1'.repeat(32), 'stored'],
        ],
      );
      assert.ok((await manager.credentialFor(reference)).ok);
    });
  });

  it('written by a newer version are not changed, and the known profiles stay usable', async () => {
    const manager = await openManager();
    const profile = await manager.profiles.add(newProfile());
    const future = '{"version":3,"profiles":{"of":"another form"}}';
    await windows.files.replace(FILE, future);
    await settle();
    assert.ok((await manager.credentialFor(reference)).ok);
    await assert.rejects(manager.profiles.rename(profile, 'Mine'), /newer version/);
    await assert.rejects(manager.profiles.add(inProject('1')), /newer version/);
    assert.equal(windows.files.files.get(FILE), future);
    assert.equal(windows.secrets.values.size, 1, 'the known key: none of a profile that was not added');
  });
});
