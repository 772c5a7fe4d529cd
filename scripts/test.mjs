// Runs the tests: `node scripts/test.mjs [unit] [host] [browser] [host-minimum]`; the default is the first three. All run, even
// if one fails. The last line is the total. `--vscode=minimum|stable|insiders|VERSION` chooses the VS Code for host and browser.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { homeVariables, temporaryFolderVariables } from './lib/process/environment.mjs';
import { createRunFolder, startGuarded } from './lib/process/guarded.mjs';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { ensureVscodeServer, canServerRun } from './lib/editor/install-vscode-server.mjs';
import { minimumVersion, readVscodeOption, vscodeVariable } from './lib/editor/vscode-version.mjs';
import { serverOf } from './lib/editor/vscode-servers.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { reportVariable } from './lib/tests/mocha-run.mjs';
import { printResults } from './lib/tests/print-results.mjs';
import { packageExtension } from './lib/editor/package-extension.mjs';
import { inProject, screenshotsFolder } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus } from './lib/process/progress.mjs';
import { failedPart, judgePart, skippedPart, suitesToRepeat, withRepeated } from './lib/tests/results.mjs';

const MINUTE = 60_000;
/** Most of these tests wait, so more files run at a time than there are processors. */
const PARALLEL_FILES = { unit: 2, browser: 3 };
const vsix = inProject('out', 'elb-job-tracker.vsix');
const plainTestRunner = inProject('scripts', 'lib', 'tests', 'run-plain-tests.mjs');
const hostTestRunner = inProject('scripts', 'lib', 'tests', 'run-host-tests.mjs');

/**
 * @typedef {object} Part
 * @property {number} timeoutMs  Only tests that hang take longer.
 * @property {(vscode: string | undefined) => Promise<void>} prepare  Builds what the part needs.
 * @property {readonly string[]} command  The script to run and its arguments.
 * @property {string} [vscode]  The VS Code to run in, whichever is chosen for the other parts.
 */
/** @type {Part} */
const host = {
  timeoutMs: 30 * MINUTE,
  prepare: () => build(['extension', 'simulator', 'host']),
  command: [hostTestRunner],
};
/** @type {Set<string>} */
const built = new Set();
/** @type {Record<string, Part>} */
const parts = {
  unit: {
    timeoutMs: 20 * MINUTE,
    prepare: () => build(['unit']),
    command: plainTests('unit', PARALLEL_FILES.unit),
  },
  browser: {
    timeoutMs: 40 * MINUTE,
    prepare: async (vscode) => {
      await ensureVscodeServer(serverOf(vscode));
      await ensureChromium();
      await build(['simulator', 'browser']);
      await packageExtension(vsix);
    },
    command: plainTests('browser', PARALLEL_FILES.browser),
  },
  host,
  'host-minimum': { ...host, vscode: minimumVersion() },
};
/** The host tests mostly wait, so they run beside the others. */
const lanes = [
  ['unit', 'browser'],
  ['host', 'host-minimum'],
];
const byDefault = ['unit', 'browser', 'host'];

await main(async () => {
  const { vscode, names: chosen } = readVscodeOption(process.argv.slice(2));
  const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
  if (unknown) throw new ExplainedError(`Unknown tests "${unknown}". Choose from: ${Object.keys(parts).join(', ')}.`);
  const names = Object.keys(parts).filter((name) => (chosen.length === 0 ? byDefault : chosen).includes(name));
  checkVersion(names, vscode);
  await prepare();
  /** @type {Map<string, import('./lib/tests/results.mjs').PartResult>} */
  const results = new Map();
  for (const name of names) {
    const unready = await preparePart(name, vscode);
    if (unready) results.set(name, unready);
  }
  const lanesToRun = lanes
    .map((lane) => lane.filter((name) => names.includes(name) && !results.has(name)))
    .filter((lane) => lane.length > 0);
  await Promise.all(
    lanesToRun.map(async (lane, index) => {
      for (const name of lane) {
        const part = parts[name];
        if (part) results.set(name, await runPart(name, part, part.vscode ?? vscode, index === 0));
      }
    }),
  );
  printResults(names.flatMap((name) => results.get(name) ?? []));
});

/**
 * Checks that the chosen VS Code can be used.
 * @param {readonly string[]} names
 * @param {string | undefined} vscode
 */
