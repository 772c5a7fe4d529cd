// Packages the extension: `npm run package -- [--repository=URL] [--out FILE]`. With the address of its repository, as GitHub
// and Gitee have it, the package links to it and README has its pictures.
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from './lib/editor/package-extension.mjs';
import { inProject } from './lib/paths.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { printStatus } from './lib/process/progress.mjs';

const NAME = 'elb-job-tracker.vsix';

await main(async () => {
  const options = readOptions();
  const vsix = options.out === undefined ? inProject('out', NAME) : fileOf(options.out);
  const { repository, isPreRelease } = await packageExtension(vsix, options.repository);
  if (repository === undefined) {
    printStatus('README is packaged without its pictures, because the address of the repository is not known.');
  }
  console.log(`Packaged ${path.relative(process.cwd(), vsix)}${isPreRelease ? ', a pre-release' : ''}.`);
});

function readOptions() {
  try {
    return parseArgs({ options: { repository: { type: 'string' }, out: { type: 'string' } } }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExplainedError(`${why}. The only options are --repository=URL and --out FILE.`);
  }
}

/** @param {string} out  A file, or a folder that exists. */
function fileOf(out) {
  const isFolder = statSync(out === '' ? '.' : out, { throwIfNoEntry: false })?.isDirectory() === true;
  return path.resolve(out, isFolder ? NAME : '');
}
