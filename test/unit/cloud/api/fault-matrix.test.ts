import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import type { Credential } from '../../../../src/cloud/http/credential';
import { ElbClient } from '../../../../src/cloud/api/elb-client';
import type { ElbError, RefusalReason, Result } from '../../../../src/cloud/http/error';
import { IamClient } from '../../../../src/cloud/api/iam-client';
import { successWith, notAuthenticatedFor, redirectTo } from '../../../support/cloud/fault-presets';
import type { FaultEffect } from '../../../../src/simulator/faults/faults';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { type Expected, faultRows, iamToken, password, temporaryKey } from '../../../support/cloud/fault-rows';
import { MINUTE } from '../../../../src/base/time-units';

/** For faults that end at a limit; longer than a busy machine needs for the headers to arrive. */
const shortLimits = { silenceMs: 2000, deadlineMs: 5000 };
/** For faults that end without a limit, however slow the machine. */
const ampleLimits = { silenceMs: 30_000, deadlineMs: 30_000 };
/** In ms: the additional time that a busy machine may need. */
const SLACK = 15_000;
/** These requests end at a limit. */
const SLOW: ReadonlySet<FaultEffect['kind']> = new Set(['hang', 'stall', 'drip']);

const { projectId, jobId } = OFFICIAL_EXAMPLE;

