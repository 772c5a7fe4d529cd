/** Cuts a long text without cutting an id. */

/** What ids, hosts and names consist of. */
const WORD_PART = /[\w.:@/-]/;

/** @returns at most the first `maxLength` characters of a text, without the part of a word that continues after them. */
export function beginningOf(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let end = maxLength;
  if (!continuesWord(text.charAt(end))) return text.slice(0, end);
  while (end > 0 && WORD_PART.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** A letter of another script after an id makes it a part of a longer word. */
function continuesWord(next: string): boolean {
  return WORD_PART.test(next) || next > '\u007f';
}
