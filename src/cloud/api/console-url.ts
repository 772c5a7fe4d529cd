/** The console's URL of a load balancer, and the load balancers that a job names. */
import type { EndpointOrigin } from '../places/endpoint';
import type { Job } from './job';
import { regionOfEndpoint } from '../places/regions';
import { isUuid } from '../../base/id-patterns';

/** Job types whose own resource is a load balancer; for `cloneListener` it is a listener. */
const OF_LOAD_BALANCERS: ReadonlySet<string | undefined> = new Set([
  'UPGRADE',
  'cloneLoadbalancer',
  'batchCreateV2Loadbalancer',
  'batchCreateV3Loadbalancer',
  'batchDeleteLoadbalancer',
]);

/**
 * Returns undefined for an endpoint that is not known to belong to a region, and for an invalid id.
 * Not confirmed: no official document has these URLs. Public scripts use the path below for the console in China; that
 * the other consoles use the same path, and that all other regions use the international console, is a guess.
 */
export function consoleUrl(endpoint: EndpointOrigin, loadBalancerId: string): string | undefined {
  const region = regionOfEndpoint(endpoint);
  if (region === undefined || !isUuid(loadBalancerId)) return undefined;
  return `https://${consoleHost(endpoint, region)}/elb/?region=${region}#/elb/detail/${loadBalancerId}`;
}

function consoleHost(endpoint: EndpointOrigin, region: string): string {
  if (endpoint.endsWith('.eu') || region.startsWith('eu-west-1')) return 'console.eu.huaweicloud.com';
  return region.startsWith('cn-') ? 'console.huaweicloud.com' : 'console-intl.huaweicloud.com';
}

/** Returns the ids in order of appearance, each once; the job's own resource first. */
export function loadBalancersOf({ jobType, resourceId, subJobs }: Job): readonly string[] {
  const entities = subJobs.flatMap((subJob) => subJob.entities);
  const named = entities
    .filter(({ resourceType }) => resourceType === 'loadbalancer')
    .map((entity) => entity.resourceId);
  const own = OF_LOAD_BALANCERS.has(jobType) ? [resourceId] : [];
  return [...new Set([...own, ...named])].filter((id) => id !== undefined).filter(isUuid);
}
