import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toolEnvironment } from '../../../scripts/lib/process/environment.mjs';
import { compileModules } from '../../../scripts/lib/process/compile-modules.mjs';
import { MINUTE } from '../../../src/base/time-units';

describe('native modules', () => {
  it('are compiled also by a script that `npm run` started, with this project’s ignore-scripts', async function () {
    // Only the editors for Linux need them.
    if (process.platform === 'win32') this.skip();
    this.timeout(MINUTE);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'elb-'));
    try {
      const module = path.join(folder, 'node_modules', 'native');
      await mkdir(module, { recursive: true });
      const write = (file: string, content: object) => writeFile(file, JSON.stringify(content));
      await write(path.join(folder, 'package.json'), { name: 'app', dependencies: { native: '1.0.0' } });
      const install = "node -e \"fs.writeFileSync('built', '')\"";
      await write(path.join(module, 'package.json'), { name: 'native', version: '1.0.0', scripts: { install } });
      const env = { ...toolEnvironment(), npm_config_ignore_scripts: 'true' };
      await compileModules(folder, ['native'], { env, failureMessage: 'npm failed.' });
      assert.ok(existsSync(path.join(module, 'built')));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
