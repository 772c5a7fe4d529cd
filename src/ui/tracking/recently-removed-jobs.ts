/** The jobs that were recently removed from the list, so that they can be tracked again when Undo is gone. */
import type { Memento } from 'vscode';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Instant } from '../../base/clock';
import { Emitter } from '../../base/emitter';
import { cutOptionalText } from '../../base/cut-text';
import { isJobId } from '../../base/id-patterns';
import { jsonBytes } from '../../base/json/json-size';
import { MAX_REMOVED_JOBS_BYTES } from '../../base/limits';
import { isDemo } from '../../demo/demo-project';
import { jobKey, type JobReference } from '../../jobs/model/job-reference';
import type { Log } from '../../base/log';
import type { TrackedJob } from '../../jobs/model/tracked-job';

export interface RemovedJob {
  readonly reference: JobReference;
  readonly label?: string | undefined;
  readonly jobType?: string | undefined;
  /** The last known status. */
  readonly status?: string | undefined;
  readonly muted?: boolean | undefined;
  readonly stoppedAt: Instant;
}

const STORAGE_KEY = 'elbJobs.stoppedJobs';
const MAX_JOBS = 50;
/** Of a name, type or status, which only a list of jobs shows. */
const MAX_TEXT_LENGTH = 256;

const schema = v.array(
  v.object({
    reference: v.object({ endpoint: v.string(), projectId: v.string(), jobId: v.string() }),
    label: v.string().optional(),
    jobType: v.string().optional(),
    status: v.string().optional(),
    muted: v.boolean().optional(),
    stoppedAt: v.number(),
  }),
);

export class RecentlyRemovedJobs {
  private readonly changes = new Emitter<void>((cause) => {
    this.log.error(`A listener failed to handle removed jobs: ${String(cause)}`);
  });
  readonly onDidChange = this.changes.event;
  /** A changed value is another object, also if another window changed it. */
  private read: { readonly saved: unknown; readonly jobs: readonly RemovedJob[] } = { saved: undefined, jobs: [] };

  constructor(
    private readonly memento: Memento,
    private readonly log: Log,
  ) {}

  /** Latest first. Costs nothing while they are the same: the context keys need them at each change of a job. */
  all(): readonly RemovedJob[] {
    const saved = this.memento.get(STORAGE_KEY);
    if (saved !== this.read.saved) {
      // Another version of the extension may have saved it.
      const known = schema.try(saved, { mode: 'strip' });
      this.read = { saved, jobs: known.ok ? withinLimits(known.value) : [] };
    }
    return this.read.jobs;
  }

  /** Adds jobs, except demo jobs, which only come back with the demo. Never rejects. */
  async add(jobs: readonly TrackedJob[], now: Instant): Promise<void> {
    const ofCloud = jobs.filter(({ reference }) => !isDemo(reference));
    const removed = ofCloud.map(({ reference, label, job, muted }) => ({
      reference,
      label,
      jobType: job?.jobType,
      status: job?.status,
      muted,
      stoppedAt: now,
    }));
    const keys = new Set(removed.map(({ reference }) => jobKey(reference)));
    const others = this.all().filter(({ reference }) => !keys.has(jobKey(reference)));
    try {
      await this.memento.update(STORAGE_KEY, withinLimits([...removed, ...others]));
    } catch (cause) {
      this.log.warn(`Removed jobs could not be saved for Track Job Again: ${String(cause)}`);
    }
    this.changes.fire();
  }
}

/** @returns the first jobs, with short texts; those that cannot be tracked again are left out */
function withinLimits(jobs: readonly RemovedJob[]): readonly RemovedJob[] {
  const limited: RemovedJob[] = [];
  let bytesLeft = MAX_REMOVED_JOBS_BYTES;
  for (const { reference, label, jobType, status, muted, stoppedAt } of jobs) {
    if (limited.length === MAX_JOBS) break;
    if (!isUsable(reference)) continue;
    const job = {
      reference,
      label: cutOptionalText(label, MAX_TEXT_LENGTH),
      jobType: cutOptionalText(jobType, MAX_TEXT_LENGTH),
      status: cutOptionalText(status, MAX_TEXT_LENGTH),
      muted,
      stoppedAt,
    };
    bytesLeft -= jsonBytes(job);
    if (bytesLeft < 0) break;
    limited.push(job);
  }
  return limited;
}

function isUsable({ endpoint, projectId, jobId }: JobReference): boolean {
  return Math.max(endpoint.length, projectId.length) <= MAX_TEXT_LENGTH && isJobId(jobId);
}
