/**
 * The clouds that keys are for, and the ELB endpoints in them. Partners of Huawei Cloud use its software, its kinds of host names
 * and some of its regions' names, but have their own keys.
 */
import { MAX_PLACE_LENGTH } from '../../base/limits';
import { type EndpointOrigin, parseEndpoint } from './endpoint';
import { elbEndpointOfRegion } from './regions';

export interface Cloud {
  /** E.g. `myhuaweicloud.com`. Missing if all that is known is that it is another cloud than Huawei Cloud. */
  readonly domain?: string | undefined;
}

/** The facts by which keys name their cloud, as they are written. */
interface CloudFacts {
  /** E.g. `HW_CLOUD`. */
  readonly domain?: string | undefined;
  /** URL of IAM. */
  readonly iam?: string | undefined;
  readonly region?: string | undefined;
}

const HUAWEI_CLOUD = 'myhuaweicloud.com';
const HUAWEI_CLOUD_EU = 'myhuaweicloud.eu';
const HOST = /^(?=.{1,200}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/;
/** The form of most regions, e.g. `eu-de` and `cn-north-4`. */
const REGION = /^[a-z]{2}-[a-z]+(?:-?\d+)?$/;

/**
 * Returns the cloud that keys are for; undefined if they do not say, which mostly means Huawei Cloud. If one fact names another
 * cloud, it counts: Huawei Cloud does not know that cloud's keys.
 */
export function cloudOf({ domain, iam, region }: CloudFacts): Cloud | undefined {
  const clouds = [
    ...(domain === undefined ? [] : [{ domain: domainOf(hostIn(domain)) }]),
    ...(iam === undefined ? [] : [{ domain: domainOfIam(hostIn(iam), region) }]),
  ];
  const others = clouds.filter((cloud) => !isHuaweiCloud(cloud));
  return others.find((cloud) => cloud.domain !== undefined) ?? others[0] ?? clouds[0];
}

export function isHuaweiCloud({ domain }: Cloud): boolean {
  return domain === HUAWEI_CLOUD || domain === HUAWEI_CLOUD_EU;
}

/** Returns the ELB endpoint of a region in the cloud of the keys; undefined if it cannot be known. */
export function elbEndpointIn(cloud: Cloud | undefined, region: string): EndpointOrigin | undefined {
  if (cloud === undefined || isHuaweiCloud(cloud)) {
    const endpoint = elbEndpointOfRegion(region);
    return mayBeIn(cloud, endpoint) ? endpoint : undefined;
  }
  const parsed = cloud.domain === undefined ? undefined : parseEndpoint(`https://elb.${region}.${cloud.domain}`);
  return parsed?.ok === true ? parsed.origin : undefined;
}

/** Whether an endpoint may belong to the cloud of the keys. The host of a proxy says nothing about it. */
export function mayBeIn(cloud: Cloud | undefined, endpoint: EndpointOrigin): boolean {
  if (cloud === undefined) return true;
  const host = new URL(endpoint).hostname;
  const domain = domainOfElb(host);
  if (domain === undefined || domain === cloud.domain) return true;
  if (cloud.domain !== undefined && host.endsWith(`.${cloud.domain}`)) return true;
  if (cloud.domain === undefined) return !isHuaweiCloud({ domain });
  // The SDKs and the documentation name hosts of both domains for the EU's own regions.
  return cloud.domain === HUAWEI_CLOUD && domain === HUAWEI_CLOUD_EU;
}

/** @returns the host in a URL, or in one without a scheme; undefined if there is none */
function hostIn(text: string): string | undefined {
  if (text.length > MAX_PLACE_LENGTH) return undefined;
  try {
    const { hostname } = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    const host = hostname.replace(/\.$/, '').toLowerCase();
    return HOST.test(host) ? host : undefined;
  } catch {
    return undefined;
  }
}

function domainOf(host: string | undefined): string | undefined {
  return [HUAWEI_CLOUD, HUAWEI_CLOUD_EU].find((domain) => host === domain || host?.endsWith(`.${domain}`)) ?? host;
}

/** Of e.g. `iam.eu-de.example.com`, or `iam-proxy.example.com`. */
function domainOfIam(host: string | undefined, region: string | undefined): string | undefined {
  const domain = domainOf(host);
  if (host === undefined || domain !== host) return domain;
  const [service = '', ...others] = host.split('.');
  return /^iam(?:-|$)/.test(service) ? withoutRegion(others, region) : undefined;
}

function domainOfElb(host: string): string | undefined {
  const domain = domainOf(host);
  if (domain !== host) return domain;
  const [service, ...others] = host.split('.');
  return service === 'elb' ? withoutRegion(others, undefined) : undefined;
}

/** @returns undefined if too few labels are left for a domain */
function withoutRegion(labels: readonly string[], region: string | undefined): string | undefined {
  const [first = ''] = labels;
  const rest = first === region || REGION.test(first) ? labels.slice(1) : labels;
  return rest.length < 2 ? undefined : rest.join('.');
}
