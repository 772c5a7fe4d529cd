/** Asks the cloud, authenticated by key, token or password, and gives back what it answered. */
import { type Asked, errorOfResponse } from './response-error';
import { type Credential, isIamToken } from './credential';
import type { EndpointOrigin } from '../places/endpoint';
import { type ElbError, failure, type Result } from './error';
import { parseHttpDate } from './timestamps';
import type { HttpResponse, HttpRequest, HttpTransport } from './transport';
import { redactError, type Secrets, secretsOf } from './redact';
import { plausibleSkew } from './refusal-reason';
import { type QueryParameters, signRequest, urlOf } from './signer';
import { problemOfTarget, type Target } from './target';

export interface CloudRequest<T> extends Target {
  readonly query?: QueryParameters;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes; a longer answer is refused. */
  readonly maxResponseBytes: number;
  /** What a success says. Its errors may name what the service wrote: they are redacted like those of the service. */
  readonly read: (answer: HttpResponse) => Result<T>;
}

/** A request that proves by its body who asks. */
export interface CloudPost<T> extends CloudRequest<T> {
  readonly body: string;
  readonly secrets: Secrets;
}

/** Milliseconds. */
const WORTH_TELLING = 60_000;

export class CloudApi {
  /** Milliseconds by which the clocks of endpoints are taken to be ahead of this computer's. */
  private readonly skews = new Map<EndpointOrigin, number>();
  /** The same as their answers told, which they do also where nothing is signed. */
  private readonly toldSkews = new Map<EndpointOrigin, number>();
  private toldSkew = 0;

  /**
   * @param now this computer's time, in milliseconds since the epoch.
   * @param onClockSkew is told when services turn out to accept signatures of a clock that is so many milliseconds ahead
   * of this computer's: with which they are made from now on. Of several endpoints, the largest skew counts; 0 when the
   * computer's own clock is right for all again.
   */
  constructor(
    private readonly transport: HttpTransport,
    private readonly now: () => number,
    private readonly onClockSkew: (skew: number) => void = () => undefined,
  ) {}

  /** A signature that was refused for its time is made once more with the service's: a clock that is off locks no key. */
  async get<T>(request: CloudRequest<T>, credential: Credential, signal: AbortSignal): Promise<Result<T>> {
    const problem = problemOfTarget(request);
    if (problem !== undefined) return failure('bad-request', { message: problem });
    const skew = this.skewOf(request.endpoint);
    const first = await this.getOnce(request, credential, skew, signal);
    if (first.ok && !isIamToken(credential)) this.accepted(request.endpoint, skew);
    if (first.ok || first.error.clockSkew === undefined) return first;
    const second = await this.getOnce(request, credential, first.error.clockSkew, signal);
    if (second.ok) this.accepted(request.endpoint, first.error.clockSkew);
    return second;
  }

  async post<T>(request: CloudPost<T>, signal: AbortSignal): Promise<Result<T>> {
    const problem = problemOfTarget(request);
    if (problem !== undefined) return failure('bad-request', { message: problem });
    const { endpoint, path, query, headers = {}, body, maxResponseBytes, read, secrets } = request;
    const askedAt = this.now() + this.skewOf(endpoint);
    return this.exchange(
      endpoint,
      { method: 'POST', url: urlOf(endpoint, path, query), headers, body, maxResponseBytes, signal },
      { read, secrets, askedAt, isSigned: false },
    );
  }

  /** Milliseconds by which the clock of an endpoint, as far as it told, is ahead of this computer's. */
  clockSkewOf(endpoint: EndpointOrigin): number {
    return this.toldSkews.get(endpoint) ?? this.skewOf(endpoint);
  }

  private skewOf(endpoint: EndpointOrigin): number {
    return this.skews.get(endpoint) ?? 0;
  }

  /** A signature of a clock that is ahead of this computer's by so much is accepted there. */
  private accepted(endpoint: EndpointOrigin, skew: number): void {
    // A clock was set in the meantime, perhaps this computer's: what the others had is as old.
    if (Math.abs(skew - (this.skews.get(endpoint) ?? skew)) >= WORTH_TELLING) this.skews.clear();
    this.skews.set(endpoint, skew);
    const largest = [...this.skews.values()].reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    const worthTelling = Math.abs(largest) < WORTH_TELLING ? 0 : largest;
    if (Math.abs(worthTelling - this.toldSkew) < WORTH_TELLING) return;
    this.toldSkew = worthTelling;
    this.onClockSkew(worthTelling);
  }

  private noteDate(endpoint: EndpointOrigin, { headers }: HttpResponse): void {
    const skew = plausibleSkew((parseHttpDate(headers['date']) ?? NaN) - this.now());
    if (skew === undefined) this.toldSkews.delete(endpoint);
    else this.toldSkews.set(endpoint, Math.abs(skew) < WORTH_TELLING ? 0 : skew);
  }

  private async getOnce<T>(
    request: CloudRequest<T>,
    credential: Credential,
    skew: number,
    signal: AbortSignal,
  ): Promise<Result<T>> {
    const { endpoint, maxResponseBytes, read } = request;
    const askedAt = this.now() + skew;
    const result = await this.exchange(
      endpoint,
      { method: 'GET', ...authenticated(request, credential, askedAt), maxResponseBytes, signal },
      { read, secrets: secretsOf(credential), askedAt, isSigned: !isIamToken(credential) },
    );
    return result.ok ? result : { ok: false, error: refusalOfCredential(result.error, credential, { askedAt, skew }) };
  }

  /** The one way out of here for what comes from outside: whatever is told of it is redacted. */
  private async exchange<T>(
    endpoint: EndpointOrigin,
    request: HttpRequest,
    { read, secrets, ...asked }: Asked & Pick<CloudPost<T>, 'read' | 'secrets'>,
  ): Promise<Result<T>> {
    const exchange = await this.transport(request);
    if (exchange.ok && isSuccess(exchange.value)) this.noteDate(endpoint, exchange.value);
    const result = exchange.ok ? resultOf(exchange.value, read, asked) : exchange;
    return result.ok ? result : { ok: false, error: redactError(result.error, secrets) };
  }
}

/** What is no success need not be the service's. */
function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** An answer that is not a success is an error. */
function resultOf<T>(answer: HttpResponse, read: CloudRequest<T>['read'], asked: Asked): Result<T> {
  return isSuccess(answer) ? read(answer) : { ok: false, error: errorOfResponse(answer, asked) };
}

function authenticated(request: CloudRequest<unknown>, credential: Credential, instant: number) {
  const { endpoint, path, query = {}, headers = {} } = request;
  return isIamToken(credential)
    ? { url: urlOf(endpoint, path, query), headers: { ...headers, 'X-Auth-Token': credential.token } }
    : signRequest({ method: 'GET', origin: endpoint, path, query, headers }, credential, instant);
}

/** What a refusal means depends on what was refused, and by which clock it was made. */
function refusalOfCredential(
  error: ElbError,
  credential: Credential,
  { askedAt, skew }: { askedAt: number; skew: number },
): ElbError {
  if (!isIamToken(credential)) {
    return error.clockSkew === undefined ? error : { ...error, clockSkew: plausibleSkew(error.clockSkew + skew) };
  }
  if (error.kind !== 'authentication' || error.reason !== undefined) return error;
  const hasEnded = credential.expiresAt !== undefined && credential.expiresAt <= askedAt;
  return hasEnded ? { ...error, kind: 'token-expired' } : { ...error, reason: 'token-refused' };
}
