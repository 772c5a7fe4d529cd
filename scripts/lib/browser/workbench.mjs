// Does in a workbench page what a person does: runs commands, opens views, reads rows and notifications.

/** @typedef {import('playwright-core').Page} Page */

/** Of what a person would do once more where nothing comes of it: in ms for each, and how often at most. */
const ATTEMPT = 10_000;
const MOST_ATTEMPTS = 5;

/**
 * @param {(attempt: number) => Promise<void>} work  Rejects where nothing came of it.
 */
async function persistently(work) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work(attempt);
      return;
    } catch (cause) {
      if (attempt === MOST_ATTEMPTS) throw cause;
    }
  }
}

/**
 * Opens the address and waits until the workbench stands and its extensions run.
 * @param {Page} page
 * @param {string} url
 */
export async function openWorkbench(page, url) {
  await page.goto(url);
  await untilWorkbenchStands(page);
}

/** @param {Page} page */
export async function untilWorkbenchStands(page) {
  await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 180_000 });
}

/**
 * Runs a command by the palette. Clicks the row of exactly this label: Enter would take the best match.
 * @param {Page} page
 * @param {string} title  As the palette shows it, with its category where it has one.
 * @returns {Promise<import('playwright-core').Locator>} the input of the quick pick, for a command that goes on asking
 */
export async function runCommand(page, title) {
  const input = quickInput(page);
  await persistently(async (attempt) => {
    // A list that is open already is not made anew.
    if (attempt > 1) await page.keyboard.press('Escape');
    // A window that was loaded a moment ago may miss the key, or not have the command yet.
    await page.keyboard.press('F1');
    await input.fill(`>${title}`, { timeout: ATTEMPT });
    await quickPickRow(page, title).waitFor({ timeout: ATTEMPT });
  });
  // Once: a command is not to run twice.
  await quickPickRow(page, title).click();
  return input;
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
 * Shows the view container whose tab in the activity bar has this title.
 * @param {Page} page
 * @param {string} title
 */
export async function openViewContainer(page, title) {
  const tab = page.locator('.part.activitybar').getByRole('tab', { name: title }).first();
  const pane = page.locator('.part.sidebar .pane').first();
  await persistently(async () => {
    // Clicking the tab of a container that is shown hides it, and a window that was loaded anew may show it only just now.
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click({ timeout: ATTEMPT });
    await tab.and(page.locator('[aria-selected=true]')).waitFor({ timeout: ATTEMPT });
    await pane.waitFor({ timeout: ATTEMPT });
  });
}

/**
 * Drags the edge of the side bar, as a person does to read long rows.
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
 * A row of a tree in the side bar, found by a part of its accessible name.
 * @param {Page} page
 * @param {string | RegExp} name
 */
export const treeRow = (page, name) => page.locator('.part.sidebar').getByRole('treeitem', { name });

/**
 * Runs a command by the context menu of a row. By the keyboard, since a menu that has only just opened ignores a click.
 * @param {import('playwright-core').Locator} row
 * @param {string} title
 */
export async function runFromContextMenu(row, title) {
  const page = row.page();
  await row.click({ button: 'right' });
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
  await persistently(async () => {
    // It may be expanded meanwhile by what shows the row.
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click({ timeout: ATTEMPT });
    await row.and(page.locator('[aria-expanded=true]')).waitFor({ timeout: ATTEMPT });
  });
}

/**
 * Expands the rows of the side bar until none is collapsed.
 * @param {Page} page
 */
export async function expandAllTreeRows(page) {
  const twistie = page.locator('.part.sidebar [role=treeitem][aria-expanded=false] .monaco-tl-twistie').first();
  await persistently(async () => {
    // One after the other: the rows move when one above them opens, and the last may be open before it is clicked again.
    while (await twistie.isVisible()) await twistie.click({ timeout: ATTEMPT });
  });
}

/**
 * Watches the rows of the side bar from now on.
 * @param {Page} page
 * @returns {Promise<() => Promise<string[]>>} tells the accessible names of the rows that were drawn in any way again
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
 * Watches the notifications from now on, also those that are gone by the time that somebody looks.
 * @param {Page} page
 * @returns {Promise<(text: string) => Promise<number>>} tells how many there were with that text
 */
export async function watchNotifications(page) {
  const toasts = await page.evaluateHandle(() => {
    /** @type {Map<Element, string>} */
    const seen = new Map();
    const note = () => {
      // One that goes is emptied first.
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
    toasts.evaluate((seen, wanted) => [...seen.values()].filter((told) => told.includes(wanted)).length, text);
}

/**
 * @param {Page} page
 * @param {string | RegExp} text
 */
export const notification = (page, text) => page.locator('.notification-toast').filter({ hasText: text }).first();

/**
 * The item's text in the status bar; its id is the extension's id, a dot and the item's id.
 * @param {Page} page
 * @param {string} id
 */
export const statusBarItem = (page, id) => page.locator(`.part.statusbar [id="${id}"]`);

/**
 * Follows the system's colour scheme: needs the settings `followColorScheme`.
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

/** With these settings the workbench takes on the browser's colour scheme while it runs. */
export const followColorScheme = {
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredDarkColorTheme': 'Dark Modern',
  'workbench.preferredLightColorTheme': 'Light Modern',
};

/**
 * Does what makes an extension store a secret, and waits until the page has kept it: it does so a little later, and a
 * reload before that loses it.
 * @param {Page} page
 * @param {() => Promise<unknown>} work
 */
export async function untilSecretIsKept(page, work) {
  const read = () => globalThis.localStorage.getItem('secrets.provider');
  const before = await page.evaluate(read);
  await work();
  await page.waitForFunction((old) => globalThis.localStorage.getItem('secrets.provider') !== old, before);
}
