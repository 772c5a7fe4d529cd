import assert from 'node:assert/strict';
import path from 'node:path';
import { profileId } from '../../../../src/credentials/profiles/profile';
import type { NewProfile } from '../../../../src/credentials/profile-store';
import { FOLDER, STORED, Windows } from '../../../support/credentials/windows';
import { settle } from '../../../support/fake-clock';
import { reference } from '../../../support/samples';

const FILE = path.posix.join(FOLDER, 'profiles.json');
const { endpoint, projectId } = reference;
const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };

const project = (digit: string) => digit.repeat(32);
const idOf = (digit: string) => profileId(endpoint, project(digit));
const entry = (digit: string, fields: object = {}) => ({
  endpoint,
  projectId: project(digit),
  source: { kind: 'environment', family: 'terraform' },
  id: idOf(digit),
  keyChangedAt: 5,
  ...fields,
});
const newerEntry = (digit: string, fields: object = {}) =>
  entry(digit, { source: { kind: 'sso', startUrl: 'https://sso.example.com' }, name: 'Staging', ...fields });
const inProject = (digit: string, fields: Partial<NewProfile> = {}): NewProfile => ({
  endpoint,
  projectId: project(digit),
  source: STORED,
  credential: key,
  ...fields,
});

/** Entries that this version cannot read, as they are in the file, with what is known of them. */
const UNREADABLE = [
  ['of a kind that a newer version knows', JSON.stringify(newerEntry('9')), [idOf('9'), 'Staging', 'newer']],
  [
    'of a family of variables that a newer version knows',
    JSON.stringify(entry('9', { source: { kind: 'environment', family: 'ansible' } })),
    [idOf('9'), undefined, 'newer'],
  ],
  [
    'that holds what JSON.stringify would change',
    '{"source": {"kind":"sso", "n": 1.0, "n": 12345678901234567890,\n\t"huge":1e400}, "endpoint":"e", "projectId" : "p", "t":"\\u00e9]}\\","}',
    [profileId('e', 'p'), undefined, 'newer'],
  ],
  ['without an endpoint', JSON.stringify(entry('9', { endpoint: undefined })), [idOf('9'), undefined, 'damaged']],
  ['without an id', JSON.stringify(entry('9', { id: undefined })), [idOf('9'), undefined, 'damaged']],
  [
    'with the id of another project',
    JSON.stringify(entry('9', { id: idOf('1') })),
    [idOf('9'), undefined, 'other-place'],
  ],
  ['whose source is null', JSON.stringify(entry('9', { source: null })), [idOf('9'), undefined, 'damaged']],
  ['whose kind is a number', JSON.stringify(entry('9', { source: { kind: 1 } })), [idOf('9'), undefined, 'damaged']],
  ['whose name is a list', JSON.stringify(entry('9', { name: ['a'] })), [idOf('9'), undefined, 'damaged']],
  ['whose time is none', JSON.stringify(entry('9', { expiresAt: 1e300 })), [idOf('9'), undefined, 'damaged']],
  [
    'whose endpoint is not encrypted',
    JSON.stringify(entry('9', { endpoint: 'http://elb.example.com' })),
    [profileId('http://elb.example.com', project('9')), undefined, 'damaged'],
  ],
  [
    'whose endpoint is no URL',
    JSON.stringify(entry('9', { endpoint: '' })),
    [profileId('', project('9')), undefined, 'damaged'],
  ],
  ['that is null', 'null', [undefined, undefined, 'damaged']],
  ['that is text', '"a, [text]"', [undefined, undefined, 'damaged']],
  ['that is an empty object', '{ }', [undefined, undefined, 'damaged']],
  ['that is nested deeply', `${'['.repeat(4000)}${']'.repeat(4000)}`, [undefined, undefined, 'damaged']],
  [
    'that is huge',
    JSON.stringify(entry('9', { name: 'x'.repeat(100_000) })),
    [idOf('9'), 'x'.repeat(100), 'too-large'],
  ],
] as const;

