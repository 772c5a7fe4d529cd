/** Reads a text that need not be well-formed for job ids that it names as such, and for where those jobs are. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { parsePlace } from '../cloud/places/parse-place';
import { elbEndpointOfRegion, regionOfEndpoint, REGIONS } from '../cloud/places/regions';
import { isProjectId, isUuid } from '../base/id-patterns';

export interface FoundJob {
  readonly jobId: string;
  readonly endpoint: EndpointOrigin | undefined;
  readonly projectId: string | undefined;
}

export interface MentionScan {
  /** In order of appearance, each once. */
  readonly found: readonly FoundJob[];
  readonly hasSubJobs: boolean;
  /** Whether there were more jobs than were wanted. */
  readonly hasMore: boolean;
}

type Draft = { -readonly [Name in keyof FoundJob]: FoundJob[Name] };

/** What an object or list is, where that matters: `job` is that of ShowJob. */
type Role = 'job' | 'sub-jobs' | 'member-check';

/** What is between brackets; outside of any, a line. */
interface Frame {
  readonly opener?: '{' | '[';
  readonly role?: Role | undefined;
  /** Jobs whose project the frame may still name. */
  waiting: Draft[];
  projectId?: string;
}

/** A new line with its indentation and dashes, a bracket, a path of the API, what Chinese calls a job, or a word. */
const TOKEN =
  /\n[ \t]*(?:-[ \t]+)*|[{}[\]]|\/v3\/[^\s/]{1,64}\/elb(?:\/jobs\/[A-Za-z0-9_-]{1,64})?(?![\w-])|子?(?:任务|作业)|\w[\w.-]*/g;

