// Controls a workbench page as a person does: runs commands, opens views, finds rows and notifications.

/** @typedef {import('playwright-core').Page} Page */

/** For one attempt of `retry`. */
export const ATTEMPT_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 5;
const MAX_MOVES = 30;

/**
 * Repeats an action that the workbench may miss, as a person would.
 * @param {(attempt: number) => Promise<void>} work  Rejects if it had no effect.
 */
export async function retry(work) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work(attempt);
      return;
    } catch (cause) {
      if (attempt === MAX_ATTEMPTS) throw cause;
    }
  }
}

/**
 * Opens the address and waits until the workbench is shown.
 * @param {Page} page
 * @param {string} url
 * @param {string} [password]  If the server has a login page.
 */
export async function openWorkbench(page, url, password) {
  await page.goto(url);
  if (password !== undefined) {
    await page.locator('input[type=password]').fill(password);
    await page.keyboard.press('Enter');
  }
  await waitForWorkbench(page);
}

/** @param {Page} page */
export async function waitForWorkbench(page) {
  await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 180_000 });
}

/**
 * Runs a command from the command palette. Clicks the row with exactly this label: Enter would run the best match.
 * @param {Page} page
 * @param {string} title  The title in the palette, with its category if it has one.
 * @returns {Promise<import('playwright-core').Locator>} the quick input, for a command that shows one
 */
export async function runCommand(page, title) {
  const row = quickPickRow(page, title);
  await retry(async (attempt) => {
    await findInPalette(page, title, row, attempt);
    // If an editor that is being restored closes the palette before the click, the command has not run.
    await row.click({ timeout: ATTEMPT_TIMEOUT_MS });
  });
  return quickInput(page);
}

/**
 * Opens the command palette and types a text.
 * @param {Page} page
 * @param {string} text
 * @param {import('playwright-core').Locator} row  A row that the text must find.
 */
export async function openPalette(page, text, row) {
  await retry((attempt) => findInPalette(page, text, row, attempt));
}

/**
 * As `openPalette`, for an action that is repeated with what follows.
 * @param {Page} page
 * @param {string} text
 * @param {import('playwright-core').Locator} row
 * @param {number} attempt
 */
export async function findInPalette(page, text, row, attempt) {
  // F1 does not reopen a palette that is open.
  if (attempt > 1) await page.keyboard.press('Escape');
  // A window that has just loaded may miss the key or not have the command yet.
  await page.keyboard.press('F1');
  await quickInput(page).fill(`>${text}`, { timeout: ATTEMPT_TIMEOUT_MS });
  await row.waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
}

/** @param {Page} page */
export const quickInput = (page) => page.locator('.quick-input-widget input:visible').first();

/**
 * @param {Page} page
 * @param {string} label
 */
export const quickPickRow = (page, label) =>
  page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(label, { exact: true }) })
    .first();

/**
 * Returns the labels of a list's rows from its top. Reads them all at once, because rows may come and go.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export const quickPickLabels = (page) =>
  page
    .locator('.quick-input-list .monaco-list-row')
    .evaluateAll((rows) =>
      rows
        .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
        .map((row) => row.querySelector('.label-name')?.textContent ?? ''),
    );

/**
 * Shows the view container whose tab in the activity bar has this title.
 * @param {Page} page
 * @param {string} title
 */
export async function openViewContainer(page, title) {
  const tab = page.locator('.part.activitybar').getByRole('tab', { name: title }).first();
  const pane = page.locator('.part.sidebar .pane').first();
  await retry(async () => {
    // Checked each time, because a reloaded window shows the container late, and a click would then hide it.
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click({ timeout: ATTEMPT_TIMEOUT_MS });
    await tab.and(page.locator('[aria-selected=true]')).waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
    await pane.waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
  });
}

/**
 * Drags the edge of the side bar.
 * @param {Page} page
 * @param {number} pixels
 */
export async function widenSideBar(page, pixels) {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no side bar to widen.');
  const [edge, middle] = [box.x + box.width, box.y + box.height / 2];
  await page.mouse.move(edge, middle);
  await page.mouse.down();
  await page.mouse.move(edge + pixels, middle, { steps: 5 });
  await page.mouse.up();
}

