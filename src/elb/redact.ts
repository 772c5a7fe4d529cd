/** Takes out of a text from the service what must not be shown or logged. */
import { type Credential, isIamToken } from './credential';
import type { ElbError } from './error';

/** Characters of an access key that may be shown: by them a person knows which it is. */
const SHOWN_OF_ACCESS_KEY = 4;

export function shownStart(accessKey: string): string {
  return accessKey.slice(0, SHOWN_OF_ACCESS_KEY);
}

/**
 * Knows secrets by how the gateway and IAM write them: it answers a bad signature with the canonical request, which
 * holds the security token in clear, and names keys and tokens.
 */
export function redact(text: string): string {
  return text
    .replace(/canonical[ _]?request\s*[:=].*/is, 'canonicalRequest:[redacted]')
    .replace(
      /(x-security-token|x-auth-token|x-subject-token|security_?token|secret_?(?:access_?)?key|password|signature)(["']?\s*[:=]\s*["']?)[^\s,;|"']+/gi,
      '$1$2[redacted]',
    )
    .replace(/\b(ak\s*[:=]\s*|Access=|ak (?=\S+ not exist))([A-Za-z0-9]{4})[A-Za-z0-9]+/gi, '$1$2****');
}

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

/** An error whose texts hold none of these secrets and nothing that looks like one. */
export function redactError(error: ElbError, secrets: Secrets): ElbError {
  const clean = (text: string | undefined) => (text === undefined ? undefined : redactKnown(text, secrets));
  return { ...error, code: clean(error.code), message: clean(error.message), requestId: clean(error.requestId) };
}

/** The known ones first: what looks like a secret may be cut out in the middle of one. */
function redactKnown(text: string, { accessKey, hidden }: Secrets): string {
  const forms = hidden
    .filter((secret): secret is string => secret !== undefined && secret !== '')
    .flatMap((secret) => [secret, percentEncoded(secret), JSON.stringify(secret).slice(1, -1)])
    .sort((a, b) => b.length - a.length);
  const hiding = forms.reduce((clean, form) => clean.replaceAll(form, '[redacted]'), text);
  return redact(accessKey === undefined ? hiding : hiding.replaceAll(accessKey, () => `${shownStart(accessKey)}****`));
}

/** A secret that is no well-formed text has been sent as its nearest one. */
function percentEncoded(secret: string): string {
  return encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'));
}
