/** Collects what a text says about each id that it names, and decides which of them are jobs of ELB with certainty. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import type { Appearance } from './job-mention';
import type { FrameFacts } from './open-brackets';
import type { RequestPlace, Requests } from './requests';

/** How a text names an id as one of a job: by the path of ELB's API, or by a name that other services have, too. */
export type JobNaming = 'path' | 'name';

export interface JobDraft extends FrameFacts {
  readonly jobId: string;
  /** Offset of its first appearance. */
  readonly start: number;
  naming: JobNaming | undefined;
  /** What the text names it besides, e.g. a sub-job. */
  other?: { readonly appearsAs: Appearance; readonly service?: string | undefined };
  /** Of the latest request, if that is another service's: says less than `other`. */
  serviceOfRequest?: string | undefined;
  endpoint: EndpointOrigin | undefined;
  /** The requests that name it in their path, or that the answer with it belongs to. */
  request: RequestPlace | undefined;
  readonly paths: RequestPlace[];
}

/** An id that a person decides about. */
export interface DoubtfulId {
  readonly draft: JobDraft;
  readonly appearsAs: Appearance;
  readonly service?: string | undefined;
}

export class JobDrafts {
  private readonly drafts = new Map<string, JobDraft>();
  private jobs = 0;

  constructor(
    private readonly requests: Requests,
    private readonly maxJobs: number,
  ) {}

  /** @returns undefined if there are too many. */
  addJob(jobId: string, start: number, naming: JobNaming): JobDraft | undefined {
    const known = this.drafts.get(jobId);
    if (known?.naming === undefined) {
      if (this.jobs === this.maxJobs) return undefined;
      this.jobs += 1;
    }
    const draft = known ?? this.draftOf(jobId, start);
    if (draft.naming !== 'path') draft.naming = naming;
    return draft;
  }

  addOther(jobId: string, start: number, appearsAs: Appearance, service?: string): JobDraft {
    const draft = this.drafts.get(jobId) ?? this.draftOf(jobId, start);
    draft.other ??= { appearsAs, service };
    return draft;
  }

  /** @returns the jobs with their places, in order of appearance. */
  found(): readonly JobDraft[] {
    this.findPlaces();
    return [...this.drafts.values()].filter((draft) => doubtAbout(draft) === undefined);
  }

  doubtful(): readonly DoubtfulId[] {
    this.findPlaces();
    return [...this.drafts.values()].flatMap((draft) => {
      const doubt = doubtAbout(draft);
      return doubt === undefined ? [] : [{ draft, ...doubt }];
    });
  }

  /** If the text has only one project or endpoint, it applies to all jobs. */
  private findPlaces(): void {
    const { endpoints, projects } = this.requests;
    this.requests.end();
    const [projectId] = projects;
    const [endpoint] = endpoints;
    for (const draft of this.drafts.values()) {
      for (const path of draft.paths) draft.endpoint ??= path.endpoint;
      const { request } = draft;
      if (request !== undefined && (draft.projectId ?? request.projectId) === request.projectId) {
        draft.endpoint ??= request.endpoint;
        if (request.projectId !== undefined) draft.projectId ??= request.projectId;
      }
      if (projects.size > 1) continue;
      if (projectId !== undefined) draft.projectId ??= projectId;
      if (endpoints.size === 1) draft.endpoint ??= endpoint;
    }
  }

  private draftOf(jobId: string, start: number): JobDraft {
    const draft: JobDraft = { jobId, start, naming: undefined, endpoint: undefined, request: undefined, paths: [] };
    this.drafts.set(jobId, draft);
    return draft;
  }
}

/** @returns what the id appears to be, undefined for a job of ELB. */
function doubtAbout(draft: JobDraft): Omit<DoubtfulId, 'draft'> | undefined {
  const { naming, other, service } = draft;
  if (other !== undefined) {
    // The name alone says less than another service's path.
    const isOtherJob = other.appearsAs === 'other-service-job' || other.appearsAs === 'classic-job';
    return naming === undefined || (naming === 'name' && isOtherJob) ? other : { appearsAs: 'job' };
  }
  if (naming === 'path') return undefined;
  if (service !== undefined) return service === 'elb' ? undefined : { appearsAs: 'other-service-job', service };
  if (draft.serviceOfRequest === undefined) return undefined;
  return draft.serviceOfRequest === 'classic'
    ? { appearsAs: 'classic-job' }
    : { appearsAs: 'other-service-job', service: draft.serviceOfRequest };
}
