// Runs the unit tests with Node.js for Windows under Wine: `node scripts/test-windows.mjs [20 | 22] [--quick]`; the default is
// 20. With --quick, it leaves out tests that take minutes and hardly use the system. The last line is the total. If Wine
// cannot be had, the tests count as skipped.
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createRunFolder } from './lib/process/guarded.mjs';
import { main } from './lib/process/main.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus, step } from './lib/process/progress.mjs';
import { reportVariable } from './lib/tests/mocha-run.mjs';
import { printResults } from './lib/tests/print-results.mjs';
import { copyProjectWithUnitTests } from './lib/tests/project-copy.mjs';
import { judgePart, skippedPart, summarize } from './lib/tests/results.mjs';
import {
  checkNodeMajor,
  ensureWindowsEsbuild,
  ensureWindowsNode,
  windowsFolder,
} from './lib/windows/windows-programs.mjs';
import { ensurePrefix, ensureWine, startWine, windowsPath } from './lib/windows/wine.mjs';

const MINUTE = 60_000;
/** Only tests that hang take longer. */
const TIMEOUT_MS = 20 * MINUTE;
const TEST_TIMEOUT_MS = 4 * MINUTE;
/** They simulate files, processes and the network in memory, or search long texts. */
const notInQuickRun =
  /^soak[/\\](week|wrong-key)\.|^unit[/\\]fuzz[/\\]|(fault-matrix|properties|hostile-\w+|engine-model|(killed|racing)-movers|windows-agree)\.test\.js$/;
/** Less than on Linux: Wine starts processes slowly, and the fuzzers hardly use the system. */
const reducedCounts = { SOAK_ROUNDS: '20', KILL_STEP: '7', ELB_FUZZ_INPUTS: '5000' };

await main(async () => {
  const options = process.argv.slice(2);
  const isQuick = options.includes('--quick');
  const major = options.find((option) => option !== '--quick') ?? '20';
  checkNodeMajor(major);
  const part = `windows-${major}`;
  const wine = await ensureWine();
  if (typeof wine === 'string') {
    printStatus(`Skipped: the tests for Windows need Wine. ${wine}`);
    console.log(summarize([skippedPart(part)]).line);
    return;
  }
  await prepare();
  const node = await ensureWindowsNode(major);
  const esbuild = await ensureWindowsEsbuild();
  const prefix = path.join(windowsFolder, 'prefix');
  await ensurePrefix(wine, prefix);
  printResults([await runTests(part, isQuick, { wine, prefix, node, esbuild })]);
});

/**
 * @param {string} part
 * @param {boolean} isQuick
 * @param {{ wine: import('./lib/windows/wine.mjs').WinePrograms, prefix: string, node: string, esbuild: string }} programs
 */
async function runTests(part, isQuick, { wine, prefix, node, esbuild }) {
  const run = await createRunFolder(part);
  const project = path.join(run.data, 'project');
  const reportFile = path.join(run.data, 'report.json');
  const tests = await step('Building the tests', () => copyProjectWithUnitTests(project));
  if (isQuick) await removeSlowTests(path.join(project, tests));
  const running = await startWine(wine, prefix);
  let exitCode;
  try {
    await emptyTemporaryFolders(prefix);
    const script = path.join('scripts', 'lib', 'tests', 'run-plain-tests.mjs');
    exitCode = await running.run([node, '--enable-source-maps', script, tests, '1', String(TEST_TIMEOUT_MS)], {
      timeoutMs: TIMEOUT_MS,
      cwd: project,
      env: {
        ...reducedCounts,
        ESBUILD_BINARY_PATH: windowsPath(esbuild),
        [reportVariable]: windowsPath(reportFile),
      },
    });
  } finally {
    await running.stop();
  }
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  await run.remove();
  return judgePart(part, { report, exitCode, selection: process.env['MOCHA_GREP'] });
}

/** @param {string} folder  Of the built tests. */
async function removeSlowTests(folder) {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((each) => notInQuickRun.test(each))) await rm(path.join(folder, name));
}

/**
 * Removes what killed tests left.
 * @param {string} prefix
 */
async function emptyTemporaryFolders(prefix) {
  const users = path.join(prefix, 'drive_c', 'users');
  for (const user of await readdir(users)) {
    const folder = path.join(users, user, 'Temp');
    for (const name of await readdir(folder).catch(() => [])) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
}
