import assert from 'node:assert/strict';
import { ElbClient } from '../../../../src/cloud/api/elb-client';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { respondInTurn } from '../../../support/cloud/fake-transport';
import { HEADER_INJECTIONS, HOSTILE_IDS, HOSTILE_PATHS } from '../../../support/hostile/requests';
import { reference } from '../../../support/samples';

const key = { accessKey: 'AKSAMPLE00000000001', secretKey: 'sample/secret+key' };
const { signal } = new AbortController();

function client() {
  const { transport, requests } = respondInTurn({ body: '{}' });
  const api = new CloudApi(transport, () => Date.UTC(2026, 0, 1));
  return { api, elb: new ElbClient(api), requests };
}

describe('a request that would become another one', () => {
  for (const id of [...HOSTILE_IDS.inputs, ...HEADER_INJECTIONS.inputs.map((ending) => `p${ending}`)]) {
    it(`is neither signed nor sent: an id ${JSON.stringify(id)}`, async () => {
      const { elb, requests } = client();
      const { endpoint } = reference;
      for (const ids of [{ jobId: id }, { projectId: id }]) {
        const shown = await elb.showJob({ ...reference, ...ids }, key, signal);
        assert.equal(!shown.ok && shown.error.kind, 'bad-request');
      }
      for await (const listed of elb.listJobs({ endpoint, projectId: id }, key, signal)) {
        assert.equal(!listed.ok && listed.error.kind, 'bad-request');
      }
      assert.deepEqual(requests, []);
    });
  }

  const request = { endpoint: reference.endpoint, path: '/v3/projects', maxResponseBytes: 1000 };
  const read = () => ({ ok: true, value: undefined }) as const;

  for (const value of HEADER_INJECTIONS.inputs) {
    it(`is neither signed nor sent: a header that ends in ${JSON.stringify(value)}`, async () => {
      const { api, requests } = client();
      const headers = { 'X-Project-Id': `p${value}` };
      const get = await api.get({ ...request, headers, read }, key, signal);
      const post = await api.post({ ...request, headers, read, body: '', secrets: { hidden: [] } }, signal);
      for (const result of [get, post]) assert.equal(!result.ok && result.error.kind, 'bad-request');
      assert.deepEqual(requests, []);
    });
  }

  for (const path of HOSTILE_PATHS.inputs) {
    it(`is neither signed nor sent: a path ${JSON.stringify(path)}`, async () => {
      const { api, requests } = client();
      const result = await api.get({ ...request, path, read }, key, signal);
      assert.equal(!result.ok && result.error.kind, 'bad-request');
      assert.deepEqual(requests, []);
    });
  }
});
