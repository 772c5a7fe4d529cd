/** Reads requests and writes answers over Node's HTTP: whole, cut short or far too long. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Gzip } from 'node:zlib';
import type { SimulatedResponse } from './simulated-response';

/** More than any request to these APIs needs. */
const BODY_LIMIT = 64 * 1024;

/** The body, or `undefined` where it is too long; it is read to its end then too, so that it can be answered. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks) : undefined;
}

/** The headers by their names in lowercase, each with one value. */
export function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

export function send(response: ServerResponse, answer: SimulatedResponse): void {
  begin(response, answer);
  response.end(answer.body);
}

/** Promises the whole body, sends half of it and closes the connection or leaves it as it is. */
export function sendHalf(response: ServerResponse, answer: SimulatedResponse, then: 'close' | 'stay silent'): void {
  const body = Buffer.from(answer.body);
  begin(response, answer);
  response.setHeader('Content-Length', body.length);
  response.write(body.subarray(0, body.length / 2), () => {
    if (then === 'close') response.socket?.destroySoon();
  });
}

/** Sends byte after byte. @param pause between two of them; rejects where the client has gone. */
export async function sendDripping(
  response: ServerResponse,
  answer: SimulatedResponse,
  pause: () => Promise<void>,
): Promise<void> {
  begin(response, answer);
  for (const byte of Buffer.from(answer.body)) {
    response.write(Buffer.of(byte));
    await pause();
  }
  response.end();
}

/** Sends the body and spaces behind it, which leave JSON what it is, as long as the client takes them. */
export async function sendPadded(
  response: ServerResponse,
  answer: SimulatedResponse,
  bytes: number,
  gzip?: Gzip,
): Promise<void> {
  begin(response, answer);
  const source = Readable.from(padded(answer.body, bytes));
  if (gzip === undefined) {
    await pipeline(source, response);
  } else {
    response.setHeader('Content-Encoding', 'gzip');
    await pipeline(source, gzip, response);
  }
}

/** One by one, so that of two headers whose names differ in case the later one counts. */
function begin(response: ServerResponse, { status, headers }: SimulatedResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function* padded(text: SimulatedResponse['body'], bytes: number): Generator<Buffer> {
  const body = Buffer.from(text);
  yield body;
  const spaces = Buffer.alloc(64 * 1024, ' ');
  for (let left = bytes - body.length; left > 0; left -= spaces.length) yield spaces.subarray(0, left);
}
