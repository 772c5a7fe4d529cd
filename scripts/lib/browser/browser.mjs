// Starts headless Chromium and opens pages in it that behave as a person's browser does.
import { chromium } from 'playwright-core';
import { ensureChromium } from './chromium.mjs';

/**
 * @param {{ temp: string }} run  Where the browser keeps its profile.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium({ temp }) {
  const executablePath = await ensureChromium();
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temp; // Playwright makes the profile where this points to.
  try {
    return await chromium.launch({
      executablePath,
      // A signal ends this process, and with it the pipe that Chromium lives by.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      env: { ...process.env, HOME: temp, TMPDIR: temp },
      args: [
        ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync'],
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
    });
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** In ms: only what hangs takes longer, also beside other work. */
const PATIENCE = 120_000;

/** @type {import('playwright-core').BrowserContextOptions} */
export const desktopContext = { viewport: { width: 1280, height: 800 }, locale: 'en-US', reducedMotion: 'reduce' };

/**
 * A browser profile of its own: pages in one context share what SecretStorage keeps, as windows of one person do.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function newContext(browser, options = {}) {
  const context = await browser.newContext({ ...desktopContext, ...options });
  context.setDefaultTimeout(PATIENCE);
  // code-server's front end, which does not run here, would answer with half a key for SecretStorage.
  await context.route('**/mint-key', (route) =>
    route.fulfill({ status: 200, contentType: 'application/octet-stream', body: Buffer.alloc(32, 7) }),
  );
  return context;
}
