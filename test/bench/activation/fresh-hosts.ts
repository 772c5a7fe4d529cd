/** Measures how VS Code activates the packaged extension, each time in a new extension host. */
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
import { MINUTE } from '../../../src/base/time-units';
import type { FunctionCoverage } from './evaluated-code';

const EXTENSION_ID = 'elb-job-tracker.elb-job-tracker';
const COVERAGE_RECORDER = inProject('test', 'bench', 'activation', 'coverage-recorder');
const TIMEOUT_MS = MINUTE;

/** In whole milliseconds, from VS Code's Startup Performance. */
interface ActivationTimes {
  /** Loading the bundle, and everything VS Code does for it, e.g. reading translations. */
  readonly loadMs: number;
  /** Calling `activate()`, until its result is available. */
  readonly activateMs: number;
}

interface Activations {
  readonly times: readonly ActivationTimes[];
  /** The scripts of the package that VS Code loaded, recorded in one more host, which is not timed. */
  readonly scripts: readonly LoadedScript[];
}

interface LoadedScript {
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
    return { times, scripts: await loadedScripts(browser, folders, path.join(run.data, 'coverage.json')) };
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

async function loadedScripts(browser: Browser, folders: EditorFolders, file: string): Promise<LoadedScript[]> {
  const server = await startServer(folders, {
    env: { ELB_BENCH_COVERAGE: file },
    testDriver: true,
    hasAllBuiltinExtensions: true,
  });
  try {
    const recorder = `vscode-remote://${server.authority}${COVERAGE_RECORDER}`;
    return await inNewWindow(browser, server, { payload: [['extensionDevelopmentPath', recorder]] }, async () => {
      const end = Date.now() + TIMEOUT_MS;
      while (!existsSync(file)) {
        if (Date.now() > end) throw new Error('The coverage recorder saw no activation.');
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

/** Opens a window, which has a new extension host, and closes it after the work. */
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
  for (const end = Date.now() + TIMEOUT_MS; Date.now() < end;) {
    const times = timesIn(await startupPerformance(page));
    if (times !== undefined) return times;
  }
  throw new Error('VS Code did not activate the extension.');
}

/** Returns the text that VS Code offers for reports of slow starts. */
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

/** Reads the extension's row. Its columns: Extension, Eager, Load Code, Call Activate, Finish Activate, Event, By. */
function timesIn(text: string): ActivationTimes | undefined {
  const row = text.split('\n').find((line) => line.includes(`| ${EXTENSION_ID} `));
  const [, , , loadMs, callMs, finishMs] = row?.split('|').map(Number) ?? [];
  if (loadMs === undefined || callMs === undefined || finishMs === undefined) return undefined;
  return { loadMs, activateMs: callMs + finishMs };
}
