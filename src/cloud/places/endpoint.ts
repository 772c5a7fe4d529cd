/** The endpoints that a person may enter, and their check. */

/** `https://host[:port]`, or `http://` on loopback. */
export type EndpointOrigin = string;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export type EndpointProblem = 'not-a-url' | 'not-https' | 'has-user-info' | 'has-path';

/** Parses an endpoint, e.g. of a dedicated or partner cloud, as a person enters it, with or without the scheme. */
export function parseEndpoint(
  text: string,
): { readonly ok: true; readonly origin: EndpointOrigin } | { readonly ok: false; readonly problem: EndpointProblem } {
  const trimmed = text.trim();
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
  if (url.hostname === '' || /\s/.test(trimmed)) return { ok: false, problem: 'not-a-url' };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return { ok: false, problem: 'has-path' };
  return { ok: true, origin: url.origin };
}
