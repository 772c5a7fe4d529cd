/** A job that a text mentions, or an id that may be one. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { regionOfEndpoint } from '../cloud/places/regions';

/** The endpoint and the project may come from an untrusted text: a person confirms them before a request is sent. */
export interface JobMention {
  /** As the text has it; safe in a URL path. */
  readonly jobId: string;
  readonly endpoint?: EndpointOrigin | undefined;
  /** Missing if the endpoint is not known to belong to a region. */
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  /** A region that the text names without a host: it helps to choose credentials, and never refuses any. */
  readonly regionHint?: string | undefined;
}

/** What an id in a text appears to be. */
export type Appearance =
  | 'job'
  | 'sub-job'
  | 'request'
  | 'project'
  | 'resource'
  | 'other-service-job'
  | 'classic-job'
  | 'incomplete'
  | 'unknown';

/** An id in a text that is not a job's with certainty, with the words around its first appearance. */
export interface Candidate extends JobMention {
  readonly appearsAs: Appearance;
  /** Of `other-service-job`: its name in hosts and paths, e.g. `ecs`. */
  readonly service?: string | undefined;
  /** Whether it is likely a job of ELB, so that a pick proposes it. */
  readonly isLikely: boolean;
  /** Of its first appearance, from 1. */
  readonly line: number;
  /** At most 80 characters of one line, without secrets. */
  readonly before: string;
  /** At most 80 characters of one line, without secrets. */
  readonly after: string;
}

/** @returns the job with its place, without the text that it was found in. */
export function mentionOf({ jobId, endpoint, projectId, regionHint }: Omit<JobMention, 'region'>): JobMention {
  return {
    jobId: copyOf(jobId),
    endpoint: endpoint === undefined ? undefined : copyOf(endpoint),
    region: endpoint === undefined ? undefined : regionOfEndpoint(endpoint),
    projectId: projectId === undefined ? undefined : copyOf(projectId),
    ...(regionHint === undefined ? {} : { regionHint: copyOf(regionHint) }),
  };
}

/** @returns the same text. A part of a string keeps the whole in memory, for as long as the job is tracked. */
export function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
