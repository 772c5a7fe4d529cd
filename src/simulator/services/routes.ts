/** The APIs of the simulated cloud, by method and path. */

export const ROUTE_NAMES = ['ShowJob', 'ListJobs', 'ListProjects', 'CreateToken', 'ShowToken'] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

export type Route =
  | { readonly name: 'ShowJob'; readonly projectId: string; readonly jobId: string }
  | { readonly name: 'ListJobs'; readonly projectId: string }
  | { readonly name: 'ListProjects' }
  | { readonly name: 'CreateToken' }
  | { readonly name: 'ShowToken' };

/** Returns undefined if the cloud has no such API, which differs from an unknown job. */
export function routeOf(method: string, path: string): Route | undefined {
  if (method === 'POST') return path === '/v3/auth/tokens' ? { name: 'CreateToken' } : undefined;
  if (method !== 'GET') return undefined;
  if (path === '/v3/projects') return { name: 'ListProjects' };
  if (path === '/v3/auth/tokens') return { name: 'ShowToken' };
  const [, projectId, jobId] = /^\/v3\/([^/]+)\/elb\/jobs(?:\/([^/]+))?$/.exec(path) ?? [];
  if (projectId === undefined) return undefined;
  return jobId === undefined ? { name: 'ListJobs', projectId } : { name: 'ShowJob', projectId, jobId };
}
