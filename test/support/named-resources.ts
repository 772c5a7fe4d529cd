/** What is known about the resources of a project, for tests of their names. */
import type { ProjectResources, Resource } from '../../src/jobs/model/project-resources';

/** @param names by the ids of the resources; ids that begin with `listener` are of listeners */
export function namedResources(names: Readonly<Record<string, string>>): ProjectResources {
  const resourceOf = (id: string, name: string): Resource => ({
    type: id.startsWith('listener') ? 'listener' : 'loadbalancer',
    name,
    seenAt: 1,
  });
  return {
    byId: new Map(Object.entries(names).map(([id, name]) => [id, resourceOf(id, name)])),
    quotas: new Map(),
    refused: new Set(),
  };
}

/** Names are turned on, but may not be read, or none has been read yet. */
export const NO_NAMES: readonly ProjectResources[] = [
  namedResources({}),
  { ...namedResources({}), refused: new Set(['elb:loadbalancers:list', 'elb:listeners:list']) },
];
