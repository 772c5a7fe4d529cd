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
import { Editor, LONGEST_TEST } from '../support/browser/editor';
import { SECOND } from '../../src/base/time-units';

describe('a person without an account', function () {
  this.timeout(LONGEST_TEST);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('demo');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  let told: Awaited<ReturnType<typeof watchNotifications>>;
  const sideBar = () => editor.page.locator('.part.sidebar');
  const tryDemo = () => sideBar().getByRole('button', { name: 'Try with Demo Data' });

  it('is offered the demo where nothing is tracked, and sees jobs at work after one click', async () => {
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    await widenSideBar(page, 160);
    await tryDemo().waitFor();
    await editor.picture('demo-welcome');
    told = await watchNotifications(page);
    await tryDemo().click();
    await treeRow(page, /^UPGRADE, Demo · RUNNING/).waitFor();
    await treeRow(page, /^cloneListener, Demo · ROLLBACKING/).waitFor();
    await sideBar().getByText('Demo data: nothing is asked of Huawei Cloud.').waitFor();
    await editor.statusBar.filter({ hasText: /ELB: \d running \(demo\)/ }).waitFor();
    // A tooltip would be in the picture.
    await page.locator('.part.statusbar').hover();
    await editor.picture('demo-begins');
  });

  it('sees how jobs end well and badly, what to do, and a timeline, all of it marked', async () => {
    const { page } = editor;
    while ((await told('Demo: cloneLoadbalancer completed')) === 0) await page.waitForTimeout(100);
    const failed = notification(page, 'Demo: batchCreateV3Loadbalancer failed');
    await failed.waitFor({ timeout: 60 * SECOND });
    await treeRow(page, 'What to do, A quota is used up').waitFor();
    await editor.picture('demo-ends');
    await runCommand(page, 'Notifications: Clear All Notifications');
    const row = treeRow(page, /^UPGRADE, Demo/);
    await row.click();
    await row.getByRole('button', { name: 'Show Timeline' }).click();
    const timeline = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
    await timeline.getByRole('heading', { name: 'UPGRADE · Demo data' }).waitFor();
    await timeline.getByRole('option').nth(1).waitFor();
    await editor.picture('demo-timeline');
  });

  it('has the demo still after a reload, and none of it after one click on the trash can', async () => {
    const { page } = editor;
    await editor.load();
    await openViewContainer(page, 'ELB Jobs');
    await treeRow(page, /^UPGRADE, Demo/).waitFor();
    await sideBar().hover();
    await sideBar().getByRole('button', { name: 'Remove Demo Data' }).click();
    await tryDemo().waitFor();
    await treeRow(page, /Demo/).first().waitFor({ state: 'detached' });
    await editor.statusBar.waitFor({ state: 'detached' });
    assert.equal(await sideBar().getByText('Demo data: nothing').count(), 0);
    await page.getByRole('tab', { name: /Timeline/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('F1');
    await quickInput(page).fill('>Demo Data');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Try with Demo Data' }).waitFor();
    const removal = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Remove Demo Data' });
    assert.equal(await removal.count(), 0, 'there is nothing to remove');
    assert.equal(editor.cloud.requests.length, 0);
  });
});
