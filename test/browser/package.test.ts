import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { editorFolders } from '../../scripts/lib/editor/editor-folders.mjs';
import { createRunFolder } from '../../scripts/lib/process/guarded.mjs';
import { installExtension } from '../../scripts/lib/editor/vscode-server.mjs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { EXTENSION_ID, packageToTest } from '../support/browser/editor';
import { filesBelow } from '../support/browser/files-below';
import { SECOND } from '../../src/base/time-units';

describe('the package', () => {
  it('installs what a user needs, and nothing of `npm start`, the simulator or the tests', async function () {
    this.timeout(60 * SECOND);
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
        'contributing.md',
        'dist/automation.js',
        'dist/axios.js',
        'dist/copy-diagnostics-command.js',
        'dist/extension.js',
        'dist/third-party-notices.txt',
        'dist/timeline.js',
        ...['architecture', 'permissions', 'polling', 'troubleshooting'].map((page) => `docs/${page}.md`),
        'l10n/bundle.l10n.zh-cn.json',
        'license.txt',
        'media/activity-bar.svg',
        'media/icon.png',
        'media/readme/jobs-dark.png',
        'media/readme/jobs-light.png',
        'media/timeline.css',
        ...['', 'zh-cn/'].flatMap((language) => [
          `media/walkthrough/${language}automation.md`,
          ...['credentials', 'notifications', 'track', 'watch'].flatMap((step) => [
            `media/walkthrough/${language}${step}-dark.png`,
            `media/walkthrough/${language}${step}-light.png`,
          ]),
        ]),
        'package.json',
        'package.nls.json',
        'package.nls.zh-cn.json',
        'readme.md',
        'security.md',
      ]);
      const code = await readFile(path.join(root, 'dist/extension.js'), 'utf8');
      for (const word of ['ELB_JOBS_SANDBOX', 'X-Simulator-Token', '_simulator', OFFICIAL_EXAMPLE.requestId]) {
        assert.ok(!code.includes(word), word);
      }
    } finally {
      await run.remove();
    }
  });
});
