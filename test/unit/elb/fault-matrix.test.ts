import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { axiosTransport } from '../../../src/elb/axios-transport';
import { CloudApi } from '../../../src/elb/cloud-api';
import type { Credential } from '../../../src/elb/credential';
import { ElbClient } from '../../../src/elb/elb-client';
import type { ElbError, ElbErrorKind, RefusalReason, Result } from '../../../src/elb/error';
import { IamClient } from '../../../src/elb/iam-client';
import {
  actionNotGranted,
  answering,
  apiAbsent,
  conflict,
  gatewayError,
  jobNotFound,
  notAuthenticatedFor,
  NOT_AUTHENTICATED_REASONS,
  proxyPage,
  redirectTo,
  throttled,
  userNotAuthorized,
} from '../../../src/simulator/fault-presets';
import type { AnyAnswer, FaultEffect } from '../../../src/simulator/faults';
import { OFFICIAL_EXAMPLE } from '../../../src/simulator/official-example';
import { Simulator } from '../../../src/simulator/simulator';

const MINUTE = 60_000;
const MEBIBYTE = 1024 * 1024;
/** Milliseconds. */
const limits = { silence: 250, deadline: 600 };
/** What a machine that does other work may need beside. */
const SLACK = 2500;

const { projectId, jobId } = OFFICIAL_EXAMPLE;
const temporaryKey = {
  accessKey: 'HSTPLANTEDKEY0001',
  secretKey: 'PlantedSecretKey/0123456789+abcdefghij',
  securityToken: 'planted+security/token=0123456789',
};
const iamToken = { token: 'planted-iam-token-0123456789' };
const password = 'planted pass\\word/!+%';
const planted = [...Object.values(temporaryKey), iamToken.token, password];

interface Expected extends Partial<ElbError> {
  readonly kind: ElbErrorKind;
  /** Where in the answer of ShowJob the fault is; the other APIs have other fields. */
  readonly fault?: string;
}

const refusals: Record<(typeof NOT_AUTHENTICATED_REASONS)[number], Expected> = {
  'verify aksk signature fail': { kind: 'authentication', reason: 'wrong-signature' },
  'ak HSTEXAMPLE0001 not exist': { kind: 'authentication', reason: 'unknown-key' },
  'Get secretKey failed,ak:HSTEXAMPLE0001,err:ak not exist': { kind: 'authentication', reason: 'unknown-key' },
  'decrypt token fail': { kind: 'authentication' },
  'x-auth-token not found': { kind: 'authentication' },
  'token expires, expires_at: 2024-03-23T08:20:42.000000Z': { kind: 'token-expired' },
  'get token error': { kind: 'authentication' },
  'AK access failed to reach the limit,forbidden': { kind: 'locked-out' },
  Unauthorized: { kind: 'authentication' },
};

const accountNotVerified: FaultEffect = { kind: 'error', status: 401, code: 'ELB.1109', message: 'Not verified.' };
const invalidUtf8 = Buffer.concat([Buffer.from('{"job":{"status":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}}')]);
/** As a proxy that echoes what it was sent. */
const echo = `<html>${planted.join(' ')} x-auth-token: ${iamToken.token}</html>`;

const right: AnyAnswer = { status: 200, body: OFFICIAL_EXAMPLE.text };
const refused: AnyAnswer = {
  status: 401,
  body: '{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}',
};

