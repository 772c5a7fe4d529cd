/** Scans a text, well-formed or not, for the job ids that it names as such and for their endpoints and projects. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { parsePlace } from '../cloud/places/parse-place';
import { elbEndpointOfRegion, regionOfEndpoint, REGIONS } from '../cloud/places/regions';
import { isUuid } from '../base/id-patterns';
import { KnownRoles, mayHaveRole } from './name-roles';
import {
  type BlockRole,
  type Frame,
  type JobDraft,
  OpenBrackets,
  type Opener,
  type SkippedRole,
} from './open-brackets';
import {
  endOfIndent,
  endOfWord,
  isHost,
  isLikeJobId,
  isSign,
  isWordStart,
  JOB_WORD,
  listedIds,
  matchAt,
  OPENING,
  originBefore,
  PATH,
  PLURAL_IDS,
  projectIdIn,
  QUOTE,
  valueAfter,
  withoutEscapes,
  withoutUserInfo,
  YAML_BLOCK,
} from './text-patterns';

type FoundJob = Readonly<JobDraft>;

interface MentionScan {
  /** In order of appearance, each once. */
  readonly found: readonly FoundJob[];
  readonly hasSubJobs: boolean;
  /** Whether the text has more than `maxJobs` jobs. */
  readonly hasMore: boolean;
}

const REGION_IDS: ReadonlySet<string> = new Set(REGIONS.map(({ id }) => id));

export function scanForJobs(text: string, maxJobs: number): MentionScan {
  const scanner = new JobScanner(text, maxJobs);
  scanner.read();
  return scanner.result();
}

export class JobScanner {
  private at = 0;
  private readonly text: string;
  private hasSubJobs = false;
  private hasMore = false;
  private readonly drafts = new Map<string, JobDraft>();
  private readonly endpoints = new Set<EndpointOrigin>();
  private readonly projects = new Set<string>();
  private readonly roles = new KnownRoles();
  private readonly brackets = new OpenBrackets();
  private line: Frame = {};
  /** The position of the bracket after a name, and the role that the name gives it. */
  private announced: { readonly at: number; readonly role: BlockRole } | undefined;
  /** A YAML block; it ends at a line that begins no further right than its name. */
  private yamlBlock: { readonly column: number; readonly role: SkippedRole } | undefined;
  private lineStart = 0;
  /** The job in the last URL: ShowJob's response may follow. */
  private requestedJob: JobDraft | undefined;

  constructor(
    text: string,
    private readonly maxJobs: number,
  ) {
    this.text = withoutEscapes(text);
  }

  /** Reads on, to the end or for about `maxLength` characters. @returns whether there is nothing left to read. */
  read(maxLength = Infinity): boolean {
    const end = Math.min(this.text.length, this.at + maxLength);
    while (this.at < end && !this.hasMore) this.at = this.readToken(this.at);
    return this.hasMore || this.at >= this.text.length;
  }

  result(): MentionScan {
    return { found: this.found(), hasSubJobs: this.hasSubJobs, hasMore: this.hasMore };
  }

  /** @returns the position to continue at. A loop over characters is several times as fast as an expression for all. */
  private readToken(at: number): number {
    const { text } = this;
    if (isWordStart(text, at)) {
      const end = endOfWord(text, at + 1);
      return mayHaveRole(text, at, end) ? this.readWord(text.slice(at, end), at, end) : end;
    }
    if (!isSign(text, at)) return at + 1;
    const first = text.charAt(at);
    switch (first) {
      case '\n': {
        const end = endOfIndent(text, at + 1);
        this.startLine(at + 1, end);
        return end;
      }
      case '{':
      case '[':
        this.open(first, at);
        return at + 1;
      case '}':
      case ']':
        this.brackets.close(first === '}' ? '{' : '[');
        return at + 1;
      case '/': {
        const path = matchAt(PATH, text, at);
        if (path !== undefined) this.readPath(path, at);
        return at + (path?.length ?? 1);
      }
      default: {
        const word = matchAt(JOB_WORD, text, at);
        if (word !== undefined && first !== '子') this.readJobId(at + word.length, isUuid);
        return at + (word?.length ?? 1);
      }
    }
  }

  /** If the text has only one project or endpoint, it applies to all jobs. */
  private found(): readonly FoundJob[] {
    const [projectId] = this.projects;
    const [endpoint] = this.endpoints;
    const drafts = [...this.drafts.values()];
    if (this.projects.size > 1) return drafts;
    for (const draft of drafts) {
      draft.projectId ??= projectId;
      if (this.endpoints.size === 1) draft.endpoint ??= endpoint;
    }
    return drafts;
  }

  private startLine(start: number, contentStart: number): void {
    this.lineStart = start;
    const first = this.text.charAt(contentStart);
    // A line of a log begins with its time: a response that was cut off on the lines before has ended.
    if (contentStart === start && first >= '0' && first <= '9') {
      this.brackets.closeAll();
      this.yamlBlock = undefined;
    }
    if (this.yamlBlock !== undefined && /\S/.test(first) && contentStart - start <= this.yamlBlock.column) {
      this.yamlBlock = undefined;
    }
    this.line = {};
  }

  private open(opener: Opener, at: number): void {
    const role = this.announced?.at === at ? this.announced.role : undefined;
    this.brackets.open(opener, this.skippedRole() ?? role);
  }

