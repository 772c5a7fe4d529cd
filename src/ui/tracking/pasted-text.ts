/** The text that was pasted into an input box, which shows it on one line. */
import { env, UIKind } from 'vscode';
import { isUuid } from '../../base/id-patterns';

const WRAPPED_ID = /(?<![\w-])([0-9a-f-]{1,35}) (?=([0-9a-f-]{1,35})(?![\w-]))/gi;

/** Line breaks show where a wrapped id or a column continues, so a text is searched as it was copied. */
export class PastedText {
  private shown = '';
  private original = '';
  private lastLength = 0;

  /** Remembers which text the one in the box stands for. */
  note(shown: string, original: string): void {
    this.shown = shown;
    this.original = original;
    this.lastLength = shown.length;
  }

  originalOf(shown: string): string {
    return shown === this.shown ? this.original : shown;
  }

  /**
   * Finds out where a pasted text had line breaks, for which the box has spaces.
   * @returns undefined if it was typed.
   */
  read(shown: string): Promise<void> | undefined {
    const isTyped = shown.length - this.lastLength <= 1;
    this.lastLength = shown.length;
    return isTyped || shown === this.shown ? undefined : this.compare(shown);
  }

  private async compare(shown: string): Promise<void> {
    const copied = await clipboardText();
    this.note(shown, copied.replace(/\r\n|\r|\n/g, ' ').trim() === shown ? copied : withWrappedIds(shown));
  }
}

/** Empty in a browser, where the person would have to permit it each time, and if it cannot be read. */
async function clipboardText(): Promise<string> {
  if (env.uiKind === UIKind.Web) return '';
  try {
    return await env.clipboard.readText();
  } catch {
    return '';
  }
}

/** Returns the text with a line break for a space that both parts of an id are next to. */
function withWrappedIds(shown: string): string {
  return shown.replace(WRAPPED_ID, (all, start: string, end: string) =>
    isUuid(`${start}${end}`) ? `${start}\n` : all,
  );
}
