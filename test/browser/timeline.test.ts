import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Frame, FrameLocator, Locator } from 'playwright-core';
import {
  notification,
  openViewContainer,
  runCommand,
  runFromContextMenu,
  setColorScheme,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { untilTrue, waitForLayout } from '../support/browser/layout';
import { SECOND } from '../../src/base/time-units';

const WIDTH_FITS = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
const EXTENTS_OF_LABELS = `Array.from(document.querySelectorAll('.axis text[visibility=visible]'), (label) => {
  const { left, right } = label.getBoundingClientRect();
  return { left, right };
})`;
/** Whether the focused row is whole in the window, and not behind the details. */
const IS_ABOVE_DETAILS = `(() => {
  const { top, bottom } = document.activeElement.getBoundingClientRect();
  const details = document.querySelector('.details').getBoundingClientRect();
  return top >= 0 && bottom <= details.top && details.bottom <= innerHeight;
})()`;
const IS_TABLE_AT_TOP = `(() => {
  const scrolled = document.querySelector('.scroll').getBoundingClientRect().top;
  const { top } = document.querySelector('.table-title').getBoundingClientRect();
  return document.querySelector('.table-box').open && top >= scrolled && top - scrolled < 40;
})()`;
const CUT_NAMES = `Array.from(document.querySelectorAll('.row .name, .row .status'))
  .filter((place) => place.scrollWidth > place.clientWidth)
  .map((place) => place.textContent)`;
/** Of the first row: where its name and its bar's track are. */
const ROW_PLACES = `(() => {
  const place = (name) => document.querySelector('.row .' + name).getBoundingClientRect().toJSON();
  return { name: place('name'), track: place('track'), buttons: document.querySelector('.actions').getBoundingClientRect().right };
})()`;
const KINDS = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high contrast': 'vscode-high-contrast',
  'high contrast light': 'vscode-high-contrast-light',
};
const HOSTILE = {
  html: '<img src=x onerror="document.title=1"><script>document.title=1</script>',
  link: '[all is well](command:workbench.action.quit)',
  reversed: '\u202eevil\u202c \u2066left',
};

interface Place {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
}

interface Extent {
  readonly left: number;
  readonly right: number;
}

