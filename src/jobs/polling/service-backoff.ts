/** Decides until when no request is sent, because the service throttles or is unreachable. */
import type { Clock, Instant } from '../../base/clock';
import type { PollError } from '../model/poll-error';
import { backoff } from './poll-schedule';

interface ServiceBackoffParts {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Returns a text that changes when the computer joins or leaves a network. */
  readonly networkAddresses: () => string;
}

export class ServiceBackoff {
  private throttledUntil: Instant = 0;
  private unreachableUntil: Instant = 0;
  /** Consecutive requests that did not reach the service. */
  private failures = 0;
  /** While the service is unreachable: the network of the last attempt. */
  private network: string | undefined;

  constructor(private readonly parts: ServiceBackoffParts) {}

  get availableAt(): Instant {
    return Math.max(this.throttledUntil, this.unreachableUntil);
  }

  get isUnreachable(): boolean {
    return this.network !== undefined;
  }

  /** Whether the service is unreachable and the computer is in another network than at the last attempt. */
  get hasNetworkChanged(): boolean {
    return this.network !== undefined && this.network !== this.parts.networkAddresses();
  }

  /** Ends the wait for an unreachable service, but not for one that throttles. */
  retryNow(): void {
    this.unreachableUntil = 0;
  }

  succeeded(): void {
    this.failures = 0;
    this.unreachableUntil = 0;
    this.network = undefined;
  }

  /** @param nextPollAt of the requested jobs; undefined for a list that only new jobs need */
  failed(error: PollError, nextPollAt: Instant | undefined): void {
    const { clock, random, networkAddresses } = this.parts;
    const now = clock.now();
    const retryAfterMs = 'retryAfter' in error ? error.retryAfter : undefined;
    if (error.kind === 'throttled' || retryAfterMs !== undefined)
      this.throttledUntil = nextPollAt ?? now + Math.max(retryAfterMs ?? 0, backoff(1, random()));
    if (!isUnreachable(error)) {
      this.succeeded();
      return;
    }
    this.failures += 1;
    this.unreachableUntil = now + backoff(this.failures, random());
    this.network = networkAddresses();
  }

  onClockSetBack(): void {
    const now = this.parts.clock.now();
    this.throttledUntil = Math.min(this.throttledUntil, now);
    this.unreachableUntil = Math.min(this.unreachableUntil, now);
  }
}

const FAILS_FOR_ALL: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'network',
  'timeout',
  'certificate',
  'proxy',
  'server',
  'unreadable-code',
]);

/** Whether the network, a proxy, the whole service or the extension fails, so that requests for other jobs would fail as well. */
function isUnreachable({ kind }: PollError): boolean {
  return FAILS_FOR_ALL.has(kind);
}
