import assert from 'node:assert/strict';
import { notification, openViewContainer, runCommand, treeRow } from '../../scripts/lib/browser/workbench.mjs';
import { Editor, LONGEST_TEST } from '../support/browser/editor';
import { MINUTE } from '../../src/base/time-units';

/** What a service must not be able to do to a list. */
const HOSTILE = '$(trash) [link](command:workbench.action.quit) \u202edesrever\nsecond line';

describe('a person who has no job id at hand', function () {
  this.timeout(LONGEST_TEST);
  let editor: Editor;

  before(async () => {
    // The other renderers draw on a canvas, where a test finds no text.
    const settings = { 'terminal.integrated.gpuAcceleration': 'off' };
    editor = await Editor.open('finding-jobs', { settings, hasHovers: true });
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

  it('tracks a job by a click on its id that a program printed in the terminal', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await runCommand(page, 'Terminal: Create New Terminal');
    await page.locator('.xterm-helper-textarea:focus').waitFor({ state: 'attached' });
    await page.keyboard.type(`clear; printf '"job_id": "%s"\\n' ${jobId}`);
    await page.keyboard.press('Enter');
    const printed = page
      .locator('.xterm-rows > div')
      .filter({ hasText: `"job_id": "${jobId}"` })
      .last();
    await printed.waitFor();
    const id = printed.locator('span').filter({ hasText: jobId }).last();
    const box = await id.boundingBox();
    assert.ok(box);
    // Behind the name, in the middle of the id; the terminal has a layer for the mouse above its text.
    const hover = page.locator('.workbench-hover').getByText('Track ELB Job');
    for (let step = 0; !(await hover.isVisible()); step = (step + 1) % 2) {
      await page.mouse.move(box.x + 200 + step, box.y + box.height / 2, { steps: 5 });
      await hover.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    await editor.picture('terminal-link');
    await page.keyboard.down('Control');
    // It is a link as long as the key is held, once the terminal has noticed that it is: at a move, which it may miss.
    const link = page.locator('.xterm-cursor-pointer');
    for (let step = 0; !(await link.isVisible()); step = (step + 1) % 20) {
      await page.mouse.move(box.x + 200 + step, box.y + box.height / 2);
      await page.waitForTimeout(100);
    }
    await page.mouse.click(box.x + 205, box.y + box.height / 2);
    await page.keyboard.up('Control');
    await treeRow(page, jobId.slice(0, 8)).first().waitFor();
    await notification(page, 'cloneListener completed').waitFor();
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
