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
import { SECOND } from '../../src/base/time-units';

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
    await treeRow(page, /^UPGRADE, Demo · RUNNING/).waitFor();
    await treeRow(page, /^cloneListener, Demo · ROLLBACKING/).waitFor();
    await sideBar().getByText('Demo data: no requests are sent to Huawei Cloud.').waitFor();
    await editor.statusBar.filter({ hasText: /ELB: \d running \(demo\)/ }).waitFor();
    // Closes a tooltip that would be in the screenshot.
    await page.locator('.part.statusbar').hover();
    await editor.screenshot('demo-begins');
  });

  it('shows jobs that succeed and fail, advice and a timeline, all marked as demo', async () => {
    const { page } = editor;
    while ((await countNotifications('Demo: cloneLoadbalancer completed')) === 0) await page.waitForTimeout(100);
    const failed = notification(page, 'Demo: batchCreateV3Loadbalancer failed');
    await failed.waitFor({ timeout: 60 * SECOND });
    await treeRow(page, 'What to do, A quota is used up').waitFor();
    await editor.screenshot('demo-ends');
    await runCommand(page, 'Notifications: Clear All Notifications');
    const row = treeRow(page, /^UPGRADE, Demo/);
    await row.click();
    await row.getByRole('button', { name: 'Show Timeline' }).click();
    const timeline = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
    await timeline.getByRole('heading', { name: 'UPGRADE · Demo data' }).waitFor();
    await timeline.getByRole('option').nth(1).waitFor();
    await editor.screenshot('demo-timeline');
  });

  it('is still there after a reload, and gone after one click on the trash can', async () => {
    const { page } = editor;
    await editor.load();
    await openViewContainer(page, 'ELB Jobs');
    await treeRow(page, /^UPGRADE, Demo/).waitFor();
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
});
