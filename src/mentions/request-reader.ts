/** Reads the paths, hosts and commands of requests, and the jobs in paths. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { elbEndpointOfRegion, REGIONS } from '../cloud/places/regions';
import type { Blocks } from './blocks';
import type { JobDraft, JobDrafts } from './job-drafts';
import { endpointOf, Origins, type Requests } from './requests';
import { serviceOfHost, serviceOfWord } from './names/services';
import {
  CLASSIC_PATH,
  isCutId,
  isDistortedUuid,
  isLikeJobId,
  matchAt,
  OTHER_JOB_PATH,
  PATH,
  projectIdIn,
  valueAfter,
} from './text/text-patterns';

const REGION_IDS: ReadonlySet<string> = new Set(REGIONS.map(({ id }) => id));

interface PathReading {
  /** The position to continue at. */
  readonly end: number;
  /** The job in the path. */
  readonly job?: JobDraft;
  readonly isTooMany?: boolean;
}

export class RequestReader {
  private readonly origins: Origins;

  constructor(
    private readonly text: string,
    private readonly requests: Requests,
    private readonly drafts: JobDrafts,
    private readonly blocks: Blocks,
  ) {
    this.origins = new Origins(text);
  }

  /** @param line the number of the line */
  readSlash(at: number, line: number): PathReading {
    const { text } = this;
    // Some URLs have two slashes.
    const first = text.charAt(at + 1) === '/' ? at + (text.charAt(at + 2) === '/' ? 3 : 2) : at + 1;
    if (text.charAt(first) !== 'v' && text.charAt(first) !== 'V') return { end: at + 1 };
    const path = matchAt(PATH, text, at);
    if (path !== undefined) return { ...this.readPath(path, at, line), end: at + path.length };
    OTHER_JOB_PATH.lastIndex = at;
    const [other = '', version = '', jobId = ''] = OTHER_JOB_PATH.exec(text) ?? [];
    const isClassic = version === 'v1.0' || matchAt(CLASSIC_PATH, text, at) !== undefined;
    if (other === '') {
      if (isClassic) this.requests.service = 'classic';
      return { end: at + 1 };
    }
    const service = serviceOfHost(hostOf(this.origins.before(at)));
    const known = service ?? (isClassic ? 'elb' : undefined);
    this.requests.service = known === 'elb' ? 'classic' : (known ?? this.requests.service);
    if (isLikeJobId(jobId)) {
      const start = at + other.length - jobId.length;
      const appearsAs = known === 'elb' ? 'classic-job' : 'other-service-job';
      const draft = this.drafts.addOther(jobId, start, appearsAs, known === 'elb' ? undefined : service);
      if (known === undefined && draft.other?.service === undefined) {
        this.requests.awaitHost((host) => {
          const late = serviceOfHost(host);
          if (late !== undefined) draft.other = otherJobOf(late);
        });
      }
    }
    return { end: at + other.length };
  }

  private readPath(path: string, at: number, line: number): Omit<PathReading, 'end'> {
    const { text, requests } = this;
    const [, project = '', , , jobId] = path.split('/').filter((part) => part !== '');
    const origin = this.origins.before(at);
    const endpoint = origin === '' ? undefined : endpointOf(origin);
    const projectId = projectIdIn(project);
    const place = requests.readRequest(endpoint, projectId, line);
    // Documentation has words in place of ids.
    if (jobId === undefined || !/\d/.test(jobId)) return {};
    const start = at + path.length - jobId.length;
    if (isCutId(text, start, jobId)) {
      this.drafts.addOther(jobId, start, 'incomplete');
      return {};
    }
    const draft = this.drafts.addJob(jobId, start, 'path');
    if (draft === undefined) return { isTooMany: true };
    draft.paths.push(place);
    if (projectId !== undefined) draft.projectId ??= projectId;
    // A project that cannot be read is not any other project.
    else if (project.length >= 16 && /\d/.test(project)) draft.other ??= { appearsAs: 'job' };
    if (isDistortedUuid(jobId)) draft.other ??= { appearsAs: 'job' };
    this.blocks.locate(draft, start);
    return { job: draft };
  }

  /** Reads the service that a command of KooCLI is for. */
  readCommand(end: number): void {
    const [, service = ''] = /^ ([A-Za-z]{2,20}) [A-Z]/.exec(this.text.slice(end, end + 24)) ?? [];
    this.requests.service = serviceOfWord(service) ?? this.requests.service;
  }

  readCliRegion(end: number): void {
    const value = valueAfter(this.text, end)?.value;
    // A host counts more than a region.
    if (lineAround(this.text, end).includes('--cli-endpoint')) return;
    // Other clouds have regions, too.
    if (value !== undefined && REGION_IDS.has(value)) this.requests.endpoints.add(elbEndpointOfRegion(value));
  }

  readHostLine(end: number, line: number): void {
    const [, host] = /^["']?\s?[:=]\s?["']?([\w.-]{4,260}(?::\d{1,5})?)/.exec(this.text.slice(end, end + 270)) ?? [];
    if (host?.includes('.') === true) this.requests.readHostLine(host.toLowerCase(), line);
  }

  readHost(word: string, start: number, end: number): void {
    const { text } = this;
    const host = word.toLowerCase().replace(/\.$/, '');
    const service = serviceOfHost(host);
    const port = matchAt(/:\d{1,5}(?!\d)/y, text, end) ?? '';
    const isOfPath = text.charAt(end + port.length) === '/' && text.charAt(start - 1) === '/';
    if (service === undefined) return;
    // The path of a request reads its host itself, with its scheme.
    if (service !== 'elb') this.requests.readHost(host, false);
    else if (!isOfPath) this.requests.readHost(host, true);
    else if (!/^\S{0,200}?\/v[13]/i.test(text.slice(end, end + 210))) this.requests.readHost(`${host}${port}`, true);
  }
}

function otherJobOf(service: string): NonNullable<JobDraft['other']> {
  return service === 'elb' ? { appearsAs: 'classic-job' } : { appearsAs: 'other-service-job', service };
}

/** @returns at most 400 characters of a line before and after a position. */
function lineAround(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 400), at).replace(/^[^]*\n/, '');
  return `${before}${text.slice(at, at + 400).replace(/\n[^]*$/, '')}`;
}

/** @returns the host of an origin, without its scheme and port. */
function hostOf(origin: EndpointOrigin): string {
  return origin.toLowerCase().replace(/^(?:.*\/\/)?(?:.*@)?/, '');
}
