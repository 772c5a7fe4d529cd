import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import {
  notification,
  openViewContainer,
  runCommand,
  treeRow,
  untilSecretIsKept,
} from '../../scripts/lib/workbench.mjs';
import { Editor } from './editor';

const SECOND = 1000;

describe('a person with several windows', function () {
  this.timeout(150 * SECOND);
  let editor: Editor;
  let pages: Page[];

  before(async () => {
    editor = await Editor.open('windows');
    pages = [editor.page];
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    const welcome = page.locator('.welcome-view-content').first();
    await untilSecretIsKept(page, async () => {
      await welcome.getByRole('button', { name: 'Add Credentials' }).click();
      await editor.signIn();
    });
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title, pages.at(-1));
  });

  after(async () => {
    await editor.close();
  });

  /** Tracks a job in the first window and waits until every window shows its end. */
  async function followToItsEnd(): Promise<string> {
    const { page, cloud } = editor;
    const durationMs = 60 * SECOND;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs });
    await page.bringToFront();
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await everyWindowShows('(INIT|RUNNING)', jobId);
    cloud.clock.advance(durationMs);
    await everyWindowShows('(● )?COMPLETE', jobId);
    return jobId;
  }

  async function everyWindowShows(status: string, jobId: string): Promise<void> {
    for (const page of pages) {
      await treeRow(page, new RegExp(`^cloneListener, ${status} .* ${jobId.slice(0, 8)}$`)).waitFor();
    }
  }

  /** In all windows, once one has been shown and the others have had the time to show it, too. */
  async function noticesOf(jobId: string): Promise<number> {
    const counts = () => Promise.all(pages.map((page) => notification(page, jobId).count()));
    await Promise.any(pages.map((page) => notification(page, jobId).waitFor({ timeout: 20 * SECOND })));
    // A window that does not poll leaves the notice to the others for 4.3 s.
    await editor.page.waitForTimeout(6 * SECOND);
    return (await counts()).reduce((sum, count) => sum + count, 0);
  }

  it('is told an ending once, and only one of them asks', async () => {
    pages.push(await editor.openWindow('same browser'));
    for (const page of pages) await openViewContainer(page, 'ELB Jobs');
    const before = editor.cloud.requests.length;
    const jobId = await followToItsEnd();
    assert.equal(await noticesOf(jobId), 1);
    const asked = editor.cloud.requests.slice(before).filter((request) => request.jobId === jobId);
    const pauses = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    assert.ok(Math.min(...pauses) > 1.5 * SECOND, `it is asked for by one window: ${pauses.join(', ')}`);
  });

  it('follows a job where the keys are not, and hears nothing of signing in', async () => {
    const page = await editor.openWindow('another browser');
    pages.push(page);
    await openViewContainer(page, 'ELB Jobs');
    const jobId = await followToItsEnd();
    assert.equal(await noticesOf(jobId), 1);
    assert.equal(await page.getByText(/not signed in|keys not kept|did not keep the keys/).count(), 0);
  });

  it('is told what is missing once no window is left that could ask', async () => {
    const { cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', durationMs: 300 * SECOND });
    await editor.page.bringToFront();
    await runCommand(editor.page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    const last = pages.at(-1) ?? assert.fail();
    await treeRow(last, /^UPGRADE, (INIT|RUNNING) /).waitFor();
    for (const page of pages.slice(0, -1)) await page.close();
    await last.bringToFront();
    await treeRow(last, /^UPGRADE, (INIT|RUNNING) .* keys not kept/).waitFor({ timeout: 60 * SECOND });
  });
});
