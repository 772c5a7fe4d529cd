import assert from 'node:assert/strict';
import path from 'node:path';
import {
  findInSdkFile,
  readSdkFile,
  sdkCredentialsFile,
} from '../../../../src/credentials/sources/sdk-credentials-file';
import {
  ACCESS_KEY,
  key,
  PROJECT_ID,
  SECRET_KEY,
  SECURITY_TOKEN,
  temporaryKey,
} from '../../../support/credentials/home';

const FILE = '/home/somebody/.huaweicloud/credentials';

const read = (text: string, section = 'basic') => readSdkFile({ kind: 'sdk-file', file: FILE, section }, text);
const find = (text: string) => findInSdkFile(FILE, text);

describe('keys in the credentials file of the SDKs', () => {
  it('are read with the file’s facts about the project', () => {
    const text = `[basic]
ak = ${ACCESS_KEY}
sk = ${SECRET_KEY}
security_token = ${SECURITY_TOKEN}
project_id = ${PROJECT_ID}
iam_endpoint = https://iam.cn-north-4.myhuaweicloud.com
`;
    assert.deepEqual(read(text), { ok: true, credential: temporaryKey });
    assert.deepEqual(find(text), [
      {
        source: { kind: 'sdk-file', file: FILE, section: 'basic' },
        names: ['ak', 'sk', 'security_token', 'project_id', 'iam_endpoint'],
        projectId: PROJECT_ID,
        iamEndpoint: 'https://iam.cn-north-4.myhuaweicloud.com',
        cloud: { domain: 'myhuaweicloud.com' },
        accessKeyStart: 'PLAN',
      },
    ]);
  });

  const whole = `[basic]\nak=${ACCESS_KEY}\nsk=${SECRET_KEY}\n`;
  for (const [form, text] of Object.entries({
    'a byte order mark': `\uFEFF${whole}`,
    'lines of Windows': whole.replaceAll('\n', '\r\n'),
    'no end of the last line': whole.trimEnd(),
    comments: `# of the file\n; too\n${whole.replaceAll('\n', '\n  # in between; = [x]\n')}`,
    'comments after values': `[basic] # the section\nak=${ACCESS_KEY} # who\nsk=${SECRET_KEY}\t; what\n`,
    'space around the signs': `  [ basic ]\n  ak  =  ${ACCESS_KEY}  \n\tsk\t=\t${SECRET_KEY}\n`,
    'names in capitals': `[basic]\nAK=${ACCESS_KEY}\nSk=${SECRET_KEY}\n`,
    'quoted values': `[basic]\nak="${ACCESS_KEY}"\nsk='${SECRET_KEY}'\n`,
    'colons, as Python and Go allow': `[basic]\nak: ${ACCESS_KEY}\nsk: ${SECRET_KEY}\n`,
    'keys before the first section, and lines that are nothing': `ak=other\n${whole}nonsense\n=nameless\n`,
    'sections of others': `[proxy]\nak=other\nsk=other\n${whole}[more]\nak=other\n`,
  })) {
    it(`are read in a file with ${form}`, () => {
      assert.deepEqual(read(text), { ok: true, credential: key });
    });
  }

  it('are read with all characters that they may have', () => {
    const strange = 'a=b;c#d"e\'f%g:h[i]j\\k';
    const reading = read(`[basic]\nak=${ACCESS_KEY}\nsk=${strange}\nsecurity_token=true==`);
    assert.deepEqual(reading, {
      ok: true,
      credential: { accessKey: ACCESS_KEY, secretKey: strange, securityToken: 'true==' },
    });
  });

  it('are of the last line if a section or a key is repeated, as in Java and Go', () => {
    const text = `[basic]\nak=first\nsk=${SECRET_KEY}\nak=second\n[global]\nak=other\n[basic]\nak=${ACCESS_KEY}\n`;
    assert.deepEqual(read(text), { ok: true, credential: key });
    assert.equal(find(text).length, 2);
  });

  it('are found in each section that has a key: basic first, then global, then the others in their order', () => {
    const section = (name: string) => `[${name}]\nak=${ACCESS_KEY}\nsk=${SECRET_KEY}\n`;
    const found = find(`${section('work')}${section('global')}[log]\nlevel=1\n${section('basic')}${section('home')}`);
    const names = found.map(({ source }) => source.kind === 'sdk-file' && source.section);
    assert.deepEqual(names, ['basic', 'global', 'work', 'home']);
    assert.deepEqual(found[1], {
      source: { kind: 'sdk-file', file: FILE, section: 'global' },
      names: ['ak', 'sk'],
      accessKeyStart: 'PLAN',
    });
  });

  it('that are incomplete or empty have a problem that names the missing part', () => {
    const text = `[basic]\nak=${ACCESS_KEY}\nsk=  \n`;
    const problem = { kind: 'incomplete', names: ['sk'], file: FILE };
    assert.deepEqual(read(text), { ok: false, problem });
    const [found] = find(text);
    assert.deepEqual([found?.names, found?.problem], [['ak'], problem]);
  });

  for (const [program, section, names] of [
    ['Amazon', 'default', ['aws_access_key_id', 'aws_secret_access_key']],
    ['this service, as some of its users write', 'default', ['access_key_id', 'secret_access_key']],
    ['another section', 'profile work', ['accesskeyid', 'secretaccesskey']],
    ['Terraform’s variables', 'basic', ['hw_access_key', 'hw_secret_key']],
    ['the SDKs’ variables', 'basic', ['huaweicloud_sdk_ak', 'huaweicloud_sdk_sk']],
    ['Alibaba’s program', 'global', ['access_key_id', 'access_key_secret']],
    ['Terraform’s provider', 'dev', ['access_key', 'secret_key']],
    ['the file that the console downloads', 'basic', ['access key id', 'secret access key']],
    ['a shell', 'basic', ['export ak', 'export sk']],
  ] as const) {
    it(`by the names of ${program} are listed with the reason why they cannot be used`, () => {
      const lines = names.map((name, index) => `${index === 0 ? name : name.toUpperCase()} = ${SECRET_KEY}\n`);
      const problem = { kind: 'other-names', section, names, expected: ['ak', 'sk'], file: FILE };
      const text = `[${section}]\nregion = cn-north-4\n${lines.join('')}`;
      const [found, ...others] = find(text);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [found?.source, found?.names, found?.problem],
        [{ kind: 'sdk-file', file: FILE, section }, names, problem],
      );
      assert.deepEqual(read(text, section), { ok: false, problem });
      assert.ok(!JSON.stringify(found).includes(SECRET_KEY));
      const both = read(`${text}ak = ${ACCESS_KEY}\nsk = ${SECRET_KEY}\n`, section);
      assert.deepEqual(both, { ok: true, credential: key }, 'if there are both, the SDKs’ names count');
    });
  }

  it('are no reason to list settings of other programs, or to show a name that may be anything', () => {
    assert.deepEqual(find('[default]\nregion = cn-north-4\noutput = json\n[log]\nlevel = 1\n'), []);
    assert.deepEqual(find(`[default]\naccess_key_id =\nsecret_access_key = ""\n`), []);
    assert.deepEqual(find(`[x]\n${SECRET_KEY}_${SECRET_KEY}_secret_key = 1\n密钥_secret_key = 1\n`), []);
  });

  it('of another identity system are unsupported, unless there is a key as well', () => {
    const federation = '[basic]\nidp_id=idp\nid_token_file=/token\n';
    const problem = { kind: 'unsupported', mode: 'OIDC', file: FILE };
    assert.deepEqual(read(federation), { ok: false, problem });
    assert.deepEqual(find(federation)[0]?.problem, problem);
    assert.deepEqual(read(`${federation}ak=${ACCESS_KEY}\nsk=${SECRET_KEY}`), { ok: true, credential: key });
  });

  it('are missing if their section is missing', () => {
    assert.deepEqual(read('[global]\nak=x\n'), {
      ok: false,
      problem: { kind: 'absent', what: 'section', names: ['basic'], file: FILE },
    });
    assert.equal(read('').ok, false);
    assert.deepEqual(find('\n# nothing yet\n'), []);
  });

  it('are not read from a file of another format', () => {
    const problem = { kind: 'unreadable', file: FILE, reason: 'not-ini' };
    assert.deepEqual(read(`{ "ak": "${ACCESS_KEY}" }`), { ok: false, problem });
    assert.deepEqual(find(`{ "ak": "${ACCESS_KEY}" }`)[0]?.problem, problem);
  });

  it('are read from the file that a variable names', () => {
    const variable = 'HUAWEICLOUD_SDK_CREDENTIALS_FILE';
    const home = path.resolve('/home/somebody');
    assert.equal(sdkCredentialsFile({}, home), path.join(home, '.huaweicloud', 'credentials'));
    assert.equal(sdkCredentialsFile({ [variable]: ' ' }, home), path.join(home, '.huaweicloud', 'credentials'));
    assert.equal(sdkCredentialsFile({ [variable]: path.resolve('/keys/a.ini') }, home), path.resolve('/keys/a.ini'));
    assert.equal(sdkCredentialsFile({ [variable]: 'keys.ini' }, home), path.join(home, 'keys.ini'));
  });

  const WINDOWS_HOME = 'C:\\Users\\Li Na';
  const windowsEnvironment = {
    USERPROFILE: WINDOWS_HOME,
    HOMEDRIVE: 'C:',
    HOMEPATH: '\\Users\\Li Na',
    AppData: `${WINDOWS_HOME}\\AppData\\Roaming`,
    USERNAME: 'Li Na',
    HUAWEICLOUD_SDK_SK: SECRET_KEY,
    QUOTED: '"D:\\keys"',
  };
  const nameIn = (variables: object, name: string) => ({ ...variables, HUAWEICLOUD_SDK_CREDENTIALS_FILE: name });
  for (const [named, file] of [
    ['~', WINDOWS_HOME],
    ['~\\keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['~/a/keys.ini', `${WINDOWS_HOME}\\a\\keys.ini`],
    ['~\\\\keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['$HOME\\keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['%USERPROFILE%\\keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['%UserProfile%/keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['"%HOMEDRIVE%%HOMEPATH%\\keys.ini"', `${WINDOWS_HOME}\\keys.ini`],
    ['%APPDATA%\\keys.ini ', `${WINDOWS_HOME}\\AppData\\Roaming\\keys.ini`],
    ['D:\\%USERNAME%\\keys.ini', 'D:\\Li Na\\keys.ini'],
    ["'D:\\keys.ini'", 'D:\\keys.ini'],
    // Refused when it is read: it depends on the drive's current folder, which is the editor's.
    ['D:keys.ini', 'D:keys.ini'],
    ['c:', 'c:'],
    ['%QUOTED%', 'D:\\keys'],
    ['%QUOTED%\\keys.ini', 'D:\\keys\\keys.ini'],
    ['"%USERPROFILE%"\\keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['%__proto__%\\%constructor%', `${WINDOWS_HOME}\\%__proto__%\\%constructor%`],
    ['keys.ini', `${WINDOWS_HOME}\\keys.ini`],
    ['\\keys.ini', 'C:\\keys.ini'],
    ['\\\\server\\share\\keys.ini', '\\\\server\\share\\keys.ini'],
    ['%NOT_SET%\\keys.ini', `${WINDOWS_HOME}\\%NOT_SET%\\keys.ini`],
    ['D:\\100%\\50%.ini', 'D:\\100%\\50%.ini'],
    ['~li\\keys.ini', `${WINDOWS_HOME}\\~li\\keys.ini`],
    ['D:\\~\\keys.ini', 'D:\\~\\keys.ini'],
    ['%HUAWEICLOUD_SDK_SK%', `${WINDOWS_HOME}\\%HUAWEICLOUD_SDK_SK%`],
  ] as const) {
    it(`are read on Windows from ${file} if the variable is ${named}`, () => {
      assert.equal(sdkCredentialsFile(nameIn(windowsEnvironment, named), WINDOWS_HOME, 'win32'), file);
    });
  }

  for (const [named, file] of [
    ['~', '/home/li'],
    ['~/keys.ini', '/home/li/keys.ini'],
    ['"~/keys.ini"', '/home/li/keys.ini'],
    ['$HOME/keys.ini', '/home/li/keys.ini'],
    ["'${HOME}//keys.ini'", '/home/li/keys.ini'],
    ['$HOMES/keys.ini', '/home/li/$HOMES/keys.ini'],
    ['/keys/~/$HOME', '/keys/~/$HOME'],
    ['%USERPROFILE%/keys.ini', '/home/li/%USERPROFILE%/keys.ini'],
    ['../keys.ini', '/home/keys.ini'],
  ] as const) {
    it(`are read elsewhere from ${file} if the variable is ${named}`, () => {
      assert.equal(sdkCredentialsFile(nameIn(windowsEnvironment, named), '/home/li', 'linux'), file);
    });
  }

  it('are read in no time if the variable is as long as it can be', () => {
    const environment = { A: 'x'.repeat(32_000), HUAWEICLOUD_SDK_CREDENTIALS_FILE: '%A%'.repeat(2700) };
    assert.ok(sdkCredentialsFile(environment, WINDOWS_HOME, 'win32').length < 64_000);
    environment.HUAWEICLOUD_SDK_CREDENTIALS_FILE = '%B%'.repeat(10_000);
    assert.ok(sdkCredentialsFile(environment, WINDOWS_HOME, 'win32').length < 64_000);
  });
});
