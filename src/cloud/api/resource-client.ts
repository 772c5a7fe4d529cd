/** A read-only client of the APIs of ELB v3 for what jobs work on: load balancers, listeners, the recycle bin and quotas. */
import { MAX_QUERIED_ID_LENGTH, MAX_RESOURCES_BYTES } from '../../base/limits';
import type { CloudApi } from '../http/cloud-api';
import type { Credential } from '../http/credential';
import { failure, type Result } from '../http/error';
import { problemOfId } from '../http/request-checks';
import type { QueryParameters } from '../http/signer';
import type { EndpointOrigin } from '../places/endpoint';
import {
  type ListedQuota,
  type ListedResource,
  parseQuotas,
  parseResources,
  type ResourceList,
} from './resource-schema';

/** The service's maximum of ids in a request. */
const MAX_IDS = 100;

interface ProjectRequest {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
}

/** At most 100 ids. One that cannot be an id is not sent: it is not found. */
interface ResourcesRequest extends ProjectRequest {
  readonly ids: readonly string[];
}

/** At most 100 keys, e.g. `loadbalancer`. */
interface QuotasRequest extends ProjectRequest {
  readonly keys: readonly string[];
}

interface List<T> {
  /** After the project's path. */
  readonly path: string;
  readonly query: (sendable: readonly string[]) => QueryParameters;
  readonly parse: (body: string, sendable: ReadonlySet<string>) => Result<readonly T[]>;
}

export class ResourceClient {
  constructor(private readonly api: CloudApi) {}

  /** `GET /v3/{project_id}/elb/loadbalancers` @returns those that exist and are not in the recycle bin */
  listLoadBalancers(request: ResourcesRequest, credential: Credential, signal: AbortSignal) {
    return this.get(request, request.ids, resources('elb/loadbalancers', 'loadbalancers'), credential, signal);
  }

  /** `GET /v3/{project_id}/elb/listeners` */
  listListeners(request: ResourcesRequest, credential: Credential, signal: AbortSignal) {
    return this.get(request, request.ids, resources('elb/listeners', 'listeners'), credential, signal);
  }

  /** `GET /v3/{project_id}/elb/recycle-bin/loadbalancers` */
  listRecycleBin(request: ResourcesRequest, credential: Credential, signal: AbortSignal) {
    return this.get(
      request,
      request.ids,
      resources('elb/recycle-bin/loadbalancers', 'loadbalancers'),
      credential,
      signal,
    );
  }

  /** `GET /v3/{project_id}/elb/quotas/details` */
  listQuotas(request: QuotasRequest, credential: Credential, signal: AbortSignal) {
    return this.get(request, request.keys, QUOTAS, credential, signal);
  }

  /** Sends one request, or none if there is nothing to request. */
  private async get<T>(
    { endpoint, projectId }: ProjectRequest,
    requested: readonly string[],
    { path, query, parse }: List<T>,
    credential: Credential,
    signal: AbortSignal,
  ): Promise<Result<readonly T[]>> {
    const sendable = new Set(requested.filter(isSendable));
    const problem =
      sendable.size > MAX_IDS ? `A request has at most ${MAX_IDS} ids.` : problemOfId('project id', projectId);
    if (problem !== undefined) return failure('bad-request', { message: problem });
    if (sendable.size === 0) return { ok: true, value: [] };
    return this.api.get(
      {
        endpoint,
        path: `/v3/${projectId}/${path}`,
        query: query([...sendable]),
        headers: { 'X-Project-Id': projectId },
        maxResponseBytes: MAX_RESOURCES_BYTES,
        read: ({ body }) => parse(body, sendable),
      },
      credential,
      signal,
    );
  }
}

function resources(path: string, list: ResourceList): List<ListedResource> {
  return {
    path,
    // One page holds all that were requested.
    query: (id) => ({ id, limit: String(MAX_IDS) }),
    parse: (body, sendable) => parseResources(body, list, sendable),
  };
}

const QUOTAS: List<ListedQuota> = {
  path: 'elb/quotas/details',
  query: (keys) => ({ quota_key: keys }),
  parse: parseQuotas,
};

function isSendable(id: string): boolean {
  return id.length <= MAX_QUERIED_ID_LENGTH && problemOfId('resource id', id) === undefined;
}