/**
 * Returns whether a part of a row's description is shown, not cut off at the edge of the side bar.
 * @param {import('playwright-core').Locator} row
 * @param {string} part
 */
export function isShownInRow(row, part) {
  return row.locator('.label-description').evaluate((description, shown) => {
    const [text] = description.childNodes;
    const container = description.closest('.monaco-icon-label-container');
    const start = text?.nodeValue?.indexOf(shown) ?? -1;
    if (text === undefined || container === null || start === -1) return false;
    const range = description.ownerDocument.createRange();
    range.setStart(text, start);
    range.setEnd(text, start + shown.length);
    return range.getBoundingClientRect().right < container.getBoundingClientRect().right;
  }, part);
}

/**
 * @param {Page} page
 * @param {number} width in pixels; VS Code has a minimum of 170
 */
export async function setSideBarWidth(page, width) {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no side bar to widen.');
  await widenSideBar(page, width - box.width);
}

/**
 * Finds rows of a tree in the side bar by a part of their accessible name.
 * @param {Page} page
 * @param {string | RegExp} name
 */
export const treeRow = (page, name) => page.locator('.part.sidebar').getByRole('treeitem', { name });

/**
 * Opens the context menu of a row. Retries, because a click while another menu closes opens none.
 * @param {import('playwright-core').Locator} row
 */
export async function openContextMenu(row) {
  const menu = row.page().locator('.monaco-menu').first();
  await retry(async (attempt) => {
    // A menu that opened late would be in the way.
    if (attempt > 1) await row.page().keyboard.press('Escape');
    await row.click({ button: 'right', timeout: ATTEMPT_TIMEOUT_MS });
    await menu.waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
  });
}

/**
 * Presses ArrowDown until the focus is on the target. Waits for the effect of each key: a busy page would be asked to move on
 * while the focus is still on its way, and the target would be missed.
 * @param {import('playwright-core').Locator} focused  The focused row of a list.
 * @param {import('playwright-core').Locator} target
 */
export async function moveFocusDownTo(focused, target) {
  const page = focused.page();
  // Undefined while no row is focused.
  const place = async () => (await focused.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-index'))))[0];
  for (let moves = 0; moves < MAX_MOVES && (await focused.and(target).count()) === 0; moves += 1) {
    const before = await place();
    await page.keyboard.press('ArrowDown');
    // At its end, a list stays where it is.
    const end = Date.now() + ATTEMPT_TIMEOUT_MS;
    for (let now = await place(); Date.now() < end && (now === undefined || now === before); now = await place())
      await page.waitForTimeout(50);
  }
  await focused.and(target).first().waitFor();
}

/**
 * Returns the accessible names of rows. Reads them all at once, because rows may come and go.
 * @param {import('playwright-core').Locator} rows
 * @returns {Promise<string[]>}
 */
export const namesOfRows = (rows) => rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));

/**
 * Runs a command from the context menu of a row. Presses Enter, because a menu that has just opened ignores clicks.
 * @param {import('playwright-core').Locator} row
 * @param {string} title
 */
export async function runFromContextMenu(row, title) {
  const page = row.page();
  await openContextMenu(row);
  const item = page.getByRole('menuitem', { name: title });
  await item.hover();
  await page.locator('.action-item.focused').filter({ has: item }).waitFor();
  await page.keyboard.press('Enter');
  await item.waitFor({ state: 'detached' });
}

/**
 * @param {Page} page
 * @param {string | RegExp} name
 */
export async function expandTreeRow(page, name) {
  const row = treeRow(page, name).first();
  await row.waitFor();
  await retry(async () => {
    // The workbench may have expanded the row in the meantime.
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click({ timeout: ATTEMPT_TIMEOUT_MS });
    await row.and(page.locator('[aria-expanded=true]')).waitFor({ timeout: ATTEMPT_TIMEOUT_MS });
  });
}

/**
 * Expands the rows of the side bar until none is collapsed.
 * @param {Page} page
 */
export async function expandAllTreeRows(page) {
  const twistie = page.locator('.part.sidebar [role=treeitem][aria-expanded=false] .monaco-tl-twistie').first();
  await retry(async () => {
    // One row at a time: rows move when a row above them expands. A click fails if the last row has just expanded.
    while (await twistie.isVisible()) await twistie.click({ timeout: ATTEMPT_TIMEOUT_MS });
  });
}

