/** Reads requests and sends responses over Node's HTTP: whole, cut off, slowly, or far too long. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Gzip } from 'node:zlib';
import type { SimulatedResponse } from './simulated-response';

/** More than any request to these APIs needs. */
const MAX_BODY_BYTES = 64 * 1024;

/** Returns the body, undefined if it is too long. It is always read to its end, so that a response can be sent. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Returns the headers by their names in lower case, each with one value. */
export function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

export function send(response: ServerResponse, simulated: SimulatedResponse): void {
  begin(response, simulated);
  response.end(simulated.body);
}

/** Declares the length of the whole body, sends half of it, and closes the connection or leaves it open. */
export function sendHalf(response: ServerResponse, simulated: SimulatedResponse, then: 'close' | 'stay silent'): void {
  const body = Buffer.from(simulated.body);
  begin(response, simulated);
  response.setHeader('Content-Length', body.length);
  response.write(body.subarray(0, body.length / 2), () => {
    if (then === 'close') response.socket?.destroySoon();
  });
}

/** Sends the body byte by byte. @param pause waits between two bytes; rejects if the client has disconnected. */
export async function sendDripping(
  response: ServerResponse,
  simulated: SimulatedResponse,
  pause: () => Promise<void>,
): Promise<void> {
  begin(response, simulated);
  for (const byte of Buffer.from(simulated.body)) {
    response.write(Buffer.of(byte));
    await pause();
  }
  response.end();
}

/** Sends the body and then spaces, which keep JSON valid, up to `bytes` or until the client disconnects. */
export async function sendPadded(
  response: ServerResponse,
  simulated: SimulatedResponse,
  bytes: number,
  gzip?: Gzip,
): Promise<void> {
  begin(response, simulated);
  const source = Readable.from(padded(simulated.body, bytes));
  if (gzip === undefined) {
    await pipeline(source, response);
  } else {
    response.setHeader('Content-Encoding', 'gzip');
    await pipeline(source, gzip, response);
  }
}

/** Sets headers one by one: of two names that differ in case only, the later one counts. */
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
