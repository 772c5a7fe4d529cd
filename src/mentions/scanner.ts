/** Scans a text, well-formed or not, for the job ids that it names as such and for their endpoints and projects. */
import type { SlicedWork, Slices } from '../base/work/slices';
import { isRegion } from '../cloud/places/regions';
import { Blocks } from './blocks';
import { decoded, type DecodedText } from './text/decoded-text';
import { type DoubtfulId, type JobDraft, JobDrafts } from './job-drafts';
import { JobNames } from './job-names';
import { KnownRoles, mayHaveRole } from './names/name-roles';
import { serviceOfCode } from './names/services';
import { RequestReader } from './request-reader';
import { Requests } from './requests';
import {
  endOfIndent,
  endOfWord,
  isLikeJobId,
  isSign,
  isWordStart,
  JOB_WORD,
  matchAt,
  OF_SUB_JOBS,
  PROJECT_WORD,
  QUOTE,
  valueAfter,
} from './text/text-patterns';
import { isAfterSub } from './sub-job-marks';
import { withoutWraps } from './text/wrapped-lines';

export interface MentionScan {
  /** In order of appearance, each once. */
  readonly found: readonly JobDraft[];
  /** Ids that the text names otherwise, or with a doubt. */
  readonly doubtful: readonly DoubtfulId[];
  readonly hasSubJobs: boolean;
  /** Whether the text has more than `maxJobs` jobs. */
  readonly hasMore: boolean;
}

/** @returns the text as it was before other programs quoted and wrapped it. */
export function* sourceOf(text: string, slices: Slices): SlicedWork<DecodedText> {
  return yield* withoutWraps(yield* decoded(text, slices), slices);
}

/** @param source see `sourceOf` */
export function* scanForJobs({ text }: DecodedText, maxJobs: number, slices: Slices): SlicedWork<MentionScan> {
  const scanner = new JobScanner(text, maxJobs);
  while (!scanner.read(slices.size)) yield;
  return scanner.result();
}

class JobScanner {
  private at = 0;
  private readonly requests = new Requests();
  private readonly drafts: JobDrafts;
  private readonly regionHints = new Set<string>();
  private readonly roles = new KnownRoles();
  private lineNumber = 0;
  private readonly blocks: Blocks;
  private readonly requestReader: RequestReader;
  private readonly names: JobNames;

  constructor(
    private readonly text: string,
    maxJobs: number,
  ) {
    this.drafts = new JobDrafts(this.requests, maxJobs);
    this.blocks = new Blocks(this.text);
    this.names = new JobNames(this.text, this.requests, this.drafts, this.blocks);
    this.requestReader = new RequestReader(this.text, this.requests, this.drafts, this.blocks);
  }

  /** Reads on, to the end or for about `maxLength` characters. @returns whether there is nothing left to read. */
  read(maxLength: number): boolean {
    const end = Math.min(this.text.length, this.at + maxLength);
    while (this.at < end && !this.names.hasMore) this.at = this.readToken(this.at);
    return this.names.hasMore || this.at >= this.text.length;
  }

  result(): MentionScan {
    const [hint, ...others] = this.regionHints;
    const found = this.drafts.found();
    const doubtful = this.drafts.doubtful();
    if (hint !== undefined && others.length === 0) {
      for (const draft of [...found, ...doubtful.map((each) => each.draft)]) draft.regionHint ??= hint;
    }
    return { found, doubtful, hasSubJobs: this.names.hasSubJobs, hasMore: this.names.hasMore };
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
      case '(':
        this.blocks.open(first, at);
        return at + 1;
      case '}':
        this.blocks.close('{');
        return at + 1;
      case ']':
        this.blocks.close('[');
        return at + 1;
      case ')':
        this.blocks.close('(');
        return at + 1;
      case '/':
        return this.readSlash(at);
      default: {
        return this.readChinese(at);
      }
    }
  }

  /** @returns the position after a Chinese word for a job or a project. */
  private readChinese(at: number): number {
    const { text, names } = this;
    const project = matchAt(PROJECT_WORD, text, at);
    if (project !== undefined) {
      names.readProjectInProse(at, at + project.length);
      return at + project.length;
    }
    const word = matchAt(JOB_WORD, text, at);
    if (word === undefined) return at + 1;
    const end = at + word.length;
    if (word.startsWith('子')) names.readSubJobs(at, end + (matchAt(OF_SUB_JOBS, text, end)?.length ?? 0));
    else names.readJobInChinese(at, end);
    return end;
  }

  private startLine(start: number, contentStart: number): void {
    this.lineNumber += 1;
    this.blocks.startLine(start, contentStart, this.names.isInTable);
    const first = this.text.charAt(contentStart);
    if (first === '\n' || first === '') this.requests.endHead();
    this.names.startLine(start);
  }

  private readSlash(at: number): number {
    const { end, job, isTooMany = false } = this.requestReader.readSlash(at, this.lineNumber);
    this.names.hasMore ||= isTooMany;
    this.names.requestedJob = job ?? this.names.requestedJob;
    return end;
  }

  /** @returns the position to continue at. */
  private readWord(word: string, start: number, end: number): number {
    const { text } = this;
    this.blocks.endElement(word, start);
    const role = this.roles.of(word);
    switch (role) {
      case 'error-message':
        return this.endOfMessage(end);
      case 'sub-job':
      case 'sub-jobs':
        this.names.readSubJobs(start, end);
        break;
      case 'member-check':
        this.blocks.skipBlock(role, start, end);
        break;
      case 'sub-job-id':
        if (!this.names.readJobId(valueAfter(text, end), isLikeJobId, start, true) && !this.names.readOthers(end)) {
          this.names.readHeading(start, end);
        }
        break;
      case 'job-id':
        this.names.readNamedId(word, start, end);
        break;
      case 'job-ids':
        if (isAfterSub(text, start)) this.names.readSubJobs(start, end);
        else if (!this.names.readJobIds(end, false)) this.names.readHeading(start, end);
        break;
      case 'job':
        this.names.readJob(start, end);
        break;
      case 'project-id':
        this.names.readProject(valueAfter(text, end));
        break;
      case 'project':
        this.names.readProjectInProse(start, end);
        break;
      case 'cli-region':
        this.requestReader.readCliRegion(end);
        break;
      case 'region':
        this.readRegion(end);
        break;
      case 'service-type':
        this.readServiceType(end);
        break;
      case 'host':
        this.requestReader.readHostLine(end, this.lineNumber);
        break;
      case 'command':
        this.requestReader.readCommand(end);
        break;
      case 'code':
        this.requests.service = serviceOfCode(word) ?? this.requests.service;
        break;
      case 'elb-host':
      case 'service-host':
        this.requestReader.readHost(word, start, end);
        break;
      case 'request-id':
      case undefined:
    }
    return end;
  }

  private readRegion(end: number): void {
    const found = valueAfter(this.text, end);
    if (found === undefined || !isRegion(found.value) || !/\d|^eu-/.test(found.value)) return;
    this.regionHints.add(found.value);
    this.blocks.readFact('regionHint', found);
  }

  private readServiceType(end: number): void {
    const found = valueAfter(this.text, end);
    if (found !== undefined) this.blocks.readFact('service', { ...found, value: found.value.toLowerCase() });
  }

  /** @returns the position after a quoted message: its brackets are not the response's. */
  private endOfMessage(end: number): number {
    const opening = matchAt(QUOTE, this.text, end);
    if (opening === undefined) return end;
    const close = this.text.indexOf(opening.slice(-1), end + opening.length);
    return close === -1 ? end : close + 1;
  }
}
