import assert from 'node:assert/strict';
import { CUT_MARK } from '../../../../src/base/cut-text';
import { ResourceClient } from '../../../../src/cloud/api/resource-client';
import { parseQuotas, parseResources } from '../../../../src/cloud/api/resource-schema';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import type { HttpResponse } from '../../../../src/cloud/http/transport';
import { respondInTurn, serviceError } from '../../../support/cloud/fake-transport';
import { Mutator } from '../../../support/fuzz/mutator';
import { HEADER_INJECTIONS, HOSTILE_IDS } from '../../../support/hostile/requests';
import { assertLinearCost } from '../../../support/linear-cost';
import { reference } from '../../../support/samples';
import { SeededRandom } from '../../../support/seeded-random';

const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const { endpoint, projectId } = reference;
const project = { endpoint, projectId };
const { signal } = new AbortController();
const A = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const B = '0f5b432c-987e-4777-a1bc-6642be4b2b51';

/** What the service's documentation shows, shortened. */
const LOAD_BALANCER = {
  id: A,
  project_id: projectId,
  name: 'prod-api',
  description: '',
  provisioning_status: 'ACTIVE',
  operating_status: 'ONLINE',
  vip_address: '192.168.0.17',
  guaranteed: true,
  listeners: [{ id: B }],
  pools: [],
};
const PARSED = {
  id: A,
  name: 'prod-api',
  provisioningStatus: 'ACTIVE',
  operatingStatus: 'ONLINE',
  vipAddress: '192.168.0.17',
};

function client(response: Partial<HttpResponse> | object) {
  const { transport, requests } = respondInTurn(
    'status' in response || 'body' in response ? response : { body: JSON.stringify(response) },
  );
  const resources = new ResourceClient(new CloudApi(transport, () => Date.UTC(2026, 0, 1)));
  return { resources, requests };
}

