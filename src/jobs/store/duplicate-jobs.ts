/**
 * Makes one row of two that turn out to be the same job: the service answers for an id with a job that it calls by
 * another, and that one is tracked, too.
 */
import type { Disposable } from '../../base/disposable';
import type { JobChange } from '../model/job-change';
import { jobKey, type JobKey } from '../model/job-reference';
import type { JobStore } from './job-store';
import type { Log } from '../../base/log';
import { isSameProject } from '../model/project';
import { classifyStatus } from '../model/job-status';
import { isUnseen, type TrackedJob } from '../model/tracked-job';
import type { EndingClaims } from './ending-claims';

export interface DuplicateJobsParts {
  readonly store: JobStore;
  readonly claims: EndingClaims;
  readonly log: Log;
}

export class DuplicateJobs implements Disposable {
  private readonly subscription: Disposable;
  /** By the ids that the service calls jobs by, unlike those that they are tracked by. */
  private readonly holders = new Map<string, JobKey>();
  /** By the key of the job that stays. */
  private readonly joining = new Map<JobKey, Promise<void>>();

  constructor(private readonly parts: DuplicateJobsParts) {
    this.subscription = parts.store.onDidChange((changes) => {
      for (const change of changes) this.onChange(change);
    });
  }

  /** Resolves when the job, if it has a twin, is joined with it: what was announced of the one is said of both then. */
  async merged(key: JobKey): Promise<void> {
    await this.joining.get(key);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private onChange({ key, tracked, kinds }: JobChange): void {
    if (kinds.includes('removed')) return;
    for (const id of tracked.aliases) {
      this.holders.set(id, key);
      this.joinLater(key, jobKey({ ...tracked.reference, jobId: id }));
    }
    const holder = this.holders.get(tracked.reference.jobId);
    if (holder !== undefined) this.joinLater(holder, key);
  }

  private joinLater(key: JobKey, twinKey: JobKey): void {
    const { store, log } = this.parts;
    if (key === twinKey || this.joining.has(key) || !store.isShared(key)) return;
    const [tracked, twin] = [store.get(key), store.get(twinKey)];
    if (tracked === undefined || twin === undefined || !mayBeJoined(tracked, twin)) return;
    const joining = this.join(key, twinKey, twin)
      .catch((cause: unknown) => {
        log.warn(`Job ${twin.reference.jobId} stays in the list by both of its ids: ${String(cause)}`);
      })
      .finally(() => this.joining.delete(key));
    this.joining.set(key, joining);
  }

  private async join(key: JobKey, twinKey: JobKey, twin: TrackedJob): Promise<void> {
    const { store, claims, log } = this.parts;
    await store.saved(key);
    const tracked = store.get(key);
    if (tracked === undefined) return;
    // What was announced of the one is not announced of the other, which is why this comes before the twin goes.
    if (isSameEnding(tracked, twin) && (await this.isKnownToPerson(twinKey, twin))) {
      await claims.claimAnnouncement(key, tracked.endingNumber);
    }
    if (await store.mergeInto(key, twinKey))
      log.info(`${tracked.reference.jobId} and ${twin.reference.jobId} are one job.`);
  }

  private async isKnownToPerson(key: JobKey, twin: TrackedJob): Promise<boolean> {
    return !isUnseen(twin) || (await this.parts.claims.claims())(key, twin.endingNumber);
  }
}

/** Whether the second is the job that the service means by the first, beyond doubt, and has not ended before it. */
function mayBeJoined({ job, ending, reference, aliases }: TrackedJob, twin: TrackedJob): boolean {
  if (job?.beginTime === undefined || twin.job === undefined) return false;
  const isSame = job.beginTime === twin.job.beginTime && job.jobType === twin.job.jobType;
  // Of two that are called by each other's id, neither is meant.
  const isMeant = aliases.includes(twin.reference.jobId) && !twin.aliases.includes(reference.jobId);
  return (
    isSameProject(twin.reference, reference) && isSame && isMeant && (twin.ending === undefined || ending !== undefined)
  );
}

/** SUCCESS → COMPLETE is one and the same ending. */
function isSameEnding({ ending }: TrackedJob, { ending: ofTwin }: TrackedJob): boolean {
  if (ending === undefined || ofTwin === undefined) return false;
  return ending.status === ofTwin.status || (isSuccess(ending.status) && isSuccess(ofTwin.status));
}

function isSuccess(status: string): boolean {
  return classifyStatus(status) === 'succeeded';
}
