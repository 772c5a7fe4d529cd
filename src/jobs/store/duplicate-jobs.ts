/**
 * Merges two tracked jobs that turn out to be the same: the service returns a job under another id than it was polled
 * by, and that id is tracked, too.
 */
import type { Disposable } from '../../base/disposable';
import type { WindowContext } from '../../storage/window-context';
import type { JobChange } from '../model/job-change';
import { jobKey, type JobKey } from '../model/job-reference';
import { classifyStatus } from '../model/job-status';
import { isSameProject } from '../model/project';
import { isUnseen, type TrackedJob } from '../model/tracked-job';
import type { EndingClaims } from './ending-claims';
import type { JobStore } from './job-store';

type DuplicateJobsParts = Pick<WindowContext, 'log'> & {
  readonly store: JobStore;
  readonly claims: Pick<EndingClaims, 'claim' | 'readAll'>;
};

export class DuplicateJobs implements Disposable {
  private readonly subscription: Disposable;
  /** The jobs that have an alias, by that alias. */
  private readonly byAlias = new Map<string, JobKey>();
  /** Merges in progress, by the key of the job that stays. */
  private readonly merging = new Map<JobKey, Promise<void>>();

  constructor(private readonly parts: DuplicateJobsParts) {
    this.subscription = parts.store.onDidChange((changes) => {
      for (const change of changes) this.onChange(change);
    });
  }

  /** Resolves when a merge of the job has finished. An ending announced for the duplicate is claimed for the job then. */
  async merged(key: JobKey): Promise<void> {
    await this.merging.get(key);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private onChange({ key, tracked, kinds }: JobChange): void {
    if (kinds.includes('removed')) return;
    for (const id of tracked.aliases) {
      this.byAlias.set(id, key);
      this.mergeIfSame(key, jobKey({ ...tracked.reference, jobId: id }));
    }
    const keyOfAlias = this.byAlias.get(tracked.reference.jobId);
    if (keyOfAlias !== undefined) this.mergeIfSame(keyOfAlias, key);
  }

  private mergeIfSame(key: JobKey, duplicateKey: JobKey): void {
    const { store, log } = this.parts;
    if (key === duplicateKey || this.merging.has(key) || !store.isShared(key)) return;
    const [tracked, duplicate] = [store.get(key), store.get(duplicateKey)];
    if (tracked === undefined || duplicate === undefined || !isDuplicate(tracked, duplicate)) return;
    const merging = this.merge(key, duplicateKey, duplicate)
      .catch((cause: unknown) => {
        log.warn(`Job ${duplicate.reference.jobId} stays in the list under both of its ids: ${String(cause)}`);
      })
      .finally(() => this.merging.delete(key));
    this.merging.set(key, merging);
  }

  private async merge(key: JobKey, duplicateKey: JobKey, duplicate: TrackedJob): Promise<void> {
    const { store, claims, log } = this.parts;
    await store.saved(key);
    const tracked = store.get(key);
    if (tracked === undefined) return;
    // Claimed before the duplicate is removed, so that an ending announced for one is not announced for the other.
    if (isSameEnding(tracked, duplicate) && (await this.isKnownToPerson(duplicateKey, duplicate))) {
      await claims.claim(key, tracked.endingNumber);
    }
    if (await store.mergeInto(key, duplicateKey)) {
      log.info(`${tracked.reference.jobId} and ${duplicate.reference.jobId} are the same job.`);
    }
  }

  private async isKnownToPerson(key: JobKey, duplicate: TrackedJob): Promise<boolean> {
    return !isUnseen(duplicate) || (await this.parts.claims.readAll())(key, duplicate.endingNumber);
  }
}

/** Whether the service certainly returns the second job for the first, and the second has not ended before it. */
function isDuplicate({ job, ending, reference, aliases }: TrackedJob, other: TrackedJob): boolean {
  if (job?.beginTime === undefined || other.job === undefined) return false;
  const isSame = job.beginTime === other.job.beginTime && job.jobType === other.job.jobType;
  // If each is an alias of the other, it is not clear which one to merge.
  const isAlias = aliases.includes(other.reference.jobId) && !other.aliases.includes(reference.jobId);
  const hasEndedBefore = other.ending !== undefined && ending === undefined;
  return isSameProject(other.reference, reference) && isSame && isAlias && !hasEndedBefore;
}

/** SUCCESS → COMPLETE is the same ending. */
function isSameEnding({ ending }: TrackedJob, { ending: otherEnding }: TrackedJob): boolean {
  if (ending === undefined || otherEnding === undefined) return false;
  return ending.status === otherEnding.status || (isSuccess(ending.status) && isSuccess(otherEnding.status));
}

function isSuccess(status: string): boolean {
  return classifyStatus(status) === 'succeeded';
}
