/** Joins texts with the punctuation of the editor's language. */
import { l10n } from 'vscode';

/** E.g. `name: text`. */
export function named(name: string, text: string): string {
  return l10n.t('{name}: {text}', { name, text });
}

/** E.g. `text (detail)`; only the text if the detail is empty. */
export function withDetail(text: string, detail: string): string {
  return detail === '' ? text : l10n.t('{text} ({detail})', { text, detail });
}

/** E.g. `this; that`. */
export function joinWithSemicolons(texts: readonly string[]): string {
  return texts.reduce((text, next) => l10n.t('{text}; {next}', { text, next }));
}
