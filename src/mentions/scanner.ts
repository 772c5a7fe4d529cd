/** Scans a text, well-formed or not, for the job ids that it names as such and for their endpoints and projects. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { parsePlace } from '../cloud/places/parse-place';
import { elbEndpointOfRegion, regionOfEndpoint, REGIONS } from '../cloud/places/regions';
import { isUuid } from '../base/id-patterns';
import { type NameRole, roleOfName } from './name-roles';
import {
  isHost,
  isLikeJobId,
  listedIds,
  matchAt,
  OPENING,
  originBefore,
  PLURAL_IDS,
  projectIdIn,
  QUOTE,
  valueAfter,
  withoutEscapes,
  withoutUserInfo,
  YAML_BLOCK,
} from './text-patterns';

interface FoundJob {
  readonly jobId: string;
  readonly endpoint: EndpointOrigin | undefined;
  readonly projectId: string | undefined;
}

interface MentionScan {
  /** In order of appearance, each once. */
  readonly found: readonly FoundJob[];
  readonly hasSubJobs: boolean;
  /** Whether the text has more than `maxJobs` jobs. */
  readonly hasMore: boolean;
}

type Draft = { -readonly [Name in keyof FoundJob]: FoundJob[Name] };

/** A block whose job ids are not added to the result. */
type SkippedRole = Extract<NameRole, 'sub-jobs' | 'member-check'>;
/** `job` is the object in ShowJob's response. */
type BlockRole = SkippedRole | Extract<NameRole, 'job'>;

/** The content of a pair of brackets; outside of any, of a line. */
interface Frame {
  readonly opener?: '{' | '[';
  readonly role?: BlockRole | undefined;
  /** Jobs whose project the frame may still name. */
  withoutProject: Draft[];
  projectId?: string;
}

/** A new line with its indentation and dashes, a bracket, a path of the API, the Chinese words for a job, or a word. */
const TOKEN =
  /\n[ \t]*(?:-[ \t]+)*|[{}[\]]|\/v3\/[^\s/]{1,64}\/elb(?:\/jobs\/[A-Za-z0-9_-]{1,64})?(?![\w-])|子?(?:任务|作业)|\w[\w.-]*/g;

/** Longer words are not names of fields. */
const MAX_NAME_LENGTH = 100;

/** How many open brackets are searched for the one that a closing bracket belongs to. */
const MAX_OPEN_BRACKETS = 100;

export function scanForJobs(text: string, maxJobs: number): MentionScan {
  const scanner = new Scanner(withoutEscapes(text), maxJobs);
  scanner.read();
  return { found: scanner.result(), hasSubJobs: scanner.hasSubJobs, hasMore: scanner.hasMore };
}

class Scanner {
  hasSubJobs = false;
  hasMore = false;
  private readonly drafts = new Map<string, Draft>();
  private readonly endpoints = new Set<EndpointOrigin>();
  private readonly projects = new Set<string>();
  private frames: Frame[] = [];
  private line: Frame = { withoutProject: [] };
  /** The position of the bracket after a name, and the role that the name gives it. */
  private announced: { readonly at: number; readonly role: BlockRole } | undefined;
  /** A YAML block; it ends at a line that begins no further right than its name. */
  private yamlBlock: { readonly column: number; readonly role: SkippedRole } | undefined;
  private lineStart = 0;
  /** The job in the last URL: ShowJob's response may follow. */
  private requestedJob: Draft | undefined;

  constructor(
    private readonly text: string,
    private readonly maxJobs: number,
  ) {}

  read(): void {
    const token = new RegExp(TOKEN);
    for (let match = token.exec(this.text); match !== null && !this.hasMore; match = token.exec(this.text)) {
      const [found] = match;
      const end = token.lastIndex;
      if (found.startsWith('\n')) this.startLine(match.index + 1, end);
      else if (found === '{' || found === '[') this.open(found, match.index);
      else if (found === '}' || found === ']') this.close(found === '}' ? '{' : '[');
      else if (found.startsWith('/')) this.readPath(found, match.index);
      else if (/^[任作]/.test(found)) this.readJobId(end, isUuid);
      else if (found.length <= MAX_NAME_LENGTH) token.lastIndex = this.readWord(found, match.index, end);
    }
  }

