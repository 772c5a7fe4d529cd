/** Endings that were announced for jobs without a file. They are claimed when the file is created. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import { isClaimableLater } from '../../storage/claim-files';
import type { JobKey } from '../model/job-reference';
import type { EndingClaims } from '../store/ending-claims';
import type { JobStore } from '../store/job-store';
import { LaterRetries } from './later-retries';

interface UnclaimedEndingsParts {
  readonly store: Pick<JobStore, 'isShared'>;
  readonly claims: Pick<EndingClaims, 'claim'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Unclaimed {
  readonly endingNumber: number;
  isClaiming: boolean;
}

/** Without the claims, a later session would announce the endings again. */
export class UnclaimedEndings implements Disposable {
  private readonly endings = new Map<JobKey, Unclaimed>();
  private readonly retries: LaterRetries<JobKey, JobKey>;

  constructor(private readonly parts: UnclaimedEndingsParts) {
    this.retries = new LaterRetries(parts.clock, (keys) => {
      for (const key of keys) this.claim(key);
    });
  }

  /** @returns false if that ending has been added already */
  add(key: JobKey, endingNumber: number): boolean {
    if (this.has(key, endingNumber)) return false;
    this.endings.set(key, { endingNumber, isClaiming: false });
    return true;
  }

  has(key: JobKey, endingNumber: number): boolean {
    return this.endings.get(key)?.endingNumber === endingNumber;
  }

  /** Claims the endings of jobs that have a file now. */
  claimShared(): void {
    for (const key of this.endings.keys()) {
      if (!this.retries.has(key) && this.parts.store.isShared(key)) this.claim(key);
    }
  }

  /** Retries at once what the disk prevented. */
  retryNow(): void {
    this.retries.retryNow();
  }

  dispose(): void {
    this.retries.dispose();
  }

  private claim(key: JobKey): void {
    const ending = this.endings.get(key);
    if (ending === undefined || ending.isClaiming) return;
    ending.isClaiming = true;
    this.parts.claims.claim(key, ending.endingNumber).then(
      () => {
        this.end(key, ending);
      },
      (cause: unknown) => {
        this.parts.log.warn(`An announced ending could not be claimed: ${String(cause)}`);
        ending.isClaiming = false;
        if (isClaimableLater(cause)) this.retries.failed(key, key);
        else this.end(key, ending);
      },
    );
  }

  private end(key: JobKey, ending: Unclaimed): void {
    this.retries.delete(key);
    if (this.endings.get(key) === ending) this.endings.delete(key);
  }
}
