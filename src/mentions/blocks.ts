/** The blocks of a text around a position: brackets, lines, YAML, elements of XML, sections of TOML. */
import {
  type BlockRole,
  type Frame,
  type FrameFacts,
  OpenBrackets,
  type Opener,
  type SkippedRole,
} from './open-brackets';
import { elementAt, endsElement, type SkippedElement, sectionRole } from './sub-job-marks';
import { matchAt, OPENING, OPENING_PAREN, YAML_BLOCK } from './text/text-patterns';

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

  constructor(private readonly text: string) {}

  startLine(start: number, contentStart: number, isInTable: boolean): void {
    const { text } = this;
    this.lineStart = start;
    const first = text.charAt(contentStart);
    // A line of a log begins with its time: a response that was cut off on the lines before has ended.
    if (contentStart === start && first >= '0' && first <= '9' && !isInTable) {
      this.brackets.closeAll();
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

  skipBlock(role: SkippedRole, start: number, end: number): void {
    const { text } = this;
    const element = elementAt(text, start, end, role);
    if (element !== undefined) this.element ??= element;
    if (element !== undefined || this.announce(role, end) || this.yamlBlock !== undefined) return;
    const paren = matchAt(OPENING_PAREN, text, end);
    if (paren !== undefined) this.announced = { at: end + paren.length - 1, role };
    else if (matchAt(YAML_BLOCK, text, end) !== undefined) this.yamlBlock = { column: start - this.lineStart, role };
  }

  /** @returns whether a bracket follows the name. */
  announce(role: BlockRole, end: number): boolean {
    const opening = matchAt(OPENING, this.text, end);
    if (opening === undefined) return false;
    this.announced = { at: end + opening.length - 1, role };
    return true;
  }

  /** Sets what the frame says about its jobs, now or later. */
  locate(draft: FrameFacts): void {
    const frame = this.frame();
    const waiting = (frame.waiting ??= {});
    for (const fact of ['projectId', 'service', 'regionHint'] as const) {
      const value = frame.facts?.[fact];
      if (value === undefined) (waiting[fact] ??= []).push(draft);
      else setFact(draft, fact, value);
    }
  }

  readFact(fact: keyof FrameFacts, value: string | undefined): void {
    if (value === undefined) return;
    const frame = this.frame();
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
    return this.yamlBlock?.role ?? this.section;
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
