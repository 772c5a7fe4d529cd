import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import {
  editorEnvironment,
  homeVariables,
  temporaryFolderVariables,
} from '../../../scripts/lib/process/environment.mjs';

describe('the environment of a program that a script starts', () => {
  it('replaces the home folder and the folder for temporary files on this system', () => {
    const [home, temp] = [path.resolve('home of a test'), path.resolve('temporary files of a test')];
    const script = 'process.stdout.write(JSON.stringify([os.homedir(), os.tmpdir()]))';
    const env = { ...process.env, ...homeVariables(home), ...temporaryFolderVariables(temp) };
    assert.deepEqual(JSON.parse(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })), [
      home,
      temp,
    ]);
  });

  it('names the folder for temporary files as Windows does too', () => {
    assert.deepEqual(temporaryFolderVariables('t'), { TMPDIR: 't', TEMP: 't', TMP: 't' });
  });

  it('leaves none of the folders of the person’s settings, caches and data', () => {
    const home = path.resolve('h');
    for (const [name, folder] of Object.entries(homeVariables(home))) assert.ok(folder.startsWith(home), name);
    for (const name of ['USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'])
      assert.ok(name in homeVariables(home), name);
  });

  it('has none of the person’s keys', () => {
    process.env['HUAWEICLOUD_SDK_AK_OF_TEST'] = 'key';
    try {
      assert.ok(!('HUAWEICLOUD_SDK_AK_OF_TEST' in editorEnvironment()));
    } finally {
      delete process.env['HUAWEICLOUD_SDK_AK_OF_TEST'];
    }
  });
});
