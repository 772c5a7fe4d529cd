// Builds with esbuild: `node scripts/build.mjs [NAME …] [--production] [--watch]`, the extension where no name is given.
// dist/ is what users get; out/ is everything else.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { neverUsed } from './lib/build/never-used.mjs';

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

/** Modules that the extension imports when it needs them: each is a file of its own, which is not read before. */
const lazily = ['src/cloud/http/axios.ts'];

/** @type {esbuild.Plugin} esbuild splits no CommonJS by itself. */
const apart = {
  name: 'apart',
  setup: (building) => {
    building.onResolve({ filter: /./ }, ({ kind, path: name, resolveDir }) => {
      const file = path.resolve(resolveDir, `${name}.ts`);
      if (kind !== 'dynamic-import' || !lazily.some((each) => path.join(root, each) === file)) return undefined;
      return { path: `./${path.basename(name)}.js`, external: true };
    });
  },
};

/** @type {esbuild.BuildOptions} Tests keep packages apart and lines findable. */
const forTests = { ...forNode, packages: 'external', sourcemap: 'inline', outbase: 'test' };

/**
 * @param {boolean} production
 * @returns {Record<string, esbuild.BuildOptions>}
 */
const targets = (production) => ({
  extension: {
    ...forNode,
    entryPoints: ['src/extension.ts', ...lazily],
    outdir: 'dist',
    entryNames: '[name]',
    plugins: [apart],
    minify: production,
    alias: neverUsed,
    sourcemap: production ? false : 'linked',
  },
  demo: { ...forNode, entryPoints: ['src/dev-extension.ts'], outfile: 'out/demo/package/dist/extension.js' },
  simulator: { ...forNode, entryPoints: ['src/simulator/simulator.ts'], outfile: 'out/simulator/simulator.js' },
  unit: {
    ...forTests,
    entryPoints: ['test/unit/**/*.test.ts', 'test/soak/*.test.ts'],
    outdir: 'out/test/unit',
  },
  host: { ...forTests, entryPoints: ['test/host/index.ts', 'test/host/**/*.test.ts'], outdir: 'out/test' },
  browser: { ...forTests, entryPoints: ['test/browser/**/*.test.ts'], outdir: 'out/test' },
  bench: {
    ...forTests,
    entryPoints: ['test/bench/*.bench.ts'],
    outdir: 'out/test',
    external: [],
    alias: { vscode: './test/support/fake-vscode.ts' },
  },
});

/**
 * Builds the named targets, tests into an empty folder.
 * @param {string[]} names
 * @param {{ production?: boolean, watch?: boolean }} [options]
 */
export async function build(names, { production = false, watch = false } = {}) {
  const known = targets(production);
  for (const name of names) {
    const options = known[name];
    if (!options) throw new Error(`There is no build "${name}". Known are: ${Object.keys(known).join(', ')}.`);
    await rm(path.join(root, 'out', 'test', name), { recursive: true, force: true });
    if (watch) await (await esbuild.context({ ...options, logLevel: 'info' })).watch();
    else if (name === 'extension' && production)
      await writeNotices(await esbuild.build({ ...options, metafile: true }));
    else await esbuild.build(options);
  }
}

/**
 * The licences of what is bundled ask for their texts to come along.
 * @param {esbuild.BuildResult} result
 */
async function writeNotices({ metafile }) {
  const inputs = Object.keys(metafile?.inputs ?? {});
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  const notices = [];
  for (const folder of [...folders].sort()) {
    const names = await readdir(path.join(root, folder));
    const licence = names.find((name) => /^licen[cs]e/i.test(name));
    if (!licence) throw new Error(`${folder} is bundled and comes without a licence text.`);
    const text = await readFile(path.join(root, folder, licence), 'utf8');
    notices.push(`${folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)}\n\n${text.trim()}\n`);
  }
  await writeFile(path.join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  await build(names.length > 0 ? names : ['extension'], {
    production: process.argv.includes('--production'),
    watch: process.argv.includes('--watch'),
  });
}
