/** Reads the ids in the columns of a table: with bars, CSV, tabs, or blanks; the heading of a column is their name. */
import { isUuid } from '../base/id-patterns';
import { isUuidBeginning } from './text/text-patterns';
import { type NameRole, roleOfName } from './names/name-roles';

export interface Cell {
  readonly role: NameRole | 'resource-id';
  readonly value: string;
  /** Offset in the text. */
  readonly start: number;
}

type Separator = 'bars' | ',' | ';' | '\t' | 'blanks' | 'none';

interface Column {
  readonly role: Cell['role'];
  /** The number of the cell; for a table with blanks, the offset in the line. */
  readonly at: number;
  /** For a table with blanks, where the heading ends: some align values there. */
  readonly end?: number;
}

interface Part {
  readonly text: string;
  /** Offset in the line. */
  readonly start: number;
}

/** Longer lines are not those of a table that a person pastes. */
const MAX_LINE_LENGTH = 4000;
const MAX_RULES = 3;
const MAY_HAVE_ID = /[0-9a-f]{8}/i;
const BAR = /[|│┃║]/;
const RULE = /^[\s|│┃║+\-=:.─━═┼┿╋╪╬├┝┣╠┤┥┫╣┌┏╔┐┓╗└┗╚┘┛╝┬┳╦╤┴┻╩╧╞╡*>#]*$/;
const CHINESE_NAMES: readonly (readonly [RegExp, NameRole])[] = [
  [/^子(?:任务|作业)(?:ID|编号|号|标识)?$/i, 'sub-job-id'],
  [/^(?:任务|作业)(?:ID|编号|号|标识)?$/i, 'job-id'],
  [/^请求(?:ID|编号|号|标识)$/i, 'request-id'],
  [/^项目(?:ID|编号|号|标识)$/i, 'project-id'],
];

/** A table whose heading names ids of jobs. */
export class Table {
  private constructor(
    private readonly separator: Separator,
    private readonly columns: readonly Column[],
  ) {}

  /**
   * @param name where the name of the ids is
   * @returns the table whose heading the line is, if a line below it has an id in the same column.
   */
  static at(
    text: string,
    lineStart: number,
    name: { readonly start: number; readonly end: number },
  ): Table | undefined {
    const lineEnd = endOfLine(text, lineStart);
    const row = firstRow(text, lineEnd);
    if (row === undefined || lineEnd - lineStart > MAX_LINE_LENGTH || !MAY_HAVE_ID.test(row.text)) return undefined;
    const heading = text.slice(lineStart, lineEnd);
    const offset = name.start - lineStart;
    const table = new Table(separatorOf(heading, name.end - lineStart), []).withColumns(heading, offset);
    const isJobs = ({ role }: Cell) =>
      role === 'job-id' || role === 'job-ids' || role === 'job' || role === 'sub-job-id';
    return table.cellsOf(row.text, 0)?.some((cell) => isJobs(cell) && isId(cell.value)) === true ? table : undefined;
  }

  /** @returns the ids in a line; undefined after the end of the table. */
  cellsOf(line: string, lineStart: number): readonly Cell[] | undefined {
    if (line.trim() === '' || line.length > MAX_LINE_LENGTH) return undefined;
    if (RULE.test(line)) return [];
    const { separator } = this;
    if (separator === 'blanks') return this.columns.flatMap((column) => cellAt(line, lineStart, column));
    const parts = partsOf(line, separator);
    if (separator !== 'none' && parts.length < 2) return undefined;
    const cells = this.columns.flatMap(({ role, at }) => {
      const part = parts[at];
      return part === undefined || part.text === '' ? [] : [{ role, value: part.text, start: lineStart + part.start }];
    });
    return separator === 'none' && !cells.every(({ value }) => isId(value)) ? undefined : cells;
  }

  private withColumns(heading: string, nameStart: number): Table {
    if (this.separator === 'blanks') {
      const columns = [...heading.matchAll(/\S+(?: [Ii][Dd](?!\S))?/g)].flatMap(({ 0: word, index }) => {
        const role = roleOfHeading(word);
        return role === undefined || (role === 'job' && index !== nameStart)
          ? []
          : [{ role, at: index, end: index + word.length }];
      });
      return new Table('blanks', columns);
    }
    const columns = partsOf(heading, this.separator).flatMap(({ text }, at) => {
      const role = roleOfHeading(text);
      return role === undefined ? [] : [{ role, at }];
    });
    return new Table(this.separator, columns);
  }
}

/** @returns the separator of a heading that has a name before `nameEnd`. */
function separatorOf(heading: string, nameEnd: number): Separator {
  // A bar at the beginning alone is the margin of a box.
  if (/[^\s|│┃║].*[|│┃║]/.test(heading)) return 'bars';
  for (const separator of ['\t', ',', ';'] as const) if (heading.includes(separator)) return separator;
  return heading.slice(0, nameEnd).trim().length < heading.trim().length || /\S\s+\S/.test(heading.trim())
    ? 'blanks'
    : 'none';
}

function roleOfHeading(text: string): Cell['role'] | undefined {
  const name = text.replace(/[\s"'`*\\]/g, '');
  if (name.length > 60 || /[,;:=()]/.test(name)) return undefined;
  const role = CHINESE_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? roleOfName(name);
  return role ?? (/[_a-z](?:id|ID|Id)$|_id$/i.test(name) ? 'resource-id' : undefined);
}

/** @returns the line after the heading and the rules below it. */
function firstRow(text: string, headingEnd: number): { readonly text: string } | undefined {
  let start = headingEnd + 1;
  for (let rules = 0; rules <= MAX_RULES && start < text.length; rules += 1) {
    const end = endOfLine(text, start);
    if (end - start > MAX_LINE_LENGTH) return undefined;
    const line = text.slice(start, end);
    if (line.trim() === '' && rules > 0) return undefined;
    if (!RULE.test(line)) return { text: line };
    start = end + 1;
  }
  return undefined;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

function partsOf(line: string, separator: Separator): readonly Part[] {
  if (separator === 'none') return [trimmed(line, 0)];
  const parts: Part[] = [];
  for (let start = 0; start <= line.length;) {
    const end = endOfPart(line, start, separator);
    // Some headings have double bars.
    if (!(separator === 'bars' && start === end && start > 0)) parts.push(trimmed(line.slice(start, end), start));
    start = end + 1;
  }
  return parts;
}

function endOfPart(line: string, start: number, separator: Separator): number {
  if (separator === 'bars') {
    const length = line.slice(start).search(BAR);
    return length === -1 ? line.length : start + length;
  }
  const quoted = /^\s*"(?:[^"]|"")*"/.exec(line.slice(start))?.[0].length ?? 0;
  const end = line.indexOf(separator, start + quoted);
  return end === -1 ? line.length : end;
}

/** @returns the part without the blanks, quotes and marks around it. */
function trimmed(text: string, start: number): Part {
  const [, before = '', inner = ''] = /^([\s"'`*│┃║|>#]*)(.*?)[\s"'`*,;]*$/.exec(text) ?? [];
  return { text: inner, start: start + before.length };
}

function cellAt(line: string, lineStart: number, { role, at, end }: Column): readonly Cell[] {
  if (end !== undefined && isValueEnd(line, end)) {
    const [value = ''] = /[\w-]*$/.exec(line.slice(Math.max(0, end - 100), end)) ?? [];
    return value === '' ? [] : [{ role, value, start: lineStart + end - value.length }];
  }
  if (at > 0 && !/[\s│┃║|]/.test(line.charAt(at - 1))) return [];
  const value = /^["'`]?([\w-]+)/.exec(line.slice(at))?.[1];
  return value === undefined ? [] : [{ role, value, start: lineStart + line.indexOf(value, at) }];
}

/** Whether a value ends where the heading does. */
function isValueEnd(line: string, end: number): boolean {
  return end <= line.length && /\w/.test(line.charAt(end - 1)) && !/\S/.test(line.charAt(end));
}

function isId(value: string): boolean {
  return isUuid(value) || isUuidBeginning(/^[0-9a-f-]*/i.exec(value)?.[0] ?? '') || /^[0-9a-f]{32}$/i.test(value);
}
