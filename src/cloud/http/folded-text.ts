/** Compares texts without regard to case, white space and what differs between encodings; and hashes them. */

/** Characters that a hash covers. */
export const GRAM = 6;
/** Bits: after `GRAM` characters, nothing of the first is left of its 32. */
const GRAM_SHIFT = 6;
/** Ignored characters between two others, e.g. a line break and the spaces after it. */
const MAX_GAP = 64;

/** @returns the index of the next character that counts, or one outside of the text. */
export function neighbour(text: string, index: number, step: 1 | -1): number {
  let at = index + step;
  for (let gap = 0; gap < MAX_GAP && at >= 0 && at < text.length && foldedAt(text, at) === 0; gap += 1) at += step;
  return at;
}

/** `_` counts as `/`, and `-` as `+`: the two alphabets of Base64. `+` may also stand for a space. */
const IGNORED_CHARACTERS = /[\s\p{Cc}\p{Cf}\p{DI}\u2800\\+\-:,=]/u;
/** ASCII's printable characters in the width of Chinese ones, U+FF01 and so on, are this much higher. */
const FULL_WIDTH = 0xfee0;
/** Characters up to here have upper case: Latin, Greek, Cyrillic and Armenian. */
const MAX_CASED = 0x590;

/** By the code of a character. */
interface Tables {
  /** Without case; 0 for an ignored character. */
  readonly folded: Uint16Array;
  /** Of the folded character; 0 for an ignored one. */
  readonly hashes: Int32Array;
  /** Bits by which the character moves the ones before it out of a hash: 0 for an ignored one. */
  readonly shifts: Uint8Array;
}

let tables: Tables | undefined;

/** Made at first use, in a few milliseconds. */
export function tablesOf(): Tables {
  if (tables !== undefined) return tables;
  const folded = new Uint16Array(0x10000);
  const hashes = new Int32Array(0x10000);
  const shifts = new Uint8Array(0x10000);
  for (let code = 0; code < folded.length; code += 1) {
    const value = foldedCode(code);
    folded[code] = value;
    hashes[code] = value === 0 ? 0 : hashOf(value);
    shifts[code] = value === 0 ? 0 : GRAM_SHIFT;
  }
  return (tables = { folded, hashes, shifts });
}

function foldedCode(code: number): number {
  if (code >= FULL_WIDTH + 0x21 && code <= FULL_WIDTH + 0x7e) return foldedCode(code - FULL_WIDTH);
  const character = String.fromCharCode(code);
  if (IGNORED_CHARACTERS.test(character)) return 0;
  if (character === '_') return '/'.charCodeAt(0);
  return code < MAX_CASED ? character.toLowerCase().charCodeAt(0) : code;
}

/** Spread over 32 bits. */
function hashOf(code: number): number {
  const mixed = Math.imul(code ^ (code >>> 7), 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
}

/** @returns 0 for an ignored character and outside of the text. */
export function foldedAt(text: string, index: number): number {
  return tablesOf().folded[text.charCodeAt(index)] ?? 0;
}

/** @returns the hash of the `GRAM` codes of folded characters up to the last one. */
export function hashOfGram(codes: Uint16Array, last: number): number {
  let hash = 0;
  for (let at = last - GRAM + 1; at <= last; at += 1) hash = ((hash << GRAM_SHIFT) + hashOf(codes[at] ?? 0)) | 0;
  return hash;
}