const matrix: readonly (readonly [name: string, effect: FaultEffect, expected: Expected])[] = [
  ...NOT_AUTHENTICATED_REASONS.map(
    (reason) => [`401 ${reason}`, notAuthenticatedFor(reason), { ...refusals[reason], httpStatus: 401 }] as const,
  ),
  [
    '401 that echoes all secrets',
    notAuthenticatedFor(`canonicalRequest:${planted.join('|')}`),
    { kind: 'authentication' },
  ],
  ['401 that echoes them in words of its own', notAuthenticatedFor(planted.join(' and ')), { kind: 'authentication' }],
  ['401 without a body', { kind: 'answer', status: 401 }, { kind: 'authentication', httpStatus: 401 }],
  ['401 that ends half-way', { kind: 'cut', answer: refused }, { kind: 'authentication', httpStatus: 401 }],
  ['401 and then silence', { kind: 'stall', answer: refused }, { kind: 'authentication', httpStatus: 401 }],
  [
    '401 of 64 MiB',
    { kind: 'oversize', bytes: 64 * MEBIBYTE, answer: refused },
    { kind: 'authentication', httpStatus: 401 },
  ],
  [
    '401 that is not compressed as it says',
    { kind: 'answer', ...refused, headers: { 'Content-Encoding': 'gzip' } },
    { kind: 'authentication', httpStatus: 401 },
  ],
  [
    '401 of more words than anybody reads',
    notAuthenticatedFor('ak '.repeat(20_000)),
    { kind: 'authentication', code: 'APIGW.0301' },
  ],
  [
    '401 of an account without a real name',
    accountNotVerified,
    { kind: 'authentication', reason: 'account-not-verified' },
  ],
  ['403 of the gateway', userNotAuthorized(), { kind: 'gateway-forbidden', code: 'APIGW.0302' }],
  ['403 of ELB', actionNotGranted(), { kind: 'forbidden', code: 'ELB.9802' }],
  ['403 of a proxy', proxyPage(403), { kind: 'proxy' }],
  ['404 of ELB', jobNotFound(), { kind: 'not-found', code: 'ELB.8904' }],
  ['404 of the gateway', apiAbsent(), { kind: 'api-absent', code: 'APIGW.0101' }],
  ['404 of a proxy', proxyPage(404), { kind: 'proxy' }],
  [
    '404 of a proxy that writes JSON',
    { kind: 'answer', status: 404, body: '{"error":{"code":404,"message":"no route"}}' },
    { kind: 'proxy' },
  ],
  ['407 of a proxy', proxyPage(407), { kind: 'proxy' }],
  ['511 of a network', proxyPage(511), { kind: 'proxy', httpStatus: 511 }],
  ...[301, 302, 303, 307, 308].map(
    (status) =>
      [
        `${status} to a login page`,
        redirectTo('http://127.0.0.1:1/', status),
        { kind: 'proxy', httpStatus: status },
      ] as const,
  ),
  ['409', conflict(), { kind: 'server', code: 'ELB.8907' }],
  ['429', throttled(), { kind: 'throttled', rateLimit: { requests: 200, period: 5 * MINUTE } }],
  ['429 with Retry-After', throttled({ retryAfterSeconds: 7 }), { kind: 'throttled', retryAfter: 7000 }],
  [
    '429 that ends half-way',
    { kind: 'cut', answer: { status: 429, headers: { 'Retry-After': '7' }, body: 'throttled' } },
    { kind: 'throttled', retryAfter: 7000 },
  ],
  ['500', gatewayError(500), { kind: 'server', httpStatus: 500 }],
  ['502 with the HTML of a proxy', proxyPage(502), { kind: 'server', httpStatus: 502 }],
  ['503', gatewayError(503), { kind: 'server', code: 'APIGW.0613' }],
  ['504', gatewayError(504), { kind: 'server', httpStatus: 504 }],
  [
    'an error in an encoding of its own',
    { kind: 'answer', status: 502, bodyBase64: invalidUtf8.toString('base64') },
    { kind: 'server' },
  ],
  ['an error that echoes all secrets', { kind: 'answer', status: 500, body: echo }, { kind: 'server' }],
  ['a reset before an answer', { kind: 'reset' }, { kind: 'network', httpStatus: undefined }],
  ['a reset in the middle of the body', { kind: 'resetHalfway', answer: right }, { kind: 'network', httpStatus: 200 }],
  ['a body that ends half-way', { kind: 'cut', answer: right }, { kind: 'network', httpStatus: 200 }],
  ['no answer', { kind: 'hang' }, { kind: 'timeout', httpStatus: undefined }],
  ['headers and then silence', { kind: 'stall', answer: right }, { kind: 'timeout', httpStatus: 200 }],
  ['one byte at a time', { kind: 'drip', ms: 100, answer: right }, { kind: 'timeout', httpStatus: 200 }],
  ['a gzip bomb', { kind: 'gzipBomb', bytes: 64 * MEBIBYTE, answer: right }, { kind: 'malformed', httpStatus: 200 }],
  [
    'a body of 64 MiB',
    { kind: 'oversize', bytes: 64 * MEBIBYTE, answer: right },
    { kind: 'malformed', httpStatus: 200 },
  ],
  [
    'a body that is not compressed as it says',
    { kind: 'answer', ...right, headers: { 'Content-Encoding': 'gzip' } },
    { kind: 'malformed', httpStatus: 200 },
  ],
  ['an empty body', answering(''), { kind: 'malformed' }],
  ['HTML for an answer', answering('<html></html>'), { kind: 'malformed' }],
  ['truncated JSON', answering('{"job":{"status":"RUNN'), { kind: 'malformed' }],
  [
    'JSON of wrong types',
    answering('{"job":{"status":7}}'),
    { kind: 'malformed', fault: 'job.status: not string or null' },
  ],
  ['JSON that is a list', answering('[]'), { kind: 'malformed' }],
  ['JSON without a job', answering('{}'), { kind: 'malformed', fault: 'job: missing' }],
  ['deeply nested JSON', answering(nested(1000)), { kind: 'malformed', fault: 'job.x: nested too deeply' }],
  ...[temporaryKey.secretKey, temporaryKey.securityToken, iamToken.token, password].map(
    (secret, index) =>
      [`a secret for a name in JSON (${index})`, answering(nested(1000, secret)), { kind: 'malformed' }] as const,
  ),
  [
    'JSON of nothing but brackets',
    answering('['.repeat(3 * MEBIBYTE)),
    { kind: 'malformed', message: 'The answer has too many parts.' },
  ],
  ['duplicate keys, of which the last counts', answering('{"job":{},"job":7}'), { kind: 'malformed' }],
  ['invalid UTF-8', answering(invalidUtf8), { kind: 'malformed', message: 'The answer is not UTF-8.' }],
];

