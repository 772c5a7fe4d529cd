import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import {
  isShownInRow,
  namesOfRows,
  notification,
  openPalette,
  quickPickRow,
  runCommand,
  runFromContextMenu,
  treeRow,
  watchTreeRows,
  setSideBarWidth,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import type { JobScript } from '../../src/simulator/jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Simulator } from '../../src/simulator/simulator';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { MINUTE, SECOND } from '../../src/base/time-units';

const JOBS = 200;
/** The start of the id of the job that changes. */
const CHANGING = 'aaaaaaaa';
const idOf = (name: string) => `${name}-0000-4000-8000-000000000000`;
/** At this age the durations in the rows change once an hour, so not during the test. */
const AGE_MS = (3 * 24 * 60 + 20) * MINUTE;

function scriptOf(name: string): JobScript {
  return {
    jobType: 'cloneLoadbalancer',
    resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
    transitions: [
      { at: 0, status: 'RUNNING' },
      ...(name === CHANGING ? [{ at: AGE_MS + 10 * MINUTE, status: 'ROLLBACKING' }] : []),
    ],
    subJobs: [1, 2].map((part) => ({
      jobId: `${name}-${part}`,
      jobType: `cloneListener of ${name}`,
      resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
      entities: [],
      transitions: [{ at: part * SECOND, status: 'RUNNING' }],
    })),
  };
}

/** Less than the 10 s for which a row under an open hover is not redrawn. */
const MAX_READING_MS = 9 * SECOND;

/** Resolves when the row's accessible name has changed. */
async function waitForTick(row: Locator): Promise<void> {
  const before = await row.getAttribute('aria-label');
  while ((await row.getAttribute('aria-label')) === before) await row.page().waitForTimeout(100);
}

/** Resolves when no row has been redrawn for 2 s: a busy machine draws newly tracked jobs slowly, row by row. */
async function waitForSteadyRows({ page }: Editor): Promise<void> {
  for (;;) {
    const redrawnRows = await watchTreeRows(page);
    await page.waitForTimeout(2 * SECOND);
    if ((await redrawnRows()).length === 0) return;
  }
}

describe('the rows of jobs', function () {
  this.timeout(MAX_TEST_MS);
  const names = Array.from({ length: JOBS - 1 }, (_, job) => String(job).padStart(8, '0'));
  // The job that changes is the first of those that are tracked last, and so are on top.
  names.splice(-3, 0, CHANGING);
  let editor: Editor;

  before(async () => {
    const clock = new SimulatorClock({ startAt: Date.now() - AGE_MS, held: true });
    const cloud = await Simulator.start({ clock });
    for (const name of names) cloud.startJob({ jobId: idOf(name), script: scriptOf(name) });
    clock.advance(AGE_MS);
    editor = await Editor.open('job-rows', { cloud, hasHovers: true });
    await editor.openSignedIn();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  describe('when there are few', () => {
    // One of the longest types.
    const ALIKE = 'batchCreateV3Loadbalancer';
    const alike = ['b1a2c3d4', 'e5f6a7b8'];

    before(async () => {
      const { page, cloud } = editor;
      const jobs = [
        cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 60 * MINUTE }),
        OFFICIAL_EXAMPLE,
        cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 0 }),
        cloud.startJob({ kind: 'batchDeleteListener', outcome: 'cancel', durationMs: 0 }),
        ...alike.map((id) => cloud.startJob({ jobId: idOf(id), kind: ALIKE, durationMs: 60 * MINUTE })),
      ];
      await runCommand(page, 'Track ELB Job');
      await editor.answer('The job_id', jobs.map(({ jobId }) => jobId).join(' '));
      for (const row of [
        /^cloneLoadbalancer, (INIT|RUNNING)/,
        /^UPGRADE, .*COMPLETE/,
        /^batchCreateV3Loadbalancer, .*FAIL/,
        /^batchDeleteListener, .*CANCEL/,
        ...alike.map((id) => new RegExp(`^${ALIKE}, (INIT|RUNNING) .* ${id}$`)),
      ]) {
        await treeRow(page, row).first().waitFor();
      }
      await notification(page, /./).waitFor();
      await runCommand(page, 'Notifications: Clear All Notifications');
    });

    after(async () => {
      for (const id of alike) {
        const row = treeRow(editor.page, new RegExp(` ${id}$`));
        await runFromContextMenu(row, 'Stop Tracking Job');
        await row.waitFor({ state: 'detached' });
      }
    });

    it('distinguish two running jobs of one type by their ids in a sidebar of 300 px', async () => {
      const { page } = editor;
      const clone = /^cloneLoadbalancer, (INIT|RUNNING)/;
      const name = (await treeRow(page, clone).first().getAttribute('aria-label')) ?? '';
      const cloneId = name.slice(-8);
      for (const width of [300, 500, 200]) {
        await setSideBarWidth(page, width);
        await editor.screenshot(`rows-${width}`);
        if (width < 300) continue;
        assert.ok(await isShownInRow(treeRow(page, clone).first(), cloneId), `${cloneId} is cut off at ${width} px`);
        for (const id of alike) {
          const isShown = await isShownInRow(treeRow(page, new RegExp(` ${id}$`)), id);
          assert.ok(isShown, `${id} is cut off at ${width} px`);
        }
      }
      await setSideBarWidth(page, 300);
    });

    it('are shown in high contrast, dark and light', async () => {
      const { page } = editor;
      await widenSideBar(page, 160);
      await treeRow(page, /^UPGRADE, .*COMPLETE/).click();
      await editor.screenshot('rows', ['high contrast', 'high contrast light']);
    });

    it('have the status in their accessible names, never in an icon or a colour alone', async () => {
      const { page } = editor;
      const names = await namesOfRows(page.locator('.part.sidebar [role=treeitem][aria-level="1"]'));
      assert.equal(names.length, 6);
      for (const name of names)
        assert.match(name, /^\w+, (ended since you last looked, )?(INIT|RUNNING|COMPLETE|FAIL|CANCEL)\b/);
    });

    it('can be reached, opened and acted on with the keyboard alone', async () => {
      const { page } = editor;
      const { keyboard } = page;
      const command = 'ELB Jobs: Focus on ELB Jobs View';
      await openPalette(page, command, quickPickRow(page, command));
      await keyboard.press('Enter');
      const focused = page.locator('.part.sidebar .monaco-list:focus .monaco-list-row.focused');
      await page.locator('.part.sidebar .monaco-list:focus').waitFor();
      await keyboard.press('Home');
      await treeRow(page, /^cloneLoadbalancer, /)
        .and(focused)
        .first()
        .waitFor();
      await keyboard.press('ArrowLeft');
      await focused.and(page.locator('[aria-expanded=false]')).waitFor();
      await keyboard.press('ArrowRight');
      await focused.and(page.locator('[aria-expanded=true]')).waitFor();
      await keyboard.press('ArrowDown');
      await focused.and(page.locator('[aria-level="2"]')).waitFor();
      await keyboard.press('ArrowLeft');
      await keyboard.press('Shift+F10');
      const item = page.getByRole('menuitem', { name: 'Stop Tracking Job' });
      await item.waitFor();
      const rows = await page.locator('.part.sidebar [role=treeitem][aria-level="1"]').count();
      while ((await page.locator('.action-item.focused').filter({ has: item }).count()) === 0)
        await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await treeRow(page, /^cloneLoadbalancer, (INIT|RUNNING)/)
        .first()
        .waitFor({ state: 'detached' });
      assert.equal(await page.locator('.part.sidebar [role=treeitem][aria-level="1"]').count(), rows - 1);
    });

    it('keep an open hover while durations change', async () => {
      const { page, cloud } = editor;
      for (let attempt = 1; ; attempt += 1) {
        const [read, beside] = await trackYoung(`read${attempt}`, `beside${attempt}`);
        // The hover opens after one tick, and must still be open after the next.
        await waitForTick(beside);
        const since = Date.now();
        const hover = await editor.openHover(read);
        const redrawnRows = await watchTreeRows(page);
        await waitForTick(beside);
        const [isShown, redrawn] = [await hover.isVisible(), await redrawnRows()];
        const tookMs = Date.now() - since;
        cloud.clock.advance(SECOND);
        for (const row of [`read${attempt}`, `beside${attempt}`]) {
          await treeRow(page, new RegExp(`^${row}, .*COMPLETE`)).waitFor();
        }
        // After a longer time a redraw is allowed, so this attempt proves nothing.
        if (tookMs > MAX_READING_MS && attempt < 10) continue;
        assert.ok(isShown);
        assert.ok(!redrawn.some((name) => name.startsWith('read')));
        return;
      }
    });

    /** Tracks two jobs in their first minute. They keep running while the cloud's clock is held. */
    async function trackYoung(...types: [string, string]): Promise<[Locator, Locator]> {
      const { page, cloud } = editor;
      const transitions = [
        { at: 0, status: 'RUNNING' },
        { at: SECOND, status: 'COMPLETE' },
      ] as const;
      cloud.clock.advance(Math.max(0, Date.now() - cloud.clock.now()));
      const young = types.map((jobType) =>
        cloud.startJob({ script: { jobType, resourceId: '', transitions, subJobs: [] } }),
      );
      await runCommand(page, 'Track ELB Job');
      await editor.answer('The job_id', young.map(({ jobId }) => jobId).join(' '));
      const [read, beside] = types;
      const rows: [Locator, Locator] = [
        treeRow(page, new RegExp(`^${read}, RUNNING`)),
        treeRow(page, new RegExp(`^${beside}, RUNNING`)),
      ];
      for (const row of rows) await row.waitFor();
      return rows;
    }
  });

  describe(`when there are ${JOBS}`, () => {
    const last = names.slice(-4);

    before(async () => {
      await runCommand(editor.page, 'ELB Jobs: Clear Finished Jobs');
      await editor.page.locator('.part.sidebar [role=treeitem]').first().waitFor({ state: 'detached' });
    });

    async function track(some: readonly string[]): Promise<void> {
      await runCommand(editor.page, 'Track ELB Job');
      await editor.answer('The job_id', some.map(idOf).join(' '));
      const tracked = names.indexOf(some.at(-1) ?? '') + 1;
      await editor.statusBar.filter({ hasText: `ELB: ${tracked} running` }).waitFor();
    }

    async function focusRows(): Promise<void> {
      await runCommand(editor.page, 'ELB Jobs: Focus on ELB Jobs View');
      await editor.page.locator('.part.sidebar .monaco-list:focus').waitFor();
    }

    it('scroll into view when they are tracked, however far the list is scrolled', async () => {
      const { page } = editor;
      await track(names.slice(0, -last.length));
      await focusRows();
      const oldest = treeRow(page, new RegExp(` ${names.at(-last.length - 1) ?? ''}$`));
      // More rows may still appear above it.
      while (!(await oldest.isVisible())) {
        await page.keyboard.press('End');
        await page.waitForTimeout(500);
      }
      await track(last);
      const [first = ''] = last;
      await treeRow(page, new RegExp(`^cloneLoadbalancer, RUNNING .* ${first}$`))
        .and(page.locator('[aria-selected=true]'))
        .waitFor();
    });

    it('are not redrawn by a poll in which one job changed, except the rows of that job', async () => {
      const { page, cloud } = editor;
      await focusRows();
      await page.keyboard.press('Home');
      await treeRow(page, new RegExp(`^cloneLoadbalancer, RUNNING .* ${CHANGING}$`)).waitFor();
      // The jobs that were tracked last are drawn last.
      for (const name of last) await treeRow(page, `cloneListener of ${name}`).first().waitFor();
      await waitForSteadyRows(editor);
      const redrawnRows = await watchTreeRows(page);
      cloud.clock.advance(10 * MINUTE);
      await treeRow(page, new RegExp(`^cloneLoadbalancer, ROLLBACKING .* ${CHANGING}$`)).waitFor();
      // The extra poll after a change finds nothing new.
      const requests = cloud.requests.length;
      while (cloud.requests.length === requests) await page.waitForTimeout(100);
      const redrawn = await redrawnRows();
      assert.ok(redrawn.some((row) => row.includes('ROLLBACKING')));
      assert.deepEqual(
        redrawn.filter((row) => !row.includes(CHANGING)),
        [],
      );
    });
  });
});
