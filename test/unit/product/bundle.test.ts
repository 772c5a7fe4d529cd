import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { missingNotices, noticesOf } from '../../../scripts/lib/build/notices.mjs';
import { buildBundle, bundle, bundleFolder, loadBundle } from '../../support/product/load-bundle';

/** A text that only axios contains, also when minified. */
const AXIOS_TEXT = 'maxContentLength size of ';

/** Texts that only the code of tasks, and of Copy Diagnostics, has. */
const LATER_TEXTS = {
  'automation.js': 'Ctrl+C ends the waiting',
  'copy-diagnostics-command.js': 'ELB Job Tracker: diagnostics of',
};

describe('the bundle for users', () => {
  before(buildBundle);

  it('neither reads nor evaluates axios before the first request', () => {
    const { nodeModules, exports, files } = loadBundle();
    assert.ok(exports.includes('activate'));
    assert.deepEqual(files, ['extension.js']);
    assert.ok(!readFileSync(bundle, 'utf8').includes(AXIOS_TEXT));
    assert.ok(readFileSync(path.join(path.dirname(bundle), 'axios.js'), 'utf8').includes(AXIOS_TEXT));
    // axios loads these modules when it is evaluated.
    for (const name of ['NativeModule http', 'NativeModule https', 'NativeModule http2']) {
      assert.ok(!nodeModules.includes(name), name);
    }
  });

  it('does not read the code of tasks, and of Copy Diagnostics, before the first use', () => {
    const { files } = loadBundle();
    assert.deepEqual(files, ['extension.js']);
    for (const [file, text] of Object.entries(LATER_TEXTS)) {
      assert.ok(!readFileSync(bundle, 'utf8').includes(text), text);
      assert.ok(readFileSync(path.join(path.dirname(bundle), file), 'utf8').includes(text), text);
    }
  });

  it('reads code that it has already from the first file, so that a later file neither repeats it nor differs from it', () => {
    const { files, exports } = loadBundle(['automation.js', 'copy-diagnostics-command.js', 'axios.js']);
    assert.deepEqual(files, ['extension.js', 'automation.js', 'copy-diagnostics-command.js', 'axios.js']);
    assert.ok(exports.includes('$1'));
    // Words that a window and a task show.
    const text = 'A quota is used up';
    const withText = files.filter((file) => readFileSync(path.join(path.dirname(bundle), file), 'utf8').includes(text));
    assert.deepEqual(withText, ['extension.js']);
  });

  it('has each module once, so that a class or a cache of one file is the same in another', () => {
    const metafiles = JSON.parse(readFileSync('out/bundle-metafiles.json', 'utf8')) as Metafile[];
    const outputs = new Map(metafiles.flatMap(({ outputs: each }) => Object.entries(each)));
    const loadedWith = (file: string, found = new Set<string>()): ReadonlySet<string> => {
      found.add(file);
      for (const { path: other, kind } of outputs.get(file)?.imports ?? [])
        if (kind === 'import-statement' && outputs.has(other) && !found.has(other)) loadedWith(other, found);
      return found;
    };
    const entries = [...outputs].filter(([, { entryPoint }]) => entryPoint !== undefined).map(([file]) => file);
    const main = entries.find((file) => path.basename(file) === 'extension.js') ?? assert.fail();
    const shared = loadedWith(main);
    assert.ok(shared.size > 1);
    // lazyFiles() would copy a file that only later files share into each of them.
    const copied = entries.filter((file) => file !== main).flatMap((file) => [...loadedWith(file)]);
    const once = copied.filter((file) => !shared.has(file));
    assert.deepEqual(once.sort(), [...new Set(once)].sort());
  });

  it('has no code of axios for other ways to send a request, or to follow redirects', () => {
    const code = readFileSync(path.join(path.dirname(bundle), 'axios.js'), 'utf8');
    for (const text of ['XMLHttpRequest', 'Maximum number of redirects']) assert.ok(!code.includes(text), text);
  });

  it('contains only the job scripts of the simulator, and nothing of `npm start`', () => {
    const code = readFileSync(bundle, 'utf8');
    for (const word of ['ELB_JOBS_SANDBOX', '_simulator', 'createServer', '39551f69-3c49-4200-8ad3-73f9a8b4a3e4']) {
      assert.ok(!code.includes(word), word);
    }
  });

  describe('its third-party notices', () => {
    const notices = () => readFileSync(path.join(bundleFolder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const shippedScripts = () => readdirSync(bundleFolder).filter((name) => name.endsWith('.js'));
    /** The packages whose code is in the scripts that users get, by esbuild's report. */
    const packages = () => {
      const metafiles = JSON.parse(readFileSync('out/bundle-metafiles.json', 'utf8')) as Metafile[];
      const outputs = metafiles.flatMap((metafile) => Object.entries(metafile.outputs));
      const scripts = outputs.filter(([, { entryPoint }]) => entryPoint !== undefined);
      assert.deepEqual(scripts.map(([file]) => path.basename(file)).sort(), shippedScripts().sort());
      const inputs = outputs.flatMap(([, output]) => Object.keys(output.inputs));
      return [...new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []))].sort();
    };

    it('cover every package in the bundle with the whole text of its licence, and no other', async () => {
      assert.ok(packages().includes('node_modules/axios'));
      assert.deepEqual(missingNotices(notices(), packages()), []);
      for (const folder of packages()) {
        const licence = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) ?? '';
        assert.ok(notices().includes(readFileSync(path.join(folder, licence), 'utf8').trim()), folder);
      }
      assert.equal(notices(), await noticesOf('.', packages()));
    });

    it('are incomplete if a package, or the text of its licence, is missing', async () => {
      for (const folder of packages()) {
        const others = await noticesOf(
          '.',
          packages().filter((each) => each !== folder),
        );
        assert.deepEqual(missingNotices(others, packages()), [folder]);
      }
      assert.deepEqual(missingNotices('axios\n\n', ['node_modules/axios']), ['node_modules/axios']);
      await assert.rejects(noticesOf('.', ['test/fixtures']), /has no licence file/);
    });
  });

  it('is built from packages whose install scripts did not run', () => {
    assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m);
  });
});
