/** Finds what says that a name belongs to a sub-job: a path such as `sub_jobs[0].job_id`, an element of XML. */
import { type NameRole, roleOfName } from './names/name-roles';
import { isSubJobPathBegun, MAX_PATH_LENGTH } from './names/sub-job-paths';
import type { SkippedRole } from './open-brackets';

const TAG_END = /[^<>]{0,2000}>/y;

/** Whether the word before makes the jobs sub-jobs: "sub jobs". */
export function isAfterSub(text: string, start: number): boolean {
  return startOfSub(text, start) !== undefined;
}

/** The last two letters of `sub`, `child`, `nested` and `inner`. */
const ENDS_OF_SUB: ReadonlySet<string> = new Set(['ub', 'ld', 'ed', 'er']);

/** @returns where the word before begins, if it makes the jobs sub-jobs */
export function startOfSub(text: string, start: number): number | undefined {
  // A quick check, which most words fail.
  if (!ENDS_OF_SUB.has(text.slice(start - 3, start - 1).toLowerCase())) return undefined;
  const [, word] =
    /(?:^|[^a-z])((?:sub|child|nested|inner)[ _-])$/i.exec(text.slice(Math.max(0, start - 8), start)) ?? [];
  return word === undefined ? undefined : start - word.length;
}

/** Whether the name that begins at a position is the end of a path into sub-jobs. */
export function isOfSubJobs(text: string, start: number): boolean {
  return isSubJobPathBegun(text.slice(Math.max(0, start - MAX_PATH_LENGTH), start));
}

/** An element of XML whose job ids are skipped, up to its end. */
export interface SkippedElement {
  readonly role: SkippedRole;
  readonly name: string;
  /** Of an element without content, the end of its tag. */
  readonly end: number | undefined;
}

/** @returns the element whose tag has this name. */
export function elementAt(text: string, start: number, end: number, role: SkippedRole): SkippedElement | undefined {
  if (!/<(?:\w{1,20}:)?$/.test(text.slice(Math.max(0, start - 22), start))) return undefined;
  TAG_END.lastIndex = end;
  const tag = TAG_END.exec(text)?.[0];
  const isEmpty = tag?.endsWith('/>') === true;
  return { role, name: text.slice(start, end), end: isEmpty ? end + tag.length : undefined };
}

/** Whether the name is that of a tag that ends the element. */
export function endsElement(text: string, start: number, word: string, { name }: SkippedElement): boolean {
  return word === name && /<\/(?:\w{1,20}:)?$/.test(text.slice(Math.max(0, start - 23), start));
}

/** @returns the role of a section of TOML or INI, `[[job.sub_jobs]]`, whose names follow; undefined for other lines. */
export function sectionRole(line: string): NameRole | 'other' | undefined {
  const [, name] = /^\s{0,40}\[{1,2}([\w."' -]{1,100})\]{1,2}\s*$/.exec(line) ?? [];
  return name === undefined ? undefined : (roleOfName(name.replace(/["' ]/g, '')) ?? 'other');
}
