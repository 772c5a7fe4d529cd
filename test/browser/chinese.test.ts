import assert from 'node:assert/strict';
import {
  notification,
  openViewContainer,
  quickPickRow,
  runCommand,
  runFromContextMenu,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { openWalkthrough } from '../support/browser/walkthrough';

describe('the extension in Simplified Chinese', function () {
  this.timeout(MAX_TEST_MS);

  it('shows the walkthrough, the commands, the view, the notifications and the lists in Chinese', async () => {
    const editor = await Editor.open('chinese', { locale: 'zh-cn' });
    try {
      const { page, cloud } = editor;
      await openViewContainer(page, 'ELB 任务');
      await openWalkthrough(page, '跟踪负载均衡器的任务');
      const picture = page.locator('.getting-started-media img[srcset*="walkthrough%2Fzh-cn%2Fcredentials-"]');
      await picture.waitFor();
      // decode() rejects if VS Code cannot show the picture.
      await picture.evaluate((element) => (element as unknown as { decode: () => Promise<void> }).decode());
      const done = page.locator('.codicon-getting-started-step-checked.complete');
      assert.equal(await done.count(), 0);
      await editor.screenshot('chinese-walkthrough');
      const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
      await runCommand(page, '跟踪 ELB 任务');
      await editor.choose('以何种方式登录', '访问密钥（AK/SK）');
      await editor.choose('负载均衡器所在的区域', cloud.origin);
      await editor.answer('访问密钥 ID', cloud.accessKey.accessKey);
      await editor.answer('秘密访问密钥', cloud.accessKey.secretKey);
      await editor.answer('临时密钥的 SecurityToken', '');
      await editor.answer('API 返回的 job_id', jobId);
      await notification(page, `cloneListener ${jobId.slice(0, 8)} 已完成，用时 0秒`).waitFor();
      await editor.screenshot('chinese');
      for (const step of ['添加凭据', '跟踪任务']) {
        await page.locator('.getting-started-step').filter({ hasText: step }).filter({ has: done }).first().waitFor();
      }
      await runCommand(page, 'ELB 任务: 浏览近期任务…');
      await page.locator('.quick-input-widget').getByText('已在跟踪').waitFor();
      await editor.screenshot('chinese-browse');
      await page.keyboard.press('Escape');
      await runCommand(page, 'ELB 任务: 试用演示数据');
      const upgrade = treeRow(page, /^UPGRADE, /).first();
      await upgrade.click();
      await upgrade.getByRole('button', { name: '查看时间线' }).click();
      const timeline = page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
      await timeline
        .locator('.summary')
        .getByText(/约剩 \d分钟（3 个 UPGRADE 任务的中位数）/)
        .waitFor();
      assert.equal(await timeline.locator('.ghost').count(), 1);
      await runFromContextMenu(upgrade, '停止跟踪任务');
      await timeline.getByText('已不再跟踪。此处显示最后已知的状态。').waitFor();
      await timeline.getByRole('button', { name: '重新跟踪' }).waitFor();
      await page.setViewportSize({ width: 1000, height: 800 });
      await editor.screenshot('chinese-timeline');
      await timeline.getByRole('button', { name: '重新跟踪' }).click();
      await timeline.locator('.ghost').waitFor();
      await editor.screenshot('chinese-timeline-running');
      await runCommand(page, 'ELB 任务: 筛选任务…');
      await quickPickRow(page, '包含文本').waitFor();
      await page.keyboard.type('CHG');
      await quickPickRow(page, '包含“CHG”').waitFor();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Backspace');
      await editor.screenshot('chinese-filter', ['dark']);
    } catch (cause) {
      await editor.screenshotFailure('chinese');
      throw cause;
    } finally {
      await editor.close();
    }
  });
});
