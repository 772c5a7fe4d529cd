/** The interface through which resources are looked up: the cloud, with the credential of each project. */
import type { Result } from '../../cloud/http/error';
import type { PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import type { Quota, Resource, ResourceType } from '../model/project-resources';

/** The service's maximum of ids in a request. */
export const MAX_IDS_PER_REQUEST = 100;

export type FoundResource = Omit<Resource, 'seenAt' | 'isInRecycleBin'> & { readonly id: string };

export type FoundQuota = Omit<Quota, 'seenAt'>;

/** Each method sends one request, which the caller takes from the budget. Only a 401 stops the credentials. */
export interface ResourceSource {
  /** @returns a text that differs for other credentials, safe to store; undefined if this window has none */
  callerOf(project: ProjectReference): Promise<string | undefined>;
  /** @returns those that exist, of at most MAX_IDS_PER_REQUEST ids */
  listResources(
    project: ProjectReference,
    type: ResourceType,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundResource[], PollError>>;
  listQuotas(
    project: ProjectReference,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundQuota[], PollError>>;
  /** @returns the ids of those load balancers that the recycle bin holds, of at most MAX_IDS_PER_REQUEST */
  listRecycleBin(
    project: ProjectReference,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[], PollError>>;
}
