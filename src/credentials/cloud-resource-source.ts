/** Looks up load balancers, listeners and quotas with the credential of their project. Jobs need none of these requests. */
import type { ResourceClient } from '../cloud/api/resource-client';
import type { ElbError, Result } from '../cloud/http/error';
import { type PollError, refusesCredential } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import type { ResourceType } from '../jobs/model/project-resources';
import type { FoundQuota, FoundResource, ResourceSource } from '../jobs/resources/resource-source';
import { type RequestParts, sendWithCredential } from './credentialed-request';
import type { CredentialInUse } from './credential-manager';

interface CloudResourceSourceParts extends RequestParts {
  readonly client: ResourceClient;
}

export class CloudResourceSource implements ResourceSource {
  constructor(private readonly parts: CloudResourceSourceParts) {}

  /** Differs also after a person entered the same key again, and for another project: its permissions are its own. */
  async callerOf(project: ProjectReference): Promise<string | undefined> {
    const credential = await this.parts.credentials.credentialFor(project);
    if (!credential.ok) return undefined;
    const { use, profile } = credential;
    return [use.keyHash, profile.id, profile.keyChangedAt].join('-');
  }

  async listResources(
    project: ProjectReference,
    type: ResourceType,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundResource[], PollError>> {
    const { client } = this.parts;
    const listed = await this.request(project, signal, ({ credential }) =>
      type === 'listener'
        ? client.listListeners({ ...project, ids }, credential, signal)
        : client.listLoadBalancers({ ...project, ids }, credential, signal),
    );
    return listed.ok ? { ok: true, value: listed.value.map((resource) => ({ ...resource, type })) } : listed;
  }

  listQuotas(
    project: ProjectReference,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundQuota[], PollError>> {
    return this.request(project, signal, ({ credential }) =>
      this.parts.client.listQuotas({ ...project, keys }, credential, signal),
    );
  }

  async listRecycleBin(
    project: ProjectReference,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[], PollError>> {
    const listed = await this.request(project, signal, ({ credential }) =>
      this.parts.client.listRecycleBin({ ...project, ids }, credential, signal),
    );
    return listed.ok ? { ok: true, value: listed.value.map(({ id }) => id) } : listed;
  }

  private request<T>(
    project: ProjectReference,
    signal: AbortSignal,
    send: (credential: CredentialInUse) => Promise<Result<T>>,
  ): Promise<Result<T, PollError>> {
    return sendWithCredential(this.parts, project, {
      isCancelled: () => signal.aborted,
      send: async (credential) => withoutOtherRefusals(await send(credential)),
      // Not for a 403 of the gateway or an absent API: jobs may be allowed.
      stops: refusesCredential,
    });
  }
}

/** @returns the result; a token that ELB refuses with 403 is forbidden only this request. Only a 401 refuses a credential here. */
function withoutOtherRefusals<T>(result: Result<T>): Result<T> {
  if (result.ok || !isOtherRefusal(result.error)) return result;
  return { ok: false, error: { ...result.error, kind: 'forbidden', reason: undefined } };
}

function isOtherRefusal(error: ElbError): boolean {
  return error.httpStatus !== 401 && refusesCredential(error);
}
