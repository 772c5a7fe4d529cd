// Takes the screenshots for the README and the walkthrough: `npm run pictures`. Run it after a change to what they show.
import { readFile } from 'node:fs/promises';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { savePicture } from './lib/browser/save-picture.mjs';
import { parseJson } from './lib/process/json.mjs';
import { main } from './lib/process/main.mjs';
import { inProject } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus } from './lib/process/progress.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */
/** @typedef {typeof import('./lib/browser/workbench.mjs')} Workbench */

/**
 * @typedef {object} Language
 * @property {string} locale
 * @property {string} manifest  The file with the manifest's strings.
 * @property {string} clearNotifications  The title of VS Code's command.
 * @property {string} failed  Words in the notification of a failed job with a name.
 * @property {RegExp} waits  The start of the row of an upgrade that waits.
 * @property {string} walkthrough  The folder for screenshots of the walkthrough's steps, which are in the package.
 * @property {string} [readme]  The folder for the README's screenshots, which marketplaces load from the repository.
 */
/** @type {readonly Language[]} */
const languages = [
  {
    locale: 'en',
    manifest: 'package.nls.json',
    clearNotifications: 'Notifications: Clear All Notifications',
    failed: ': creation failed',
    waits: /^Decision needed/,
    walkthrough: 'walkthrough',
    readme: 'readme',
  },
  {
    locale: 'zh-cn',
    manifest: 'package.nls.zh-cn.json',
    clearNotifications: '通知: 清除所有通知',
    failed: '：创建失败',
    waits: /^待您决定/,
    walkthrough: 'walkthrough/zh-cn',
  },
];

const TIMEOUT_MS = 120_000;
/** Small enough to be readable when a page of text shows the screenshots. */
const viewport = { width: 1080, height: 660 };
/** Example keys, so that a screenshot shows credentials found in the environment. */
const exampleKeys = {
  HUAWEICLOUD_SDK_AK: 'HPUA4EXAMPLE0000KEY0',
  HUAWEICLOUD_SDK_SK: 'not-a-key-but-an-example-of-one-0000000',
};

await main(async () => {
  await prepare();
  await ensureChromium();
  for (const language of languages) {
    printStatus(`Taking the screenshots in ${language.locale}.`);
    await takeScreenshotsIn(language);
  }
  console.log('Updated the screenshots in media/readme and media/walkthrough. Check them before you commit them.');
});

