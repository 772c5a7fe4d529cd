/** Asks the cloud, authenticated by key or token, and gives back the body of a success. */
import { errorOfAnswer } from './answer-error';
import { type Credential, isIamToken } from './credential';
import type { EndpointOrigin } from './endpoint';
import type { ElbError, Result } from './error';
import type { HttpAnswer, HttpRequest, HttpTransport } from './http-transport';
import { redactError, type Secrets, secretsOf } from './redact';
import { type QueryParameters, signRequest, urlOf } from './signer';

export interface CloudRequest {
  readonly endpoint: EndpointOrigin;
  /** With a leading slash, its segments not yet percent-encoded. */
  readonly path: string;
  readonly query?: QueryParameters;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes; a longer answer is refused. */
  readonly maxAnswerBytes: number;
}

/** Milliseconds. */
const WORTH_TELLING = 60_000;

export class CloudApi {
  /** Milliseconds by which the clocks of endpoints are taken to be ahead of this computer's. */
  private readonly skews = new Map<EndpointOrigin, number>();
  private toldSkew = 0;

  /**
   * @param now this computer's time, in milliseconds since the epoch.
   * @param onClockSkew is told when the service turns out to accept signatures of a clock that is so many milliseconds
   * ahead of this computer's: with which they are made from now on. 0 when the computer's own is right again.
   */
  constructor(
    private readonly transport: HttpTransport,
    private readonly now: () => number,
    private readonly onClockSkew: (skew: number) => void = () => undefined,
  ) {}

  /** A signature that was refused for its time is made once more with the service's: a clock that is off locks no key. */
  async get(request: CloudRequest, credential: Credential, signal: AbortSignal): Promise<Result<string>> {
    const skew = this.skews.get(request.endpoint) ?? 0;
    const first = await this.getOnce(request, credential, skew, signal);
    if (first.ok && !isIamToken(credential)) this.accepted(request.endpoint, skew);
    if (first.ok || first.error.clockSkew === undefined) return first;
    const second = await this.getOnce(request, credential, first.error.clockSkew, signal);
    if (second.ok) this.accepted(request.endpoint, first.error.clockSkew);
    return second;
  }

  /**
   * Sends a request as it is; an answer that is not a success is an error.
   * @param askedAt when the request was made, by the clock that signed it.
   */
  async exchange(request: HttpRequest, secrets: Secrets, askedAt = this.now()): Promise<Result<HttpAnswer>> {
    const exchange = await this.transport(request);
    const isSuccess = exchange.ok && exchange.value.status >= 200 && exchange.value.status < 300;
    if (isSuccess) return exchange;
    const error = exchange.ok ? errorOfAnswer(exchange.value, askedAt) : exchange.error;
    return { ok: false, error: redactError(error, secrets) };
  }

  /** A signature of a clock that is ahead of this computer's by so much is accepted there. */
  private accepted(endpoint: EndpointOrigin, skew: number): void {
    this.skews.set(endpoint, skew);
    const worthTelling = Math.abs(skew) < WORTH_TELLING ? 0 : skew;
    if (Math.abs(worthTelling - this.toldSkew) < WORTH_TELLING) return;
    this.toldSkew = worthTelling;
    this.onClockSkew(worthTelling);
  }

  private async getOnce(
    request: CloudRequest,
    credential: Credential,
    skew: number,
    signal: AbortSignal,
  ): Promise<Result<string>> {
    const { maxAnswerBytes } = request;
    const askedAt = this.now() + skew;
    const answer = await this.exchange(
      { method: 'GET', ...authenticated(request, credential, askedAt), maxAnswerBytes, signal },
      secretsOf(credential),
      askedAt,
    );
    if (answer.ok) return { ok: true, value: answer.value.body };
    return { ok: false, error: asked(answer.error, credential, { now: this.now(), skew }) };
  }
}

function authenticated(request: CloudRequest, credential: Credential, instant: number) {
  const { endpoint, path, query = {}, headers = {} } = request;
  return isIamToken(credential)
    ? { url: urlOf(endpoint, path, query), headers: { ...headers, 'X-Auth-Token': credential.token } }
    : signRequest({ method: 'GET', origin: endpoint, path, query, headers }, credential, instant);
}

/** What a refusal means depends on what was refused, and by which clock it was made. */
function asked(error: ElbError, credential: Credential, { now, skew }: { now: number; skew: number }): ElbError {
  if (!isIamToken(credential)) {
    return error.clockSkew === undefined ? error : { ...error, clockSkew: error.clockSkew + skew };
  }
  // No clock takes part in a token's check but the service's.
  if (error.kind === 'clock-skew')
    return { ...error, kind: 'authentication', reason: 'token-refused', clockSkew: undefined };
  if (error.kind !== 'authentication') return error;
  const hasEnded = credential.expiresAt !== undefined && credential.expiresAt <= now;
  return hasEnded ? { ...error, kind: 'token-expired' } : { ...error, reason: error.reason ?? 'token-refused' };
}