describe('an entry of profiles.json that cannot be read', () => {
  let windows: Windows;

  beforeEach(() => {
    windows = new Windows();
  });

  const open = async () => (await windows.open()).credentials;
  const text = () => windows.files.files.get(FILE) ?? '';
  const write = (...entries: readonly (object | string)[]) => {
    const texts = entries.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    return windows.files.replace(FILE, `{"version":2,"profiles":[${texts.join(',')}]}`);
  };
  const projects = (manager: Awaited<ReturnType<typeof open>>) => manager.all().map((profile) => profile.projectId[0]);

  for (const [what, raw, [id, name, reason]] of UNREADABLE) {
    it(`${what} stays in the file as it is, whatever becomes of the others`, async () => {
      await write(entry('1'), raw, entry('2'));
      const [one, other] = [await open(), await open()];
      assert.deepEqual(one.unreadable, [{ id, name, reason }]);
      assert.deepEqual(projects(one), ['1', '2']);
      const [first = assert.fail(), second = assert.fail()] = one.all();
      const changes = [
        () => other.profiles.add(inProject('3')),
        () => one.profiles.rename(first, 'Production'),
        () => other.profiles.setDefault(second),
        () => one.profiles.noteVerified(second),
        () => other.profiles.add(inProject('1', { credential: { ...key, secretKey: 'sk-other' } })),
        () => other.profiles.signOut(first),
      ];
      for (const change of changes) {
        await change();
        assert.equal(text().split(raw).length, 2, 'it is there once');
        assert.ok(JSON.parse(text()));
      }
      await settle();
      for (const manager of [one, other, await open()]) {
        assert.deepEqual(projects(manager), ['2', '3']);
        assert.deepEqual(manager.unreadable, [{ id, name, reason }]);
      }
      assert.deepEqual(windows.quarantined, []);
    });
  }

  it('is logged once per window, with its reason and without its content', async () => {
    await write(entry('1'), newerEntry('9'), { secretKey: 'sk-planted' });
    const manager = await open();
    for (let count = 0; count < 3; count += 1) await manager.profiles.reload();
    await manager.profiles.add(inProject('2'));
    const lines = windows.log.lines.filter((line) => line.includes('cannot be read'));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^2 entries of .*profiles\.json .*: "Staging" \(newer\), "unnamed" \(damaged\)$/);
  });

  it('is shown when it appears, and no longer when it is gone', async () => {
    await write(entry('1'));
    const manager = await open();
    let changes = 0;
    manager.onDidChange(() => (changes += 1));
    await write(entry('1'), newerEntry('9'));
    await settle();
    assert.deepEqual([changes, manager.unreadable.length], [1, 1]);
    await write(entry('1'));
    await settle();
    assert.deepEqual([changes, manager.unreadable.length], [2, 0]);
  });

  it('leaves the jobs of its project signed out, and sends no request for them', async () => {
    await write(newerEntry('9'));
    const { credentials, source, poll } = await windows.open();
    const ofEntry = { ...reference, projectId: project('9') };
    const result = await credentials.credentialFor(ofEntry);
    assert.equal(result.ok ? 'ok' : result.error.kind, 'signed-out');
    assert.equal((await source.obstacleFor(ofEntry))?.kind, 'signed-out');
    assert.equal(await poll(ofEntry), 'signed-out');
    assert.equal(credentials.profileOf(ofEntry), undefined);
    assert.equal(credentials.refusalFor([ofEntry]), undefined);
    assert.equal(await (await source.budgetOf(ofEntry)).take(), 0);
  });

  it('stays when credentials for its project are added, which are used from then on, also by a newer version', async () => {
    const raw = JSON.stringify(newerEntry('9'));
    await write(entry('1'), raw, entry('2'));
    const [one, other] = [await open(), await open()];
    await one.profiles.add(inProject('9'));
    await settle();
    for (const manager of [one, other, await open()]) {
      assert.deepEqual(projects(manager), ['1', '9', '2'], 'before the entry: the first of an id counts');
      assert.deepEqual(manager.unreadable, [], 'nothing is left to do');
      assert.ok((await manager.credentialFor({ endpoint, projectId: project('9') })).ok);
    }
    assert.equal(text().split(raw).length, 2);
    await one.profiles.signOut(one.profileOf({ endpoint, projectId: project('9') }) ?? assert.fail());
    assert.deepEqual(one.unreadable, [{ id: idOf('9'), name: 'Staging', reason: 'newer' }]);
    assert.equal(text().split(raw).length, 2);
  });

  it('does not affect a profile of the same id', async () => {
    const raw = JSON.stringify(newerEntry('1'));
    for (const entries of [
      [entry('1', { name: 'Production' }), raw] as const,
      [raw, entry('1', { name: 'Production' })] as const,
    ]) {
      await write(...entries);
      const manager = await open();
      const [profile = assert.fail()] = manager.all();
      assert.deepEqual([profile.name, manager.all().length, manager.unreadable], ['Production', 1, []]);
      await manager.profiles.rename(profile, 'The shop');
      assert.equal(manager.all()[0]?.name, 'The shop');
      await manager.profiles.signOut(profile);
      assert.deepEqual([manager.all(), text().split(raw).length], [[], 2]);
    }
  });

  it('is not the default, and stays so for the version that can read it', async () => {
    const raw = JSON.stringify(newerEntry('9', { isDefault: true }));
    await write(raw, entry('1'), entry('2'));
    const manager = await open();
    assert.deepEqual(
      manager.all().map(({ projectId: id, isDefault }) => [id[0], isDefault === true]),
      [
        ['1', false],
        ['2', false],
      ],
    );
    await manager.profiles.setDefault(manager.all()[1] ?? assert.fail());
    assert.deepEqual(projects(manager), ['2', '1']);
    assert.equal(text().split(raw).length, 2);
  });

  it('is not lost when two windows change profiles at the same time', async () => {
    const raw = JSON.stringify(newerEntry('9'));
    await write(entry('1'), raw);
    const [one, other] = [await open(), await open()];
    const [first = assert.fail()] = one.all();
    await windows.whileTimePasses(
      Promise.all([
        one.profiles.add(inProject('2')),
        other.profiles.rename(first, 'Mine'),
        one.profiles.setDefault(first),
        other.profiles.add(inProject('3')),
      ]),
    );
    const third = await open();
    assert.deepEqual(projects(third), ['1', '2', '3']);
    assert.deepEqual([third.all()[0]?.name, third.unreadable.length, text().split(raw).length], ['Mine', 1, 2]);
  });

  it('of version 1 stays as it is in a file of version 2', async () => {
    const old = { endpoint, projectId, id: profileId(endpoint, projectId), accessKeyStart: 'AKID', keyChangedAt: 5 };
    const raw = JSON.stringify(entry('9', { source: undefined, keyChangedAt: '5' }));
    await windows.files.replace(FILE, `{"version":1,"profiles":[${raw},${JSON.stringify(old)}]}`);
    const manager = await open();
    assert.deepEqual([manager.all().length, manager.unreadable[0]?.reason], [1, 'damaged']);
    await manager.profiles.add(inProject('1'));
    assert.match(text(), /"version": 2/);
    assert.equal(text().split(raw).length, 2);
    assert.deepEqual(
      (await open()).all().map(({ source }) => source.kind),
      ['stored', 'stored'],
    );
  });
});

