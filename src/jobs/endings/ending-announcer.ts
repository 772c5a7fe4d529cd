/** Announces each ending once over all windows and sessions, preferably in the window that has the focus. */
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';
import { isClaimableLater } from '../../storage/claim-files';
import type { WindowContext } from '../../storage/window-context';
import type { JobChange } from '../model/job-change';
import type { JobKey, JobReference } from '../model/job-reference';
import { isUnseen } from '../model/tracked-job';
import type { EndingClaims } from '../store/ending-claims';
import type { JobStore } from '../store/job-store';
import { EndingBatch, type JobEnding } from './ending-batch';
import { LaterRetries } from './later-retries';
import { UnclaimedEndings } from './unclaimed-endings';

export type EndingAnnouncerParts = Pick<WindowContext, 'clock' | 'log'> & {
  readonly store: JobStore;
  readonly claims: Pick<EndingClaims, 'claim' | 'readAll'>;
  readonly isFocused: () => boolean;
  /** Whether a notification in this window can be seen. */
  readonly isWindowAlive: () => Promise<boolean>;
  /** Whether this window polls the job. */
  readonly isPolling: (reference: JobReference) => boolean;
  /** Resolves when the job is merged with its duplicate, if it has one; rejects if that failed. See DuplicateJobs. */
  readonly merged: (key: JobKey) => Promise<void>;
};

/** Endings within this time become one notification. */
const BATCH_DELAY_MS = 300;
/** The same for endings while no window was open, which the first polls of a session find. */
const START_BATCH_DELAY_MS = 3 * SECOND;
/** How long a window without focus leaves the announcement to the focused window. */
const UNFOCUSED_DELAY_MS = 1500;
/** How long a window that neither has focus nor polls leaves the announcement to the polling window. */
const NON_POLLING_DELAY_MS = 4 * SECOND;
/** The delay before endings that could not be saved, or not be shown here, are tried again. */
const RETRY_DELAY_MS = 15 * SECOND;
/** How long the endings that are already claimed wait for the next one, e.g. while its file is busy. */
const MAX_CLAIM_WAIT_MS = 2 * SECOND;

export class EndingAnnouncer implements Disposable {
  private readonly subscription: Disposable;
  private readonly startedAt: Instant;
  private readonly pending: EndingBatch;
  /** Endings that could not be saved, or not be shown here. */
  private readonly retries: EndingBatch;
  /** Endings that could not be claimed, e.g. because another program had a file open. */
  private readonly claimRetries: LaterRetries<string, JobEnding>;
  private readonly catchUpRetries: LaterRetries<'earlier endings', undefined>;
  private readonly unclaimed: UnclaimedEndings;
  /** Whether the endings of earlier sessions have been read. */
  private isCaughtUp = false;
  private isDisposed = false;

  /** @param announce called with endings that this window must announce; each ending comes once */
  constructor(
    private readonly parts: EndingAnnouncerParts,
    private readonly announce: (endings: readonly JobEnding[]) => void,
  ) {
    const { clock, store } = parts;
    this.startedAt = clock.now();
    const claim = (endings: readonly JobEnding[]) => {
      this.claimAll(endings);
    };
    this.pending = new EndingBatch(clock, (endings) => this.delayMsOf(endings), claim);
    this.retries = new EndingBatch(
      clock,
      () => RETRY_DELAY_MS,
      (endings) => {
        this.claimAll(this.stillUnseen(endings));
      },
    );
    this.claimRetries = new LaterRetries(clock, (endings) => {
      // As for new endings, the window with the focus is the first.
      this.pending.add(this.stillUnseen(endings));
    });
    this.catchUpRetries = new LaterRetries(clock, () => {
      this.addEarlierEndings().catch((cause: unknown) => {
        parts.log.warn(`Earlier endings could not be announced: ${String(cause)}`);
      });
    });
    this.unclaimed = new UnclaimedEndings(parts);
    this.subscription = store.onDidChange((changes) => {
      this.unclaimed.claimShared();
      this.dropUnneededRetries(changes);
      this.pending.add(changes.filter((change) => this.isNews(change)));
    });
  }

  /** Announces endings that were neither announced nor seen when the last session closed. */
  async catchUp(): Promise<void> {
    this.isCaughtUp = true;
    await this.addEarlierEndings();
  }

  /** Retries at once what the disk prevented. Call it when the person returns to the window. */
  retryNow(): void {
    for (const retries of [this.claimRetries, this.catchUpRetries, this.unclaimed]) retries.retryNow();
  }

  dispose(): void {
    this.isDisposed = true;
    this.subscription.dispose();
    for (const batch of [this.pending, this.retries]) batch.dispose();
    for (const retries of [this.claimRetries, this.catchUpRetries, this.unclaimed]) retries.dispose();
  }

