import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { editorFolders } from '../../scripts/lib/editor/editor-folders.mjs';
import { inProject } from '../../scripts/lib/paths.mjs';
import { createRunFolder } from '../../scripts/lib/process/guarded.mjs';
import { runCommand } from '../../scripts/lib/process/run-command.mjs';
import { installExtension } from '../../scripts/lib/editor/vscode-server.mjs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { EXTENSION_ID, MAX_TEST_MS, packageToTest } from '../support/browser/editor';
import { filesBelow } from '../support/browser/files-below';
import { MAX_VSIX_BYTES, MAX_VSIX_BYTES_WITHOUT_PICTURES } from '../support/product/package-limits';
import { vsixSizes } from '../support/product/vsix-sizes';

const REPOSITORY = 'https://github.com/example/elb-job-tracker';

describe('the package', () => {
  it('installs what a user needs, and nothing of `npm start`, the simulator or the tests', async function () {
    this.timeout(MAX_TEST_MS);
    const run = await createRunFolder('package');
    try {
      const folders = editorFolders(run);
      await installExtension(folders, packageToTest());
      const { extensionsDir } = folders;
      const [folder] = (await readdir(extensionsDir)).filter((name) => name.startsWith(EXTENSION_ID));
      const root = path.join(extensionsDir, folder ?? '');
      const files = await filesBelow(root);
      assert.deepEqual(files.map((file) => path.relative(root, file).toLowerCase()).sort(), [
        '.vsixmanifest',
        'api/elb-job-tracker.d.ts',
        'changelog.md',
        'dist/automation.js',
        'dist/axios.js',
        'dist/copy-diagnostics-command.js',
        'dist/extension.js',
        'dist/third-party-notices.txt',
        'dist/timeline.js',
        'l10n/bundle.l10n.zh-cn.json',
        'license.txt',
        'media/activity-bar.svg',
        'media/icon.png',
        'media/timeline.css',
        ...['', 'zh-cn/'].flatMap((language) => [
          `media/walkthrough/${language}automation.md`,
          ...['credentials', 'notifications', 'track', 'watch'].flatMap((step) => [
            `media/walkthrough/${language}${step}-dark.webp`,
            `media/walkthrough/${language}${step}-light.webp`,
          ]),
        ]),
        'package.json',
        'package.nls.json',
        'package.nls.zh-cn.json',
        'readme.md',
      ]);
      const code = await readFile(path.join(root, 'dist/extension.js'), 'utf8');
      for (const word of ['ELB_JOBS_SANDBOX', 'X-Simulator-Token', '_simulator', OFFICIAL_EXAMPLE.requestId]) {
        assert.ok(!code.includes(word), word);
      }
    } finally {
      await run.remove();
    }
  });

  it('is small', () => {
    const { bytes, bytesWithoutPictures } = vsixSizes(packageToTest());
    assert.ok(bytes <= MAX_VSIX_BYTES, `${bytes} bytes`);
    assert.ok(
      bytesWithoutPictures <= MAX_VSIX_BYTES_WITHOUT_PICTURES,
      `${bytesWithoutPictures} bytes without pictures`,
    );
  });

  it('has links and pictures of its repository if that is known, else neither, and changes no file of the project', async function () {
    this.timeout(MAX_TEST_MS);
    const textOf = async (vsix: string, name: string) =>
      strFromU8(unzipSync(await readFile(vsix))[`extension/${name}`] ?? new Uint8Array());
    const before = await readFile(inProject('package.json'), 'utf8');
    const run = await createRunFolder('package');
    try {
      const vsix = path.join(run.data, 'linked.vsix');
      const script = inProject('scripts', 'package.mjs');
      await runCommand(process.execPath, [script, `--repository=${REPOSITORY}.git`, '--out', vsix], {
        cwd: inProject(),
        failureMessage: 'npm run package failed.',
      });
      const manifest = JSON.parse(await textOf(vsix, 'package.json')) as Record<string, unknown> & { version: string };
      assert.deepEqual(manifest['repository'], { type: 'git', url: `${REPOSITORY}.git` });
      assert.deepEqual(manifest['bugs'], { url: `${REPOSITORY}/issues` });
      for (const field of ['scripts', 'devDependencies', 'private']) assert.ok(!(field in manifest), field);
      const readme = await textOf(vsix, 'readme.md');
      assert.ok(readme.includes(`](${REPOSITORY}/raw/v${manifest.version}/media/readme/jobs-dark.png)`));
      assert.ok(readme.includes(`[SECURITY.md](${REPOSITORY}/blob/v${manifest.version}/SECURITY.md)`));
    } finally {
      await run.remove();
    }
    // Once package.json has the address, each package has the links and pictures.
    if (!('repository' in (JSON.parse(before) as object)))
      assert.doesNotMatch(await textOf(packageToTest(), 'readme.md'), /!\[|\]\((?!https:|#)/);
    assert.equal(await readFile(inProject('package.json'), 'utf8'), before);
  });
});
