/** A resource source for demo jobs: returns what the service would of the load balancers and listeners that they work on. */
import type { Result } from '../cloud/http/error';
import type { Instant } from '../base/clock';
import type { JobReference } from '../jobs/model/job-reference';
import type { PollError } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import type { ResourceType } from '../jobs/model/project-resources';
import type { FoundQuota, FoundResource, ResourceSource } from '../jobs/resources/resource-source';
import { stateAfter } from '../simulator/resources/worked-resources';
import { demoJobAt, type DemoResource, demoResources } from './demo-jobs';

interface DemoResourceSourceParts {
  /** As for the demo's jobs. */
  readonly trackedAt: (reference: JobReference) => Instant | undefined;
  readonly clock: { now(): Instant };
}

/** The quota that a demo job exceeds. */
const QUOTAS: readonly FoundQuota[] = [{ key: 'loadbalancer', limit: 50, used: 50, unit: 'count' }];

export class DemoResourceSource implements ResourceSource {
  private known: ReadonlyMap<string, DemoResource> | undefined;

  constructor(private readonly parts: DemoResourceSourceParts) {}

  callerOf(): Promise<string> {
    return Promise.resolve('demo');
  }

  listResources(
    project: ProjectReference,
    type: ResourceType,
    ids: readonly string[],
  ): Promise<Result<readonly FoundResource[], PollError>> {
    const found = ids.flatMap((id) => this.find(project, id) ?? []).filter((resource) => resource.type === type);
    return Promise.resolve({ ok: true, value: found });
  }

  listQuotas(_project: ProjectReference, keys: readonly string[]): Promise<Result<readonly FoundQuota[], PollError>> {
    return Promise.resolve({ ok: true, value: QUOTAS.filter(({ key }) => keys.includes(key)) });
  }

  /** No demo job deletes a load balancer. */
  listRecycleBin(): Promise<Result<readonly string[], PollError>> {
    return Promise.resolve({ ok: true, value: [] });
  }

  private find(project: ProjectReference, id: string): FoundResource | undefined {
    this.known ??= new Map(demoResources().map((resource) => [resource.id, resource]));
    const resource = this.known.get(id);
    if (resource === undefined) return undefined;
    const { type, name, jobId } = resource;
    const trackedAt = this.parts.trackedAt({ ...project, jobId });
    const job = trackedAt === undefined ? undefined : demoJobAt(jobId, trackedAt, this.parts.clock.now());
    if (job === undefined) return undefined;
    if (type === 'listener') return { id, type, name };
    const provisioningStatus = stateAfter(job.job_type, job.status) ?? 'ACTIVE';
    return { id, type, name, provisioningStatus, operatingStatus: 'ONLINE', vipAddress: addressOf(resource) };
  }
}

function addressOf({ id }: DemoResource): string {
  return `192.168.10.${(parseInt(id.slice(-2), 16) % 250) + 2}`;
}
