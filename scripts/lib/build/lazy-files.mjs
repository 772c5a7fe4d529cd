// Makes the extension's bundle from modules that load at the start and modules that load on first use. esbuild splits only ES
// modules, and VS Code loads CommonJS, so a second pass converts the files of the first.
import path from 'node:path';
import esbuild from 'esbuild';

const MAIN = 'extension.js';

/**
 * Returns a plugin for a build with `splitting`. Writes each entry point as a CommonJS file. extension.js holds everything that it
 * imports, and exports to the other files what they share with it, so that each module exists once.
 * @param {string} outdir
 * @param {esbuild.BuildOptions} options  The options of the second pass.
 * @returns {esbuild.Plugin}
 */
export function lazyFiles(outdir, options) {
  return {
    name: 'lazy-files',
    setup: (building) => {
      building.onEnd(async ({ metafile, outputFiles, errors }) => {
        if (errors.length > 0 || !metafile || !outputFiles) return;
        const texts = new Map(outputFiles.map((file) => [path.basename(file.path), file.text]));
        const outputs = new Map(
          Object.entries(metafile.outputs).map(([file, output]) => [path.basename(file), output]),
        );
        const entries = [...outputs].filter(([, { entryPoint }]) => entryPoint !== undefined).map(([file]) => file);
        const inMain = [...staticImports(MAIN, outputs)];
        /** @param {string} file */
        const convert = async (file) => {
          const isMain = file === MAIN;
          await esbuild.build({
            ...options,
            bundle: true,
            stdin: { contents: isMain ? mainModule(inMain) : `export * from './${file}'`, resolveDir: outdir },
            outfile: path.join(outdir, file),
            plugins: [readingFrom(texts, (name) => entries.includes(name) && name !== file, isMain ? [] : inMain)],
          });
        };
        await Promise.all(entries.map(convert));
      });
    },
  };
}

/**
 * Returns the files that load together with one.
 * @param {string} file
 * @param {ReadonlyMap<string, esbuild.Metafile['outputs'][string]>} outputs
 * @param {Set<string>} [found]
 */
function staticImports(file, outputs, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path: imported, kind, external } of outputs.get(file)?.imports ?? []) {
    if (kind === 'import-statement' && !external) staticImports(path.basename(imported), outputs, found);
  }
  return found;
}

/**
 * Returns a module that exports what extension.js exports, and by a short name each file that other files may import.
 * @param {readonly string[]} inMain
 */
function mainModule(inMain) {
  const shared = inMain.map((file, index) => (file === MAIN ? '' : `export * as $${index} from './${file}';`));
  return `export * from './${MAIN}';${shared.join('')}`;
}

/**
 * @param {ReadonlyMap<string, string>} texts  The files of the first pass.
 * @param {(file: string) => boolean} isApart  Whether the import of a file is left to Node.js.
 * @param {readonly string[]} inMain  The files that are read from extension.js.
 * @returns {esbuild.Plugin}
 */
function readingFrom(texts, isApart, inMain) {
  return {
    name: 'read-first-pass',
    setup: (building) => {
      building.onResolve({ filter: /^\.\// }, ({ path: name, kind }) => {
        const file = path.basename(name);
        if (kind === 'require-call' || isApart(file)) return { path: name, external: true };
        return { path: file, namespace: inMain.includes(file) ? 'shared' : 'first-pass' };
      });
      building.onLoad({ filter: /./, namespace: 'first-pass' }, ({ path: file }) => ({
        contents: texts.get(file) ?? '',
      }));
      building.onLoad({ filter: /./, namespace: 'shared' }, ({ path: file }) => ({
        contents: `module.exports = require('./${MAIN}').$${inMain.indexOf(file)}`,
      }));
    },
  };
}
