/** Responses that never end, grow when they are decoded, or lead elsewhere. */
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { HostileInputs } from './hostile-inputs';

export interface HostileBody {
  readonly what: string;
  /** Sends until the client disconnects. */
  readonly send: (response: ServerResponse) => void;
}

const CHUNK = Buffer.alloc(64 * 1024, ' ');
const BOMB = Buffer.alloc(4 * 1024 * 1024, ' ');

function endless(what: string, status: number, headers: Record<string, string> = {}): HostileBody {
  return {
    what,
    send: (response) => {
      response.writeHead(status, headers);
      const write = () => {
        while (!response.destroyed && response.write(CHUNK));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    },
  };
}

function bomb(encoding: string, compress: (data: Buffer) => Buffer, status = 200): HostileBody {
  const body = compress(BOMB);
  return {
    what: `4 MiB in ${body.length} bytes of ${encoding}, status ${status}`,
    send: (response) => response.writeHead(status, { 'Content-Encoding': encoding }).end(body),
  };
}

export const HOSTILE_BODIES: HostileInputs<HostileBody> = {
  kind: 'Bodies that never end, and compressed bombs',
  holds: 'cut off at the limit of the request',
  inputs: [
    endless('a body without an end', 200),
    endless('an error without an end', 500),
    endless('a refusal without an end', 401),
    endless('a body without an end that says it is short', 200, { 'Transfer-Encoding': 'chunked' }),
    endless('a body of 1 TB', 200, { 'Content-Length': '1000000000000' }),
    endless('a page of HTML without an end', 403, { 'Content-Type': 'text/html' }),
    bomb('gzip', gzipSync),
    bomb('gzip', gzipSync, 401),
    bomb('gzip', gzipSync, 503),
    bomb('deflate', deflateSync),
    bomb('deflate', deflateSync, 429),
    bomb('br', brotliCompressSync),
    bomb('br', brotliCompressSync, 404),
  ],
};

export interface HostileRedirect {
  readonly status: number;
  readonly location: string;
}

const LOCATIONS = [
  'https://evil.example/',
  '//evil.example/',
  '/elsewhere',
  'http://127.0.0.1:1/',
  'file:///etc/passwd',
  '',
];

export const HOSTILE_REDIRECTS: HostileInputs<HostileRedirect> = {
  kind: 'Redirects',
  holds: 'not followed',
  inputs: [300, 301, 302, 303, 305, 307, 308].flatMap((status) =>
    LOCATIONS.map((location): HostileRedirect => ({ status, location })),
  ),
};