describe('profiles.json', () => {
  let windows: Windows;

  beforeEach(() => {
    windows = new Windows();
  });

  const open = async () => (await windows.open()).credentials;
  const text = () => windows.files.files.get(FILE) ?? '';
  const write = (content: unknown) => windows.files.replace(FILE, JSON.stringify(content));

  it('is written as JSON.stringify would write it', async () => {
    const manager = await open();
    const profile = await manager.profiles.add(inProject('1', { name: 'a "name"\n' }));
    await manager.profiles.add(inProject('2'));
    assert.equal(text(), `${JSON.stringify(JSON.parse(text()), null, 2)}\n`);
    await manager.profiles.signOut(profile);
    await manager.profiles.signOut(manager.all()[0] ?? assert.fail());
    assert.equal(text(), `${JSON.stringify({ version: 2, profiles: [] }, null, 2)}\n`);
  });

  it('keeps the fields that a newer version added to profiles which are not changed', async () => {
    const raw = JSON.stringify(entry('1', { color: 'red' }));
    await windows.files.replace(FILE, `{"version":2,"profiles":[${raw}]}`);
    const manager = await open();
    await manager.profiles.setDefault(await manager.profiles.add(inProject('2')));
    assert.equal(text().split(raw).length, 2);
  });

  it('uses the first of two profiles with the same id, and leaves the other as it is', async () => {
    const raw = JSON.stringify(entry('1', { name: 'Second' }));
    await windows.files.replace(
      FILE,
      `{"version":2,"profiles":[${JSON.stringify(entry('1', { name: 'First' }))},${raw},${JSON.stringify(entry('2'))}]}`,
    );
    const manager = await open();
    const [first = assert.fail(), ...others] = manager.all();
    assert.deepEqual([first.name, others.length, manager.unreadable], ['First', 1, []]);
    await manager.profiles.rename(first, 'Renamed');
    await manager.profiles.setDefault(others[0] ?? assert.fail());
    assert.equal(text().split(raw).length, 2);
    await manager.profiles.signOut(manager.all()[1] ?? assert.fail());
    assert.equal(manager.all().length, 1, 'the other does not take its place');
  });

  it('does not use the secret of one project for another that names its id', async () => {
    const signedIn = await (await open()).profiles.add(inProject('1'));
    const stranger = entry('2', { id: signedIn.id, endpoint: 'https://elb.example.com', source: STORED });
    const { profiles } = JSON.parse(text()) as { profiles: object[] };
    await write({ version: 2, profiles: [stranger, ...profiles] });
    const manager = await open();
    assert.deepEqual(
      manager.unreadable.map(({ reason }) => reason),
      ['other-place'],
    );
    const [ofStranger, ofSignedIn] = [await manager.credentialFor(stranger), await manager.credentialFor(signedIn)];
    assert.deepEqual([ofStranger.ok, ofSignedIn.ok], [false, true]);
  });

  it('has one default, even if several profiles say that they are', async () => {
    await write({ version: 2, profiles: ['1', '2', '3'].map((digit) => entry(digit, { isDefault: true })) });
    const manager = await open();
    const defaults = (all = manager.all()) => all.filter(({ isDefault }) => isDefault).map((each) => each.projectId[0]);
    assert.deepEqual(defaults(), ['1']);
    await manager.profiles.setDefault(manager.all()[2] ?? assert.fail());
    assert.deepEqual(defaults(), ['3']);
    assert.deepEqual(defaults((await open()).all()), ['3']);
  });

  for (const version of [undefined, null, '2', 0, 1.5, -1]) {
    it(`is read if its version is ${JSON.stringify(version)}`, async () => {
      await write({ version, profiles: [entry('1'), newerEntry('9')] });
      const manager = await open();
      assert.deepEqual([manager.all().length, manager.unreadable.length], [1, 1]);
      assert.deepEqual(windows.quarantined, []);
    });
  }

  for (const version of [3, 2.5, 1e300]) {
    it(`of version ${version} stays as it is, and nothing of it is used`, async () => {
      await write({ version, profiles: [entry('1'), newerEntry('9')] });
      const before = text();
      await assert.rejects(windows.open(), /newer version/);
      assert.deepEqual([text(), windows.quarantined], [before, []]);
    });
  }

  for (const content of [
    '',
    '{"version":2,"profiles":[',
    '[]',
    'null',
    '{"version":2}',
    '{"version":2,"profiles":{}}',
    '{"version":2,"profiles":null}',
    JSON.stringify({ version: 2, profiles: ['x'.repeat(600_000)] }),
    JSON.stringify({ version: 2, profiles: Array.from({ length: 1001 }, () => 1) }),
  ]) {
    it(`is quarantined and reported to the person if it is ${JSON.stringify(content.slice(0, 40))}`, async () => {
      await windows.files.replace(FILE, content);
      const [one, other] = [await open(), await open()];
      assert.deepEqual([one.all(), one.unreadable], [[], []]);
      const [file = assert.fail(), ...others] = windows.quarantined;
      assert.deepEqual(others, [], 'by one window alone');
      assert.equal(windows.files.files.get(file), content);
      assert.equal(windows.log.lines.filter((line) => line.includes(file)).length, 1);
      await other.profiles.add(inProject('1'));
      assert.equal((await open()).all().length, 1);
    });
  }

  it('is read up to 200 profiles; those after them stay as they are, and none is added', async () => {
    const entries = Array.from({ length: 202 }, (_, index) =>
      entry('1', { id: profileId(endpoint, String(index)), projectId: String(index) }),
    );
    await write({ version: 2, profiles: entries });
    const manager = await open();
    assert.equal(manager.all().length, 200);
    assert.deepEqual(
      manager.unreadable.map(({ reason }) => reason),
      ['too-many', 'too-many'],
    );
    await assert.rejects(manager.profiles.add(inProject('2')), /more than 200 credentials/);
    assert.deepEqual((JSON.parse(text()) as { profiles: unknown }).profiles, entries);
    for (let count = 0; count < 3; count += 1) await manager.profiles.signOut(manager.all()[0] ?? assert.fail());
    assert.deepEqual([manager.all().length, manager.unreadable.length], [199, 0]);
    await manager.profiles.add(inProject('2'));
    assert.equal(manager.all().length, 200);
  });

  it('takes no profile that could not be read again, and leaves no secret of it', async () => {
    const manager = await open();
    const profile = await manager.profiles.add(inProject('1'));
    const before = [text(), [...windows.secrets.values.keys()]];
    for (const change of [
      manager.profiles.rename(profile, 'x'.repeat(10_000)),
      manager.profiles.add(inProject('2', { endpoint: 'http://elb.example.com' })),
      manager.profiles.add(inProject('2', { expiresAt: Infinity })),
    ]) {
      await assert.rejects(change);
    }
    assert.deepEqual([text(), [...windows.secrets.values.keys()]], before);
  });
});
