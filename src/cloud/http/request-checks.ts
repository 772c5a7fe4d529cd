/** Checks the endpoint, the path, the ids, the headers and the credential of a request before it is signed or sent. */
import { MAX_KEY_LENGTH, MAX_TOKEN_LENGTH } from '../../base/limits';
import { type EndpointOrigin, parseEndpoint } from '../places/endpoint';
import { type Credential, isIamToken } from './credential';
import type { CredentialPart, ElbError } from './error';

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

/** @returns what a valid header looks like, in English; undefined if all are valid. */
export function problemOfHeaders(headers: Readonly<Record<string, string>>): string | undefined {
  const isValid = Object.values(headers).every((value) => /^[\x20-\x7e]*$/.test(value));
  return isValid ? undefined : 'A header consists of visible ASCII characters and spaces.';
}

/** @returns why a part of a credential cannot be sent; undefined if it can. A part that HTTP cannot carry would be sent damaged. */
export function problemOfSecret(part: CredentialPart, text: string): 'characters' | 'length' | undefined {
  const maxLength = part === 'token' || part === 'security-token' ? MAX_TOKEN_LENGTH : MAX_KEY_LENGTH;
  if (text.length > maxLength) return 'length';
  return /^[\x21-\x7e]+$/.test(text) ? undefined : 'characters';
}

/** @returns the error of a credential that must not be sent; undefined if it can. The error quotes nothing of it. */
export function problemOfCredential(credential: Credential): ElbError | undefined {
  for (const [part, text] of partsOf(credential)) {
    const problem = text === undefined ? undefined : problemOfSecret(part, text);
    if (problem !== undefined) return { kind: 'invalid-credential', part, message: MESSAGES[problem] };
  }
  return undefined;
}

const MESSAGES = {
  characters: 'A key or token consists of visible ASCII characters.',
  length: `A key has at most ${MAX_KEY_LENGTH} characters, a token ${MAX_TOKEN_LENGTH}.`,
};

function partsOf(credential: Credential): readonly (readonly [CredentialPart, string | undefined])[] {
  if (isIamToken(credential)) return [['token', credential.token]];
  const { accessKey, secretKey, securityToken } = credential;
  return [
    ['access-key', accessKey],
    ['secret-key', secretKey],
    ['security-token', securityToken],
  ];
}
