/** Until when nothing is asked of the service, because it asked for patience or cannot be reached. */
import type { Clock, Instant } from '../../base/clock';
import type { PollError } from '../model/poll-error';
import { backoff } from './poll-schedule';

export interface ServiceBackoffParts {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Another text where the computer joined or left a network. */
  readonly networkAddresses: () => string;
}

export class ServiceBackoff {
  private patientUntil: Instant = 0;
  private backoffUntil: Instant = 0;
  /** Since the service was last reached. */
  private failures = 0;
  /** While the service is out of reach: the network it was not reached from. */
  private network: string | undefined;

  constructor(private readonly parts: ServiceBackoffParts) {}

  get availableAt(): Instant {
    return Math.max(this.patientUntil, this.backoffUntil);
  }

  get isUnreachable(): boolean {
    return this.network !== undefined;
  }

  /** Whether the service was lost in another network than the computer is in now. */
  get hasNetworkChanged(): boolean {
    return this.network !== undefined && this.network !== this.parts.networkAddresses();
  }

  /** Tries at once to reach it, however often that failed; what asked for patience gets it. */
  retryNow(): void {
    this.backoffUntil = 0;
  }

  succeeded(): void {
    this.failures = 0;
    this.backoffUntil = 0;
    this.network = undefined;
  }

  /** @param nextLookAt of the jobs that were asked for; undefined where the list was made for new jobs alone. */
  failed(error: PollError, nextLookAt: Instant | undefined): void {
    const { clock, random, networkAddresses } = this.parts;
    const now = clock.now();
    const retryAfter = 'retryAfter' in error ? error.retryAfter : undefined;
    if (error.kind === 'throttled' || retryAfter !== undefined)
      this.patientUntil = nextLookAt ?? now + Math.max(retryAfter ?? 0, backoff(1, random()));
    if (!isOutOfReach(error)) {
      this.succeeded();
      return;
    }
    this.failures += 1;
    this.backoffUntil = now + backoff(this.failures, random());
    this.network = networkAddresses();
  }

  onClockSetBack(): void {
    const now = this.parts.clock.now();
    this.patientUntil = Math.min(this.patientUntil, now);
    this.backoffUntil = Math.min(this.backoffUntil, now);
  }
}

/** A proxy, the network or the service as a whole is in the way, of the other jobs as well. */
function isOutOfReach({ kind }: PollError): boolean {
  return kind === 'network' || kind === 'timeout' || kind === 'certificate' || kind === 'proxy' || kind === 'server';
}
