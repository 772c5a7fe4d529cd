// Starts headless Chromium and opens browser contexts in it.
import path from 'node:path';
import { chromium } from 'playwright-core';
import { homeVariables, temporaryFolderVariables } from '../process/environment.mjs';
import { ensureChromium } from './chromium.mjs';

/**
 * @param {{ temp: string }} run  temp: the folder for the browser's profile
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium({ temp }) {
  const options = await launchOptions(temp);
  return withTemporaryFolder(temp, () => chromium.launch(options));
}

/**
 * Opens a browser with one lasting profile. Service workers need it.
 * @param {{ data: string, temp: string }} run
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export async function launchProfile({ data, temp }) {
  const options = { ...(await launchOptions(temp)), ...desktopContext };
  const context = await withTemporaryFolder(temp, () =>
    chromium.launchPersistentContext(path.join(data, 'browser-profile'), options),
  );
  context.setDefaultTimeout(TIMEOUT_MS);
  return context;
}

/** @param {string} temp */
async function launchOptions(temp) {
  return {
    executablePath: await ensureChromium(),
    timeout: TIMEOUT_MS,
    // When a signal ends this process, its pipe to Chromium closes, and Chromium exits.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    env: { ...process.env, ...homeVariables(temp), ...temporaryFolderVariables(temp) },
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  };
}

/**
 * Playwright creates folders in the folder for temporary files.
 * @template T
 * @param {string} temp
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withTemporaryFolder(temp, work) {
  const temporary = temporaryFolderVariables(temp);
  const before = Object.keys(temporary).map((name) => /** @type {const} */ ([name, process.env[name]]));
  Object.assign(process.env, temporary);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

/** On a busy machine, only an action that hangs takes longer. */
const TIMEOUT_MS = 120_000;

/** @type {import('playwright-core').BrowserContextOptions} */
export const desktopContext = { viewport: { width: 1280, height: 800 }, locale: 'en-US', reducedMotion: 'reduce' };

/**
 * Opens a browser profile. Its pages share SecretStorage, as a person's windows do.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function newContext(browser, options = {}) {
  const context = await browser.newContext({ ...desktopContext, ...options });
  context.setDefaultTimeout(TIMEOUT_MS);
  // Returns half of the key for SecretStorage, as code-server's front end does, which does not run here.
  await context.route('**/mint-key', (route) =>
    route.fulfill({ status: 200, contentType: 'application/octet-stream', body: Buffer.alloc(32, 7) }),
  );
  return context;
}
