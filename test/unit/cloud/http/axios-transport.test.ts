import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type * as transportModule from '../../../../src/cloud/http/axios-transport';
import { axiosTransport, type TransportLimits } from '../../../../src/cloud/http/axios-transport';
import type { HttpRequest } from '../../../../src/cloud/http/transport';

/** Returned by Node's own client. */
const HEAD_ARRIVED = 'http.client.response.finish';

const transport = axiosTransport('elb-job-tracker/0.0.0-test');

describe('the axios transport', () => {
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
      maxResponseBytes: 1000,
      signal: new AbortController().signal,
      ...changes,
    });

  it('sends the signed URL and headers unchanged', async () => {
    handler = (request, response) => {
      response.setHeader('X-Request-Id', 'r-1');
      response.end(JSON.stringify([request.url, request.headers['x-sdk-date'], request.headers['user-agent']]));
    };
    const result = await get();
    assert.ok(result.ok);
    assert.equal(result.value.body, '["/v3/p?b=%20x&a=~","20240323T082042Z","elb-job-tracker/0.0.0-test"]');
    assert.equal(result.value.headers['x-request-id'], 'r-1');
  });

  it('returns a response with an error status, its body as text', async () => {
    handler = (_, response) => response.writeHead(503).end('{"a":1}');
    const result = await get();
    assert.ok(result.ok);
    assert.equal(result.value.status, 503);
    assert.equal(result.value.body, '{"a":1}', 'the body is text, whatever its type');
  });

  it('follows no redirect, which would send the token to another host', async () => {
    const urls: (string | undefined)[] = [];
    handler = (request, response) => {
      urls.push(request.url);
      response.writeHead(302, { location: `${origin()}/elsewhere` }).end();
    };
    const result = await get();
    assert.ok(result.ok);
    assert.equal(result.value.status, 302);
    assert.equal(urls.length, 1);
  });

  it('rejects a response over the size limit', async () => {
    handler = (_, response) => response.end('x'.repeat(5000));
    const result = await get();
    assert.ok(!result.ok);
    assert.equal(result.error.kind, 'malformed');
  });

  it('distinguishes a dropped connection from a cancelled request', async () => {
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

  it('times out when nothing arrives, and when the whole response takes too long', async () => {
    const impatient = (limits: TransportLimits) =>
      axiosTransport(
        'test',
        limits,
      )({
        method: 'GET',
        url: `${origin()}/`,
        headers: {},
        maxResponseBytes: 1000,
        signal: new AbortController().signal,
      });
    const timed = async (limits: TransportLimits) => {
      const start = performance.now();
      const result = await impatient(limits);
      assert.ok(performance.now() - start < 25_000, 'the other limit is far away');
      return result;
    };
    handler = () => undefined;
    const silent = await timed({ silenceMs: 50, deadlineMs: 30_000 });
    assert.ok(!silent.ok);
    assert.equal(silent.error.kind, 'timeout');
    assert.equal(silent.error.httpStatus, undefined);
    handler = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    const slow = await timed({ silenceMs: 30_000, deadlineMs: 2000 });
    assert.ok(!slow.ok);
    assert.equal(slow.error.kind, 'timeout');
    assert.equal(slow.error.httpStatus, 200);
  });

  it('returns the status and headers of an error whose body breaks off', async () => {
    handler = (_, response) => {
      response.writeHead(401, { 'Content-Length': '100', 'X-Request-Id': 'r-1' });
      response.write('{', () => response.socket?.destroySoon());
    };
    const result = await get();
    assert.ok(result.ok);
    const { status, body, headers } = result.value;
    assert.deepEqual([status, body, headers['x-request-id']], [401, '', 'r-1']);
  });

  it('reports the status of a success that breaks off or is cancelled half-way', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{', () => response.socket?.destroySoon());
    };
    const broken = await get();
    assert.ok(!broken.ok);
    assert.deepEqual([broken.error.kind, broken.error.httpStatus], ['network', 200]);

    const controller = new AbortController();
    const cancel = () => {
      controller.abort();
    };
    diagnostics.subscribe(HEAD_ARRIVED, cancel);
    try {
      handler = (_, response) => response.writeHead(200).write('{');
      const cancelled = await get({ signal: controller.signal });
      assert.ok(!cancelled.ok);
      assert.deepEqual([cancelled.error.kind, cancelled.error.httpStatus], ['cancelled', 200]);
    } finally {
      diagnostics.unsubscribe(HEAD_ARRIVED, cancel);
    }
  });

  for (const encoding of ['gzip', 'deflate', 'br']) {
    it(`fails as malformed if the body is not compressed as declared: ${encoding}`, async () => {
      handler = (_, response) => response.writeHead(200, { 'Content-Encoding': encoding }).end('not compressed at all');
      const result = await get();
      assert.ok(!result.ok);
      assert.equal(result.error.kind, 'malformed');
    });
  }

  it('fails as malformed if the response is not HTTP', async () => {
    handler = (request) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n');
    const result = await get();
    assert.ok(!result.ok);
    assert.match(result.error.code ?? '', /^HPE_/);
    assert.equal(result.error.kind, 'malformed');
  });

  it('leaves no listener on a signal that outlives the request', async () => {
    const { signal } = new AbortController();
    handler = (_, response) => response.end('{}');
    assert.ok((await get({ signal })).ok);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('sends nothing if the request is already cancelled', async () => {
    let requests = 0;
    handler = (_, response) => {
      requests += 1;
      response.end('{}');
    };
    const result = await get({ signal: AbortSignal.abort() });
    assert.equal(!result.ok && result.error.kind, 'cancelled');
    assert.equal(requests, 0);
  });

  it('says that the extension cannot be read, not that the network fails, if axios cannot be loaded', async () => {
    const { outputFiles } = await build({
      entryPoints: ['src/cloud/http/axios-transport.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      plugins: [withoutAxios],
    });
    const loaded = { exports: {} };
    const load = compileFunction(outputFiles[0]?.text ?? '', ['module']) as (module: object) => void;
    load(loaded);
    const send = (loaded.exports as typeof transportModule).axiosTransport('test');
    const result = await send({
      method: 'GET',
      url: origin(),
      headers: {},
      maxResponseBytes: 1000,
      signal: new AbortController().signal,
    });
    assert.deepEqual(result, { ok: false, error: { kind: 'unreadable-code', message: 'axios is gone' } });
  });

  it('keeps the signature out of a connection error', async () => {
    const result = await get({ url: 'http://127.0.0.1:1/', headers: { Authorization: 'Signature=SECRET' } });
    assert.ok(!result.ok);
    assert.equal(result.error.kind, 'network');
    assert.equal(result.error.code, 'ECONNREFUSED');
    assert.doesNotMatch(JSON.stringify(result), /SECRET/);
  });
});

const withoutAxios: Plugin = {
  name: 'without axios',
  setup: (bundle) => {
    const contents = "throw new Error('axios is gone')";
    bundle.onLoad({ filter: /http.axios\.ts$/ }, () => ({ contents }));
  },
};