/** @param {Language} language */
async function takeScreenshotsIn(language) {
  // Imported here because they need node_modules, which prepare() installs.
  const { openSandbox } = await import('./lib/sandbox/sandbox.mjs');
  const { desktopContext, launchChromium } = await import('./lib/browser/browser.mjs');
  const workbench = await import('./lib/browser/workbench.mjs');
  const { locale } = language;
  const sandbox = await openSandbox({
    headless: true,
    // With the default budget, names come only after the jobs' first minutes, in which they are polled often.
    settings: { ...workbench.followColorScheme, 'elbJobs.requestBudget': 200 },
    env: exampleKeys,
    locale,
  });
  const browser = await launchChromium(sandbox.run);
  try {
    const context = await browser.newContext({
      ...desktopContext,
      viewport,
      colorScheme: 'dark',
      deviceScaleFactor: 1.5,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await takeScreenshots(page, sandbox, workbench, language);
  } finally {
    await browser.close();
    await sandbox.close();
  }
}

/**
 * @param {Page} page
 * @param {import('./lib/sandbox/sandbox.mjs').Sandbox} sandbox
 * @param {Workbench} workbench
 * @param {Language} language
 */
async function takeScreenshots(page, { url, password, simulator }, workbench, language) {
  const { notification, openViewContainer, openWorkbench, quickInput, runCommand, treeRow, widenSideBar } = workbench;
  const strings = /** @type {Record<string, string>} */ (
    parseJson(await readFile(inProject(language.manifest), 'utf8'))
  );
  const text = (/** @type {string} */ key) => strings[key] ?? key;
  const title = (/** @type {string} */ command) => `${text('command.category')}: ${text(`command.${command}.title`)}`;
  printStatus('Opening the workbench.');
  await openWorkbench(page, url ?? '', password);
  await openViewContainer(page, text('container.title'));
  await treeRow(page, 'cloneLoadbalancer').first().waitFor();
  await widenSideBar(page, 130);

  printStatus('Adding credentials and tracking a job.');
  await runCommand(page, title('addCredentials'));
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
  await takeStep(page, workbench, language, 'credentials', quickInputWidget(page));
  await page.keyboard.press('Escape');
  await runCommand(page, text('command.track.title'));
  await page.locator('.quick-input-widget').filter({ hasText: 'job_id' }).waitFor();
  const { jobId } = simulator.startJob({ kind: 'UPGRADE', durationMs: 400_000 });
  const fails = simulator.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 75_000 });
  await quickInput(page).fill(jobId);
  await takeStep(page, workbench, language, 'track', quickInputWidget(page));
  await page.keyboard.press('Enter');

  await runCommand(page, text('command.track.title'));
  await quickInput(page).fill(fails.jobId);
  await page.keyboard.press('Enter');

  printStatus('Waiting for a job that fails.');
  const failed = notification(page, language.failed);
  await failed.waitFor();
  await takeStep(page, workbench, language, 'notifications', failed);
  await takeForReadme(page, language, 'notifications', failed);
  await takeForReadme(page, language, 'jobs');
  await runCommand(page, language.clearNotifications);

  printStatus('Waiting for the upgrade to need a decision.');
  const decision = treeRow(page, language.waits).first();
  await decision.waitFor();
  await decision.click();
  await runCommand(page, title('showTimeline'));
  await page
    .frameLocator('iframe.webview.ready:visible')
    .frameLocator('#active-frame')
    .getByRole('option')
    .first()
    .waitFor();
  // Other jobs may have ended in the meantime.
  await runCommand(page, language.clearNotifications);
  await takeStep(page, workbench, language, 'watch', sideBarAndEditor(page));
  await takeForReadme(page, language, 'watch');
}

/**
 * @param {Page} page
 * @returns {Locator}
 */
function quickInputWidget(page) {
  return page.locator('.quick-input-widget');
}

/**
 * A walkthrough is narrow: its picture leaves out what other parts of the window show.
 * @param {Page} page
 * @returns {Locator}
 */
function sideBarAndEditor(page) {
  return page.locator('.part.sidebar, .part.editor');
}

/**
 * Returns the smallest rectangle around all elements of a locator.
 * @param {Locator} locator
 */
async function boxAround(locator) {
  const found = await Promise.all((await locator.all()).map((element) => element.boundingBox()));
  const boxes = found.filter((box) => box !== null);
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - y;
  return { x, y, width, height };
}

/**
 * Takes the screenshot of a walkthrough's step in both colour schemes.
 * @param {Page} page
 * @param {Workbench} workbench
 * @param {Language} language
 * @param {string} name
 * @param {Locator} [clipTo]  Default: the whole window.
 */
async function takeStep(page, workbench, language, name, clipTo) {
  for (const scheme of /** @type {const} */ (['dark', 'light'])) {
    await workbench.setColorScheme(page, scheme);
    await take(page, `${language.walkthrough}/${name}-${scheme}.webp`, clipTo);
  }
  await workbench.setColorScheme(page, 'dark');
}

/**
 * @param {Page} page
 * @param {Language} language
 * @param {string} name
 * @param {Locator} [clipTo]
 */
async function takeForReadme(page, language, name, clipTo) {
  if (language.readme !== undefined) await take(page, `${language.readme}/${name}-dark.png`, clipTo);
}

/**
 * @param {Page} page
 * @param {string} file  Relative to media/.
 * @param {Locator} [clipTo]
 */
async function take(page, file, clipTo) {
  // Moves the pointer away, or a tooltip might be in the screenshot.
  await page.locator('.part.statusbar').hover({ position: { x: viewport.width / 2, y: 8 } });
  const clip = clipTo === undefined ? undefined : await boxAround(clipTo);
  await savePicture(await page.screenshot(clip ? { clip } : {}), inProject('media', file));
}
