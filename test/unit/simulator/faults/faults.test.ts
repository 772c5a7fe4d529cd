import assert from 'node:assert/strict';
import { once as eventOf } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import {
  actionNotGranted,
  apiAbsent,
  gatewayError,
  jobNotFound,
  notAuthenticatedFor,
  proxyPage,
  redirectTo,
  throttled,
  userNotAuthorized,
} from '../../../../src/simulator/faults/fault-presets';
import type { FaultEffect } from '../../../../src/simulator/faults/faults';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { ask, errorOf, type Reply, until } from '../../../support/simulator-client';

const JOBS = `/v3/${OFFICIAL_EXAMPLE.projectId}/elb/jobs`;
const EXAMPLE = `${JOBS}/${OFFICIAL_EXAMPLE.jobId}`;
const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('a fault in the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start({ clock: new SimulatorClock({ startAt: NOW, held: true }) });
  });
  afterEach(() => simulator.stop());

  const once = (effect: FaultEffect) => simulator.injectFault({ times: 1, effect });
  /** The answer of the fault, after which the right one must be back. */
  const askOnce = async (effect: FaultEffect): Promise<Reply> => {
    once(effect);
    const reply = await ask(simulator, EXAMPLE);
    assert.equal((await ask(simulator, EXAMPLE)).text, OFFICIAL_EXAMPLE.text);
    return reply;
  };
  const rejectsOnce = async (effect: FaultEffect, expected: { code: string }) => {
    once(effect);
    await assert.rejects(ask(simulator, EXAMPLE), expected);
    assert.equal((await ask(simulator, EXAMPLE)).text, OFFICIAL_EXAMPLE.text);
  };

  it('throttles, with a limit in the text and a Retry-After where asked for', async () => {
    const plain = await askOnce(throttled());
    assert.equal(plain.status, 429);
    assert.equal(plain.headers['retry-after'], undefined);
    const { error_code, error_msg, request_id } = errorOf(plain);
    assert.equal(error_code, 'APIGW.0308');
    assert.match(error_msg, /threshold has been reached: policy user over ratelimit,limit:200,time:5 minute$/);
    assert.equal(plain.headers['x-request-id'], request_id);
    const timed = await askOnce(throttled({ limit: 60, minutes: 1, retryAfterSeconds: 7 }));
    assert.equal(timed.headers['retry-after'], '7');
    assert.match(errorOf(timed).error_msg, /limit:60,time:1 minute$/);
  });

  it('answers in the shape of the gateway and of ELB', async () => {
    for (const [effect, status, code] of [
      [gatewayError(500), 500, 'APIGW.0601'],
      [gatewayError(502), 502, 'APIGW.0201'],
      [gatewayError(503), 503, 'APIGW.0613'],
      [gatewayError(504), 504, 'APIGW.0201'],
      [notAuthenticatedFor(), 401, 'APIGW.0301'],
      [actionNotGranted(), 403, 'ELB.9802'],
      [userNotAuthorized(), 403, 'APIGW.0302'],
      [jobNotFound(), 404, 'ELB.8904'],
      [apiAbsent(), 404, 'APIGW.0101'],
    ] as const) {
      const reply = await askOnce(effect);
      assert.deepEqual([reply.status, errorOf(reply).error_code], [status, code]);
    }
  });

  it('answers with any status, headers and body', async () => {
    const page = await askOnce(proxyPage(407));
    assert.deepEqual([page.status, page.headers['content-type']], [407, 'text/html']);
    assert.match(page.text, /^<!DOCTYPE html>/);
    assert.equal((await askOnce({ kind: 'answer', status: 200 })).text, '');
    assert.equal((await askOnce({ kind: 'answer', status: 200, body: '{"job":' })).text, '{"job":');
    const types = '{"job":{"status":7,"sub_jobs":"none"}}';
    assert.equal((await askOnce({ kind: 'answer', status: 200, body: types })).text, types);
  });

  it('redirects', async () => {
    const reply = await askOnce(redirectTo('http://127.0.0.1:9/elsewhere'));
    assert.deepEqual([reply.status, reply.headers.location], [302, 'http://127.0.0.1:9/elsewhere']);
  });

  it('lets headers of its own come before those of the shape', async () => {
    const headers = { 'content-type': 'text/plain', date: 'Thu, 01 Jan 1970 00:00:00 GMT' };
    const reply = await askOnce({ kind: 'error', status: 500, code: 'X', message: 'y', headers });
    assert.equal(reply.headers['content-type'], 'text/plain');
    assert.equal(reply.headers.date, 'Thu, 01 Jan 1970 00:00:00 GMT');
  });

  it('delays the right answer by real time, though the clock is held', async () => {
    const before = performance.now();
    const reply = await askOnce({ kind: 'delay', ms: 30 });
    assert.ok(performance.now() - before >= 29);
    assert.equal(reply.text, OFFICIAL_EXAMPLE.text);
  });

  it('resets the connection', async () => {
    await rejectsOnce({ kind: 'reset' }, { code: 'ECONNRESET' });
  });

  it('cuts the body half-way', async () => {
    await rejectsOnce({ kind: 'cut' }, { code: 'ECONNRESET' });
    assert.equal(simulator.requests[0]?.status, 200);
  });

  it('resets the connection half-way through the body', async () => {
    await rejectsOnce({ kind: 'resetHalfway' }, { code: 'ECONNRESET' });
    assert.equal(simulator.requests[0]?.status, 200);
    once({ kind: 'resetHalfway' });
    const { port } = new URL(simulator.origin);
    const socket = connect(Number(port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.write(`GET ${EXAMPLE} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [error] = (await eventOf(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET', 'no orderly end');
    assert.match(received, /^HTTP\/1\.1 401 /, 'the head of the answer came');
  });

  it('does to any answer what it does to the right one', async () => {
    const answer = { status: 401, headers: { 'X-Request-Id': 'r' }, body: '{"a":1}' };
    const whole = await askOnce({ kind: 'drip', ms: 0, answer });
    assert.deepEqual([whole.status, whole.headers['x-request-id'], whole.text], [401, 'r', '{"a":1}']);
    const long = await askOnce({ kind: 'oversize', bytes: 1000, answer });
    assert.deepEqual([long.status, long.text.length, long.text.trim()], [401, 1000, '{"a":1}']);
    assert.equal((await askOnce({ kind: 'gzipBomb', bytes: 1000, answer })).status, 401);
    for (const kind of ['cut', 'resetHalfway'] as const) await rejectsOnce({ kind, answer }, { code: 'ECONNRESET' });
    const before = simulator.requests.length;
    const patience = new AbortController();
    once({ kind: 'stall', answer });
    const stalled = ask(simulator, EXAMPLE, { signal: patience.signal });
    await until(() => simulator.requests[before]?.status === 401);
    patience.abort();
    await assert.rejects(stalled, { name: 'AbortError' });
  });

  it('drips for as long as it takes, and leaves no listener behind for each byte', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    try {
      await askOnce({ kind: 'drip', ms: 0, answer: { status: 200, body: 'x'.repeat(30) } });
      // A warning is told in the next turn.
      await nextTurn();
    } finally {
      process.off('warning', note);
    }
    assert.deepEqual(warnings, []);
  });

  it('never answers, and keeps the connection open until the client gives up', async () => {
    once({ kind: 'hang' });
    const patience = new AbortController();
    const hung = ask(simulator, EXAMPLE, { signal: patience.signal });
    await until(() => simulator.requests.length === 1);
    assert.equal((await ask(simulator, EXAMPLE)).status, 200, 'others are answered in the meantime');
    patience.abort();
    await assert.rejects(hung, { name: 'AbortError' });
    assert.equal(simulator.requests[0]?.status, undefined);
  });

  it('sends far too much, which is still the right answer', async () => {
    const bytes = 3_000_000;
    const reply = await askOnce({ kind: 'oversize', bytes });
    assert.equal(reply.text.length, bytes);
    assert.equal(reply.headers['content-length'], undefined);
    assert.deepEqual(JSON.parse(reply.text), JSON.parse(OFFICIAL_EXAMPLE.text));
  });

  it('stops sending too much when the client has had enough', async () => {
    once({ kind: 'oversize', bytes: Number.MAX_SAFE_INTEGER });
    const patience = new AbortController();
    const endless = ask(simulator, EXAMPLE, { signal: patience.signal });
    await until(() => simulator.requests[0]?.status === 200);
    patience.abort();
    await assert.rejects(endless, { name: 'AbortError' });
  });

  it("lets the server's clock drift, in the check of the date and in what it says", async () => {
    const hour = 3_600_000;
    const reply = await askOnce({ kind: 'clockDrift', ms: hour });
    assert.equal(reply.status, 401);
    assert.match(errorOf(reply).error_msg, /signature time:20260301T120000Z,server time:20260301T130000Z$/);
    assert.equal(reply.headers.date, 'Sun, 01 Mar 2026 13:00:00 GMT');
    once({ kind: 'clockDrift', ms: hour });
    assert.equal((await ask(simulator, EXAMPLE, { at: NOW + hour })).status, 200);
  });

  it('is for the requests that it names', async () => {
    simulator.startJob({ kind: 'UPGRADE', jobId: 'other' });
    const list = simulator.injectFault({ match: { route: 'ListJobs' }, effect: actionNotGranted() });
    const job = simulator.injectFault({ match: { jobId: 'other' }, effect: throttled() });
    const statuses = async () => {
      const targets = [EXAMPLE, `${JOBS}/other`, JOBS, '/v3/projects'];
      return (await Promise.all(targets.map((target) => ask(simulator, target)))).map(({ status }) => status);
    };
    assert.deepEqual(await statuses(), [200, 429, 403, 200]);
    assert.deepEqual([list.hits, job.hits], [1, 1]);
    list.remove();
    job.remove();
    job.remove();
    assert.deepEqual(await statuses(), [200, 200, 200, 200]);
  });

  it('is used up in the order of injection, each as many times as it says', async () => {
    simulator.injectFault({ times: 2, effect: gatewayError(503) });
    simulator.injectFault({ times: 1, effect: gatewayError(502) });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await ask(simulator, EXAMPLE)).status);
    assert.deepEqual(statuses, [503, 503, 502, 200]);
  });

  it('answers before the request is looked at, so that no key is locked by it', async () => {
    simulator.injectFault({ times: 9, effect: notAuthenticatedFor() });
    for (let count = 0; count < 9; count += 1) assert.equal((await ask(simulator, EXAMPLE)).status, 401);
    assert.equal((await ask(simulator, EXAMPLE)).status, 200);
  });

  it('is refused where it cannot be', () => {
    const effects: FaultEffect[] = [
      { kind: 'answer', status: 199 },
      { kind: 'error', status: 600, code: 'X', message: 'y' },
      { kind: 'answer', status: 200, headers: { 'Set Cookie': 'a' } },
      { kind: 'answer', status: 200, headers: { Location: 'a\r\nb' } },
      { kind: 'delay', ms: -1 },
      { kind: 'delay', ms: 2 ** 31 },
      { kind: 'clockDrift', ms: Infinity },
      { kind: 'oversize', bytes: 0.5 },
      { kind: 'answer', status: 200, body: 'a', bodyBase64: 'YQ==' },
      { kind: 'cut', answer: { status: 600 } },
    ];
    for (const effect of effects) assert.throws(() => simulator.injectFault({ effect }), { name: 'InputError' });
    assert.throws(() => simulator.injectFault({ times: 0, effect: { kind: 'hang' } }), { name: 'InputError' });
  });
});
