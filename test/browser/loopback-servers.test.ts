import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import { startCodeServer } from '../../scripts/lib/editor/code-server.mjs';
import { type EditorFolders, editorFolders } from '../../scripts/lib/editor/editor-folders.mjs';
import { serverToTest, stableServer } from '../../scripts/lib/editor/vscode-servers.mjs';
import { type Server, startServer, workbenchUrl } from '../../scripts/lib/editor/vscode-server.mjs';
import { createRunFolder, type RunFolder } from '../../scripts/lib/process/guarded.mjs';
import { send } from '../support/simulator-client';
import { MAX_TEST_MS } from '../support/browser/editor';

const UPGRADE = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
const WEB_SOCKET_KEY = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };

/** The `Host` headers of a browser that was given the address, and of a web page whose host name resolves to 127.0.0.1. */
const hostsOf = (origin: string) => [new URL(origin).host, `evil.example:${new URL(origin).port}`];

/** Requests a WebSocket. Resolves with the socket if the server agrees (101). */
function upgrade(origin: string, target: string, host: string): Promise<{ status: number; socket?: Socket }> {
  return new Promise((resolve, reject) => {
    const headers = { ...UPGRADE, ...WEB_SOCKET_KEY, host, origin: `http://${host}` };
    const request = httpRequest(new URL(target, origin), { headers, agent: false });
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    request.on('upgrade', (_response: IncomingMessage, socket: Socket) => {
      resolve({ status: 101, socket });
    });
    request.end();
  });
}

/** Asserts that no user of this computer sees the secret in the list of processes. */
async function assertInNoArguments(secret: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    assert.ok(!args.includes(secret), args.replaceAll('\0', ' '));
  }
}

async function assertPrivate(file: string): Promise<void> {
  assert.equal((await stat(file)).mode & 0o777, 0o600, file);
}

describe('a server on loopback, for a web page that does not know its secret', function () {
  this.timeout(MAX_TEST_MS);
  let run: RunFolder;
  let folders: EditorFolders;

  before(async () => {
    run = await createRunFolder('loopback');
    folders = editorFolders(run);
  });
  after(() => run.remove());

  describe('VS Code’s server, which tests use', () => {
    let server: Server;
    before(async () => {
      server = await startServer(folders);
    });
    after(() => server.stop());

    it('serves no page, file or script', async () => {
      for (const host of hostsOf(server.url)) {
        for (const target of ['/', '/?tkn=', '/?tkn=wrong', '/vscode-remote-resource?path=/etc/passwd', '/mint-key']) {
          const answer = await send(server.url, target, { headers: { host, cookie: 'vscode-tkn=wrong' } });
          assert.equal(answer.status, 403, `${host}${target}`);
        }
      }
      const { pathname, search } = new URL(workbenchUrl(server));
      const welcome = await send(server.url, pathname + search);
      assert.equal(welcome.status, 302, 'the right token is accepted');
      const [cookie = ''] = welcome.headers['set-cookie']?.[0]?.split(';') ?? [];
      assert.equal((await send(server.url, '/', { headers: { cookie } })).status, 200);
    });

    it('says nothing over a WebSocket but that the token is wrong', async () => {
      for (const host of hostsOf(server.url)) {
        const { socket } = await upgrade(server.url, '/?skipWebSocketFrames=true', host);
        assert.ok(socket, 'VS Code accepts a WebSocket and then waits for the token');
        const message = JSON.stringify({ type: 'auth', auth: 'wrong', data: '' });
        // The header of a control message: type, id, id of the last message received, length.
        const header = Buffer.alloc(13);
        header.writeUInt8(2, 0);
        header.writeUInt32BE(message.length, 9);
        socket.write(Buffer.concat([header, Buffer.from(message)]));
        let answer = '';
        for await (const chunk of socket) answer += String(chunk);
        assert.match(answer, /^[^{]*\{"type":"error","reason":"Unauthorized client refused: auth mismatch"\}[^{]*$/);
      }
    });

    it('shows its token in no list of processes and in no log', async () => {
      await assertPrivate(path.join(folders.userDataDir, 'connection-token'));
      await assertInNoArguments(server.connectionToken);
      assert.match(server.log(), /Web UI available at .*\?tkn=\(secret\)/);
      assert.ok(!server.log().includes(server.connectionToken));
    });
  });

  describe('code-server, which `npm start` uses', () => {
    let server: Awaited<ReturnType<typeof startCodeServer>>;
    before(async () => {
      server = await startCodeServer(folders, { env: {}, settings: {} });
    });
    after(() => server.stop());

    it('serves only the login page', async function () {
      // `npm start` uses the newest version. An older one mints keys without a login.
      if (serverToTest() !== stableServer) this.skip();
      for (const host of hostsOf(server.address)) {
        const headers = { host, origin: `http://${host}`, cookie: 'code-server-session=wrong' };
        const page = await send(server.address, '/?folder=/', { headers });
        assert.deepEqual([page.status, page.headers.location?.startsWith('./login?')], [302, true]);
        for (const target of ['/mint-key', '/vscode-remote-resource?path=/etc/passwd', '/proxy/1/', '/update/check']) {
          const method = target === '/mint-key' ? 'POST' : 'GET';
          const { status } = await send(server.address, target, { method, headers });
          assert.ok(status === 401 || status === 302, `${host}${target}: ${status}`);
        }
      }
    });

    it('refuses a WebSocket', async () => {
      for (const host of hostsOf(server.address)) {
        for (const target of ['/?skipWebSocketFrames=true', '/proxy/1/']) {
          assert.equal((await upgrade(server.address, target, host)).status, 401, `${host}${target}`);
        }
      }
    });

    it('shows its password in no list of processes and in no log', async () => {
      await assertPrivate(path.join(folders.userDataDir, 'code-server.yaml'));
      await assertInNoArguments(server.password);
      assert.ok(!server.log().includes(server.password));
    });
  });
});
