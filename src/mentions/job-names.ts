/** Reads the names that give ids of jobs, in prose, in code and in the headings of tables. */
import { isUuid } from '../base/id-patterns';
import type { Blocks } from './blocks';
import type { JobDraft, JobDrafts } from './job-drafts';
import type { Appearance } from './job-mention';
import type { SkippedRole } from './open-brackets';
import type { Requests } from './requests';
import { serviceOfWord } from './names/services';
import { isAfterSub, isOfSubJobs, startOfSub } from './sub-job-marks';
import { type Cell, Table } from './tables';
import {
  isCutId,
  isDistortedUuid,
  isLikeJobId,
  BEFORE_IDS,
  LIST_START,
  listedIds,
  matchAt,
  type NameValue,
  PLURAL_IDS,
  projectIdIn,
  valueAfter,
  valueOfNextLine,
} from './text/text-patterns';

export class JobNames {
  hasSubJobs = false;
  /** Whether the text has more jobs than are read. */
  hasMore = false;
  /** The job in the last URL: ShowJob's response may follow. */
  requestedJob: JobDraft | undefined;
  private table: Table | undefined;
  /** The start of the line that was last searched for a heading. */
  private searchedHeading = -1;

  constructor(
    private readonly text: string,
    private readonly requests: Requests,
    private readonly drafts: JobDrafts,
    private readonly blocks: Blocks,
  ) {}

  get isInTable(): boolean {
    return this.table !== undefined;
  }

  /** Reads a line as a row if it is in a table. */
  startLine(start: number): void {
    if (this.table !== undefined) this.readRow(this.table, start);
  }

  readNamedId(word: string, start: number, end: number): void {
    const { text } = this;
    const [, prefix = ''] = /^([a-z]+)[_-]?job[_-]?id$/i.exec(word) ?? [];
    const service = prefix === '' ? undefined : serviceOfWord(prefix);
    const value = valueAfter(text, end);
    if (service !== undefined && service !== 'elb' && value !== undefined && isLikeJobId(value.value)) {
      this.drafts.addOther(value.value, value.start, 'other-service-job', service);
      return;
    }
    const isRead = this.readJobId(value, isLikeJobId, start, isOfSubJobs(text, start));
    if (isRead || this.readHeading(start, end)) return;
    if (matchAt(LIST_START, text, end) !== undefined && !isOfSubJobs(text, start) && this.readJobIds(end, false))
      return;
    const isAlone = !/\w/.test(text.slice(Math.max(this.blocks.lineStart, start - 80), start));
    if (isAlone) this.readJobId(valueOfNextLine(text, end), isUuid, start, false);
  }

  /** Reads "sub-job" and "sub-jobs", which may be the name of a block or a table. */
  readSubJobs(nameStart: number, end: number): void {
    const start = startOfSub(this.text, nameStart) ?? nameStart;
    if (!this.blocks.skipBlock('sub-jobs', start, end)) this.readOthers(end);
  }

  /** Reads the ids of sub-jobs after their name. @returns whether there are any. */
  readOthers(end: number): boolean {
    if (matchAt(BEFORE_IDS, this.text, end) === undefined) return false;
    const value = valueAfter(this.text, end);
    this.addOther(value, 'sub-job');
    let isAny = value !== undefined && isUuid(value.value);
    for (const { id, start } of listedIds(this.text, end)) {
      isAny = true;
      this.drafts.addOther(id, start, 'sub-job');
    }
    return isAny;
  }

  /** "job" before a bracket is the name of ShowJob's object; in prose, an id may follow. */
  readJob(start: number, end: number): void {
    const { text } = this;
    const isOfSubJob = isAfterSub(text, start);
    const plural = matchAt(PLURAL_IDS, text, end);
    if (plural !== undefined) {
      this.readJobIds(end + plural.length, isOfSubJob);
      return;
    }
    const service = () => serviceBefore(text, start);
    if (this.readJobId(valueAfter(text, end), isUuid, start, isOfSubJob, service)) return;
    if (this.blocks.announce('job', end) || this.readHeading(start, end) || /\s{2}$/.test(text.slice(start - 2, start)))
      return;
    this.readJobId(valueOfNextLine(text, end), isUuid, start, isOfSubJob, service);
  }

