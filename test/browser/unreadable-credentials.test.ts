import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openViewContainer, runCommand, treeRow, waitForSavedSecret } from '../../scripts/lib/browser/workbench.mjs';
import { Editor, EXTENSION_ID, MAX_TEST_MS } from '../support/browser/editor';

describe('credentials that a newer version saved', function () {
  this.timeout(MAX_TEST_MS);

  it('are named in the view, lead to Add Credentials, and stay in the file when others are added', async () => {
    const editor = await Editor.open('unreadable-credentials');
    try {
      const { page, cloud, folders } = editor;
      const storage = path.join(folders.userDataDir, 'User', 'globalStorage', EXTENSION_ID);
      const file = path.join(storage, 'profiles.json');
      const projectIds = [cloud.projects[0].id, 'f'.repeat(32)];
      const entries = projectIds.map((projectId) => ({ endpoint: cloud.origin, projectId, source: { kind: 'sso' } }));
      await mkdir(storage, { recursive: true });
      await writeFile(file, JSON.stringify({ version: 2, profiles: entries }));
      await editor.load();
      await openViewContainer(page, 'ELB Jobs');

      const welcome = page.locator('.welcome-view-content').filter({ hasText: 'cannot be read by this version' });
      const add = welcome.getByRole('button', { name: 'Add Credentials' });
      await add.waitFor();
      await editor.screenshot('unreadable-credentials-welcome');

      await waitForSavedSecret(page, async () => {
        await add.click();
        await editor.signIn();
      });
      const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
      await runCommand(page, 'Track ELB Job');
      await editor.answer('The job_id', jobId);
      await treeRow(page, /cloneListener/)
        .first()
        .waitFor();
      await page.locator('.part.sidebar').getByText('1 credential entry cannot be read by this version').waitFor();
      await editor.screenshot('unreadable-credentials-line');

      const saved = await readFile(file, 'utf8');
      for (const entry of entries) assert.ok(saved.includes(JSON.stringify(entry)), saved);
    } catch (cause) {
      await editor.screenshotFailure('unreadable-credentials');
      throw cause;
    } finally {
      await editor.close();
    }
  });
});