  private async addEarlierEndings(): Promise<void> {
    let isClaimed: (key: JobKey, endingNumber: number) => boolean;
    try {
      isClaimed = await this.parts.claims.readAll();
    } catch (cause) {
      if (isClaimableLater(cause)) this.catchUpRetries.failed('earlier endings', undefined);
      throw cause;
    }
    this.catchUpRetries.delete('earlier endings');
    const unclaimed: JobEnding[] = [];
    for (const [key, tracked] of this.parts.store.all()) {
      if (isUnseen(tracked) && !isClaimed(key, tracked.endingNumber)) unclaimed.push({ key, tracked });
    }
    this.pending.add(unclaimed);
  }

  /** An added job counts if it has an unseen ending: the window that noticed the ending may be gone. */
  private isNews({ kinds, tracked }: JobChange): boolean {
    return kinds.includes('ended') || (this.isCaughtUp && kinds.includes('added') && isUnseen(tracked));
  }

  private claimAll(endings: readonly JobEnding[]): void {
    this.claimEach(endings).catch((cause: unknown) => {
      this.parts.log.error(`Announcing the end of a job failed: ${String(cause)}`);
    });
  }

  /** The window with the focus claims first, then the one that polls. */
  private delayMsOf(endings: readonly JobEnding[]): number {
    const isOfEarlierSession = endings.some(({ tracked }) => tracked.trackedAt < this.startedAt);
    const isStarting = this.parts.clock.now() - this.startedAt < 5 * START_BATCH_DELAY_MS;
    const batchDelayMs = isOfEarlierSession && isStarting ? START_BATCH_DELAY_MS : BATCH_DELAY_MS;
    if (this.parts.isFocused()) return batchDelayMs;
    const isPolling = endings.some(({ tracked }) => this.parts.isPolling(tracked.reference));
    return batchDelayMs + (isPolling ? UNFOCUSED_DELAY_MS : NON_POLLING_DELAY_MS);
  }

  private async claimEach(endings: readonly JobEnding[]): Promise<void> {
    // Another window claims what this one cannot show; this window's page may also return.
    if (!(await this.parts.isWindowAlive())) {
      this.retries.add(endings);
      return;
    }
    if (this.isDisposed) return;
    let claimed: JobEnding[] = [];
    for (const ending of endings) {
      const claiming = this.claim(ending).then((isClaimed) => (isClaimed ? [ending] : []));
      const won = await withTimeout(this.parts.clock, MAX_CLAIM_WAIT_MS, claiming, () => undefined);
      if (won !== undefined) {
        claimed.push(...won);
        continue;
      }
      // A window that closes meanwhile must not have claimed what it never announced.
      this.announceAll(claimed);
      claimed = [];
      void claiming.then((late) => {
        this.announceAll(late);
      });
    }
    this.announceAll(claimed);
  }

  private announceAll(endings: readonly JobEnding[]): void {
    if (endings.length > 0) this.announce(endings);
  }

  /** @returns the endings as the store holds them now, without those of removed jobs and those that the person has seen */
  private stillUnseen(endings: readonly JobEnding[]): readonly JobEnding[] {
    this.dropUnneededRetries(endings);
    return endings.flatMap((ending) => this.ifUnseen(ending) ?? []);
  }

  private ifUnseen({ key, tracked: { endingNumber } }: JobEnding): JobEnding | undefined {
    const tracked = this.parts.store.get(key);
    return tracked?.endingNumber === endingNumber && isUnseen(tracked) ? { key, tracked } : undefined;
  }

  private dropUnneededRetries(endings: readonly JobEnding[]): void {
    if (this.claimRetries.size === 0) return;
    for (const ending of endings) {
      if (this.ifUnseen(ending) === undefined) this.claimRetries.delete(nameOf(ending));
    }
  }

  /** Never rejects; what can be claimed later is retried. */
  private async claim(ending: JobEnding): Promise<boolean> {
    const { key, tracked } = ending;
    const name = nameOf(ending);
    try {
      // If the window died after claiming an unsaved ending, the next ending would get the same, claimed number.
      if (!(await this.parts.store.saved(key))) {
        this.retries.add([ending]);
        return false;
      }
      await this.parts.merged(key);
      const isClaimed = await this.claimNow(ending);
      this.claimRetries.delete(name);
      return isClaimed;
    } catch (cause) {
      // Better no announcement than two: the row and the status bar show the ending as well.
      const what = `The end of job ${tracked.reference.jobId} could not be claimed`;
      if (!isClaimableLater(cause)) this.parts.log.error(`${what}: ${String(cause)}`);
      else {
        if (!this.claimRetries.has(name)) this.parts.log.warn(`${what}, and is tried again later: ${String(cause)}`);
        this.claimRetries.failed(name, ending);
      }
      return false;
    }
  }

  private async claimNow({ key, tracked: { endingNumber } }: JobEnding): Promise<boolean> {
    const { store, claims } = this.parts;
    // The job may have been removed, or have left the ending.
    if (this.isDisposed || store.get(key)?.endingNumber !== endingNumber) return false;
    if (this.unclaimed.has(key, endingNumber)) return false;
    return store.isShared(key) ? claims.claim(key, endingNumber) : this.unclaimed.add(key, endingNumber);
  }
}

function nameOf({ key, tracked: { endingNumber } }: JobEnding): string {
  return `${key}.${endingNumber}`;
}
