/** Parses what people paste to say where their load balancers are: a region, an endpoint, or a URL with either. */
import { isProjectId, isJobId } from '../../base/id-patterns';
import { MAX_PLACE_LENGTH } from '../../base/limits';
import { type EndpointOrigin, type EndpointProblem, parseEndpoint } from './endpoint';
import { elbEndpointOfRegion, isRegion, regionOfEndpoint } from './regions';

export interface Place {
  readonly endpoint: EndpointOrigin;
  /** Missing if the endpoint is not known to belong to a region. */
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  readonly jobId?: string | undefined;
}

/** `no-region`: a page of Huawei Cloud's website (not an endpoint) whose URL has no region. */
export type PlaceProblem = EndpointProblem | 'no-region';

type PlaceReading =
  { readonly ok: true; readonly place: Place } | { readonly ok: false; readonly problem: PlaceProblem };

/** Parses a text that may be untrusted: a person confirms the place before a request is sent there. */
export function parsePlace(text: string): PlaceReading {
  const trimmed = text.trim();
  if (trimmed.length > MAX_PLACE_LENGTH) return { ok: false, problem: 'not-a-url' };
  const region = regionIn(trimmed);
  if (region !== undefined) return placeOfRegion(region);
  if (/\s/.test(trimmed)) return { ok: false, problem: 'not-a-url' };

  const [, start = '', rest = ''] = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*)(.*)$/i.exec(trimmed) ?? [];
  const parsed = parseEndpoint(start);
  if (!parsed.ok) return parsed;
  // The rest of a URL, after its origin, cannot change the host.
  const url = new URL(`${parsed.origin}${rest}`);
  if (isWebsite(url.hostname)) return placeOfPage(url);
  const ids = idsIn(url);
  if (ids === undefined) return { ok: false, problem: 'has-path' };
  return { ok: true, place: { endpoint: parsed.origin, region: regionOfEndpoint(parsed.origin), ...ids } };
}

/** Whether a host is the console's or another website's; services use the domain myhuaweicloud. It may end in a dot. */
function isWebsite(host: string): boolean {
  return /(?:^|\.)huaweicloud\.com\.?$/.test(host);
}

/** Reads the region that a console URL has in its query or in its fragment's query. */
function placeOfPage({ search, hash }: URL): PlaceReading {
  const [, query = ''] = /\?(.*)$/.exec(hash) ?? [];
  const region = [search, query]
    .flatMap((each) => new URLSearchParams(each).getAll('region'))
    .map(regionIn)
    .find((id) => id !== undefined);
  return region === undefined ? { ok: false, problem: 'no-region' } : placeOfRegion(region);
}

/** @returns the ids in the path, none for a bare endpoint; undefined for a path outside of ELB's API. */
function idsIn({ pathname, search, hash }: URL): Pick<Place, 'projectId' | 'jobId'> | undefined {
  if (pathname === '/') return search === '' && hash === '' ? {} : undefined;
  const [isApi, projectId = '', jobId = ''] = /^\/v3\/([^/]+)\/elb(?:\/jobs\/([^/]+)\/?|\/.*)?$/.exec(pathname) ?? [];
  if (isApi === undefined) return undefined;
  // Documentation has placeholders in place of ids.
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
