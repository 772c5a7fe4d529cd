/** Finds all ids in a text by their form, and what the words before an id say that it is. */
import type { SlicedWork, Slices } from '../base/work/slices';
import { idFlawOf } from './id-flaw';
import type { Appearance } from './job-mention';
import { roleOfName } from './names/name-roles';
import { charactersOf, isCutId, isPartOfUuid, isUuidBeginning } from './text/text-patterns';
import { isUuid } from '../base/id-patterns';

export interface IdWord {
  readonly id: string;
  readonly start: number;
  /** Whether it is a UUID without its end. */
  readonly isPart: boolean;
}

const WORD = /[\w-]{1,100}/y;
/** With digits and letters: a number or a rule is no id. */
const WITHOUT_DASHES = /(?<![\w-])(?=[0-9]{0,31}[a-f])(?=[a-f]{0,31}[0-9])[0-9a-f]{32}(?![\w-])/gi;
const DASH = 0x2d;
/** A shorter part is one only if dots follow: dates have this form, too. */
const MIN_PART_LENGTH = 18;
/** What is between the last name before an id and the id. */
const BETWEEN = charactersOf(/[\s"'`*_()[\]{}<#:=|>]/);
const MAX_BETWEEN = 40;
const NAME_PARTS = charactersOf(/[\w.-]/);
const MAX_NAME_LENGTH = 60;
const CHINESE_NAME = /(子任务|子作业|请求|项目|负载均衡器?|实例|监听器|后端服务器组?)(?:IDs?|编号|号|标识|列表)?$/i;
const RESOURCE =
  /(?:load[_-]?balancers?|balancers?|listeners?|pools?|members?|lbs?|elbs?|resources?|vpcs?|subnets?|servers?|instances?|certificates?|flavors?|l7polic(?:y|ies)|healthmonitors?|clusters?|nodes?|volumes?|networks?|ports?|users?|domains?|accounts?)$/i;
const SEPARATORS = /^[\s"'`,;|]{1,20}$/;

/** @returns the ids of 32 hexadecimal digits in a text, in order; many systems have such ids, and jobs of old had. */
export function* idsWithoutDashesIn(text: string, slices: Slices): SlicedWork<readonly IdWord[]> {
  const words: IdWord[] = [];
  let previous = 0;
  for (const { 0: id, index: start } of text.matchAll(WITHOUT_DASHES)) {
    if (slices.isOver(start - previous)) yield;
    previous = start;
    if (!isOfWord(text, start - 1) && !isOfWord(text, start + id.length)) words.push({ id, start, isPart: false });
  }
  return words;
}

/** @returns the UUIDs of a text, their parts and mistyped ones, in order, in time proportional to its length. */
export function* idWordsIn(text: string, slices: Slices): SlicedWork<readonly IdWord[]> {
  const words: IdWord[] = [];
  for (let [dash, previous] = [text.indexOf('-', 8), 0]; dash !== -1;) {
    if (slices.isOver(dash - previous)) yield;
    previous = dash;
    const start = dash - 8;
    const isStart =
      isHex(text, start) && isHex(text, dash - 1) && isHex(text, dash + 1) && !continuesBefore(text, start);
    const id = isStart ? wordAt(text, start) : undefined;
    const isPart =
      id !== undefined && isUuidBeginning(id) && (id.length >= MIN_PART_LENGTH || isCutAfter(text, start, id));
    if (id !== undefined && (isPart || isUuid(id) || isMistyped(id)) && !continuesWord(text, start + id.length))
      words.push({ id, start, isPart });
    dash = text.indexOf('-', dash + (id?.length ?? 1));
  }
  return words;
}

/** Whether a person probably meant a UUID. Words with fewer hyphens are checksums, names and dates. */
function isMistyped(id: string): boolean {
  return id.split('-', 6).length === 5 && !isPartOfUuid(id) && idFlawOf(id) !== undefined;
}

function wordAt(text: string, start: number): string | undefined {
  WORD.lastIndex = start;
  return WORD.exec(text)?.[0];
}

function isCutAfter(text: string, start: number, id: string): boolean {
  return isCutId(text, start, id) && /^(?:…|⋯|\.\.)/.test(text.slice(start + id.length, start + id.length + 2));
}

/** @returns what the words before an id say, undefined for nothing or a job. */
export function labelOf(
  text: string,
  start: number,
  previous: { readonly end: number; readonly label: Appearance | undefined } | undefined,
): Appearance | undefined {
  // The ids of a list have one name.
  if (previous !== undefined && start - previous.end <= 20 && SEPARATORS.test(text.slice(previous.end, start))) {
    return text.slice(previous.end, start).includes('\n') ? undefined : previous.label;
  }
  if (text.charAt(start - 1) === '/') {
    const segment = text.slice(startOf(NAME_PARTS, text, start - 1, MAX_NAME_LENGTH), start - 1);
    if (/^(?:v\d[\d.]{0,4}|projects?)$/i.test(segment)) return 'project';
    return segment === '' || /jobs?(?:[_-]?ids?)?$/i.test(segment) ? undefined : 'resource';
  }
  let end = startOf(BETWEEN, text, start, MAX_BETWEEN);
  if (text.charAt(end - 1) > '\u007f' || /[为是]/.test(text.charAt(end - 1))) {
    const chinese = CHINESE_NAME.exec(text.slice(Math.max(0, end - 12), end).replace(/[为是]$/, ''))?.[1];
    return chinese === undefined ? undefined : labelOfChinese(chinese);
  }
  if (text.endsWith(' is', end)) end -= 3;
  const between = text.slice(end, start);
  if (between.includes('\n') && !/[:=|>]/.test(between)) return undefined;
  const nameStart = startOf(NAME_PARTS, text, end, MAX_NAME_LENGTH);
  // The name of an id may have two words: "Request ID".
  if (/^ids?$/i.test(text.slice(nameStart, end)) && text.charAt(nameStart - 1) === ' ') {
    const first = startOf(NAME_PARTS, text, nameStart - 1, MAX_NAME_LENGTH);
    const word = text.slice(first, nameStart - 1);
    const label = labelOfName(`${word}_id`);
    return label === 'resource' && !RESOURCE.test(word) ? undefined : label;
  }
  const name = text.slice(nameStart, end);
  // A word in brackets after the name, as in "Job ID (ELB): …".
  if (text.charAt(nameStart - 1) === '(' && text.charAt(end) === ')') return undefined;
  if (/^(?:IDs?|编号|号|标识)$/i.test(name)) {
    const chinese = CHINESE_NAME.exec(text.slice(Math.max(0, end - 12), end))?.[1];
    if (chinese !== undefined) return labelOfChinese(chinese);
  }
  return name === '' ? undefined : labelOfName(name);
}

/** @returns where the characters of a kind begin that end at a position. */
function startOf(kind: readonly boolean[], text: string, end: number, max: number): number {
  let start = end;
  while (end - start < max && kind[text.charCodeAt(start - 1)] === true) start -= 1;
  return start;
}

function labelOfName(given: string): Appearance | undefined {
  const name = given.replace(/(id)s$/i, '$1');
  switch (roleOfName(given) ?? roleOfName(name)) {
    case 'sub-job':
    case 'sub-jobs':
    case 'sub-job-id':
      return 'sub-job';
    case 'request-id':
      return 'request';
    case 'project-id':
      return 'project';
    case 'job':
    case 'job-id':
    case 'job-ids':
      return undefined;
    default:
  }
  if (/^(?:request|trace|correlation|req)(?:[_-]?id)?$|(?:trace|correlation|span)[_-]?id$/i.test(name))
    return 'request';
  if (/^(?:enterprise_)?project$|enterprise[_-]?project[_-]?id$/i.test(name)) return 'project';
  // Names of the id of anything.
  if (/^(?:id|uuid|guid|objectid|key|value|name)$/i.test(name) || /job/i.test(name)) return undefined;
  return RESOURCE.test(name) || /(?:_id|[a-z]I[Dd]|_ids|[a-z]Ids)$/.test(name) ? 'resource' : undefined;
}

function labelOfChinese(word: string): Appearance {
  if (word.startsWith('子')) return 'sub-job';
  if (word === '请求') return 'request';
  return word === '项目' ? 'project' : 'resource';
}

function isHex(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

function isOfWord(text: string, at: number): boolean {
  return text.charCodeAt(at) === DASH || (at >= 0 && /[\p{L}\p{N}_]/u.test(text.charAt(at)));
}

function continuesWord(text: string, at: number): boolean {
  return isOfWord(text, at) && !isChinese(text.charCodeAt(at));
}

/** Whether an id is the end of a longer word. A name may be joined with it: `job-37d5…`. */
function continuesBefore(text: string, start: number): boolean {
  if (!continuesWord(text, start - 1)) return false;
  return !/[g-z][a-z]{0,9}[_-]$/i.test(text.slice(Math.max(0, start - 12), start));
}

/** Chinese has no spaces between words. */
function isChinese(code: number): boolean {
  return code >= 0x2e80 && code <= 0x9fff;
}
