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
} from '../../../support/cloud/fault-presets';
import type { FaultEffect } from '../../../../src/simulator/faults/faults';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { sendSigned, errorOf, type ReceivedResponse, until } from '../../../support/simulator-client';

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
  /** Returns the response with the fault, after which the cloud's must be back. */
  const sendOnce = async (effect: FaultEffect): Promise<ReceivedResponse> => {
    once(effect);
    const response = await sendSigned(simulator, EXAMPLE);
    assert.equal((await sendSigned(simulator, EXAMPLE)).text, OFFICIAL_EXAMPLE.text);
    return response;
  };
  const rejectsOnce = async (effect: FaultEffect, expected: { code: string }) => {
    once(effect);
    await assert.rejects(sendSigned(simulator, EXAMPLE), expected);
    assert.equal((await sendSigned(simulator, EXAMPLE)).text, OFFICIAL_EXAMPLE.text);
  };

  it('throttles, with a limit in the message and an optional Retry-After', async () => {
    const plain = await sendOnce(throttled());
    assert.equal(plain.status, 429);
    assert.equal(plain.headers['retry-after'], undefined);
    const { error_code, error_msg, request_id } = errorOf(plain);
    assert.equal(error_code, 'APIGW.0308');
    assert.match(error_msg, /threshold has been reached: policy user over ratelimit,limit:200,time:5 minute$/);
    assert.equal(plain.headers['x-request-id'], request_id);
    const timed = await sendOnce(throttled({ limit: 60, minutes: 1, retryAfterSeconds: 7 }));
    assert.equal(timed.headers['retry-after'], '7');
    assert.match(errorOf(timed).error_msg, /limit:60,time:1 minute$/);
  });

  it('responds in the format of the gateway and of ELB', async () => {
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
      const response = await sendOnce(effect);
      assert.deepEqual([response.status, errorOf(response).error_code], [status, code]);
    }
  });

  it('responds with any status, headers and body', async () => {
    const page = await sendOnce(proxyPage(407));
    assert.deepEqual([page.status, page.headers['content-type']], [407, 'text/html']);
    assert.match(page.text, /^<!DOCTYPE html>/);
    assert.equal((await sendOnce({ kind: 'response', status: 200 })).text, '');
    assert.equal((await sendOnce({ kind: 'response', status: 200, body: '{"job":' })).text, '{"job":');
    const types = '{"job":{"status":7,"sub_jobs":"none"}}';
    assert.equal((await sendOnce({ kind: 'response', status: 200, body: types })).text, types);
  });

  it('redirects', async () => {
    const response = await sendOnce(redirectTo('http://127.0.0.1:9/elsewhere'));
    assert.deepEqual([response.status, response.headers.location], [302, 'http://127.0.0.1:9/elsewhere']);
  });

  it('overrides the standard headers by its own', async () => {
    const headers = { 'content-type': 'text/plain', date: 'Thu, 01 Jan 1970 00:00:00 GMT' };
    const response = await sendOnce({ kind: 'error', status: 500, code: 'X', message: 'y', headers });
    assert.equal(response.headers['content-type'], 'text/plain');
    assert.equal(response.headers.date, 'Thu, 01 Jan 1970 00:00:00 GMT');
  });

  it('delays the response by real time, even if the clock is held', async () => {
    const before = performance.now();
    const response = await sendOnce({ kind: 'delay', ms: 30 });
    assert.ok(performance.now() - before >= 29);
    assert.equal(response.text, OFFICIAL_EXAMPLE.text);
  });

  it('resets the connection', async () => {
    await rejectsOnce({ kind: 'reset' }, { code: 'ECONNRESET' });
  });

  it('cuts the body off half-way', async () => {
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
    socket.write(`GET ${EXAMPLE} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const [error] = (await eventOf(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET', 'no orderly end');
    assert.match(received, /^HTTP\/1\.1 401 /, 'the status line has arrived');
  });

  it('applies to any given response, not only to the cloud’s', async () => {
    const response = { status: 401, headers: { 'X-Request-Id': 'r' }, body: '{"a":1}' };
    const whole = await sendOnce({ kind: 'drip', ms: 0, response });
    assert.deepEqual([whole.status, whole.headers['x-request-id'], whole.text], [401, 'r', '{"a":1}']);
    const long = await sendOnce({ kind: 'oversize', bytes: 1000, response });
    assert.deepEqual([long.status, long.text.length, long.text.trim()], [401, 1000, '{"a":1}']);
    assert.equal((await sendOnce({ kind: 'gzipBomb', bytes: 1000, response })).status, 401);
    for (const kind of ['cut', 'resetHalfway'] as const) await rejectsOnce({ kind, response }, { code: 'ECONNRESET' });
    const before = simulator.requests.length;
    const patience = new AbortController();
    once({ kind: 'stall', response });
    const stalled = sendSigned(simulator, EXAMPLE, { signal: patience.signal });
    await until(() => simulator.requests[before]?.status === 401);
    patience.abort();
    await assert.rejects(stalled, { name: 'AbortError' });
  });

  it('drips to the end, and leaves no listeners behind', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    try {
      await sendOnce({ kind: 'drip', ms: 0, response: { status: 200, body: 'x'.repeat(30) } });
      // A warning is emitted in the next turn.
      await nextTurn();
    } finally {
      process.off('warning', note);
    }
    assert.deepEqual(warnings, []);
  });

  it('never responds, and leaves the connection open until the client gives up', async () => {
    once({ kind: 'hang' });
    const patience = new AbortController();
    const hung = sendSigned(simulator, EXAMPLE, { signal: patience.signal });
    await until(() => simulator.requests.length === 1);
    assert.equal((await sendSigned(simulator, EXAMPLE)).status, 200, 'other requests get a response in the meantime');
    patience.abort();
    await assert.rejects(hung, { name: 'AbortError' });
    assert.equal(simulator.requests[0]?.status, undefined);
  });

  it('sends far too much, which is still a valid response', async () => {
    const bytes = 3_000_000;
    const response = await sendOnce({ kind: 'oversize', bytes });
    assert.equal(response.text.length, bytes);
    assert.equal(response.headers['content-length'], undefined);
    assert.deepEqual(JSON.parse(response.text), JSON.parse(OFFICIAL_EXAMPLE.text));
  });

  it('stops sending when the client disconnects', async () => {
    once({ kind: 'oversize', bytes: Number.MAX_SAFE_INTEGER });
    const patience = new AbortController();
    const endless = sendSigned(simulator, EXAMPLE, { signal: patience.signal });
    await until(() => simulator.requests[0]?.status === 200);
    patience.abort();
    await assert.rejects(endless, { name: 'AbortError' });
  });

  it("sets the server's clock off, in the check of the date and in messages", async () => {
    const hour = 3_600_000;
    const response = await sendOnce({ kind: 'clockDrift', ms: hour });
    assert.equal(response.status, 401);
    assert.match(errorOf(response).error_msg, /signature time:20260301T120000Z,server time:20260301T130000Z$/);
    assert.equal(response.headers.date, 'Sun, 01 Mar 2026 13:00:00 GMT');
    once({ kind: 'clockDrift', ms: hour });
    assert.equal((await sendSigned(simulator, EXAMPLE, { at: NOW + hour })).status, 200);
  });

  it('applies to matching requests only', async () => {
    simulator.startJob({ kind: 'UPGRADE', jobId: 'other' });
    const list = simulator.injectFault({ match: { route: 'ListJobs' }, effect: actionNotGranted() });
    const job = simulator.injectFault({ match: { jobId: 'other' }, effect: throttled() });
    const statuses = async () => {
      const targets = [EXAMPLE, `${JOBS}/other`, JOBS, '/v3/projects'];
      return (await Promise.all(targets.map((target) => sendSigned(simulator, target)))).map(({ status }) => status);
    };
    assert.deepEqual(await statuses(), [200, 429, 403, 200]);
    assert.deepEqual([list.hits, job.hits], [1, 1]);
    list.remove();
    job.remove();
    job.remove();
    assert.deepEqual(await statuses(), [200, 200, 200, 200]);
  });

  it('is used up in the order of injection, each as often as it says', async () => {
    simulator.injectFault({ times: 2, effect: gatewayError(503) });
    simulator.injectFault({ times: 1, effect: gatewayError(502) });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await sendSigned(simulator, EXAMPLE)).status);
    assert.deepEqual(statuses, [503, 503, 502, 200]);
  });

  it('responds before the request is checked, so that no key is locked by it', async () => {
    simulator.injectFault({ times: 9, effect: notAuthenticatedFor() });
    for (let count = 0; count < 9; count += 1) assert.equal((await sendSigned(simulator, EXAMPLE)).status, 401);
    assert.equal((await sendSigned(simulator, EXAMPLE)).status, 200);
  });

  it('is rejected if it is invalid', () => {
    const effects: FaultEffect[] = [
      { kind: 'response', status: 199 },
      { kind: 'error', status: 600, code: 'X', message: 'y' },
      { kind: 'response', status: 200, headers: { 'Set Cookie': 'a' } },
      { kind: 'response', status: 200, headers: { Location: 'a\r\nb' } },
      { kind: 'delay', ms: -1 },
      { kind: 'delay', ms: 2 ** 31 },
      { kind: 'clockDrift', ms: Infinity },
      { kind: 'oversize', bytes: 0.5 },
      { kind: 'response', status: 200, body: 'a', bodyBase64: 'YQ==' },
      { kind: 'cut', response: { status: 600 } },
    ];
    for (const effect of effects) assert.throws(() => simulator.injectFault({ effect }), { name: 'InputError' });
    assert.throws(() => simulator.injectFault({ times: 0, effect: { kind: 'hang' } }), { name: 'InputError' });
  });
});