describe('the client under every fault of the cloud', () => {
  let simulator: Simulator;
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write.bind(stream));

  before(async () => {
    simulator = await Simulator.start();
    simulator.addAccessKey({ ...temporaryKey, projectIds: [projectId] });
  });

  after(async () => {
    await simulator.stop();
  });

  beforeEach(() => {
    simulator.addAccessKey({ ...temporaryKey, projectIds: [projectId] });
    written.length = 0;
    for (const [index, stream] of streams.entries()) {
      stream.write = ((text: string, ...rest: never[]) => {
        written.push(text);
        return writes[index]?.(text, ...rest);
      }) as typeof stream.write;
    }
  });

  afterEach(() => {
    for (const [index, stream] of streams.entries()) {
      const write = writes[index];
      if (write !== undefined) stream.write = write;
    }
  });

  const api = (limits = ampleLimits) =>
    new CloudApi(axiosTransport('elb-job-tracker/0.0.0-test', limits), () => simulator.clock.now());

  interface Outcome {
    readonly result: Result<unknown>;
    readonly tookMs: number;
    readonly limits: typeof ampleLimits;
    readonly sent: readonly string[];
  }

  async function timed<T>(ask: () => Promise<Result<T>>, sent: readonly string[], limits = ampleLimits) {
    const start = performance.now();
    const result = await ask();
    return { result, tookMs: performance.now() - start, limits, sent };
  }

  const { signal } = new AbortController();
  const showJob = (credential: Credential, { endpoint = simulator.origin, limits = ampleLimits } = {}) =>
    timed(
      () => new ElbClient(api(limits)).showJob({ endpoint, projectId, jobId }, credential, signal),
      Object.values(credential) as string[],
      limits,
    );
  const listJobs = async (): Promise<Result<unknown>> => {
    const pages = new ElbClient(api()).listJobs({ endpoint: simulator.origin, projectId }, temporaryKey, signal);
    const { value } = await pages.next();
    assert.ok(value);
    return value;
  };
  const listProjects = () => new IamClient(api()).listProjects({ iamEndpoint: simulator.origin }, temporaryKey, signal);
  const createToken = () =>
    new IamClient(api()).createToken(
      { iamEndpoint: simulator.origin, domain: 'd', user: 'u', password, project: { id: projectId } },
      signal,
    );

  /** Each API with each type of credential, and the reason of a refusal for which the service gives none. */
  const ways: readonly (readonly [name: string, ask: () => Promise<Outcome>, reason?: RefusalReason])[] = [
    ['ShowJob by key', () => showJob(temporaryKey)],
    ['ShowJob by token', () => showJob(iamToken), 'token-refused'],
    ['ListJobs by key', () => timed(listJobs, Object.values(temporaryKey))],
    ['ListProjects by key', () => timed(listProjects, Object.values(temporaryKey))],
    ['CreateToken by password', () => timed(createToken, [password]), 'sign-in-refused'],
  ];

  function check(
    { result, tookMs, limits, sent }: Outcome,
    { fault: _, isEmptyList: __, ...expected }: Expected,
  ): void {
    assert.ok(!result.ok, 'a fault is no success');
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(result.error[name as keyof ElbError], value, name);
    }
    assert.ok(tookMs < limits.deadlineMs + SLACK, `took ${tookMs} ms`);
    assert.ok((result.error.message ?? '').length <= 2048);
    const text = JSON.stringify(result) + written.join('');
    for (const secret of sent) {
      assert.ok(!text.includes(secret) && !text.includes(JSON.stringify(secret).slice(1, -1)), text);
    }
  }

  const slowWays: typeof ways = [['ShowJob by key', () => showJob(temporaryKey, { limits: shortLimits })]];

  for (const [name, effect, expected] of faultRows) {
    for (const [way, ask, reason] of SLOW.has(effect.kind) ? slowWays : ways) {
      it(`reports ${expected.kind}, in time and without a secret: ${name} (${way})`, async () => {
        const fault = simulator.injectFault({ effect });
        try {
          const outcome = await ask();
          if (expected.isEmptyList && way.startsWith('ListJobs')) {
            assert.ok(outcome.result.ok);
            return;
          }
          check(outcome, {
            ...expected,
            ...(expected.kind === 'authentication' ? { reason: expected.reason ?? reason } : {}),
            ...(way.startsWith('ShowJob') && expected.fault !== undefined ? { message: expected.fault } : {}),
          });
          assert.equal(fault.hits, 1, 'one request was enough');
        } finally {
          fault.remove();
        }
      });
    }
  }

  for (const minutes of [20, -20]) {
    it(`signs again if the clock is off by ${minutes} min, and is accepted`, async () => {
      const skews: number[] = [];
      const skewed = new CloudApi(
        axiosTransport('elb-job-tracker/0.0.0-test', ampleLimits),
        () => simulator.clock.now() - minutes * MINUTE,
        (skew) => skews.push(Math.round(skew / MINUTE)),
      );
      const before = simulator.requests.length;
      const client = new ElbClient(skewed);
      const poll = () =>
        client.showJob({ endpoint: simulator.origin, projectId, jobId }, temporaryKey, AbortSignal.timeout(MINUTE));
      assert.ok((await poll()).ok);
      assert.ok((await poll()).ok);
      assert.deepEqual(skews, [minutes]);
      assert.deepEqual(
        simulator.requests.slice(before).map(({ status }) => status),
        [401, 200, 200],
        'the next request is signed right at once',
      );
    });
  }

  it('stops after one correction if the service still reports a wrong clock', async () => {
    const effect = notAuthenticatedFor(
      'calc aksk signature fail:signature expired, signature time:20240323T082042Z,server time:20240323T092042Z',
    );
    const fault = simulator.injectFault({ effect });
    try {
      check(await showJob(temporaryKey), { kind: 'clock-skew' });
      assert.equal(fault.hits, 2);
    } finally {
      fault.remove();
    }
  });

  it('reports the lock of a key after five failures', async () => {
    const wrong = { ...temporaryKey, secretKey: 'AnotherSecretKey' };
    for (let count = 0; count < 5; count += 1) check(await showJob(wrong), { kind: 'authentication' });
    check(await showJob(temporaryKey), { kind: 'locked-out' });
  });

  it('takes a redirect to another host for a proxy’s, and sends that host nothing', async () => {
    const other = await Simulator.start();
    const fault = simulator.injectFault({ effect: redirectTo(`${other.origin}/v3/${projectId}/elb/jobs/${jobId}`) });
    try {
      for (const credential of [temporaryKey, iamToken]) {
        check(await showJob(credential), { kind: 'proxy', httpStatus: 302 });
      }
      assert.equal(other.requests.length, 0);
    } finally {
      fault.remove();
      await other.stop();
    }
  });

  it('reports network if the connection is refused', async () => {
    const gone = await Simulator.start();
    await gone.stop();
    check(await showJob(temporaryKey, { endpoint: gone.origin }), { kind: 'network', code: 'ECONNREFUSED' });
  });

  it('reports timeout if no connection is established', async () => {
    const silent = createServer();
    await using(silent, async (port) => {
      const endpoint = `https://127.0.0.1:${port}`;
      check(await showJob(temporaryKey, { endpoint, limits: shortLimits }), { kind: 'timeout' });
    });
  });

  it('reports certificate if the server’s is not trusted', async () => {
    const pem = readFileSync(path.join('test', 'fixtures', 'self-signed.pem'), 'utf8');
    let requests = 0;
    const server = createHttpsServer({ key: pem, cert: pem }, (_, response) => {
      requests += 1;
      response.end(OFFICIAL_EXAMPLE.text);
    });
    await using(server, async (port) => {
      check(await showJob(temporaryKey, { endpoint: `https://127.0.0.1:${port}` }), { kind: 'certificate' });
      assert.equal(requests, 0, 'nothing is sent to a server without a trusted certificate');
    });
  });

  it('is cancelled at once when the caller aborts', async () => {
    const fault = simulator.injectFault({ effect: { kind: 'hang' } });
    try {
      const controller = new AbortController();
      const client = new ElbClient(new CloudApi(axiosTransport('test'), () => simulator.clock.now()));
      const pending = client.showJob({ endpoint: simulator.origin, projectId, jobId }, temporaryKey, controller.signal);
      while (fault.hits === 0) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      const result = await pending;
      assert.equal(!result.ok && result.error.kind, 'cancelled');
    } finally {
      fault.remove();
    }
  });

  it('does not change prototypes if keys are named __proto__', async () => {
    const body = '{"job":{"status":"RUNNING","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
    const fault = simulator.injectFault({ effect: successWith(body) });
    try {
      const { result } = await showJob(temporaryKey);
      assert.ok(result.ok);
      assert.equal(result.value.job.status, 'RUNNING');
      assert.equal(JSON.stringify({ job: result.value.job.raw }), body, 'the raw view shows what came');
      const { raw = assert.fail() } = result.value.job;
      assert.ok(!('polluted' in {}) && !('polluted' in raw), 'its prototype is as it was');
      assert.ok(Object.hasOwn(raw, '__proto__'), 'what came is a field like any other');
    } finally {
      fault.remove();
    }
  });
});

async function using(server: Server, work: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
