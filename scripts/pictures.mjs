// Takes the pictures of README and walkthrough from the product itself: `npm run pictures`, after what they show has changed.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureChromium } from './lib/chromium.mjs';
import { main } from './lib/main.mjs';
import { inProject } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { say } from './lib/progress.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */
/** @typedef {typeof import('./lib/workbench.mjs')} Workbench */

const patience = 120_000;
/** Small enough for the pictures to be read in a page of text. */
const viewport = { width: 1080, height: 660 };
/** Around what a picture is cut to, in pixels. */
const margin = 8;
/** Made up, so that a picture shows what is found in an environment. */
const foundKey = {
  HUAWEICLOUD_SDK_AK: 'HPUA4EXAMPLE0000KEY0',
  HUAWEICLOUD_SDK_SK: 'not-a-key-but-an-example-of-one-0000000',
};

await main(async () => {
  await prepare();
  await ensureChromium();
  // Need node_modules, which a fresh clone has only now.
  const { openDemo } = await import('./lib/demo.mjs');
  const { desktopContext, launchChromium } = await import('./lib/browser.mjs');
  const workbench = await import('./lib/workbench.mjs');
  for (const folder of ['readme', 'walkthrough']) await mkdir(inProject('media', folder), { recursive: true });
  const demo = await openDemo({ headless: true, settings: workbench.followColorScheme, env: foundKey });
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
    await takeAll(page, demo, workbench);
  } finally {
    await browser.close();
    await demo.close();
  }
  console.log('The pictures in media/readme and media/walkthrough are new. Look at them before you commit them.');
});

/**
 * @param {Page} page
 * @param {import('./lib/demo.mjs').Demo} demo
 * @param {Workbench} workbench
 */
async function takeAll(page, { url, simulator }, workbench) {
  const { notification, openViewContainer, openWorkbench, quickInput, runCommand, treeRow, widenSideBar } = workbench;
  say('Opening the workbench.');
  await openWorkbench(page, url ?? '');
  await openViewContainer(page, 'ELB Jobs');
  await treeRow(page, 'cloneLoadbalancer').first().waitFor();
  await widenSideBar(page, 130);

  say('Adding credentials and tracking a job.');
  await runCommand(page, 'ELB Jobs: Add Credentials');
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
  await inBoth(page, workbench, 'walkthrough/credentials', quickInputWidget(page));
  await page.keyboard.press('Escape');
  await runCommand(page, 'Track ELB Job');
  await page.locator('.quick-input-widget').filter({ hasText: 'job_id' }).waitFor();
  const { jobId } = simulator.startJob({ kind: 'UPGRADE', durationMs: 90_000 });
  await quickInput(page).fill(jobId);
  await inBoth(page, workbench, 'walkthrough/track', quickInputWidget(page));
  await page.keyboard.press('Enter');

  say('Waiting for a job that fails.');
  const failed = notification(page, 'failed');
  await failed.waitFor();
  await inBoth(page, workbench, 'walkthrough/notifications', failed);
  await inBoth(page, workbench, 'readme/jobs');
  await runCommand(page, 'Notifications: Clear All Notifications');

  say('Waiting for the timeline to have something to show.');
  await treeRow(page, /UPGRADE_TRAFFIC_SWITCH/)
    .nth(1)
    .waitFor();
  // Of the job that was tracked last, whose row is selected.
  await runCommand(page, 'ELB Jobs: Show Timeline');
  await page
    .frameLocator('iframe.webview.ready:visible')
    .frameLocator('#active-frame')
    .getByRole('option')
    .first()
    .waitFor();
  // Other jobs may have ended meanwhile.
  await runCommand(page, 'Notifications: Clear All Notifications');
  await inBoth(page, workbench, 'walkthrough/watch');
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
    const box = await cutTo?.boundingBox();
    const clip = box && {
      x: Math.max(0, box.x - margin),
      y: Math.max(0, box.y - margin),
      width: Math.min(viewport.width - Math.max(0, box.x - margin), box.width + 2 * margin),
      height: Math.min(viewport.height - Math.max(0, box.y - margin), box.height + 2 * margin),
    };
    const file = path.join(inProject('media'), `${name}-${scheme}.png`);
    await page.screenshot({ path: file, ...(clip ? { clip } : {}) });
  }
  await workbench.setColorScheme(page, 'dark');
}
