/** Says what is wrong with where a request is to go, before anything is signed or sent. */
import { type EndpointOrigin, parseEndpoint } from '../places/endpoint';

export interface Target {
  readonly endpoint: EndpointOrigin;
  /** With a leading slash, its segments not yet percent-encoded. */
  readonly path: string;
}

/** What is expected in place of what is given; undefined where nothing is wrong. */
export function problemOfTarget({ endpoint, path }: Target): string | undefined {
  const parsed = parseEndpoint(endpoint);
  if (!parsed.ok || parsed.origin !== endpoint) {
    return 'An endpoint is https://host or https://host:port, and http:// only on this computer.';
  }
  const [beforeSlash, ...segments] = path.split('/');
  // Such a path would be that of another resource, or part of the host.
  const isPlain = beforeSlash === '' && segments.every((segment) => !['', '.', '..'].includes(segment));
  return isPlain ? undefined : 'A path begins with a slash, and no part of it is empty, "." or "..".';
}

/** What ids of the service are made of; missing ones are none. */
export function problemOfId(name: string, id: string): string | undefined {
  return /^[A-Za-z0-9_-]+$/.test(id) ? undefined : `A ${name} consists of letters, digits, "-" and "_".`;
}
