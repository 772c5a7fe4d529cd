/** The one way of every request that carries a credential: never with a refused key, nor after too many failures. */
import type { Credential } from '../cloud/http/credential';
import type { ElbError, Result } from '../cloud/http/error';
import { type PollError, refusesCredential, type RequestError } from '../jobs/model/poll-error';
import type { KeyTrials } from './refusals/key-trials';
import type { AccountBlock } from './refusals/failed-sign-ins';
import type { SignInFailures, TrialResult } from './refusals/sign-in-failures';
import type { KeyHash, KeyUse } from './secrets/key-hash';

interface GuardedRequestsParts {
  readonly keyHash: Pick<KeyHash, 'useOf'>;
  readonly trials: KeyTrials;
  readonly failures: SignInFailures;
}

interface GuardedRequest<T, Obstacle extends PollError> {
  readonly send: () => Promise<Result<T>>;
  /**
   * Runs just before `send`: the request may have waited for others.
   * @returns why the key must not be used, e.g. since another window's request was refused; `changed` if there is another
   * key; undefined if the request may be sent.
   */
  readonly obstacle: () => Promise<Obstacle | 'changed' | undefined>;
  /** Saves that the key was refused, before any other request is sent with it. */
  readonly refused: (error: ElbError) => Promise<void>;
  /** Whether an error stops the key, although the service may not count it as a failed sign-in. */
  readonly stops?: (error: ElbError) => boolean;
  /** Whether a request soon after a success need not wait for those of other windows. */
  readonly isKeyRemembered: boolean;
}

export class GuardedRequests {
  constructor(private readonly parts: GuardedRequestsParts) {}

  /** @returns until when nothing is sent for the account, whatever the secret is; undefined if requests may be sent. */
  blockOf(use: KeyUse): Promise<AccountBlock | undefined> {
    return this.parts.failures.blockOf(use);
  }

  /** Lets the key fail once more. Call it only if a person chooses to try again. */
  agree(use: KeyUse): Promise<void> {
    return this.parts.failures.agree(use);
  }

  /** @returns whether a request may be repeated that was refused for the time of its signature. Counts the repetition. */
  async mayRepeat(credential: Credential): Promise<boolean> {
    return this.parts.failures.mayRepeat(await this.parts.keyHash.useOf(credential));
  }

  /**
   * Sends the request, or returns why it was not sent. The caller has just checked that nothing forbids to use the key.
   * @returns undefined if the caller must check again: it waited for another request, or the key has changed.
   */
  run<T, Obstacle extends PollError>(
    use: KeyUse,
    request: GuardedRequest<T, Obstacle>,
  ): Promise<Result<T, RequestError | Obstacle> | undefined> {
    return this.parts.trials.run<Result<T, RequestError | Obstacle>>(use, {
      send: () => this.send(use, request),
      check: async () => {
        const obstacle = await request.obstacle();
        if (obstacle === undefined) return undefined;
        return { instead: obstacle === 'changed' ? undefined : { ok: false, error: obstacle } };
      },
      resultOf: (result) => (result.ok ? 'passed' : trialResult(result.error)),
      postpone: (block) => ({ ok: false, error: { kind: 'too-many-failures', ...block } }),
    });
  }

  private async send<T>(use: KeyUse, request: GuardedRequest<T, PollError>): Promise<Result<T>> {
    const { trials } = this.parts;
    const result = await request.send();
    if (result.ok) {
      if (request.isKeyRemembered) trials.accepted(use.keyHash);
      return result;
    }
    const { stops = refusesCredential } = request;
    if (stops(result.error)) {
      trials.refused(use.keyHash);
      await request.refused(result.error);
    }
    return result;
  }
}

function trialResult(error: PollError): TrialResult {
  if (error.kind === 'locked-out' && error.reason === 'user-locked') return 'locked';
  if (refusesCredential(error)) return 'failed';
  // The service may have received the request.
  return error.kind === 'cancelled' ? 'unknown' : 'passed';
}
