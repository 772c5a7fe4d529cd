// Builds with esbuild: `node scripts/build.mjs [TARGET …] [--production] [--watch]`; the default target is `extension`.
// dist/ holds what users get, or the folder of `--dist=FOLDER`; out/ holds everything else.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { lazyFiles } from './lib/build/lazy-files.mjs';
import { neverUsed, onlyHttpAdapter } from './lib/build/never-used.mjs';
import { bundledPackages, noticesOf } from './lib/build/notices.mjs';
import { isStartedScript } from './lib/paths.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** @type {esbuild.BuildOptions} */
const forNode = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  logLevel: 'warning',
};

/** Modules that the extension loads on first use: each becomes a separate file. */
const lazyModules = [
  'src/cloud/http/axios.ts',
  'src/automation/automation.ts',
  'src/ui/diagnostics/copy-diagnostics-command.ts',
];

/** @type {esbuild.BuildOptions} Tests load packages from node_modules and have source maps. */
const forTests = { ...forNode, packages: 'external', sourcemap: 'inline', outbase: 'test' };

/** @type {esbuild.BuildOptions} Without an editor, its part that the views use is a fake. */
const withoutEditor = { ...forTests, external: [], alias: { vscode: './test/support/fake-vscode.ts' } };

/** @type {esbuild.BuildOptions} The script of the timeline's web page. */
const timelinePage = {
  absWorkingDir: root,
  entryPoints: ['src/ui/timeline/webview/main.ts'],
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
};

/**
 * @param {boolean} production
 * @param {string} dist
 * @returns {Record<string, esbuild.BuildOptions | esbuild.BuildOptions[]>}
 */
const targets = (production, dist) => ({
  extension: [
    {
      ...forNode,
      entryPoints: ['src/extension.ts', ...lazyModules],
      outdir: dist,
      entryNames: '[name]',
      format: 'esm',
      splitting: true,
      write: false,
      metafile: true,
      plugins: [
        onlyHttpAdapter,
        lazyFiles(path.resolve(root, dist), {
          ...forNode,
          minify: production,
          sourcemap: production ? false : 'linked',
        }),
      ],
      minify: production,
      alias: neverUsed,
      sourcemap: production ? false : 'inline',
    },
    {
      ...timelinePage,
      outfile: path.join(dist, 'timeline.js'),
      minify: production,
      sourcemap: production ? false : 'linked',
    },
  ],
  sandbox: [
    { ...forNode, entryPoints: ['src/dev-extension.ts'], outfile: 'out/sandbox/package/dist/extension.js' },
    { ...timelinePage, outfile: 'out/sandbox/package/dist/timeline.js' },
  ],
  simulator: { ...forNode, entryPoints: ['src/simulator/simulator.ts'], outfile: 'out/simulator/simulator.js' },
  unit: {
    ...withoutEditor,
    inject: ['test/support/property-seed.ts'],
    entryPoints: ['test/unit/**/*.test.ts', 'test/soak/*.test.ts'],
    outdir: 'out/test/unit',
  },
  host: [
    { ...forTests, entryPoints: ['test/host/index.ts', 'test/host/**/*.test.ts'], outdir: 'out/test' },
    {
      ...forTests,
      entryPoints: ['main.ts', 'package.json'].map((name) => `test/fixtures/waiting-extension/${name}`),
      loader: { '.json': 'copy' },
      outdir: 'out/test',
    },
  ],
  browser: { ...forTests, entryPoints: ['test/browser/**/*.test.ts'], outdir: 'out/test' },
  bench: { ...withoutEditor, entryPoints: ['test/bench/*.bench.ts'], outdir: 'out/test' },
  'security-table': {
    ...withoutEditor,
    entryPoints: ['test/support/hostile/security-table.ts'],
    outfile: 'out/test/security-table.js',
  },
});

/**
 * Builds the named targets. Test folders are emptied first.
 * @param {string[]} names
 * @param {{ production?: boolean, watch?: boolean, dist?: string }} [options]  dist: relative to the project
 */
export async function build(names, { production = false, watch = false, dist = 'dist' } = {}) {
  const known = targets(production, dist);
  for (const name of names) {
    const options = known[name];
    if (!options) throw new Error(`Unknown build target "${name}". Available: ${Object.keys(known).join(', ')}.`);
    await rm(path.join(root, 'out', 'test', name), { recursive: true, force: true });
    const results = [];
    for (const each of [options].flat()) {
      if (watch) await (await esbuild.context({ ...each, logLevel: 'info' })).watch();
      else results.push(await esbuild.build({ ...each, metafile: true }));
    }
    if (name === 'extension' && production) await writeNotices(results, dist);
  }
}

/**
 * Writes THIRD-PARTY-NOTICES.txt, and for the test that checks it, what the bundles are made from.
 * @param {esbuild.BuildResult[]} results
 * @param {string} dist
 */
async function writeNotices(results, dist) {
  const metafiles = results.flatMap(({ metafile }) => metafile ?? []);
  const notices = await noticesOf(root, bundledPackages(metafiles));
  await writeFile(path.join(root, dist, 'THIRD-PARTY-NOTICES.txt'), notices);
  await mkdir(path.join(root, 'out'), { recursive: true });
  await writeFile(path.join(root, 'out', 'bundle-metafiles.json'), JSON.stringify(metafiles));
}

if (isStartedScript(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { production: { type: 'boolean' }, watch: { type: 'boolean' }, dist: { type: 'string' } },
  });
  await build(positionals.length > 0 ? positionals : ['extension'], values);
}
