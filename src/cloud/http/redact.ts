/** Removes secrets from texts of the service before they are shown or logged. */
import { type Credential, isIamToken } from './credential';
import type { ElbError } from './error';
import { percentEncode, wellFormed } from './signer';

/** As many characters as a person needs to recognise a key. */
const MAX_SHOWN_LENGTH = 4;

/** @returns the start of an access key, which is safe to show. */
export function accessKeyPrefix(accessKey: string): string {
  return accessKey.slice(0, MAX_SHOWN_LENGTH);
}

/**
 * Removes secrets by the names that the gateway, IAM and headers give them. The gateway's message about a wrong
 * signature quotes keys, tokens and the canonical request, which contains the security token in plain text.
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

// In these patterns, names and values may be quoted, and the quotes escaped, as in JSON within JSON. A quoted value ends
// at the matching quote, or at the end of a text that was cut off.

/** The value extends to the end of the line: some schemes have spaces and commas. */
const AUTHORIZATION =
  /\b((?:proxy-)?authorization\\{0,7}["']?\s*[:=]\s*)(?:(\\{0,7}["'])(.*?)(?:(?<!\\)\2|$)|([^\r\n]*))/gis;

const NAMED_SECRET =
  /((?:(?:security|auth|subject)[-_]?token|secret[-_]?(?:access[-_]?)?key|password|signature|\bsk)\\{0,7}["']?\s*[:=]\s*)(?:(\\{0,7}["']).*?(?:(?<!\\)\2|$)|(?:(?:bearer|basic)\s+)?[^\s,;|"']+)/gis;

const ACCESS_KEY =
  /\b((?:ak|access[-_]?key(?:[-_]?id)?)\\{0,7}["']?\s*[:=]\s*\\{0,7}["']?|Access=|ak (?=\S+ not exist))([A-Za-z0-9]{4})[A-Za-z0-9]+/gi;

/** The secrets that authenticated a request: no text about it may contain them. */
export interface Secrets {
  readonly accessKey?: string | undefined;
  /** Secret key, token, password; missing and empty ones are ignored. */
  readonly hidden: readonly (string | undefined)[];
}

export function secretsOf(credential: Credential): Secrets {
  return isIamToken(credential)
    ? { hidden: [credential.token] }
    : { accessKey: credential.accessKey, hidden: [credential.securityToken, credential.secretKey] };
}

/** Characters. */
const MAX_TEXT_LENGTH = 2048;

/** Returns the error without these secrets and anything that looks like one, its texts cut to `MAX_TEXT_LENGTH`. */
export function redactError(error: ElbError, secrets: Secrets): ElbError {
  // Cut after redacting: half of a secret would not be found.
  const clean = (text: string | undefined) => text && redactKnown(text, secrets).slice(0, MAX_TEXT_LENGTH);
  return { ...error, code: clean(error.code), message: clean(error.message), requestId: clean(error.requestId) };
}

/** Removes known secrets first: removing what looks like one could split a known one, which would then not be found. */
function redactKnown(text: string, { accessKey, hidden }: Secrets): string {
  const known = hidden.flatMap((secret) => writtenFormsOf(secret).map((form) => [form, '[redacted]'] as const));
  const ofKey = writtenFormsOf(accessKey).map((form) => [form, `${accessKeyPrefix(form)}****`] as const);
  const longestFirst = known.sort(([a], [b]) => b.length - a.length);
  return redact(
    [...longestFirst, ...ofKey].reduce((clean, [form, shown]) => clean.replaceAll(form, () => shown), text),
  );
}

/** @returns the forms in which a service may write a secret: plain, percent-encoded by either rule, or as JSON. */
function writtenFormsOf(secret: string | undefined): readonly string[] {
  if (secret === undefined || secret === '') return [];
  const encoded = [percentEncode(secret), encodeURIComponent(wellFormed(secret))];
  const inLowerCase = encoded.map((form) => form.replace(/%../g, (hex) => hex.toLowerCase()));
  return [secret, ...encoded, ...inLowerCase, JSON.stringify(secret).slice(1, -1)];
}
