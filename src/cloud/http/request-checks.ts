/** Checks the endpoint, the path and the ids of a request before it is signed or sent. */
import { type EndpointOrigin, parseEndpoint } from '../places/endpoint';

export interface RequestTarget {
  readonly endpoint: EndpointOrigin;
  /** With a leading slash, its segments not yet percent-encoded. */
  readonly path: string;
}

/** @returns what a valid target looks like, in English; undefined if it is valid. */
export function problemOfTarget({ endpoint, path }: RequestTarget): string | undefined {
  const parsed = parseEndpoint(endpoint);
  if (!parsed.ok || parsed.origin !== endpoint) {
    return 'An endpoint is https://host or https://host:port, and http:// only on this computer.';
  }
  const [beforeSlash, ...segments] = path.split('/');
  // Any other path would name another resource, or become part of the host.
  const isPlain = beforeSlash === '' && segments.every((segment) => !['', '.', '..'].includes(segment));
  return isPlain ? undefined : 'A path begins with a slash, and no part of it is empty, "." or "..".';
}

/** @returns what a valid id looks like, in English; undefined if it is valid. An empty id is not. */
export function problemOfId(name: string, id: string): string | undefined {
  return /^[A-Za-z0-9_-]+$/.test(id) ? undefined : `A ${name} consists of letters, digits, "-" and "_".`;
}
