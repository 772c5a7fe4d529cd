// Runs the tests: `node scripts/test.mjs [unit] [host] [browser]`, all of them where none is named.
// Every part runs, whatever became of the others; the last line says what came of all.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createRunFolder, startGuarded } from './lib/process/guarded.mjs';
import { ensureChromium } from './lib/browser/chromium.mjs';
import { ensureVscodeServer, serverRunsHere } from './lib/editor/install-vscode-server.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { reportVariable } from './lib/tests/mocha-run.mjs';
import { packageExtension } from './lib/editor/package-extension.mjs';
import { inProject, projectRoot, screenshotsFolder } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { say } from './lib/process/progress.mjs';
import { deadPart, judgePart, skippedPart, summarize } from './lib/tests/results.mjs';

const minutes = 60_000;
const vsix = inProject('out', 'elb-job-tracker.vsix');
const plain = inProject('scripts', 'lib', 'tests', 'run-plain-tests.mjs');

/**
 * @typedef {object} Part
 * @property {number} limit  In ms; what takes longer hangs.
 * @property {() => Promise<string[]>} prepare  Builds what the part needs and gives the script to run, with its arguments.
 */
/** @type {Record<string, Part>} */
const parts = {
  unit: {
    limit: 15 * minutes,
    prepare: async () => {
      await build(['unit']);
      return inTwoLanes('unit');
    },
  },
  host: {
    limit: 30 * minutes,
    prepare: async () => {
      await build(['extension', 'simulator', 'host']);
      return [inProject('scripts', 'lib', 'tests', 'run-host-tests.mjs')];
    },
  },
  browser: {
    limit: 40 * minutes,
    prepare: async () => {
      await ensureVscodeServer();
      await ensureChromium();
      await build(['simulator', 'browser']);
      await packageExtension(projectRoot, vsix);
      return inTwoLanes('browser');
    },
  },
};
await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !parts[name]);
  if (unknown)
    throw new ExplainedError(`There are no "${unknown}" tests. Name some of: ${Object.keys(parts).join(', ')}.`);
  await prepare();
  const results = [];
  for (const [name, part] of Object.entries(parts)) {
    if (names.length === 0 || names.includes(name)) results.push(await runPart(name, part));
  }
  for (const { part, problem, failures = [] } of results) {
    for (const failure of failures) say(`Failed in the ${part} tests: ${failure}`);
    if (problem) say(`${part} tests: ${problem}.`);
  }
  const { line, ok } = summarize(results);
  if (results.every(({ passed, failed }) => passed + failed === 0)) say('No test was run; does MOCHA_GREP match any?');
  console.log(line);
  if (!ok) process.exitCode = 1;
});

/** @param {string} name */
function inTwoLanes(name) {
  say('Two files of tests run at a time; what came of one is told when it is through.');
  return [plain, inProject('out', 'test', name), '2'];
}

/**
 * @param {string} name
 * @param {Part} part
 */
async function runPart(name, part) {
  console.log(`\n== ${name} tests`);
  if (name === 'browser' && !serverRunsHere()) {
    say('Skipped: they need VS Code’s server, which runs on Linux only; everything else has been tested.');
    return skippedPart(name);
  }
  try {
    const command = await part.prepare();
    return await runToReport(name, part.limit, command);
  } catch (error) {
    say(error instanceof ExplainedError ? error.message : String(error));
    return deadPart(name, 'they could not be started; the lines above say why');
  }
}

/**
 * @param {string} name
 * @param {number} limit
 * @param {readonly string[]} command
 */
async function runToReport(name, limit, command) {
  const run = await createRunFolder(name);
  const reportFile = path.join(run.data, 'report.json');
  await mkdir(screenshotsFolder, { recursive: true });
  const { ended, stop } = startGuarded(process.execPath, ['--enable-source-maps', ...command], {
    output: 'inherit',
    env: {
      ...process.env,
      TMPDIR: run.temp,
      [reportVariable]: reportFile,
      ELB_TEST_VSIX: vsix,
      ELB_TEST_SCREENSHOTS: screenshotsFolder,
    },
  });
  const alarm = setTimeout(() => {
    say(`The ${name} tests hang: they are stopped after ${limit / minutes} minutes.`);
    void stop();
  }, limit);
  const exitCode = await ended;
  clearTimeout(alarm);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  await run.remove();
  return judgePart(name, { report, exitCode, selection: process.env['MOCHA_GREP'] });
}

/** @param {string[]} targets */
async function build(targets) {
  // Needs node_modules, which a fresh clone has only after prepare().
  const { build } = await import('./build.mjs');
  await build(targets);
}
