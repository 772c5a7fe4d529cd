import assert from 'node:assert/strict';
import { openViewContainer, runCommand, treeRow } from '../../scripts/lib/workbench.mjs';
import { Editor } from './editor';

const MINUTE = 60_000;
/** What a service must not be able to do to a list. */
const HOSTILE = '$(trash) [link](command:workbench.action.quit) \u202edesrever\nsecond line';

describe('a person who picks from the recent jobs', function () {
  this.timeout(2 * MINUTE);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('browse');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  it('sees them with type, status, time, error and resources, hostile words as text, and gets the rows', async () => {
    const { page, cloud } = editor;
    cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 20 * MINUTE });
    cloud.startJob({ kind: 'UPGRADE', durationMs: 30 * MINUTE });
    cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 4 * MINUTE });
    cloud.startJob({ kind: 'cloneListener', durationMs: 2 * MINUTE });
    cloud.startJob({
      script: {
        jobType: HOSTILE,
        resourceId: HOSTILE,
        transitions: [{ at: 0, status: 'FAIL', error: { code: 'ELB.0', message: HOSTILE } }],
        subJobs: [],
      },
    });
    const { jobId } = cloud.startJob({ kind: 'batchDeleteListener', durationMs: 15 * MINUTE });
    cloud.clock.advance(9 * MINUTE);
    await openViewContainer(page, 'ELB Jobs');
    await page.locator('.welcome-view-content').first().getByRole('button', { name: 'Add Credentials' }).click();
    await editor.signIn();
    await runCommand(page, 'ELB Jobs: Browse Recent Jobs…');
    const list = page.locator('.quick-input-widget');
    await list.getByText(jobId, { exact: false }).first().waitFor();
    const words = await list.innerText();
    assert.ok(words.includes('$ (trash) [link] (command:'), words);
    assert.equal(await list.locator('.codicon-trash').count(), 0);
    await editor.picture('browse');
    await list.locator('input[placeholder*="Pick the jobs"]').fill('batchDelete');
    await list.locator('.quick-input-list .monaco-list-row').first().click();
    await list.locator('input[type="text"]').first().fill('');
    await editor.picture('browse-picked');
    await page.keyboard.press('Enter');
    await treeRow(page, new RegExp(`^batchDeleteListener, RUNNING .*${jobId.slice(0, 8)}$`)).waitFor();
    await runCommand(page, 'ELB Jobs: Browse Recent Jobs…');
    await list.getByText('Already tracked').first().waitFor();
    await editor.picture('browse-tracked');
    await page.keyboard.press('Escape');
  });

  it('follows the new ones, and sees that in the view', async () => {
    const { page, cloud } = editor;
    await runCommand(page, 'ELB Jobs: Follow New Jobs of This Project');
    await page.getByText('that begin from now on are tracked').first().waitFor();
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 15 * MINUTE });
    await runCommand(page, 'ELB Jobs: Refresh');
    await treeRow(page, new RegExp(`^cloneListener, .*${jobId.slice(0, 8)}`)).waitFor({ timeout: 80_000 });
    await editor.picture('following');
  });
});
