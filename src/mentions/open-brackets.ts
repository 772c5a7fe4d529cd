/** The brackets that are open at a position in a text, and what is known about their content. */
import { MAX_BRACKET_DEPTH } from '../base/limits';
import type { NameRole } from './names/name-roles';

/** A block whose job ids are not added to the result. */
export type SkippedRole = Extract<NameRole, 'sub-jobs' | 'member-check'>;
/** `job` is the object in ShowJob's response. */
export type BlockRole = SkippedRole | Extract<NameRole, 'job'>;
export type Opener = '{' | '[' | '(';

/** What a text says about all jobs of an object or a line. */
export interface FrameFacts {
  projectId?: string;
  /** `elb`, or another service whose jobs these are. */
  service?: string;
  regionHint?: string;
}

/** The content of a pair of brackets; outside of any, of a line. */
export interface Frame {
  readonly role?: BlockRole | undefined;
  facts?: FrameFacts;
  /** For each fact, the jobs that lack it. */
  waiting?: Partial<Record<keyof FrameFacts, FrameFacts[]>>;
}

interface BracketFrame extends Frame {
  readonly opener: Opener;
  /** The index of the nearest frame around this one that has each opener; less than 0 if there is none. */
  braceAround: number;
  squareAround: number;
  parenAround: number;
}

/** How many open brackets are searched for the one that a closing bracket belongs to. */
const MAX_SEARCHED_BRACKETS = 100;

export class OpenBrackets {
  private frames: BracketFrame[] = [];

  innermost(): Frame | undefined {
    return this.frames.at(-1);
  }

  open(opener: Opener, role: BlockRole | undefined): void {
    if (this.frames.length === MAX_BRACKET_DEPTH) this.forget(MAX_BRACKET_DEPTH / 2);
    const last = this.frames.length - 1;
    const outer = this.frames[last];
    this.frames.push({
      opener,
      role,
      braceAround: outer?.opener === '{' ? last : (outer?.braceAround ?? -1),
      squareAround: outer?.opener === '[' ? last : (outer?.squareAround ?? -1),
      parenAround: outer?.opener === '(' ? last : (outer?.parenAround ?? -1),
    });
  }

  /** Also closes the brackets within, e.g. in the middle of a message, that the text leaves open. */
  close(opener: Opener): void {
    const last = this.frames.length - 1;
    const frame = this.frames[last];
    const at = frame?.opener === opener ? last : indexAround(frame, opener);
    // Setting the length reallocates the array.
    if (at === last) this.frames.pop();
    else if (at >= 0 && at > last - MAX_SEARCHED_BRACKETS) this.frames.length = at;
  }

  closeAll(): void {
    this.frames = [];
  }

  /** Forgets the outermost frames: after the end of those within, the text is read as if it were outside of brackets. */
  private forget(count: number): void {
    this.frames.splice(0, count);
    for (const frame of this.frames) {
      frame.braceAround -= count;
      frame.squareAround -= count;
      frame.parenAround -= count;
    }
  }
}

function indexAround(frame: BracketFrame | undefined, opener: Opener): number {
  if (frame === undefined) return -1;
  if (opener === '{') return frame.braceAround;
  return opener === '[' ? frame.squareAround : frame.parenAround;
}
