/** The APIs of the simulated cloud, by method and path. */

export const ROUTE_NAMES = [
  'ShowJob',
  'ListJobs',
  'ListLoadBalancers',
  'ListListeners',
  'ListQuotaDetails',
  'ListRecycleBinLoadBalancers',
  'ListProjects',
  'CreateToken',
  'ShowToken',
] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

/** The lists of a project, by their path after `/elb/`. */
const LISTS = {
  jobs: 'ListJobs',
  loadbalancers: 'ListLoadBalancers',
  listeners: 'ListListeners',
  'quotas/details': 'ListQuotaDetails',
  'recycle-bin/loadbalancers': 'ListRecycleBinLoadBalancers',
} as const satisfies Readonly<Record<string, RouteName>>;
type ListName = (typeof LISTS)[keyof typeof LISTS];
/** A list of what jobs work on. */
export type ResourceListName = Exclude<ListName, 'ListJobs'>;

export type Route =
  | { readonly name: 'ShowJob'; readonly projectId: string; readonly jobId: string }
  | { readonly name: ListName; readonly projectId: string }
  | { readonly name: 'ListProjects' }
  | { readonly name: 'CreateToken' }
  | { readonly name: 'ShowToken' };

/** Returns undefined if the cloud has no such API, which differs from an unknown job. */
export function routeOf(method: string, path: string): Route | undefined {
  if (method === 'POST') return path === '/v3/auth/tokens' ? { name: 'CreateToken' } : undefined;
  if (method !== 'GET') return undefined;
  if (path === '/v3/projects') return { name: 'ListProjects' };
  if (path === '/v3/auth/tokens') return { name: 'ShowToken' };
  const [, projectId, rest = ''] = /^\/v3\/([^/]+)\/elb\/(.+)$/.exec(path) ?? [];
  if (projectId === undefined) return undefined;
  const [, jobId] = /^jobs\/([^/]+)$/.exec(rest) ?? [];
  if (jobId !== undefined) return { name: 'ShowJob', projectId, jobId };
  return isList(rest) ? { name: LISTS[rest], projectId } : undefined;
}

function isList(path: string): path is keyof typeof LISTS {
  return Object.hasOwn(LISTS, path);
}
