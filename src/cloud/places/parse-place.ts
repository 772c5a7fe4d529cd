/** Reads where a person's load balancers are from what they paste: a region, an endpoint, or a URL that names one. */
import { isProjectId, isJobId } from '../../base/id-patterns';
import { type EndpointOrigin, type EndpointProblem, parseEndpoint } from './endpoint';
import { elbEndpointOfRegion, isRegion, regionOfEndpoint } from './regions';

export interface Place {
  readonly endpoint: EndpointOrigin;
  /** Missing where the endpoint is not known to be of a region. */
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  readonly jobId?: string | undefined;
}

/** `no-region`: a page of Huawei Cloud's website, which is no endpoint, and names no region. */
export type PlaceProblem = EndpointProblem | 'no-region';

export type PlaceReading =
  { readonly ok: true; readonly place: Place } | { readonly ok: false; readonly problem: PlaceProblem };

/** What is proposed here may come from anywhere: a person confirms it before anything is sent there. */
export function parsePlace(text: string): PlaceReading {
  const trimmed = text.trim();
  const region = regionIn(trimmed);
  if (region !== undefined) return placeOfRegion(region);
  if (/\s/.test(trimmed)) return { ok: false, problem: 'not-a-url' };

  const [, start = '', rest = ''] = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*)(.*)$/i.exec(trimmed) ?? [];
  const parsed = parseEndpoint(start);
  if (!parsed.ok) return parsed;
  // After its origin, nothing in a URL can name another host.
  const url = new URL(`${parsed.origin}${rest}`);
  if (isWebsite(url.hostname)) return placeOfPage(url);
  const ids = idsIn(url);
  if (ids === undefined) return { ok: false, problem: 'has-path' };
  return { ok: true, place: { endpoint: parsed.origin, region: regionOfEndpoint(parsed.origin), ...ids } };
}

/** The console and its like; the services' own domain is myhuaweicloud. A host may end in a dot. */
function isWebsite(host: string): boolean {
  return /(?:^|\.)huaweicloud\.com\.?$/.test(host);
}

/** The console keeps the region in the query, or in that of its fragment. */
function placeOfPage({ search, hash }: URL): PlaceReading {
  const [, query = ''] = /\?(.*)$/.exec(hash) ?? [];
  const region = [search, query]
    .flatMap((each) => new URLSearchParams(each).getAll('region'))
    .map(regionIn)
    .find((id) => id !== undefined);
  return region === undefined ? { ok: false, problem: 'no-region' } : placeOfRegion(region);
}

/** None for an endpoint alone; undefined for a path that is none of ELB's API. */
function idsIn({ pathname, search, hash }: URL): Pick<Place, 'projectId' | 'jobId'> | undefined {
  if (pathname === '/') return search === '' && hash === '' ? {} : undefined;
  const [isApi, projectId = '', jobId = ''] = /^\/v3\/([^/]+)\/elb(?:\/jobs\/([^/]+)\/?|\/.*)?$/.exec(pathname) ?? [];
  if (isApi === undefined) return undefined;
  // Documentation has placeholders where the ids are.
  return {
    projectId: isProjectId(projectId) ? projectId : undefined,
    jobId: isJobId(jobId) ? jobId : undefined,
  };
}

function placeOfRegion(region: string): PlaceReading {
  return { ok: true, place: { endpoint: elbEndpointOfRegion(region), region } };
}

function regionIn(text: string): string | undefined {
  const region = text.toLowerCase();
  return isRegion(region) ? region : undefined;
}
