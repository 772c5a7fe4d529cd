import assert from 'node:assert/strict';
import {
  ATTEMPT_TIMEOUT_MS,
  moveFocusDownTo,
  namesOfRows,
  notification,
  openContextMenu,
  openViewContainer,
  quickInput,
  quickPickRow,
  retry,
  runCommand,
  treeRow,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import type { JobScript } from '../../src/simulator/jobs/job-script';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { HOUR, MINUTE } from '../../src/base/time-units';

const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'] as const;
type Name = (typeof NAMES)[number];

/** On a busy machine, only a condition that is never met takes longer. */
const TIMEOUT_MS = MINUTE;

const idOf = (name: Name) => `${String(NAMES.indexOf(name)).padStart(8, '0')}-0000-4000-8000-000000000000`;

function scriptOf(jobType: Name): JobScript {
  const transitions = [
    { at: 0, status: 'RUNNING' },
    ...(jobType === 'zeta' ? [{ at: 0, status: 'FAIL' }] : []),
    { at: HOUR, status: 'COMPLETE' },
  ];
  const subJobs = [
    { jobId: `part-of-${jobType}`, jobType: `step of ${jobType}`, resourceId: '', entities: [], transitions },
  ];
  return { jobType, resourceId: '', transitions, subJobs };
}

describe('the keyboard in the list of jobs', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  const row = (name: Name) => treeRow(editor.page, new RegExp(`^${name}, `));
  const stepOf = (name: Name) => treeRow(editor.page, new RegExp(`^step of ${name}, `));
  const press = (key: string) => editor.page.keyboard.press(key);
  const menu = () => editor.page.locator('.monaco-menu').first();

  const focused = () => editor.page.locator('.part.sidebar .monaco-list:focus .monaco-list-row.focused');
  const clipboard = () => editor.page.evaluate<string>('navigator.clipboard.readText()');

  /** The first words of the selected rows. */
  async function selected(): Promise<string[]> {
    const names = await namesOfRows(editor.page.locator('.part.sidebar [role=treeitem][aria-selected=true]'));
    return names.map((name) => name.split(', ')[0] ?? '').sort();
  }

  async function untilSelected(...names: string[]): Promise<void> {
    const end = Date.now() + TIMEOUT_MS;
    while ((await selected()).join() !== names.join() && Date.now() < end) await editor.page.waitForTimeout(100);
    assert.deepEqual(await selected(), names);
  }

  async function untilCopied(text: string): Promise<void> {
    const end = Date.now() + TIMEOUT_MS;
    while ((await clipboard()) !== text && Date.now() < end) await editor.page.waitForTimeout(100);
    assert.equal(await clipboard(), text);
  }

  /** Moves the focus by the keyboard alone, so that the selection stays. */
  async function focus(name: Name): Promise<void> {
    await press('Home');
    await focused().and(editor.page.locator('[data-index="0"]')).waitFor();
    await moveFocusDownTo(focused(), row(name));
  }

  before(async () => {
    editor = await Editor.open('keyboard');
    const { page, cloud } = editor;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const name of NAMES) cloud.startJob({ jobId: idOf(name), script: scriptOf(name) });
    await openViewContainer(page, 'ELB Jobs');
    await widenSideBar(page, 160);
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', NAMES.map(idOf).join(' '));
    for (const name of NAMES) await row(name).waitFor();
    await notification(page, 'zeta').waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    // The rows of all jobs and of one sub-job.
    await page.locator('.part.sidebar').hover();
    for (const name of NAMES) await stepOf(name).first().waitFor();
    for (const name of NAMES.filter((each) => each !== 'alpha')) {
      await row(name).locator('.monaco-tl-twistie').click();
      await row(name).and(page.locator('[aria-expanded=false]')).waitFor();
    }
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  it('copies the id of the focused job, and leaves the selection as it is', async () => {
    await row('beta').click();
    await focus('gamma');
    await press('Control+c');
    await untilCopied(idOf('gamma'));
    await untilSelected('beta');
    await focus('beta');
    await press('Control+c');
    await untilCopied(idOf('beta'));
    await untilSelected('beta');
  });

  it('copies the value of a focused row below a job', async () => {
    await stepOf('alpha').click();
    await press('Control+c');
    await untilCopied('part-of-alpha');
    await untilSelected('step of alpha');
  });

  it('keeps several selected rows, and copies all of them if the focused row is one of them', async () => {
    await row('beta').click();
    await row('delta').click({ modifiers: ['Control'] });
    await untilSelected('beta', 'delta');
    await press('Control+c');
    await untilCopied(`${idOf('beta')}\n${idOf('delta')}`);
    await untilSelected('beta', 'delta');
    await focus('gamma');
    await press('Control+c');
    await untilCopied(idOf('gamma'));
    await untilSelected('beta', 'delta');
  });

  it('shows its keys in the menu of a row', async () => {
    const { page } = editor;
    await row('gamma').click();
    await openContextMenu(row('gamma'));
    for (const [title, key] of [
      ['Show Timeline', /^Enter$/],
      ['Copy Job ID', /^Ctrl\+C$/],
      ['Rename Job', /^F2$/],
      // VS Code 1.100 writes it in full.
      ['Stop Tracking Job', /^Del(ete)?$/],
    ] as const) {
      const item = page.locator('.monaco-menu .action-item').filter({ hasText: title });
      assert.match((await item.locator('.keybinding').textContent()) ?? '', key, title);
    }
    await editor.screenshot('keyboard-menu');
    await press('Escape');
    await menu().waitFor({ state: 'hidden' });
    await stepOf('alpha').click();
    await openContextMenu(stepOf('alpha').first());
    const copy = page.locator('.monaco-menu .action-item').filter({ hasText: 'Copy' });
    assert.equal(await copy.locator('.keybinding').textContent(), 'Ctrl+C');
    await press('Escape');
  });

  it('renames the focused job', async () => {
    await row('beta').click();
    await focus('delta');
    await press('F2');
    await editor.page.locator('.quick-input-widget').filter({ hasText: 'Rename Job' }).waitFor();
    await editor.screenshot('keyboard-rename', ['dark']);
    await quickInput(editor.page).fill('CHG-4711');
    await press('Enter');
    await treeRow(editor.page, /^CHG-4711, /).waitFor();
    await untilSelected('beta');
  });

  it('mutes all selected jobs from the menu of one, and unmutes them', async () => {
    const { page } = editor;
    const choose = async (title: string) => {
      await openContextMenu(row('beta'));
      const item = page.getByRole('menuitem', { name: title, exact: true });
      await item.hover();
      await page.locator('.action-item.focused').filter({ has: item }).waitFor();
      await editor.screenshot(`keyboard-${title.toLowerCase().replace(' ', '-')}`);
      await press('Enter');
      await item.waitFor({ state: 'detached' });
    };
    await row('gamma').click();
    await choose('Mute Job');
    await treeRow(page, /^beta, .*muted/).waitFor();
    await row('beta').click();
    await row('gamma').click({ modifiers: ['Control'] });
    await choose('Mute Job');
    await treeRow(page, /^gamma, .*muted/).waitFor();
    await choose('Unmute Job');
    for (const name of ['beta', 'gamma']) {
      await treeRow(page, new RegExp(`^${name}, .*muted`)).waitFor({ state: 'detached' });
      await treeRow(page, new RegExp(`^${name}, `)).waitFor();
    }
  });

  it('does not act while a text is typed into the tree’s find box', async () => {
    const { page } = editor;
    await row('beta').click();
    await press('Control+Alt+f');
    const find = page.locator('.part.sidebar .monaco-tree-type-filter input').first();
    await find.waitFor();
    await page.keyboard.type('gam');
    await press('Home');
    await press('Delete');
    await page.waitForTimeout(1000);
    assert.equal(await find.inputValue(), 'am');
    await press('Escape');
    for (const name of ['beta', 'gamma'] as const) await row(name).waitFor();
  });

  it('stops tracking the focused job, with Undo, or all selected jobs if it is one of them', async () => {
    const { page } = editor;
    await row('beta').click();
    await focus('epsilon');
    await press('Delete');
    await row('epsilon').waitFor({ state: 'detached' });
    await untilSelected('beta');
    await notification(page, 'no longer tracked').getByRole('button', { name: 'Undo' }).click();
    await row('epsilon').waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await row('gamma').click();
    await row('epsilon').click({ modifiers: ['Control'] });
    await press('Delete');
    for (const name of ['gamma', 'epsilon'] as const) await row(name).waitFor({ state: 'detached' });
    await notification(page, '2 jobs are no longer tracked').getByRole('button', { name: 'Undo' }).click();
    for (const name of ['gamma', 'epsilon'] as const) await row(name).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await row('beta').waitFor();
  });

  it('opens the timeline of the focused job or sub-job, and does nothing else on a heading', async () => {
    const { page } = editor;
    const tab = (name: Name) => page.locator('.tabs-container .tab').filter({ hasText: name });
    await row('beta').click();
    await focus('zeta');
    await press('Enter');
    await tab('zeta').waitFor();
    await untilSelected('beta');
    // The timeline that has just opened may take the focus once more when it has loaded.
    await retry(async () => {
      await stepOf('alpha').click();
      await focused().and(stepOf('alpha')).waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
      await press('Enter');
      await tab('alpha').waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
    });
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'ELB Jobs: Group Jobs By…');
    await quickPickRow(page, 'Status').click();
    const heading = treeRow(page, /^Failed/);
    await heading.click();
    await heading.and(page.locator('[aria-expanded=false]')).waitFor();
    await press('Enter');
    await heading.and(page.locator('[aria-expanded=true]')).waitFor();
    const before = await page.locator('.part.sidebar [role=treeitem]').count();
    for (const key of ['Delete', 'F2', 'Control+c']) await press(key);
    await page.waitForTimeout(1000);
    assert.equal(await quickInput(page).isVisible(), false);
    assert.equal(await page.locator('.part.sidebar [role=treeitem]').count(), before);
  });
});
