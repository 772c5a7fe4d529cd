import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { minimumServer, serverOf, stableServer } from '../../../scripts/lib/editor/vscode-servers.mjs';
import { minimumVersion, readVscodeOption } from '../../../scripts/lib/editor/vscode-version.mjs';
import { inProject } from '../../../scripts/lib/paths.mjs';

const readJson = async (...parts: string[]) => JSON.parse(await readFile(path.join(...parts), 'utf8')) as unknown;

describe('the VS Code that --vscode chooses', () => {
  it('is the oldest one that the manifest supports, if it is “minimum”', async () => {
    const manifest = (await readJson(inProject('package.json'))) as { engines: { vscode: string } };
    assert.equal(`^${minimumVersion()}`, manifest.engines.vscode);
    assert.deepEqual(readVscodeOption(['host', '--vscode=minimum']), { vscode: minimumVersion(), names: ['host'] });
  });

  it('has VS Code’s server in the oldest version, too: a new minimum in the manifest needs a new recipe', () => {
    assert.equal(minimumServer.vscode, minimumVersion());
    assert.equal(serverOf(minimumVersion()), minimumServer);
  });

  it('is compiled against with the types of the oldest version, so that no newer API is used', async () => {
    const types = (await readJson(inProject('node_modules', '@types', 'vscode', 'package.json'))) as {
      version: string;
    };
    assert.equal(types.version, minimumVersion());
  });

  it('is the stable version by default', () => {
    assert.deepEqual(readVscodeOption([]), { vscode: undefined, names: [] });
    for (const vscode of [undefined, 'stable', stableServer.vscode]) assert.equal(serverOf(vscode), stableServer);
  });

  it('may be any newer version, with a desktop VS Code', () => {
    for (const vscode of ['stable', 'insiders', '1.100.0', '1.100.3', '1.139.1', '2.0.0'])
      assert.equal(readVscodeOption([`--vscode=${vscode}`]).vscode, vscode);
  });

  it('is refused with a sentence that says what to choose', () => {
    const choice = /^Error: --vscode is ".*"\. Choose minimum, stable, insiders or a version such as 1\.\d+\.0\.$/;
    for (const wrong of ['', 'newest', '1.100', 'v1.100.0', '1.100.0-insider', '^1.100.0', '01.100.0', '1.100.00'])
      assert.throws(() => readVscodeOption([`--vscode=${wrong}`]), choice, wrong);
    for (const old of ['1.99.3', '1.9.0', '0.100.0'])
      assert.throws(() => readVscodeOption([`--vscode=${old}`]), /^Error: The extension does not support VS Code/, old);
    for (const args of [['--vscode'], ['--version=1.100.0']])
      assert.throws(() => readVscodeOption(args), /The only option is --vscode=minimum, stable, insiders or a version/);
    for (const other of ['insiders', '1.120.0'])
      assert.throws(() => serverOf(other), new RegExp(`not in ${other}\\. Other versions need a desktop VS Code`));
  });

  it('names one oldest version, not a range of the manifest that has none', () => {
    for (const range of ['*', '>=1.100.0', '^1.100', '1.100.0'])
      assert.throws(() => minimumVersion(range), /Write it as \^1\.100\.0/, range);
  });

  for (const { vscode, recipe } of [stableServer, minimumServer]) {
    it(`pins VS Code’s server ${vscode} and its Node.js, from any registry`, async () => {
      const manifest = (await readJson(recipe, 'package.json')) as Record<string, Record<string, string>>;
      const lock = (await readJson(recipe, 'package-lock.json')) as {
        packages: Record<string, { version?: string; resolved?: string; integrity?: string }>;
      };
      const { '': root, ...packages } = lock.packages;
      // code-server 4.100.0 contains VS Code 1.100.0.
      assert.equal(manifest['dependencies']?.['code-server'], vscode.replace(/^1/, '4'));
      const pinned = { ...manifest['dependencies'], ...manifest['optionalDependencies'] };
      for (const [name, version] of Object.entries(pinned))
        assert.equal(packages[`node_modules/${name}`]?.version, version, name);
      for (const [name, { resolved, integrity }] of Object.entries(packages)) {
        assert.equal(resolved, undefined, name);
        assert.ok(integrity, name);
      }
      assert.ok(root);
    });
  }
});
