/** The blocks of a text around a position: brackets, lines, YAML, elements of XML, sections of TOML. */
import {
  type BlockRole,
  type Frame,
  type FrameFacts,
  OpenBrackets,
  type Opener,
  type SkippedRole,
} from './open-brackets';
import { Records } from './records';
import { elementAt, endsElement, type SkippedElement, sectionRole } from './sub-job-marks';
import { endOfIndent, matchAt, OPENING, OPENING_PAREN, YAML_BLOCK } from './text/text-patterns';

const REST_OF_HEADING = /[*_]{0,3}:?[*_]{0,3}[^\S\n]{0,200}#{0,6}[^\S\n]{0,200}\n/y;

export class Blocks {
  lineStart = 0;
  private readonly brackets = new OpenBrackets();
  private line: Frame = {};
  /** The position of the bracket after a name, and the role that the name gives it. */
  private announced: { readonly at: number; readonly role: BlockRole } | undefined;
  /** A YAML block; it ends at a line that begins no further right than its name. */
  private yamlBlock: { readonly column: number; readonly role: SkippedRole } | undefined;
  private element: SkippedElement | undefined;
  private section: SkippedRole | undefined;
  /** A heading without a colon: its block ends at an empty line after its content, or at the next heading. */
  private heading: { readonly role: SkippedRole; hasContent: boolean } | undefined;
  private readonly records: Records;

  constructor(private readonly text: string) {
    this.records = new Records(text);
    this.records.startLine(0, endOfIndent(text, 0), false);
  }

  startLine(start: number, contentStart: number, isInTable: boolean): void {
    const { text } = this;
    this.lineStart = start;
    const first = text.charAt(contentStart);
    // A line of a log begins with its time: a response that was cut off on the lines before has ended.
    const isLog = contentStart === start && first >= '0' && first <= '9' && !isInTable;
    this.records.startLine(start, contentStart, isLog);
    if (this.heading !== undefined) this.continueHeading(this.heading, first, contentStart);
    if (isLog) {
      this.brackets.closeAll();
      this.heading = undefined;
      this.yamlBlock = undefined;
      this.element = undefined;
      this.section = undefined;
    }
    // A table may follow the name of a block without being indented.
    if (this.yamlBlock !== undefined && /[^\s|+│┌┏╔├]/.test(first) && contentStart - start <= this.yamlBlock.column) {
      this.yamlBlock = undefined;
    }
    this.line = {};
    if (first === '[') this.startSection(start);
  }

  open(opener: Opener, at: number): void {
    const role = this.announced?.at === at ? this.announced.role : undefined;
    const skipped = this.frame().role;
    const isSkipped = skipped !== undefined && skipped !== 'job';
    // In prose, an opening parenthesis says nothing.
    if (opener !== '(' || role !== undefined || isSkipped) this.brackets.open(opener, isSkipped ? skipped : role);
  }

  close(opener: Opener): void {
    // In prose, a closing parenthesis says nothing.
    if (opener !== '(' || this.frame().role !== undefined) this.brackets.close(opener);
  }

  endElement(word: string, start: number): void {
    if (this.element !== undefined && endsElement(this.text, start, word, this.element)) this.element = undefined;
  }

  /** @returns whether a bracket or an element follows the name. */
  skipBlock(role: SkippedRole, start: number, end: number): boolean {
    const { text } = this;
    const element = elementAt(text, start, end, role);
    if (element !== undefined) this.element ??= element;
    if (element !== undefined || this.announce(role, end)) return true;
    if (this.yamlBlock !== undefined) return false;
    const paren = matchAt(OPENING_PAREN, text, end);
    if (paren !== undefined) this.announced = { at: end + paren.length - 1, role };
    else if (matchAt(YAML_BLOCK, text, end) !== undefined) this.yamlBlock = { column: start - this.lineStart, role };
    else if (this.isHeading(start, end)) this.heading = { role, hasContent: false };
    return paren !== undefined;
  }

  /** Whether a line has nothing but this name. */
  private isHeading(start: number, end: number): boolean {
    const before = this.text.slice(Math.max(this.lineStart, start - 40), start);
    return !/[\w|│,;\t]/.test(before) && matchAt(REST_OF_HEADING, this.text, end) !== undefined;
  }

  private continueHeading(heading: { hasContent: boolean }, first: string, at: number): void {
    const isEmpty = first === '\n' || first === '';
    const isNext = first === '#' && /[#\s]/.test(this.text.charAt(at + 1));
    if (isNext || (isEmpty && heading.hasContent)) this.heading = undefined;
    else if (/[\w|│]/.test(first)) heading.hasContent = true;
  }

  /** @returns whether a bracket follows the name. */
  announce(role: BlockRole, end: number): boolean {
    const opening = matchAt(OPENING, this.text, end);
    if (opening === undefined) return false;
    this.announced = { at: end + opening.length - 1, role };
    return true;
  }

  /** Sets what the frame says about its jobs, now or later. @param at where the id of the job begins */
  locate(draft: FrameFacts, at: number): void {
    const frame = this.frame();
    if (frame === this.line) this.records.locate(draft, at);
    const waiting = (frame.waiting ??= {});
    for (const fact of ['projectId', 'service', 'regionHint'] as const) {
      const value = frame.facts?.[fact];
      if (value === undefined) (waiting[fact] ??= []).push(draft);
      else setFact(draft, fact, value);
    }
  }

  readFact(fact: keyof FrameFacts, { value, start }: { readonly value: string; readonly start: number }): void {
    const frame = this.frame();
    // Several regions in a row are those of several clouds.
    if (frame === this.line && fact !== 'regionHint') this.records.readFact(fact, value, start);
    (frame.facts ??= {})[fact] = value;
    for (const draft of frame.waiting?.[fact] ?? []) setFact(draft, fact, value);
    if (frame.waiting !== undefined) frame.waiting[fact] = [];
  }

  frame(): Frame {
    return this.brackets.innermost() ?? this.line;
  }

  /** @returns the role of the enclosing block if its job ids are to be skipped. */
  skippedRole(at: number): SkippedRole | undefined {
    const { role } = this.frame();
    if (role !== undefined && role !== 'job') return role;
    const { element } = this;
    if (element !== undefined && (element.end === undefined || at < element.end)) return element.role;
    if (element !== undefined) this.element = undefined;
    return this.yamlBlock?.role ?? this.heading?.role ?? this.section;
  }

  private startSection(start: number): void {
    const role = sectionRole(this.text.slice(start, start + 160).replace(/\n[^]*$/, ''));
    if (role === 'sub-jobs' || role === 'member-check') this.section = role;
    else if (role !== undefined) this.section = undefined;
  }
}

function setFact(draft: FrameFacts, fact: keyof FrameFacts, value: string): void {
  if (fact === 'service') draft.service = value;
  else draft[fact] ??= value;
}
