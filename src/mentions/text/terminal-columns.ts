/** Joins all lines of a text that a terminal broke at its last column. */
import type { SlicedWork, Slices } from '../../base/work/slices';
import { isInsideOfName } from './inner-breaks';

/** No terminal is narrower. */
const MIN_COLUMNS = 16;
const MAX_COLUMNS = 1000;
/** Lines that are searched for one that was surely broken. */
const MAX_SEARCHED_LINES = 300;
const MARGIN = /^(?:[ \t│┃║|>#╎┆*]|\/\/ )*/;
/** A log's line begins with its time: an answer before it was cut. */
const LOG_LINE = /^\d{4}[-/]\d{2}[-/]\d{2}|^\d{2}:\d{2}/;
const WHOLE_ID = /(?:[0-9a-f]{4}-[0-9a-f]{12}|(?<![\w-])[0-9a-f]{32})$/i;

/** How a line and the next one have the parts of a value: the name of its type and its bracket, an index, or the sign that assigns it. */
const OPEN_VALUES: readonly (readonly [RegExp, RegExp])[] = [
  [/[:=]>?[^\S\n]?[\w.&*[\]]{0,60}[A-Za-z]$/, /^[\w.]*[({]/],
  [/\w\[\d*$/, /^\d*\]/],
  [/[\w"'\\] ?$/, /^[\\"']{0,4} ?(?:=>?|:=) /],
];
const MAX_REST_LENGTH = 60;
/** Of the checks of a line, in characters of other work. */
const LINE_COST = 8;

/** The border of a box, whose lines do not continue. */
const BORDERS = '│┃║|';
/** How the lines of a box end, and the rules between them. */
const BOX_END = /[│┃║|+┐┘┤╗╝╣┓┛┫╮╯]$/;

interface JoinedLines {
  readonly text: string;
  /** Where line breaks were, ascending. */
  readonly joins: readonly number[];
}

/** @returns the text itself unless a line as long as no other is broken within an id or a name. */
export function* withoutColumns(text: string, slices: Slices): SlicedWork<JoinedLines> {
  const none = { text, joins: [] };
  const longest = longestLine(text);
  if (longest < MIN_COLUMNS || longest > MAX_COLUMNS) return none;
  const ends = lineEndsOf(text);
  if (ends.length < 2) return none;
  const lines: string[] = [];
  for (const [line, end] of ends.entries()) {
    if (slices.isOver(end - startOf(ends, line) + LINE_COST)) yield;
    lines.push(text.slice(startOf(ends, line), end));
  }
  const margin = yield* commonMargin(lines, slices);
  // The text begins after the blanks of its first line.
  const first = lengthOf(ends, 0);
  const firstWhole = first + margin.length - margin.trimStart().length;
  const columns = first === longest ? longest : Math.max(longest, firstWhole);
  const isLong = (line: number) => lengthOf(ends, line) === columns || (line === 0 && firstWhole === columns);
  const isFull = (line: number) => isLong(line) && !isRow(lines, line, columns);
  let searched = 0;
  const strings = new QuotedStrings(text);
  const isBrokenAfter = (line: number) => {
    const [end = 0, own = '', next = ''] = [ends[line], lines[line], lines[line + 1]];
    const rest = next.slice(margin.length, margin.length + MAX_REST_LENGTH);
    return (
      isInsideOfName(text, end) ||
      (!LOG_LINE.test(next) && (isOpen(own) || strings.isOpenAt(end))) ||
      OPEN_VALUES.some(([open, closed]) => open.test(own) && closed.test(rest))
    );
  };
  for (let line = 0; line < ends.length - 1 && searched < MAX_SEARCHED_LINES; line += 1) {
    if (slices.isOver(LINE_COST)) yield;
    if (!isFull(line)) continue;
    searched += 1;
    if (slices.isOver(columns)) yield;
    if (isBrokenAfter(line)) return yield* joinLines(text, ends, lines, margin.length, isFull, slices);
  }
  return none;
}

/** Finds whether positions are in a quoted string that has line breaks as escapes, and so no others of its own. */
class QuotedStrings {
  private at: number;
  private isOpen = false;
  private hasBreaks = false;

  constructor(private readonly text: string) {
    this.at = text.includes('\\n') ? 0 : Infinity;
  }

  /** @param position not before the last one */
  isOpenAt(position: number): boolean {
    const { text } = this;
    for (; this.at < position; this.at += 1) {
      const character = text.charAt(this.at);
      if (character === '"') {
        this.isOpen = !this.isOpen;
        this.hasBreaks = false;
      } else if (character === '\\') {
        this.at += 1;
        if (text.charAt(this.at) === 'n') this.hasBreaks = true;
      }
    }
    return this.isOpen && this.hasBreaks;
  }
}

/** Whether a line is one of a box or table with borders, as are the lines before and after it that are as long. */
function isRow(lines: readonly string[], line: number, columns: number): boolean {
  const own = lines[line] ?? '';
  if (!BORDERS.includes(own.charAt(own.length - 1)) || !BORDERS.includes(own.trimStart().charAt(0))) return false;
  return [lines[line - 1], lines[line + 1]].every((other) => other?.length !== columns || BOX_END.test(other));
}

/** Whether a line ends in the middle of JSON, other than after a bracket or a comma as JSON with indents does. */
function isOpen(line: string): boolean {
  if (/[{[(,]\s*$/.test(line)) return false;
  let depth = 0;
  for (const character of line) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return depth > 0 && line.includes('{');
}

function* joinLines(
  text: string,
  ends: readonly number[],
  lines: readonly string[],
  margin: number,
  isFull: (line: number) => boolean,
  slices: Slices,
): SlicedWork<JoinedLines> {
  const parts: string[] = [];
  const joins: number[] = [];
  let length = 0;
  const add = (part: string) => {
    parts.push(part);
    length += part.length;
  };
  for (const [index, line] of lines.entries()) {
    if (slices.isOver(line.length + LINE_COST)) yield;
    const previous = lines[index - 1] ?? '';
    const aligned = line.slice(margin);
    // A list aligns the rest of a value with its beginning.
    const isIndented = aligned.startsWith(' ') && isInsideOfName(text, ends[index - 1] ?? 0);
    const rest = isIndented ? aligned.trimStart() : aligned;
    if (index === 0) add(line);
    else if (
      isFull(index - 1) &&
      rest.trim() !== '' &&
      !LOG_LINE.test(rest) &&
      !(WHOLE_ID.test(previous) && /^\w/.test(rest))
    ) {
      joins.push(length);
      add(rest);
    } else add(`\n${line}`);
  }
  return { text: parts.join(''), joins };
}

function lineEndsOf(text: string): readonly number[] {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) ends.push(at);
  ends.push(text.length);
  return ends;
}

function startOf(ends: readonly number[], line: number): number {
  return line === 0 ? 0 : (ends[line - 1] ?? 0) + 1;
}

function lengthOf(ends: readonly number[], line: number): number {
  return (ends[line] ?? 0) - startOf(ends, line);
}

function longestLine(text: string): number {
  let [longest, start] = [0, 0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    if (end - start > longest) longest = end - start;
    start = end + 1;
  }
  return Math.max(longest, text.length - start);
}

function* commonMargin(lines: readonly string[], slices: Slices): SlicedWork<string> {
  let margin = MARGIN.exec(lines[1] ?? '')?.[0] ?? '';
  for (const line of lines.slice(1)) {
    if (margin === '') return margin;
    if (slices.isOver(line.length + LINE_COST)) yield;
    // At the end of a paragraph, the margin is alone, without its blanks.
    if (MARGIN.exec(line)?.[0].length === line.length) continue;
    while (!line.startsWith(margin)) margin = margin.slice(0, -1);
  }
  return margin;
}
