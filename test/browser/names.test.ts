import assert from 'node:assert/strict';
import {
  expandTreeRow,
  isShownInRow,
  notification,
  openViewContainer,
  quickInput,
  runCommand,
  setSideBarWidth,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { HOUR, MINUTE, SECOND } from '../../src/base/time-units';
import type { JobKind } from '../../src/simulator/jobs/job-catalog';
import { Simulator } from '../../src/simulator/simulator';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { assertPageUnharmed, assertPlain, HOSTILE } from '../support/browser/plain-text';

/** Names come half a minute after a job. */
const NAMES_MS = 3 * MINUTE;

/** Pairs of jobs that work on resources of one name, or of names that begin alike. */
const ALIKE: Readonly<Record<string, JobKind>> = {
  ...{ a1a1a1a1: 'cloneListener', b2b2b2b2: 'cloneListener' },
  ...{ c3c3c3c3: 'batchCreateV3Loadbalancer', d4d4d4d4: 'batchCreateV3Loadbalancer' },
  ...{ e5e5e5e5: 'UPGRADE', f6f6f6f6: 'UPGRADE' },
  ...{ a7a7a7a7: 'cloneLoadbalancer', b8b8b8b8: 'cloneLoadbalancer' },
};
const COMMON_NAME = 'prod-api-gateway';

describe('names of load balancers, in the workbench', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;
  let cloud: Simulator;

  before(async () => {
    cloud = await Simulator.start();
    editor = await Editor.open('names', {
      hasHovers: true,
      hasNames: true,
      settings: { 'elbJobs.requestBudget': 200 },
      cloud,
    });
    await editor.openSignedIn();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  async function track(...jobIds: string[]): Promise<void> {
    await runCommand(editor.page, 'Track ELB Job');
    await editor.answer('The job_id', jobIds.join(' '));
    for (const id of jobIds) await treeRow(editor.page, id.slice(0, 8)).first().waitFor();
  }

  /** @returns the ids of the jobs */
  function startAlike(): string[] {
    return Object.entries(ALIKE).map(([start, kind]) => {
      const { jobId, script } = cloud.startJob({
        jobId: `${start}-0000-4000-8000-000000000000`,
        kind,
        durationMs: 3 * HOUR,
      });
      const name = kind === 'UPGRADE' ? `${COMMON_NAME}-${start}` : COMMON_NAME;
      cloud.resources.change(script.resourceId, { name });
      return jobId;
    });
  }

  it('are in the rows of jobs and sub-jobs, and distinguish them in a narrow view', async () => {
    const { page } = editor;
    const jobs = [
      cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: HOUR }),
      cloud.startJob({ kind: 'UPGRADE', durationMs: 90 * MINUTE }),
      cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: SECOND }),
    ];
    await track(...jobs.map(({ jobId }) => jobId), ...startAlike());
    await runCommand(page, 'Notifications: Clear All Notifications');
    await treeRow(page, /^UPGRADE · [a-z]+-[a-z]+, /)
      .first()
      .waitFor({ timeout: NAMES_MS });
    await treeRow(page, /^cloneLoadbalancer · prod-api, /)
      .first()
      .waitFor();
    const batch = treeRow(page, /^batchCreateV3Loadbalancer · .+, .*FAIL/).first();
    await batch.waitFor();
    await expandTreeRow(page, /^batchCreateV3Loadbalancer · .+, .*FAIL/);
    await editor.statusBar.filter({ hasText: '10 running' }).waitFor();
    await setSideBarWidth(page, 450);
    await editor.screenshot('rows');
    await setSideBarWidth(page, 300);
    await editor.screenshot('rows-narrow');
  });

  it('leave room for the ids of running jobs that work on the same, or on resources with names that begin alike', async () => {
    const { page } = editor;
    const ids = Object.keys(ALIKE);
    const row = (start: string) => treeRow(page, new RegExp(`, (INIT|RUNNING) · .* · ${start}\\w*$`));
    for (const start of ids)
      await treeRow(page, new RegExp(`${COMMON_NAME}.* · ${start}$`)).waitFor({ timeout: NAMES_MS });
    const assertShown = async (id: string) => {
      assert.ok(await isShownInRow(row(id.slice(0, 6)), id), `${id} is cut off`);
    };
    await setSideBarWidth(page, 300);
    await page.locator('.part.statusbar').hover();
    for (const id of ids) await assertShown(id);
    await editor.screenshot('rows-alike-300');
    for (const width of [200, 500]) {
      await setSideBarWidth(page, width);
      await editor.screenshot(`rows-alike-${width}`);
    }
    await setSideBarWidth(page, 300);
    for (const start of ids) {
      await row(start).click();
      // The button of a selected row takes room.
      await assertShown(start.slice(0, 6));
    }
    const label = 'CHG-4711 in the maintenance window';
    for (const start of ids.slice(0, 2)) {
      await row(start).click();
      await page.keyboard.press('F2');
      await editor.answer('Rename', label);
      await treeRow(page, new RegExp(`^${label}, .* · ${start}$`)).waitFor();
    }
    await row('c3c3c3c3').click();
    for (const id of ids.slice(0, 2)) await assertShown(id);
    await editor.screenshot('rows-alike-renamed');
    for (const start of ids.slice(1)) {
      await row(start).click();
      await page.keyboard.press('Delete');
      await row(start).waitFor({ state: 'detached' });
    }
    await runCommand(page, 'Notifications: Clear All Notifications');
    // The only one of its name.
    await row('a1a1a1a1').getByText(label, { exact: true }).waitFor();
  });

  it('are plain text in rows, hovers, picks, timelines and notifications, whatever they are', async () => {
    const { page } = editor;
    const { jobId, script } = cloud.startJob({ kind: 'UPGRADE', durationMs: 40 * MINUTE });
    cloud.resources.change(script.resourceId, { name: `${HOSTILE} ${'x'.repeat(10_000)}` });
    await track(jobId);
    const row = treeRow(page, '<img').first();
    await row.waitFor({ timeout: NAMES_MS });
    await assertPlain(row, 'the row of the job');
    await assertPlain(await editor.openHover(row), 'the hover of the job');
    await editor.screenshot('hostile-name');
    await runCommand(page, 'View: Show Explorer');
    await runCommand(page, 'ELB Jobs: Wait for Job');
    await quickInput(page).fill(jobId);
    const pick = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: '<img' }).first();
    await pick.waitFor();
    await assertPlain(pick, 'the list of jobs');
    await page.keyboard.press('Escape');
    await openViewContainer(page, 'ELB Jobs');
    await row.click();
    await runCommand(page, 'ELB Jobs: Show Timeline');
    const timeline = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
    const heading = timeline.locator('main');
    await heading.getByText('<img').first().waitFor();
    await assertPlain(heading, 'the timeline');
    await assertPlain(page.locator('.tabs-container').first(), 'the tab');
    await editor.screenshot('hostile-timeline');
    // The other jobs still run: one notification names several jobs that end together, and not each of them.
    cloud.clock.advance(45 * MINUTE);
    const notice = notification(page, '<img');
    // A notification stays open while the pointer is over it.
    await notice.hover({ timeout: NAMES_MS });
    await assertPlain(notice, 'the notification');
    await editor.screenshot('hostile-notice');
    await assertPageUnharmed(page);
  });
});
