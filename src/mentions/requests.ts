/** The requests that a text names, in order: their hosts, projects and services, which its answers do not repeat. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { parseEndpoint } from '../cloud/places/endpoint';
import { serviceOfHost } from './names/services';
import { charactersOf } from './text/text-patterns';

/** The place of a request, which a line of its head may complete. */
export interface RequestPlace {
  endpoint: EndpointOrigin | undefined;
  readonly projectId: string | undefined;
}

/** In characters. */
const MAX_ORIGIN_DISTANCE = 400;
/** In characters; a longer one is cut. */
const MAX_SCHEME_LENGTH = 21;
/** For each ASCII character, whether it ends the URL that a path belongs to, on its left. */
const BEFORE_URL = charactersOf(/[\s"'`<>(]/);

/** Finds the hosts before the paths of a text. Call it for one path after the other. */
export class Origins {
  private lastAt = 0;
  private lastStart = 0;

  constructor(private readonly text: string) {}

  /** @returns the host of the URL or the request whose path begins at a position, with its scheme if the text has it. */
  before(at: number): string {
    return originIn(this.text.slice(this.startOfUrl(at), at));
  }

  /** No character is read twice: a URL without an end may have thousands of paths. */
  private startOfUrl(at: number): number {
    const first = Math.max(0, at - MAX_ORIGIN_DISTANCE);
    const known = Math.max(first, this.lastAt);
    let start = at;
    while (start > known && !endsUrl(this.text, start - 1)) start -= 1;
    if (start === this.lastAt) start = Math.max(first, this.lastStart);
    this.lastAt = at;
    this.lastStart = start;
    return start;
  }
}

function originIn(url: string): string {
  const scheme = url.lastIndexOf('://');
  if (scheme !== -1) {
    const before = url.slice(Math.max(0, scheme - MAX_SCHEME_LENGTH), scheme);
    const [name = ''] = /https?$/i.exec(before) ?? /[a-z][a-z0-9+.-]*$/i.exec(before) ?? [];
    return `${name}${firstPart(url, scheme + 3)}`;
  }
  if (url.startsWith('//')) return `//${firstPart(url, 2).slice(3)}`;
  const host = firstPart(url, 0)
    .slice(3)
    .replace(/^.*[=,;]/, '');
  return isHost(host) ? host : '';
}

function endsUrl(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? BEFORE_URL[code] === true : /\s/.test(text.charAt(at));
}

/** @returns `://` and the text up to the next slash. */
function firstPart(url: string, start: number): string {
  const end = url.slice(start).search(/[/\\?#]/);
  return `://${end === -1 ? url.slice(start) : url.slice(start, start + end)}`;
}

/** Whether a text without a scheme is a host rather than a folder. */
function isHost(text: string): boolean {
  return /^(?:[^\s:@]*(?::[^\s@]*)?@)?[\p{L}\p{N}_-]+(?:[.。][\p{L}\p{N}_-]+)+\.?(?::\d{1,5})?$/u.test(text);
}

/**
 * @param origin a host, perhaps with a scheme
 * @returns the endpoint; a host that cannot be an endpoint, too: else the job would be taken for one at another endpoint.
 */
export function endpointOf(origin: string): EndpointOrigin | undefined {
  const host = withoutUserInfo(origin.replace(/^:?\/\//, 'https://'));
  // Documentation has placeholders.
  if (/[{}<>$%*]/.test(host) || !/[\p{L}\p{N}\]]/u.test(host.replace(/^.*\/\//, ''))) return undefined;
  const parsed = parseEndpoint(host);
  if (parsed.ok) return parsed.origin;
  const withScheme = host.includes('//') ? undefined : parseEndpoint(`https://${host}`);
  return withScheme?.ok === true ? withScheme.origin : host;
}

/** @returns the origin in lower case, without user and password: they must not be shown. */
function withoutUserInfo(origin: string): string {
  return origin.toLowerCase().replace(/^(.*\/\/)?.*@/, '$1');
}

export class Requests {
  readonly endpoints = new Set<EndpointOrigin>();
  readonly projects = new Set<string>();
  /** Of the latest request; undefined before the first. */
  service: string | undefined;
  private lastHost: EndpointOrigin | undefined;
  /** The latest request without a host, while the lines of its head follow. */
  private open: { readonly place: RequestPlace; readonly isAfterHost: boolean } | undefined;
  /** Called with the host of the latest request to another API, which its path lacks. */
  private onHost: ((host: string) => void) | undefined;
  /** The place of the requests since the last answer; `several` if they differ. */
  private unanswered: RequestPlace | 'several' | undefined;
  private isAnswered = false;
  private lastHostLine = -2;

  /** Notes a host outside of the path of a request, e.g. in a line about the connection. */
  readHost(host: string, isElb: boolean): void {
    const endpoint = endpointOf(host);
    if (endpoint === undefined) return;
    if (isElb) this.endpoints.add(endpoint);
    this.lastHost = isElb ? endpoint : undefined;
    this.service = isElb ? 'elb' : serviceOfHost(host);
  }

  /** Notes a `Host` line: of the request whose head it is in, or of the next one. */
  readHostLine(host: string, line: number): void {
    const endpoint = endpointOf(host);
    if (endpoint === undefined) return;
    this.service = serviceOfHost(host) ?? this.service;
    this.onHost?.(host);
    this.onHost = undefined;
    if (this.open !== undefined && !this.open.isAfterHost) {
      this.open.place.endpoint ??= endpoint;
      this.open = undefined;
    }
    if (this.service === undefined || this.service === 'elb') this.endpoints.add(endpoint);
    this.lastHost = endpoint;
    this.lastHostLine = line;
  }

  /** The head of a request ends at an empty line. */
  endHead(): void {
    this.open = undefined;
    this.onHost = undefined;
  }

  /** Notes a request to another API, whose host is not known. */
  awaitHost(onHost: (host: string) => void): void {
    this.onHost = onHost;
  }

  /** Notes a request to ELB. */
  readRequest(endpoint: EndpointOrigin | undefined, projectId: string | undefined, line: number): RequestPlace {
    this.service = 'elb';
    if (projectId !== undefined) this.projects.add(projectId);
    if (endpoint !== undefined) this.endpoints.add(endpoint);
    const isAfterHost = this.lastHost !== undefined && line - this.lastHostLine === 1;
    const place: RequestPlace = { endpoint: endpoint ?? (isAfterHost ? this.lastHost : undefined), projectId };
    this.lateHosts.push({ place, before: this.lastHost });
    this.open = place.endpoint === undefined ? { place, isAfterHost } : undefined;
    if (endpoint !== undefined) this.lastHost = endpoint;
    if (this.isAnswered) this.unanswered = undefined;
    this.isAnswered = false;
    this.unanswered = this.unanswered === undefined || isSame(this.unanswered, place) ? place : 'several';
    return place;
  }

  private readonly lateHosts: { readonly place: RequestPlace; readonly before: EndpointOrigin | undefined }[] = [];

  /** Notes an answer. @returns the place of the request that it must belong to. */
  readAnswer(): RequestPlace | undefined {
    this.isAnswered = true;
    return this.unanswered === 'several' ? undefined : this.unanswered;
  }

  /** Gives the requests whose head has no host the last host before them. */
  end(): void {
    for (const { place, before } of this.lateHosts) place.endpoint ??= before;
  }
}

function isSame(first: RequestPlace | 'several', second: RequestPlace): boolean {
  return first !== 'several' && first.endpoint === second.endpoint && first.projectId === second.projectId;
}
