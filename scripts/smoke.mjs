// Checks that the sandbox of `npm start` works: opens it headless, tracks a job from the command palette, and waits for
// the notification at its end. `npm run smoke -- --vscode=minimum` does it in the oldest VS Code that the manifest supports.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { readVscodeOption } from './lib/editor/vscode-version.mjs';
import { serverOf } from './lib/editor/vscode-servers.mjs';
import { parseJson } from './lib/process/json.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { inProject, screenshotsFolder } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus } from './lib/process/progress.mjs';

/** Opening the workbench takes more than a minute on a busy machine. */
const TIMEOUT_MS = 180_000;
/** Small enough to be readable when a page of text shows the screenshots. */
const viewport = { width: 1080, height: 660 };

await main(async () => {
  const version = serverOf(readVscodeOption(process.argv.slice(2)).vscode);
  await prepare();
  await ensureChromium();
  await mkdir(screenshotsFolder, { recursive: true });
  // Imported here because they need node_modules, which prepare() installs.
  const { openSandbox } = await import('./lib/sandbox/sandbox.mjs');
  const { desktopContext, launchChromium } = await import('./lib/browser/browser.mjs');
  const { followColorScheme } = await import('./lib/browser/workbench.mjs');
  const sandbox = await openSandbox({ headless: true, version, settings: followColorScheme });
  const browser = await launchChromium(sandbox.run);
  try {
    const page = await (await browser.newContext({ ...desktopContext, colorScheme: 'dark', viewport })).newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    try {
      await trackOneJob(page, sandbox);
    } catch (error) {
      const screenshot = path.join(screenshotsFolder, 'smoke-failed.png');
      await page.screenshot({ path: screenshot }).catch(() => undefined);
      throw new ExplainedError(`The smoke test failed. Check the screenshot ${screenshot}.\n${String(error)}`);
    }
  } finally {
    await browser.close();
    await sandbox.close();
  }
  console.log(`The smoke test passed. Its screenshots are in ${screenshotsFolder}.`);
});

/**
 * @param {import('playwright-core').Page} page
 * @param {import('./lib/sandbox/sandbox.mjs').Sandbox} sandbox
 */
async function trackOneJob(page, { url, password, simulator }) {
  const workbench = await import('./lib/browser/workbench.mjs');
  const words = /** @type {Record<string, string>} */ (
    parseJson(await readFile(inProject('package.nls.json'), 'utf8'))
  );
  printStatus('Opening the workbench.');
  await workbench.openWorkbench(page, url ?? '', password);
  await workbench.openViewContainer(page, words['container.title'] ?? '');
  await workbench.treeRow(page, 'cloneLoadbalancer').first().waitFor();

  const { jobId } = simulator.startJob({ kind: 'cloneListener', durationMs: 8000 });
  printStatus(`Tracking job ${jobId}.`);
  const input = await workbench.runCommand(page, words['command.track.title'] ?? '');
  await page.locator('.quick-input-widget').filter({ hasText: 'job_id' }).waitFor();
  await input.fill(jobId);
  await page.keyboard.press('Enter');
  const row = workbench.treeRow(page, new RegExp(jobId.slice(0, 8))).first();
  await row.waitFor();
  // If another job of the sandbox ends at the same moment, one notification covers both.
  await workbench.notification(page, new RegExp(`${jobId.slice(0, 8)}|ELB jobs have ended`)).waitFor();

  printStatus('Taking screenshots.');
  await workbench.widenSideBar(page, 120);
  await workbench.expandAllTreeRows(page);
  for (const scheme of /** @type {const} */ (['dark', 'light'])) {
    await workbench.setColorScheme(page, scheme);
    await page.screenshot({ path: path.join(screenshotsFolder, `smoke-${scheme}.png`) });
  }
}
