/** The message of a progress notification for jobs that a person waits for. */
import { l10n } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { SECOND } from '../../base/time-units';
import type { DurationHistory } from '../../jobs/model/duration-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { WaitedJob } from '../../jobs/waiting/job-waiter';
import { timeLeftOf } from '../../jobs/waiting/time-left';
import type { WindowContext } from '../../storage/window-context';
import { isInstant } from '../text/date-time';
import { msUntilElapsedChanges } from '../text/duration';
import { jobState, timeLeftWords } from '../text/job-words';
import { withDots } from '../text/punctuation';
import { type ExpectedEnd, waitProgressWords } from './wait-words';

export interface WaitProgressParts extends Pick<WindowContext, 'clock'> {
  readonly durations: DurationHistory;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
}

interface ShownWait {
  /** Whether the person waits for one job, whose state is shown. */
  readonly isForOne: boolean;
  readonly jobs: () => readonly WaitedJob[];
  readonly report: (message: string) => void;
}

/** Of several jobs, many can change together. */
const MIN_UPDATE_INTERVAL_MS = SECOND / 2;

export class WaitProgress implements Disposable {
  private timer: Disposable | undefined;
  private readonly subscription: Disposable;
  private isUpdateNear = false;

  constructor(
    private readonly parts: WaitProgressParts,
    private readonly shown: ShownWait,
  ) {
    this.subscription = parts.pause.onDidChange(() => {
      this.update();
    });
  }

  /** A job changed. */
  changed(): void {
    if (this.shown.isForOne) this.update();
    else if (!this.isUpdateNear) {
      this.isUpdateNear = true;
      this.updateIn(MIN_UPDATE_INTERVAL_MS);
    }
  }

  update(): void {
    this.isUpdateNear = false;
    const jobs = this.shown.jobs();
    const running = jobs.flatMap(({ outcome, tracked }) => (outcome === undefined ? (tracked ?? []) : []));
    const [first] = running;
    // Otherwise the notification is about to close.
    if (first !== undefined) this.shown.report(this.message(jobs, running, first));
    this.updateIn(running.reduce((delayMs, tracked) => Math.min(delayMs, this.msUntilChange(tracked)), Infinity));
  }

  dispose(): void {
    this.timer?.dispose();
    this.subscription.dispose();
  }

  private updateIn(delayMs: number): void {
    this.timer?.dispose();
    const update = () => {
      this.update();
    };
    // Without a begin, the message changes only with a job.
    this.timer = delayMs === Infinity ? undefined : this.parts.clock.schedule(delayMs, update);
  }

  private msUntilChange({ job }: TrackedJob): number {
    const { beginTime } = job ?? {};
    return isInstant(beginTime) ? msUntilElapsedChanges(this.parts.clock.now() - beginTime) : Infinity;
  }

  private message(jobs: readonly WaitedJob[], running: readonly TrackedJob[], first: TrackedJob): string {
    if (this.parts.pause.isPaused) return l10n.t('Polling is paused, so no job is polled.');
    return this.shown.isForOne ? this.stateOf(first) : waitProgressWords(jobs, this.expectedEnd(running));
  }

  private stateOf(tracked: TrackedJob): string {
    const now = this.parts.clock.now();
    const prediction = this.predictionFor(tracked);
    return withDots([jobState(tracked, now), prediction && timeLeftWords(tracked, prediction, now)?.short]);
  }

  /** @returns undefined if nothing is known of any job */
  private expectedEnd(running: readonly TrackedJob[]): ExpectedEnd | undefined {
    const now = this.parts.clock.now();
    const left = running.map((tracked) => timeLeftOf(tracked, this.predictionFor(tracked), now));
    const known = left.filter((leftMs) => leftMs !== undefined);
    if (known.length === 0) return undefined;
    return { leftMs: known.reduce((a, b) => Math.max(a, b)), isAtLeast: known.length < left.length };
  }

  private predictionFor({ reference, job }: TrackedJob) {
    return this.parts.durations.of(reference).predict(job?.jobType);
  }
}
