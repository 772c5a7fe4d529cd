import assert from 'node:assert/strict';
import {
  ATTEMPT_TIMEOUT_MS,
  notification,
  openPalette,
  openViewContainer,
  quickPickRow,
  retry,
  runCommand,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

/** What a person reads on the way, in each language. */
const LANGUAGES = {
  en: {
    container: 'ELB Jobs',
    add: 'Add Credentials',
    demo: 'Try with Demo Data',
    removeDemo: 'ELB Jobs: Remove Demo Data',
    source: ['How do you sign in?', 'Access key (AK/SK)'],
    region: 'Region of the load balancers',
    accessKey: 'Access key (AK)',
    secretKey: 'Secret key (SK)',
    token: 'Security token',
    signedIn: 'Signed in to',
    track: 'Track ELB Job',
    jobId: 'The job_id that the API returned',
    show: 'Show Job',
    advice: /^What to do, /,
    timeline: 'Show Timeline',
    details: 'Details',
  },
  'zh-cn': {
    container: 'ELB 任务',
    add: '添加凭据',
    demo: '试用演示数据',
    removeDemo: 'ELB 任务: 移除演示数据',
    source: ['以何种方式登录', '访问密钥（AK/SK）'],
    region: '负载均衡器所在的区域',
    accessKey: '访问密钥 ID',
    secretKey: '秘密访问密钥',
    token: '临时密钥的 SecurityToken',
    signedIn: '已登录',
    track: '跟踪 ELB 任务',
    jobId: 'API 返回的 job_id',
    show: '查看任务',
    advice: /^处理建议, /,
    timeline: '查看时间线',
    details: '详细信息',
  },
} as const;

for (const [locale, words] of Object.entries(LANGUAGES)) {
  describe(`the first minutes of a person (${locale})`, function () {
    this.timeout(MAX_TEST_MS);
    let editor: Editor;
    let steps = 0;

    before(async () => {
      editor = await Editor.open(`first-minutes-${locale}`, { locale, hasNames: true });
    });

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
    });

    after(async () => {
      await editor.close();
    });

    const sideBar = () => editor.page.locator('.part.sidebar');
    const details = () =>
      editor.page
        .frameLocator('iframe.webview.ready:visible')
        .frameLocator('#active-frame')
        .getByRole('region', { name: words.details });
    const welcome = () => editor.page.locator('.welcome-view-content').first();

    /** Takes a picture of each step. The pointer is where nothing has a hover. */
    async function picture(name: string): Promise<void> {
      steps += 1;
      await editor.page.mouse.move(700, 400);
      await editor.screenshot(`first-minutes-${locale}-${String(steps).padStart(2, '0')}-${name}`);
    }

    /** Asserts that the empty view has this one button, and shows the others as links. */
    async function assertOneButton(label: string, links: readonly string[]): Promise<void> {
      const button = welcome().locator('.monaco-button');
      await button.filter({ hasText: label }).waitFor();
      assert.deepEqual(await button.allInnerTexts(), [label]);
      assert.deepEqual(await welcome().locator('p a').allInnerTexts(), links);
    }

    async function clearNotifications(): Promise<void> {
      const toast = editor.page.locator('.notification-toast').first();
      await retry(async () => {
        // A click fails if the notification has just closed itself.
        while (await toast.isVisible()) {
          await toast.hover({ timeout: ATTEMPT_TIMEOUT_MS });
          await toast.locator('.codicon-notifications-clear').click({ timeout: ATTEMPT_TIMEOUT_MS });
        }
      });
      await toast.waitFor({ state: 'detached' });
    }

    it('begin with an icon in the activity bar', async () => {
      const { page } = editor;
      await page.locator('.part.activitybar').getByRole('tab', { name: words.container }).waitFor();
      await picture('installed');
    });

    it('show an empty view that suggests one thing, and demo data as a link', async () => {
      await openViewContainer(editor.page, words.container);
      await assertOneButton(words.add, [words.demo]);
      await picture('welcome');
      await openPalette(editor.page, 'elb', quickPickRow(editor.page, `${words.container}: ${words.add}`));
      await picture('palette');
      await editor.page.keyboard.press('Escape');
    });

    it('show with demo data why a job failed, and what to do', async () => {
      const { page } = editor;
      await welcome().getByText(words.demo, { exact: true }).click();
      await treeRow(page, /^UPGRADE · prod-api, /).waitFor();
      await picture('demo');
      await treeRow(page, words.advice).first().waitFor();
      const failed = treeRow(page, /^cloneListener.*, ROLLBACKING/).first();
      await failed.hover();
      await failed.getByRole('button', { name: words.timeline }).click();
      await details().getByText('ELB.8907').first().waitFor();
      await picture('demo-failure');
      await runCommand(page, words.removeDemo);
      await assertOneButton(words.add, [words.demo]);
    });

    it('lead through the sign-in with one question at a time', async () => {
      const { page, cloud } = editor;
      const { accessKey, secretKey } = cloud.accessKey;
      await welcome().locator('.monaco-button').click();
      await page.locator(`.quick-input-widget input[placeholder*="${words.source[0]}"]`).waitFor();
      await picture('source');
      await editor.choose(words.source[0], words.source[1]);
      await page.locator(`.quick-input-widget input[placeholder*="${words.region}"]`).waitFor();
      await picture('region');
      await editor.choose(words.region, cloud.origin);
      for (const [prompt, text, name] of [
        [words.accessKey, accessKey, 'access-key'],
        [words.secretKey, secretKey, 'secret-key'],
        [words.token, '', 'token'],
      ] as const) {
        await page.locator('.quick-input-widget').filter({ hasText: prompt }).waitFor();
        await picture(name);
        await editor.answer(prompt, text);
      }
      await notification(page, words.signedIn).waitFor();
      await picture('signed-in');
      await clearNotifications();
    });

    it('suggest to track a job next, which is then in the list', async () => {
      const { page, cloud } = editor;
      await welcome().locator('.monaco-button').filter({ hasText: words.track }).waitFor();
      await picture('no-jobs');
      cloud.clock.hold();
      const { jobId } = cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 40_000 });
      cloud.clock.advance(20_000);
      await welcome().locator('.monaco-button').click();
      await page.locator('.quick-input-widget').filter({ hasText: words.jobId }).waitFor();
      await picture('track');
      await editor.answer(words.jobId, jobId);
      await treeRow(page, /^batchCreateV3Loadbalancer.*, RUNNING/)
        .first()
        .waitFor();
      await picture('running');
    });

    it('explain why the job failed, from the notification to the timeline', async () => {
      const { page, cloud } = editor;
      cloud.clock.advance(20_000);
      cloud.clock.release();
      const notice = notification(page, 'ELB.8905');
      await notice.hover();
      await picture('failed');
      await notice.getByRole('button', { name: words.show }).click();
      await treeRow(page, words.advice).first().waitFor();
      await picture('shown');
      const row = treeRow(page, /^batchCreateV3Loadbalancer.*, FAIL/).first();
      await row.hover();
      await row.getByRole('button', { name: words.timeline }).click();
      await details().getByText('ELB.8905').first().waitFor();
      await picture('timeline');
      assert.equal(await sideBar().locator('.monaco-button:visible').count(), 0);
    });
  });
}
