/** A workbench in a browser, with the packaged extension installed as users install it, and a simulated cloud. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium, newContext } from '../../../scripts/lib/browser/browser.mjs';
import { type EditorFolders, editorFolders } from '../../../scripts/lib/editor/editor-folders.mjs';
import { createRunFolder, type RunFolder } from '../../../scripts/lib/process/guarded.mjs';
import { fixtureWorkspace } from '../../../scripts/lib/paths.mjs';
import {
  installExtension,
  type Server,
  startServer,
  workbenchUrl,
} from '../../../scripts/lib/editor/vscode-server.mjs';
import {
  followColorScheme,
  notification,
  openViewContainer,
  openWorkbench,
  quickPickRow,
  runCommand,
  setColorScheme,
  statusBarItem,
  waitForWorkbench,
} from '../../../scripts/lib/browser/workbench.mjs';
import type { AccessKey } from '../../../src/simulator/gateway/key-ring';
import { Simulator } from '../../../src/simulator/simulator';
import { MINUTE } from '../../../src/base/time-units';

/** For a test or a hook: enough for a busy machine to start an editor and for one wait to time out. */
export const MAX_TEST_MS = 8 * MINUTE;

export const EXTENSION_ID = 'elb-job-tracker.elb-job-tracker';

/** A busy window redraws rows more often than hovers open. */
const MAX_HOVERS = 12;

type ColorScheme = Parameters<typeof setColorScheme>[1];

export interface EditorOptions {
  readonly locale?: string;
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly cloud?: Simulator;
  /** Whether the folder is untrusted, which puts the window in Restricted Mode. */
  readonly isRestricted?: boolean;
  /** Whether hovers open. They may cover what a test clicks next. */
  readonly hasHovers?: boolean;
  /** Whether names of resources are shown. They come half a minute after a job, and change the rows that a test waits for. */
  readonly hasNames?: boolean;
}

export function packageToTest(): string {
  const vsix = process.env['ELB_TEST_VSIX'];
  assert.ok(vsix, 'npm run test:browser sets the package to test');
  return vsix;
}

export class Editor {
  private constructor(
    readonly cloud: Simulator,
    readonly run: RunFolder,
    readonly folders: EditorFolders,
    private readonly server: Server,
    private readonly browser: Browser,
    readonly page: Page,
    private readonly folder: string,
  ) {}

  /**
   * @param name names the folder of the run.
   * @param options folder: opened in the window, by default the harmless fixture; cloud: by default a new one, whose only
   * job is the official example.
   */
  static async open(name: string, options: EditorOptions = {}): Promise<Editor> {
    const { locale = 'en', folder = fixtureWorkspace, env = {}, settings = {} } = options;
    const { isRestricted = false, hasHovers = false, hasNames = false } = options;
    const cloud = options.cloud ?? (await Simulator.start());
    const run = await createRunFolder(name);
    const folders = editorFolders(run);
    await installExtension(folders, packageToTest());
    const server = await startServer(folders, {
      settings: {
        ...followColorScheme,
        'security.workspace.trust.startupPrompt': 'never',
        'elbJobs.resourceNames': hasNames,
        ...(hasHovers ? {} : { 'workbench.hover.delay': 10 * MINUTE }),
        ...settings,
      },
      locale,
      env,
      workspaceTrust: isRestricted,
    });
    const browser = await launchChromium(run);
    const context = await newContext(browser, { colorScheme: 'dark' });
    const page = await context.newPage();
    const editor = new Editor(cloud, run, folders, server, browser, page, folder);
    await editor.load();
    return editor;
  }

  /** Opens the window's address, which reloads a window that is open. */
  async load(): Promise<void> {
    await this.openIn(this.page);
  }

  /** Runs VS Code's own command, which saves the state of the tabs first. */
  async reload(): Promise<void> {
    const isLoaded = this.page.waitForEvent('load');
    await runCommand(this.page, 'Developer: Reload Window');
    await isLoaded;
    await waitForWorkbench(this.page);
  }

  /** Opens another window. Another browser has none of the person's secrets. */
  async openWindow(where: 'same browser' | 'another browser'): Promise<Page> {
    const context =
      where === 'same browser' ? this.page.context() : await newContext(this.browser, { colorScheme: 'dark' });
    const page = await context.newPage();
    await this.openIn(page);
    return page;
  }

  private async openIn(page: Page): Promise<void> {
    await openWorkbench(page, workbenchUrl(this.server, { folder: this.folder }));
  }

  get statusBar(): Locator {
    return statusBarItem(this.page, `${EXTENSION_ID}.elbJobs.status`);
  }

  /** Types into the input box with this prompt, and confirms. */
  async answer(prompt: string, text: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget').filter({ hasText: prompt });
    await box.waitFor();
    await box.locator('input:visible').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Filters the list with this placeholder by the text, and picks the first match. */
  async choose(placeholder: string, text: string): Promise<void> {
    const input = this.page.locator(`.quick-input-widget input[placeholder*="${placeholder}"]`);
    await input.waitFor();
    await input.fill(text);
    await quickPickRow(this.page, text).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Completes the sign-in wizard, which must be open at its first step. IAM returns the project. */
  async signIn(
    key: Pick<AccessKey, 'accessKey' | 'secretKey' | 'securityToken'> = this.cloud.accessKey,
  ): Promise<void> {
    const { accessKey, secretKey, securityToken = '' } = key;
    await this.choose('How do you sign in?', 'Access key (AK/SK)');
    await this.choose('Region of the load balancers', this.cloud.origin);
    await this.answer('Access key (AK)', accessKey);
    await this.answer('Secret key (SK)', secretKey);
    await this.answer('Security token', securityToken);
    await notification(this.page, 'Signed in to').waitFor();
  }

  /** Opens the view and signs in; no notification is left. */
  async openSignedIn(): Promise<void> {
    await openViewContainer(this.page, 'ELB Jobs');
    await runCommand(this.page, 'ELB Jobs: Add Credentials');
    await this.signIn();
    await runCommand(this.page, 'Notifications: Clear All Notifications');
  }

  /** Opens the hover of a row. Retries, because a redraw of the row closes it. */
  async openHover(row: Locator): Promise<Locator> {
    const hover = this.page.locator('.workbench-hover:visible');
    for (let attempt = 1; ; attempt += 1) {
      // Nothing here has a hover.
      await this.page.mouse.move(900, 600);
      await hover.waitFor({ state: 'detached' });
      await row.hover();
      try {
        const shown = hover.filter({ hasText: /Status|Error|Resource/ }).first();
        await shown.waitFor({ timeout: 5_000 });
        return shown;
      } catch (cause) {
        if (attempt === MAX_HOVERS) throw cause;
      }
    }
  }

  /** Takes a screenshot of the whole window in each colour scheme. */
  async screenshot(name: string, schemes: readonly ColorScheme[] = ['dark', 'light']): Promise<void> {
    for (const scheme of schemes) {
      await setColorScheme(this.page, scheme);
      await this.page.screenshot({ path: this.screenshotFile(`${name}-${scheme.replaceAll(' ', '-')}.png`) });
    }
    await setColorScheme(this.page, 'dark');
  }

  async screenshotFailure(name: string, page = this.page): Promise<void> {
    await page.screenshot({ path: this.screenshotFile(`failure-of-${name.replace(/\W+/g, '-')}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await this.cloud.stop();
    await this.run.remove();
  }

  screenshotFile(name: string): string {
    const folder = process.env['ELB_TEST_SCREENSHOTS'];
    assert.ok(folder, 'npm run test:browser sets the folder for screenshots');
    return path.join(folder, name);
  }
}
