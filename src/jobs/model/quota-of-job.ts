/** Which quotas were used up when a job failed, by the keys of the service's quota API. */
import type { Job, JobEntity, JobFields, SubJob } from '../../cloud/api/job';

/** A job or a sub-job. */
export type JobPart = JobFields & {
  readonly subJobs?: Job['subJobs'];
  readonly entities?: readonly JobEntity[];
};

/** Error codes of an exceeded quota, as the service documents them for its current APIs. */
const QUOTA_CODES: ReadonlySet<string | undefined> = new Set(['ELB.8905', 'ELB.9807']);

/** Of one resource that contains others, e.g. `listeners_per_loadbalancer`: the use of such a quota is not known. */
const PART_QUOTAS = [
  'listeners_per_loadbalancer',
  'listeners_per_pool',
  'members_per_pool',
  'condition_per_policy',
  'ipgroup_bindings',
  'ipgroup_max_length',
  'ipgroups_per_listener',
  'pools_per_l7policy',
  'l7policies_per_listener',
  'free_instance_members_per_pool',
  'free_instance_listeners_per_loadbalancer',
];

/** By quota, the names of its resource in error messages, job types and entities. No name has a group. */
const RESOURCE_NAMES: readonly (readonly [string, string])[] = [
  ['healthmonitor', 'health[-_ ]?(?:monitor|check)s?|健康检查'],
  ['l7policy', '(?:l7|forwarding)[-_ ]?polic(?:y|ies)|转发策略'],
  ['security_policy', 'security[-_ ]?polic(?:y|ies)|安全策略'],
  ['ipgroup', 'ip[-_ ]?(?:address[-_ ]?)?groups?|ip\\s?地址组'],
  ['certificate', 'certificates?|证书'],
  ['pool', '(?:backend[-_ ]?)?server[-_ ]?groups?|pools?|(?:后端)?服务器组'],
  ['member', 'members?|backend[-_ ]?servers?|后端服务器'],
  ['listener', 'listeners?|监听器'],
  ['loadbalancer', 'load[-_ ]?balancers?|负载均衡器?'],
];
const ANY_NAME = RESOURCE_NAMES.map(([, names]) => names).join('|');

/** Brackets, quotes and blanks around a name. */
const GAP = String.raw`[\s"'“”[\]():：（）]{0,8}`;
/** From the surest place of a resource's name in a message to the least sure: `resources: X`, `X quota`, `quota of X`, any. */
const PLACES = [
  `(?:resources?|资源)${GAP}(${ANY_NAME})`,
  `(${ANY_NAME})${GAP}(?:的|数量?)?(?:quota|配额)`,
  String.raw`quotas?\s(?:of|for|on)\s(?:the\s)?(${ANY_NAME})`,
  String.raw`(${ANY_NAME})`,
].map((source) => new RegExp(source, 'i'));

/** Characters of a message that are searched. */
const MAX_SEARCHED_LENGTH = 1000;
const DEFAULT_KEY = 'loadbalancer';

/** Whether a quota of one containing resource: its limit applies to each, and its use is not known. */
export function isPartQuota(key: string): boolean {
  return PART_QUOTAS.includes(key);
}

/** @returns the parts of a job that failed because a quota was used up: the job itself and its sub-jobs, in this order */
export function failedForQuota(job: Job): readonly JobPart[] {
  const parts: JobPart[] = isQuotaError(job) ? [job] : [];
  // Spares the decoding of a job at rest.
  if (job.subJobs.mayContain?.('elb.') === false) return parts;
  return [...parts, ...job.subJobs.filter(isQuotaError)];
}

export function isQuotaError({ errorCode }: JobFields): boolean {
  return QUOTA_CODES.has(errorCode?.trim().toUpperCase());
}

/** @returns the quotas that these parts of a job exceeded, each once */
export function quotaKeysOf(job: Job): readonly string[] {
  return [...new Set(failedForQuota(job).map((part) => quotaKeyOf(part)))];
}

/**
 * @returns the quota that a part of a job exceeded: the one that its message names, else that of the resource which its
 * type or its entities name, else the quota of load balancers. A job without such a message has the quota of its first
 * sub-job that exceeded one.
 */
export function quotaKeyOf(part: JobPart, message = part.errorMessage): string {
  const subJob: SubJob | undefined = part.subJobs?.find(isQuotaError);
  return (
    quotaNamedIn(message) ??
    (subJob === undefined ? undefined : quotaKeyOf(subJob)) ??
    keyIn(part.jobType ?? '') ??
    keyOfEntities(part.entities ?? []) ??
    DEFAULT_KEY
  );
}

/** @returns undefined if the message names none */
export function quotaNamedIn(message: string | undefined): string | undefined {
  const searched = (message ?? '').slice(0, MAX_SEARCHED_LENGTH);
  const lower = searched.toLowerCase();
  // Longer keys contain shorter ones.
  const named = PART_QUOTAS.filter((key) => lower.includes(key)).sort((a, b) => b.length - a.length)[0];
  if (named !== undefined) return named;
  for (const place of PLACES) {
    const [, name] = place.exec(searched) ?? [];
    if (name !== undefined) return keyIn(name);
  }
  return undefined;
}

/** A listener's sub-job may list its load balancer too. */
function keyOfEntities(entities: readonly JobEntity[]): string | undefined {
  const keys = entities.flatMap(({ resourceType = '' }) => keyIn(resourceType) ?? []);
  return keys.find((key) => key !== DEFAULT_KEY) ?? keys[0];
}

function keyIn(text: string): string | undefined {
  return RESOURCE_NAMES.find(([, names]) => new RegExp(names, 'i').test(text))?.[0];
}
