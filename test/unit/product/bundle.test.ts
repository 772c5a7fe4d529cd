import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildBundle, bundle, loadBundle } from '../../support/product/load-bundle';

/** A text that only axios contains, also when minified. */
const AXIOS_TEXT = 'maxContentLength size of ';

describe('the bundle for users', () => {
  before(buildBundle);

  it('neither reads nor evaluates axios before the first request', () => {
    const { nodeModules, exports, files } = loadBundle();
    assert.ok(exports.includes('activate'));
    assert.deepEqual(files, ['extension.js']);
    assert.ok(!readFileSync(bundle, 'utf8').includes(AXIOS_TEXT));
    assert.ok(readFileSync(path.join(path.dirname(bundle), 'axios.js'), 'utf8').includes(AXIOS_TEXT));
    // axios loads these modules when it is evaluated.
    for (const name of ['NativeModule http', 'NativeModule https', 'NativeModule zlib']) {
      assert.ok(!nodeModules.includes(name), name);
    }
  });

  it('contains only the job scripts of the simulator, and nothing of `npm start`', () => {
    const code = readFileSync(bundle, 'utf8');
    for (const word of ['ELB_JOBS_SANDBOX', '_simulator', 'createServer', '39551f69-3c49-4200-8ad3-73f9a8b4a3e4']) {
      assert.ok(!code.includes(word), word);
    }
  });
});
