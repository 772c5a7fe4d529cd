import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { homeFolder } from '../../../../src/credentials/sources/named-path';

describe('the home folder', () => {
  const before = process.env['HOME'];

  afterEach(() => {
    if (before === undefined) delete process.env['HOME'];
    else process.env['HOME'] = before;
  });

  it('is the system’s', () => {
    assert.equal(homeFolder(), os.homedir());
  });

  for (const home of ['', 'relative']) {
    it(`is no folder of the workspace if HOME is ${home === '' ? 'empty' : home}`, function () {
      if (process.platform === 'win32') this.skip();
      process.env['HOME'] = home;
      assert.ok(path.isAbsolute(homeFolder()), homeFolder());
      assert.ok(!homeFolder().startsWith(process.cwd()), homeFolder());
    });
  }
});