/** Each takes its time, and by every API they would take long: they are met where no API makes a difference. */
const SLOW: ReadonlySet<FaultEffect['kind']> = new Set(['hang', 'stall', 'drip', 'oversize', 'gzipBomb']);

function nested(levels: number, name = 'x'): string {
  return `{"job":{${JSON.stringify(name)}:${'['.repeat(levels)}${']'.repeat(levels)}}}`;
}

describe('every fault of the cloud', () => {
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

  const api = () => new CloudApi(axiosTransport('elb-job-tracker/0.0.0-test', limits), () => simulator.clock.now());

  interface Outcome {
    readonly result: Result<unknown>;
    readonly took: number;
    readonly sent: readonly string[];
  }

  async function timed<T>(ask: () => Promise<Result<T>>, sent: readonly string[]) {
    const start = performance.now();
    const result = await ask();
    return { result, took: performance.now() - start, sent };
  }

  const { signal } = new AbortController();
  const showJob = (credential: Credential, endpoint = simulator.origin) =>
    timed(
      () => new ElbClient(api()).showJob({ endpoint, projectId, jobId }, credential, signal),
      Object.values(credential) as string[],
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

  /** Each API, by each way to say who asks; with the reason of a refusal for which the service gives none. */
  const ways: readonly (readonly [name: string, ask: () => Promise<Outcome>, reason?: RefusalReason])[] = [
    ['ShowJob by key', () => showJob(temporaryKey)],
    ['ShowJob by token', () => showJob(iamToken), 'token-refused'],
    ['ListJobs by key', () => timed(listJobs, Object.values(temporaryKey))],
    ['ListProjects by key', () => timed(listProjects, Object.values(temporaryKey))],
    ['CreateToken by password', () => timed(createToken, [password]), 'wrong-password'],
  ];

  function check({ result, took, sent }: Outcome, { fault: _, ...expected }: Expected): void {
    assert.ok(!result.ok, 'a fault is no success');
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(result.error[name as keyof ElbError], value, name);
    }
    assert.ok(took < limits.deadline + SLACK, `took ${took} ms`);
    assert.ok((result.error.message ?? '').length <= 2048);
    const said = JSON.stringify(result) + written.join('');
    for (const secret of sent) {
      assert.ok(!said.includes(secret) && !said.includes(JSON.stringify(secret).slice(1, -1)), said);
    }
  }

  for (const [name, effect, expected] of matrix) {
    for (const [way, ask, reason] of SLOW.has(effect.kind) ? ways.slice(0, 1) : ways) {
      it(`is told as ${expected.kind}, in time and without a secret: ${name} (${way})`, async () => {
        const fault = simulator.injectFault({ effect });
        try {
          const outcome = await ask();
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
    it(`signs once more where the clock is off by ${minutes} min, and is let in`, async () => {
      const skews: number[] = [];
      const skewed = new CloudApi(
        axiosTransport('elb-job-tracker/0.0.0-test', limits),
        () => simulator.clock.now() - minutes * MINUTE,
        (skew) => skews.push(Math.round(skew / MINUTE)),
      );
      const before = simulator.requests.length;
      const client = new ElbClient(skewed);
      const look = () =>
        client.showJob({ endpoint: simulator.origin, projectId, jobId }, temporaryKey, AbortSignal.timeout(5000));
      assert.ok((await look()).ok);
      assert.ok((await look()).ok);
      assert.deepEqual(skews, [minutes]);
      assert.deepEqual(
        simulator.requests.slice(before).map(({ status }) => status),
        [401, 200, 200],
        'the next request is signed right at once',
      );
    });
  }

  it('gives up after one correction where the service goes on to say that the clock is off', async () => {
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

  it('is a lockout when it is one: after five failures the key is told to be locked', async () => {
    const wrong = { ...temporaryKey, secretKey: 'AnotherSecretKey' };
    for (let count = 0; count < 5; count += 1) check(await showJob(wrong), { kind: 'authentication' });
    check(await showJob(temporaryKey), { kind: 'locked-out' });
  });

  it('takes a redirect to another host for no answer, and sends that host nothing', async () => {
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

  it('is told as network where the connection is refused', async () => {
    const gone = await Simulator.start();
    await gone.stop();
    check(await showJob(temporaryKey, gone.origin), { kind: 'network', code: 'ECONNREFUSED' });
  });

  it('is told as timeout where the connection does not come about', async () => {
    const silent = createServer();
    await using(silent, async (port) => {
      check(await showJob(temporaryKey, `https://127.0.0.1:${port}`), { kind: 'timeout' });
    });
  });

  it('is told as certificate where the server’s is not trusted', async () => {
    const pem = readFileSync(path.join('test', 'fixtures', 'self-signed.pem'), 'utf8');
    let requests = 0;
    const server = createHttpsServer({ key: pem, cert: pem }, (_, response) => {
      requests += 1;
      response.end(OFFICIAL_EXAMPLE.text);
    });
    await using(server, async (port) => {
      check(await showJob(temporaryKey, `https://127.0.0.1:${port}`), { kind: 'certificate' });
      assert.equal(requests, 0, 'nothing is sent to a server that nobody vouches for');
    });
  });

  it('is cancelled at once by whoever asked', async () => {
    const fault = simulator.injectFault({ effect: { kind: 'hang' } });
    try {
      const controller = new AbortController();
      const client = new ElbClient(new CloudApi(axiosTransport('test'), () => simulator.clock.now()));
      const asked = client.showJob({ endpoint: simulator.origin, projectId, jobId }, temporaryKey, controller.signal);
      while (fault.hits === 0) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      const result = await asked;
      assert.equal(!result.ok && result.error.kind, 'cancelled');
    } finally {
      fault.remove();
    }
  });

  it('leaves prototypes alone where keys are named __proto__', async () => {
    const body = '{"job":{"status":"RUNNING","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
    const fault = simulator.injectFault({ effect: answering(body) });
    try {
      const { result } = await showJob(temporaryKey);
      assert.ok(result.ok);
      assert.equal(result.value.job.status, 'RUNNING');
      assert.equal(JSON.stringify({ job: result.value.job.raw }), body, 'the raw view shows what came');
      const { raw } = result.value.job;
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
