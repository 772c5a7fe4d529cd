import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import { sourceFiles } from '../../support/product/localized-strings';
import { MemoryLog } from '../../support/samples';

/** Without the simulator, which serves requests. */
const sources = sourceFiles('src')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !file.startsWith('src/simulator/'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe('the extension only reads', () => {
  it('apart from the request for a token: nothing else can send a POST, PUT, PATCH or DELETE', () => {
    assert.deepEqual(filesWith(/method: '(?!GET)/), ['src/cloud/http/cloud-api.ts']);
    assert.deepEqual(filesWith(/'(?:PUT|PATCH|DELETE)'/), []);
    // The timeline's panel has a method of that name for its page.
    assert.deepEqual(filesWith(/\bapi\.post\b|\bapi\['post'\]|\bCloudPost\b/).sort(), [
      'src/cloud/api/iam-client.ts',
      'src/cloud/http/cloud-api.ts',
    ]);
    const iam = sources.find(({ file }) => file === 'src/cloud/api/iam-client.ts')?.text ?? '';
    assert.deepEqual(iam.match(/\.post\(/g)?.length, 1);
    assert.match(iam, /\.post\(\s*\{[^}]*path: '\/v3\/auth\/tokens'/);
  });

  it('and only the texts that people copy or read name the request that ends the wait of an upgrade', () => {
    assert.deepEqual(filesWith(/\/upgrade\b['`]/).sort(), [
      'src/cloud/api/upgrade-command.ts',
      'src/ui/parts/upgrade-words.ts',
    ]);
    const importers = filesWith(/from '[^']*\/upgrade-command'/);
    assert.deepEqual(importers, ['src/ui/job-commands/upgrade-command-picker.ts']);
  });

  it('with every method of the client for ELB', async () => {
    const methods: string[] = [];
    const api = new CloudApi(
      ({ method }) => {
        methods.push(method);
        return Promise.reject(new Error('offline'));
      },
      () => 0,
    );
    const client: object = new ElbClient(api, new MemoryLog());
    const credential = { kind: 'token', token: 't' };
    const place = { endpoint: 'https://elb.example', projectId: 'p', jobId: 'j' };
    for (const name of Object.getOwnPropertyNames(ElbClient.prototype)) {
      const method: unknown = Reflect.get(client, name);
      if (name === 'constructor' || typeof method !== 'function') continue;
      await Promise.resolve()
        .then((): unknown => Reflect.apply(method, client, [place, credential, new AbortController().signal]))
        .catch(() => undefined);
    }
    assert.ok(methods.length > 0);
    assert.deepEqual(
      [...new Set(methods)].filter((method) => method !== 'GET'),
      [],
    );
  });
});
