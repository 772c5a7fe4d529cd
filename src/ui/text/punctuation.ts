/** What punctuation joins, which another language writes otherwise. */
import { l10n } from 'vscode';

/** E.g. `name: text`. */
export function named(name: string, text: string): string {
  return l10n.t('{name}: {text}', { name, text });
}

/** E.g. `text (aside)`; the text alone where the aside is empty. */
export function withAside(text: string, aside: string): string {
  return aside === '' ? text : l10n.t('{text} ({aside})', { text, aside });
}

/** E.g. `this; that`. */
export function enumerated(texts: readonly string[]): string {
  return texts.reduce((text, next) => l10n.t('{text}; {next}', { text, next }));
}
