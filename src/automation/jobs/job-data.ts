/** A job as plain data, for agents and other extensions; api/elb-job-tracker.d.ts describes them. They have no secret. */
import type { JobData, JobState, JobSummary, ResourceData, StepData, SubJobData } from '../../../api/elb-job-tracker';
import type { Instant } from '../../base/clock';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import { regionOfEndpoint } from '../../cloud/places/regions';
import type { CredentialManager } from '../../credentials/credential-manager';
import { profileName } from '../../credentials/profiles/profile';
import { resourceNameOf } from '../../jobs/model/project-resources';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { outcomeOf } from '../../jobs/waiting/outcome';

export type { JobData } from '../../../api/elb-job-tracker';

/** Fields of T that may be undefined, where T's are missing. */
type Fields<T> = { readonly [Key in keyof T]: undefined extends T[Key] ? T[Key] | undefined : T[Key] };

/** Returns the job with its sub-jobs, deeply frozen. */
export function jobData(tracked: TrackedJob, credentials: Pick<CredentialManager, 'profileOf'>): JobData {
  const subJobs = [...(tracked.job?.subJobs ?? [])].map((subJob) => subJobData(subJob, tracked));
  return frozen<JobData>({ ...jobSummary(tracked, credentials), subJobs: Object.freeze(subJobs) });
}

/** Returns the job without its sub-jobs, whose decoding takes long for thousands of ended jobs. */
export function jobSummary(tracked: TrackedJob, credentials: Pick<CredentialManager, 'profileOf'>): JobSummary {
  const { reference, job, label, trackedAt, answeredAt, pollFailure } = tracked;
  const { endpoint, projectId, jobId } = reference;
  const profile = credentials.profileOf(reference);
  const resourceId = job?.resourceId;
  return frozen<JobSummary>({
    jobId,
    endpoint,
    region: profile?.region ?? regionOfEndpoint(endpoint),
    projectId,
    credentials: profile && profileName(profile),
    name: label,
    state: stateOf(tracked),
    ...stepData(job ?? {}),
    resource:
      resourceId === undefined
        ? undefined
        : frozen<ResourceData>({ id: resourceId, name: resourceNameOf(tracked, resourceId) }),
    trackedAt: isoTime(trackedAt) ?? '',
    answeredAt: isoTime(answeredAt),
    pollError: pollFailure?.error.kind,
  });
}

export function stateOf(tracked: TrackedJob): JobState {
  // The outcomes that no state has come from waiting only.
  return (outcomeOf(tracked, false) ?? 'running') as JobState;
}

function subJobData(subJob: SubJob, tracked: TrackedJob): SubJobData {
  const resources = subJob.entities.map(({ resourceId, resourceType }: JobEntity) =>
    frozen<ResourceData>({ id: resourceId, type: resourceType, name: resourceNameOf(tracked, resourceId) }),
  );
  return frozen<SubJobData>({ jobId: subJob.jobId, ...stepData(subJob), resources: Object.freeze(resources) });
}

function stepData({ jobType, status, beginTime, endTime, errorCode, errorMessage }: JobFields): Fields<StepData> {
  return {
    type: jobType,
    status,
    beginTime: isoTime(beginTime),
    endTime: isoTime(endTime),
    errorCode,
    errorMessage,
  };
}

/** Leaves out what is undefined, so that the data are the same after their way through JSON. */
function frozen<T extends object>(fields: Fields<T>): T {
  const known: Record<string, unknown> = {};
  // Faster than by Object.fromEntries: there may be thousands of jobs.
  for (const name in fields) if (fields[name] !== undefined) known[name] = fields[name];
  return Object.freeze(known) as T;
}

/** @returns undefined for a time that no date can have */
function isoTime(instant: Instant | undefined): string | undefined {
  const date = new Date(instant ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
