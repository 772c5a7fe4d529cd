import assert from 'node:assert/strict';
import { notification, openViewContainer, runCommand, treeRow } from '../../scripts/lib/workbench.mjs';
import { Editor } from './editor';

const SECOND = 1000;

describe('a job id that a program printed, in the workbench', function () {
  this.timeout(90 * SECOND);
  let editor: Editor;

  before(async () => {
    // The other renderers draw on a canvas, where a test finds no text.
    editor = await Editor.open('links', { settings: { 'terminal.integrated.gpuAcceleration': 'off' } });
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  it('is tracked by a click in the terminal', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await runCommand(page, 'Terminal: Create New Terminal');
    await page.locator('.xterm-helper-textarea').waitFor({ state: 'attached' });
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
    await page.mouse.move(box.x + 200, box.y + box.height / 2, { steps: 5 });
    await page.locator('.workbench-hover').getByText('Track ELB Job').waitFor();
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
});
