/** Reads the names that give ids of jobs, in prose, in code and in the headings of tables. */
import { isUuid } from '../base/id-patterns';
import type { Blocks } from './blocks';
import type { JobDraft, JobDrafts } from './job-drafts';
import type { Appearance } from './job-mention';
import type { SkippedRole } from './open-brackets';
import type { Requests } from './requests';
import { serviceOfWord } from './names/services';
import { isOfSubJobs } from './sub-job-marks';
import { type Cell, Table } from './tables';
import {
  isCutId,
  isDistortedUuid,
  isLikeJobId,
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
    const isAlone = !/\w/.test(text.slice(Math.max(this.blocks.lineStart, start - 80), start));
    if (isAlone) this.readJobId(valueOfNextLine(text, end), isUuid, start, false);
  }

  /** "job" before a bracket is the name of ShowJob's object; in prose, an id may follow. */
  readJob(start: number, end: number): void {
    const { text } = this;
    const isOfSubJob = /sub[ _-]$/i.test(text.slice(Math.max(0, start - 4), start));
    const plural = matchAt(PLURAL_IDS, text, end);
    if (plural !== undefined) {
      this.readJobIds(end + plural.length);
      return;
    }
    const service = serviceBefore(text, start);
    if (this.readJobId(valueAfter(text, end), isUuid, start, isOfSubJob, service)) return;
    if (this.blocks.announce('job', end) || this.readHeading(start, end) || /\s{2}$/.test(text.slice(start - 2, start)))
      return;
    this.readJobId(valueOfNextLine(text, end), isUuid, start, isOfSubJob, service);
  }

  /**
   * @param service the service that the text names together with the id
   * @returns whether the value is an id.
   */
  readJobId(
    found: NameValue | undefined,
    isId: (value: string) => boolean,
    nameStart: number,
    isOfSubJob: boolean,
    service?: string,
  ): boolean {
    if (found === undefined) return false;
    const { value, start, isAssigned, isCut } = found;
    if (isCut && value.length >= 8 && (isAssigned || value.includes('-'))) {
      this.drafts.addOther(value, start, 'incomplete');
      return true;
    }
    if (!(isAssigned ? isId : isUuid)(value)) return false;
    this.addNamed(value, start, isOfSubJob ? 'sub-jobs' : this.blocks.skippedRole(nameStart), service);
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
    if (requestedJob !== undefined && this.blocks.frame().role === 'job') this.blocks.locate(requestedJob);
    else this.add(jobId, start, service);
  }

  /** @returns whether ids follow. */
  readJobIds(end: number): boolean {
    let isAny = false;
    const skipped = this.blocks.skippedRole(end);
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
    this.blocks.locate(draft);
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
        this.readProject(value);
        break;
      case 'service-type':
        this.blocks.readFact('service', value.toLowerCase());
        break;
      default:
    }
  }

  addOther(found: Pick<NameValue, 'value' | 'start'> | undefined, appearsAs: Appearance): void {
    if (found !== undefined && isUuid(found.value)) this.drafts.addOther(found.value, found.start, appearsAs);
  }

  readProject(value: string | undefined): void {
    const projectId = projectIdIn(value);
    if (projectId !== undefined) this.requests.projects.add(projectId);
    this.blocks.readFact('projectId', projectId);
  }
}

/** In characters. */
const MAX_SERVICE_LENGTH = 15;

/** @returns the service that the word before a position names, e.g. `ecs` of "ECS job". */
function serviceBefore(text: string, start: number): string | undefined {
  const end = start - 1;
  if (!/[ _-]/.test(text.charAt(end))) return undefined;
  let begin = end;
  while (end - begin <= MAX_SERVICE_LENGTH && isLetter(text, begin - 1)) begin -= 1;
  const word = text.slice(begin, end);
  return /[A-Z]/.test(word) && !/[\w-]/.test(text.charAt(begin - 1)) ? serviceOfWord(word) : undefined;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}
