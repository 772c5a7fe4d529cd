/** Loads the bundle in a separate process, as the extension host does, but without an editor. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

export interface Loaded {
  /** Milliseconds. */
  readonly loadMs: number;
  /** Bytes of resident memory more than before. */
  readonly residentBytes: number;
  /** Node's own modules that were loaded with it. */
  readonly nodeModules: readonly string[];
  readonly exports: readonly string[];
  /** Of the package: what was loaded, in the folder of the bundle. */
  readonly files: readonly string[];
}

/** Not dist/, which host tests use at the same time. */
export const bundleFolder = path.join('out', 'test', 'bundle');

export const bundle = path.resolve(bundleFolder, 'extension.js');

const loader = `
  const Module = require('node:module');
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? {} : load(name, ...rest));
  const known = new Set(process.moduleLoadList);
  const resident = process.memoryUsage.rss();
  const start = performance.now();
  const loaded = require(process.argv[1]);
  for (const file of process.argv.slice(2)) require(require('node:path').join(process.argv[1], '..', file));
  console.log(JSON.stringify({
    loadMs: performance.now() - start,
    residentBytes: process.memoryUsage.rss() - resident,
    nodeModules: process.moduleLoadList.filter((name) => !known.has(name)),
    exports: Object.keys(loaded),
    files: Object.keys(require.cache).map((file) => require('node:path').basename(file)),
  }));
`;

export function buildBundle(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', 'extension', '--production', `--dist=${bundleFolder}`]);
}

/** @param later Files of the package that are loaded after the bundle. */
export function loadBundle(later: readonly string[] = []): Loaded {
  return JSON.parse(execFileSync(process.execPath, ['-e', loader, bundle, ...later], { encoding: 'utf8' })) as Loaded;
}
