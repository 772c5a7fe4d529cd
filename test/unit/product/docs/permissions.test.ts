import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MAX_IDS_PER_REQUEST } from '../../../../src/jobs/resources/resource-source';
import { RESOURCE_ACTIONS } from '../../../../src/jobs/model/project-resources';
import { sourceFiles } from '../../../support/product/localized-strings';
import { readMarkdown } from '../../../support/product/markdown-files';

interface Policy {
  readonly Version: string;
  readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[] }[];
}

const page = readMarkdown('docs/permissions.md');
const policies = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json) as Policy);
const sources = sourceFiles('src')
  .filter((file) => !file.replaceAll('\\', '/').startsWith('src/simulator/'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe('the page about permissions', () => {
  it('has a policy of each kind, which allows what the extension requests and nothing else', () => {
    assert.deepEqual(
      policies.map((policy) => policy.Version),
      ['5.0', '1.1'],
    );
    const allowed = { Effect: 'Allow', Action: [...RESOURCE_ACTIONS] };
    assert.deepEqual(
      policies.map((policy) => policy.Statement),
      [[{ ...allowed, Resource: ['*'] }], [allowed]],
    );
  });

  it('allows only reading', () => {
    const actions = policies.flatMap(({ Statement: statements }) => statements.flatMap(({ Action: names }) => names));
    assert.ok(actions.every((action) => /^elb:[a-z]+:list$/.test(action)));
  });

  it('leaves out no action that the code names', () => {
    const named = new Set(sources.match(/elb:[a-z]+:[a-z]+/gi));
    // A person needs it for the command that completes an upgrade.
    assert.deepEqual([...named].sort(), [...RESOURCE_ACTIONS, 'elb:loadbalancers:update'].sort());
    for (const action of named) assert.ok(page.includes(`\`${action}\``), action);
  });

  it('lists each request that the code sends', () => {
    const requests = [...page.matchAll(/`(?:GET|POST) (\/v3[^`]*)`/g)].map(([, path]) => path);
    const elb = [...sources.matchAll(/'elb\/([\w/-]+)'/g)].map(([, path = '']) => `/v3/{project_id}/elb/${path}`);
    const others = [...sources.matchAll(/path: '(\/v3\/[\w/]+)'/g)].map(([, path]) => path);
    assert.ok(elb.length === 4 && others.length > 0);
    const jobs = ['/v3/{project_id}/elb/jobs', '/v3/{project_id}/elb/jobs/{job_id}'];
    assert.deepEqual([...new Set(requests)].sort(), [...new Set([...elb, ...others, ...jobs])].sort());
  });

  it('says how many ids a request has', () => {
    assert.equal(page.match(new RegExp(`up to ${MAX_IDS_PER_REQUEST} IDs`, 'g'))?.length, 3);
  });
});
