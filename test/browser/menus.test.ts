import assert from 'node:assert/strict';
import {
  notification,
  openPalette,
  openViewContainer,
  quickInput,
  quickPickLabels,
  quickPickRow,
  runCommand,
  runFromContextMenu,
  treeRow,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { HOUR } from '../../src/base/time-units';

describe('the menus and lists of the view', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  const press = (key: string) => editor.page.keyboard.press(key);
  const row = (name: string) => treeRow(editor.page, new RegExp(`^${name}, `)).first();

  /** The labels in the palette for a text, from the top; VS Code draws only some rows of a long list. */
  async function palette(text: string): Promise<string[]> {
    const { page } = editor;
    await openPalette(page, text, quickPickRow(page, 'Track ELB Job'));
    const labels = await quickPickLabels(page);
    await press('Escape');
    return labels;
  }

  /** Opens the “…” menu. Returns its labels. */
  async function overflowMenu(): Promise<string[]> {
    const { page } = editor;
    await page.locator('.part.sidebar').hover();
    await page.locator('.part.sidebar .pane-header, .part.sidebar .composite.title').first().hover();
    // In VS Code 1.100, it has no role.
    await page
      .locator('.part.sidebar')
      .getByLabel(/More Actions/)
      .first()
      .click();
    await page.locator('.monaco-menu .action-item').first().waitFor();
    const labels = await page.locator('.monaco-menu .action-label[aria-label]').allTextContents();
    return labels.map((label) => label.trim()).filter((label) => label !== '');
  }

  const withCategory = (title: string) => `ELB Jobs: ${title}`;

  before(async () => {
    editor = await Editor.open('menus');
    await openViewContainer(editor.page, 'ELB Jobs');
    await widenSideBar(editor.page, 160);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  it('offer in the palette only what can act before anything is set up', async () => {
    const labels = await palette('elb');
    // VS Code sorts commands by their labels. The last one is its own.
    assert.deepEqual(labels, [
      ...['Add Credentials', 'Browse Recent Jobs…', 'Copy Diagnostics', 'Focus on ELB Jobs View'].map(withCategory),
      ...['Open API Documentation', 'Show Log', 'Try with Demo Data'].map(withCategory),
      ...['Track ELB Job', 'View: Show ELB Jobs'],
    ]);
    assert.deepEqual(await palette('job'), labels);
    assert.equal((await palette('track'))[0], 'Track ELB Job');
    const menu = await overflowMenu();
    assert.deepEqual(menu, ['Browse Recent Jobs…', 'Credentials', 'Show Log', 'Copy Diagnostics']);
    await press('Escape');
  });

  it('begin with jobs in the “…” menu, and have all credentials in one submenu', async () => {
    const { page, cloud } = editor;
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(page, 'Track ELB Job');
    const kinds = ['cloneListener', 'cloneLoadbalancer', 'UPGRADE'] as const;
    const ids = kinds.map((kind) => cloud.startJob({ kind, durationMs: HOUR }).jobId);
    await editor.answer('The job_id', ids.join(' '));
    for (const kind of kinds) await row(kind).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    const labels = await overflowMenu();
    assert.deepEqual(labels.slice(0, 3), ['Browse Recent Jobs…', 'Follow New Jobs of This Project', 'Pause Polling']);
    assert.ok(labels.indexOf('Credentials') > labels.indexOf('Sort Jobs By…'), labels.join());
    assert.ok(!labels.includes('Sign Out'));
    assert.deepEqual(labels.slice(labels.indexOf('Show Log')), ['Show Log', 'Copy Diagnostics']);
    await page.getByRole('menuitem', { name: 'Credentials' }).hover();
    await page.getByRole('menuitem', { name: 'Sign Out' }).waitFor();
    await editor.screenshot('menus-more');
    await press('Escape');
    await press('Escape');
  });

  it('filter by states and by a typed text in one list, which is never empty', async () => {
    const { page } = editor;
    await runCommand(page, 'ELB Jobs: Filter Jobs…');
    await quickPickRow(page, 'Running').waitFor();
    await editor.screenshot('menus-filter');
    await page.keyboard.type('clone');
    await quickPickRow(page, 'Contains “clone”').waitFor();
    await page.keyboard.type('-CHG');
    await quickPickRow(page, 'Contains “clone-CHG”').waitFor();
    await editor.screenshot('menus-filter-typed');
    await quickInput(page).fill('clone');
    await quickPickRow(page, 'Contains “clone”').waitFor();
    await press('Enter');
    await row('UPGRADE').waitFor({ state: 'detached' });
    await page.locator('.part.sidebar').getByText('Showing: “clone”').waitFor();
    await row('cloneListener').waitFor();
    await runCommand(page, 'ELB Jobs: Filter Jobs…');
    await page.locator('.quick-input-list [aria-checked=true]').filter({ hasText: 'Contains “clone”' }).waitFor();
    await quickPickRow(page, 'Contains “clone”').click();
    await quickPickRow(page, 'UPGRADE').click();
    await press('Enter');
    await row('UPGRADE').waitFor();
    await row('cloneListener').waitFor({ state: 'detached' });
    await runCommand(page, 'ELB Jobs: Clear Filter');
    await row('cloneListener').waitFor();
  });

  it('list every running job to wait for, and say which are selected', async () => {
    const { page } = editor;
    await row('cloneListener').click();
    await row('UPGRADE').click({ modifiers: ['Control'] });
    await runCommand(page, 'ELB Jobs: Wait for Job');
    await page.locator('.quick-input-widget input[placeholder*="Selected in the list: 2 of 3"]').waitFor();
    await page.locator('.quick-input-list').getByText('Other jobs').waitFor();
    const choices = page.locator('.quick-input-list .monaco-list-row');
    assert.equal(await choices.count(), 4);
    await choices.first().getByText('Until No Job Is Running').waitFor();
    await editor.screenshot('menus-wait');
    // The selected jobs are ticked.
    await press('Enter');
    const progress = notification(page, 'Waiting for 2 jobs');
    await progress.getByText('0 of 2 ended').waitFor();
    await editor.screenshot('menus-wait-progress');
    await progress.getByText('Cancel').click();
    await progress.waitFor({ state: 'hidden' });
  });

  it('wait for all running jobs among several selected rows', async () => {
    const { page } = editor;
    await row('cloneListener').click();
    await row('UPGRADE').click({ modifiers: ['Control'] });
    await runFromContextMenu(row('UPGRADE'), 'Wait for Job');
    const progress = notification(page, 'Waiting for 2 jobs');
    await progress.waitFor();
    await progress.getByText('Cancel').click();
    await progress.waitFor({ state: 'hidden' });
  });
});
