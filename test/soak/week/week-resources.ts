/** The load balancers of a simulated week as one window reaches them, and how often each is looked up. */
import type { Result } from '../../../src/cloud/http/error';
import type { PollError } from '../../../src/jobs/model/poll-error';
import type { ProjectReference } from '../../../src/jobs/model/project';
import type { ResourceType } from '../../../src/jobs/model/project-resources';
import type { FoundQuota, FoundResource, ResourceSource } from '../../../src/jobs/resources/resource-source';
import { DAY } from '../../../src/base/time-units';
import type { Process } from './machine';
import type { TroubledCloud } from './troubled-cloud';

/** Two in a day, one more for an upgrade that waits, and one for an answer that a killed window did not save. */
const MAX_LOOKUPS_IN_A_DAY = 4;

export class ResourcesOfWindow implements ResourceSource {
  constructor(
    private readonly cloud: TroubledCloud,
    private readonly owner: Process,
  ) {}

  callerOf(): Promise<string> {
    return Promise.resolve('caller');
  }

  listResources(
    { projectId }: ProjectReference,
    type: ResourceType,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundResource[], PollError>> {
    return this.cloud.lookUp(this.owner, projectId, ids, signal, () =>
      ids.map((id) => ({ id, type, name: nameOf(id), provisioningStatus: 'ACTIVE' })),
    );
  }

  listQuotas(
    { projectId }: ProjectReference,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundQuota[], PollError>> {
    return this.cloud.lookUp(this.owner, projectId, [], signal, () =>
      keys.map((key) => ({ key, limit: 50, used: 50 })),
    );
  }

  listRecycleBin(
    { projectId }: ProjectReference,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[], PollError>> {
    return this.cloud.lookUp(this.owner, projectId, [], signal, () => ids);
  }
}

export function nameOf(id: string): string {
  return `name of ${id}`;
}

/** @returns the ids that were looked up too often, by true time */
export function repeatedLookUps(lookUps: ReadonlyMap<string, readonly number[]>): readonly string[] {
  return [...lookUps].flatMap(([id, times]) =>
    times.some((at, index) => (times[index + MAX_LOOKUPS_IN_A_DAY] ?? Infinity) - at < DAY)
      ? [`${id} was looked up more than ${MAX_LOOKUPS_IN_A_DAY} times in a day.`]
      : [],
  );
}
