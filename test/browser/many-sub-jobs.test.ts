import assert from 'node:assert/strict';
import {
  notification,
  openViewContainer,
  runCommand,
  treeRow,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

const SUB_JOBS = 300;

describe('the rows of a job with 300 sub-jobs', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('many-sub-jobs');
    const { page, cloud } = editor;
    await openViewContainer(page, 'ELB Jobs');
    await widenSideBar(page, 160);
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(page, 'Notifications: Clear All Notifications');
    const statusOf = (index: number) => {
      if (index === SUB_JOBS - 1) return 'FAIL';
      return index === SUB_JOBS - 2 ? 'RUNNING' : 'SUCCESS';
    };
    const { jobId } = cloud.startJob({
      script: {
        jobType: 'very many',
        resourceId: '',
        transitions: [{ at: 0, status: 'RUNNING' }],
        subJobs: Array.from({ length: SUB_JOBS }, (_, index) => ({
          jobId: `part-${String(index).padStart(3, '0')}`,
          jobType: `PART_${index}`,
          resourceId: '',
          entities: [],
          transitions: [{ at: 0, status: statusOf(index) }],
        })),
      },
    });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await treeRow(page, /^PART_0, SUCCESS/).waitFor();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  async function goToLastRow(): Promise<void> {
    const { page } = editor;
    await runCommand(page, 'ELB Jobs: Focus on ELB Jobs View');
    await page.locator('.part.sidebar .monaco-list:focus').waitFor();
    await page.keyboard.press('End');
    await treeRow(page, 'and 100 more, open the JSON document').waitFor();
  }

  it('end with the failed and the running sub-job, and the number of sub-jobs that are not shown', async () => {
    const { page } = editor;
    await goToLastRow();
    await treeRow(page, /^PART_298, RUNNING/).waitFor();
    await treeRow(page, /^PART_299, FAIL/).waitFor();
    assert.equal(await treeRow(page, /^PART_250,/).count(), 0);
    await editor.screenshot('rows-more', ['dark', 'light']);
  });

  for (const [how, open] of [
    ['a click', () => treeRow(editor.page, 'and 100 more').click()],
    ['the Enter key', () => editor.page.keyboard.press('Enter')],
  ] as const) {
    it(`open the JSON document, which has all sub-jobs, by ${how} on the last row`, async () => {
      const { page } = editor;
      await goToLastRow();
      await open();
      const document = page.locator('.editor-instance .view-lines').first();
      await document.getByText('"job_type"').first().waitFor();
      await page.keyboard.press('Control+End');
      await document.getByText('request_id').waitFor();
      await editor.screenshot('json-of-many', ['dark']);
      assert.equal(await notification(page, /./).count(), 0);
      await runCommand(page, 'View: Close All Editors');
      await document.waitFor({ state: 'detached' });
    });
  }
});
