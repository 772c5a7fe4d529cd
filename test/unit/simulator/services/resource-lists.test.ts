import assert from 'node:assert/strict';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { errorOf, json, send, sendSigned } from '../../../support/simulator-client';

const PROJECT = OFFICIAL_EXAMPLE.projectId;
const EXAMPLE = OFFICIAL_EXAMPLE.job.resource_id;
const LISTS = ['loadbalancers', 'listeners', 'recycle-bin/loadbalancers', 'quotas/details'] as const;
const USER = { domain: 'account', name: 'operator', password: 'pw', projectIds: [PROJECT] };
const OTHER_KEY = { accessKey: 'OTHERKEY00001', secretKey: 'sk', projectIds: [PROJECT] };

interface List {
  readonly loadbalancers: readonly Record<string, unknown>[];
  readonly listeners: readonly Record<string, unknown>[];
  readonly quotas: readonly Record<string, unknown>[];
  readonly page_info: { readonly current_count: number; readonly next_marker?: string };
  readonly request_id: string;
}

describe('the lists of what jobs work on', () => {
  let simulator: Simulator;

  beforeEach(async () => {
    const clock = new SimulatorClock({ startAt: Date.parse('2026-03-01T12:00:00Z'), held: true });
    simulator = await Simulator.start({ clock, users: [USER], accessKeys: [OTHER_KEY] });
  });
  afterEach(() => simulator.stop());

  const get = (target: string, signing: Parameters<typeof sendSigned>[2] = {}) =>
    sendSigned(simulator, `/v3/${PROJECT}/elb/${target}`, signing);
  async function list(target: string): Promise<List> {
    const response = await get(target);
    assert.equal(response.status, 200, response.text);
    return json(response) as List;
  }
  const idsOf = async (target: string) => {
    const { loadbalancers, listeners } = await list(target);
    return [
      ...((loadbalancers as typeof loadbalancers | undefined) ?? []),
      ...((listeners as typeof listeners | undefined) ?? []),
    ].map(({ id }) => String(id));
  };

  it('have the documented fields', async () => {
    const { loadbalancers, page_info, request_id } = await list('loadbalancers');
    const { id, name, provisioning_status, operating_status, vip_address, guaranteed, created_at, project_id } =
      loadbalancers[0] ?? {};
    assert.deepEqual(
      [id, name, provisioning_status, operating_status, guaranteed, created_at, project_id],
      [EXAMPLE, 'docs-example', 'ACTIVE', 'ONLINE', true, '2024-03-23T08:20:42Z', PROJECT],
    );
    assert.match(String(vip_address), /^192\.168\.\d+\.\d+$/);
    assert.deepEqual(page_info, { previous_marker: EXAMPLE, next_marker: EXAMPLE, current_count: 1 });
    assert.match(request_id, /^[0-9a-f]{32}$/);

    const job = simulator.startJob({ kind: 'cloneLoadbalancer' });
    const { listeners } = await list('listeners');
    assert.equal(listeners.length, 2);
    const listener = listeners.find((each) => each['name'] === 'https-443') ?? assert.fail();
    assert.deepEqual([listener['protocol'], listener['protocol_port']], ['HTTPS', 443]);
    assert.deepEqual(listener['loadbalancers'], [{ id: job.script.resourceId }]);
    assert.ok(!('provisioning_status' in listener));
  });

  it('select by repeated ids, and leave out those that do not exist', async () => {
    const [one, two] = [simulator.startJob({ kind: 'UPGRADE' }), simulator.startJob({ kind: 'UPGRADE' })];
    const [a, b] = [one.script.resourceId, two.script.resourceId].sort();
    assert.deepEqual(await idsOf(`loadbalancers?id=${a}&id=${b}&id=unknown&limit=100`), [a, b]);
    assert.deepEqual(await idsOf(`loadbalancers?id=${b}`), [b]);
    assert.deepEqual(await idsOf('loadbalancers?id=unknown'), []);
    assert.deepEqual(await idsOf(`listeners?id=${a}`), [], 'it is no listener');
    simulator.resources.remove(one.script.resourceId);
    assert.deepEqual(await idsOf(`loadbalancers?id=${a}&id=${b}`), [two.script.resourceId]);
  });

  it('select by other fields, and by several at once', async () => {
    const { script } = simulator.startJob({ kind: 'UPGRADE' });
    simulator.resources.change(script.resourceId, { provisioningStatus: 'UPGRADED' });
    assert.deepEqual(await idsOf('loadbalancers?provisioning_status=UPGRADED'), [script.resourceId]);
    assert.deepEqual(await idsOf('loadbalancers?name=docs-example&name=prod-api'), [EXAMPLE, script.resourceId].sort());
    assert.deepEqual(await idsOf('loadbalancers?name=docs-example&provisioning_status=UPGRADED'), []);
    simulator.startJob({ kind: 'cloneLoadbalancer' });
    assert.equal((await idsOf('listeners?protocol=HTTP&protocol_port=80')).length, 1);
  });

  it('have pages', async () => {
    for (let count = 0; count < 4; count += 1) simulator.startJob({ kind: 'UPGRADE' });
    const all = await idsOf('loadbalancers');
    const first = await list('loadbalancers?limit=3');
    assert.equal(first.page_info.current_count, 3);
    const rest = await idsOf(`loadbalancers?limit=3&marker=${first.page_info.next_marker}`);
    assert.deepEqual([...first.loadbalancers.map(({ id }) => id), ...rest], all);
    assert.deepEqual(await idsOf(`loadbalancers?limit=2&marker=${all[2]}&page_reverse=true`), all.slice(0, 2));
  });

  it('are refused with the parameter if the query is not as documented', async () => {
    const many = (name: string) => Array.from({ length: 101 }, (_, index) => `${name}=a${100 + index}`).join('&');
    for (const [target, sentence] of [
      ['loadbalancers?limit=2001', /limit.*'2001'/],
      ['loadbalancers?limit=1&limit=2', /limit.*twice/],
      ['loadbalancers?marker=a', /limit/],
      ['loadbalancers?ids=a', /Unrecognized attribute\(s\) 'ids'/],
      [`loadbalancers?${many('id')}`, /id.*101 values/],
      ['listeners?provisioning_status=ACTIVE', /Unrecognized/],
      [`listeners?${many('id')}`, /id/],
      ['recycle-bin/loadbalancers?quota_key=a', /Unrecognized/],
      [`recycle-bin/loadbalancers?${many('id')}`, /id/],
      ['quotas/details?id=a', /Unrecognized/],
      ['quotas/details?limit=5', /Unrecognized/],
      [`quotas/details?${many('quota_key')}`, /quota_key/],
    ] as const) {
      const response = await get(target);
      const { error_code, error_msg } = errorOf(response);
      assert.deepEqual([response.status, error_code], [400, 'ELB.8902'], target);
      assert.match(error_msg, sentence);
    }
    const hundred = many('id').split('&').slice(1).join('&');
    assert.equal((await get(`loadbalancers?${hundred}`)).status, 200);
  });

  it('have quotas with limit and use, which tests set', async () => {
    const quotas = async (query: string) => (await list(`quotas/details${query}`)).quotas;
    assert.deepEqual(await quotas('?quota_key=loadbalancer'), [
      { quota_key: 'loadbalancer', quota_limit: 50, used: 50, unit: 'count' },
    ]);
    simulator.quotas.set('loadbalancer', { limit: 60, used: 51 });
    simulator.quotas.set('pool', { limit: -1, used: 0, unit: 'pools' });
    assert.deepEqual(await quotas('?quota_key=loadbalancer&quota_key=pool&quota_key=unknown'), [
      { quota_key: 'loadbalancer', quota_limit: 60, used: 51, unit: 'count' },
      { quota_key: 'pool', quota_limit: -1, used: 0, unit: 'pools' },
    ]);
    assert.ok((await quotas('')).length > 5);
    for (const quota of [
      { limit: -2, used: 0 },
      { limit: 1.5, used: 0 },
      { limit: 1, used: -1 },
      { limit: 1, used: NaN },
    ]) {
      assert.throws(() => {
        simulator.quotas.set('pool', quota);
      }, /must be a whole number/);
    }
  });

  it('show load balancers in the recycle bin after a batch deleted them', async () => {
    const { script } = simulator.startJob({ kind: 'batchDeleteLoadbalancer', durationMs: 1000 });
    const deleted = script.subJobs.map(({ resourceId }) => resourceId).sort();
    const query = deleted.map((id) => `id=${id}`).join('&');
    assert.deepEqual(await idsOf(`recycle-bin/loadbalancers?${query}`), []);
    assert.deepEqual(await idsOf(`loadbalancers?${query}`), deleted);
    simulator.clock.advance(1000);
    assert.deepEqual(await idsOf(`recycle-bin/loadbalancers?${query}`), deleted);
    assert.deepEqual(await idsOf(`loadbalancers?${query}`), []);
    simulator.resources.emptyRecycleBin();
    assert.deepEqual(await idsOf(`recycle-bin/loadbalancers?${query}`), []);
  });

  describe('need a permission', () => {
    const statuses = (signing: Parameters<typeof sendSigned>[2] = {}) =>
      Promise.all(LISTS.map(async (target) => (await get(target, signing)).status));

    it('each of its own, without which ELB refuses them, and jobs need none', async () => {
      for (const [action, expected] of [
        ['elb:loadbalancers:list', [403, 200, 403, 200]],
        ['elb:listeners:list', [200, 403, 200, 200]],
        ['elb:quotas:list', [200, 200, 200, 403]],
      ] as const) {
        simulator.permissions.remove(action);
        assert.deepEqual(await statuses(), expected);
        assert.equal((await get('jobs')).status, 200);
        simulator.permissions.restore(action);
        assert.deepEqual(await statuses(), [200, 200, 200, 200]);
      }
      simulator.permissions.remove('elb:loadbalancers:list');
      const { error_code, error_msg } = errorOf(await get('loadbalancers?nonsense=1'));
      assert.equal(error_code, 'ELB.9802', 'it is checked before the query');
      assert.match(error_msg, /elb:loadbalancers:list/);
    });

    it('which one key can lack, or a user with a token', async () => {
      simulator.permissions.remove('elb:loadbalancers:list', OTHER_KEY.accessKey);
      simulator.permissions.remove('elb:quotas:list', USER.name);
      assert.deepEqual(await statuses(), [200, 200, 200, 200]);
      assert.deepEqual(await statuses({ key: OTHER_KEY }), [403, 200, 403, 200]);
      const { domain, name, password } = USER;
      const auth = {
        identity: { methods: ['password'], password: { user: { name, password, domain: { name: domain } } } },
        scope: { project: { id: PROJECT } },
      };
      const created = await send(simulator.origin, '/v3/auth/tokens', {
        method: 'POST',
        body: JSON.stringify({ auth }),
      });
      const headers = { 'x-auth-token': String(created.headers['x-subject-token']) };
      const byToken = LISTS.map(async (target) => send(simulator.origin, `/v3/${PROJECT}/elb/${target}`, { headers }));
      assert.deepEqual(
        (await Promise.all(byToken)).map(({ status }) => status),
        [200, 200, 200, 403],
      );
      simulator.permissions.restore('elb:loadbalancers:list');
      assert.deepEqual(await statuses({ key: OTHER_KEY }), [200, 200, 200, 200]);
    });

    it('and a signature, in a project that the caller may access', async () => {
      for (const target of LISTS) {
        assert.equal((await send(simulator.origin, `/v3/${PROJECT}/elb/${target}`)).status, 401);
        assert.equal((await sendSigned(simulator, `/v3/another/elb/${target}`)).status, 403);
      }
    });
  });

  it('have faults of their own, and records of their requests', async () => {
    simulator.injectFault({
      match: { route: 'ListLoadBalancers' },
      effect: { kind: 'error', status: 500, code: 'ELB.8906', message: 'x' },
    });
    const statuses = [];
    for (const target of [...LISTS, 'jobs']) statuses.push((await get(target)).status);
    assert.deepEqual(statuses, [500, 200, 200, 200, 200]);
    assert.deepEqual(
      simulator.requests.map(({ route, projectId, jobId }) => [route, projectId, jobId]),
      ['ListLoadBalancers', 'ListListeners', 'ListRecycleBinLoadBalancers', 'ListQuotaDetails', 'ListJobs'].map(
        (route) => [route, PROJECT, undefined],
      ),
    );
  });
});
