/** Claims endings as src/ui/announcer.ts does, without an editor, and notes it where that would show a notice. */
import type { Disposable } from '../../../../src/jobs/disposable';
import type { JobKey } from '../../../../src/jobs/job-reference';
import { isUnseen, type TrackedJob } from '../../../../src/jobs/tracked-job';
import type { SoakWindow, WindowParts } from './soak-window';

interface JobEnding {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

const GATHERING = 300;
const GATHERING_AT_START = 3000;
const COURTESY = 1500;
const COURTESY_OF_FOLLOWER = 4000;

export class Announcer implements Disposable {
  private readonly subscription: Disposable;
  private readonly startedAt: number;
  private pending: JobEnding[] = [];
  private gathering: Disposable | undefined;

  constructor(
    private readonly window: SoakWindow,
    private readonly parts: WindowParts,
  ) {
    this.startedAt = parts.process.now();
    this.subscription = window.store.onDidChange((changes) => {
      this.gather(changes.filter(({ kinds }) => kinds.includes('ended')));
    });
  }

  catchUp(): void {
    const ended = [...this.window.store.all()].filter(([, tracked]) => isUnseen(tracked));
    this.gather(ended.map(([key, tracked]) => ({ key, tracked })));
  }

  dispose(): void {
    this.subscription.dispose();
    this.gathering?.dispose();
  }

  private gather(endings: readonly JobEnding[]): void {
    if (endings.length === 0) return;
    this.pending.push(...endings);
    this.gathering ??= this.parts.process.schedule(this.delayOf(endings), () => {
      const gathered = this.pending;
      this.pending = [];
      this.gathering = undefined;
      void this.announce(gathered);
    });
  }

  private delayOf(endings: readonly JobEnding[]): number {
    const { process } = this.parts;
    const isOfEarlierSession = endings.some(({ tracked }) => tracked.trackedAt < this.startedAt);
    const isStarting = process.now() - this.startedAt < 5 * GATHERING_AT_START;
    const gathering = isOfEarlierSession && isStarting ? GATHERING_AT_START : GATHERING;
    if (this.window.isFocused) return gathering;
    return (
      gathering +
      (endings.some(({ tracked }) => this.window.isPolling(tracked.reference)) ? COURTESY : COURTESY_OF_FOLLOWER)
    );
  }

  private async announce(endings: readonly JobEnding[]): Promise<void> {
    for (const { key, tracked } of endings) {
      const { endingNumber, job } = tracked;
      if (this.window.store.get(key)?.endingNumber !== endingNumber) continue;
      const isClaimed = await this.window.directory.claimAnnouncement(key, endingNumber);
      if (isClaimed) this.parts.ledger.of(key).announcements.push({ endingNumber, status: job?.status });
    }
  }
}
