import assert from 'node:assert/strict';
import { chmod, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { KeySources } from '../../../../src/credentials/sources/key-sources';
import type { KeySource } from '../../../../src/credentials/sources/key-source';
import { MAX_KEY_FILE_BYTES } from '../../../../src/base/limits';
import { sourceProblemSentence } from '../../../../src/ui/text/source-words';
import { FakeClock } from '../../../support/fake-clock';
import {
  ACCESS_KEY,
  Home,
  key,
  PROJECT_ID,
  SECRET_KEY,
  SECURITY_TOKEN,
  temporaryKey,
} from '../../../support/credentials/home';

const INI = `[basic]\nak=${ACCESS_KEY}\nsk=${SECRET_KEY}\n`;
const profile = { name: 'default', mode: 'AKSK', accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
const kooCli = (...profiles: object[]) => JSON.stringify({ current: 'default', profiles });

const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();
const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a byte order mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16LE with a byte order mark, as PowerShell writes it': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16LE without one': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE with a byte order mark': (text) => bigEndian(`\uFEFF${text}`),
  'UTF-16BE without one': bigEndian,
};

describe('the sources of keys', () => {
  let home: Home;
  let sdkSource: KeySource;
  let kooCliSource: KeySource;

  beforeEach(async () => {
    home = await Home.create();
    sdkSource = { kind: 'sdk-file', file: home.sdkFile, section: 'basic' };
    kooCliSource = { kind: 'koocli', file: home.kooCliFile, profile: 'default' };
  });

  afterEach(() => home.remove());

  it('are an empty list on a computer without keys', async () => {
    assert.deepEqual(await home.sources.find(), []);
    home.environment['HUAWEICLOUD_SDK_CREDENTIALS_FILE'] = ' ""';
    assert.deepEqual(await home.sources.find(), []);
    for (const source of [sdkSource, kooCliSource]) {
      const file = 'file' in source ? source.file : undefined;
      assert.deepEqual(await home.sources.read(source), {
        ok: false,
        problem: { kind: 'absent', what: 'file', names: [], file },
      });
    }
  });

  it('are listed from the environment to KooCLI, and each can be read', async () => {
    Object.assign(home.environment, { HW_ACCESS_KEY: ACCESS_KEY, HW_SECRET_KEY: SECRET_KEY });
    await home.write(home.sdkFile, INI);
    await home.write(home.kooCliFile, kooCli(profile));
    const found = await home.sources.find();
    assert.deepEqual(
      found.map(({ source }) => source),
      [{ kind: 'environment', family: 'terraform' }, sdkSource, kooCliSource],
    );
    for (const { source } of found) {
      const saved = JSON.parse(JSON.stringify(source)) as KeySource;
      assert.deepEqual(await home.sources.read(saved), { ok: true, credential: key });
    }
  });

  it('are read at each use, so that a change or a removal takes effect', async () => {
    await home.write(home.sdkFile, INI);
    assert.deepEqual(await home.sources.read(sdkSource), { ok: true, credential: key });
    await home.write(home.sdkFile, `${INI}security_token=${SECURITY_TOKEN}\n`);
    assert.deepEqual(await home.sources.read(sdkSource), { ok: true, credential: temporaryKey });
    await rm(home.sdkFile);
    assert.equal((await home.sources.read(sdkSource)).ok, false);
  });

  it('are read from the file that a variable names, also after the variable changes', async () => {
    const file = path.join(home.folder, 'work.ini');
    await home.write(file, INI);
    home.environment['HUAWEICLOUD_SDK_CREDENTIALS_FILE'] = file;
    const [found] = await home.sources.find();
    assert.deepEqual(found?.source, { kind: 'sdk-file', file, section: 'basic' });
    delete home.environment['HUAWEICLOUD_SDK_CREDENTIALS_FILE'];
    assert.deepEqual(await home.sources.read({ kind: 'sdk-file', file, section: 'basic' }), {
      ok: true,
      credential: key,
    });
  });

  describe('in the shared configuration of Terraform', () => {
    const work = { ...profile, name: 'work', region: 'ru-moscow-1' };

    it('are listed by the path in its variable, and read at each use', async () => {
      const file = path.join(home.folder, 'cfg', 'hcloud.json');
      await home.write(file, kooCli(profile, work));
      for (const named of [
        '~/cfg/hcloud.json',
        '"~/cfg/hcloud.json"',
        ` ${file} `,
        'cfg/hcloud.json',
        '$HOME/cfg/hcloud.json',
      ]) {
        home.environment['HW_SHARED_CONFIG_FILE'] = named;
        const found = await home.sources.find();
        assert.deepEqual(
          found.map(({ source }) => source),
          [
            { kind: 'koocli', file, profile: 'default' },
            { kind: 'koocli', file, profile: 'work' },
          ],
          named,
        );
        for (const { source } of found)
          assert.deepEqual(await home.sources.read(source), { ok: true, credential: key });
      }
    });

    it('come beside those of KooCLI’s own file, and once if it is the same file', async () => {
      const file = path.join(home.folder, 'hcloud.json');
      await home.write(file, kooCli(work));
      await home.write(home.kooCliFile, kooCli(profile));
      home.environment['HW_SHARED_CONFIG_FILE'] = file;
      assert.deepEqual(
        (await home.sources.find()).map(({ source }) => source),
        [{ kind: 'koocli', file, profile: 'work' }, kooCliSource],
      );
      home.environment['HW_SHARED_CONFIG_FILE'] = '~/.hcloud/config.json';
      assert.deepEqual(
        (await home.sources.find()).map(({ source }) => source),
        [kooCliSource],
      );
    });

    it('begin with the profile that Terraform uses', async () => {
      const file = path.join(home.folder, 'hcloud.json');
      await home.write(file, kooCli(profile, work));
      Object.assign(home.environment, { HW_SHARED_CONFIG_FILE: file, HW_PROFILE: '"work"' });
      const [first] = await home.sources.find();
      assert.deepEqual(first?.source, { kind: 'koocli', file, profile: 'work' });
    });

    it('are for the cloud that Terraform’s variables name, unlike those of KooCLI’s own file', async () => {
      const file = path.join(home.folder, 'hcloud.json');
      await home.write(file, kooCli(work));
      await home.write(home.kooCliFile, kooCli(profile));
      for (const variables of [
        { HW_CLOUD: 'hc.sbercloud.ru' },
        { HW_AUTH_URL: 'https://iam.ru-moscow-1.hc.sbercloud.ru/v3' },
      ]) {
        const none = { HW_CLOUD: undefined, HW_AUTH_URL: undefined };
        Object.assign(home.environment, { HW_SHARED_CONFIG_FILE: file, ...none, ...variables });
        const [shared, own] = await home.sources.find();
        assert.deepEqual([shared?.cloud, own?.cloud], [{ domain: 'hc.sbercloud.ru' }, undefined]);
        assert.ok(shared?.names.includes(Object.keys(variables)[0] ?? ''));
      }
    });

    it('are reported if the file is missing, encrypted or of another format', async () => {
      const file = path.join(home.folder, 'hcloud.json');
      home.environment['HW_SHARED_CONFIG_FILE'] = file;
      const problemOf = async () => (await home.sources.find())[0]?.problem ?? assert.fail();
      const missing = await problemOf();
      assert.deepEqual(missing, { kind: 'absent', what: 'file', names: ['HW_SHARED_CONFIG_FILE'], file });
      assert.equal(
        sourceProblemSentence(missing),
        `${file} does not exist. Correct HW_SHARED_CONFIG_FILE in the environment, then restart VS Code.`,
      );
      await home.write(file, INI);
      assert.deepEqual(await problemOf(), { kind: 'unreadable', file, reason: 'not-json' });
      await home.write(file, kooCli({ ...profile, accessKeyId: SECURITY_TOKEN }));
      assert.equal((await problemOf()).kind, 'encrypted');
    });
  });

  it('say that the file that a variable names is missing, with its whole path', async () => {
    home.environment['HUAWEICLOUD_SDK_CREDENTIALS_FILE'] = '"~/missing"';
    const file = path.join(home.folder, 'missing');
    const [found = assert.fail(), ...others] = await home.sources.find();
    assert.deepEqual(others, []);
    assert.deepEqual(found.problem, {
      kind: 'absent',
      what: 'file',
      names: ['HUAWEICLOUD_SDK_CREDENTIALS_FILE'],
      file,
    });
    assert.equal(
      sourceProblemSentence(found.problem),
      `${file} does not exist. Correct HUAWEICLOUD_SDK_CREDENTIALS_FILE in the environment, then restart VS Code.`,
    );
  });

  for (const [form, encode] of Object.entries(ENCODINGS)) {
    it(`are read from files in ${form}`, async () => {
      await home.write(home.sdkFile, encode(`# 密钥 一\r\n${INI.replaceAll('\n', '\r\n')}`));
      await home.write(home.kooCliFile, encode(JSON.stringify({ current: '一', profiles: [profile] }, undefined, 2)));
      for (const source of [sdkSource, kooCliSource]) {
        assert.deepEqual(await home.sources.read(source), { ok: true, credential: key });
      }
      assert.deepEqual(
        (await home.sources.find()).map(({ source }) => source),
        [sdkSource, kooCliSource],
      );
    });
  }

  it('are not read from a file that is no text, which is said in words', async () => {
    const utf16 = Buffer.from(INI, 'utf16le');
    const binaries = {
      'an archive': Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 8, 0]),
      zeros: Buffer.alloc(100),
      'a zero': Buffer.from([0]),
      'UTF-32': Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('[\0\0\0b\0\0\0', 'latin1')]),
      'UTF-16 after UTF-8, as `>>` of PowerShell makes it': Buffer.concat([Buffer.from('[basic]\n'), utf16]),
      'UTF-16 with a zero character': Buffer.concat([utf16, Buffer.from([0, 0])]),
    };
    for (const [name, bytes] of Object.entries(binaries)) {
      await home.write(home.sdkFile, bytes);
      const problem = { kind: 'unreadable', file: home.sdkFile, reason: 'not-text' } as const;
      assert.deepEqual(await home.sources.read(sdkSource), { ok: false, problem }, name);
      assert.equal(
        sourceProblemSentence(problem),
        `${home.sdkFile} is neither UTF-8 nor UTF-16 text, so it is not read. Save it as UTF-8.`,
      );
    }
  });

  it('are read from UTF-16 up to the same number of bytes, and from a file whose last character is half written', async () => {
    const start = Buffer.from(INI, 'utf16le');
    await home.write(home.sdkFile, Buffer.concat([start, Buffer.from('#')]));
    assert.deepEqual(await home.sources.read(sdkSource), { ok: true, credential: key });
    const full = Buffer.concat([start, Buffer.alloc(MAX_KEY_FILE_BYTES - start.length, Buffer.from('#', 'utf16le'))]);
    await home.write(home.sdkFile, full);
    assert.deepEqual(await home.sources.read(sdkSource), { ok: true, credential: key });
    await home.write(home.sdkFile, Buffer.concat([full, Buffer.from('#')]));
    const problem = { kind: 'unreadable', file: home.sdkFile, reason: 'too-large' };
    assert.deepEqual(await home.sources.read(sdkSource), { ok: false, problem });
  });

  it('are read from a file in the code page of an old editor, whose comments are not UTF-8', async () => {
    await home.write(
      home.sdkFile,
      Buffer.concat([Buffer.from([0x23, 0xc3, 0xdc, 0xd4, 0xbf, 0x0d, 0x0a]), Buffer.from(INI)]),
    );
    assert.deepEqual(await home.sources.read(sdkSource), { ok: true, credential: key });
  });

  it('give no key of a single sign-on after it expires', async () => {
    const expiresAt = home.clock.now() + 1000;
    const stsToken = { ...profile, securityToken: SECURITY_TOKEN, expiration: expiresAt };
    await home.write(home.kooCliFile, kooCli({ name: 'default', mode: 'SSO', ssoAuth: { stsToken } }));
    assert.deepEqual(await home.sources.read(kooCliSource), { ok: true, credential: temporaryKey, expiresAt });
    await home.clock.advance(1000);
    assert.deepEqual(await home.sources.read(kooCliSource), {
      ok: false,
      problem: { kind: 'expired', file: home.kooCliFile, expiredAt: expiresAt },
    });
  });

  it('that cannot be read give the reason, and hide no other source', async () => {
    Object.assign(home.environment, { CLOUD_SDK_AK: ACCESS_KEY, CLOUD_SDK_SK: SECRET_KEY });
    await mkdir(home.sdkFile, { recursive: true });
    await home.write(home.kooCliFile, ' '.repeat(1024 * 1024 + 1));
    const problems = (await home.sources.find()).map(({ problem }) => problem);
    assert.deepEqual(problems, [
      undefined,
      { kind: 'unreadable', file: home.sdkFile, reason: 'EISDIR' },
      { kind: 'unreadable', file: home.kooCliFile, reason: 'too-large' },
    ]);
    assert.deepEqual(await home.sources.read(sdkSource), { ok: false, problem: problems[1] });
    assert.deepEqual(await home.sources.read(kooCliSource), { ok: false, problem: problems[2] });
  });

  it('give the reason if the file’s permissions deny reading', async function () {
    // An administrator may read all, and Windows knows no such modes.
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    await home.write(home.sdkFile, INI);
    await chmod(home.sdkFile, 0);
    const problem = { kind: 'unreadable', file: home.sdkFile, reason: 'EACCES' };
    assert.deepEqual(await home.sources.read(sdkSource), { ok: false, problem });
  });

  it('report a failure of the disk only by its code', async () => {
    const sourcesFailingWith = (cause: Error) =>
      new KeySources({
        environment: () => ({}),
        home: home.folder,
        files: { read: () => Promise.reject(cause) },
        clock: new FakeClock(),
      });
    for (const [cause, reason] of [
      [Object.assign(new Error(SECRET_KEY), { code: 'EACCES' }), 'EACCES'],
      [Object.assign(new Error(SECRET_KEY), { code: SECRET_KEY }), 'unknown'],
      [new Error(SECRET_KEY), 'unknown'],
    ] as const) {
      assert.deepEqual(await sourcesFailingWith(cause).read(sdkSource), {
        ok: false,
        problem: { kind: 'unreadable', file: home.sdkFile, reason },
      });
    }
  });

  it('show no secret in their facts or problems', async () => {
    const secrets = [ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN];
    const half = { accessKeyId: '', secretAccessKey: SECRET_KEY, securityToken: SECURITY_TOKEN };
    const sts = { ...profile, securityToken: SECURITY_TOKEN };
    Object.assign(home.environment, {
      HUAWEICLOUD_SDK_SK: SECRET_KEY,
      HUAWEICLOUD_SDK_SECURITY_TOKEN: SECURITY_TOKEN,
      HUAWEICLOUD_SDK_PROJECT_ID: SECRET_KEY,
      CLOUD_SDK_AK: ACCESS_KEY,
      CLOUD_SDK_SK: SECRET_KEY,
      HW_AUTH_TOKEN: SECURITY_TOKEN,
      HW_REGION_NAME: ACCESS_KEY,
    });
    await home.write(
      home.sdkFile,
      `${INI}security_token=${SECURITY_TOKEN}\n[half]\nsk=${SECRET_KEY}\n${SECRET_KEY}=${SECRET_KEY}\nproject_id=${SECRET_KEY}\n`,
    );
    await home.write(
      home.kooCliFile,
      kooCli(
        profile,
        { ...half, name: 'half', region: SECRET_KEY },
        { ...profile, name: 'encrypted', accessKeyId: SECRET_KEY, secretAccessKey: SECURITY_TOKEN },
        { ...profile, name: 'mode', mode: ACCESS_KEY, projectId: PROJECT_ID },
        { name: 'sso', mode: 'SSO', ssoAuth: { stsToken: sts } },
        { name: 'expired', mode: 'SSO', ssoAuth: { stsToken: { ...sts, expiration: 1_700_000_000 } } },
      ),
    );
    const found = await home.sources.find();
    assert.equal(found.length, 11);
    const problems = found.map(({ problem }) => problem?.kind);
    for (const kind of ['incomplete', 'encrypted', 'unsupported', 'expired'] as const)
      assert.ok(problems.includes(kind), kind);
    await home.write(home.sdkFile, INI.replace('[basic]', ''));
    await home.write(home.kooCliFile, kooCli(profile).slice(0, -1));
    const shown = JSON.stringify([found, await home.sources.find(), await home.sources.read(kooCliSource)]);
    for (const secret of secrets) assert.ok(!shown.includes(secret), secret);
  });

  it('are found whatever a file or a variable contains', async () => {
    const json = fc.oneof(
      fc.json(),
      fc
        .record({ current: fc.anything(), authEncrypt: fc.anything(), profiles: fc.array(fc.anything()) })
        .map((value) => JSON.stringify(value)),
      fc
        .array(fc.record({ name: fc.string(), mode: fc.constantFrom('SSO', 'AKSK', 'x'), ssoAuth: fc.anything() }))
        .map((profiles) => kooCli(...profiles)),
    );
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('[basic]', '[', ']', 'ak=', 'sk = x', '=', ':', '"', '#', '\uFEFF', '[__proto__]'),
    );
    const text = fc.oneof(
      json,
      fc.array(line).map((lines) => lines.join('\n')),
      fc.string({ unit: 'binary' }),
    );
    const environment = fc.dictionary(
      fc.constantFrom('HW_AUTH_URL', 'HW_ACCESS_KEY', 'CLOUD_SDK_AK', 'HUAWEICLOUD_SDK_REGION_ELB_X', '__proto__'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(text, environment, async (content, variables) => {
        const sources = new KeySources({
          environment: () => variables,
          home: home.folder,
          files: { read: () => Promise.resolve(content) },
          clock: new FakeClock(),
        });
        for (const { source, problem } of await sources.find()) {
          const reading = await sources.read(source);
          assert.deepEqual(reading.ok ? undefined : reading.problem, problem);
        }
      }),
      { numRuns: 500 },
    );
  });
});
