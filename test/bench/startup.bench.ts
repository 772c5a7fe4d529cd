/** Measures the extension before its first request: time and memory to load the bundle, and its size. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { median } from './median';
import { buildBundle, bundle, loadBundle } from '../support/product/load-bundle';

const RUNS = 15;

buildBundle();
const runs = Array.from({ length: RUNS }, loadBundle);
const code = readFileSync(bundle);
const figures = {
  loadMs: median(runs.map(({ loadMs }) => loadMs)),
  residentMiB: median(runs.map(({ residentBytes }) => residentBytes)) / 2 ** 20,
  bundleBytes: code.length,
  bundleGzipBytes: gzipSync(code, { level: 9 }).length,
};

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(figures));
} else {
  console.log(`load    ${figures.loadMs.toFixed(1)} ms (median of ${RUNS} fresh processes)`);
  console.log(`memory  ${figures.residentMiB.toFixed(1)} MiB resident`);
  console.log(`bundle  ${figures.bundleBytes} bytes, ${figures.bundleGzipBytes} gzipped`);
}
