import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import { HOSTILE_BODIES, HOSTILE_REDIRECTS } from '../../../support/hostile/responses';

const MAX_BYTES = 100_000;
/** What the sockets' buffers may hold beyond the limit. */
const MAX_SENT_BYTES = 16 * 1024 * 1024;

const transport = axiosTransport('elb-job-tracker/0.0.0-test');

describe('a hostile response', () => {
  let server: Server;
  let handler: RequestListener;
  let urls: (string | undefined)[];
  let sentBytes: number;
  /** Resolves when the client has disconnected. */
  let closed: Promise<void>;

  beforeEach(async () => {
    urls = [];
    server = createServer((request, response) => {
      urls.push(request.url);
      const { socket } = request;
      closed = new Promise((resolve) => {
        socket.once('close', () => {
          sentBytes = socket.bytesWritten;
          resolve();
        });
      });
      handler(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const get = () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`;
    const { signal } = new AbortController();
    return transport({ method: 'GET', url, headers: { 'X-Auth-Token': 't' }, maxResponseBytes: MAX_BYTES, signal });
  };

  for (const { what, send } of HOSTILE_BODIES.inputs) {
    it(`is cut off at the limit: ${what}`, async () => {
      handler = (_, response) => {
        send(response);
      };
      const result = await get();
      // An error status counts without its body.
      if (result.ok) assert.ok(result.value.status >= 400 && result.value.body.length <= MAX_BYTES, what);
      else assert.equal(result.error.kind, 'malformed');
      await closed;
      assert.ok(sentBytes < MAX_SENT_BYTES, `${sentBytes} bytes were sent`);
    });
  }

  for (const { status, location } of HOSTILE_REDIRECTS.inputs) {
    it(`is not followed: ${status} to ${JSON.stringify(location)}`, async () => {
      handler = (_, response) => response.writeHead(status, { location }).end();
      const result = await get();
      assert.equal(result.ok && result.value.status, status);
      assert.deepEqual(urls, ['/v3']);
    });
  }
});
