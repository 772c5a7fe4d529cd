import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import {
  notification,
  openViewContainer,
  quickPickRow,
  runCommand,
  treeRow,
  watchTreeRows,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import type { JobScript } from '../../src/simulator/jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Simulator } from '../../src/simulator/simulator';
import { Editor, LONGEST_TEST } from '../support/browser/editor';
import { MINUTE, SECOND } from '../../src/base/time-units';

const JOBS = 200;
/** Begin of the id of the job that changes. */
const CHANGING = 'aaaaaaaa';
const idOf = (name: string) => `${name}-0000-4000-8000-000000000000`;
/** So old that the durations in the rows change once an hour, and not in the middle of the test. */
const AGE = (3 * 24 * 60 + 20) * MINUTE;

function scriptOf(name: string): JobScript {
  return {
    jobType: 'cloneLoadbalancer',
    resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
    transitions: [
      { at: 0, status: 'RUNNING' },
      ...(name === CHANGING ? [{ at: AGE + 10 * MINUTE, status: 'ROLLBACKING' }] : []),
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

/** In ms: less than the ten seconds for which a row that is read is not drawn. */
const A_READING = 9 * SECOND;

/** Until what is said of the row is another. */
async function untilTick(row: Locator): Promise<void> {
  const before = await row.getAttribute('aria-label');
  while ((await row.getAttribute('aria-label')) === before) await row.page().waitForTimeout(100);
}

/** What was just tracked is drawn row by row, which takes a busy machine a while. */
async function untilNothingIsDrawn({ page }: Editor): Promise<void> {
  for (;;) {
    const drawnMeanwhile = await watchTreeRows(page);
    await page.waitForTimeout(2 * SECOND);
    if ((await drawnMeanwhile()).length === 0) return;
  }
}

describe('the rows of jobs', function () {
  this.timeout(LONGEST_TEST);
  const names = Array.from({ length: JOBS - 1 }, (_, job) => String(job).padStart(8, '0'));
  // What is tracked last is on top: its first is the one that changes.
  names.splice(-3, 0, CHANGING);
  let editor: Editor;

  before(async () => {
    const clock = new SimulatorClock({ startAt: Date.now() - AGE, held: true });
    const cloud = await Simulator.start({ clock });
    for (const name of names) cloud.startJob({ jobId: idOf(name), script: scriptOf(name) });
    clock.advance(AGE);
    editor = await Editor.open('job-rows', { cloud, hasHovers: true });
    await openViewContainer(editor.page, 'ELB Jobs');
    await runCommand(editor.page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(editor.page, 'Notifications: Clear All Notifications');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  describe('that are few', () => {
    before(async () => {
      const { page, cloud } = editor;
      const jobs = [
        cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 60 * MINUTE }),
        OFFICIAL_EXAMPLE,
        cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 0 }),
        cloud.startJob({ kind: 'batchDeleteListener', outcome: 'cancel', durationMs: 0 }),
      ];
      await runCommand(page, 'Track ELB Job');
      await editor.answer('The job_id', jobs.map(({ jobId }) => jobId).join(' '));
      for (const row of [
        /^cloneLoadbalancer, (INIT|RUNNING)/,
        /^UPGRADE, .*COMPLETE/,
        /^batchCreateV3Loadbalancer, .*FAIL/,
        /^batchDeleteListener, .*CANCEL/,
      ]) {
        await treeRow(page, row).first().waitFor();
      }
      await notification(page, /./).waitFor();
      await runCommand(page, 'Notifications: Clear All Notifications');
    });

    it('can be told apart in high contrast, dark and light', async () => {
      const { page } = editor;
      await widenSideBar(page, 160);
      await treeRow(page, /^UPGRADE, .*COMPLETE/).click();
      await editor.picture('rows', ['high contrast', 'high contrast light']);
    });

    it('say the status in their accessible names, and never by icon or colour alone', async () => {
      const { page } = editor;
      const jobs = await page.locator('.part.sidebar [role=treeitem][aria-level="1"]').all();
      const names = await Promise.all(jobs.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
      assert.equal(names.length, 4);
      for (const name of names)
        assert.match(name, /^\w+, (ended since you last looked, )?(INIT|RUNNING|COMPLETE|FAIL|CANCEL)\b/);
    });

    it('are reached, opened and acted on by the keyboard alone', async () => {
      const { page } = editor;
      const { keyboard } = page;
      await keyboard.press('F1');
      await keyboard.type('Focus on ELB Jobs View');
      await quickPickRow(page, 'ELB Jobs: Focus on ELB Jobs View').waitFor();
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

    it('keep what they show under the pointer while durations go on', async () => {
      const { page, cloud } = editor;
      for (let attempt = 1; ; attempt += 1) {
        const [read, beside] = await trackYoung(`read${attempt}`, `beside${attempt}`);
        // A reading is as long as two ticks: what is read comes up after one, and is there after the next.
        await untilTick(beside);
        const since = Date.now();
        const hover = await editor.hoverOf(read);
        const drawnAgain = await watchTreeRows(page);
        await untilTick(beside);
        const [isShown, drawn] = [await hover.isVisible(), await drawnAgain()];
        const took = Date.now() - since;
        cloud.clock.advance(SECOND);
        for (const row of [`read${attempt}`, `beside${attempt}`]) {
          await treeRow(page, new RegExp(`^${row}, .*COMPLETE`)).waitFor();
        }
        // What took longer than a reading tells nothing.
        if (took > A_READING && attempt < 5) continue;
        assert.ok(isShown);
        assert.ok(!drawn.some((name) => name.startsWith('read')));
        return;
      }
    });

    /** Tracks jobs that are in their first minute, and go on while the clock of the cloud is held. */
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

  describe(`that are ${JOBS}`, () => {
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

    it('come into sight when they are tracked, however far the list is scrolled', async () => {
      const { page } = editor;
      await track(names.slice(0, -last.length));
      await focusRows();
      const oldest = treeRow(page, new RegExp(` ${names.at(-last.length - 1) ?? ''}$`));
      // Rows may still come in above it.
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

    it('stand still during a poll in which one changed, but for those of that job', async () => {
      const { page, cloud } = editor;
      await focusRows();
      await page.keyboard.press('Home');
      await treeRow(page, new RegExp(`^cloneLoadbalancer, RUNNING .* ${CHANGING}$`)).waitFor();
      // What was just tracked is the last to be drawn.
      for (const name of last) await treeRow(page, `cloneListener of ${name}`).first().waitFor();
      await untilNothingIsDrawn(editor);
      const drawnAgain = await watchTreeRows(page);
      cloud.clock.advance(10 * MINUTE);
      await treeRow(page, new RegExp(`^cloneLoadbalancer, ROLLBACKING .* ${CHANGING}$`)).waitFor({ timeout: MINUTE });
      // The look that a change earns brings nothing new.
      const requests = cloud.requests.length;
      while (cloud.requests.length === requests) await page.waitForTimeout(100);
      const drawn = await drawnAgain();
      assert.ok(drawn.some((row) => row.includes('ROLLBACKING')));
      assert.deepEqual(
        drawn.filter((row) => !row.includes(CHANGING)),
        [],
      );
    });
  });
});
