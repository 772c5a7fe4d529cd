import assert from 'node:assert/strict';
import { quickInput, quickPickRow } from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

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
        // A walkthrough shows its pictures only if there is room for them.
        await page.setViewportSize({ width: 1600, height: 800 });
        // A window that has just loaded may miss the key.
        while (!(await quickInput(page).isVisible())) {
          await page.keyboard.press('F1');
          await page.waitForTimeout(2000);
        }
        // VS Code's language pack does not translate this command.
        await quickInput(page).fill('>Open Walkthrough');
        await page.locator('.quick-input-list .monaco-list-row').getByText('Open Walkthrough').first().click();
        await quickInput(page).fill(walkthrough);
        await quickPickRow(page, walkthrough).click();
        await page.locator('.getting-started-step').filter({ hasText: step }).click();
        const markdown = page
          .frameLocator('iframe.webview.ready:visible')
          .frameLocator('#active-frame')
          .locator('body');
        await markdown.getByText(heading).waitFor();
        assert.match(await markdown.innerText(), /"type": "elb-job"[^]*#waitForElbJob/);
        await editor.screenshot(`walkthrough-automation-${locale}`);
        await page.locator('.getting-started-step.expanded').getByRole('button', { name: button }).click();
        await quickInput(page).waitFor();
        await page.keyboard.press('Escape');
        const done = page.locator('.codicon-getting-started-step-checked.complete');
        await page.locator('.getting-started-step').filter({ hasText: step }).filter({ has: done }).first().waitFor();
      } finally {
        await editor.close();
      }
    });
  }
});
