/** Cuts long texts from outside, and marks them as cut. */
import { MAX_FIELD_LENGTH } from './limits';

/** The end of a text that was cut. */
export const CUT_MARK = '… [cut]';

/** @returns the text; if it is longer than `maxLength` characters, its start and `CUT_MARK`, which together are no longer */
export function cutText(text: string, maxLength = MAX_FIELD_LENGTH): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - CUT_MARK.length;
  // Half of a surrogate pair would be sent and saved as another character.
  const isWithinPair = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end));
  // A copy: a slice would keep the whole text in memory.
  return structuredClone(text.slice(0, isWithinPair ? end - 1 : end)) + CUT_MARK;
}

/** Same as `cutText`; keeps undefined. */
export function cutOptionalText(text: string | undefined, maxLength?: number): string | undefined {
  return text === undefined ? undefined : cutText(text, maxLength);
}
