/** The brackets that are open at a position in a text, and what is known about their content. */
import { MAX_BRACKET_DEPTH } from '../base/limits';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import type { NameRole } from './name-roles';

/** A job whose place may be found further on in the text. */
export interface JobDraft {
  readonly jobId: string;
  endpoint: EndpointOrigin | undefined;
  projectId: string | undefined;
}

/** A block whose job ids are not added to the result. */
export type SkippedRole = Extract<NameRole, 'sub-jobs' | 'member-check'>;
/** `job` is the object in ShowJob's response. */
export type BlockRole = SkippedRole | Extract<NameRole, 'job'>;
export type Opener = '{' | '[';

/** The content of a pair of brackets; outside of any, of a line. */
export interface Frame {
  readonly role?: BlockRole | undefined;
  /** Jobs whose project the frame may still name. */
  withoutProject?: JobDraft[] | undefined;
  projectId?: string;
}

interface BracketFrame extends Frame {
  readonly opener: Opener;
  /** The index of the nearest frame around this one that has the other opener; less than 0 if there is none. */
  otherOpener: number;
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
    const around = this.frames[last];
    const otherOpener = around?.opener === opener ? around.otherOpener : last;
    this.frames.push({ opener, role, otherOpener });
  }

  /** Also closes the brackets within, e.g. in the middle of a message, that the text leaves open. */
  close(opener: Opener): void {
    const last = this.frames.length - 1;
    const frame = this.frames[last];
    const at = frame?.opener === opener ? last : (frame?.otherOpener ?? -1);
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
    for (const frame of this.frames) frame.otherOpener -= count;
  }
}
