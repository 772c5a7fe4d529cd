import assert from 'node:assert/strict';
import {
  moveFocusDownTo,
  namesOfRows,
  notification,
  openViewContainer,
  runCommand,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { MINUTE } from '../../src/base/time-units';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

const REQUEST = '1fd5b7a2-65ab-4a7e-9a0e-0c0f6a9d2c51';
const SERVER_JOB = 'ff8080827e7810fb017f06338a731328';
const UPGRADE = '3aa0c6b1-5c7e-4f5a-8a43-6f2d9c1b7e55';
/** One character is missing. */
const CUT = 'c0ffee00-1111-4222-8333-44445555666';

describe('picking jobs from a text that names none', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
    await editor.close();
  });

  /** As a service's log, a chat message and a script have them, each without a name for the job. */
  const textWith = (jobId: string) =>
    [
      `the clone ${jobId} has begun after the upgrade ${UPGRADE}`,
      `"request_id": "${REQUEST}"`,
      `GET https://ecs.cn-north-4.myhuaweicloud.com/v1/0a1b2c3d4e5f60718293a4b5c6d7e8f9/jobs/${SERVER_JOB}`,
      `job_id: ${CUT}`,
    ].join(' · ');
  const rows = () => editor.page.locator('.quick-input-list').getByRole('checkbox');
  const focused = () => editor.page.locator('.quick-input-list .monaco-list-row.focused');
  const press = (key: string) => editor.page.keyboard.press(key);
  /** Moves down until the row of this id is the active one. */
  const moveTo = (id: string): Promise<void> =>
    moveFocusDownTo(focused(), editor.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: id }));

  it('works by keyboard alone, with a name for screen readers of each row', async () => {
    editor = await Editor.open('picking-jobs');
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 20 * MINUTE });
    await openViewContainer(page, 'ELB Jobs');
    await page.locator('.welcome-view-content').first().getByRole('button', { name: 'Add Credentials' }).click();
    await editor.signIn();

    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id that the API returned', `job_id: ${jobId.slice(0, -1)}`);
    const widget = page.locator('.quick-input-widget');
    await widget.getByText('This ID is one character short').waitFor();
    await editor.screenshot('picking-jobs-incomplete');

    await widget.locator('input:visible').first().fill(textWith(jobId));
    await press('Enter');
    await page.locator('.quick-input-widget input[placeholder*="Which are jobs of ELB?"]').waitFor();
    await focused().or(page.locator('.quick-input-list .monaco-list-row')).first().waitFor();
    await editor.screenshot('picking-jobs');

    const labels = await namesOfRows(page.locator('.quick-input-list .monaco-list-row'));
    for (const [id, words] of [
      [jobId, /ID of unknown kind · line 1, .*the clone .* has begun/],
      [REQUEST, /request ID · line 1, .*"request_id"/],
      [SERVER_JOB, /job of ECS, not of ELB · line 1/],
      [CUT, /incomplete ID · line 1, .*job_id/],
    ] as const) {
      assert.ok(
        labels.some((label) => label.includes(id) && words.test(label)),
        `${String(words)} is not in ${labels.join('\n')}`,
      );
    }

    // Nothing has a tick, so Enter tracks nothing.
    await press('Enter');
    await widget.locator('input[placeholder*="Which are jobs of ELB?"]').waitFor();
    await moveTo(SERVER_JOB);
    await press('Space');
    await notification(page, 'This is a job of ECS, not of ELB').waitFor();
    await editor.screenshot('picking-jobs-refused');
    assert.equal(await rows().and(page.locator('[aria-checked=true], :checked')).count(), 0);

    // Back to the text, and forth again.
    await press('Control+Alt+Minus');
    await widget.getByText('The job_id that the API returned').waitFor();
    assert.equal(await widget.locator('input:visible').first().inputValue(), textWith(jobId));
    await press('Enter');
    await widget.locator('input[placeholder*="Which are jobs of ELB?"]').waitFor();

    await moveTo(`the clone ${jobId.slice(0, 8)}`);
    await press('Space');
    await editor.screenshot('picking-jobs-ticked');
    await press('Enter');
    await treeRow(page, new RegExp(`^cloneLoadbalancer, .*${jobId.slice(0, 8)}`)).waitFor();
    await widget.waitFor({ state: 'hidden' });
    assert.equal(await treeRow(page, /[0-9a-f]{8}$/).count(), 1);
  });

  it('is in Chinese in a Chinese editor', async () => {
    editor = await Editor.open('picking-jobs-chinese', { locale: 'zh-cn' });
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 20 * MINUTE });
    await openViewContainer(page, 'ELB 任务');
    await runCommand(page, '跟踪 ELB 任务');
    await editor.choose('以何种方式登录', '访问密钥（AK/SK）');
    await editor.choose('负载均衡器所在的区域', cloud.origin);
    await editor.answer('访问密钥 ID', cloud.accessKey.accessKey);
    await editor.answer('秘密访问密钥', cloud.accessKey.secretKey);
    await editor.answer('临时密钥的 SecurityToken', '');
    await editor.answer('API 返回的 job_id', textWith(jobId));
    await page.locator('.quick-input-widget input[placeholder*="哪些是 ELB 任务"]').waitFor();
    const list = page.locator('.quick-input-list');
    for (const words of [
      '请求 ID · 第 1 行',
      'ECS 的任务，不是 ELB 的任务 · 第 1 行',
      '不完整的 ID · 第 1 行',
      '无法跟踪',
    ])
      await list.getByText(words).first().waitFor();
    await editor.screenshot('picking-jobs-chinese');
  });
});
