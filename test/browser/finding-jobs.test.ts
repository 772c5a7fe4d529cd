import assert from 'node:assert/strict';
import {
  ATTEMPT_TIMEOUT_MS,
  notification,
  openViewContainer,
  retry,
  runCommand,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { MINUTE } from '../../src/base/time-units';

/** Text that would act as an icon, a link or markup in a list that trusted it. */
const HOSTILE = '$(trash) [link](command:workbench.action.quit) \u202edesrever\nsecond line';

describe('finding jobs without an id at hand', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  before(async () => {
    // The other renderers draw on a canvas, in which a test cannot find text.
    const settings = { 'terminal.integrated.gpuAcceleration': 'off' };
    editor = await Editor.open('finding-jobs', { settings, hasHovers: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  it('lists recent jobs with hostile texts as plain text, and tracks those that are picked', async () => {
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
    const text = await list.innerText();
    assert.ok(text.includes('$ (trash) [link] (command:'), text);
    assert.equal(await list.locator('.codicon-trash').count(), 0);
    await editor.screenshot('browse');
    await list.locator('input[placeholder*="Pick the jobs"]').fill('batchDelete');
    const rows = list.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'cloneListener' }).first().waitFor({ state: 'detached' });
    await rows.first().click();
    await list.locator('input[type="text"]').first().fill('');
    await editor.screenshot('browse-picked');
    await page.keyboard.press('Enter');
    await treeRow(page, new RegExp(`^batchDeleteListener, RUNNING .*${jobId.slice(0, 8)}$`)).waitFor();
    await runCommand(page, 'ELB Jobs: Browse Recent Jobs…');
    await list.getByText('Already tracked').first().waitFor();
    await editor.screenshot('browse-tracked');
    await page.keyboard.press('Escape');
  });

  it('tracks a job after a click on its id in the terminal', async () => {
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
    /** Points at the middle of the id. By position, because a layer for the mouse covers the terminal's text. */
    const moveTo = async (step: number): Promise<readonly [number, number]> => {
      // The terminal may be replacing or moving its rows.
      let box = await id.boundingBox();
      while (box === null) box = await id.boundingBox();
      const [x, y] = [box.x + 200 + step, box.y + box.height / 2];
      await page.mouse.move(x, y, { steps: 5 });
      return [x, y];
    };
    const hover = page.locator('.workbench-hover').getByText('Track ELB Job');
    for (let step = 0; !(await hover.isVisible()); step = (step + 1) % 2) {
      await moveTo(step);
      await hover.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    await editor.screenshot('terminal-link');
    // The id is a link while the key is held. The terminal notices the key only when the pointer moves, and may miss a move.
    const link = page.locator('.xterm-cursor-pointer');
    await retry(async () => {
      await page.keyboard.down('Control');
      let place = await moveTo(0);
      for (let step = 0; !(await link.isVisible()); step = (step + 1) % 20) {
        place = await moveTo(step);
        await page.waitForTimeout(100);
      }
      await page.mouse.click(...place);
      await page.keyboard.up('Control');
      await treeRow(page, jobId.slice(0, 8)).first().waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
    });
    await notification(page, /cloneListener .{8} completed/).waitFor();
  });

  it('tracks new jobs of a followed project, and shows them in the view', async () => {
    const { page, cloud } = editor;
    await runCommand(page, 'ELB Jobs: Follow New Jobs of This Project');
    await page.getByText('that begin from now on are tracked').first().waitFor();
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 15 * MINUTE });
    await runCommand(page, 'ELB Jobs: Refresh');
    await treeRow(page, new RegExp(`^cloneListener, .*${jobId.slice(0, 8)}`)).waitFor();
    await editor.screenshot('following');
  });
});
