import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Frame, FrameLocator, Locator } from 'playwright-core';
import {
  notification,
  openViewContainer,
  quickPickRow,
  runCommand,
  runFromContextMenu,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { SECOND } from '../../src/base/time-units';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { waitForLayout } from '../support/browser/layout';

/** The themes, and what VS Code calls their kinds. High contrast is tested without the system's forced colors, too. */
const THEMES = {
  'Dark Modern': 'vscode-dark',
  'Light Modern': 'vscode-light',
  'Dark High Contrast': 'vscode-high-contrast',
  'Light High Contrast': 'vscode-high-contrast-light',
} as const;

/** What the keyboard reaches, in order, and whether each place shows that it has the focus. */
const FOCUSED = `(() => {
  const { activeElement } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
  const name = activeElement.getAttribute('aria-label') ?? activeElement.textContent;
  return { name, isVisible: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 };
})()`;
/** Whether the whole box of the details is in the window, and how much of its content. */
const DETAILS_BOX = `(() => {
  const box = document.querySelector('.details');
  const { top, bottom, height } = box.getBoundingClientRect();
  const last = box.querySelector('.fact:last-child').getBoundingClientRect();
  return { isWhole: top >= 0 && bottom <= innerHeight, height, isLastSeen: last.bottom <= bottom };
})()`;
const COUNT_ANNOUNCEMENTS = `(() => {
  globalThis.announcements = 0;
  const observer = new MutationObserver((records) => { globalThis.announcements += records.length; });
  for (const live of document.querySelectorAll('[aria-live], [role=status]'))
    observer.observe(live, { subtree: true, childList: true, characterData: true });
})()`;

interface Box {
  readonly isWhole: boolean;
  readonly height: number;
  readonly isLastSeen: boolean;
}

describe('the timeline for people who use the keyboard, a screen reader or high contrast', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;
  /** The ids of jobs by the state that their timelines show. */
  const jobs = new Map<string, string>();

  before(async () => {
    editor = await Editor.open('timeline-accessibility', {
      settings: { 'window.autoDetectColorScheme': false, 'window.autoDetectHighContrast': false },
    });
    const { page, cloud } = editor;
    // All rows of the jobs fit.
    await page.setViewportSize({ width: 1280, height: 1200 });
    await openViewContainer(page, 'ELB Jobs');
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    cloud.clock.hold();
    const subJob = (jobType: string, from: number, to: number) => ({
      ...{ jobId: `${jobType}-${from}`, jobType, resourceId: '', entities: [] },
      transitions: [
        { at: from * SECOND, status: 'RUNNING' },
        { at: to * SECOND, status: 'SUCCESS' },
      ],
    });
    const upgrade = {
      ...{ jobType: 'UPGRADE', resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b51' },
      transitions: [
        { at: 0, status: 'RUNNING' },
        { at: 20 * SECOND, status: 'SUCCESS' },
      ],
      subJobs: [subJob('UPGRADE_INIT', 0, 15), subJob('UPGRADE_TRAFFIC_SWITCH', 16, 19)],
    };
    const many = {
      ...{ jobType: 'many', resourceId: '' },
      transitions: [
        { at: 0, status: 'RUNNING' },
        { at: 20 * SECOND, status: 'CANCEL' },
      ],
      subJobs: Array.from({ length: 250 }, (_, index) => subJob(`PART_${index}`, 1, 2)),
    };
    const started = {
      running: cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 60 * SECOND }),
      failed: cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 20 * SECOND }),
      waiting: cloud.startJob({ script: upgrade }),
      'more than 200 sub-jobs': cloud.startJob({ script: many }),
      unknown: cloud.startJob({
        script: {
          ...{ jobType: 'odd', resourceId: '', subJobs: [] },
          transitions: [{ at: 0, status: 'PAUSED' }],
        },
      }),
    };
    cloud.clock.advance(30 * SECOND);
    jobs.set('ended', OFFICIAL_EXAMPLE.jobId);
    for (const [state, { jobId }] of Object.entries(started)) jobs.set(state, jobId);
    const { jobId: last } = started['more than 200 sub-jobs'];
    // The rows of its sub-jobs are below all others.
    for (const ids of [[last], [...jobs.values()].filter((jobId) => jobId !== last)]) {
      await runCommand(page, 'Track ELB Job');
      await editor.answer('The job_id', ids.join(' '));
      for (const jobId of ids) await treeRow(page, jobId.slice(0, 8)).first().waitFor();
    }
    for (const status of ['RUNNING', 'FAIL', 'SUCCESS', 'CANCEL', 'PAUSED', 'COMPLETE'])
      await treeRow(page, new RegExp(`, (unknown status, )?${status}\\b`))
        .first()
        .waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  /** The page of the visible timeline. */
  const timeline = (): FrameLocator =>
    editor.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  const rows = (): Locator => timeline().getByRole('option');

  /** The frame of that page, to evaluate scripts in. */
  async function frame(): Promise<Frame> {
    const body = await timeline().locator('body').elementHandle();
    return (await body.ownerFrame()) ?? assert.fail('the timeline is gone');
  }

  const innerSize = async () => (await frame()).evaluate<readonly [number, number]>('[innerWidth, innerHeight]');

  async function show(state: string): Promise<void> {
    const { page } = editor;
    const id = (jobs.get(state) ?? assert.fail(state)).slice(0, 8);
    const tab = page.getByRole('tab', { name: new RegExp(`Timeline: .*${id}`) });
    if (await tab.isVisible()) await tab.click();
    else {
      const row = treeRow(page, id).first();
      await row.hover();
      await row.getByRole('button', { name: 'Show Timeline' }).click();
    }
    await timeline().locator('.summary').getByText(id).waitFor();
    await page.locator('.part.statusbar').hover();
  }

  async function setTheme(theme: keyof typeof THEMES): Promise<void> {
    const { page } = editor;
    await runCommand(page, 'Preferences: Color Theme');
    await page.locator('.quick-input-widget input:visible').first().fill(theme);
    await quickPickRow(page, theme).click();
  }

  /** Asserts that axe-core finds nothing wrong with the timelines in these states, in any theme. */
  async function assertAccessible(states: readonly string[]): Promise<void> {
    const violations: string[] = [];
    for (const [theme, kind] of Object.entries(THEMES)) {
      await setTheme(theme as keyof typeof THEMES);
      for (const state of states) {
        await show(state);
        await timeline().locator(`body[data-vscode-theme-kind=${kind}]`).waitFor();
        const inside = await frame();
        await inside.evaluate(axe.source);
        const found = await inside.evaluate(async () => {
          const result = await (globalThis as unknown as { axe: typeof axe }).axe.run();
          return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        });
        violations.push(...found.map((violation) => `${state}, ${theme}: ${violation}`));
        const name = `accessible-${state}-${theme}`.toLowerCase().replaceAll(' ', '-');
        await editor.page.screenshot({ path: editor.screenshotFile(`${name}.png`) });
      }
    }
    await setTheme('Dark Modern');
    assert.deepEqual(violations, []);
  }

  it('has no violations that axe-core finds in any state of a job, in four themes', async () => {
    await assertAccessible([...jobs.keys()]);
  });

  it('is reached by the keyboard in the order in which it is read, with a visible focus', async () => {
    const { page } = editor;
    for (const theme of ['Dark Modern', 'Light High Contrast'] as const) {
      await setTheme(theme);
      await show('waiting');
      await timeline().getByRole('button').first().focus();
      const places: string[] = [];
      for (const last = 'Details'; places.at(-1) !== last && places.length < 10;) {
        const { name, isVisible } = await (await frame()).evaluate<{ name: string; isVisible: boolean }>(FOCUSED);
        assert.ok(isVisible || places.length === 0, `${name} shows that it has the focus`);
        places.push(name);
        if (name !== last) await page.keyboard.press('Tab');
      }
      assert.deepEqual(
        places.map((name) => name.replace(/ .*/, '')),
        ['Copy', 'Copy', 'UPGRADE', 'Table', 'Details'],
      );
    }
    await setTheme('Dark Modern');
  });

  it('has details that are whole in a low editor, and can be scrolled to their end by keyboard', async () => {
    const { page } = editor;
    const size = page.viewportSize() ?? assert.fail('the page has no size');
    const box = async () => (await frame()).evaluate<Box>(DETAILS_BOX);
    for (const [width, height] of [
      [1200, 500],
      [800, 500],
      [1600, 360],
    ] as const) {
      await page.setViewportSize({ width, height });
      await waitForLayout(page, innerSize);
      for (const state of ['failed', 'waiting']) {
        await show(state);
        await rows().first().focus();
        await page.keyboard.press('Home');
        await waitForLayout(page, innerSize);
        const { isWhole, height: boxHeight } = await box();
        const what = `${state} at ${width}×${height}`;
        await page.screenshot({ path: editor.screenshotFile(`timeline-details-${state}-${width}-${height}.png`) });
        assert.ok(isWhole, `the details are within the window: ${what}`);
        assert.ok(boxHeight >= 80, `some lines of the details are seen: ${what}, ${boxHeight} pixels`);
        await timeline().getByRole('region', { name: 'Details' }).focus();
        while (!(await box()).isLastSeen) {
          await page.keyboard.press('End');
          await page.waitForTimeout(100);
        }
      }
    }
    await page.setViewportSize(size);
  });

  it('moves nothing for a person who wants less motion, in VS Code or in the system', async () => {
    const { page } = editor;
    await show('running');
    const isMoving =
      "[...document.querySelectorAll('*')].some((each) => getComputedStyle(each).animationName !== 'none')";
    const moving = async () => (await frame()).evaluate(isMoving);
    await rows().first().waitFor();
    assert.equal(await moving(), false, 'the editor and the system of these tests reduce motion');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.equal(await moving(), false, 'the editor');
    // At once, because the editor may set the class again.
    const withoutClass = `document.body.classList.remove('vscode-reduce-motion'); ${isMoving}`;
    assert.equal(await (await frame()).evaluate(withoutClass), true, 'the end of a running bar');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await moving(), false, 'the system');
  });

  it('says politely when a status changes, and nothing when only time passes', async () => {
    const { page, cloud } = editor;
    await show('running');
    const announcer = timeline().locator('.announcer');
    await rows().last().focus();
    assert.equal(await announcer.innerText(), '');
    await (await frame()).evaluate(COUNT_ANNOUNCEMENTS);
    const durations = () => rows().first().innerText();
    const before = await durations();
    while ((await durations()) === before) await page.waitForTimeout(200);
    assert.equal(await (await frame()).evaluate('announcements'), 0);
    cloud.clock.advance(10 * SECOND);
    await announcer.getByText(/cloneListener.*: (INIT|RUNNING)/).waitFor({ state: 'attached' });
    assert.doesNotMatch(await announcer.innerText(), /cloneLoadbalancer: RUNNING/, 'its status is the same');
    cloud.clock.advance(60 * SECOND);
    await announcer.getByText(/cloneLoadbalancer: COMPLETE/).waitFor({ state: 'attached' });
    await notification(page, 'cloneLoadbalancer').waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('has no violations while polling fails, before the first response, and once the job is removed', async () => {
    const { page, cloud } = editor;
    const failing = cloud.startJob({ kind: 'cloneListener', durationMs: 600 * SECOND });
    jobs.set('failing', failing.jobId);
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', failing.jobId);
    await treeRow(page, /^cloneListener, (INIT|RUNNING)/)
      .first()
      .waitFor();
    for (const route of ['ShowJob', 'ListJobs'] as const) {
      cloud.injectFault({ match: { route }, effect: { kind: 'error', status: 500, code: 'ELB.9999', message: 'odd' } });
    }
    await show('failing');
    await timeline().locator('.notice').waitFor();
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 600 * SECOND });
    jobs.set('no response', jobId);
    await runCommand(page, 'ELB Jobs: Pause Polling');
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await treeRow(page, jobId.slice(0, 8)).first().waitFor();
    await show('no response');
    await timeline().locator('.empty').waitFor();
    const removed = jobs.get('waiting') ?? assert.fail();
    await show('waiting');
    await runFromContextMenu(treeRow(page, removed.slice(0, 8)).first(), 'Stop Tracking Job');
    await timeline().getByRole('status').getByText('No longer tracked.').waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await assertAccessible(['failing', 'no response', 'waiting']);
  });
});
