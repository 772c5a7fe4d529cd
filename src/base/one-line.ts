/** Makes texts from outside safe to show on one line, and to save in documents: no invisible or control characters. */

/**
 * Controls (with ESC and U+009B), line and paragraph separators, halves of surrogate pairs, private use and noncharacters;
 * and characters that are not seen: zero-width, bidirectional, soft hyphen, Hangul fillers, tags, the blank of Braille.
 * `\p{DI}` are Unicode's default ignorable code points, which include variation selectors.
 */
const HIDDEN = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{DI}\p{Noncharacter_Code_Point}\u2800`;
const HIDDEN_RUN = new RegExp(`[${HIDDEN}]+`, 'gu');
/** As HIDDEN_RUN, but for the line breaks and spaces between the parts of a JSON text. */
const HIDDEN_IN_JSON = new RegExp(`(?:(?![\\n\\r\\t])[${HIDDEN}])+`, 'gu');

/** Choose the look of the character before them, e.g. of an emoji. */
const VARIATION_SELECTORS = /[\ufe00-\ufe0f]+/g;

/** Marks on one character: enough for all scripts, and too few to cover the lines above and below. */
const MAX_MARKS = 4;
const MANY_MARKS = new RegExp(String.raw`(\p{M}{${String(MAX_MARKS)}})\p{M}+`, 'gu');

const PRINTABLE_ASCII = /^[ -~]*$/;

/** Returns the text on one line, with a space for each run of hidden characters, and few marks on a character. */
export function oneLine(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text.trim();
  return text.replace(VARIATION_SELECTORS, '').replace(HIDDEN_RUN, ' ').replace(MANY_MARKS, '$1').trim();
}

/** Returns the text with `\u` escapes for hidden characters, e.g. an id to copy: the same text if it has none. */
export function escapedLine(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(HIDDEN_RUN, escaped);
}

/** Returns a JSON text for the same value, with `\u` escapes for hidden characters. */
export function escapedJson(json: string): string {
  return json.replace(HIDDEN_IN_JSON, escaped);
}

function escaped(hidden: string): string {
  let escapes = '';
  for (let index = 0; index < hidden.length; index += 1) {
    escapes += `\\u${(0x10000 + hidden.charCodeAt(index)).toString(16).slice(1)}`;
  }
  return escapes;
}
