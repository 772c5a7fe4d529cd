// Takes the pictures of README and walkthrough from the product itself: `npm run pictures`, after what they show has changed.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { parseJson } from './lib/process/json.mjs';
import { main } from './lib/process/main.mjs';
import { inProject } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { say } from './lib/process/progress.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */
/** @typedef {typeof import('./lib/browser/workbench.mjs')} Workbench */

/**
 * @typedef {object} Language
 * @property {string} locale
 * @property {string} manifest  The file of the words that the manifest refers to.
 * @property {string} clearNotifications  VS Code's own title.
 * @property {string} failed  In the notice of a job.
 * @property {(step: string) => string} walkthrough  The picture of a step, below media, without its end.
 * @property {string} [readme]  As `walkthrough`.
 */
/** @type {readonly Language[]} */
const languages = [
  {
    locale: 'en',
    manifest: 'package.nls.json',
    clearNotifications: 'Notifications: Clear All Notifications',
    failed: 'failed',
    walkthrough: (step) => `walkthrough/${step}`,
    readme: 'readme/jobs',
  },
  {
    locale: 'zh-cn',
    manifest: 'package.nls.zh-cn.json',
    clearNotifications: '通知: 清除所有通知',
    failed: '失败',
    walkthrough: (step) => `walkthrough/zh-cn/${step}`,
  },
];

const patience = 120_000;
/** Small enough for the pictures to be read in a page of text. */
const viewport = { width: 1080, height: 660 };
/** Made up, so that a picture shows what is found in an environment. */
const foundKey = {
  HUAWEICLOUD_SDK_AK: 'HPUA4EXAMPLE0000KEY0',
  HUAWEICLOUD_SDK_SK: 'not-a-key-but-an-example-of-one-0000000',
};

await main(async () => {
  await prepare();
  await ensureChromium();
  for (const folder of ['readme', 'walkthrough/zh-cn']) await mkdir(inProject('media', folder), { recursive: true });
  for (const language of languages) {
    say(`Pictures for ${language.locale}.`);
    await takeAllIn(language);
  }
  console.log('The pictures in media/readme and media/walkthrough are new. Look at them before you commit them.');
});

/** @param {Language} language */
async function takeAllIn(language) {
  // Need node_modules, which a fresh clone has only now.
  const { openDemo } = await import('./lib/sandbox/sandbox.mjs');
  const { desktopContext, launchChromium } = await import('./lib/browser/browser.mjs');
  const workbench = await import('./lib/browser/workbench.mjs');
  const { locale } = language;
  const demo = await openDemo({ headless: true, settings: workbench.followColorScheme, env: foundKey, locale });
  const browser = await launchChromium(demo.run);
  try {
    const context = await browser.newContext({
      ...desktopContext,
      viewport,
      colorScheme: 'dark',
      deviceScaleFactor: 1.5,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await takeAll(page, demo, workbench, language);
  } finally {
    await browser.close();
    await demo.close();
  }
}

/**
 * @param {Page} page
 * @param {import('./lib/sandbox/sandbox.mjs').Demo} demo
 * @param {Workbench} workbench
 * @param {Language} language
 */
async function takeAll(page, { url, simulator }, workbench, language) {
  const { notification, openViewContainer, openWorkbench, quickInput, runCommand, treeRow, widenSideBar } = workbench;
  const words = /** @type {Record<string, string>} */ (parseJson(await readFile(inProject(language.manifest), 'utf8')));
  const word = (/** @type {string} */ key) => words[key] ?? key;
  const title = (/** @type {string} */ command) => `${word('command.category')}: ${word(`command.${command}.title`)}`;
  say('Opening the workbench.');
  await openWorkbench(page, url ?? '');
  await openViewContainer(page, word('container.title'));
  await treeRow(page, 'cloneLoadbalancer').first().waitFor();
  await widenSideBar(page, 130);

  say('Adding credentials and tracking a job.');
  await runCommand(page, title('addCredentials'));
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
  await inBoth(page, workbench, language.walkthrough('credentials'), quickInputWidget(page));
  await page.keyboard.press('Escape');
  await runCommand(page, word('command.track.title'));
  await page.locator('.quick-input-widget').filter({ hasText: 'job_id' }).waitFor();
  const { jobId } = simulator.startJob({ kind: 'UPGRADE', durationMs: 90_000 });
  await quickInput(page).fill(jobId);
  await inBoth(page, workbench, language.walkthrough('track'), quickInputWidget(page));
  await page.keyboard.press('Enter');

  say('Waiting for a job that fails.');
  const failed = notification(page, language.failed);
  await failed.waitFor();
  await inBoth(page, workbench, language.walkthrough('notifications'), failed);
  if (language.readme !== undefined) await inBoth(page, workbench, language.readme);
  await runCommand(page, language.clearNotifications);

  say('Waiting for the timeline to have something to show.');
  await treeRow(page, /UPGRADE_TRAFFIC_SWITCH/)
    .nth(1)
    .waitFor();
  // Of the job that was tracked last, whose row is selected.
  await runCommand(page, title('showTimeline'));
  await page
    .frameLocator('iframe.webview.ready:visible')
    .frameLocator('#active-frame')
    .getByRole('option')
    .first()
    .waitFor();
  // Other jobs may have ended meanwhile.
  await runCommand(page, language.clearNotifications);
  await inBoth(page, workbench, language.walkthrough('watch'));
}

/**
 * @param {Page} page
 * @returns {Locator}
 */
function quickInputWidget(page) {
  return page.locator('.quick-input-widget');
}

/**
 * @param {Page} page
 * @param {Workbench} workbench
 * @param {string} name
 * @param {Locator} [cutTo]  The whole window where it is missing.
 */
async function inBoth(page, workbench, name, cutTo) {
  // A tooltip would be in the picture.
  await page.locator('.part.statusbar').hover({ position: { x: viewport.width / 2, y: 8 } });
  for (const scheme of /** @type {const} */ (['dark', 'light'])) {
    await workbench.setColorScheme(page, scheme);
    const clip = await cutTo?.boundingBox();
    const file = path.join(inProject('media'), `${name}-${scheme}.png`);
    await page.screenshot({ path: file, ...(clip ? { clip } : {}) });
  }
  await workbench.setColorScheme(page, 'dark');
}
