/** The gateway's access keys: verifies their signatures and locks a key that fails too often. */
import { notAuthenticated, type Refusal } from '../http/simulated-response';
import type { CloudRequest } from '../http/cloud-request';
import { sameSecret } from '../base/same-secret';
import { formatSdkDate, parseSdkDate } from './sdk-date';
import { type Authorization, canonicalRequest, signatureOf } from './signature';
import { MINUTE } from '../../base/time-units';

/** A permanent access key, or a temporary key with its security token. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
  /** The projects that the key may access. */
  readonly projectIds: readonly string[];
}

interface Entry {
  readonly key: AccessKey;
  failures: number;
  lockedUntil: number;
}

const MAX_DATE_OFFSET_MS = 15 * MINUTE;
const LOCK_MS = 5 * MINUTE;
const FAILURES_TO_LOCK = 5;

/** Headers that must be signed if they are sent: their values change what is requested. */
const BOUND_HEADERS = ['x-project-id', 'x-security-token'];

export class KeyRing {
  readonly #entries = new Map<string, Entry>();

  /** Adds a key, or replaces the key with that id and resets its failures. */
  add(key: AccessKey): void {
    this.#entries.set(key.accessKey, { key, failures: 0, lockedUntil: -Infinity });
  }

  /** Deletes a key, as its owner would in the console. */
  remove(accessKey: string): boolean {
    return this.#entries.delete(accessKey);
  }

  /**
   * @returns the key that signed a request.
   * @throws Refusal 401 APIGW.0301 with the real gateway's message for each cause.
   */
  verify(request: CloudRequest, authorization: Authorization): AccessKey {
    const entry = this.#entries.get(authorization.accessKey);
    if (!entry) throw notAuthenticated(`ak ${authorization.accessKey} not exist`);
    if (request.receivedAt < entry.lockedUntil) {
      throw notAuthenticated('AK access failed to reach the limit,forbidden');
    }
    const refusal = refusalOf(request, authorization, entry.key);
    if (refusal) {
      entry.failures += 1;
      if (entry.failures >= FAILURES_TO_LOCK) {
        entry.failures = 0;
        entry.lockedUntil = request.receivedAt + LOCK_MS;
      }
      throw refusal;
    }
    entry.failures = 0;
    return entry.key;
  }
}

function refusalOf(request: CloudRequest, authorization: Authorization, key: AccessKey): Refusal | undefined {
  const { headers } = request;
  if (key.securityToken !== undefined) {
    const token = headers['x-security-token'];
    // The real gateway does not find a temporary key without its token either.
    if (token === undefined) return notAuthenticated(`Get secretKey failed,ak:${key.accessKey},err:ak not exist`);
    if (!sameSecret(token, key.securityToken)) return notAuthenticated('decrypt token fail');
  }

  const canonical = canonicalRequest(request, authorization.signedHeaders);
  const echo = `canonicalRequest:${canonical.replaceAll('\n', '|')}`;
  const wrong = notAuthenticated(`verify aksk signature fail, ${echo}`);
  const sdkDate = headers['x-sdk-date'] ?? '';
  const signedAt = parseSdkDate(sdkDate);
  if (signedAt === undefined) return wrong;
  if (Math.abs(request.serverTime - signedAt) > MAX_DATE_OFFSET_MS) {
    const times = `signature time:${sdkDate},server time:${formatSdkDate(request.serverTime)}`;
    return notAuthenticated(`calc aksk signature fail:signature expired, ${times}`);
  }
  const mustBeSigned = ['host', 'x-sdk-date', ...BOUND_HEADERS.filter((name) => headers[name] !== undefined)];
  if (!mustBeSigned.every((name) => authorization.signedHeaders.includes(name))) return wrong;
  return sameSecret(authorization.signature, signatureOf(canonical, sdkDate, key.secretKey)) ? undefined : wrong;
}