function checkVersion(names, vscode) {
  if (vscode !== undefined && names.includes('unit'))
    throw new ExplainedError('The unit tests run without VS Code. Use --vscode with test:host or test:browser.');
  const hasMinimum = names.includes('host-minimum');
  if (hasMinimum && vscode !== undefined && vscode !== minimumVersion())
    throw new ExplainedError(
      `The tests host-minimum always run in VS Code ${minimumVersion()}. Use --vscode with host, or leave it out.`,
    );
  if (!process.env['VSCODE_EXECUTABLE'] || !(hasMinimum || (vscode !== undefined && names.includes('host')))) return;
  const other = hasMinimum ? 'host-minimum' : '--vscode';
  throw new ExplainedError(`VSCODE_EXECUTABLE already chooses the VS Code. Unset it, or leave out ${other}.`);
}

/**
 * @param {string} name
 * @param {number} parallelFiles  How many files run at a time.
 */
function plainTests(name, parallelFiles) {
  return [plainTestRunner, inProject('out', 'test', name), String(parallelFiles)];
}

/**
 * Returns a result if the part cannot run.
 * @param {string} name
 * @param {string | undefined} vscode
 */
async function preparePart(name, vscode) {
  if (name === 'browser' && !canServerRun()) {
    printStatus('Skipped: the browser tests need VS Code’s server, which runs on Linux only.');
    return skippedPart(name);
  }
  try {
    await parts[name]?.prepare(vscode);
    return undefined;
  } catch (error) {
    printStatus(error instanceof ExplainedError ? error.message : String(error));
    return failedPart(name, 'they could not be started; fix the cause that is printed above');
  }
}

/**
 * Runs a part, and once more the suites with failed tests, unless a person selected the tests.
 * @param {string} name
 * @param {Part} part
 * @param {string | undefined} vscode
 * @param {boolean} isLive  Whether to print the output at once, else when the part has ended.
 */
async function runPart(name, part, vscode, isLive) {
  const selection = process.env['MOCHA_GREP'];
  const result = await runOnce(name, part, vscode, { isLive, selection });
  const suites = selection ? undefined : suitesToRepeat(result);
  if (suites === undefined) return result;
  printStatus(`Running the failed suites of the ${name} tests once more.`);
  return withRepeated(result, await runOnce(name, part, vscode, { isLive, selection: suites }));
}

/**
 * @param {string} name
 * @param {Part} part
 * @param {string | undefined} vscode
 * @param {{ isLive: boolean, selection: string | undefined }} options  selection: a pattern of titles
 */
async function runOnce(name, { command, timeoutMs }, vscode, { isLive, selection }) {
  const title = `\n== ${name} tests${vscode === undefined ? '' : ` in VS Code ${vscode}`}`;
  if (isLive) console.log(title);
  else printStatus(`Running the ${name} tests beside these; their results are printed when they have ended.`);
  const run = await createRunFolder(name);
  const reportFile = path.join(run.data, 'report.json');
  const home = path.join(run.data, 'home');
  await mkdir(home);
  await mkdir(screenshotsFolder, { recursive: true });
  const {
    process: started,
    ended,
    stop,
  } = startGuarded(process.execPath, ['--enable-source-maps', ...command], {
    output: isLive ? 'inherit' : 'pipe',
    env: {
      ...process.env,
      ...temporaryFolderVariables(run.temp),
      // The host tests may install VS Code's server first, for which npm needs the person's settings.
      ...(command[0] === hostTestRunner ? {} : homeVariables(home)),
      [reportVariable]: reportFile,
      [vscodeVariable]: vscode ?? '',
      MOCHA_GREP: selection ?? '',
      ELB_TEST_VSIX: vsix,
      ELB_TEST_SCREENSHOTS: screenshotsFolder,
    },
  });
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [started.stdout, started.stderr]) {
    stream?.on('data', (/** @type {Buffer} */ bytes) => output.push(bytes));
  }
  const timer = setTimeout(() => {
    printStatus(`The ${name} tests hang and were stopped after ${timeoutMs / MINUTE} minutes.`);
    void stop();
  }, timeoutMs);
  const exitCode = await ended;
  clearTimeout(timer);
  if (!isLive) process.stdout.write(Buffer.concat([Buffer.from(`${title}\n`), ...output]));
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  const leftInHome = await readdir(home, { recursive: true });
  await run.remove();
  return judgePart(name, { report, exitCode, selection, leftInHome });
}

/**
 * Builds those of the targets that no other part has built.
 * @param {readonly string[]} targets
 */
async function build(targets) {
  // Imported here because it needs node_modules, which prepare() installs.
  const { build } = await import('./build.mjs');
  await build(targets.filter((target) => !built.has(target)));
  for (const target of targets) built.add(target);
}
