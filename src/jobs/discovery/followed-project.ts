/** A project that is followed for new jobs, and the rules for which of its jobs are new. */
import type { Instant } from '../../base/clock';
import { isJobId } from '../../base/id-patterns';
import { DAY, HOUR, MINUTE } from '../../base/time-units';
import type { JobFields } from '../../cloud/api/job';
import { isRunning } from '../model/job-status';
import type { ListRefusal } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import type { TrackedJob } from '../model/tracked-job';

/** A job that the person removed from the list, and that must not return as a new job. */
interface DismissedJob {
  readonly id: string;
  readonly begin: Instant;
}

/** Times are by the service's clock, except those that are by this computer's. */
export interface FollowedProject extends ProjectReference {
  /** When following started. */
  readonly since: Instant;
  /** When the jobs were last listed; saved at most every 30 min. */
  readonly listedAt: Instant;
  /** Jobs that began earlier were too many to track at once, or to remember as dismissed. */
  readonly notBefore: Instant | undefined;
  readonly dismissedJobs: readonly DismissedJob[];
  /** Why the credentials may not list jobs; undefined if they may, as far as known. */
  readonly refused: ListRefusal | undefined;
  /** When, by this computer's clock, a person last refreshed in a window that does not poll. */
  readonly listWantedAt: Instant | undefined;
  /** When, by this computer's clock, a window that does not poll last reported that it has the focus. */
  readonly focusedAt: Instant | undefined;
}

/** The service accepts signatures of a clock that is up to this far off, so the skew may be unknown. */
const CLOCK_MARGIN_MS = 15 * MINUTE;
/** A list may lack a job for this long after it began. */
const LIST_MARGIN_MS = 2 * HOUR;
/** Older jobs are not new, even if no jobs were listed in between. */
const MAX_GAP_MS = 30 * DAY;
const MAX_DISMISSED_JOBS = 1000;

/** @param serviceNow by the service's clock */
export function newlyFollowed({ endpoint, projectId }: ProjectReference, serviceNow: Instant): FollowedProject {
  return {
    endpoint,
    projectId,
    since: serviceNow,
    listedAt: serviceNow,
    notBefore: undefined,
    dismissedJobs: [],
    refused: undefined,
    listWantedAt: undefined,
    focusedAt: undefined,
  };
}

/**
 * Returns the instant at or after which a job must have begun to be new. If a clock was set back, times that are now in
 * the future count as now.
 * @param serviceNow by the service's clock
 */
export function newSince({ since, listedAt, notBefore }: FollowedProject, serviceNow: Instant): Instant {
  return Math.max(
    Math.min(since, serviceNow) - CLOCK_MARGIN_MS,
    Math.min(listedAt, serviceNow) - LIST_MARGIN_MS,
    serviceNow - MAX_GAP_MS,
    // No job begins later: a damaged time would hide all new jobs.
    notBefore === undefined || notBefore > serviceNow + DAY ? -Infinity : notBefore,
  );
}

/**
 * Whether a job had ended when following started, so that it is not new. A job that began a little earlier and still ran
 * then counts as new: clocks differ, and its ending is still to come. If an ended job has no end, its begin decides;
 * an upgrade that waits for a decision has not ended.
 * @param serviceNow by the service's clock
 */
export function hasEndedBefore({ since }: FollowedProject, job: JobFields, serviceNow: Instant): boolean {
  const end = job.endTime ?? (isRunning(job) ? undefined : job.beginTime);
  return end !== undefined && end < Math.min(since, serviceNow);
}

/**
 * Returns the project after its jobs were listed successfully.
 * @param listedAt when the list was requested: its response may have waited for hours, while the computer slept
 * @param tooManyUntil the begin of the oldest job that was tracked, if there were too many to track all
 */
export function withListed(
  project: FollowedProject,
  serviceNow: Instant,
  listedAt: Instant,
  tooManyUntil: Instant | undefined,
): FollowedProject {
  const listed: FollowedProject = {
    ...project,
    since: Math.min(project.since, serviceNow),
    listedAt: Math.min(listedAt, serviceNow),
    refused: undefined,
    notBefore: tooManyUntil === undefined ? project.notBefore : tooManyUntil + 1,
  };
  const from = newSince(listed, serviceNow);
  return { ...listed, dismissedJobs: listed.dismissedJobs.filter(({ begin }) => begin >= from) };
}

/** Returns the project with these jobs dismissed, or the same object if that changes nothing. */
export function withDismissed(
  project: FollowedProject,
  jobs: readonly TrackedJob[],
  serviceNow: Instant,
): FollowedProject {
  const from = newSince(project, serviceNow);
  const dismissed = [...project.dismissedJobs, ...jobs.flatMap((job) => dismissedIds(job, serviceNow))];
  const byId = new Map(dismissed.filter(({ begin }) => begin >= from).map((each) => [each.id, each]));
  const all = [...byId.values()];
  if (all.length > MAX_DISMISSED_JOBS) {
    const latestFirst = all.sort((a, b) => b.begin - a.begin);
    const notBefore = (latestFirst[MAX_DISMISSED_JOBS]?.begin ?? from) + 1;
    return { ...project, notBefore, dismissedJobs: latestFirst.slice(0, MAX_DISMISSED_JOBS) };
  }
  const isSame = all.length === project.dismissedJobs.length && project.dismissedJobs.every(({ id }) => byId.has(id));
  return isSame ? project : { ...project, dismissedJobs: all };
}

/** One entry for each id that a list may use for the job. A job with an invalid id is never new. */
function dismissedIds({ reference, aliases, job }: TrackedJob, serviceNow: Instant): readonly DismissedJob[] {
  const ids = [reference.jobId, ...aliases].filter((id) => isJobId(id));
  return ids.map((id) => ({ id, begin: job?.beginTime ?? serviceNow }));
}
