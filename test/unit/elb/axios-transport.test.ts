import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { axiosTransport, type TransportLimits } from '../../../src/elb/axios-transport';
import type { HttpRequest } from '../../../src/elb/http-transport';

const transport = axiosTransport('elb-job-tracker/0.0.0-test');

describe('HTTP', () => {
  let server: Server;
  let handler: RequestListener;

  beforeEach(async () => {
    server = createServer((request, response) => {
      handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = (changes: Partial<HttpRequest> = {}) =>
    transport({
      method: 'GET',
      url: `${origin()}/v3/p?b=%20x&a=~`,
      headers: { 'X-Sdk-Date': '20240323T082042Z' },
      maxAnswerBytes: 1000,
      signal: new AbortController().signal,
      ...changes,
    });

  it('sends the URL and the headers unchanged, as they were signed', async () => {
    handler = (request, response) => {
      response.setHeader('X-Request-Id', 'r-1');
      response.end(JSON.stringify([request.url, request.headers['x-sdk-date'], request.headers['user-agent']]));
    };
    const result = await get();
    assert.ok(result.ok);
    assert.equal(result.value.body, '["/v3/p?b=%20x&a=~","20240323T082042Z","elb-job-tracker/0.0.0-test"]');
    assert.equal(result.value.headers['x-request-id'], 'r-1');
  });

  it('hands over the answer of an error status, its body as text', async () => {
    handler = (_, response) => response.writeHead(503).end('{"a":1}');
    const result = await get();
    assert.ok(result.ok);
    assert.equal(result.value.status, 503);
    assert.equal(result.value.body, '{"a":1}', 'the body is text, whatever its type');
  });

  it('follows no redirect, which would carry the token to another host', async () => {
    const asked: (string | undefined)[] = [];
    handler = (request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: `${origin()}/elsewhere` }).end();
    };
    const result = await get();
    assert.ok(result.ok);
    assert.equal(result.value.status, 302);
    assert.equal(asked.length, 1);
  });

  it('refuses an answer over the size limit', async () => {
    handler = (_, response) => response.end('x'.repeat(5000));
    const result = await get();
    assert.ok(!result.ok);
    assert.equal(result.error.kind, 'malformed');
  });

  it('tells a dropped connection from a cancelled request', async () => {
    handler = (request) => request.socket.destroy();
    const dropped = await get();
    assert.ok(!dropped.ok);
    assert.equal(dropped.error.kind, 'network');

    const controller = new AbortController();
    handler = () => {
      controller.abort();
    };
    const cancelled = await get({ signal: controller.signal });
    assert.ok(!cancelled.ok);
    assert.equal(cancelled.error.kind, 'cancelled');
  });

  it('gives up where nothing comes, and where it takes too long', async () => {
    const impatient = (limits: TransportLimits) =>
      axiosTransport(
        'test',
        limits,
      )({
        method: 'GET',
        url: `${origin()}/`,
        headers: {},
        maxAnswerBytes: 1000,
        signal: new AbortController().signal,
      });
    handler = () => undefined;
    const silent = await impatient({ silence: 50, deadline: 5000 });
    assert.ok(!silent.ok);
    assert.equal(silent.error.kind, 'timeout');
    handler = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    const slow = await impatient({ silence: 5000, deadline: 100 });
    assert.ok(!slow.ok);
    assert.equal(slow.error.kind, 'timeout');
  });

  it('keeps the signature out of the error of a connection', async () => {
    const result = await get({ url: 'http://127.0.0.1:1/', headers: { Authorization: 'Signature=SECRET' } });
    assert.ok(!result.ok);
    assert.equal(result.error.kind, 'network');
    assert.equal(result.error.code, 'ECONNREFUSED');
    assert.doesNotMatch(JSON.stringify(result), /SECRET/);
  });
});
