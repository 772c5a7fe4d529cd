// Packages the extension: `npm run package -- [--repository=URL] [--out FILE]`. With the address of its repository, as GitHub
// and Gitee have it, the package links to it and README has its pictures.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from './lib/editor/package-extension.mjs';
import { inProject } from './lib/paths.mjs';
import { main } from './lib/process/main.mjs';
import { printStatus } from './lib/process/progress.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { repository: { type: 'string' }, out: { type: 'string' } } });
  const vsix = path.resolve(values.out ?? inProject('out', 'elb-job-tracker.vsix'));
  const { repository, isPreRelease } = await packageExtension(vsix, values.repository);
  if (repository === undefined) {
    printStatus('README is packaged without its pictures, because the address of the repository is not known.');
  }
  console.log(`Packaged ${path.relative(process.cwd(), vsix)}${isPreRelease ? ', a pre-release' : ''}.`);
});
