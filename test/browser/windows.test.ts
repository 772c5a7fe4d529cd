import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import {
  openViewContainer,
  runCommand,
  treeRow,
  waitForSavedSecret,
  watchNotifications,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { SECOND } from '../../src/base/time-units';

describe('a person with several windows', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;
  let pages: Page[];

  before(async () => {
    editor = await Editor.open('windows');
    pages = [editor.page];
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    const welcome = page.locator('.welcome-view-content').first();
    await waitForSavedSecret(page, async () => {
      await welcome.getByRole('button', { name: 'Add Credentials' }).click();
      await editor.signIn();
    });
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title, pages.at(-1));
  });

  after(async () => {
    await editor.close();
  });

  /**
   * Tracks a job in the first window and waits until every window shows its end.
   * @returns how many notifications of the end all windows showed together
   */
  async function trackToItsEnd(): Promise<{ readonly jobId: string; readonly notices: number }> {
    const { page, cloud } = editor;
    const durationMs = 300 * SECOND;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs });
    await page.bringToFront();
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await everyWindowShows('(INIT|RUNNING)', jobId);
    const counters = await Promise.all(pages.map(watchNotifications));
    const count = async () =>
      (await Promise.all(counters.map((each) => each(jobId.slice(0, 8))))).reduce((sum, each) => sum + each);
    cloud.clock.advance(durationMs);
    await everyWindowShows('(● )?COMPLETE', jobId);
    while ((await count()) === 0) await page.waitForTimeout(100);
    // A window that does not poll leaves the announcement to the others for 4.3 s.
    await page.waitForTimeout(6 * SECOND);
    return { jobId, notices: await count() };
  }

  async function everyWindowShows(status: string, jobId: string): Promise<void> {
    for (const page of pages) {
      await treeRow(page, new RegExp(`^cloneListener, ${status} .* ${jobId.slice(0, 8)}$`)).waitFor();
    }
  }

  it('gets one notification of an ending, and only one window polls', async () => {
    pages.push(await editor.openWindow('same browser'));
    for (const page of pages) await openViewContainer(page, 'ELB Jobs');
    const before = editor.cloud.requests.length;
    const { jobId, notices } = await trackToItsEnd();
    assert.equal(notices, 1);
    const polls = editor.cloud.requests.slice(before).filter((request) => request.jobId === jobId);
    const pauses = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
    assert.ok(Math.min(...pauses) > 1.5 * SECOND, `one window polls it: ${pauses.join(', ')}`);
  });

  it('sees the job in a browser without the keys, with no prompt to sign in', async () => {
    const page = await editor.openWindow('another browser');
    pages.push(page);
    await openViewContainer(page, 'ELB Jobs');
    const { notices } = await trackToItsEnd();
    assert.equal(notices, 1);
    assert.equal(await page.getByText(/not signed in|keys not saved|did not save the keys/).count(), 0);
  });

  it('sees that the keys are missing once no window is left that can poll', async () => {
    const { cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', durationMs: 300 * SECOND });
    await editor.page.bringToFront();
    await runCommand(editor.page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    const last = pages.at(-1) ?? assert.fail();
    await treeRow(last, /^UPGRADE, (INIT|RUNNING) /).waitFor();
    for (const page of pages.slice(0, -1)) await page.close();
    await last.bringToFront();
    await treeRow(last, /^UPGRADE, (INIT|RUNNING) .* keys not saved/).waitFor();
  });
});