  /** If the text has only one project or endpoint, it applies to all jobs. */
  result(): readonly FoundJob[] {
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
    if (contentStart === start && /\d/.test(first)) {
      this.frames = [];
      this.yamlBlock = undefined;
    }
    if (this.yamlBlock !== undefined && /\S/.test(first) && contentStart - start <= this.yamlBlock.column) {
      this.yamlBlock = undefined;
    }
    this.line = { withoutProject: [] };
  }

  private open(opener: '{' | '[', at: number): void {
    const role = this.announced?.at === at ? this.announced.role : undefined;
    this.frames.push({ opener, role: this.skippedRole() ?? role, withoutProject: [] });
  }

  /** Also closes the brackets within, e.g. in the middle of a message, that the text leaves open. */
  private close(opener: '{' | '['): void {
    const outermost = Math.max(0, this.frames.length - MAX_OPEN_BRACKETS);
    for (let at = this.frames.length - 1; at >= outermost; at -= 1) {
      if (this.frames[at]?.opener !== opener) continue;
      this.frames.length = at;
      return;
    }
  }

  private readPath(path: string, at: number): void {
    const [, , project = '', , , jobId] = path.split('/');
    const projectId = projectIdIn(project);
    const origin = originBefore(this.text, at);
    const parsed = parsePlace(`${origin}${path}`);
    // A host that cannot be an endpoint is returned, too: else the job would be taken for one at another endpoint.
    const endpoint = parsed.ok ? parsed.place.endpoint : isHost(origin) ? withoutUserInfo(origin) : undefined;
    if (projectId !== undefined) this.projects.add(projectId);
    if (endpoint !== undefined) this.endpoints.add(endpoint);
    // Documentation has words in place of ids.
    if (jobId !== undefined && /\d/.test(jobId)) this.requestedJob = this.add(jobId, endpoint, projectId);
  }

  /** @returns the position to continue at. */
  private readWord(word: string, start: number, end: number): number {
    const role = roleOfName(word);
    switch (role) {
      case 'error-message':
        return this.endOfMessage(end);
      case 'sub-jobs':
      case 'member-check':
        this.skipBlock(role, start, end);
        break;
      case 'sub-job-id':
        this.readJobId(end, isLikeJobId, true);
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
    else this.readJobId(end, isUuid, /sub[ _-]$/i.test(this.text.slice(Math.max(0, start - 4), start)));
  }

  private readJobId(end: number, isId: (value: string) => boolean, isOfSubJob = false): void {
    const { value, isAssigned } = valueAfter(this.text, end);
    if (value === undefined || !(isAssigned ? isId : isUuid)(value)) return;
    const skipped = isOfSubJob ? 'sub-jobs' : this.skippedRole();
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

  private add(jobId: string, endpoint?: EndpointOrigin, projectId?: string): Draft | undefined {
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
  private locate(draft: Draft): void {
    const frame = this.frame();
    draft.projectId ??= frame.projectId;
    if (draft.projectId === undefined) frame.withoutProject.push(draft);
  }

  private readProjectId(end: number): void {
    const projectId = projectIdIn(valueAfter(this.text, end).value);
    if (projectId === undefined) return;
    this.projects.add(projectId);
    const frame = this.frame();
    frame.projectId = projectId;
    for (const draft of frame.withoutProject) draft.projectId ??= projectId;
    frame.withoutProject = [];
  }

  private readRegion(end: number): void {
    const { value } = valueAfter(this.text, end);
    // Other clouds have regions, too.
    if (value !== undefined && REGIONS.some(({ id }) => id === value)) this.endpoints.add(elbEndpointOfRegion(value));
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
    return this.frames.at(-1) ?? this.line;
  }

  /** @returns the role of the enclosing block if its job ids are to be skipped. */
  private skippedRole(): SkippedRole | undefined {
    const { role } = this.frame();
    return role === undefined || role === 'job' ? this.yamlBlock?.role : role;
  }
}
