/**
 * Makes one row of two that turn out to be the same job: the service answers for an id with a job that it calls by
 * another, and that one is tracked, too.
 */
import type { Disposable } from './disposable';
import type { EndingClaims } from './ending-watch';
import type { JobChange } from './job-change';
import { jobKey, type JobKey } from './job-reference';
import type { JobStore } from './job-store';
import type { Log } from './log';
import { isUnseen, type TrackedJob } from './tracked-job';

export interface TwinJobsParts {
  readonly store: JobStore;
  readonly claims: EndingClaims;
  readonly log: Log;
}

export class TwinJobs implements Disposable {
  private readonly subscription: Disposable;
  private readonly beingJoined = new Set<JobKey>();

  constructor(private readonly parts: TwinJobsParts) {
    this.subscription = parts.store.onDidChange((changes) => {
      for (const change of changes) this.onChange(change);
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private onChange({ key, tracked, kinds }: JobChange): void {
    if (kinds.includes('removed')) return;
    for (const jobId of tracked.aliases) {
      const twinKey = jobKey({ ...tracked.reference, jobId });
      const twin = this.parts.store.get(twinKey);
      if (twin === undefined || !mayBeJoined(tracked, twin) || this.beingJoined.has(twinKey)) continue;
      this.beingJoined.add(twinKey);
      this.join(key, twinKey, twin)
        .catch((cause: unknown) => {
          this.parts.log.warn(`Job ${jobId} stays in the list by both of its ids: ${String(cause)}`);
        })
        .finally(() => this.beingJoined.delete(twinKey));
    }
  }

  private async join(key: JobKey, twinKey: JobKey, twin: TrackedJob): Promise<void> {
    const { store, claims, log } = this.parts;
    await store.saved(key);
    const { endingNumber, ending, reference } = store.get(key) ?? {};
    if (endingNumber === undefined || reference === undefined) return;
    // What was announced of the one is not announced of the other, which is why this comes before the twin goes.
    if (ending !== undefined && (await this.isKnownToPerson(twinKey, twin))) {
      await claims.claimAnnouncement(key, endingNumber);
    }
    await store.absorb(key, twinKey);
    log.info(`Jobs ${reference.jobId} and ${twin.reference.jobId} are one.`);
  }

  private async isKnownToPerson(key: JobKey, twin: TrackedJob): Promise<boolean> {
    if (twin.ending === undefined) return false;
    return !isUnseen(twin) || (await this.parts.claims.claims())(key, twin.endingNumber);
  }
}

/** Whether they are the same job beyond doubt, and neither has an ending to announce that the other lacks. */
function mayBeJoined({ job, ending }: TrackedJob, twin: TrackedJob): boolean {
  if (job?.beginTime === undefined || twin.job === undefined) return false;
  const isSame = job.beginTime === twin.job.beginTime && job.jobType === twin.job.jobType;
  return isSame && (twin.ending === undefined || ending?.status === twin.ending.status);
}
