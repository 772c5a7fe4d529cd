/** Lets VS Code activate the packaged extension as at the start of a person's day, in extension hosts that are new each. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, newContext } from '../../../scripts/lib/browser/browser.mjs';
import { type EditorFolders, editorFolders } from '../../../scripts/lib/editor/editor-folders.mjs';
import { createRunFolder } from '../../../scripts/lib/process/guarded.mjs';
import { fixtureWorkspace, inProject } from '../../../scripts/lib/paths.mjs';
import {
  installExtension,
  type Server,
  startServer,
  workbenchUrl,
} from '../../../scripts/lib/editor/vscode-server.mjs';
import { openWorkbench, runCommand } from '../../../scripts/lib/browser/workbench.mjs';
import type { FunctionCoverage } from './evaluated-code';

const EXTENSION_ID = 'elb-job-tracker.elb-job-tracker';
const WITNESS = inProject('test', 'bench', 'activation', 'witness');
const PATIENCE = 60_000;

/** In whole ms, as VS Code's Startup Performance tells them. */
export interface ActivationTimes {
  /** Until the bundle was loaded, with all that VS Code does for that, e.g. reading its translations. */
  readonly loadMs: number;
  /** Of `activate()`, until what it returned was there. */
  readonly activateMs: number;
}

export interface Activations {
  readonly times: readonly ActivationTimes[];
  /** What of the package VS Code loaded, in one more host, which is not timed. */
  readonly scripts: readonly LoadedScript[];
}

export interface LoadedScript {
  readonly name: string;
  readonly source: string;
  readonly functions: readonly FunctionCoverage[];
}

export async function activations(vsix: string, count: number): Promise<Activations> {
  const run = await createRunFolder('activation');
  const folders = editorFolders(run);
  await installExtension(folders, vsix);
  const browser = await launchChromium(run);
  try {
    const times = await activationTimes(browser, folders, count);
    return { times, scripts: await witnessedScripts(browser, folders, path.join(run.data, 'coverage.json')) };
  } finally {
    await browser.close();
    await run.remove();
  }
}

async function activationTimes(browser: Browser, folders: EditorFolders, count: number): Promise<ActivationTimes[]> {
  const server = await startServer(folders, { hasAllBuiltinExtensions: true });
  try {
    const times: ActivationTimes[] = [];
    for (let host = 0; host < count; host += 1) {
      times.push(await inNewWindow(browser, server, {}, measuredTimes));
    }
    return times;
  } finally {
    await server.stop();
  }
}

async function witnessedScripts(browser: Browser, folders: EditorFolders, file: string): Promise<LoadedScript[]> {
  const server = await startServer(folders, {
    env: { ELB_BENCH_COVERAGE: file },
    testDriver: true,
    hasAllBuiltinExtensions: true,
  });
  try {
    const witness = `vscode-remote://${server.authority}${WITNESS}`;
    return await inNewWindow(browser, server, { payload: [['extensionDevelopmentPath', witness]] }, async () => {
      const end = Date.now() + PATIENCE;
      while (!existsSync(file)) {
        if (Date.now() > end) throw new Error('The witness in the extension host has seen no activation.');
        await delay(50);
      }
      const scripts = JSON.parse(readFileSync(file, 'utf8')) as { url: string; functions: FunctionCoverage[] }[];
      return scripts.map(({ url, functions }) => {
        const script = url.startsWith('file:') ? fileURLToPath(url) : url;
        return { name: path.basename(script), source: readFileSync(script, 'utf8'), functions };
      });
    });
  } finally {
    await server.stop();
  }
}

/** Each window has an extension host of its own. */
async function inNewWindow<T>(
  browser: Browser,
  server: Server,
  options: Parameters<typeof workbenchUrl>[1],
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await newContext(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  try {
    const page = await context.newPage();
    await openWorkbench(page, workbenchUrl(server, { folder: fixtureWorkspace, ...options }));
    return await work(page);
  } finally {
    await context.close();
  }
}

async function measuredTimes(page: Page): Promise<ActivationTimes> {
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    const times = timesIn(await startupPerformance(page));
    if (times !== undefined) return times;
  }
  throw new Error('VS Code did not activate the extension.');
}

/** The text that is there to be copied into reports of slow starts. */
async function startupPerformance(page: Page): Promise<string> {
  await runCommand(page, 'Developer: Startup Performance');
  const lines = page.locator('.editor-instance .view-lines').first();
  await lines.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+C');
  const text = await page.evaluate<string>('navigator.clipboard.readText()');
  await runCommand(page, 'View: Close Editor');
  return text;
}

/** A row of: Extension, Eager, Load Code, Call Activate, Finish Activate, Event, By. */
function timesIn(text: string): ActivationTimes | undefined {
  const row = text.split('\n').find((line) => line.includes(`| ${EXTENSION_ID} `));
  const [, , , loadMs, callMs, finishMs] = row?.split('|').map(Number) ?? [];
  if (loadMs === undefined || callMs === undefined || finishMs === undefined) return undefined;
  return { loadMs, activateMs: callMs + finishMs };
}
