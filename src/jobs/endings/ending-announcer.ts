/** Finds what has ended and lets one window, of all windows and sessions, announce it: the one the person looks at first. */
import type { Clock, Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobChange } from '../model/job-change';
import type { JobKey, JobReference } from '../model/job-reference';
import type { JobStore } from '../store/job-store';
import type { Log } from '../../base/log';
import { isUnseen, type TrackedJob } from '../model/tracked-job';
import type { EndingClaims } from '../store/ending-claims';

export interface EndingAnnouncerParts {
  readonly store: JobStore;
  readonly claims: EndingClaims;
  readonly clock: Clock;
  readonly isFocused: () => boolean;
  /** Whether anybody could see a notice here. */
  readonly isWindowAlive: () => Promise<boolean>;
  /** Whether this window is the one that asks for the job. */
  readonly isPolling: (reference: JobReference) => boolean;
  /** Resolves when it is known whether the job is one that was announced by another id. */
  readonly merged: (key: JobKey) => Promise<void>;
  readonly log: Log;
}

export interface JobEnding {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

/** Milliseconds in which endings become one notice. */
const BATCH_DELAY_MS = 300;
/** The same for what ended while no window was open, which the first looks of a session find. */
const START_BATCH_DELAY_MS = 3000;
/** Milliseconds for which a window that has no focus leaves the notice to one that has. */
const UNFOCUSED_DELAY_MS = 1500;
/** And one that does not even poll, to the one that does. */
const NON_POLLING_DELAY_MS = 4000;
/** Milliseconds after which endings are tried again that could not be kept, or shown to anybody. */
const RETRY_DELAY_MS = 15_000;

/** Hands over together what comes within a time, which begins with the first of it. */
class Batch implements Disposable {
  private endings: JobEnding[] = [];
  private timer: Disposable | undefined;
  private isDisposed = false;

  constructor(
    private readonly clock: Clock,
    private readonly delayOf: (endings: readonly JobEnding[]) => number,
    private readonly handOver: (endings: readonly JobEnding[]) => void,
  ) {}

  add(endings: readonly JobEnding[]): void {
    if (endings.length === 0 || this.isDisposed) return;
    this.endings.push(...endings);
    this.timer ??= this.clock.schedule(this.delayOf(endings), () => {
      const gathered = this.endings;
      this.endings = [];
      this.timer = undefined;
      this.handOver(gathered);
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.timer?.dispose();
  }
}

export class EndingAnnouncer implements Disposable {
  private readonly subscription: Disposable;
  private readonly startedAt: Instant;
  private readonly pending: Batch;
  /** Could not be kept, or shown to anybody. */
  private readonly putOff: Batch;
  /** Announced of jobs that could not be kept: to be claimed once they can be. */
  private readonly unclaimed = new Map<JobKey, number>();
  /** Whether what earlier sessions kept has been looked through. */
  private isCaughtUp = false;
  private isDisposed = false;

  /** @param announce is called with endings that are this window's to announce, and are announced never again. */
  constructor(
    private readonly parts: EndingAnnouncerParts,
    private readonly announce: (endings: readonly JobEnding[]) => void,
  ) {
    this.startedAt = parts.clock.now();
    const claim = (endings: readonly JobEnding[]) => {
      this.claimAll(endings);
    };
    this.pending = new Batch(parts.clock, (endings) => this.delayOf(endings), claim);
    this.putOff = new Batch(parts.clock, () => RETRY_DELAY_MS, claim);
    this.subscription = parts.store.onDidChange((changes) => {
      this.claimShared();
      this.pending.add(changes.filter((change) => this.isNews(change)));
    });
  }

  /** Announces what ended and was neither announced nor looked at before the last session closed. */
  async catchUp(): Promise<void> {
    this.isCaughtUp = true;
    const isClaimed = await this.parts.claims.claims();
    const unseen = [...this.parts.store.all()].filter(([, tracked]) => isUnseen(tracked));
    const unclaimed = unseen.filter(([key, { endingNumber }]) => !isClaimed(key, endingNumber));
    this.pending.add(unclaimed.map(([key, tracked]) => ({ key, tracked })));
  }

  dispose(): void {
    this.isDisposed = true;
    this.subscription.dispose();
    this.pending.dispose();
    this.putOff.dispose();
  }

  /** A job of another window may have ended before this one heard of it, and that window be gone. */
  private isNews({ kinds, tracked }: JobChange): boolean {
    return kinds.includes('ended') || (this.isCaughtUp && kinds.includes('added') && isUnseen(tracked));
  }

  private claimAll(endings: readonly JobEnding[]): void {
    this.claimEach(endings).catch((cause: unknown) => {
      this.parts.log.error(`Announcing the end of a job failed: ${String(cause)}`);
    });
  }

  /** The window that the person looks at comes first. */
  private delayOf(endings: readonly JobEnding[]): number {
    const isOfEarlierSession = endings.some(({ tracked }) => tracked.trackedAt < this.startedAt);
    const isStarting = this.parts.clock.now() - this.startedAt < 5 * START_BATCH_DELAY_MS;
    const gathering = isOfEarlierSession && isStarting ? START_BATCH_DELAY_MS : BATCH_DELAY_MS;
    if (this.parts.isFocused()) return gathering;
    const isPolling = endings.some(({ tracked }) => this.parts.isPolling(tracked.reference));
    return gathering + (isPolling ? UNFOCUSED_DELAY_MS : NON_POLLING_DELAY_MS);
  }

  private async claimEach(endings: readonly JobEnding[]): Promise<void> {
    // Another window claims what this one cannot show; the page of this one may also come back.
    if (!(await this.parts.isWindowAlive())) {
      this.putOff.add(endings);
      return;
    }
    if (this.isDisposed) return;
    const claimed: JobEnding[] = [];
    const later: JobEnding[] = [];
    for (const ending of endings) {
      // A window that dies before the ending is kept would use up the number of the one that is noticed next.
      const isKept = await this.parts.store.saved(ending.key);
      await this.parts.merged(ending.key);
      if (!isKept) later.push(ending);
      else if (await this.claim(ending)) claimed.push(ending);
    }
    this.putOff.add(later);
    if (claimed.length > 0) this.announce(claimed);
  }

  /** Else a later session would announce them again. */
  private claimShared(): void {
    for (const [key, endingNumber] of this.unclaimed) {
      if (!this.parts.store.isShared(key)) continue;
      this.unclaimed.delete(key);
      this.parts.claims.claimAnnouncement(key, endingNumber).catch((cause: unknown) => {
        this.parts.log.warn(`An ending that was announced could not be claimed: ${String(cause)}`);
      });
    }
  }

  private async claim({ key, tracked: { endingNumber, reference } }: JobEnding): Promise<boolean> {
    const { store, claims, log } = this.parts;
    // The job may be tracked no longer, or have gone on.
    if (store.get(key)?.endingNumber !== endingNumber) return false;
    if (!store.isShared(key)) {
      this.unclaimed.set(key, endingNumber);
      return true;
    }
    try {
      return await claims.claimAnnouncement(key, endingNumber);
    } catch (cause) {
      // Rather unsaid than said twice: the row and the status bar show it all the same.
      log.error(`The end of job ${reference.jobId} could not be claimed: ${String(cause)}`);
      return false;
    }
  }
}
