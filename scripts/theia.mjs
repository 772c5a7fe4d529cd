// Checks that the extension works in Eclipse Theia: builds Theia, installs the package in it, signs in to the simulator,
// tracks a job, and waits until its row and a notification show its end. `npm run theia -- --keep-open` then keeps Theia
// open for a person, until Ctrl+C.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { packageExtension } from './lib/editor/package-extension.mjs';
import { createRunFolder } from './lib/process/guarded.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { inProject, screenshotsFolder } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus, step } from './lib/process/progress.mjs';
import { ensureTheia } from './lib/theia/install-theia.mjs';
import { startTheia } from './lib/theia/theia-server.mjs';
import {
  answer,
  choose,
  openTheia,
  runTheiaCommand,
  theiaNotification,
  theiaRow,
  waitForTheia,
} from './lib/theia/theia-workbench.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./lib/sandbox/sandbox-cloud.mjs').Simulator} Simulator */

const vsix = inProject('out', 'elb-job-tracker.vsix');
/** Enough to see the row of the running job, also after a reload on a busy machine. */
const JOB_MS = 60_000;

await main(async () => {
  const args = process.argv.slice(2);
  const staysOpen = args.includes('--keep-open');
  if (args.length > Number(staysOpen)) throw new ExplainedError('The only option is --keep-open.');
  await prepare();
  await ensureChromium();
  const root = await ensureTheia();
  // Imported here because they need node_modules, which prepare() installs.
  const { startSandboxCloud } = await import('./lib/sandbox/sandbox-cloud.mjs');
  const { launchProfile } = await import('./lib/browser/browser.mjs');
  await step('Packaging the extension', () => packageExtension(vsix));
  await mkdir(screenshotsFolder, { recursive: true });
  const { simulator } = await startSandboxCloud();
  const run = await createRunFolder('theia');
  const workspace = path.join(run.data, 'workspace');
  await mkdir(workspace);
  const server = await step('Starting Theia', () => startTheia(root, run, { vsix, workspace }));
  // Theia's webviews have other host names, which exist below localhost only.
  const url = server.address.replace('127.0.0.1', 'localhost');
  const context = await launchProfile(run);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    try {
      await openTheia(page, url);
      await trackOneJob(page, simulator);
    } catch (error) {
      const screenshot = path.join(screenshotsFolder, 'theia-failed.png');
      await page.screenshot({ path: screenshot }).catch(() => undefined);
      throw new ExplainedError(
        `${server.log()}\nThe check in Theia failed. Check the screenshot ${screenshot}.\n${String(error)}`,
      );
    }
    console.log(`The check in Theia passed. Its screenshots are in ${screenshotsFolder}.`);
    if (staysOpen) await untilInterrupted(url, simulator);
  } finally {
    await context.close();
    await server.stop();
    await simulator.stop();
    await run.remove();
  }
});

/**
 * @param {Page} page
 * @param {Simulator} simulator
 */
async function trackOneJob(page, simulator) {
  printStatus('Opening the view.');
  await runTheiaCommand(page, 'View: Toggle ELB Jobs');
  printStatus('Signing in to the simulator.');
  await runTheiaCommand(page, 'ELB Jobs: Add Credentials');
  await choose(page, 'How do you sign in?', 'Access key (AK/SK)');
  await choose(page, 'Region of the load balancers', simulator.origin);
  await answer(page, 'Access key (AK)', simulator.accessKey.accessKey);
  await answer(page, 'Secret key (SK)', simulator.accessKey.secretKey);
  await answer(page, 'Security token', '');
  await theiaNotification(page, 'Signed in to').waitFor();

  const { jobId } = simulator.startJob({ kind: 'cloneListener', durationMs: JOB_MS });
  const shortId = jobId.slice(0, 8);
  printStatus(`Tracking job ${jobId}.`);
  await runTheiaCommand(page, 'Track ELB Job');
  await answer(page, 'job_id', jobId);
  const row = theiaRow(page, shortId);
  await row.waitFor({ timeout: 10_000 }).catch(async () => {
    printStatus('The view still shows the welcome text, as Theia 1.74 does at its first opening. Reloading the page.');
    await page.reload();
    await waitForTheia(page);
    await row.waitFor();
  });
  await row.locator('.codicon-sync').waitFor();
  await page.screenshot({ path: path.join(screenshotsFolder, 'theia-running.png') });
  printStatus('Waiting until the row and a notification show that the job has ended.');
  await row.locator('.codicon-pass').waitFor();
  await theiaNotification(page, 'completed after').waitFor();
  await page.screenshot({ path: path.join(screenshotsFolder, 'theia-ended.png') });
}

/**
 * @param {string} url
 * @param {Simulator} simulator
 */
async function untilInterrupted(url, { origin, accessKey }) {
  console.log(`\nOpen this address in a browser: ${url}`);
  console.log(`Credentials of the simulator ${origin}: ${accessKey.accessKey}, ${accessKey.secretKey}`);
  console.log('To stop Theia, press Ctrl+C. It has no password: others on this computer can use it meanwhile.');
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
}
