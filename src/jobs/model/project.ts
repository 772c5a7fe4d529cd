/** Identifies a project of Huawei Cloud: its id, at an endpoint. */
import type { EndpointOrigin } from '../../cloud/places/endpoint';

export interface ProjectReference {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
}

/** @returns a text that is the same for references to the same project only */
export function projectName({ endpoint, projectId }: ProjectReference): string {
  return `${endpoint} ${projectId}`;
}

export function isSameProject(one: ProjectReference, other: ProjectReference): boolean {
  return one.endpoint === other.endpoint && one.projectId === other.projectId;
}
