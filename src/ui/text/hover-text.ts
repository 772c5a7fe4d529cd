/** Builds the Markdown of a row's hover. Texts from the service or a person never become markup. */
import { MarkdownString } from 'vscode';
import { plainText } from './plain-text';

/**
 * Characters that `appendText` does not escape, though Markdown makes links, entities and table cells of them; and the
 * space, which `appendText` would make non-breaking, so that long lines could not wrap.
 */
const NOT_ESCAPED = /([ :@.&|<])/;

export class HoverText {
  /** Not trusted, and without HTML and icons, so that no link in it can run a command. */
  private readonly markdown = new MarkdownString();

  title(text: string | undefined): this {
    if (text === undefined) return this;
    this.paragraph();
    this.markdown.appendMarkdown('**');
    this.text(text);
    this.markdown.appendMarkdown('**');
    return this;
  }

  note(text: string | undefined): this {
    if (text === undefined) return this;
    this.paragraph();
    this.text(text);
    return this;
  }

  /** One paragraph with a line for each fact; facts without a value are left out. */
  facts(facts: readonly (readonly [string, string | undefined])[]): this {
    let isFirst = true;
    for (const [name, value] of facts) {
      if (value === undefined || plainText(value) === '') continue;
      if (isFirst) this.paragraph();
      else this.markdown.appendMarkdown('  \n');
      isFirst = false;
      this.markdown.appendMarkdown('*');
      this.text(name);
      this.markdown.appendMarkdown('*&nbsp;&nbsp; ');
      this.text(value);
    }
    return this;
  }

  end(): MarkdownString {
    return this.markdown;
  }

  private paragraph(): void {
    if (this.markdown.value !== '') this.markdown.appendMarkdown('\n\n');
  }

  private text(text: string): void {
    for (const piece of plainText(text).split(NOT_ESCAPED)) {
      if (piece === ' ') this.markdown.appendMarkdown(' ');
      else if (NOT_ESCAPED.test(piece)) this.markdown.appendMarkdown(`\\${piece}`);
      else this.markdown.appendText(piece);
    }
  }
}