  readJobInChinese(start: number, end: number): void {
    const service = () => serviceBefore(this.text, start);
    if (!this.readJobId(valueAfter(this.text, end), isUuid, start, false, service)) this.readHeading(start, end);
  }

  /**
   * @param serviceOf returns the service that the text names together with the id
   * @returns whether the value is an id.
   */
  readJobId(
    found: NameValue | undefined,
    isId: (value: string) => boolean,
    nameStart: number,
    isOfSubJob: boolean,
    serviceOf?: () => string | undefined,
  ): boolean {
    if (found === undefined) return false;
    const { value, start, isAssigned, isCut } = found;
    if (isCut && value.length >= 8 && (isAssigned || value.includes('-'))) {
      this.drafts.addOther(value, start, 'incomplete');
      return true;
    }
    if (!(isAssigned ? isId : isUuid)(value)) return false;
    this.addNamed(value, start, isOfSubJob ? 'sub-jobs' : this.blocks.skippedRole(nameStart), serviceOf?.());
    return true;
  }

  private addNamed(jobId: string, start: number, skipped: SkippedRole | undefined, service?: string): void {
    if (skipped !== undefined) {
      this.hasSubJobs ||= skipped === 'sub-jobs';
      this.drafts.addOther(jobId, start, skipped === 'sub-jobs' ? 'sub-job' : 'unknown');
      return;
    }
    const { requestedJob } = this;
    this.requestedJob = undefined;
    // The id in ShowJob's response may differ from the id in its URL: the job is the same.
    if (requestedJob !== undefined && this.blocks.frame().role === 'job') this.blocks.locate(requestedJob, start);
    else this.add(jobId, start, service);
  }

  /** @returns whether ids follow. */
  readJobIds(end: number, isOfSubJob: boolean): boolean {
    let isAny = false;
    const skipped = isOfSubJob ? 'sub-jobs' : this.blocks.skippedRole(end);
    for (const { id, start } of listedIds(this.text, end)) {
      if (skipped === undefined) this.add(id, start);
      else this.drafts.addOther(id, start, skipped === 'sub-jobs' ? 'sub-job' : 'unknown');
      isAny = true;
    }
    return isAny;
  }

  private add(jobId: string, start: number, service?: string): JobDraft | undefined {
    if (service !== undefined && service !== 'elb')
      return this.drafts.addOther(jobId, start, 'other-service-job', service);
    const draft = this.drafts.addJob(jobId, start, 'name');
    if (draft === undefined) {
      this.hasMore = true;
      return undefined;
    }
    if (isDistortedUuid(jobId)) draft.other ??= { appearsAs: 'job' };
    const { requests } = this;
    const current = service ?? requests.service;
    if (current === 'elb') draft.service ??= current;
    else if (current !== undefined) draft.serviceOfRequest ??= current;
    draft.request ??= requests.readAnswer();
    this.blocks.locate(draft, start);
    return draft;
  }

  /** @returns whether the line is the heading of a table with ids of jobs. */
  readHeading(start: number, end: number): boolean {
    if (this.searchedHeading === this.blocks.lineStart) return false;
    this.searchedHeading = this.blocks.lineStart;
    if (this.table !== undefined) return false;
    this.table = Table.at(this.text, this.blocks.lineStart, { start, end });
    return this.table !== undefined;
  }

  private readRow(table: Table, start: number): void {
    const newline = this.text.indexOf('\n', start);
    const cells = table.cellsOf(this.text.slice(start, newline === -1 ? undefined : newline), start);
    if (cells === undefined) this.table = undefined;
    for (const cell of cells ?? []) this.readCell(cell);
  }

