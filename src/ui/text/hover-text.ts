/** Builds what a row shows under the pointer: Markdown, in which whatever the service or a person gave stays text. */
import { MarkdownString } from 'vscode';
import { plainText } from './plain-text';

/** `appendText` leaves these, of which Markdown makes addresses, entities and cells; a space of its own cannot break a line. */
const LEFT = /([ :@.&|<])/;

export class HoverText {
  /** Neither trusted nor with HTML or icons: no link in it could run a command. */
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

  /** Lines that belong together; what is missing is left out. */
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
    for (const piece of plainText(text).split(LEFT)) {
      if (piece === ' ') this.markdown.appendMarkdown(' ');
      else if (LEFT.test(piece)) this.markdown.appendMarkdown(`\\${piece}`);
      else this.markdown.appendText(piece);
    }
  }
}
