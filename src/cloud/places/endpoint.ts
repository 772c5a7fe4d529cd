/** The endpoints that a person may enter, and their check. */

import { MAX_PLACE_LENGTH } from '../../base/limits';

/** `https://host[:port]`, or `http://` on loopback. */
export type EndpointOrigin = string;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What the DNS can resolve, or an IPv6 address; `URL` accepts hosts such as `..` and `$(x)`, too. */
const HOST = /^(?:\[[0-9a-f:.]+\]|(?=.{1,253}\.?$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?)$/;

export type EndpointProblem = 'not-a-url' | 'not-https' | 'has-user-info' | 'has-path';

/** Whether requests to the endpoint stay on this computer, e.g. with a simulator. */
export function isOnThisComputer(endpoint: EndpointOrigin): boolean {
  return LOOPBACK.has(new URL(endpoint).hostname);
}

/** Parses an endpoint, e.g. of a dedicated or partner cloud, as a person enters it, with or without the scheme. */
export function parseEndpoint(
  text: string,
): { readonly ok: true; readonly origin: EndpointOrigin } | { readonly ok: false; readonly problem: EndpointProblem } {
  const trimmed = text.trim();
  if (trimmed.length > MAX_PLACE_LENGTH) return { ok: false, problem: 'not-a-url' };
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  // A bare word is a mistyped region; a DNS search domain could complete it to an existing host.
  if (!hasScheme && !/[.]|localhost|\[::1\]/i.test(trimmed)) return { ok: false, problem: 'not-a-url' };
  let url: URL;
  try {
    url = new URL(hasScheme ? trimmed : `https://${trimmed}`);
  } catch {
    return { ok: false, problem: 'not-a-url' };
  }
  if (url.username !== '' || url.password !== '') return { ok: false, problem: 'has-user-info' };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname))) {
    return { ok: false, problem: 'not-https' };
  }
  if (!HOST.test(url.hostname) || /\s/.test(trimmed)) return { ok: false, problem: 'not-a-url' };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return { ok: false, problem: 'has-path' };
  return { ok: true, origin: url.origin };
}
