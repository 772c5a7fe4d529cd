/** Takes out of a text from the service what must not be shown or logged. */
import { type Credential, isIamToken } from './credential';
import type { ElbError } from './error';
import { percentEncode, wellFormed } from './signer';

/** Characters of an access key that may be shown: by them a person knows which it is. */
const SHOWN_OF_ACCESS_KEY = 4;

export function shownStart(accessKey: string): string {
  return accessKey.slice(0, SHOWN_OF_ACCESS_KEY);
}

/**
 * Knows secrets by how the gateway, IAM and headers name them: the gateway answers a bad signature with the canonical
 * request, which holds the security token in clear, and names keys and tokens.
 */
export function redact(text: string): string {
  return text
    .replace(/canonical[ _]?request\s*[:=].*/is, 'canonicalRequest:[redacted]')
    .replace(AUTHORIZATION, (_, name: string, quote = '', quoted = '', plain = '') => {
      const [access = ''] = /Access=[A-Za-z0-9]{1,4}/i.exec(`${quoted}${plain}`) ?? [];
      return `${name}${quote}${access === '' ? '' : `${access}**** `}[redacted]${quote}`;
    })
    .replace(NAMED_SECRET, '$1$2[redacted]$2')
    .replace(ACCESS_KEY, '$1$2****');
}

// In these patterns, a name and a value may be in quotes, and the quotes escaped, as in JSON within JSON. A quoted value
// ends at the quote that matches, or where the text ends before.

/** Its value goes to the end of the line: there are schemes with spaces and commas. */
const AUTHORIZATION =
  /\b((?:proxy-)?authorization\\{0,7}["']?\s*[:=]\s*)(?:(\\{0,7}["'])(.*?)(?:(?<!\\)\2|$)|([^\r\n]*))/gis;

const NAMED_SECRET =
  /((?:(?:security|auth|subject)[-_]?token|secret[-_]?(?:access[-_]?)?key|password|signature|\bsk)\\{0,7}["']?\s*[:=]\s*)(?:(\\{0,7}["']).*?(?:(?<!\\)\2|$)|(?:(?:bearer|basic)\s+)?[^\s,;|"']+)/gis;

const ACCESS_KEY =
  /\b((?:ak|access[-_]?key(?:[-_]?id)?)\\{0,7}["']?\s*[:=]\s*\\{0,7}["']?|Access=|ak (?=\S+ not exist))([A-Za-z0-9]{4})[A-Za-z0-9]+/gi;

/** What a request was authenticated with, and must be found in no text about it, in whatever words. */
export interface Secrets {
  readonly accessKey?: string | undefined;
  /** Secret key, token, password; those that are missing or empty are none. */
  readonly hidden: readonly (string | undefined)[];
}

export function secretsOf(credential: Credential): Secrets {
  return isIamToken(credential)
    ? { hidden: [credential.token] }
    : { accessKey: credential.accessKey, hidden: [credential.securityToken, credential.secretKey] };
}

/** Characters of a text in an error. */
const LONGEST = 2048;

/** An error whose texts hold none of these secrets and nothing that looks like one, and are no longer than needed. */
export function redactError(error: ElbError, secrets: Secrets): ElbError {
  // Only then cut: nobody knows half of a secret for one.
  const clean = (text: string | undefined) => text && redactKnown(text, secrets).slice(0, LONGEST);
  return { ...error, code: clean(error.code), message: clean(error.message), requestId: clean(error.requestId) };
}

/** The known ones first: what looks like a secret may be cut out in the middle of one. */
function redactKnown(text: string, { accessKey, hidden }: Secrets): string {
  const known = hidden.flatMap((secret) => formsOf(secret).map((form) => [form, '[redacted]'] as const));
  const ofKey = formsOf(accessKey).map((form) => [form, `${shownStart(form)}****`] as const);
  const longestFirst = known.sort(([a], [b]) => b.length - a.length);
  return redact(
    [...longestFirst, ...ofKey].reduce((clean, [form, shown]) => clean.replaceAll(form, () => shown), text),
  );
}

/** How a service may write a secret that it was sent: as it is, percent-encoded by one rule or another, or as JSON. */
function formsOf(secret: string | undefined): readonly string[] {
  if (secret === undefined || secret === '') return [];
  const encoded = [percentEncode(secret), encodeURIComponent(wellFormed(secret))];
  const inLowerCase = encoded.map((form) => form.replace(/%../g, (hex) => hex.toLowerCase()));
  return [secret, ...encoded, ...inLowerCase, JSON.stringify(secret).slice(1, -1)];
}
