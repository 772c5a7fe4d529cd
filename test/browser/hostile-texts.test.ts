import assert from 'node:assert/strict';
import {
  notification,
  openViewContainer,
  quickInput,
  runCommand,
  treeRow,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { assertPageUnharmed, assertPlain, HOSTILE } from '../support/browser/plain-text';

const LONG = `${HOSTILE} ${'x'.repeat(10_000)}`;

describe('hostile texts from the service, in the workbench', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;
  let jobId: string;

  before(async () => {
    editor = await Editor.open('hostile-texts', { hasHovers: true });
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    await widenSideBar(page, 250);
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  async function track(id: string): Promise<void> {
    await runCommand(editor.page, 'Track ELB Job');
    await editor.answer('The job_id', id);
    await jobRow(id).waitFor();
  }

  /** The first match, because the row of the newest job is on top. */
  const jobRow = (id: string) => treeRow(editor.page, id.slice(0, 8)).first();

  const assertUnharmed = () => assertPageUnharmed(editor.page);

  it('do not affect the hover of the official example', async () => {
    await track(OFFICIAL_EXAMPLE.jobId);
    await notification(editor.page, 'UPGRADE 37d5c1fd completed').waitFor();
    await runCommand(editor.page, 'Notifications: Clear All Notifications');
    const hover = await editor.openHover(treeRow(editor.page, /37d5c1fd$/).first());
    await hover.getByText('28 min 29 sec').waitFor();
    await hover.getByText(OFFICIAL_EXAMPLE.requestId).waitFor();
    await editor.screenshot('hover');
  });

  it('are plain text in notifications, in rows and in their hovers', async () => {
    const { page, cloud } = editor;
    const error = { code: `ELB.8907 ${HOSTILE}`, message: LONG };
    ({ jobId } = cloud.startJob({
      script: {
        jobType: HOSTILE,
        resourceId: HOSTILE,
        transitions: [
          { at: 0, status: HOSTILE },
          { at: 1, status: 'FAIL', error },
        ],
        subJobs: [
          {
            jobId: LONG,
            jobType: HOSTILE,
            resourceId: HOSTILE,
            entities: [{ resource_id: LONG, resource_type: HOSTILE as 'listener' }],
            transitions: [
              { at: 0, status: HOSTILE },
              { at: 1, status: 'FAIL', error },
            ],
          },
        ],
      },
    }));
    await track(jobId);
    const notice = notification(page, jobId.slice(0, 8));
    await notice.waitFor();
    await assertPlain(notice, 'the notice');
    await notice.getByRole('button', { name: 'Copy Report' }).waitFor();
    await editor.screenshot('notice-hostile');
    await runCommand(page, 'Notifications: Clear All Notifications');
    const job = jobRow(jobId);
    await assertPlain(job, 'the row of the job');
    await assertPlain(await editor.openHover(job), 'the hover of the job');
    await editor.screenshot('hover-hostile');
    for (const [what, row] of [
      ['the error', treeRow(page, /^ELB\.8907/).first()],
      ['the sub-job', treeRow(page, /FAIL/).last()],
      ['the resource', page.locator('.part.sidebar [role=treeitem][aria-level="3"]').last()],
    ] as const) {
      await assertPlain(row, `the row of ${what}`);
      await assertPlain(await editor.openHover(row), `the hover of ${what}`);
    }
    await assertUnharmed();
  });

  it('are plain text in quick picks, in the status bar and in its hover', async () => {
    const { page, cloud } = editor;
    const running = cloud.startJob({
      script: { jobType: HOSTILE, resourceId: HOSTILE, transitions: [{ at: 0, status: HOSTILE }], subJobs: [] },
    });
    await track(running.jobId);
    await editor.statusBar.getByText('<img').waitFor();
    await assertPlain(editor.statusBar, 'the status bar');
    await editor.statusBar.hover();
    const hover = page.locator('.workbench-hover:visible').first();
    await hover.waitFor();
    await assertPlain(hover, 'the hover of the status bar');
    // While the view is visible, the list would begin with the selected row.
    await runCommand(page, 'View: Show Explorer');
    await runCommand(page, 'ELB Jobs: Wait for Job');
    await page.locator('.quick-input-widget input[placeholder*="Which jobs?"]').waitFor();
    await quickInput(page).fill(running.jobId);
    const pick = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: running.jobId }).first();
    await pick.waitFor();
    await assertPlain(pick, 'the list of jobs');
    await page.keyboard.press('Enter');
    const progress = notification(page, 'Waiting for');
    await progress.waitFor();
    await assertPlain(progress, 'the progress');
    await editor.screenshot('waiting');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    await assertUnharmed();
  });

  it('are plain text in the JSON document, without links', async () => {
    const { page } = editor;
    await runCommand(page, 'View: Show Explorer');
    await runCommand(page, 'ELB Jobs: Open as JSON');
    await quickInput(page).fill(jobId);
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: jobId }).first().waitFor();
    await page.keyboard.press('Enter');
    const document = page.locator('.editor-instance .view-lines').first();
    await document.getByText('job_type').first().waitFor();
    assert.equal(await document.locator('img, script, a').count(), 0);
    await document.getByText('<img').first().waitFor();
    await editor.screenshot('json-hostile');
    await assertUnharmed();
  });
});
