/** A transport without a network: returns the given responses in turn, then the last again, and records requests. */
import type { HttpResponse, HttpRequest, HttpTransport } from '../../../src/cloud/http/transport';

export interface FakeTransport {
  readonly transport: HttpTransport;
  readonly requests: readonly HttpRequest[];
}

export function respondInTurn(...responses: readonly Partial<HttpResponse>[]): FakeTransport {
  const requests: HttpRequest[] = [];
  const transport: HttpTransport = (request) => {
    const response = responses[requests.length] ?? responses.at(-1);
    requests.push(request);
    return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: '', ...response } });
  };
  return { transport, requests };
}

/** Returns an error body in the format of the gateway and of ELB. */
export function serviceError(code: string, message = 'a message'): string {
  return JSON.stringify({ error_code: code, error_msg: message, request_id: 'r-1' });
}
