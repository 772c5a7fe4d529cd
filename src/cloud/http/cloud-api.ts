/** Sends requests to the cloud, authenticated by key, token or password, and returns the parsed response. */
import { errorOfResponse, factsOfUnreadable, type SentRequest } from './response-error';
import { type Credential, isIamToken } from './credential';
import type { EndpointOrigin } from '../places/endpoint';
import type { ElbError, Result } from './error';
import type { HttpResponse, HttpRequest, HttpTransport } from './transport';
import { redactError, redactResponse, type Secrets, secretsOf, secretsOfRequest } from './known-secrets';
import { NeedleCase } from './secret-needles';
import { answeredAt, type Exchange, plausibleSkew, skewAt } from './unauthorized';
import { type QueryParameters, signRequest, urlOf } from './signer';
import { problemOfCredential, problemOfHeaders, problemOfTarget, type RequestTarget } from './request-checks';
import { MINUTE } from '../../base/time-units';

export interface CloudRequest<T> extends RequestTarget {
  readonly query?: QueryParameters;
  readonly headers?: Readonly<Record<string, string>>;
  /** A longer response is an error. */
  readonly maxResponseBytes: number;
  /** Parses a success. Its error messages may quote the response: they are redacted as the service's are. */
  readonly read: (response: HttpResponse) => Result<T>;
}

/** A request that authenticates by secrets in its body. */
interface CloudPost<T> extends CloudRequest<T> {
  readonly body: string;
  readonly secrets: Secrets;
  /** Finds why the service refused it, from the error before it is redacted: a password may be a word of it. */
  readonly refusalOf?: (error: ElbError) => Pick<ElbError, 'kind' | 'reason'>;
}

/** `sentAt` is by the clock that signed the request, which is ahead of this computer's by `skew`. */
interface Sending<T> extends Pick<CloudPost<T>, 'read' | 'secrets'>, Pick<SentRequest, 'sentAt' | 'isSigned'> {
  readonly refusalOf?: CloudPost<T>['refusalOf'] | undefined;
  readonly skew: number;
}

const MIN_REPORTED_SKEW_MS = MINUTE;

export class CloudApi {
  /** Milliseconds that are added to this computer's clock for signatures, since the endpoint accepted them. */
  private readonly signingSkews = new Map<EndpointOrigin, number>();
  /** Milliseconds by which an endpoint's clock is ahead, from the `Date` header of its responses, signed or not. */
  private readonly dateSkews = new Map<EndpointOrigin, number>();
  private reportedSkew = 0;
  private readonly needleCase = new NeedleCase();

  /**
   * @param now this computer's time, in milliseconds since the epoch.
   * @param onClockSkew called when endpoints accept signatures of a clock that is ahead of this computer's by other
   * milliseconds than before. The largest skew of all endpoints counts; 0 when this computer's clock is right again.
   * @param mayRepeat whether a request may be sent again, with the right time: the first one may count as a failed sign-in.
   */
  constructor(
    private readonly transport: HttpTransport,
    private readonly now: () => number,
    private readonly onClockSkew: (skewMs: number) => void = () => undefined,
    private readonly mayRepeat: (credential: Credential) => Promise<boolean> = () => Promise.resolve(true),
  ) {}

  /**
   * Signs and sends once more, by the service's clock, when a signature was refused for its time: a wrong clock, and a signature
   * that was too old when it arrived, must not lock the key.
   */
  async get<T>(request: CloudRequest<T>, credential: Credential, signal: AbortSignal): Promise<Result<T>> {
    const problem = problemOfCredential(credential) ?? problemOf(request);
    if (problem !== undefined) return { ok: false, error: problem };
    const skew = this.signingSkewOf(request.endpoint);
    const first = await this.getOnce(request, credential, skew, signal);
    if (first.ok && !isIamToken(credential)) this.noteAcceptedSkew(request.endpoint, skew);
    if (first.ok || first.error.clockSkew === undefined || !(await this.mayRepeat(credential))) return first;
    const second = await this.getOnce(request, credential, first.error.clockSkew, signal);
    if (second.ok) this.noteAcceptedSkew(request.endpoint, first.error.clockSkew);
    return second;
  }

  async post<T>(request: CloudPost<T>, signal: AbortSignal): Promise<Result<T>> {
    const problem = problemOf(request);
    if (problem !== undefined) return { ok: false, error: problem };
    const { endpoint, path, query, headers = {}, body, maxResponseBytes, read, secrets, refusalOf } = request;
    const skew = this.signingSkewOf(endpoint);
    return this.send(
      endpoint,
      { method: 'POST', url: urlOf(endpoint, path, query), headers, body, maxResponseBytes, signal },
      { read, secrets, refusalOf, sentAt: this.now() + skew, skew, isSigned: false },
    );
  }

  /** Milliseconds by which an endpoint's clock is ahead of this computer's; 0 if unknown. */
  clockSkewOf(endpoint: EndpointOrigin): number {
    return this.dateSkews.get(endpoint) ?? this.signingSkewOf(endpoint);
  }

