/** Announces each ending once over all windows and sessions, preferably in the window that has the focus. */
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { SECOND } from '../../base/time-units';
import type { WindowContext } from '../../storage/window-context';
import type { JobChange } from '../model/job-change';
import type { JobKey, JobReference } from '../model/job-reference';
import { isUnseen } from '../model/tracked-job';
import type { EndingClaims } from '../store/ending-claims';
import type { JobStore } from '../store/job-store';
import { EndingBatch, type JobEnding } from './ending-batch';

export type EndingAnnouncerParts = Pick<WindowContext, 'clock' | 'log'> & {
  readonly store: JobStore;
  readonly claims: Pick<EndingClaims, 'claim' | 'readAll'>;
  readonly isFocused: () => boolean;
  /** Whether a notification in this window can be seen. */
  readonly isWindowAlive: () => Promise<boolean>;
  /** Whether this window polls the job. */
  readonly isPolling: (reference: JobReference) => boolean;
  /** Resolves when the job is merged with its duplicate, if it has one. See DuplicateJobs. */
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

export class EndingAnnouncer implements Disposable {
  private readonly subscription: Disposable;
  private readonly startedAt: Instant;
  private readonly pending: EndingBatch;
  /** Endings that could not be saved, or not be shown here. */
  private readonly retries: EndingBatch;
  /** Numbers of announced endings of jobs without a file; they are claimed when the file is created. */
  private readonly unclaimed = new Map<JobKey, number>();
  /** Whether the endings of earlier sessions have been read. */
  private isCaughtUp = false;
  private isDisposed = false;

  /** @param announce called with endings that this window must announce; each ending comes once */
  constructor(
    private readonly parts: EndingAnnouncerParts,
    private readonly announce: (endings: readonly JobEnding[]) => void,
  ) {
    this.startedAt = parts.clock.now();
    const claim = (endings: readonly JobEnding[]) => {
      this.claimAll(endings);
    };
    this.pending = new EndingBatch(parts.clock, (endings) => this.delayMsOf(endings), claim);
    this.retries = new EndingBatch(parts.clock, () => RETRY_DELAY_MS, claim);
    this.subscription = parts.store.onDidChange((changes) => {
      this.claimShared();
      this.pending.add(changes.filter((change) => this.isNews(change)));
    });
  }

  /** Announces endings that were neither announced nor seen when the last session closed. */
  async catchUp(): Promise<void> {
    this.isCaughtUp = true;
    const isClaimed = await this.parts.claims.readAll();
    const unseen = [...this.parts.store.all()].filter(([, tracked]) => isUnseen(tracked));
    const unclaimed = unseen.filter(([key, { endingNumber }]) => !isClaimed(key, endingNumber));
    this.pending.add(unclaimed.map(([key, tracked]) => ({ key, tracked })));
  }

  dispose(): void {
    this.isDisposed = true;
    this.subscription.dispose();
    this.pending.dispose();
    this.retries.dispose();
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
    const claimed: JobEnding[] = [];
    const later: JobEnding[] = [];
    for (const ending of endings) {
      // If the window died after claiming an unsaved ending, the next ending would get the same, claimed number.
      const isSaved = await this.parts.store.saved(ending.key);
      await this.parts.merged(ending.key);
      if (!isSaved) later.push(ending);
      else if (await this.claim(ending)) claimed.push(ending);
    }
    this.retries.add(later);
    if (claimed.length > 0) this.announce(claimed);
  }

  /** Claims announced endings of jobs that have a file now, so that no later session announces them again. */
  private claimShared(): void {
    for (const [key, endingNumber] of this.unclaimed) {
      if (!this.parts.store.isShared(key)) continue;
      this.unclaimed.delete(key);
      this.parts.claims.claim(key, endingNumber).catch((cause: unknown) => {
        this.parts.log.warn(`An announced ending could not be claimed: ${String(cause)}`);
      });
    }
  }

  private async claim({ key, tracked: { endingNumber, reference } }: JobEnding): Promise<boolean> {
    const { store, claims, log } = this.parts;
    // The job may have been removed, or have left the ending.
    if (store.get(key)?.endingNumber !== endingNumber) return false;
    if (!store.isShared(key)) {
      this.unclaimed.set(key, endingNumber);
      return true;
    }
    try {
      return await claims.claim(key, endingNumber);
    } catch (cause) {
      // Better no announcement than two: the row and the status bar show the ending as well.
      log.error(`The end of job ${reference.jobId} could not be claimed: ${String(cause)}`);
      return false;
    }
  }
}
