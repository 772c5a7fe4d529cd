import assert from 'node:assert/strict';
import {
  notification,
  openViewContainer,
  quickInput,
  runCommand,
  treeRow,
  watchNotifications,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

describe('the demo, for a person without an account', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('demo');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  let countNotifications: Awaited<ReturnType<typeof watchNotifications>>;
  const sideBar = () => editor.page.locator('.part.sidebar');
  const tryDemo = () => sideBar().getByRole('button', { name: 'Try with Demo Data' });

  it('is offered when no job is tracked, and shows running jobs after one click', async () => {
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    await widenSideBar(page, 160);
    await tryDemo().waitFor();
    await editor.screenshot('demo-welcome');
    countNotifications = await watchNotifications(page);
    await tryDemo().click();
    await treeRow(page, /^UPGRADE, RUNNING .* Demo · demo0001$/).waitFor();
    await treeRow(page, /^cloneListener, ROLLBACKING .* Demo · /).waitFor();
    await sideBar().getByText('Demo data: no requests to Huawei Cloud.').waitFor();
    await editor.statusBar.filter({ hasText: /ELB: \d running \(demo\)/ }).waitFor();
    // Closes a tooltip that would be in the screenshot.
    await page.locator('.part.statusbar').hover();
    await editor.screenshot('demo-begins');
  });

  it('shows in the timeline how much longer the upgrade is expected to take', async () => {
    const { page } = editor;
    const row = treeRow(page, /^UPGRADE, .* Demo · /);
    await row.click();
    await row.getByRole('button', { name: 'Show Timeline' }).click();
    const timeline = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
    await timeline
      .locator('.summary')
      .getByText(/about \d min left \(median of 3 UPGRADE jobs\)/)
      .waitFor();
    assert.equal(await timeline.locator('.ghost').count(), 1);
    const ghost = (await timeline.locator('.row.job .ghost').boundingBox()) ?? assert.fail('there is no ghost bar');
    const bar = (await timeline.locator('.row.job .bar.open').first().boundingBox()) ?? assert.fail('there is no bar');
    assert.ok(Math.abs(bar.x + bar.width - ghost.x) < 2, 'the ghost bar begins where the bar ends');
    assert.ok(ghost.width > bar.width / 10);
    await page.locator('.part.statusbar').hover();
    await editor.screenshot('demo-timeline-running', ['dark', 'light', 'high contrast', 'high contrast light']);
  });

  it('shows jobs that succeed and fail, advice and a timeline, all marked as demo', async () => {
    const { page } = editor;
    while ((await countNotifications('Demo: cloneLoadbalancer demo0002 completed')) === 0)
      await page.waitForTimeout(100);
    const failed = notification(page, 'Demo: batchCreateV3Loadbalancer demo0003 failed');
    await failed.waitFor();
    await treeRow(page, 'What to do, A quota is used up').waitFor();
    await editor.screenshot('demo-ends');
    await runCommand(page, 'Notifications: Clear All Notifications');
    const row = treeRow(page, /^UPGRADE, .* Demo · /);
    await row.click();
    await row.getByRole('button', { name: 'Show Timeline' }).click();
    const timeline = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
    await timeline.getByRole('heading', { name: 'UPGRADE · Demo data' }).waitFor();
    await timeline.getByRole('option').nth(1).waitFor();
    // It waits for a decision by now, so nothing is expected.
    await timeline.locator('.ghost').waitFor({ state: 'detached' });
    await editor.screenshot('demo-timeline');
  });

  it('is still there after a reload, and gone after one click on the trash can', async () => {
    const { page } = editor;
    await editor.load();
    await openViewContainer(page, 'ELB Jobs');
    await treeRow(page, /^UPGRADE, .* Demo · /).waitFor();
    await sideBar().hover();
    await sideBar().getByRole('button', { name: 'Remove Demo Data' }).click();
    await tryDemo().waitFor();
    await treeRow(page, /Demo/).first().waitFor({ state: 'detached' });
    await editor.statusBar.waitFor({ state: 'detached' });
    assert.equal(await sideBar().getByText('Demo data: no requests').count(), 0);
    await page.getByRole('tab', { name: /Timeline/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('F1');
    await quickInput(page).fill('>Demo Data');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Try with Demo Data' }).waitFor();
    const removal = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Remove Demo Data' });
    assert.equal(await removal.count(), 0, 'there is nothing to remove');
    assert.equal(editor.cloud.requests.length, 0);
  });

  it('leaves no notification in view when it is removed', async () => {
    const { page } = editor;
    await page.keyboard.press('Escape');
    await tryDemo().click();
    const notice = notification(page, 'Demo: batchDeleteListener demo0005 completed');
    await notice.waitFor();
    await runCommand(page, 'ELB Jobs: Remove Demo Data');
    await tryDemo().waitFor();
    await notice.waitFor({ state: 'hidden' });
  });
});
