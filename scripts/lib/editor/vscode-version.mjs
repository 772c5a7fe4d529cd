// The version of VS Code to test: the option `--vscode=minimum|stable|insiders|VERSION`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { inProject } from '../paths.mjs';
import { parseJson } from '../process/json.mjs';
import { ExplainedError } from '../process/main.mjs';

/** The environment variable in which test.mjs passes the version to the processes of the tests; empty for the default. */
export const vscodeVariable = 'ELB_TEST_VSCODE';

/** Returns the version that test.mjs chose for the tests in this process; undefined for the default. */
export function versionToTest() {
  const version = process.env[vscodeVariable];
  return version === '' ? undefined : version;
}

/**
 * Returns the oldest VS Code that the manifest supports.
 * @param {string} [range]  As in the manifest's `engines.vscode`.
 * @returns {string} such as 1.100.0
 */
export function minimumVersion(range = readEngine()) {
  const version = /^\^(\d+\.\d+\.\d+)$/.exec(range)?.[1];
  if (version === undefined)
    throw new ExplainedError(`engines.vscode in package.json is "${range}". Write it as ^1.100.0.`);
  return version;
}

function readEngine() {
  const manifest = /** @type {{ engines: { vscode: string } }} */ (
    parseJson(readFileSync(inProject('package.json'), 'utf8'))
  );
  return manifest.engines.vscode;
}

/**
 * Reads a script's arguments.
 * @param {readonly string[]} args
 * @returns {{ vscode: string | undefined, names: string[] }} vscode: `stable`, `insiders`, a version such as 1.100.0, or
 *   undefined without the option; names: the other arguments
 */
export function readVscodeOption(args) {
  const { values, positionals: names } = parseOptions(args);
  return { vscode: values.vscode === undefined ? undefined : versionOf(values.vscode), names };
}

/** @param {readonly string[]} args */
function parseOptions(args) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { vscode: { type: 'string' } } });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExplainedError(`${why}. The only option is --vscode=minimum, stable, insiders or a version.`);
  }
}

/** @param {string} given */
function versionOf(given) {
  if (given === 'minimum') return minimumVersion();
  if (given === 'stable' || given === 'insiders') return given;
  if (!/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(given)) {
    throw new ExplainedError(
      `--vscode is "${given}". Choose minimum, stable, insiders or a version such as ${minimumVersion()}.`,
    );
  }
  if (isOlder(given, minimumVersion())) {
    throw new ExplainedError(
      `The extension does not support VS Code ${given}: the minimum in package.json is ${minimumVersion()}.`,
    );
  }
  return given;
}

/**
 * @param {string} version
 * @param {string} other
 */
function isOlder(version, other) {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
