import assert from 'node:assert/strict';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { sendSigned, jobOf, json, send } from '../../../support/simulator-client';

const PROJECT = OFFICIAL_EXAMPLE.projectId;
const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('the control API of the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start({ clock: new SimulatorClock({ startAt: NOW, held: true }) });
  });
  afterEach(() => simulator.stop());

  const control = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send(simulator.origin, `/_simulator/${path}`, {
      method,
      headers: { 'x-simulator-token': simulator.controlToken, 'content-type': 'application/json', ...headers },
      body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    });
  const errorOf = async (response: ReturnType<typeof control>) => {
    const { status, text } = await response;
    return [status, (JSON.parse(text) as { error: string }).error] as const;
  };

  it('starts a job of a known kind', async () => {
    const response = await control('POST', 'jobs', { kind: 'UPGRADE', outcome: 'fail', durationMs: 5000, jobId: 'up' });
    assert.equal(response.status, 201);
    const { jobId, projectId, startedAt } = json(response) as Record<string, unknown>;
    assert.deepEqual([jobId, projectId, startedAt], ['up', PROJECT, NOW]);
    simulator.clock.advance(5000);
    assert.equal(jobOf(await sendSigned(simulator, `/v3/${PROJECT}/elb/jobs/up`)).status, 'FAIL');
  });

  it('starts a job that follows a script', async () => {
    const error = { code: 'ELB.8905', message: 'Quota exceeded.' };
    const entities = [{ resource_id: 'l', resource_type: 'listener' }];
    const subJob = { jobId: 's', jobType: 'STEP', resourceId: 'l', entities, transitions: [{ at: 5, status: 'INIT' }] };
    const transitions = [
      { at: 0, status: 'INIT' },
      { at: 9, status: 'FAIL', error },
    ];
    const script = { jobType: 'RESTORE', resourceId: 'lb', transitions, subJobs: [subJob] };
    const response = await control('POST', 'jobs', { jobId: 'path', bodyJobId: 'body', script });
    assert.equal(response.status, 201);
    simulator.clock.advance(9);
    const job = jobOf(await sendSigned(simulator, `/v3/${PROJECT}/elb/jobs/path`));
    assert.deepEqual([job.job_id, job.job_type, job.error_code], ['body', 'RESTORE', 'ELB.8905']);
    assert.deepEqual(job.sub_jobs[0]?.entities, entities);
  });

  it('injects faults of every kind, and removes them', async () => {
    for (const effect of [
      { kind: 'error', status: 500, code: 'X', message: 'y', headers: { 'Retry-After': '1' } },
      { kind: 'preset', name: 'access-denied' },
      { kind: 'preset', name: 'neutron', status: 503 },
      { kind: 'response', status: 407, headers: { 'Content-Type': 'text/html' }, body: '<html>' },
      { kind: 'delay', ms: 1 },
      { kind: 'hang' },
      { kind: 'reset' },
      { kind: 'cut' },
      { kind: 'cut', response: { status: 401, headers: { 'X-Request-Id': 'r' }, body: 'refused' } },
      { kind: 'resetHalfway', response: { status: 200, bodyBase64: 'YQ==' } },
      { kind: 'stall' },
      { kind: 'drip', ms: 1, response: { status: 200 } },
      { kind: 'oversize', bytes: 9 },
      { kind: 'gzipBomb', bytes: 9, response: { status: 401 } },
      { kind: 'clockDrift', ms: -1 },
    ]) {
      const response = await control('POST', 'faults', { match: { route: 'ShowJob', jobId: 'a' }, times: 2, effect });
      assert.equal(response.status, 201, response.text);
      const { id } = json(response) as { id: string };
      const state = json(await control('GET', 'state')) as { faults: { effect: unknown }[] };
      assert.deepEqual(state.faults, [{ id, hits: 0, match: { route: 'ShowJob', jobId: 'a' }, times: 2, effect }]);
      assert.equal((await control('DELETE', `faults/${id}`)).status, 204);
      assert.deepEqual(await errorOf(control('DELETE', `faults/${id}`)), [404, 'There is no such fault.']);
    }
  });

  it('sets the clock', async () => {
    const moved = await control('PUT', 'clock', { advanceMs: 60_000, speed: 20 });
    assert.deepEqual(json(moved), { now: NOW + 60_000, speed: 20, held: true });
    await control('PUT', 'clock', { held: false });
    assert.equal(simulator.clock.held, false);
    await control('PUT', 'clock', { held: true });
    assert.equal(simulator.clock.held, true);
  });

  it('makes lists strict', async () => {
    const unknown = () => sendSigned(simulator, `/v3/${PROJECT}/elb/jobs?limit=10&marker=unknown`);
    assert.equal((await unknown()).status, 200);
    assert.deepEqual(json(await control('PUT', 'mode', { strict: true })), { strict: true });
    assert.equal((await unknown()).status, 400);
    assert.equal((json(await control('GET', 'state')) as { strict: boolean }).strict, true);
    await control('PUT', 'mode', { strict: false });
    assert.equal((await unknown()).status, 200);
  });

  it('changes, renames and deletes resources, and empties the recycle bin', async () => {
    interface State {
      readonly resources: readonly { id: string; name: string; provisioningStatus: string; isInRecycleBin: boolean }[];
    }
    const resources = async () => (json(await control('GET', 'state')) as State).resources;
    const resource = async (id: string) => (await resources()).find((each) => each.id === id);
    const { script } = simulator.startJob({ kind: 'UPGRADE' });
    const id = script.resourceId;
    assert.equal((await resource(id))?.name, 'prod-api');
    const name = '**bold**\u202e';
    assert.equal((await control('PUT', `resources/${id}`, { name, provisioningStatus: 'UPGRADED' })).status, 204);
    await control('PUT', `resources/${id}`, { operatingStatus: 'OFFLINE' });
    const changed = await resource(id);
    assert.deepEqual([changed?.name, changed?.provisioningStatus], [name, 'UPGRADED']);
    assert.equal((await control('DELETE', `resources/${id}`)).status, 204);
    assert.equal(await resource(id), undefined);

    simulator.startJob({ kind: 'batchDeleteLoadbalancer', durationMs: 1 });
    simulator.clock.advance(1);
    assert.equal((await resources()).filter(({ isInRecycleBin }) => isInRecycleBin).length, 3);
    assert.equal((await control('DELETE', 'recycle-bin')).status, 204);
    assert.deepEqual(
      (await resources()).filter(({ isInRecycleBin }) => isInRecycleBin),
      [],
    );

    const odd = { jobType: 'UPGRADE', resourceId: 'a/b c', subJobs: [], transitions: [{ at: 0, status: 'SUCCESS' }] };
    simulator.startJob({ script: odd });
    assert.equal((await control('PUT', 'resources/a%2Fb%20c', { name: 'odd' })).status, 204);
    assert.deepEqual((await resource('a/b c'))?.name, 'odd');
  });

  it('sets quotas, and removes and restores permissions', async () => {
    const state = async () =>
      json(await control('GET', 'state')) as { quotas: unknown[]; missingPermissions: unknown[] };
    assert.equal((await control('PUT', 'quotas/pool', { limit: 7, used: 8 })).status, 204);
    assert.deepEqual(
      (await state()).quotas.filter((quota) => (quota as { key: string }).key === 'pool'),
      [{ key: 'pool', limit: 7, used: 8, unit: 'count' }],
    );
    const [action, caller] = ['elb:quotas:list', simulator.accessKey.accessKey];
    const quotas = async () => (await sendSigned(simulator, `/v3/${PROJECT}/elb/quotas/details`)).status;
    for (const change of [{ action }, { action, caller }]) {
      assert.equal((await control('PUT', 'permissions', { ...change, granted: false })).status, 204);
      assert.deepEqual((await state()).missingPermissions, [change]);
      assert.equal(await quotas(), 403);
      await control('PUT', 'permissions', { ...change, granted: true });
      assert.deepEqual((await state()).missingPermissions, []);
      assert.equal(await quotas(), 200);
    }
    await control('PUT', 'permissions', { action, caller: 'another', granted: false });
    assert.equal(await quotas(), 200);
  });

  it('returns its state without secrets', async () => {
    const job = simulator.startJob({ kind: 'cloneListener' });
    await sendSigned(simulator, '/v3/projects');
    const response = await control('GET', 'state');
    const { jobs, clock, projects, requests } = json(response) as Record<string, unknown[]>;
    assert.deepEqual(clock, { now: NOW, speed: 1, held: true });
    assert.deepEqual(projects, simulator.projects);
    const { jobId, bodyJobId } = job;
    assert.deepEqual(jobs, [
      { projectId: PROJECT, jobId, bodyJobId, jobType: 'cloneListener', startedAt: NOW, status: 'INIT' },
    ]);
    assert.equal(requests?.length, 1, 'its own requests are none to the cloud');
    for (const secret of [simulator.accessKey.secretKey, simulator.controlToken]) {
      assert.ok(!response.text.includes(secret));
    }
  });

  it('refuses a request without the token', async () => {
    for (const token of ['', 'wrong', `${simulator.controlToken}x`, simulator.controlToken.slice(1)]) {
      const [status] = await errorOf(control('GET', 'state', undefined, { 'x-simulator-token': token }));
      assert.equal(status, 401);
    }
    assert.equal((await send(simulator.origin, '/_simulator/state')).status, 401);
  });

  it('has a token of at least 128 bits, different in each simulator', async () => {
    assert.ok(Buffer.from(simulator.controlToken, 'base64url').length >= 16);
    const other = await Simulator.start();
    try {
      assert.notEqual(other.controlToken, simulator.controlToken);
      assert.notEqual(other.accessKey.secretKey, simulator.accessKey.secretKey);
    } finally {
      await other.stop();
    }
  });

  it('refuses another host name, which a web page could point at 127.0.0.1', async () => {
    const port = new URL(simulator.origin).port;
    for (const host of [`evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1.evil.example:${port}`]) {
      assert.equal((await control('GET', 'state', undefined, { host })).status, 403, host);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      assert.equal((await control('GET', 'state', undefined, { host })).status, 200, host);
    }
  });

  it('refuses a web page, even with the right token', async () => {
    for (const origin of ['https://evil.example', simulator.origin, 'null']) {
      assert.equal((await control('GET', 'state', undefined, { origin })).status, 403, origin);
    }
  });

  it('accepts JSON only, up to a maximum length', async () => {
    const form = { 'content-type': 'text/plain' };
    assert.equal((await control('POST', 'jobs', { kind: 'UPGRADE' }, form)).status, 415);
    assert.equal((await control('POST', 'jobs', ' '.repeat(70_000))).status, 413);
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    assert.equal((await control('POST', 'jobs', { kind: 'UPGRADE' }, charset)).status, 201);
  });

  it('rejects an invalid request with a sentence', async () => {
    const hang = { kind: 'hang' };
    for (const [method, path, body, sentence] of [
      ['POST', 'jobs', '', 'The body must be JSON in UTF-8.'],
      ['POST', 'jobs', '{', 'The body must be JSON in UTF-8.'],
      ['POST', 'jobs', [], 'The body must be a JSON object.'],
      ['POST', 'jobs', {}, /^kind must be one of cloneLoadbalancer, /],
      ['POST', 'jobs', { kind: 'UPGRADE', outcome: 'explode' }, /^outcome must be one of complete, /],
      ['POST', 'jobs', { kind: 'UPGRADE', duration: 5 }, 'The body has no field "duration".'],
      ['POST', 'jobs', { kind: 'UPGRADE', durationMs: '5' }, 'durationMs must be a number.'],
      ['POST', 'jobs', { kind: 'UPGRADE', durationMs: -5 }, 'durationMs must be a finite number, not negative.'],
      ['POST', 'jobs', { kind: 'UPGRADE', projectId: 'x' }, 'There is no project x.'],
      ['POST', 'jobs', { kind: 'UPGRADE', script: {} }, /^A job has either a script or a kind/],
      [
        'POST',
        'jobs',
        { script: { jobType: 'X', resourceId: 'y', transitions: [7] } },
        /^script\.transitions\[0\] must/,
      ],
      ['POST', 'jobs', { script: { jobType: 'X', resourceId: 'y', transitions: [] } }, /first transition/],
      ['POST', 'faults', { effect: { kind: 'explode' } }, /^effect\.kind must be one of error, /],
      ['POST', 'faults', { effect: { kind: 'hang', ms: 5 } }, 'effect has no field "ms".'],
      ['POST', 'faults', { effect: { kind: 'preset', name: 'x' } }, /^effect\.name must be one of access-denied, /],
      ['POST', 'faults', { effect: { kind: 'preset', name: 'neutron', status: 99 } }, /^The status of an effect/],
      ['PUT', 'mode', {}, 'strict must be true or false.'],
      ['PUT', 'mode', { strict: 'yes' }, 'strict must be true or false.'],
      [
        'POST',
        'faults',
        { effect: { kind: 'response', status: 200, headers: { a: 1 } } },
        'effect.headers.a must be a string.',
      ],
      [
        'POST',
        'faults',
        { effect: { kind: 'response', status: 200, body: 'a', bodyBase64: 'YQ==' } },
        'A response has either a body or a bodyBase64.',
      ],
      [
        'POST',
        'faults',
        { effect: { kind: 'cut', response: { status: 200, text: 'a' } } },
        'effect.response has no field "text".',
      ],
      ['POST', 'faults', { effect: hang, times: 0 }, 'times must be a whole number from 1 on.'],
      ['POST', 'faults', { effect: hang, match: { route: 'All' } }, /^match\.route must be one of ShowJob, /],
      ['PUT', 'resources/unknown', { name: 'a' }, 'No job works on a resource unknown.'],
      ['PUT', 'resources/unknown', { title: 'a' }, 'The body has no field "title".'],
      ['PUT', 'resources/unknown', { name: 7 }, 'name must be a string.'],
      ['DELETE', 'resources/unknown', '', 'No job works on a resource unknown.'],
      ['PUT', 'quotas/pool', { limit: 5 }, 'used must be a number.'],
      ['PUT', 'quotas/pool', { limit: -2, used: 0 }, 'limit must be a whole number from -1 on.'],
      [
        'PUT',
        'permissions',
        { action: 'elb:jobs:list', granted: true },
        /^action must be one of elb:loadbalancers:list, /,
      ],
      ['PUT', 'permissions', { action: 'elb:quotas:list' }, 'granted must be true or false.'],
      ['PUT', 'clock', { speed: -1 }, 'The speed of the clock must not be negative.'],
      ['PUT', 'clock', { held: 'yes' }, 'held must be true or false.'],
      ['PUT', 'clock', { advanceMs: -1 }, 'What the clock is advanced by must not be negative.'],
    ] as const) {
      const [status, message] = await errorOf(control(method, path, body));
      assert.equal(status, 400, message);
      if (typeof sentence === 'string') assert.equal(message, sentence);
      else assert.match(message, sentence);
    }
  });

  it('has no other paths', async () => {
    for (const [method, path] of [
      ['GET', 'jobs'],
      ['POST', 'state'],
      ['GET', ''],
      ['DELETE', 'faults/'],
      ['PUT', 'resources/'],
      ['DELETE', 'quotas/pool'],
    ] as const) {
      assert.equal((await control(method, path)).status, 404);
    }
  });
});
