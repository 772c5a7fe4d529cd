/**
 * Merges two tracked jobs that turn out to be the same: the service returns a job under another id than it was polled
 * by, and that id is tracked, too.
 */
import type { Disposable } from '../../base/disposable';
import { ClaimLaterError } from '../../storage/claim-files';
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
  /** Merges in progress, by the key of the job that stays. */
  private readonly merging = new Map<JobKey, Promise<void>>();
  /** Merges that failed before the duplicate's announced ending was claimed, by the key of the job that stays. */
  private readonly unclaimed = new Map<JobKey, { readonly duplicateKey: JobKey; readonly cause: unknown }>();

  constructor(private readonly parts: DuplicateJobsParts) {
    this.subscription = parts.store.onDidChange((changes) => {
      for (const change of changes) this.onChange(change);
    });
  }

  /**
   * Resolves when the job's ending may be claimed: merges of the job have finished, and an ending announced for the duplicate is
   * claimed for the job. Retries that if it failed before. Rejects if it fails again, or if the job is a duplicate that
   * could not be removed: its ending is announced for the other job.
   */
  async merged(key: JobKey): Promise<void> {
    await this.merging.get(key);
    const failed = this.unclaimed.get(key);
    if (failed !== undefined) {
      this.unclaimed.delete(key);
      await this.mergeAgain(key, failed.duplicateKey);
      const failedAgain = this.unclaimed.get(key);
      if (failedAgain !== undefined) throw failedAgain.cause;
    }
    const other = this.announcedAs(key);
    if (other === undefined) return;
    await this.mergeAgain(other, key);
    if (this.announcedAs(key) !== undefined) throw new ClaimLaterError('It is in the list under both of its ids.');
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private onChange({ key, tracked, kinds }: JobChange): void {
    if (kinds.includes('removed')) return;
    const { reference, aliases } = tracked;
    for (const id of aliases) this.mergeIfSame(key, jobKey({ ...reference, jobId: id }));
    for (const other of this.parts.store.withId(reference, reference.jobId)) this.mergeIfSame(other, key);
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

  private async mergeAgain(key: JobKey, duplicateKey: JobKey): Promise<void> {
    await this.merging.get(key);
    this.mergeIfSame(key, duplicateKey);
    await this.merging.get(key);
  }

  /** @returns the job that the other is a duplicate of, if both have the same ending */
  private announcedAs(duplicateKey: JobKey): JobKey | undefined {
    const { store } = this.parts;
    const duplicate = store.get(duplicateKey);
    if (duplicate === undefined) return undefined;
    return store.withId(duplicate.reference, duplicate.reference.jobId).find((key) => {
      const tracked = store.get(key);
      return tracked !== undefined && isDuplicate(tracked, duplicate) && isSameEnding(tracked, duplicate);
    });
  }

  private async merge(key: JobKey, duplicateKey: JobKey, duplicate: TrackedJob): Promise<void> {
    const { store, claims, log } = this.parts;
    const isSaved = await store.saved(key);
    const tracked = store.get(key);
    if (tracked === undefined) return;
    // Claimed before the duplicate is removed, so that an ending announced for one is not announced for the other.
    try {
      if (isSameEnding(tracked, duplicate) && (await this.isKnownToPerson(duplicateKey, duplicate))) {
        if (!isSaved) throw new ClaimLaterError('The job could not be saved.');
        await claims.claim(key, tracked.endingNumber);
      }
      this.unclaimed.delete(key);
    } catch (cause) {
      this.unclaimed.set(key, { duplicateKey, cause });
      throw cause;
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
