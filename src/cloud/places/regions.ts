/** The regions of Huawei Cloud that have ELB, and the endpoints of ELB and IAM in each. */
import type { EndpointOrigin } from './endpoint';

export interface Region {
  readonly id: string;
  /** The official names; missing if none is published. */
  readonly names?: { readonly zh: string; readonly en: string };
  /** Whether IAM has an endpoint in the region; the global endpoint serves the others. */
  readonly hasIam: boolean;
}

const region = (id: string, zh?: string, en?: string, hasIam = true): Region =>
  zh === undefined || en === undefined ? { id, hasIam } : { id, names: { zh, en }, hasIam };

/** Source: the region lists of the official SDKs, and "Regions and Endpoints" for the names. */
export const REGIONS: readonly Region[] = [
  region('cn-north-1', '华北-北京一', 'CN North-Beijing1'),
  region('cn-north-2', '华北-北京二', 'CN North-Beijing2'),
  region('cn-north-4', '华北-北京四', 'CN North-Beijing4'),
  region('cn-north-9', '华北-乌兰察布一', 'CN North-Ulanqab1'),
  region('cn-north-12', '华北三', 'CN North3'),
  region('cn-east-2', '华东-上海二', 'CN East-Shanghai2'),
  region('cn-east-3', '华东-上海一', 'CN East-Shanghai1'),
  region('cn-east-4', '华东二', 'CN East2'),
  region('cn-east-5', '华东-青岛', 'CN East-Qingdao'),
  region('cn-south-1', '华南-广州', 'CN South-Guangzhou'),
  region('cn-south-2', '华南-深圳', 'CN South-Shenzhen'),
  region('cn-south-4', '华南-广州-友好用户环境', 'CN South-Guangzhou-InvitationOnly', false),
  region('cn-southwest-2', '西南-贵阳一', 'CN Southwest-Guiyang1'),
  region('ap-southeast-1', '中国-香港', 'CN-Hong Kong'),
  region('ap-southeast-2', '亚太-曼谷', 'AP-Bangkok'),
  region('ap-southeast-3', '亚太-新加坡', 'AP-Singapore'),
  region('ap-southeast-4', '亚太-雅加达', 'AP-Jakarta'),
  region('ap-southeast-5', '亚太-马尼拉', 'AP-Manila', false),
  region('my-kualalumpur-1', '亚太-吉隆坡-OP6', 'AP-Kuala Lumpur-OP6'),
  region('af-south-1', '非洲-约翰内斯堡', 'AF-Johannesburg'),
  region('af-north-1', '非洲-开罗', 'AF-Cairo', false),
  region('la-south-2', '拉美-圣地亚哥', 'LA-Santiago'),
  region('la-north-2', '拉美-墨西哥城二', 'LA-Mexico City2'),
  region('na-mexico-1', '拉美-墨西哥城一', 'LA-Mexico City1'),
  region('sa-brazil-1', '拉美-圣保罗一', 'LA-Sao Paulo1'),
  region('tr-west-1', '土耳其-伊斯坦布尔', 'TR-Istanbul'),
  region('me-east-1', '中东-利雅得', 'ME-Riyadh'),
  region('ae-ad-1', '中东-阿布扎比-OP5', 'ME-Abu Dhabi-OP5'),
  region('eu-west-0', '欧洲-巴黎', 'EU-Paris'),
  region('eu-west-101', '欧洲-都柏林', 'EU-Dublin'),
  region('ru-moscow-1'),
  region('ru-northwest-2', undefined, undefined, false),
];

/**
 * Whether a text has the format of a region id, e.g. `cn-north-4`; a new region may not be in the list above. As a part of
 * host names, it has at most 63 characters.
 */
export function isRegion(text: string): boolean {
  return /^(?=.{1,63}$)[a-z]{2,}(-[a-z0-9]+)+$/.test(text);
}

export function elbEndpointOfRegion(id: string): EndpointOrigin {
  return `https://elb.${id}.${domainOf(id)}`;
}

/** The inverse of `elbEndpointOfRegion`; undefined for an endpoint that is not known to belong to a region. */
export function regionOfEndpoint(endpoint: EndpointOrigin): string | undefined {
  // For the EU's own regions, the SDKs use the other domain than `domainOf`.
  const [, id] = /^https:\/\/elb\.([a-z0-9-]+)\.myhuaweicloud\.(?:com|eu)$/.exec(endpoint) ?? [];
  return id !== undefined && isRegion(id) ? id : undefined;
}

/** For a region that is not in the list, it is the global endpoint of its domain, as in the SDKs. */
export function iamEndpointOfRegion(id: string): EndpointOrigin {
  const isServed = REGIONS.some((known) => known.id === id && known.hasIam);
  return `https://iam.${isServed ? `${id}.` : ''}${domainOf(id)}`;
}

/** The EU's own regions have their own domain; eu-west-0 is not one of them. */
function domainOf(id: string): string {
  return id.startsWith('eu-west-1') ? 'myhuaweicloud.eu' : 'myhuaweicloud.com';
}
