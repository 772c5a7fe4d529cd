// Proves that what `npm start` opens works: opens it headless, tracks a job by the palette and waits to be told its end.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { parseJson } from './lib/process/json.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { inProject, screenshotsFolder } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { say } from './lib/process/progress.mjs';

const patience = 60_000;
/** Small enough for the pictures to be read in a page of text. */
const viewport = { width: 1080, height: 660 };

await main(async () => {
  await prepare();
  await ensureChromium();
  await mkdir(screenshotsFolder, { recursive: true });
  // Need node_modules, which a fresh clone has only now.
  const { openDemo } = await import('./lib/sandbox/sandbox.mjs');
  const { desktopContext, launchChromium } = await import('./lib/browser/browser.mjs');
  const { followColorScheme } = await import('./lib/browser/workbench.mjs');
  const demo = await openDemo({ headless: true, settings: followColorScheme });
  const browser = await launchChromium(demo.run);
  try {
    const page = await (await browser.newContext({ ...desktopContext, colorScheme: 'dark', viewport })).newPage();
    page.setDefaultTimeout(patience);
    try {
      await trackOneJob(page, demo);
    } catch (error) {
      const picture = path.join(screenshotsFolder, 'smoke-failed.png');
      await page.screenshot({ path: picture }).catch(() => undefined);
      throw new ExplainedError(`The smoke test failed; ${picture} shows where.\n${String(error)}`);
    }
  } finally {
    await browser.close();
    await demo.close();
  }
  console.log(`The smoke test passed; its pictures are in ${screenshotsFolder}.`);
});

/**
 * @param {import('playwright-core').Page} page
 * @param {import('./lib/sandbox/sandbox.mjs').Demo} demo
 */
async function trackOneJob(page, { url, simulator }) {
  const workbench = await import('./lib/browser/workbench.mjs');
  const words = /** @type {Record<string, string>} */ (
    parseJson(await readFile(inProject('package.nls.json'), 'utf8'))
  );
  say('Opening the workbench.');
  await workbench.openWorkbench(page, url ?? '');
  await workbench.openViewContainer(page, words['container.title'] ?? '');
  await workbench.treeRow(page, 'cloneLoadbalancer').first().waitFor();

  const { jobId } = simulator.startJob({ kind: 'cloneListener', durationMs: 8000 });
  say(`Tracking job ${jobId}.`);
  const input = await workbench.runCommand(page, words['command.track.title'] ?? '');
  await page.locator('.quick-input-widget').filter({ hasText: 'job_id' }).waitFor();
  await input.fill(jobId);
  await page.keyboard.press('Enter');
  const row = workbench.treeRow(page, new RegExp(jobId.slice(0, 8))).first();
  await row.waitFor();
  // Another job of the demo may end at the same moment, which is one notice then.
  await workbench.notification(page, new RegExp(`${jobId}|ELB jobs have ended`)).waitFor();

  say('Taking pictures.');
  await workbench.widenSideBar(page, 120);
  await workbench.expandAllTreeRows(page);
  for (const scheme of /** @type {const} */ (['dark', 'light'])) {
    await workbench.setColorScheme(page, scheme);
    await page.screenshot({ path: path.join(screenshotsFolder, `smoke-${scheme}.png`) });
  }
}