  private readPath(path: string, at: number): void {
    const [, , project = '', , , jobId] = path.split('/');
    const projectId = projectIdIn(project);
    if (projectId !== undefined) this.projects.add(projectId);
    // Among several endpoints, a path without a job makes no difference.
    if (jobId === undefined && this.endpoints.size > 1) return;
    const endpoint = endpointIn(originBefore(this.text, at), path);
    if (endpoint !== undefined) this.endpoints.add(endpoint);
    // Documentation has words in place of ids.
    if (jobId !== undefined && /\d/.test(jobId)) this.requestedJob = this.add(jobId, endpoint, projectId);
  }

  /** @returns the position to continue at. */
  private readWord(word: string, start: number, end: number): number {
    const role = this.roles.of(word);
    switch (role) {
      case 'error-message':
        return this.endOfMessage(end);
      case 'sub-jobs':
      case 'member-check':
        this.skipBlock(role, start, end);
        break;
      case 'sub-job-id':
        this.readJobId(end, isLikeJobId, () => true);
        break;
      case 'job-id':
        this.readJobId(end, isLikeJobId);
        break;
      case 'job-ids':
        this.readJobIds(end);
        break;
      case 'job':
        this.readJob(start, end);
        break;
      case 'project-id':
        this.readProjectId(end);
        break;
      case 'region':
        this.readRegion(end);
        break;
      case 'elb-host':
        this.addHost(word);
        break;
      case 'request-id':
      case undefined:
    }
    return end;
  }

  private skipBlock(role: SkippedRole, start: number, end: number): void {
    if (this.announce(role, end) || this.yamlBlock !== undefined) return;
    if (matchAt(YAML_BLOCK, this.text, end) !== undefined) this.yamlBlock = { column: start - this.lineStart, role };
  }

  private announce(role: BlockRole, end: number): boolean {
    const opening = matchAt(OPENING, this.text, end);
    if (opening === undefined) return false;
    this.announced = { at: end + opening.length - 1, role };
    return true;
  }

  /** "job" before a bracket is the name of ShowJob's object; in prose, an id may follow. */
  private readJob(start: number, end: number): void {
    if (this.announce('job', end)) return;
    const plural = matchAt(PLURAL_IDS, this.text, end);
    if (plural !== undefined) this.readJobIds(end + plural.length);
    else this.readJobId(end, isUuid, () => /sub[ _-]$/i.test(this.text.slice(Math.max(0, start - 4), start)));
  }

  private readJobId(end: number, isId: (value: string) => boolean, isOfSubJob = () => false): void {
    const { value, isAssigned } = valueAfter(this.text, end);
    if (value === undefined || !(isAssigned ? isId : isUuid)(value)) return;
    const skipped = isOfSubJob() ? 'sub-jobs' : this.skippedRole();
    if (skipped !== undefined) {
      this.hasSubJobs ||= skipped === 'sub-jobs';
      return;
    }
    const { requestedJob } = this;
    this.requestedJob = undefined;
    // The id in ShowJob's response may differ from the id in its URL: the job is the same.
    if (requestedJob !== undefined && this.frame().role === 'job') this.locate(requestedJob);
    else this.add(value);
  }

  private readJobIds(start: number): void {
    if (this.skippedRole() !== undefined) return;
    for (const id of listedIds(this.text, start)) this.add(id);
  }

  private add(jobId: string, endpoint?: EndpointOrigin, projectId?: string): JobDraft | undefined {
    const known = this.drafts.get(jobId);
    if (known === undefined && this.drafts.size === this.maxJobs) {
      this.hasMore = true;
      return undefined;
    }
    const draft = known ?? { jobId, endpoint, projectId };
    this.drafts.set(jobId, draft);
    draft.endpoint ??= endpoint;
    draft.projectId ??= projectId;
    this.locate(draft);
    return draft;
  }

  /** Sets the project that the frame names, now or later. */
  private locate(draft: JobDraft): void {
    const frame = this.frame();
    draft.projectId ??= frame.projectId;
    if (draft.projectId === undefined) (frame.withoutProject ??= []).push(draft);
  }

  private readProjectId(end: number): void {
    const projectId = projectIdIn(valueAfter(this.text, end).value);
    if (projectId === undefined) return;
    this.projects.add(projectId);
    const frame = this.frame();
    frame.projectId = projectId;
    for (const draft of frame.withoutProject ?? []) draft.projectId ??= projectId;
    frame.withoutProject = undefined;
  }

  private readRegion(end: number): void {
    const { value } = valueAfter(this.text, end);
    // Other clouds have regions, too.
    if (value !== undefined && REGION_IDS.has(value)) this.endpoints.add(elbEndpointOfRegion(value));
  }

  private addHost(word: string): void {
    const endpoint = `https://${word.toLowerCase()}`;
    if (regionOfEndpoint(endpoint) !== undefined) this.endpoints.add(endpoint);
  }

  /** @returns the position after a quoted message: its brackets are not the response's. */
  private endOfMessage(end: number): number {
    const opening = matchAt(QUOTE, this.text, end);
    if (opening === undefined) return end;
    const close = this.text.indexOf(opening.slice(-1), end + opening.length);
    return close === -1 ? end : close + 1;
  }

  private frame(): Frame {
    return this.brackets.innermost() ?? this.line;
  }

  /** @returns the role of the enclosing block if its job ids are to be skipped. */
  private skippedRole(): SkippedRole | undefined {
    const { role } = this.frame();
    return role === undefined || role === 'job' ? this.yamlBlock?.role : role;
  }
}

function endpointIn(origin: string, path: string): EndpointOrigin | undefined {
  if (origin === '') return undefined;
  const parsed = parsePlace(`${origin}${path}`);
  if (parsed.ok) return parsed.place.endpoint;
  // A host that cannot be an endpoint is returned, too: else the job would be taken for one at another endpoint.
  return isHost(origin) ? withoutUserInfo(origin) : undefined;
}