/**
 * Starts to watch the rows of the side bar.
 * @param {Page} page
 * @returns {Promise<() => Promise<string[]>>} returns the accessible names of the rows that were redrawn since
 */
export async function watchTreeRows(page) {
  const names = await page.evaluateHandle(() => {
    /** @type {Set<string>} */
    const drawn = new Set();
    /** @param {Node} node */
    const note = (node) => {
      const row = (node instanceof Element ? node : node.parentElement)?.closest('.monaco-list-row');
      if (row) drawn.add(row.getAttribute('aria-label') ?? 'a row without a name');
    };
    const list = globalThis.document.querySelector('.part.sidebar .monaco-list-rows');
    if (!list) throw new Error('There is no tree in the side bar.');
    new MutationObserver((records) => {
      for (const { target, attributeName, oldValue, addedNodes, removedNodes } of records) {
        const isAsBefore =
          attributeName && target instanceof Element && target.getAttribute(attributeName) === oldValue;
        if (!isAsBefore) for (const node of [target, ...addedNodes, ...removedNodes]) note(node);
      }
    }).observe(list, {
      ...{ subtree: true, childList: true, characterData: true },
      ...{ attributes: true, attributeOldValue: true },
    });
    return drawn;
  });
  return () => names.evaluate((drawn) => [...drawn]);
}

/**
 * Starts to watch notifications, including those that close again.
 * @param {Page} page
 * @returns {Promise<(text: string) => Promise<number>>} returns how many notifications with this text were shown since
 */
export async function watchNotifications(page) {
  const toasts = await page.evaluateHandle(() => {
    /** @type {Map<Element, string>} */
    const seen = new Map();
    const note = () => {
      // A notification is emptied before it closes.
      for (const toast of globalThis.document.querySelectorAll('.notification-toast'))
        if (toast.textContent !== '') seen.set(toast, toast.textContent);
    };
    note();
    new MutationObserver(note).observe(globalThis.document.body, {
      ...{ subtree: true, childList: true, characterData: true },
    });
    return seen;
  });
  return (text) =>
    toasts.evaluate((seen, wanted) => [...seen.values()].filter((shown) => shown.includes(wanted)).length, text);
}

/**
 * @param {Page} page
 * @param {string | RegExp} text
 */
export const notification = (page, text) => page.locator('.notification-toast').filter({ hasText: text }).first();

/**
 * Finds an item in the status bar. Its id is the extension's id, a dot and the item's id.
 * @param {Page} page
 * @param {string} id
 */
export const statusBarItem = (page, id) => page.locator(`.part.statusbar [id="${id}"]`);

/**
 * Sets the system's colour scheme, which the workbench follows with the settings `followColorScheme`.
 * @param {Page} page
 * @param {'dark' | 'light' | 'high contrast' | 'high contrast light'} scheme
 */
export async function setColorScheme(page, scheme) {
  const classes = { dark: '.vs-dark', light: '.vs', 'high contrast': '.hc-black', 'high contrast light': '.hc-light' };
  await page.emulateMedia({
    colorScheme: scheme.endsWith('light') ? 'light' : 'dark',
    forcedColors: scheme.startsWith('high contrast') ? 'active' : 'none',
  });
  await page.locator(`.monaco-workbench${classes[scheme]}`).waitFor();
}

/** Settings with which the workbench follows the browser's colour scheme. Newer versions know the themes by these names, too. */
export const followColorScheme = {
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
  'workbench.preferredLightColorTheme': 'Default Light Modern',
};

/**
 * Does work that makes an extension save a secret, and waits until the page has saved it: the page does so a little later,
 * and an earlier reload would lose the secret.
 * @param {Page} page
 * @param {() => Promise<unknown>} work
 */
export async function waitForSavedSecret(page, work) {
  const read = () => globalThis.localStorage.getItem('secrets.provider');
  const before = await page.evaluate(read);
  await work();
  await page.waitForFunction((old) => globalThis.localStorage.getItem('secrets.provider') !== old, before);
}
