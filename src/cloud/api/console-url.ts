/** Where the console shows a load balancer, and which load balancers a job names. */
import type { EndpointOrigin } from '../places/endpoint';
import type { Job } from './job';
import { regionOfEndpoint } from '../places/regions';
import { isUuid } from '../../base/id-patterns';

/** Types of jobs whose own resource is a load balancer; that of `cloneListener` is a listener. */
const OF_LOAD_BALANCERS: ReadonlySet<string | undefined> = new Set([
  'UPGRADE',
  'cloneLoadbalancer',
  'batchCreateV2Loadbalancer',
  'batchCreateV3Loadbalancer',
  'batchDeleteLoadbalancer',
]);

/**
 * Undefined for an endpoint that is not known to be of a region, and for what cannot be an id.
 * Not confirmed: no official document has the address. Public scripts have that of China, whose host and path are used for
 * the other consoles alike; that regions outside of China belong to the international console is a guess.
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

/** The ids in order of appearance, each once; the job's own first. */
export function loadBalancersOf({ jobType, resourceId, subJobs }: Job): readonly string[] {
  const entities = subJobs.flatMap((subJob) => subJob.entities);
  const named = entities
    .filter(({ resourceType }) => resourceType === 'loadbalancer')
    .map((entity) => entity.resourceId);
  const own = OF_LOAD_BALANCERS.has(jobType) ? [resourceId] : [];
  return [...new Set([...own, ...named])].filter((id) => id !== undefined).filter(isUuid);
}