async function listed(response: Partial<HttpResponse> | object, ids: readonly string[] = [A, B]) {
  const result = await client(response).resources.listLoadBalancers({ ...project, ids }, key, signal);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

async function errorOf(response: Partial<HttpResponse> | object) {
  const result = await client(response).resources.listLoadBalancers({ ...project, ids: [A] }, key, signal);
  assert.ok(!result.ok);
  return result.error;
}

/** The defined fields. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the resource client', () => {
  describe('requests', () => {
    const base = `${endpoint}/v3/${projectId}/elb`;

    it('the documented URLs, with each id once and in canonical order', async () => {
      const { resources, requests } = client({ loadbalancers: [], listeners: [], quotas: [] });
      const ids = [A, B, A];
      await resources.listLoadBalancers({ ...project, ids }, key, signal);
      await resources.listListeners({ ...project, ids }, key, signal);
      await resources.listRecycleBin({ ...project, ids }, key, signal);
      await resources.listQuotas({ ...project, keys: ['loadbalancer', 'certificate'] }, key, signal);
      assert.deepEqual(
        requests.map(({ url }) => url),
        [
          `${base}/loadbalancers?id=${B}&id=${A}&limit=100`,
          `${base}/listeners?id=${B}&id=${A}&limit=100`,
          `${base}/recycle-bin/loadbalancers?id=${B}&id=${A}&limit=100`,
          `${base}/quotas/details?quota_key=certificate&quota_key=loadbalancer`,
        ],
      );
      for (const { method, headers } of requests) {
        assert.equal(method, 'GET');
        assert.match(headers['Authorization'] ?? '', /SignedHeaders=host;x-project-id;x-sdk-date,/);
      }
    });

    it('up to 100 ids, and refuses more before a signature', async () => {
      const { resources, requests } = client({ loadbalancers: [] });
      const ids = Array.from({ length: 101 }, (_, index) => `${A.slice(0, -3)}${100 + index}`);
      assert.ok((await resources.listLoadBalancers({ ...project, ids: ids.slice(1) }, key, signal)).ok);
      assert.equal(new URL(requests[0]?.url ?? '').searchParams.getAll('id').length, 100);
      assert.ok((requests[0]?.url.length ?? 0) < 8000, 'servers refuse longer URLs');
      const more = await resources.listLoadBalancers({ ...project, ids }, key, signal);
      assert.equal(!more.ok && more.error.kind, 'bad-request');
      assert.equal(requests.length, 1);
    });

    it('nothing of an id that would change the request, or that no id is so long as, and the others all the same', async () => {
      const hostile = [
        ...HOSTILE_IDS.inputs,
        ...HEADER_INJECTIONS.inputs.map((ending) => `p${ending}`),
        'a'.repeat(65),
        'a'.repeat(1_000_000),
      ];
      const { resources, requests } = client({ loadbalancers: [LOAD_BALANCER] });
      const result = await resources.listLoadBalancers({ ...project, ids: [...hostile, A] }, key, signal);
      assert.ok(result.ok);
      assert.deepEqual(result.value, [PARSED]);
      assert.equal(requests[0]?.url, `${base}/loadbalancers?id=${A}&limit=100`);
    });

    it('nothing at all if there is nothing to request', async () => {
      const { resources, requests } = client({});
      for (const ids of [[], ['../projects']]) {
        assert.deepEqual(await resources.listListeners({ ...project, ids }, key, signal), { ok: true, value: [] });
      }
      assert.deepEqual(await resources.listQuotas({ ...project, keys: ['a b'] }, key, signal), { ok: true, value: [] });
      const other = await resources.listListeners({ endpoint, projectId: '../v3', ids: [A] }, key, signal);
      assert.equal(!other.ok && other.error.kind, 'bad-request');
      assert.deepEqual(requests, []);
    });
  });

  describe('reads load balancers and listeners', () => {
    it('as documented', async () => {
      assert.deepEqual(await listed({ loadbalancers: [LOAD_BALANCER], page_info: {}, request_id: 'r' }), [PARSED]);
      const { resources } = client({ listeners: [{ id: B, name: 'https-443', protocol: 'HTTPS' }] });
      const listeners = await resources.listListeners({ ...project, ids: [B] }, key, signal);
      assert.deepEqual(plain(listeners), { ok: true, value: [{ id: B, name: 'https-443' }] });
    });

    it('and returns none that were not requested, and each once', async () => {
      const other = { ...LOAD_BALANCER, id: 'c'.repeat(36) };
      const again = { ...LOAD_BALANCER, name: 'another' };
      assert.deepEqual(await listed({ loadbalancers: [other, LOAD_BALANCER, again] }), [PARSED]);
    });

    it('with fields that are missing, null, empty, or of another type', async () => {
      for (const value of [undefined, null, '', ' \t', {}, [], ['prod-api'], true]) {
        const fields = { name: value, provisioning_status: value, operating_status: value, vip_address: value };
        assert.deepEqual(plain(await listed({ loadbalancers: [{ id: A, ...fields }] })), [{ id: A }]);
      }
    });

    it('with numbers for texts, all digits preserved', async () => {
      const body = `{"loadbalancers":[{"id":"${A}","name":123456789012345678901234567890},{"id":12345,"name":7}]}`;
      assert.deepEqual(plain(await listed({ body }, [A, '12345'])), [
        { id: A, name: '123456789012345678901234567890' },
        { id: '12345', name: '7' },
      ]);
    });

    it('and leaves out one that cannot be read', async () => {
      let deep: unknown = 1;
      for (let level = 0; level < 200; level += 1) deep = [deep];
      for (const bad of [null, 7, 'text', [], [LOAD_BALANCER], {}, { id: null }, { id: B, deep }]) {
        assert.deepEqual(await listed({ loadbalancers: [bad, LOAD_BALANCER, bad] }), [PARSED], JSON.stringify(bad));
      }
    });

    it('as none if the list is missing, null or empty, and a single one that is no list', async () => {
      for (const loadbalancers of [undefined, null, '', [], {}]) assert.deepEqual(await listed({ loadbalancers }), []);
      assert.deepEqual(await listed({ loadbalancers: LOAD_BALANCER }), [PARSED]);
    });

    it('and preserves states that the documentation does not name', async () => {
      const [resource] = await listed({
        loadbalancers: [{ id: A, provisioning_status: 'UPGRADING_2', operating_status: 'x' }],
      });
      assert.deepEqual([resource?.provisioningStatus, resource?.operatingStatus], ['UPGRADING_2', 'x']);
    });

    it('cut to their limits, with the id whole', async () => {
      const id = 'i'.repeat(64);
      const long = 'x'.repeat(10_000);
      const fields = { name: long, provisioning_status: long, operating_status: long, vip_address: long };
      const [resource] = await listed({ loadbalancers: [{ id, ...fields }] }, [id]);
      assert.equal(resource?.id, id);
      assert.equal(resource.name?.length, 255);
      assert.ok(resource.name.endsWith(CUT_MARK));
      for (const text of [resource.provisioningStatus, resource.operatingStatus, resource.vipAddress]) {
        assert.equal(text?.length, 64);
      }
      const whole = 'n'.repeat(255);
      assert.equal((await listed({ loadbalancers: [{ id: A, name: whole }] }))[0]?.name, whole);
    });

    it('with names like those of prototypes', async () => {
      const body = `{"__proto__":{"polluted":1},"loadbalancers":[{"id":"${A}","name":"__proto__","__proto__":{"name":"x"}}]}`;
      assert.deepEqual(plain(await listed({ body }, [A, '__proto__', 'constructor'])), [{ id: A, name: '__proto__' }]);
      assert.ok(!('polluted' in {}));
    });

    it('at a cost in proportion to the response', () => {
      const bodyOf = (size: number, item: string) =>
        `{"loadbalancers":[${Array(Math.ceil(size)).fill(item).join(',')}]}`;
      const requested = new Set([A]);
      for (const item of ['7', `{"id":"${A}"}`, '{"id":12345678901234567890}']) {
        assertLinearCost(50_000, (size) => parseResources(bodyOf(size, item), 'loadbalancers', requested), item);
      }
    });
  });

  it('reads any mutation of an answer as within its limits, or as malformed', () => {
    const requested = new Set([A, B, 'loadbalancer']);
    const answer = {
      loadbalancers: [LOAD_BALANCER, { ...LOAD_BALANCER, id: B }],
      quotas: [{ quota_key: 'loadbalancer', quota_limit: 50, used: 12, unit: 'count' }],
      request_id: 'r',
    };
    for (let seed = 0; seed < 2000; seed += 1) {
      const random = new SeededRandom(seed);
      const mutator = new Mutator(random, []);
      const json = JSON.stringify(mutator.json(answer, random.between(0, 6)));
      const body = random.chance(0.2) ? mutator.text(json, random.between(1, 3)) : json;
      const resources = parseResources(body, 'loadbalancers', requested);
      const quotas = parseQuotas(body, requested);
      for (const result of [resources, quotas]) assert.ok(result.ok || result.error.kind === 'malformed');
      for (const { id, name = '', ...states } of resources.ok ? resources.value : []) {
        assert.ok(requested.has(id) && name.length <= 255, `seed ${seed}`);
        for (const state of Object.values(states)) assert.ok((state ?? '').length <= 64, `seed ${seed}`);
      }
      for (const { key: quota, limit, used } of quotas.ok ? quotas.value : []) {
        assert.ok(requested.has(quota) && limit >= -1 && used >= 0, `seed ${seed}`);
      }
    }
  });

  it('fails if the response is not a list, or has too many parts', async () => {
    for (const body of ['', '<html>', 'null', '[]', '"text"', '{"loadbalancers":"text"}', '{"loadbalancers":7}']) {
      assert.equal((await errorOf({ body })).kind, 'malformed', body);
    }
    assert.equal((await errorOf({ body: serviceError('ELB.8902') })).code, 'ELB.8902', 'an error with the status 200');
    assert.equal((await errorOf({ body: `{"loadbalancers":[${'[],'.repeat(600_000)}[]]}` })).kind, 'malformed');
  });

  it('reports the service’s refusal', async () => {
    const error = await errorOf({ status: 403, body: serviceError('ELB.9802', 'Not allowed.') });
    assert.deepEqual([error.kind, error.code, error.httpStatus], ['forbidden', 'ELB.9802', 403]);
  });

  describe('reads quotas', () => {
    const requested = new Set(['loadbalancer', 'listener']);
    const quotasIn = (quotas: unknown) => {
      const result = parseQuotas(JSON.stringify({ quotas }), requested);
      assert.ok(result.ok);
      return plain(result.value);
    };

    it('as documented, and only the requested', () => {
      assert.deepEqual(
        quotasIn([
          { quota_key: 'loadbalancer', quota_limit: 50, used: 12, unit: 'count' },
          { quota_key: 'listener', quota_limit: -1, used: 0 },
          { quota_key: 'pool', quota_limit: 5, used: 0 },
          { quota_key: 'loadbalancer', quota_limit: 9, used: 9 },
        ]),
        [
          { key: 'loadbalancer', limit: 50, used: 12, unit: 'count' },
          { key: 'listener', limit: -1, used: 0 },
        ],
      );
      assert.deepEqual(quotasIn([{ quota_key: 'listener', quota_limit: '100', used: '7', unit: ' ' }]), [
        { key: 'listener', limit: 100, used: 7 },
      ]);
    });

    it('but none whose limit or use is no number', () => {
      for (const value of [undefined, null, '', 'many', {}, true, -2, 1.5, 1e300, '0x']) {
        assert.deepEqual(quotasIn([{ quota_key: 'listener', quota_limit: value, used: 1 }]), [], JSON.stringify(value));
        assert.deepEqual(quotasIn([{ quota_key: 'listener', quota_limit: 1, used: value }]), [], JSON.stringify(value));
      }
      assert.deepEqual(quotasIn([{ quota_key: 'listener', quota_limit: 1, used: -1 }]), []);
      assert.deepEqual(quotasIn([null, 7, { quota_key: null, quota_limit: 1, used: 1 }]), []);
    });
  });
});