describe('the timeline of a job, in the workbench', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('timeline');
    await editor.openSignedIn();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  /** The page of the visible timeline. */
  function timeline(): FrameLocator {
    return editor.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  }

  const rows = (): Locator => timeline().getByRole('option');
  const details = (): Locator => timeline().getByRole('region', { name: 'Details' });

  /** The frame of that page, to evaluate scripts in. */
  async function frame(): Promise<Frame> {
    const body = await timeline().locator('body').elementHandle();
    return (await body.ownerFrame()) ?? assert.fail('the timeline is gone');
  }

  async function track(jobId: string): Promise<void> {
    await runCommand(editor.page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
  }

  /** Tracks a job and closes the notification of its end. */
  async function trackToItsEnd(jobId: string): Promise<void> {
    await track(jobId);
    await notification(editor.page, jobId.slice(0, 8)).waitFor();
    await runCommand(editor.page, 'Notifications: Clear All Notifications');
  }

  /** Also closes the job's timeline, which is shown. */
  async function stopTracking(jobId: string, tabName: RegExp): Promise<void> {
    const { page } = editor;
    await runFromContextMenu(treeRow(page, jobId.slice(0, 8)).first(), 'Stop Tracking Job');
    await timeline().getByText('No longer tracked.').waitFor();
    const tab = page.getByRole('tab', { name: tabName });
    await tab.click();
    await runCommand(page, 'View: Close Editor');
    await tab.waitFor({ state: 'detached' });
    await runCommand(page, 'Notifications: Clear All Notifications');
  }

  async function show(jobId: string): Promise<void> {
    const { page } = editor;
    const row = treeRow(page, jobId.slice(0, 8)).first();
    await row.hover();
    await row.getByRole('button', { name: 'Show Timeline' }).click();
    // The timeline that was shown before disappears a little later.
    await timeline().locator('.summary').getByText(jobId.slice(0, 8)).waitFor();
    await rows().first().waitFor();
    // Closes a tooltip that would be in the screenshot.
    await page.locator('.part.statusbar').hover();
  }

  /** Gives the timeline's page this size, without the side bar. */
  async function withPageSize(wanted: { width?: number; height?: number }, work: () => Promise<void>): Promise<void> {
    const { page } = editor;
    const size = page.viewportSize() ?? assert.fail('the page has no size');
    await runCommand(page, 'View: Close Primary Side Bar');
    try {
      const inner = () => frame().then((each) => each.evaluate<readonly [number, number]>('[innerWidth, innerHeight]'));
      // The widths of the workbench's other parts do not depend on the window's.
      const laidOut = () => waitForLayout(page, inner);
      for (let round = 0; round < 10; round += 1) {
        const [width, height] = await laidOut();
        const now = page.viewportSize() ?? size;
        const next = {
          width: now.width + (wanted.width ?? width) - width,
          height: now.height + (wanted.height ?? height) - height,
        };
        if (next.width === now.width && next.height === now.height) break;
        await page.setViewportSize(next);
      }
      const [width, height] = await laidOut();
      assert.deepEqual([width, height], [wanted.width ?? width, wanted.height ?? height]);
      await work();
    } finally {
      await page.setViewportSize(size);
      await openViewContainer(page, 'ELB Jobs');
    }
  }

  async function texts(found: Locator): Promise<string[]> {
    return (await found.allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());
  }

  async function assertAccessible(): Promise<void> {
    for (const scheme of ['dark', 'light', 'high contrast', 'high contrast light'] as const) {
      await setColorScheme(editor.page, scheme);
      await timeline().locator(`body[data-vscode-theme-kind=${KINDS[scheme]}]`).waitFor();
      const inside = await frame();
      await inside.evaluate(axe.source);
      const violations = await inside.evaluate(async () => {
        const result = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
      assert.deepEqual(violations, [], scheme);
    }
    await setColorScheme(editor.page, 'dark');
  }

  it('shows the official example as bars with the gaps between them', async () => {
    await trackToItsEnd(OFFICIAL_EXAMPLE.jobId);
    await show(OFFICIAL_EXAMPLE.jobId);
    assert.deepEqual(await texts(rows()), [
      'UPGRADE COMPLETE 28 min 29 sec',
      'UPGRADE_INIT SUCCESS 26 min 2 sec',
      'Gap 27 sec',
      'UPGRADE_TRAFFIC_SWITCH SUCCESS 0 sec',
      'Gap 2 min',
      'UPGRADE_COMPLETE SUCCESS 0 sec',
    ]);
    assert.equal(await timeline().locator('.track .bar.whole').count(), 2);
    assert.equal(await timeline().locator('.track .bar.moment').count(), 2);
    // All sub-jobs have a row.
    assert.equal(await timeline().locator('.more').isVisible(), false);
    assert.deepEqual(await texts(timeline().locator('.axis text')), [
      '0 sec',
      '5 min',
      '10 min',
      '15 min',
      '20 min',
      '25 min',
    ]);
    await editor.screenshot('timeline');
  });

  it('shows the details of each row that the keyboard or the pointer reaches', async () => {
    const { page } = editor;
    await rows().first().focus();
    await page.keyboard.press('ArrowDown');
    await details().getByText('UPGRADE_INIT').waitFor();
    assert.ok((await details().innerText()).includes('loadbalancer 9f5b432c-987e-4777-a1bc-6642be4b2b50'));
    await page.keyboard.press('End');
    await details().getByText('UPGRADE_COMPLETE').waitFor();
    assert.equal(await rows().last().getAttribute('aria-selected'), 'true');
    assert.equal(await timeline().locator('[role=option][tabindex="0"]').count(), 1);
    await rows().nth(2).hover();
    await details().getByText('No sub-job is known to have run.').waitFor();
  });

  it('keeps the labels of its axis apart and evenly spread in a narrow window', async () => {
    const { page } = editor;
    const all = await timeline().locator('.axis text').count();
    await withPageSize({ width: 250 }, async () => {
      const shown = timeline().locator('.axis text[visibility=visible]');
      while ((await shown.count()) === all) await page.waitForTimeout(100);
      const measure = async () => (await frame()).evaluate<readonly Extent[]>(EXTENTS_OF_LABELS);
      let boxes = await measure();
      for (let next = await measure(); JSON.stringify(next) !== JSON.stringify(boxes); next = await measure()) {
        boxes = next;
        await page.waitForTimeout(100);
      }
      const centres = boxes.map(({ left, right }) => (left + right) / 2);
      assert.ok(boxes.slice(1).every(({ left }, index) => left > (boxes[index]?.right ?? Infinity)));
      // The first label is not centred on its tick.
      const steps = centres.slice(2).map((centre, index) => centre - (centres[index + 1] ?? 0));
      assert.ok(steps.length > 0, 'at least three labels are shown');
      assert.ok(Math.max(...steps) - Math.min(...steps) < 30, `steps of ${steps.join(', ')}`);
      await editor.screenshot('timeline-narrow', ['dark']);
    });
  });

  for (const width of [300, 600, 900, 1400]) {
    it(`has long bars, whole names and reachable buttons at a width of ${width} pixels`, async () => {
      await withPageSize({ width }, async () => {
        const inside = await frame();
        await untilTrue(inside, WIDTH_FITS, 'the page is not wider than the window');
        await untilTrue(inside, `${CUT_NAMES}.length === 0`, 'no name is cut off');
        const { name, track, buttons } = await inside.evaluate<{ name: Place; track: Place; buttons: number }>(
          ROW_PLACES,
        );
        assert.ok(buttons <= width, `the buttons end at ${buttons}`);
        assert.ok(track.width >= (width < 900 ? 0.8 : 0.4) * width, `the track has ${track.width} pixels`);
        if (width < 900) assert.ok(name.bottom <= track.top, 'the name stands above the bar');
        else assert.ok(name.right <= track.left, 'the name stands beside the bar');
        await editor.screenshot(`timeline-${width}`);
      });
    });
  }

  it('is shown as a table and copied as Markdown', async () => {
    const { page } = editor;
    await timeline().getByText('Table', { exact: true }).click();
    const table = timeline().getByRole('table');
    assert.equal(await table.getByRole('row').count(), 7);
    await table.getByRole('row', { name: /^UPGRADE_INIT SUCCESS Mar 23, 2024, .* 26 min 2 sec/ }).waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await timeline().getByRole('button', { name: 'Copy as Markdown' }).click();
    await timeline().getByText('Copied').waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(
      copied,
      /^## COMPLETE after 28 min 29 sec\n[^]*\| Job ID \| `37d5c1fd-fa57-4c6d-bdcd-d523095c05e8` \|/,
    );
    assert.match(copied, /^\| `UPGRADE_INIT` \| `SUCCESS` \| 2024-03-23T08:20:42Z \(.*\) \| 2024-03-23T08:46:44Z \(/m);
    await page.locator('.part.statusbar').getByText('Copied').waitFor();
    const inTimeline = copied.replace(/^\| Last response .*$/m, '');
    await runFromContextMenu(treeRow(page, '37d5c1fd').first(), 'Copy as Markdown');
    const inTree = () => page.evaluate<string>('navigator.clipboard.readText()');
    for (let round = 0; (await inTree()) === copied && round < 20; round += 1) await page.waitForTimeout(100);
    assert.equal((await inTree()).replace(/^\| Last response .*$/m, ''), inTimeline, 'the tree copies the same report');
  });

  it('has no violations that axe-core finds, in dark, light and high contrast', async () => {
    await assertAccessible();
  });

  it('shows hostile texts as plain text', async () => {
    const { cloud } = editor;
    const message = `${HOSTILE.html} ${HOSTILE.link} ${HOSTILE.reversed} ${'x'.repeat(10_000)}`;
    const { jobId } = cloud.startJob({
      script: {
        jobType: HOSTILE.html,
        resourceId: HOSTILE.reversed,
        transitions: [
          { at: 0, status: HOSTILE.link },
          { at: 1, status: 'FAIL', error: { code: HOSTILE.reversed, message } },
        ],
        subJobs: [
          {
            jobId: 'y'.repeat(10_000),
            jobType: HOSTILE.reversed + 'z'.repeat(10_000),
            resourceId: '',
            entities: [],
            transitions: [{ at: 0, status: HOSTILE.html }],
          },
        ],
      },
    });
    await trackToItsEnd(jobId);
    await show(jobId);
    await rows().first().focus();
    await details().getByText(HOSTILE.html).first().waitFor();
    const body = timeline().locator('body');
    assert.equal(await body.locator('img, a, script:not([nonce])').count(), 0);
    assert.doesNotMatch(await body.innerText(), /[\u202a-\u202e\u2066-\u2069]/);
    await untilTrue(await frame(), WIDTH_FITS, 'no text makes the page wider than the window');
    await editor.screenshot('timeline-hostile');
    await assertAccessible();
  });

  it('never hides the focused row behind the details, however many sub-jobs there are', async () => {
    const { page, cloud } = editor;
    const subJobs = Array.from({ length: 60 }, (_, index) => ({
      jobId: `part-${index}`,
      jobType: `PART_${index}`,
      resourceId: '',
      entities: [],
      transitions: [
        { at: 0, status: 'RUNNING' },
        { at: index + 1, status: 'SUCCESS' },
      ],
    }));
    const transitions = [
      { at: 0, status: 'RUNNING' },
      { at: 61, status: 'COMPLETE' },
    ];
    const { jobId } = cloud.startJob({ script: { jobType: 'batch', resourceId: '', transitions, subJobs } });
    await trackToItsEnd(jobId);
    await show(jobId);
    await rows().first().focus();
    const inside = await frame();
    const count = await rows().count();
    for (let row = 1; row < count; row += 1) {
      await page.keyboard.press('ArrowDown');
      await rows().nth(row).and(timeline().locator(':focus')).waitFor();
      await untilTrue(inside, IS_ABOVE_DETAILS, `row ${row} of ${count} is not behind the details`);
    }
    await editor.screenshot('timeline-many', ['dark']);
    await withPageSize({ width: 700, height: 300 }, async () => {
      const low = await frame();
      for (const key of ['Home', ...Array<string>(count - 1).fill('ArrowDown')]) {
        await rows().and(timeline().locator('[tabindex="0"]')).focus();
        await page.keyboard.press(key);
        await timeline().locator('.row:focus').waitFor();
        await untilTrue(low, IS_ABOVE_DETAILS, 'a row in a low editor is not behind the details');
      }
      await timeline().locator('.table-title').scrollIntoViewIfNeeded();
      const title = (await timeline().locator('.table-title').boundingBox()) ?? assert.fail('the table has no title');
      const box = (await details().boundingBox()) ?? assert.fail('there are no details');
      assert.ok(title.y + title.height <= box.y, 'what comes after the rows can be reached');
      await editor.screenshot('timeline-low');
      await timeline().locator('.table-title').click();
      // Until the table begins at the top.
      while (!(await low.evaluate<boolean>(IS_TABLE_AT_TOP))) await page.waitForTimeout(100);
    });
    // In the side bar, its rows leave no room for the rows of other jobs.
    await stopTracking(jobId, /Timeline: batch/);
  });

  it('shows at most 200 sub-jobs, and opens the JSON document, which has the others, by click and by keyboard', async () => {
    const { page, cloud } = editor;
    const subJobs = Array.from({ length: 300 }, (_, index) => ({
      jobId: `part-${String(index).padStart(3, '0')}`,
      jobType: `PART_${index}`,
      resourceId: '',
      entities: [],
      transitions: [{ at: 0, status: index === 299 ? 'FAIL' : 'SUCCESS' }],
    }));
    const transitions = [
      { at: 0, status: 'RUNNING' },
      { at: 1, status: 'COMPLETE' },
    ];
    const { jobId } = cloud.startJob({ script: { jobType: 'very many', resourceId: '', transitions, subJobs } });
    await trackToItsEnd(jobId);
    await show(jobId);
    assert.equal(await timeline().locator('.row.sub-job').count(), 200);
    await timeline().locator('.row.sub-job.failed').getByText('PART_299').waitFor();
    await timeline().getByText('and 100 more', { exact: true }).waitFor();
    const open = timeline().getByRole('button', { name: 'Open the JSON Document' });
    await open.scrollIntoViewIfNeeded();
    await editor.screenshot('timeline-more');
    await assertAccessible();
    const document = page.getByRole('tab', { name: /very many .*\.json/ });
    await open.click();
    await document.waitFor();
    await runCommand(page, 'View: Close Editor');
    await document.waitFor({ state: 'detached' });
    await open.focus();
    await page.keyboard.press('Enter');
    await document.waitFor();
    await runCommand(page, 'View: Close Editor');
    await document.waitFor({ state: 'detached' });
    await openViewContainer(page, 'ELB Jobs');
    await stopTracking(jobId, /Timeline: very many/);
  });

  it('grows while the job runs, keeps focus and selection, and has one tab for each job', async () => {
    const { page, cloud } = editor;
    const durationMs = 30 * SECOND;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'cloneLoadbalancer', durationMs });
    await track(jobId);
    await show(jobId);
    const job = rows().first();
    await job.focus();
    await timeline().locator('.row.job .bar.open').first().waitFor();
    const before = await job.innerText();
    await timeline().getByText('Table', { exact: true }).click();
    await (await frame()).evaluate("getSelection().selectAllChildren(document.querySelector('.table tbody th'))");
    cloud.clock.advance(0.7 * durationMs);
    await timeline().locator('.row.sub-job').nth(2).waitFor();
    const selected = await (await frame()).evaluate<string>('getSelection().toString()');
    assert.equal(selected, 'cloneLoadbalancer', 'text in the table stays selected');
    await editor.screenshot('timeline-running');
    await job.focus();
    cloud.clock.advance(0.3 * durationMs);
    cloud.clock.release();
    await timeline().locator('.row.job.succeeded').waitFor();
    assert.notEqual(await job.innerText(), before);
    assert.equal(await timeline().locator('[role=option]:focus').count(), 1);
    await notification(page, jobId.slice(0, 8)).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await show(jobId);
    assert.equal(await page.getByRole('tab', { name: `Timeline: cloneLoadbalancer ${jobId.slice(0, 8)}` }).count(), 1);
  });

  it('is restored after a reload of the window, with its selected row and its open table', async () => {
    const { page } = editor;
    await show(OFFICIAL_EXAMPLE.jobId);
    await rows().nth(3).click();
    await timeline().locator('[role=option][aria-selected=true]').getByText('UPGRADE_TRAFFIC_SWITCH').waitFor();
    await editor.reload();
    await rows().first().waitFor();
    await timeline().locator('[role=option][aria-selected=true]').getByText('UPGRADE_TRAFFIC_SWITCH').waitFor();
    await timeline().getByRole('table').waitFor();
    await page.getByRole('tab', { name: 'Timeline: UPGRADE 37d5c1fd' }).waitFor();
  });

  it('stays open when the job is no longer tracked, says so, and is live again after Undo and Track Again', async () => {
    const { page } = editor;
    const removed = timeline().locator('.removed');
    const trackAgain = timeline().getByRole('button', { name: 'Track Again' });
    const stop = async () => {
      await openViewContainer(page, 'ELB Jobs');
      await runFromContextMenu(treeRow(page, '37d5c1fd').first(), 'Stop Tracking Job');
      await removed.getByText('No longer tracked.').waitFor();
    };
    await show(OFFICIAL_EXAMPLE.jobId);
    assert.equal(await removed.isVisible(), false);
    await stop();
    await notification(page, 'is no longer tracked').getByRole('button', { name: 'Undo' }).click();
    await removed.waitFor({ state: 'hidden' });
    await stop();
    await runCommand(page, 'Notifications: Clear All Notifications');
    assert.equal(await rows().count(), 6);
    await editor.screenshot('timeline-removed');
    await assertAccessible();
    await trackAgain.focus();
    await page.keyboard.press('Enter');
    await removed.waitFor({ state: 'hidden' });
    await treeRow(page, '37d5c1fd').first().waitFor();
    await stop();
  });

  it('shows what was known last after a reload, until the person closes it', async () => {
    const { page } = editor;
    await editor.reload();
    await rows().first().waitFor();
    assert.equal(await rows().count(), 6);
    await timeline().getByText('No longer tracked.').waitFor();
    assert.deepEqual(await texts(timeline().locator('button:visible')), [], 'No button would work');
    await editor.screenshot('timeline-removed-reloaded', ['dark']);
    const tab = page.getByRole('tab', { name: 'Timeline: UPGRADE 37d5c1fd' });
    await tab.click();
    await runCommand(page, 'View: Close Editor');
    await tab.waitFor({ state: 'detached' });
  });
});