  private signingSkewOf(endpoint: EndpointOrigin): number {
    return this.signingSkews.get(endpoint) ?? 0;
  }

  /** Saves the skew of an accepted signature, and reports the largest of all endpoints if it changed. */
  private noteAcceptedSkew(endpoint: EndpointOrigin, skew: number): void {
    // A clock was set meanwhile, perhaps this computer's: the skews of the other endpoints are outdated.
    if (Math.abs(skew - (this.signingSkews.get(endpoint) ?? skew)) >= MIN_REPORTED_SKEW_MS) this.signingSkews.clear();
    this.signingSkews.set(endpoint, skew);
    const largest = [...this.signingSkews.values()].reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    const reported = Math.abs(largest) < MIN_REPORTED_SKEW_MS ? 0 : largest;
    if (Math.abs(reported - this.reportedSkew) < MIN_REPORTED_SKEW_MS) return;
    this.reportedSkew = reported;
    this.onClockSkew(reported);
  }

  private noteDateHeader(endpoint: EndpointOrigin, headers: HttpResponse['headers'], exchange: Exchange): void {
    const skew = plausibleSkew(skewAt(answeredAt(headers) ?? NaN, exchange), exchange.receivedAt);
    if (skew === undefined) this.dateSkews.delete(endpoint);
    else this.dateSkews.set(endpoint, Math.abs(skew) < MIN_REPORTED_SKEW_MS ? 0 : skew);
  }

  private async getOnce<T>(
    request: CloudRequest<T>,
    credential: Credential,
    skew: number,
    signal: AbortSignal,
  ): Promise<Result<T>> {
    const { endpoint, maxResponseBytes, read } = request;
    const sentAt = this.now() + skew;
    const result = await this.send(
      endpoint,
      { method: 'GET', ...authenticate(request, credential, sentAt), maxResponseBytes, signal },
      { read, secrets: secretsOf(credential), sentAt, skew, isSigned: !isIamToken(credential) },
    );
    if (result.ok) return result;
    return { ok: false, error: errorOfCredential(result.error, credential, { now: this.now(), skew }) };
  }

  /** Every request is sent here, so that no response and no error contains the request's secrets. */
  private async send<T>(
    endpoint: EndpointOrigin,
    request: HttpRequest,
    { read, secrets, refusalOf, sentAt, skew, isSigned }: Sending<T>,
  ): Promise<Result<T>> {
    const received = await this.transport(request);
    const now = this.now();
    if (received.ok && isSuccess(received.value)) {
      this.noteDateHeader(endpoint, received.value.headers, { sentAt: sentAt - skew, receivedAt: now });
    }
    const sent: SentRequest = { sentAt, receivedAt: now + skew, isSigned };
    const all = secretsOfRequest(request, secrets);
    const result = received.ok
      ? resultOf(await redactResponse(received.value, all, this.needleCase), read, sent)
      : received;
    if (result.ok) return result;
    const refusal =
      refusalOf !== undefined && received.ok && !isSuccess(received.value)
        ? refusalOf(errorOfResponse(received.value, sent))
        : undefined;
    return { ok: false, error: { ...redactError(result.error, all, this.needleCase), ...refusal } };
  }
}

/** Nothing of an invalid request is signed or sent. */
function problemOf(request: CloudRequest<unknown>): ElbError | undefined {
  const message = problemOfTarget(request) ?? problemOfHeaders(request.headers ?? {});
  return message === undefined ? undefined : { kind: 'bad-request', message };
}

/** Any other response need not come from the service. */
function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

function resultOf<T>(response: HttpResponse, read: CloudRequest<T>['read'], sent: SentRequest): Result<T> {
  if (!isSuccess(response)) return { ok: false, error: errorOfResponse(response, sent) };
  const result = read(response);
  if (result.ok || result.error.kind !== 'malformed') return result;
  return { ok: false, error: { ...result.error, ...factsOfUnreadable(response) } };
}

function authenticate(request: CloudRequest<unknown>, credential: Credential, instant: number) {
  const { endpoint, path, query = {}, headers = {} } = request;
  return isIamToken(credential)
    ? { url: urlOf(endpoint, path, query), headers: { ...headers, 'X-Auth-Token': credential.token } }
    : signRequest({ method: 'GET', origin: endpoint, path, query, headers }, credential, instant);
}

/** Completes an error with facts about the credential, and about this computer's clock. */
function errorOfCredential(
  error: ElbError,
  credential: Credential,
  { now, skew }: { now: number; skew: number },
): ElbError {
  if (!isIamToken(credential)) {
    const { clockSkew } = error;
    // Relative to this computer's clock.
    return clockSkew === undefined ? error : { ...error, clockSkew: plausibleSkew(clockSkew + skew, now) };
  }
  if (error.kind !== 'authentication' || error.reason !== undefined) return error;
  const hasExpired = credential.expiresAt !== undefined && credential.expiresAt <= now + skew;
  return hasExpired ? { ...error, kind: 'token-expired' } : { ...error, reason: 'token-refused' };
}
