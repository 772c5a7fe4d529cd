/** A transport without a network: it answers in turn, the last answer for ever, and remembers what it was asked. */
import type { HttpResponse, HttpRequest, HttpTransport } from '../../../src/cloud/http/transport';

export interface FakeTransport {
  readonly transport: HttpTransport;
  readonly requests: readonly HttpRequest[];
}

export function answersInTurn(...answers: readonly Partial<HttpResponse>[]): FakeTransport {
  const requests: HttpRequest[] = [];
  const transport: HttpTransport = (request) => {
    const answer = answers[requests.length] ?? answers.at(-1);
    requests.push(request);
    return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: '', ...answer } });
  };
  return { transport, requests };
}

/** An error in the shape of the gateway and of ELB. */
export function serviceError(code: string, message = 'words'): string {
  return JSON.stringify({ error_code: code, error_msg: message, request_id: 'r-1' });
}
