/**
 * A minimal client for the simulator's tests: one connection per request, and its own signer, which shares no code with
 * the product's.
 */
import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobPage } from '../../src/simulator/services/job-listing';
import type { MainJob } from '../../src/simulator/jobs/job-script';
import type { Simulator } from '../../src/simulator/simulator';

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request from the client's side. */
  readonly signal?: AbortSignal;
}

/** Sends a request unchanged. Rejects if no response arrives or it is cut off. */
export function send(origin: string, target: string, options: RequestOptions = {}): Promise<ReceivedResponse> {
  const { hostname, port } = new URL(origin);
  const { method = 'GET', headers = {}, body = '', signal } = options;
  return new Promise((resolve, reject) => {
    const settings = {
      hostname,
      port,
      path: target,
      method,
      headers,
      agent: false as const,
      ...(signal && { signal }),
    };
    const request = httpRequest(settings, (response) => {
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
  /** The time in X-Sdk-Date, in ms since the epoch. */
  readonly at: number;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** See `RequestOptions`. */
  readonly signal?: AbortSignal;
}

/** Returns all headers of a signed request. The query of the target must be canonical. */
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

/** Sends a request, by default signed with the simulator's own key and clock. */
export function sendSigned(
  simulator: Simulator,
  target: string,
  signing: Partial<Signing> = {},
): Promise<ReceivedResponse> {
  const full: Signing = { key: simulator.accessKey, at: simulator.clock.now(), ...signing };
  const headers = sign(simulator.origin, target, full);
  return send(simulator.origin, target, { ...full, headers });
}

export interface ErrorBody {
  readonly error_code: string;
  readonly error_msg: string;
  readonly request_id: string;
}

// The types are assumed; the tests' assertions check them.
export const json = (response: ReceivedResponse): unknown => JSON.parse(response.text);
export const errorOf = (response: ReceivedResponse) => json(response) as ErrorBody;
export const jobOf = (response: ReceivedResponse) => (json(response) as { job: MainJob }).job;
export const pageOf = (response: ReceivedResponse) => json(response) as JobPage;

/** Waits until a condition holds, turn by turn; the test's timeout ends any longer wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
