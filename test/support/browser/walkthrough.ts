/** Opens the walkthrough, and finds its steps. */
import type { Locator, Page } from 'playwright-core';
import {
  ATTEMPT_TIMEOUT_MS,
  findInPalette,
  quickInput,
  quickPickRow,
  retry,
} from '../../../scripts/lib/browser/workbench.mjs';

/** The check mark of a step that is done. */
export const TICK = '.codicon-getting-started-step-checked.complete';

/** @param title of the walkthrough, in the editor's language. */
export async function openWalkthrough(page: Page, title: string): Promise<void> {
  // A walkthrough shows its pictures only if there is room for them.
  await page.setViewportSize({ width: 1600, height: 800 });
  // VS Code's language pack does not translate this command.
  const command = page.locator('.quick-input-list .monaco-list-row').getByText('Open Walkthrough').first();
  await retry(async (attempt) => {
    await findInPalette(page, 'Open Walkthrough', command, attempt);
    await command.click({ timeout: ATTEMPT_TIMEOUT_MS });
    await quickInput(page).fill(title, { timeout: ATTEMPT_TIMEOUT_MS });
    await quickPickRow(page, title).click({ timeout: ATTEMPT_TIMEOUT_MS });
  });
  await walkthroughStep(page, '').first().waitFor();
}

export function walkthroughStep(page: Page, title: string): Locator {
  return page.locator('.getting-started-step').filter({ hasText: title });
}

export function tickedStep(page: Page, title: string): Locator {
  return walkthroughStep(page, title)
    .filter({ has: page.locator(TICK) })
    .first();
}
