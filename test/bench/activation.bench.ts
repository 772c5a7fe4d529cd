/**
 * Measures the extension's activation and size in the real extension host: `npm run bench -- activation [--json]`. Writes all
 * figures to test/bench/reports/activation.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageExtension } from '../../scripts/lib/editor/package-extension.mjs';
import { inProject } from '../../scripts/lib/paths.mjs';
import { evaluatedCodeBytes } from './activation/evaluated-code';
import { activations } from './activation/fresh-hosts';
import { MAX_VSIX_BYTES, MAX_VSIX_BYTES_WITHOUT_PICTURES } from '../support/product/package-limits';
import { vsixSizes } from '../support/product/vsix-sizes';
import { median } from './median';

const HOSTS = 7;
const REPORT = path.join('test', 'bench', 'reports', 'activation.json');
/** The scripts loaded before the first request, which loads axios. */
const BEFORE_FIRST_REQUEST = ['extension.js'];

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const vsix = inProject('out', 'elb-job-tracker.vsix');
  await packageExtension(vsix);
  const { times, scripts } = await activations(vsix, HOSTS);
  const names = scripts.map(({ name }) => name).join(', ');
  if (names !== BEFORE_FIRST_REQUEST.join(', ')) throw new Error(`Before the first request VS Code loaded: ${names}.`);
  const sizes = vsixSizes(vsix);
  const figures = {
    activateMs: median(times.map(({ activateMs }) => activateMs)),
    bytesBeforeFirstRequest: scripts.reduce((sum, { source }) => sum + Buffer.byteLength(source), 0),
    vsixBytes: sizes.bytes,
    vsixBytesWithoutPictures: sizes.bytesWithoutPictures,
  };
  const loadMs = median(times.map((each) => each.loadMs));
  const machine = { node: process.version, cores: os.cpus().length, load: os.loadavg()[0] };
  mkdirSync(path.dirname(REPORT), { recursive: true });
  /** The time that other work on this computer disturbed least. */
  const fastestMs = Math.min(...times.map(({ activateMs }) => activateMs));
  const evaluatedBytes = scripts.reduce((sum, script) => sum + evaluatedCodeBytes(script), 0);
  const report = { ...machine, ...figures, fastestMs, loadMs, evaluatedBytes, times };
  writeFileSync(REPORT, `${JSON.stringify(report, null, 2)}\n`);
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(
    `activate  ${figures.activateMs} ms (median of ${HOSTS} new extension hosts, fastest ${fastestMs} ms; target: 10)`,
  );
  console.log(`load      ${loadMs} ms to load the bundle, including VS Code's own work`);
  console.log(
    `code      ${figures.bytesBeforeFirstRequest} bytes read (${names}), ${evaluatedBytes} of them evaluated`,
  );
  console.log(`vsix      ${figures.vsixBytes} bytes (at most ${MAX_VSIX_BYTES}),`);
  console.log(
    `          ${figures.vsixBytesWithoutPictures} without pictures (at most ${MAX_VSIX_BYTES_WITHOUT_PICTURES})`,
  );
}
