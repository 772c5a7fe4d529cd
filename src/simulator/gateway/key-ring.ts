/** The access keys that the gateway knows: it verifies their signatures and locks a key that fails too often. */
import { notAuthenticated, type Refusal } from '../http/simulated-response';
import type { CloudRequest } from '../http/cloud-request';
import { sameSecret } from '../base/same-secret';
import { formatSdkDate, parseSdkDate } from './sdk-date';
import { type Authorization, canonicalRequest, signatureOf } from './signature';
import { MINUTE } from '../../base/time-units';

/** A permanent access key, or a temporary one, which has a security token. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
  /** The projects it may act in. */
  readonly projectIds: readonly string[];
}

interface Entry {
  readonly key: AccessKey;
  failures: number;
  lockedUntil: number;
}

const DATE_WINDOW = 15 * MINUTE;
const LOCK = 5 * MINUTE;
const FAILURES_TO_LOCK = 5;

/** What must be signed if it is sent: another value would be another request. */
const BOUND_HEADERS = ['x-project-id', 'x-security-token'];

export class KeyRing {
  readonly #entries = new Map<string, Entry>();

  /** Adds a key, or replaces the one of that id and forgets its failures. */
  add(key: AccessKey): void {
    this.#entries.set(key.accessKey, { key, failures: 0, lockedUntil: -Infinity });
  }

  /** Deletes a key, as its owner would in the console. */
  remove(accessKey: string): boolean {
    return this.#entries.delete(accessKey);
  }

  /**
   * The key that signed a request.
   * @throws Refusal 401 APIGW.0301 in the gateway's words, which say what is wrong.
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
        entry.lockedUntil = request.receivedAt + LOCK;
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
    // Without its token a temporary key is not found at all, in the real gateway as here.
    if (token === undefined) return notAuthenticated(`Get secretKey failed,ak:${key.accessKey},err:ak not exist`);
    if (!sameSecret(token, key.securityToken)) return notAuthenticated('decrypt token fail');
  }

  const canonical = canonicalRequest(request, authorization.signedHeaders);
  const echo = `canonicalRequest:${canonical.replaceAll('\n', '|')}`;
  const wrong = notAuthenticated(`verify aksk signature fail, ${echo}`);
  const sdkDate = headers['x-sdk-date'] ?? '';
  const signedAt = parseSdkDate(sdkDate);
  if (signedAt === undefined) return wrong;
  if (Math.abs(request.serverTime - signedAt) > DATE_WINDOW) {
    const times = `signature time:${sdkDate},server time:${formatSdkDate(request.serverTime)}`;
    return notAuthenticated(`calc aksk signature fail:signature expired, ${times}`);
  }
  const mustBeSigned = ['host', 'x-sdk-date', ...BOUND_HEADERS.filter((name) => headers[name] !== undefined)];
  if (!mustBeSigned.every((name) => authorization.signedHeaders.includes(name))) return wrong;
  return sameSecret(authorization.signature, signatureOf(canonical, sdkDate, key.secretKey)) ? undefined : wrong;
}
