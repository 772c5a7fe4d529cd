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

/** E.g. `SUCCESS · 26 min 2 sec`; missing and empty words are left out. */
export function withDots(words: readonly (string | undefined)[]): string {
  return joined(words, ' · ');
}

/** E.g. `UPGRADE, SUCCESS`; missing and empty words are left out. */
export function withCommas(words: readonly (string | undefined)[]): string {
  return joined(words, ', ');
}

/** Thousands of rows are made at once, so this makes no list of the words that are not missing. */
function joined(words: readonly (string | undefined)[], separator: string): string {
  let text: string | undefined;
  for (const word of words)
    if (word !== undefined && word !== '') text = text === undefined ? word : text + separator + word;
  return text ?? '';
}

/** E.g. `1 failed, 2 running`, with the comma of the language; missing words are left out. For few words: see `withCommas`. */
export function joinWithCommas(words: readonly (string | undefined)[]): string {
  const known = words.filter((word): word is string => word !== undefined);
  return known.length === 0 ? '' : known.reduce((text, next) => l10n.t('{text}, {next}', { text, next }));
}

/** E.g. `this; that`. */
export function joinWithSemicolons(texts: readonly string[]): string {
  return texts.reduce((text, next) => l10n.t('{text}; {next}', { text, next }));
}

/** Joins whole sentences; missing and empty ones are left out. Chinese has no space between sentences. */
export function joinSentences(sentences: readonly (string | undefined)[]): string {
  const known = sentences.filter((sentence): sentence is string => sentence !== undefined && sentence !== '');
  return known.length === 0 ? '' : known.reduce((text, next) => l10n.t('{text} {next}', { text, next }));
}
