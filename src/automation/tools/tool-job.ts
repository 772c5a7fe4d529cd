/** A job as a tool returns it: ids, known words and times, and apart from them the texts that must not be trusted. */
import { isJobId } from '../../base/id-patterns';
import { adviceOn } from '../../cloud/api/job-error-advice';
import { isDemo } from '../../demo/demo-project';
import { classifyStatus } from '../../jobs/model/job-status';
import type { JobData } from '../jobs/job-data';
import { untrustedCredentials, untrustedMessage, untrustedName } from './untrusted-text';

type SubJobData = JobData['subJobs'][number];
type ResourceData = NonNullable<JobData['resource']>;
type StepTexts = Pick<SubJobData, 'type' | 'status' | 'errorCode' | 'errorMessage'>;

/** Resources of a sub-job. */
const MAX_RESOURCES = 3;

/** What is beside the data of a job. */
export interface ToolJobExtras {
  /** ISO 8601: the median of earlier jobs of the same type. */
  readonly expectedEndTime: string | undefined;
  /** How many sub-jobs the data lack, because the response was too large. */
  readonly missingSubJobs: number;
}

/** A job in a list. */
export function toolRow(data: Omit<JobData, 'subJobs'>, subject: ResourceData | undefined): object {
  return {
    jobId: shownJobId(data.jobId),
    isDemo: isDemo(data) || undefined,
    state: data.state,
    beginTime: data.beginTime,
    endTime: data.endTime,
    pollError: data.pollError,
    untrusted: {
      name: untrustedName(data.name),
      type: untrustedName(data.type),
      status: untrustedName(data.status),
      errorCode: untrustedName(data.errorCode),
      credentials: untrustedCredentials(data.credentials),
      resource: subject && toolResource(subject),
    },
  };
}

/** A job with its sub-jobs, to be put into JSON of limited size. */
export class ToolJob {
  /** With those first that a limited result must have: the failed ones, then the running ones. */
  private readonly ranked: readonly { readonly index: number; readonly subJob: SubJobData }[];
  /** The first ones of these: cleaning texts takes time. */
  private readonly cleaned: { readonly index: number; readonly json: object }[] = [];

  constructor(
    private readonly data: JobData,
    private readonly extras: ToolJobExtras,
  ) {
    this.ranked = data.subJobs
      .map((subJob, index) => ({ index, subJob, rank: rankOf(subJob) }))
      .sort((a, b) => a.rank - b.rank || a.index - b.index);
  }

  /** @param count of the sub-jobs that it has, in time order */
  json(count: number): object {
    const { data, cleaned } = this;
    const { expectedEndTime, missingSubJobs } = this.extras;
    for (const { index, subJob } of this.ranked.slice(cleaned.length, count)) {
      cleaned.push({ index, json: toolSubJob(subJob) });
    }
    const shown = cleaned.slice(0, count).sort((a, b) => a.index - b.index);
    return {
      jobId: shownJobId(data.jobId),
      isDemo: isDemo(data) || undefined,
      region: data.region,
      state: data.state,
      beginTime: data.beginTime,
      endTime: data.endTime,
      expectedEndTime,
      trackedAt: data.trackedAt,
      answeredAt: data.answeredAt,
      pollError: data.pollError,
      errorMeaning: adviceOn(data.errorCode),
      untrusted: {
        name: untrustedName(data.name),
        ...untrustedStep(data),
        projectId: untrustedName(data.projectId),
        credentials: untrustedCredentials(data.credentials),
        resource: data.resource && toolResource(data.resource),
      },
      subJobs: shown.map(({ json }) => json),
      subJobsLeftOut: missingSubJobs + data.subJobs.length - shown.length || undefined,
    };
  }
}

function toolSubJob(subJob: SubJobData): object {
  const { status, beginTime, endTime, errorCode, jobId, resources } = subJob;
  return {
    state: classifyStatus(status),
    beginTime,
    endTime,
    errorMeaning: adviceOn(errorCode),
    untrusted: {
      jobId: untrustedName(jobId),
      ...untrustedStep(subJob),
      resources: resources.length === 0 ? undefined : resources.slice(0, MAX_RESOURCES).map(toolResource),
      resourcesLeftOut: Math.max(0, resources.length - MAX_RESOURCES) || undefined,
    },
  };
}

function untrustedStep({ type, status, errorCode, errorMessage }: StepTexts): object {
  return {
    type: untrustedName(type),
    status: untrustedName(status),
    errorCode: untrustedName(errorCode),
    errorMessage: untrustedMessage(errorMessage),
  };
}

function toolResource({ id, type, name }: ResourceData): object {
  return { id: untrustedName(id), type: untrustedName(type), name: untrustedName(name) };
}

/** @returns the whole id: a job can be tracked by no other. A damaged file may have another text. */
function shownJobId(jobId: string): string | undefined {
  return isJobId(jobId) ? jobId : undefined;
}

function rankOf({ status, errorCode, errorMessage }: SubJobData): number {
  const statusClass = classifyStatus(status);
  if (statusClass === 'failed' || errorCode !== undefined || errorMessage !== undefined) return 0;
  return statusClass === 'in-progress' || statusClass === 'unknown' ? 1 : 2;
}
