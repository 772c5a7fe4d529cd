// Controls a page of Eclipse Theia as a person does. Its quick inputs are those of VS Code.

/** @typedef {import('playwright-core').Page} Page */

/** The first opening of a window may miss a key. */
const ATTEMPT_TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 5;

/**
 * @param {Page} page
 * @param {string} url
 */
export async function openTheia(page, url) {
  await page.goto(url);
  await waitForTheia(page);
}

/** @param {Page} page */
export async function waitForTheia(page) {
  await page.locator('.theia-preload').waitFor({ state: 'detached', timeout: 180_000 });
  await page.locator('#theia-app-shell').waitFor();
}

/**
 * Runs a command from the command palette, by its exact title.
 * @param {Page} page
 * @param {string} title  With its category.
 */
export async function runTheiaCommand(page, title) {
  const row = page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(title, { exact: true }) })
    .first();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.keyboard.press('Escape');
      await page.keyboard.press('F1');
      await quickInput(page).fill(`>${title}`, { timeout: ATTEMPT_TIMEOUT_MS });
      await row.waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
      break;
    } catch (cause) {
      if (attempt === MAX_ATTEMPTS) throw cause;
    }
  }
  await row.click();
}

/** @param {Page} page */
const quickInput = (page) => page.locator('.quick-input-widget input:visible').first();

/**
 * Types into the input box with this prompt, and confirms.
 * @param {Page} page
 * @param {string} prompt
 * @param {string} text
 */
export async function answer(page, prompt, text) {
  const box = page.locator('.quick-input-widget').filter({ hasText: prompt });
  await box.waitFor();
  await box.locator('input:visible').first().fill(text);
  await page.keyboard.press('Enter');
}

/**
 * Filters the list with this placeholder by the text, and picks the first match.
 * @param {Page} page
 * @param {string} placeholder
 * @param {string} text
 */
export async function choose(page, placeholder, text) {
  const input = page.locator(`.quick-input-widget input[placeholder*="${placeholder}"]`);
  await input.waitFor();
  await input.fill(text);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().waitFor();
  await page.keyboard.press('Enter');
}

/**
 * @param {Page} page
 * @param {string | RegExp} text
 */
export const theiaRow = (page, text) => page.locator('.theia-TreeNode').filter({ hasText: text }).first();

/**
 * @param {Page} page
 * @param {string | RegExp} text
 */
export const theiaNotification = (page, text) =>
  page.locator('.theia-notification-list-item').filter({ hasText: text }).first();
