/** A hostile text, and checks that the workbench shows it as plain text. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** If a link with this command worked, the workbench would visibly change. */
const CANARY = 'command:workbench.action.toggleZenMode';
export const HOSTILE =
  `<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script> ` +
  `[all is well](${CANARY}) <a href="${CANARY}">here</a> https://evil.example $(flame) **bold** &lt;img&gt; ` +
  `\u202eevil\u202c \u2066left \u001b[31mred\u001b[0m \u0007 one\r\ntwo\u2028three | # head`;

/** Asserts that there is nothing to fetch, run or click, and no character that controls the display. */
export async function assertPlain(shown: Locator, what: string): Promise<void> {
  assert.equal(await shown.locator('img, script, a[href^="command:"], a[data-href^="command:"]').count(), 0, what);
  // Some labels of the workbench are anchors without an address.
  assert.equal(
    await shown
      .locator('a[href], a[data-href]')
      .filter({ hasText: /all is well|evil/ })
      .count(),
    0,
    what,
  );
  assert.equal(await shown.locator('.codicon-flame').count(), 0, what);
  const text = await shown.innerText();
  assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u, what);
  assert.match(text, /<img src=x/, `${what} shows the text as it is`);
}

/** Asserts that no script ran, and no command of a link. */
export async function assertPageUnharmed(page: Page): Promise<void> {
  assert.equal(await page.evaluate('globalThis.pwned'), undefined, 'no script ran');
  assert.ok(await page.locator('.part.activitybar').isVisible(), 'no command of a link ran');
  assert.equal(await page.locator('img[src="x"]').count(), 0);
}
