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

/** E.g. `SUCCESS · 26 min 2 sec`; missing words are left out. */
export function withDots(words: readonly (string | undefined)[]): string {
  return joined(words, ' · ');
}

/** E.g. `UPGRADE, SUCCESS`; missing words are left out. */
export function withCommas(words: readonly (string | undefined)[]): string {
  return joined(words, ', ');
}

/** Thousands of rows are made at once, so this makes no list of the words that are not missing. */
function joined(words: readonly (string | undefined)[], separator: string): string {
  let text: string | undefined;
  for (const word of words) if (word !== undefined) text = text === undefined ? word : text + separator + word;
  return text ?? '';
}

/** E.g. `this; that`. */
export function joinWithSemicolons(texts: readonly string[]): string {
  return texts.reduce((text, next) => l10n.t('{text}; {next}', { text, next }));
}
