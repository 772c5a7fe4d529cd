/** The lists of what jobs work on: load balancers, listeners, the recycle bin and quotas, each with its permission. */
import type { Caller } from '../gateway/gateway';
import type { Action, Permissions } from '../gateway/permissions';
import { formatJobTime } from '../jobs/job-script';
import type { SimulatedQuotas } from '../resources/simulated-quotas';
import type { SimulatedResource, SimulatedResources } from '../resources/simulated-resources';
import { invalidValue, pageAt, PAGING_PARAMETERS, type QueryValues, readPaging, readQuery } from './list-query';
import type { ResourceListName } from './routes';

/** Of one parameter. */
const MAX_VALUES = 100;

const COMMON_FILTERS = ['id', 'name', 'description', 'enterprise_project_id'];
const LOAD_BALANCER_FILTERS = [...COMMON_FILTERS, 'operating_status', 'guaranteed', 'vip_address', 'ip_version'];

/**
 * The documented filters of fields that the items have here. Each may be repeated: an item matches if its field has one of the
 * values.
 */
const FILTERS: Readonly<Record<Exclude<ResourceListName, 'ListQuotaDetails'>, readonly string[]>> = {
  ListLoadBalancers: [...LOAD_BALANCER_FILTERS, 'admin_state_up', 'provisioning_status'],
  ListListeners: [...COMMON_FILTERS, 'admin_state_up', 'protocol', 'protocol_port'],
  ListRecycleBinLoadBalancers: LOAD_BALANCER_FILTERS,
};

const ACTION_OF: Readonly<Record<ResourceListName, Action>> = {
  ListLoadBalancers: 'elb:loadbalancers:list',
  ListListeners: 'elb:listeners:list',
  ListRecycleBinLoadBalancers: 'elb:loadbalancers:list',
  ListQuotaDetails: 'elb:quotas:list',
};

interface ResourceListsParts {
  readonly resources: SimulatedResources;
  readonly quotas: SimulatedQuotas;
  readonly permissions: Permissions;
}

export class ResourceLists {
  readonly #parts: ResourceListsParts;

  constructor(parts: ResourceListsParts) {
    this.#parts = parts;
  }

  /**
   * @returns the body of the response, without its request id
   * @throws Refusal 403 ELB.9802 without the permission, 400 ELB.8902 for a query that the documentation does not allow
   */
  list(name: ResourceListName, projectId: string, query: string, caller: Caller): object {
    this.#parts.permissions.check(ACTION_OF[name], caller);
    if (name === 'ListQuotaDetails') return this.#quotas(query);
    const values = readQuery(query, PAGING_PARAMETERS, FILTERS[name]);
    checkCounts(values);
    const paging = readPaging(values);
    const ids = values.get('id');
    const items = this.#itemsOf(name, projectId, ids && new Set(ids)).filter((item) => matches(item, values));
    const { page, pageInfo } = pageAt(items, ({ id }) => id, paging);
    return { [name === 'ListListeners' ? 'listeners' : 'loadbalancers']: page, page_info: pageInfo };
  }

  #itemsOf(name: keyof typeof FILTERS, projectId: string, ids: ReadonlySet<string> | undefined) {
    const { resources } = this.#parts;
    switch (name) {
      case 'ListLoadBalancers':
        return resources.list(projectId, 'loadbalancer', ids).map(loadBalancerOf);
      case 'ListListeners':
        return resources.list(projectId, 'listener', ids).map(listenerOf);
      case 'ListRecycleBinLoadBalancers':
        return resources.recycleBin(projectId, ids).map(loadBalancerOf);
    }
  }

  #quotas(query: string): object {
    const values = readQuery(query, [], ['quota_key']);
    checkCounts(values);
    const keys = values.get('quota_key');
    const quotas = this.#parts.quotas
      .list()
      .filter(({ key }) => keys === undefined || keys.includes(key))
      .map(({ key, limit, used, unit }) => ({ quota_key: key, quota_limit: limit, used, unit }));
    return { quotas };
  }
}

function checkCounts(values: QueryValues): void {
  for (const [name, { length }] of values) {
    if (length > MAX_VALUES) throw invalidValue(name, `${length} values`, `are more than ${MAX_VALUES}`);
  }
}

function matches(item: Readonly<Record<string, unknown>>, values: QueryValues): boolean {
  return Object.entries(item).every(([name, field]) => values.get(name)?.includes(String(field)) ?? true);
}

/** The service's LoadBalancer, without fields that are empty here. Source: ListLoadBalancers in the API reference of ELB. */
function loadBalancerOf(resource: SimulatedResource) {
  return {
    ...commonOf(resource),
    provisioning_status: resource.provisioningStatus,
    operating_status: resource.operatingStatus,
    provider: 'vlb',
    guaranteed: true,
    ip_version: 4,
    vip_address: resource.vipAddress ?? '',
    listeners: [],
    pools: [],
    tags: [],
  };
}

/** The service's Listener, likewise. It has no states. */
function listenerOf(resource: SimulatedResource) {
  const { protocol, port, loadBalancerIds = [] } = resource.listens ?? {};
  return {
    ...commonOf(resource),
    protocol,
    protocol_port: port,
    loadbalancers: loadBalancerIds.map((id) => ({ id })),
    tags: [],
  };
}

function commonOf({ id, name, projectId, createdAt }: SimulatedResource) {
  const time = formatJobTime(createdAt);
  return {
    id,
    name,
    description: '',
    project_id: projectId,
    enterprise_project_id: '0',
    admin_state_up: true,
    created_at: time,
    updated_at: time,
  };
}
