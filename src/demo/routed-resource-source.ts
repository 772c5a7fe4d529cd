/** A resource source that routes demo projects to the demo, and all others to the cloud. */
import type { Result } from '../cloud/http/error';
import type { PollError } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import type { ResourceType } from '../jobs/model/project-resources';
import type { FoundQuota, FoundResource, ResourceSource } from '../jobs/resources/resource-source';
import { isDemo } from './demo-project';

export class RoutedResourceSource implements ResourceSource {
  constructor(
    private readonly demo: ResourceSource,
    private readonly cloud: ResourceSource,
  ) {}

  callerOf(project: ProjectReference): Promise<string | undefined> {
    return this.sourceOf(project).callerOf(project);
  }

  listResources(
    project: ProjectReference,
    type: ResourceType,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundResource[], PollError>> {
    return this.sourceOf(project).listResources(project, type, ids, signal);
  }

  listQuotas(
    project: ProjectReference,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly FoundQuota[], PollError>> {
    return this.sourceOf(project).listQuotas(project, keys, signal);
  }

  listRecycleBin(
    project: ProjectReference,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[], PollError>> {
    return this.sourceOf(project).listRecycleBin(project, ids, signal);
  }

  private sourceOf(project: ProjectReference): ResourceSource {
    return isDemo(project) ? this.demo : this.cloud;
  }
}
