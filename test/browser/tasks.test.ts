import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import {
  openViewContainer,
  quickInput,
  quickPickRow,
  runCommand,
  runFromContextMenu,
  treeRow,
} from '../../scripts/lib/browser/workbench.mjs';
import { HOUR, MINUTE, SECOND } from '../../src/base/time-units';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

/** Of README. */
const EXAMPLE = path.resolve('test/fixtures/tasks-example/tasks.json');

/** Rows of the terminal are elements only without the graphics card. */
const SETTINGS = {
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.shellIntegration.enabled': false,
};

describe('a task that waits for jobs', function () {
  this.timeout(MAX_TEST_MS);
  let folder: string;
  let editor: Editor;

  /** What the visible terminal shows, without the line breaks of narrow terminals. */
  const terminalText = async (page: Page) => {
    const rows = await page.locator('.terminal-wrapper.active .xterm-rows > div').allTextContents();
    return rows.join('').replaceAll('\u00a0', ' ');
  };

  async function untilTerminalShows(text: RegExp, page = editor.page): Promise<string> {
    const end = Date.now() + 2 * MINUTE;
    for (;;) {
      const shown = await terminalText(page);
      if (text.test(shown)) return shown;
      if (Date.now() > end) assert.fail(`The terminal does not show ${String(text)}: ${shown}`);
      await page.waitForTimeout(200);
    }
  }

  /** Runs a task with the keyboard alone. */
  async function runTask(label: string, page = editor.page): Promise<void> {
    await runCommand(page, 'Tasks: Run Task');
    await quickInput(page).fill(label);
    await quickPickRow(page, label).waitFor();
    await page.keyboard.press('Enter');
  }

  /** Replaces Huawei Cloud's command line by a program that starts a job. */
  async function installCommandLine(jobId: string): Promise<void> {
    const file = path.join(folder, 'bin', 'hcloud');
    await writeFile(
      file,
      `#!/bin/sh\necho '{"job_id": "${jobId}", "request_id": "8c4e1d25b9b5fd4b1d0a5a2c56e2d4f1"}'\n`,
    );
    await chmod(file, 0o755);
  }

  const closeTerminals = async (page = editor.page) => {
    await runCommand(page, 'Terminal: Kill All Terminals');
    await page.locator('.terminal-wrapper').first().waitFor({ state: 'detached' });
  };

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tasks-'));
    for (const name of ['.vscode', 'bin']) await mkdir(path.join(folder, name));
    const example = JSON.parse(await readFile(EXAMPLE, 'utf8')) as { tasks: object[] };
    example.tasks.push({ label: 'Wait for a job', type: 'elb-job', job: '${command:elbJobs.pickJob}' });
    await writeFile(path.join(folder, '.vscode', 'tasks.json'), JSON.stringify(example));
    const PATH = `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    const settings = { ...SETTINGS, 'terminal.integrated.env.linux': { PATH } };
    editor = await Editor.open('tasks', { folder, settings });
    await editor.openSignedIn();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('waits for the upgrade that a shell task has started, as README shows', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
    await installCommandLine(jobId);
    await runTask('Upgrade');
    await page.locator('.quick-input-widget').getByText('ID of the load balancer to upgrade').waitFor();
    await page.keyboard.type('9f5b432c-1111-4222-8333-444444444444');
    await page.keyboard.press('Enter');
    await untilTerminalShows(/UPGRADE \w{8}: RUNNING/);
    await editor.screenshot('task-running');
    cloud.clock.advance(0.9 * HOUR);
    await untilTerminalShows(/✓ UPGRADE \w{8} needs your decision/);
    await editor.screenshot('task-waiting-upgrade');
    await page
      .locator('.part.panel')
      .getByText(/✓ UPGRADE \w{8} needs your decision/)
      .first()
      .waitFor();
    await closeTerminals();
  });

  it('ends after Ctrl+C, and the job stays tracked', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: HOUR });
    await installCommandLine(jobId);
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await treeRow(page, new RegExp(`^cloneListener, .*${jobId.slice(0, 8)}$`)).waitFor();
    await runTask('Wait for a job');
    await editor.choose('Which job?', 'cloneListener');
    await untilTerminalShows(/cloneListener \w{8}: (INIT|RUNNING)/);
    await runCommand(page, 'Terminal: Focus Terminal');
    // A key before that would go to the list.
    await page.locator('.terminal-wrapper.active .xterm.focus').waitFor();
    await page.keyboard.press('Control+c');
    await untilTerminalShows(/\^C.*The jobs keep running and stay tracked/);
    await editor.screenshot('task-interrupted');
    await treeRow(page, new RegExp(`^cloneListener, RUNNING .*${jobId.slice(0, 8)}$`)).waitFor();
    await closeTerminals();
  });

  it('does not begin if the person picks no job', async () => {
    const { page } = editor;
    await runTask('Wait for a job');
    await page.locator('.quick-input-widget input[placeholder*="Which job?"]').waitFor();
    await editor.screenshot('task-pick', ['dark']);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(2 * SECOND);
    assert.equal(await page.locator('.terminal-wrapper').count(), 0);
  });

  it('says what failed first and what to do, for a job whose menu started it', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', outcome: 'fail', durationMs: HOUR });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    const row = treeRow(page, new RegExp(`^UPGRADE, .*${jobId.slice(0, 8)}$`)).first();
    await row.waitFor();
    await runFromContextMenu(row, 'Notify Me Outside VS Code');
    await untilTerminalShows(/UPGRADE \w{8}: RUNNING/);
    cloud.clock.advance(HOUR);
    const shown = await untilTerminalShows(/terminated with exit code: 2/);
    assert.match(shown, /✗ UPGRADE \w{8} failed.*Failed first: UPGRADE_TRAFFIC_SWITCH.*What to do: The service failed/);
    await editor.screenshot('task-failed');
    await closeTerminals();
  });

  it('survives the reload of another window, and says at its start that a reload of its own window ends it', async () => {
    const { page, cloud } = editor;
    const other = await editor.openWindow('same browser');
    await page.bringToFront();
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
    await installCommandLine(jobId);
    await runTask('Upgrade');
    await page.locator('.quick-input-widget').getByText('ID of the load balancer to upgrade').waitFor();
    await page.keyboard.press('Enter');
    await untilTerminalShows(/Reloading this window ends this task.*UPGRADE \w{8}: RUNNING/);
    await other.reload();
    await other.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: MINUTE });
    await openViewContainer(other, 'ELB Jobs');
    cloud.clock.advance(2 * HOUR);
    await page.bringToFront();
    await untilTerminalShows(/✓ UPGRADE \w{8} succeeded/);
    await other.close();
  });

  it('ends with a reload of its own window, and the job stays tracked', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: HOUR });
    await writeFile(path.join(folder, 'upgrade.json'), JSON.stringify({ job_id: jobId }));
    await runTask('Wait for the upgrade');
    await untilTerminalShows(/cloneListener \w{8}: (INIT|RUNNING)/);
    await editor.load();
    await openViewContainer(page, 'ELB Jobs');
    await treeRow(page, new RegExp(`^cloneListener, .*${jobId.slice(0, 8)}$`)).waitFor();
    assert.doesNotMatch(await terminalText(page), /RUNNING/);
  });
});

describe('a task that waits for jobs, in Simplified Chinese', function () {
  this.timeout(MAX_TEST_MS);

  it('prints Chinese', async () => {
    const editor = await Editor.open('chinese-tasks', { locale: 'zh-cn', settings: SETTINGS });
    const { page, cloud } = editor;
    try {
      await openViewContainer(page, 'ELB 任务');
      const { jobId } = cloud.startJob({ kind: 'UPGRADE', outcome: 'fail', durationMs: HOUR });
      await runCommand(page, '跟踪 ELB 任务');
      await editor.choose('以何种方式登录', '访问密钥（AK/SK）');
      await editor.choose('负载均衡器所在的区域', cloud.origin);
      await editor.answer('访问密钥 ID', cloud.accessKey.accessKey);
      await editor.answer('秘密访问密钥', cloud.accessKey.secretKey);
      await editor.answer('临时密钥的 SecurityToken', '');
      await editor.answer('API 返回的 job_id', jobId);
      const row = treeRow(page, new RegExp(`^UPGRADE, .*${jobId.slice(0, 8)}$`)).first();
      await row.waitFor();
      await runFromContextMenu(row, '在 VS Code 之外通知我');
      const rows = page.locator('.terminal-wrapper.active .xterm-rows');
      await rows.getByText('RUNNING').first().waitFor();
      cloud.clock.advance(HOUR);
      await rows.getByText('最先失败').waitFor();
      await editor.screenshot('chinese-task');
    } catch (cause) {
      await editor.screenshotFailure('chinese-tasks');
      throw cause;
    } finally {
      await editor.close();
    }
  });
});
