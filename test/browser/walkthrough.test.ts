import assert from 'node:assert/strict';
import { notification, openViewContainer, runCommand, treeRow } from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { openWalkthrough, TICK, tickedStep, walkthroughStep } from '../support/browser/walkthrough';

const LANGUAGES = [
  {
    locale: 'en',
    walkthrough: 'Track the Jobs of Your Load Balancers',
    step: 'Wait in tasks and agents',
    heading: 'In a task',
    button: 'Run Task',
  },
  {
    locale: 'zh-cn',
    walkthrough: '跟踪负载均衡器的任务',
    step: '在 tasks.json 和智能体中等待',
    heading: '在任务（tasks.json）中',
    button: '运行任务',
  },
] as const;

describe('the walkthrough', function () {
  this.timeout(MAX_TEST_MS);

  for (const { locale, walkthrough, step, heading, button } of LANGUAGES) {
    it(`shows how tasks and agents wait (${locale})`, async () => {
      const editor = await Editor.open(`walkthrough-${locale}`, { locale });
      try {
        const { page } = editor;
        await openWalkthrough(page, walkthrough);
        await walkthroughStep(page, step).click();
        const markdown = page
          .frameLocator('iframe.webview.ready:visible')
          .frameLocator('#active-frame')
          .locator('body');
        await markdown.getByText(heading).waitFor();
        assert.match(await markdown.innerText(), /"type": "elb-job"[^]*#waitForElbJob/);
        await editor.screenshot(`walkthrough-automation-${locale}`);
        const expanded = page.locator('.getting-started-step.expanded');
        await expanded.getByRole('button', { name: button }).click();
        // The list of tasks itself closes as soon as the focus moves, e.g. into the step's text when that has loaded.
        await tickedStep(page, step).waitFor();
      } catch (cause) {
        await editor.screenshotFailure(`walkthrough-${locale}`);
        throw cause;
      } finally {
        await editor.close();
      }
    });
  }

  it('has the steps ticked that were done before it was opened, also in a later session', async () => {
    const editor = await Editor.open('walkthrough-late');
    try {
      const { page, cloud } = editor;
      const [{ walkthrough }] = LANGUAGES;
      const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
      await openViewContainer(page, 'ELB Jobs');
      await runCommand(page, 'ELB Jobs: Add Credentials');
      await editor.signIn();
      await runCommand(page, 'Track ELB Job');
      await editor.answer('The job_id', jobId);
      await treeRow(page, /^cloneListener, COMPLETE/).waitFor();
      await notification(page, jobId.slice(0, 8)).waitFor();
      await runCommand(page, 'Notifications: Clear All Notifications');
      const done: readonly string[] = ['Add credentials', 'Track a job', 'Watch its progress'];
      const assertTicked = async () => {
        for (const step of done) await tickedStep(page, step).waitFor();
        assert.equal(await page.locator(TICK).count(), done.length, 'the others are still to do');
      };
      await openWalkthrough(page, walkthrough);
      await assertTicked();
      await editor.screenshot('walkthrough-late');
      await runCommand(page, 'View: Close All Editors');
      await editor.load();
      await openWalkthrough(page, walkthrough);
      await assertTicked();
      await walkthroughStep(page, 'Get notified when it ends').click();
      await page
        .locator('.getting-started-step.expanded')
        .getByRole('button', { name: 'Choose Notifications' })
        .click();
      await page.locator('.settings-editor').getByText('Elb Jobs: Notifications').first().waitFor();
      // The settings have taken the place of the walkthrough.
      await openWalkthrough(page, walkthrough);
      await tickedStep(page, 'Get notified when it ends').waitFor();
    } catch (cause) {
      await editor.screenshotFailure('walkthrough-late');
      throw cause;
    } finally {
      await editor.close();
    }
  });
});