// These find something at every place, if only nothing, or end soon: none can go over a text again and again.
const BETWEEN = /(?:\s?(?:id|ID|Id))?["'`*]*\s*((?:=>|[:=|>：]|is\b|为|是)\s*)?["'`*<]*/y;
const VALUE = /[A-Za-z0-9_-]{1,64}(?![\w-])/y;
const LISTED = /[\s,;:：、="'`*[(-]*([0-9A-Fa-f-]{36})(?![\w-])/y;
const OPENING = /["'`]*\s*(?:(?:=>|[:=])\s*)?(?:class \w{1,40}\s*)?[{[]/y;
const MESSAGE = /["'`]*\s*(?:(?:=>|[:=])\s*)?(["'])/y;
const IDS = /\s(?:ids|IDs|Ids)(?!\w)/y;
const BLOCK = /["'`]*:[^\S\n]*(?=\n|$)/y;

/** Longer words are no names of fields. */
const LONGEST_NAME = 100;

/** Brackets that may be open within another when it closes. */
const MOST_LEVELS = 100;

export function scanForJobs(text: string, most: number): MentionScan {
  const scanner = new Scanner(plain(text), most);
  scanner.read();
  return { found: scanner.settled(), hasSubJobs: scanner.hasSubJobs, hasMore: scanner.hasMore };
}

class Scanner {
  hasSubJobs = false;
  hasMore = false;
  private readonly drafts = new Map<string, Draft>();
  private readonly endpoints = new Set<EndpointOrigin>();
  private readonly projects = new Set<string>();
  private frames: Frame[] = [];
  private line: Frame = { waiting: [] };
  /** The bracket that a name announced. */
  private announced: { readonly at: number; readonly role: Role } | undefined;
  /** A block of YAML, which goes on as long as lines begin to the right of its name. */
  private block: { readonly column: number; readonly role: Role } | undefined;
  private lineStart = 0;
  /** The job of the URL before, whose answer may follow. */
  private asked: Draft | undefined;

  constructor(
    private readonly text: string,
    private readonly most: number,
  ) {}

  read(): void {
    const token = new RegExp(TOKEN);
    for (let match = token.exec(this.text); match !== null && !this.hasMore; match = token.exec(this.text)) {
      const [found] = match;
      const end = token.lastIndex;
      if (found.startsWith('\n')) this.newLine(match.index + 1, end);
      else if (found === '{' || found === '[') this.open(found, match.index);
      else if (found === '}' || found === ']') this.close(found === '}' ? '{' : '[');
      else if (found.startsWith('/')) this.path(found, match.index);
      else if (/^[任作]/.test(found)) this.job(end, isUuid);
      else if (found.length <= LONGEST_NAME) token.lastIndex = this.word(found, match.index, end);
    }
  }

  /** A text that is about one place alone has all its jobs there. */
  settled(): readonly FoundJob[] {
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

  private newLine(start: number, contentStart: number): void {
    this.lineStart = start;
    const first = this.text.charAt(contentStart);
    // A line of a log begins with its time: an answer that was cut off before it has ended.
    if (contentStart === start && /\d/.test(first)) {
      this.frames = [];
      this.block = undefined;
    }
    if (this.block !== undefined && /\S/.test(first) && contentStart - start <= this.block.column) {
      this.block = undefined;
    }
    this.line = { waiting: [] };
  }

  private open(opener: '{' | '[', at: number): void {
    const role = this.announced?.at === at ? this.announced.role : undefined;
    this.frames.push({ opener, role: this.skipped() ?? role, waiting: [] });
  }

  /** A bracket in the middle of a message, which nothing closes, ends with what is around it. */
  private close(opener: '{' | '['): void {
    const outermost = Math.max(0, this.frames.length - MOST_LEVELS);
    for (let at = this.frames.length - 1; at >= outermost; at -= 1) {
      if (this.frames[at]?.opener !== opener) continue;
      this.frames.length = at;
      return;
    }
  }

  private path(path: string, at: number): void {
    const [, , project = '', , , jobId] = path.split('/');
    const projectId = projectIn(project);
    const origin = originBefore(this.text, at);
    const parsed = parsePlace(`${origin}${path}`);
    // A host that can be no endpoint is told all the same: the job is of no other place.
    const endpoint = parsed.ok ? parsed.place.endpoint : isHost(origin) ? withoutUser(origin) : undefined;
    if (projectId !== undefined) this.projects.add(projectId);
    if (endpoint !== undefined) this.endpoints.add(endpoint);
    // Documentation has words where the ids are.
    if (jobId !== undefined && /\d/.test(jobId)) this.asked = this.add(jobId, endpoint, projectId);
  }

  /** Returns where to go on. */
  private word(word: string, start: number, end: number): number {
    const name = word.replace(/[_-]/g, '').toLowerCase();
    if (name === 'errormsg') return this.afterMessage(end);
    if (name.endsWith('subjobs')) this.skip('sub-jobs', start, end);
    else if (name.endsWith('membercheck')) this.skip('member-check', start, end);
    else if (name.endsWith('jobid')) this.job(end, isLikeId, name.includes('subjob'));
    else if (name.endsWith('jobids') || name === 'jobs') this.jobs(end);
    else if (name === 'job') this.jobOrAnswer(start, end);
    else if (/(?:project|tenant)id$/.test(name)) this.project(end);
    else if (/region(?:id)?$/.test(name)) this.region(end);
    else if (word.startsWith('elb.')) this.host(word);
    return end;
  }

  private skip(role: Role, start: number, end: number): void {
    if (this.announce(role, end) || this.block !== undefined) return;
    if (matchAt(BLOCK, this.text, end) !== undefined) this.block = { column: start - this.lineStart, role };
  }

  private announce(role: Role, end: number): boolean {
    const opening = matchAt(OPENING, this.text, end);
    if (opening === undefined) return false;
    this.announced = { at: end + opening.length - 1, role };
    return true;
  }

  /** In prose, an id may follow at once; elsewhere, this is the name of ShowJob's object. */
  private jobOrAnswer(start: number, end: number): void {
    if (this.announce('job', end)) return;
    const ids = matchAt(IDS, this.text, end);
    if (ids !== undefined) this.jobs(end + ids.length);
    else this.job(end, isUuid, /sub[ _-]$/i.test(this.text.slice(Math.max(0, start - 4), start)));
  }

  private job(end: number, isId: (value: string) => boolean, isOfSubJob = false): void {
    const { value, isAssigned } = valueAfter(this.text, end);
    if (value === undefined || !(isAssigned ? isId : isUuid)(value)) return;
    const skipped = isOfSubJob ? 'sub-jobs' : this.skipped();
    if (skipped !== undefined) {
      this.hasSubJobs ||= skipped === 'sub-jobs';
      return;
    }
    const { asked } = this;
    this.asked = undefined;
    // The id in an answer may be another than the one that was asked for: the job is the same.
    if (asked !== undefined && this.frame().role === 'job') this.locate(asked);
    else this.add(value);
  }

  private jobs(end: number): void {
    let at = end;
    for (;;) {
      LISTED.lastIndex = at;
      const [all, id = ''] = LISTED.exec(this.text) ?? [];
      if (all === undefined || !isUuid(id) || this.skipped() !== undefined) return;
      this.add(id);
      at += all.length;
    }
  }

  private add(jobId: string, endpoint?: EndpointOrigin, projectId?: string): Draft | undefined {
    const known = this.drafts.get(jobId);
    if (known === undefined && this.drafts.size === this.most) {
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

  private locate(draft: Draft): void {
    const frame = this.frame();
    draft.projectId ??= frame.projectId;
    if (draft.projectId === undefined) frame.waiting.push(draft);
  }

  private project(end: number): void {
    const projectId = projectIn(valueAfter(this.text, end).value);
    if (projectId === undefined) return;
    this.projects.add(projectId);
    const frame = this.frame();
    frame.projectId = projectId;
    for (const draft of frame.waiting) draft.projectId ??= projectId;
    frame.waiting = [];
  }

  private region(end: number): void {
    const { value } = valueAfter(this.text, end);
    // Other clouds have regions, too.
    if (value !== undefined && REGIONS.some(({ id }) => id === value)) this.endpoints.add(elbEndpointOfRegion(value));
  }

  private host(word: string): void {
    const endpoint = `https://${word.toLowerCase()}`;
    if (regionOfEndpoint(endpoint) !== undefined) this.endpoints.add(endpoint);
  }

  /** A message may have brackets that are none of the answer's. */
  private afterMessage(end: number): number {
    const opening = matchAt(MESSAGE, this.text, end);
    if (opening === undefined) return end;
    const close = this.text.indexOf(opening.slice(-1), end + opening.length);
    return close === -1 ? end : close + 1;
  }

  private frame(): Frame {
    return this.frames.at(-1) ?? this.line;
  }

  /** What it is whose ids are none of jobs that ShowJob knows. */
  private skipped(): Role | undefined {
    const { role } = this.frame();
    return role === undefined || role === 'job' ? this.block?.role : role;
  }
}

/** JSON in a string of JSON as JSON, and without the colours of a terminal. */
function plain(text: string): string {
  return text
    .replace(/\p{Cc}\[[\d;]*m/gu, '')
    .replace(/\\+([nrt"'/]?)/g, (all: string, escaped: string) =>
      escaped === '' ? all : escaped === 'n' ? '\n' : /[rt]/.test(escaped) ? ' ' : escaped,
    );
}

function valueAfter(text: string, end: number) {
  BETWEEN.lastIndex = end;
  const [between = '', assigned] = BETWEEN.exec(text) ?? [];
  return { value: matchAt(VALUE, text, end + between.length), isAssigned: assigned !== undefined };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Scheme and host, as far as they stand before a path; whether they are an endpoint is for others to say. */
function originBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < 300 && /[\w.:@[\]-]/.test(text.charAt(start - 1))) start -= 1;
  const host = text.slice(start, at);
  const before = text.slice(Math.max(0, start - 8), start);
  const scheme = /(?:https?:)?\/\/$/i.exec(before)?.[0];
  // After any other character, this would be the end of a longer host.
  return scheme !== undefined ? `${scheme}${host}` : /(?:^|[\s"'`(<=])$/.test(before) ? host : '';
}

/** A password in it is nobody's to see. */
function withoutUser(origin: string): string {
  return origin.toLowerCase().replace(/^(.*\/\/)?.*@/, '$1');
}

/** Rather than the folder of a path, or nothing. */
function isHost(origin: string): boolean {
  return origin.includes('//') || origin.includes('.');
}

function projectIn(value = ''): string | undefined {
  return isProjectId(value) ? value : undefined;
}

/** Fields of this name may have words for values, and numbers where the job is one of a build. */
function isLikeId(value: string): boolean {
  return isUuid(value) || (value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value));
}
