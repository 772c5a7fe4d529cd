/** The jobs that were taken out of the list lately, so that they can be tracked again after the notice with Undo is gone. */
import type { Memento } from 'vscode';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { isDemo } from '../../demo/demo-project';
import type { Instant } from '../../base/clock';
import { jobKey, type JobReference } from '../../jobs/model/job-reference';
import type { Log } from '../../base/log';
import type { TrackedJob } from '../../jobs/model/tracked-job';

export interface RemovedJob {
  readonly reference: JobReference;
  readonly label?: string | undefined;
  readonly jobType?: string | undefined;
  /** As last seen. */
  readonly status?: string | undefined;
  readonly muted?: boolean | undefined;
  readonly stoppedAt: Instant;
}

const KEPT = 'elbJobs.stoppedJobs';
const MOST = 50;

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

export class RemovedJobs {
  constructor(
    private readonly memento: Memento,
    private readonly log: Log,
  ) {}

  /** The latest first. */
  all(): readonly RemovedJob[] {
    // What was kept may be of another version.
    const kept = schema.try(this.memento.get(KEPT), { mode: 'strip' });
    return kept.ok ? kept.value : [];
  }

  /** Never rejects. Those of the demo come back with it alone. */
  async add(jobs: readonly TrackedJob[], now: Instant): Promise<void> {
    const ofCloud = jobs.filter(({ reference }) => !isDemo(reference));
    const stopped = ofCloud.map(({ reference, label, job, muted }) => ({
      reference,
      label,
      jobType: job?.jobType,
      status: job?.status,
      muted,
      stoppedAt: now,
    }));
    const keys = new Set(stopped.map(({ reference }) => jobKey(reference)));
    const others = this.all().filter(({ reference }) => !keys.has(jobKey(reference)));
    try {
      await this.memento.update(KEPT, [...stopped, ...others].slice(0, MOST));
    } catch (cause) {
      this.log.warn(`What was taken out of the list could not be noted: ${String(cause)}`);
    }
  }
}
