import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { OFFICIAL_EXAMPLE } from '../../../src/simulator/jobs/official-example';
import { RequestLog } from '../../../src/simulator/request-log';
import { Simulator } from '../../../src/simulator/simulator';
import { sendSigned, send, until } from '../../support/simulator-client';

const JOBS = `/v3/${OFFICIAL_EXAMPLE.projectId}/elb/jobs`;

describe('the simulator', () => {
  const running: Simulator[] = [];
  const start = async (options?: Parameters<typeof Simulator.start>[0]) => {
    const simulator = await Simulator.start(options);
    running.push(simulator);
    return simulator;
  };
  afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.stop())));

  it('starts by default with the project of the official example and a key for it', async () => {
    const simulator = await start();
    assert.match(simulator.origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(simulator.projects, [{ id: OFFICIAL_EXAMPLE.projectId, name: 'cn-southwest-242' }]);
    assert.equal((await sendSigned(simulator, JOBS)).status, 200);
  });

  it('listens on the given port, and rejects if that is taken', async () => {
    const first = await start();
    const port = Number(new URL(first.origin).port);
    await assert.rejects(Simulator.start({ port }), { code: 'EADDRINUSE' });
    await first.stop();
    assert.equal((await start({ port })).origin, first.origin);
  });

  it('makes the same ids from the same randomness', async () => {
    const randomBytes = (size: number) => new Uint8Array(size).fill(1);
    const [one, two] = [await start({ randomBytes }), await start({ randomBytes })];
    assert.deepEqual(one.accessKey, two.accessKey);
    const id = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
    assert.match((await start()).startJob({ kind: 'cloneListener' }).jobId, id);
  });

  it('records every request to the cloud, without secrets', async () => {
    const user = { domain: 'd', name: 'n', password: 'the-password', projectIds: [OFFICIAL_EXAMPLE.projectId] };
    const simulator = await start({ users: [user] });
    const { accessKey, secretKey } = simulator.accessKey;
    await sendSigned(simulator, `${JOBS}/unknown`);
    await send(simulator.origin, `${JOBS}?limit=1`, { headers: { 'x-auth-token': 'the-token' } });
    const body = '{"auth":{"identity":{"password":{"user":{"password":"the-password"}}}}}';
    await send(simulator.origin, '/v3/auth/tokens', { method: 'POST', body });
    await send(simulator.origin, '/elsewhere');
    const seen = simulator.requests.map((request) => [
      request.method,
      request.route,
      request.path,
      request.query,
      request.projectId,
      request.jobId,
      request.accessKey,
      request.status,
    ]);
    const { projectId } = OFFICIAL_EXAMPLE;
    assert.deepEqual(seen, [
      ['GET', 'ShowJob', `${JOBS}/unknown`, '', projectId, 'unknown', accessKey, 404],
      ['GET', 'ListJobs', JOBS, 'limit=1', projectId, undefined, undefined, 401],
      ['POST', 'CreateToken', '/v3/auth/tokens', '', undefined, undefined, undefined, 400],
      ['GET', undefined, '/elsewhere', '', undefined, undefined, undefined, 404],
    ]);
    const text = JSON.stringify(simulator.requests);
    for (const secret of [secretKey, 'the-token', 'the-password']) assert.ok(!text.includes(secret));
  });

  it('serves no request and no WebSocket for another host name, which a web page could point at 127.0.0.1', async () => {
    const simulator = await start();
    const { port } = new URL(simulator.origin);
    const webSocket = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    for (const host of [`evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1.evil.example:${port}`]) {
      for (const target of [JOBS, '/v3/projects', '/_simulator/state', '/']) {
        const headers = { host, 'x-simulator-token': simulator.controlToken };
        assert.equal((await send(simulator.origin, target, { headers })).status, 403, `${host}${target}`);
        assert.equal((await send(simulator.origin, target, { headers: { ...headers, ...webSocket } })).status, 403);
      }
    }
    assert.deepEqual(simulator.requests, []);
    const own = { host: `127.0.0.1:${port}`, ...webSocket };
    assert.equal((await send(simulator.origin, '/_simulator/state', { headers: own })).status, 401);
    assert.equal((await send(simulator.origin, JOBS, { headers: own })).status, 401);
  });

  it('remembers the last 10,000 requests', () => {
    const log = new RequestLog();
    for (let at = 0; at < 10_005; at += 1) {
      const absent = { route: undefined, projectId: undefined, jobId: undefined, accessKey: undefined };
      log.open({ at, method: 'GET', path: '/', query: '', ...absent });
    }
    assert.deepEqual([log.records.length, log.records[0]?.at], [10_000, 5]);
  });

  it('survives a client that sends no HTTP or disconnects half-way', async () => {
    const simulator = await start();
    const { port } = new URL(simulator.origin);
    for (const bytes of [
      'nonsense\r\n\r\n',
      `POST /v3/auth/tokens HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 9\r\n\r\n{`,
    ]) {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
    assert.equal((await sendSigned(simulator, JOBS)).status, 200);
  });

  describe('when it is stopped', () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

    it('closes connections with hanging, delayed and no requests', async () => {
      const simulator = await start();
      const before = timers();
      simulator.injectFault({ times: 1, effect: { kind: 'hang' } });
      simulator.injectFault({ times: 1, effect: { kind: 'delay', ms: 3_600_000 } });
      const waiting = Promise.allSettled([sendSigned(simulator, JOBS), sendSigned(simulator, JOBS)]);
      const silent = connect(Number(new URL(simulator.origin).port), '127.0.0.1');
      await once(silent, 'connect');
      const closed = once(silent, 'close');
      await until(() => simulator.requests.length === 2 && timers() > before);
      await simulator.stop();
      const codes = (await waiting).map((end) => end.status === 'rejected' && (end.reason as { code?: string }).code);
      assert.deepEqual(codes, ['ECONNRESET', 'ECONNRESET']);
      await closed;
      await until(() => timers() <= before);
    });

    it('no longer listens, and can be stopped again', async () => {
      const simulator = await start();
      await simulator.stop();
      await simulator.stop();
      await assert.rejects(send(simulator.origin, JOBS), { code: 'ECONNREFUSED' });
    });
  });
});
