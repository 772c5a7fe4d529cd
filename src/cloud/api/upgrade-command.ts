/**
 * Command lines that end the wait of an upgraded load balancer. They are texts to copy, without secrets; the extension itself
 * never sends such a request.
 */
import { isJobId } from '../../base/id-patterns';
import type { EndpointOrigin } from '../places/endpoint';
import { regionOfEndpoint } from '../places/regions';

/** `curl` is for bash and similar shells; the other two are for Windows. */
export type CommandTool = 'KooCLI' | 'curl' | 'curl-powershell' | 'curl-cmd';

export interface UpgradeTarget {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
  readonly loadBalancerId: string;
}

/** The variable of the shell that holds an IAM token. */
export const TOKEN_VARIABLE = 'TOKEN';

/** No character in it has a meaning for a shell. */
const PLAIN_ORIGIN = /^https?:\/\/[A-Za-z0-9_.-]{1,253}(?::\d{1,5})?$/;

/** Whether endpoint and ids can be in a command line without quoting. A service could return any text as an id. */
export function isSafeTarget({ endpoint, projectId, loadBalancerId }: UpgradeTarget): boolean {
  return PLAIN_ORIGIN.test(endpoint) && [projectId, loadBalancerId].every((id) => isJobId(id) && !id.startsWith('-'));
}

/**
 * @param target must be safe: see `isSafeTarget`
 * @param action the service's own word
 * @returns undefined if the tool needs the region, and the endpoint is of none
 */
export function upgradeCommand(
  tool: CommandTool,
  action: 'complete' | 'rollback',
  target: UpgradeTarget,
): string | undefined {
  if (!isSafeTarget(target)) throw new Error('An id or the endpoint of a command line has unexpected characters.');
  const { endpoint, projectId, loadBalancerId } = target;
  const region = regionOfEndpoint(endpoint);
  const url = `${endpoint}/v3/${projectId}/elb/loadbalancers/${loadBalancerId}/upgrade`;
  const body = `{"action":"${action}"}`;
  switch (tool) {
    case 'KooCLI':
      return region === undefined
        ? undefined
        : `hcloud ELB UpgradeLoadbalancer --cli-region=${region} --project_id=${projectId} --loadbalancer_id=${loadBalancerId} --action=${action}`;
    case 'curl':
      return `curl -X POST '${url}' -H 'Content-Type: application/json' -H "X-Auth-Token: $${TOKEN_VARIABLE}" -d '${body}'`;
    case 'curl-powershell':
      // As standard input: versions of PowerShell differ in how they pass double quotes to a program.
      return `'${body}' | curl.exe -X POST '${url}' -H 'Content-Type: application/json' -H "X-Auth-Token: $env:${TOKEN_VARIABLE}" --data-binary '@-'`;
    case 'curl-cmd':
      return `curl -X POST "${url}" -H "Content-Type: application/json" -H "X-Auth-Token: %${TOKEN_VARIABLE}%" -d "${body.replaceAll('"', '\\"')}"`;
  }
}

/** @returns the tools for a platform, as Node.js names it */
export function commandTools(platform: NodeJS.Platform): readonly CommandTool[] {
  return platform === 'win32' ? ['KooCLI', 'curl-powershell', 'curl-cmd', 'curl'] : ['KooCLI', 'curl'];
}
