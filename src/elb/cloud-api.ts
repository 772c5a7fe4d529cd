/** Asks the cloud, authenticated by key or token, and gives back the body of a success. */
import { errorOfAnswer } from './answer-error';
import { type Credential, isIamToken } from './credential';
import type { EndpointOrigin } from './endpoint';
import type { ElbError, Result } from './error';
import type { HttpAnswer, HttpRequest, HttpTransport } from './http-transport';
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

export class CloudApi {
  /** @param now the instant that requests are signed with, in milliseconds since the epoch. */
  constructor(
    private readonly transport: HttpTransport,
    private readonly now: () => number,
  ) {}

  async get(request: CloudRequest, credential: Credential, signal: AbortSignal): Promise<Result<string>> {
    const { maxAnswerBytes } = request;
    const answer = await this.exchange({
      method: 'GET',
      ...this.authenticated(request, credential),
      maxAnswerBytes,
      signal,
    });
    if (answer.ok) return { ok: true, value: answer.value.body };
    return { ok: false, error: this.asked(answer.error, credential) };
  }

  /** Sends a request as it is; an answer that is not a success is an error. */
  async exchange(request: HttpRequest): Promise<Result<HttpAnswer>> {
    const exchange = await this.transport(request);
    if (!exchange.ok) return exchange;
    const { status } = exchange.value;
    if (status >= 200 && status < 300) return exchange;
    return { ok: false, error: errorOfAnswer(exchange.value, this.now()) };
  }

  private authenticated({ endpoint, path, query = {}, headers = {} }: CloudRequest, credential: Credential) {
    return isIamToken(credential)
      ? { url: urlOf(endpoint, path, query), headers: { ...headers, 'X-Auth-Token': credential.token } }
      : signRequest({ method: 'GET', origin: endpoint, path, query, headers }, credential, this.now());
  }

  /** What a refusal means depends on what was refused. */
  private asked(error: ElbError, credential: Credential): ElbError {
    if (error.kind !== 'authentication' || !isIamToken(credential)) return error;
    const hasEnded = credential.expiresAt !== undefined && credential.expiresAt <= this.now();
    return hasEnded ? { ...error, kind: 'token-expired' } : { ...error, reason: 'token-refused' };
  }
}
