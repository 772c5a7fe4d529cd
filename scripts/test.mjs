// Runs the tests: `node scripts/test.mjs [unit] [host] [browser]`; the default is all three parts. All parts run, even if
// one fails. The last line is the total. `--vscode=minimum|stable|insiders|VERSION` chooses the VS Code for host and browser.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { homeVariables, temporaryFolderVariables } from './lib/process/environment.mjs';
import { createRunFolder, startGuarded } from './lib/process/guarded.mjs';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { ensureVscodeServer, canServerRun } from './lib/editor/install-vscode-server.mjs';
import { readVscodeOption, vscodeVariable } from './lib/editor/vscode-version.mjs';
import { serverOf } from './lib/editor/vscode-servers.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { reportVariable } from './lib/tests/mocha-run.mjs';
import { printResults } from './lib/tests/print-results.mjs';
import { packageExtension } from './lib/editor/package-extension.mjs';
import { inProject, screenshotsFolder } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus } from './lib/process/progress.mjs';
import { failedPart, judgePart, skippedPart } from './lib/tests/results.mjs';

const MINUTE = 60_000;
/** How many files of the unit and browser tests run at a time. */
const PARALLEL_FILES = 2;
const vsix = inProject('out', 'elb-job-tracker.vsix');
const plainTestRunner = inProject('scripts', 'lib', 'tests', 'run-plain-tests.mjs');

/**
 * @typedef {object} Part
 * @property {number} timeoutMs  Only tests that hang take longer.
 * @property {(vscode: string | undefined) => Promise<string[]>} prepare  Builds what the part needs. Returns the script to
 *   run and its arguments.
 */
/** @type {Record<string, Part>} */
const parts = {
  unit: {
    timeoutMs: 15 * MINUTE,
    prepare: async () => {
      await build(['unit']);
      return plainTestsCommand('unit');
    },
  },
  host: {
    timeoutMs: 30 * MINUTE,
    prepare: async () => {
      await build(['extension', 'simulator', 'host']);
      return [inProject('scripts', 'lib', 'tests', 'run-host-tests.mjs')];
    },
  },
  browser: {
    timeoutMs: 40 * MINUTE,
    prepare: async (vscode) => {
      await ensureVscodeServer(serverOf(vscode));
      await ensureChromium();
      await build(['simulator', 'browser']);
      await packageExtension(vsix);
      return plainTestsCommand('browser');
    },
  },
};
await main(async () => {
  const { vscode, names: chosen } = readVscodeOption(process.argv.slice(2));
  const unknown = chosen.find((name) => !parts[name]);
  if (unknown) throw new ExplainedError(`Unknown tests "${unknown}". Choose from: ${Object.keys(parts).join(', ')}.`);
  const names = Object.keys(parts).filter((name) => chosen.length === 0 || chosen.includes(name));
  if (vscode !== undefined) checkVersion(names);
  await prepare();
  const results = [];
  for (const [name, part] of Object.entries(parts)) {
    if (names.includes(name)) results.push(await runPart(name, part, vscode));
  }
  printResults(results);
});

/** Checks that a VS Code can be chosen for the tests. @param {readonly string[]} names */
function checkVersion(names) {
  if (names.includes('unit'))
    throw new ExplainedError('The unit tests run without VS Code. Use --vscode with test:host or test:browser.');
  if (names.includes('host') && process.env['VSCODE_EXECUTABLE'])
    throw new ExplainedError('VSCODE_EXECUTABLE already chooses the VS Code. Unset it, or leave out --vscode.');
}

/** @param {string} name */
function plainTestsCommand(name) {
  printStatus(
    `Running ${PARALLEL_FILES} test files at a time; the results of a file are printed when it has finished.`,
  );
  return [plainTestRunner, inProject('out', 'test', name), String(PARALLEL_FILES)];
}

/**
 * @param {string} name
 * @param {Part} part
 * @param {string | undefined} vscode
 */
async function runPart(name, part, vscode) {
  console.log(vscode === undefined ? `\n== ${name} tests` : `\n== ${name} tests in VS Code ${vscode}`);
  if (name === 'browser' && !canServerRun()) {
    printStatus('Skipped: the browser tests need VS Code’s server, which runs on Linux only.');
    return skippedPart(name);
  }
  try {
    const command = await part.prepare(vscode);
    return await runToReport(name, part.timeoutMs, command, vscode);
  } catch (error) {
    printStatus(error instanceof ExplainedError ? error.message : String(error));
    return failedPart(name, 'they could not be started; fix the cause that is printed above');
  }
}

/**
 * @param {string} name
 * @param {number} timeoutMs
 * @param {readonly string[]} command
 * @param {string | undefined} vscode
 */
async function runToReport(name, timeoutMs, command, vscode) {
  const run = await createRunFolder(name);
  const reportFile = path.join(run.data, 'report.json');
  const home = path.join(run.data, 'home');
  await mkdir(home);
  await mkdir(screenshotsFolder, { recursive: true });
  const { ended, stop } = startGuarded(process.execPath, ['--enable-source-maps', ...command], {
    output: 'inherit',
    env: {
      ...process.env,
      ...temporaryFolderVariables(run.temp),
      // The host tests may install VS Code's server first, for which npm needs the person's settings.
      ...(name === 'host' ? {} : homeVariables(home)),
      [reportVariable]: reportFile,
      [vscodeVariable]: vscode ?? '',
      ELB_TEST_VSIX: vsix,
      ELB_TEST_SCREENSHOTS: screenshotsFolder,
    },
  });
  const timer = setTimeout(() => {
    printStatus(`The ${name} tests hang and were stopped after ${timeoutMs / MINUTE} minutes.`);
    void stop();
  }, timeoutMs);
  const exitCode = await ended;
  clearTimeout(timer);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  const leftInHome = await readdir(home, { recursive: true });
  await run.remove();
  return judgePart(name, { report, exitCode, selection: process.env['MOCHA_GREP'], leftInHome });
}

/** @param {string[]} targets */
async function build(targets) {
  // Imported here because it needs node_modules, which prepare() installs.
  const { build } = await import('./build.mjs');
  await build(targets);
}