  private readCell({ role, value, start }: Cell): void {
    switch (role) {
      case 'job-id':
      case 'job-ids':
      case 'job': {
        const id = /^[A-Za-z0-9_-]{1,64}/.exec(value)?.[0] ?? '';
        if (isCutId(this.text, start, id)) this.drafts.addOther(id, start, 'incomplete');
        else if (role === 'job-id' ? isLikeJobId(id) && id === value : isUuid(id)) {
          this.addNamed(id, start, this.blocks.skippedRole(start));
        }
        break;
      }
      case 'sub-job-id':
        this.addOther({ value, start }, 'sub-job');
        break;
      case 'request-id':
        this.addOther({ value, start }, 'request');
        break;
      case 'resource-id':
        this.addOther({ value, start }, 'resource');
        break;
      case 'project-id':
        this.readProject({ value, start });
        break;
      case 'service-type':
        this.blocks.readFact('service', { value: value.toLowerCase(), start });
        break;
      default:
    }
  }

  addOther(found: Pick<NameValue, 'value' | 'start'> | undefined, appearsAs: Appearance): void {
    if (found !== undefined && isUuid(found.value)) this.drafts.addOther(found.value, found.start, appearsAs);
  }

  /** Reads "project 7b77…" and "Project ID: 7b77…", but not the project of an enterprise, which is a UUID. */
  readProjectInProse(start: number, end: number): void {
    const found = valueAfter(this.text, end);
    if (found === undefined || !/^[0-9a-f]{32}$/i.test(found.value)) return;
    const isOfEnterprise = /(?:enterprise[ _-]?|企业|企業)$/i.test(this.text.slice(Math.max(0, start - 11), start));
    if (!isOfEnterprise) this.readProject(found);
  }

  readProject(found: Pick<NameValue, 'value' | 'start'> | undefined): void {
    const projectId = projectIdIn(found?.value);
    if (projectId === undefined || found === undefined) return;
    this.requests.projects.add(projectId);
    this.blocks.readFact('projectId', { value: projectId, start: found.start });
  }
}

/** In characters. */
const MAX_SERVICE_LENGTH = 15;
/** What a service's job is of: "ECS instance job". */
const OBJECT = /[ _-](?:instance|server|cluster|node|node pool|volume|disk|image|backup|addon|async)$/;
const CHINESE_SERVICES: readonly (readonly [RegExp, string])[] = [
  [/(?<!后端)云(?:服务器|主机)$/, 'ecs'],
  [/云硬盘$/, 'evs'],
  [/云数据库$/, 'rds'],
  [/镜像$/, 'ims'],
];
/** Lower-case names of services that are no other words. */
const PLAIN_NAMES = /^(?:ecs|evs|ims|rds|cce|vpc|dds|dcs|dms|cbr|bms|css|elb|obs|sfs|dws|mrs|nat|cbh|cfw|waf|vpn)$/;

/** @returns the service that the word before a position names, e.g. `ecs` of "ECS job". */
function serviceBefore(text: string, start: number): string | undefined {
  let end = start;
  if (text.charAt(end - 1) === '的') end -= 1;
  if (/[ _-]/.test(text.charAt(end - 1))) end -= 1;
  // Nothing divides a service from a Chinese word.
  if (end === start && isLetter(text, start)) return undefined;
  const last = text.charAt(end - 1);
  if (last > '\u007f') {
    const before = text.slice(Math.max(0, end - 8), end);
    if (!'器机盘库像'.includes(last)) return undefined;
    return CHINESE_SERVICES.find(([pattern]) => pattern.test(before))?.[1];
  }
  if (!isLetter(text, end - 1)) return undefined;
  if (/[a-z]/.test(last)) end -= OBJECT.exec(text.slice(Math.max(0, end - 14), end))?.[0].length ?? 0;
  let begin = end;
  while (end - begin <= MAX_SERVICE_LENGTH && isLetter(text, begin - 1)) begin -= 1;
  const word = text.slice(begin, end);
  return (/[A-Z]/.test(word) || PLAIN_NAMES.test(word)) && !/[\w-]/.test(text.charAt(begin - 1))
    ? serviceOfWord(word)
    : undefined;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}
