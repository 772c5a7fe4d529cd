/** Waits for the layout of the workbench and of the page in its webview, which follow a new size of the window later. */
import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';

const POLL_MS = 100;
const MAX_WAIT_MS = 60_000;

/**
 * Resolves when the workbench is as large as the window, and the visible webview's page as large as its place in it, twice
 * running.
 * @param inner Returns the size of the webview's page.
 * @returns that size
 */
export async function waitForLayout(
  page: Page,
  inner: () => Promise<readonly [number, number]>,
): Promise<readonly [number, number]> {
  const webview = page.locator('iframe.webview.ready:visible').first();
  let before: string | undefined;
  const end = Date.now() + MAX_WAIT_MS;
  for (;;) {
    const window = page.viewportSize();
    const workbench = await page.locator('.monaco-workbench').boundingBox();
    const place = await webview.boundingBox();
    const size = await inner();
    const now = JSON.stringify([window, workbench, place, size]);
    const isFilled = workbench?.width === window?.width && workbench?.height === window?.height;
    const fits = Math.abs((place?.width ?? 0) - size[0]) <= 1 && Math.abs((place?.height ?? 0) - size[1]) <= 1;
    if (isFilled && fits && now === before) return size;
    if (Date.now() > end) assert.fail(`The window has no steady layout: ${now}`);
    before = now;
    await page.waitForTimeout(POLL_MS);
  }
}

/** Waits until an expression is true in the frame; fails with what should be true. */
export async function untilTrue(frame: Frame, expression: string, what: string): Promise<void> {
  const end = Date.now() + MAX_WAIT_MS;
  while (!(await frame.evaluate<boolean>(expression))) {
    if (Date.now() > end) assert.fail(`Not so: ${what}`);
    await frame.waitForTimeout(POLL_MS);
  }
}
