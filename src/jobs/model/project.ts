/** Identifies a project of Huawei Cloud: its id, at an endpoint. */
import type { EndpointOrigin } from '../../cloud/places/endpoint';

export interface ProjectReference {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
}

export function isSameProject(one: ProjectReference, other: ProjectReference): boolean {
  return one.endpoint === other.endpoint && one.projectId === other.projectId;
}
