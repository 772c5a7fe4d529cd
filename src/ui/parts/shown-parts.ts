/** Which sub-jobs of a job and which resources of a sub-job the views show. The JSON document has the others. */
import { MAX_SHOWN_ENTITIES, MAX_SHOWN_SUB_JOBS } from '../../base/limits';
import { UniqueIds } from '../../base/unique-id';
import type { Job, JobEntity, SubJob, SubJobs } from '../../cloud/api/job';
import { classifyStatus, hasError } from '../../jobs/model/job-status';

export interface ShownParts<Part> {
  readonly parts: readonly Part[];
  /** How many more there are. */
  readonly hidden: number;
}

export interface ShownSubJob {
  /** Unique within the job; the same sub-job has the same id in later responses. */
  readonly id: string;
  readonly subJob: SubJob;
}

/** Which sub-jobs of a long list are shown, the most important first. */
const PRIORITIES: readonly ((subJob: SubJob) => boolean)[] = [
  ({ status }) => classifyStatus(status) === 'failed',
  ({ status }) => classifyStatus(status) === 'in-progress' && status !== 'INIT',
  hasError,
  ({ status }) => status !== undefined && ['in-progress', 'unknown'].includes(classifyStatus(status)),
  () => true,
];

/** By job: views need them at each redraw, and a list may be long. */
const known = new WeakMap<Job, ShownParts<ShownSubJob>>();

/** @returns at most `MAX_SHOWN_SUB_JOBS` sub-jobs in their order, the failed and the running ones before others */
export function shownSubJobs(job: Job): ShownParts<ShownSubJob> {
  let shown = known.get(job);
  if (shown === undefined) {
    shown = chooseSubJobs(job);
    known.set(job, shown);
  }
  return shown;
}

/** @returns the sub-jobs of `shownSubJobs`, for which ids would cost far more than all else */
export function shownWithoutIds(job: Job): Iterable<SubJob> {
  return job.subJobs.length <= MAX_SHOWN_SUB_JOBS ? job.subJobs : shownSubJobs(job).parts.map(({ subJob }) => subJob);
}

/** @returns the first `maxCount` resources, by default `MAX_SHOWN_ENTITIES` */
export function shownEntities({ entities }: SubJob, maxCount = MAX_SHOWN_ENTITIES): ShownParts<JobEntity> {
  return { parts: entities.slice(0, maxCount), hidden: Math.max(0, entities.length - maxCount) };
}

function chooseSubJobs({ subJobs, cut }: Job): ShownParts<ShownSubJob> {
  const chosen = indexesToShow(subJobs);
  const ids = new UniqueIds();
  const parts: ShownSubJob[] = [];
  for (const [index, subJob] of subJobs.entries()) {
    const id = ids.next(`sub-job/${subJob.jobId ?? subJob.jobType ?? ''}`);
    if (chosen === undefined || chosen.has(index)) parts.push({ id, subJob });
  }
  return { parts, hidden: subJobs.length - parts.length + (cut?.missingSubJobs ?? 0) };
}

/** @returns undefined for all */
function indexesToShow(subJobs: SubJobs): ReadonlySet<number> | undefined {
  if (subJobs.length <= MAX_SHOWN_SUB_JOBS) return undefined;
  const chosen = new Set<number>();
  for (const isNext of PRIORITIES) {
    for (const [index, subJob] of subJobs.entries()) {
      if (chosen.size === MAX_SHOWN_SUB_JOBS) return chosen;
      if (isNext(subJob)) chosen.add(index);
    }
  }
  return chosen;
}
