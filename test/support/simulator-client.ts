/**
 * A plain client for the simulator's tests: one connection a request, and an own signer that shares nothing with the
 * product's.
 */
import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobPage } from '../../src/simulator/services/job-list';
import type { MainJob } from '../../src/simulator/jobs/job-script';
import type { Simulator } from '../../src/simulator/simulator';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request from the client's side. */
  readonly signal?: AbortSignal;
}

/** Sends a request just as it is told to. Rejects where the answer is missing or ends too early. */
export function send(origin: string, target: string, asked: Asked = {}): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  const { method = 'GET', headers = {}, body = '', signal } = asked;
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: target, method, headers, agent: false as const, ...(signal && { signal }) };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export interface Key {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export interface Signing {
  readonly key: Key;
  /** The instant in X-Sdk-Date, in ms since 1970 UTC. */
  readonly at: number;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As that of `Asked`. */
  readonly signal?: AbortSignal;
}

/** The headers of a signed request, those given among them. The query of the target must be canonical already. */
export function sign(origin: string, target: string, signing: Signing): Record<string, string> {
  const { key, at, method = 'GET', body = '' } = signing;
  const date = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = { host: new URL(origin).host, 'x-sdk-date': date, ...signing.headers };
  if (key.securityToken !== undefined) headers['x-security-token'] = key.securityToken;
  const [path = '', query = ''] = target.split('?');
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = `${method}\n${path}/\n${query}\n${lines}\n${names.join(';')}\n${hash(body)}`;
  const toSign = `SDK-HMAC-SHA256\n${date}\n${hash(canonical)}`;
  const signature = createHmac('sha256', key.secretKey).update(toSign).digest('hex');
  const signedBy = `Access=${key.accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization: `SDK-HMAC-SHA256 ${signedBy}` };
}

/** A request signed with the simulator's own key and clock, unless told otherwise. */
export function ask(simulator: Simulator, target: string, signing: Partial<Signing> = {}): Promise<Reply> {
  const full: Signing = { key: simulator.accessKey, at: simulator.clock.now(), ...signing };
  const headers = sign(simulator.origin, target, full);
  return send(simulator.origin, target, { ...full, headers });
}

export interface ErrorBody {
  readonly error_code: string;
  readonly error_msg: string;
  readonly request_id: string;
}

// What an answer is believed to be; the assertions on it tell.
export const json = (reply: Reply): unknown => JSON.parse(reply.text);
export const errorOf = (reply: Reply) => json(reply) as ErrorBody;
export const jobOf = (reply: Reply) => (json(reply) as { job: MainJob }).job;
export const pageOf = (reply: Reply) => json(reply) as JobPage;

/** Waits for what is bound to happen, turn by turn; the test's own time limit ends a wait for what never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
