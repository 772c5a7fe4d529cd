/** The jobs that a person waits for: chosen ones, or all that run, also those that begin meanwhile. */
import { errorMessageOf } from '../../base/error-message';
import { jobKey, type JobKey, type JobReference } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { isInProgress } from '../../jobs/model/waiting-upgrade';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobWaiter, WaitedJob, WaitOptions } from '../../jobs/waiting/job-waiter';
import { outcomeOf } from '../../jobs/waiting/outcome';

interface AwaitedJobsParts {
  readonly store: Pick<JobStore, 'all' | 'get' | 'onDidChange'>;
  readonly waiter: Pick<JobWaiter, 'waitFor'>;
  readonly signal: AbortSignal;
  /** Called when a job changes, or its outcome does. */
  readonly onChange: () => void;
}

export class AwaitedJobs {
  private readonly jobs = new Map<JobKey, WaitedJob>();
  /** When the waiting began. */
  private readonly endingNumbers = new Map<JobKey, number>();

  constructor(private readonly parts: AwaitedJobsParts) {}

  /** As they are known now. A job that was chosen under two of its ids counts once. */
  all(): readonly WaitedJob[] {
    const byJob = new Map<JobKey, WaitedJob>();
    for (const [key, job] of this.jobs) {
      byJob.set(job.tracked === undefined ? key : jobKey(job.tracked.reference), job);
    }
    return [...byJob.values()];
  }

  /** Whether the job ended while it was waited for, so that its ending is announced. */
  isNewEnding({ reference, tracked }: WaitedJob): boolean {
    return tracked !== undefined && tracked.endingNumber !== this.endingNumbers.get(jobKey(reference));
  }

  /** Resolves when each of the jobs has an outcome. Rejects if the signal aborts or the window closes. */
  async waitForAll(references: readonly JobReference[]): Promise<void> {
    await this.waitFor(references, { awaitsFirstDecisions: true });
  }

  /** Resolves when no job is running. Rejects like `waitForAll`. */
  waitForRunning(): Promise<void> {
    const { store } = this.parts;
    const waitedFor = new Set<JobKey>();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        subscription.dispose();
        settle();
      };
      const add = (keys: readonly JobKey[]) => {
        for (const key of keys) waitedFor.add(key);
        const references = keys.flatMap((key) => store.get(key)?.reference ?? []);
        this.waitFor(references).then(
          () => {
            for (const key of keys) waitedFor.delete(key);
            if (waitedFor.size === 0) end(resolve);
          },
          (cause: unknown) => {
            end(() => {
              reject(cause instanceof Error ? cause : new Error(errorMessageOf(cause)));
            });
          },
        );
      };
      const subscription = store.onDidChange((changes) => {
        const begun = changes.flatMap(({ key }) => (waitedFor.has(key) || !isBegun(store.get(key)) ? [] : [key]));
        if (begun.length > 0) add(begun);
      });
      add(runningJobs(store.all()));
    });
  }

  private async waitFor(references: readonly JobReference[], options: Partial<WaitOptions> = {}): Promise<void> {
    const { waiter, signal, onChange } = this.parts;
    const { jobs } = await waiter.waitFor(references, {
      ...{ signal, acceptWaitingUpgrade: false, failFast: false, ...options },
      onProgress: ({ reference, before, after, outcome }) => {
        const key = jobKey(reference);
        if (!this.jobs.has(key) && after !== undefined) this.endingNumbers.set(key, after.endingNumber);
        this.jobs.set(key, { reference, outcome, tracked: after ?? before });
        onChange();
      },
    });
    for (const job of jobs) this.jobs.set(jobKey(job.reference), job);
  }
}

/** @returns the jobs that run, also those whose polls fail. An upgrade that waits for a decision does not run. */
export function runningJobs(jobs: ReadonlyMap<JobKey, TrackedJob>): readonly JobKey[] {
  return [...jobs].flatMap(([key, tracked]) => (isInProgress(tracked) ? [key] : []));
}

/** Whether the job runs and is polled. One that the service refused is waited for no longer. */
function isBegun(tracked: TrackedJob | undefined): boolean {
  return tracked !== undefined && outcomeOf(tracked, false) === undefined;
}
