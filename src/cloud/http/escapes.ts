/**
 * Decodes escapes of JSON, URLs, HTML, scripts and mail in a text, and knows where each decoded character came from. HTML
 * tags, colors of the terminal and tag characters, which no person sees, become spaces.
 */

export interface DecodedText {
  readonly text: string;
  /** For each character of `text`, where its escape begins in the encoded text; then the encoded text's length. */
  readonly starts: Int32Array;
}

interface Escape {
  /** Decoded; never empty. A line break is a space. */
  readonly text: string;
  /** Index after the escape. */
  readonly end: number;
}

/** A byte that is escaped, and the index after it. */
interface EscapedByte {
  readonly byte: number;
  readonly end: number;
}

type ReadByte = (text: string, index: number) => EscapedByte | undefined;

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const ZERO = 0x30;
const LESS_THAN = 0x3c;
const ESC = 0x1b;
/** The first half of a tag character, U+E0041 and so on. */
const TAG_CHARACTER = 0xdb40;
const MAX_CODE_POINT = 0x10ffff;

/** All escapes begin with one of these. */
export const INTRODUCERS = ['\\', '%', '&', '=', '0x', '0X', '<', '\u001b', '\udb40'] as const;

const AFTER_BACKSLASH: ReadonlySet<number> = new Set(Buffer.from('nrtbfvuxNRTBFVUX01234567'));

/** @returns whether `readEscape` could read an escape at the index of an introducer; quick, and sometimes wrongly true. */
export function mayBeEscape(text: string, index: number): boolean {
  const next = text.charCodeAt(index + 1);
  switch (text.charCodeAt(index)) {
    case BACKSLASH:
      return AFTER_BACKSLASH.has(next);
    case PERCENT:
      return hexDigit(next) >= 0 || (next | 0x20) === 0x75;
    case AMPERSAND:
      return next === 0x23 || isLetter(next);
    case ZERO:
      return hexDigit(text.charCodeAt(index + 2)) >= 0;
    case LESS_THAN:
      return isLetter(next) || next === 0x2f || next === 0x21;
    case ESC:
    case TAG_CHARACTER:
      return true;
    default:
      return hexDigit(next) >= 0 && hexDigit(text.charCodeAt(index + 2)) >= 0;
  }
}

/**
 * Decodes all escapes once; nested ones of a kind, such as `%2525`, together. Backslashes that escape no other character
 * than themselves stay: a comparison of the text ignores them.
 * @param isMail whether `=3D` is an escape, as in quoted-printable text; elsewhere it is a value after an equals sign.
 */
export function decodeEscapes(text: string, isMail: boolean): DecodedText {
  const starts = new Int32Array(text.length + 1);
  let decoded = '';
  let copied = 0;
  const copyUntil = (end: number) => {
    const at = decoded.length - copied;
    for (let index = copied; index < end; index += 1) starts[at + index] = index;
    decoded += text.slice(copied, end);
  };
  for (let index = 0; index < text.length;) {
    const code = text.charCodeAt(index);
    const escape = isMail || code !== EQUALS ? readEscape(text, index, code) : undefined;
    if (escape === undefined) {
      index += 1;
      continue;
    }
    copyUntil(index);
    starts.fill(index, decoded.length, decoded.length + escape.text.length);
    decoded += escape.text;
    index = copied = escape.end;
  }
  copyUntil(text.length);
  starts[decoded.length] = text.length;
  return { text: decoded, starts: starts.subarray(0, decoded.length + 1) };
}

function readEscape(text: string, index: number, code: number): Escape | undefined {
  switch (code) {
    case BACKSLASH:
      return readBackslash(text, index);
    case PERCENT:
      return readPercent(text, index);
    case AMPERSAND:
      return readEntity(text, index);
    case EQUALS:
      return readBytes(text, index, readMailByte);
    case ZERO:
      return readBytes(text, index, readPrefixedByte);
    case LESS_THAN:
      return readHidden(HTML_TAG, text, index);
    case ESC:
      return readHidden(TERMINAL_COLOR, text, index);
    case TAG_CHARACTER:
      return readHidden(TAG, text, index);
    default:
      return undefined;
  }
}

const HTML_TAG = /<[a-z/!][^<>]{0,100}>/iy;
const TERMINAL_COLOR = /\p{Cc}\[[\d;]{0,40}[a-z]/iuy;
const TAG = /[\u{e0000}-\u{e0fff}]/uy;

/** What no person sees counts as a space. */
function readHidden(pattern: RegExp, text: string, index: number): Escape | undefined {
  const [all] = matchAt(pattern, text, index);
  return all === undefined ? undefined : { text: ' ', end: index + all.length };
}

/** `\U0000003d` is of Python, `\x{3d}` of Perl. */
const UNICODE_ESCAPE = /(?:U(00[01][0-9a-fA-F]{5})|[uU]([0-9a-fA-F]{4})|[uUxX]\{([0-9a-fA-F]{1,6})\})/y;
const SHORT_ESCAPE = /[nrtbfv]/i;
const OCTAL_ESCAPE = /[0-3]?[0-7]{1,2}/y;
const OCTAL_BYTE = /[0-3][0-7]{2}/y;
const PREFIXED_BYTE = /[,\s]{0,3}0x([0-9a-f]{2})(?![0-9a-f])/iy;

/** Any number of backslashes counts as one: JSON in JSON doubles them. */
function readBackslash(text: string, index: number): Escape | undefined {
  const at = afterBackslashes(text, index);
  const [all = '', eight, four, braced] = matchAt(UNICODE_ESCAPE, text, at);
  if (all !== '') return { text: characterOf(parseInt(eight ?? four ?? braced ?? '', 16)), end: at + all.length };
  if (SHORT_ESCAPE.test(text.charAt(at))) return { text: ' ', end: at + 1 };
  const bytes = readBytes(text, index, readBackslashByte);
  if (bytes !== undefined) return bytes;
  const [octal] = matchAt(OCTAL_ESCAPE, text, at);
  if (octal !== undefined) return { text: characterOf(parseInt(octal, 8)), end: at + octal.length };
  return at > index + 1 ? { text: '\\', end: at } : undefined;
}

/** `%3D`, `%253D` and so on, and the `%u003D` of old scripts. */
function readPercent(text: string, index: number): Escape | undefined {
  const at = afterPercents(text, index);
  const [all = '', hex = ''] = matchAt(/u([0-9a-f]{4})/iy, text, at);
  if (all !== '') return { text: characterOf(parseInt(hex, 16)), end: at + all.length };
  return readBytes(text, index, readPercentByte) ?? (at > index + 1 ? { text: '%', end: at } : undefined);
}

const AMPERSANDS = /&(?:amp;|#0*38;|#x0*26;)*/iy;
const ENTITY = /#0*(\d{1,7});?|#x0*([0-9a-f]{1,6});?|([a-z]{2,14});/iy;

/** `&equals;`, `&amp;equals;`, `&#61;`, `&#x3D;`. */
function readEntity(text: string, index: number): Escape | undefined {
  const [ampersands = '&'] = matchAt(AMPERSANDS, text, index);
  const at = index + ampersands.length;
  const [all = '', decimal, hex, name] = matchAt(ENTITY, text, at);
  const named = name === undefined ? undefined : ENTITIES.get(name.toLowerCase());
  if (named !== undefined) return { text: named, end: at + all.length };
  if (decimal !== undefined) return { text: characterOf(parseInt(decimal, 10)), end: at + all.length };
  if (hex !== undefined) return { text: characterOf(parseInt(hex, 16)), end: at + all.length };
  return ampersands.length > 1 ? { text: '&', end: at } : undefined;
}

/** The entities of ASCII's punctuation, which a password or a token may contain, and of what is not seen. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['quot', '"'],
  ['apos', "'"],
  ['lt', '<'],
  ['gt', '>'],
  ...['nbsp', 'shy', 'zwj', 'zwnj', 'lrm', 'rlm', 'zerowidthspace', 'nobreak'].map((name) => [name, ' '] as const),
  ['tab', '\t'],
  ['newline', '\n'],
  ['equals', '='],
  ['plus', '+'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['percnt', '%'],
  ['num', '#'],
  ['excl', '!'],
  ['dollar', '$'],
  ['lpar', '('],
  ['rpar', ')'],
  ['ast', '*'],
  ['midast', '*'],
  ['comma', ','],
  ['period', '.'],
  ['colon', ':'],
  ['semi', ';'],
  ['quest', '?'],
  ['commat', '@'],
  ['lsqb', '['],
  ['lbrack', '['],
  ['rsqb', ']'],
  ['rbrack', ']'],
  ['hat', '^'],
  ['lowbar', '_'],
  ['underbar', '_'],
  ['grave', '`'],
  ['lcub', '{'],
  ['lbrace', '{'],
  ['rcub', '}'],
  ['rbrace', '}'],
  ['verbar', '|'],
  ['vert', '|'],
  ['tilde', '~'],
  ['hyphen', '-'],
  ['dash', '-'],
]);

/** Reads the bytes of one character in UTF-8; a byte that is not UTF-8 is a character of Latin-1. */
function readBytes(text: string, index: number, readByte: ReadByte): Escape | undefined {
  const first = readByte(text, index);
  if (first === undefined) return undefined;
  const length = lengthInUtf8(first.byte);
  let codePoint = length === 1 ? first.byte : first.byte & (0x7f >> length);
  let { end } = first;
  for (let count = 1; count < length; count += 1) {
    const next = readByte(text, end);
    if (next === undefined || next.byte >> 6 !== 2) return { text: String.fromCharCode(first.byte), end: first.end };
    codePoint = codePoint * 64 + (next.byte & 0x3f);
    ({ end } = next);
  }
  return { text: characterOf(codePoint), end };
}

function lengthInUtf8(firstByte: number): number {
  if (firstByte < 0xc2 || firstByte > 0xf4) return 1;
  if (firstByte < 0xe0) return 2;
  return firstByte < 0xf0 ? 3 : 4;
}

function readPercentByte(text: string, index: number): EscapedByte | undefined {
  return text.charCodeAt(index) === PERCENT ? hexByteAt(text, afterPercents(text, index)) : undefined;
}

function readMailByte(text: string, index: number): EscapedByte | undefined {
  return text.charCodeAt(index) === EQUALS ? hexByteAt(text, index + 1) : undefined;
}

function readBackslashByte(text: string, index: number): EscapedByte | undefined {
  const at = text.charCodeAt(index) === BACKSLASH ? afterBackslashes(text, index) : index;
  if (at === index) return undefined;
  if (text.charAt(at).toLowerCase() === 'x') return hexByteAt(text, at + 1);
  const [octal] = matchAt(OCTAL_BYTE, text, at);
  return octal === undefined ? undefined : { byte: parseInt(octal, 8), end: at + octal.length };
}

/** `0x3d`, also after a comma and a space; longer numbers are no bytes. */
function readPrefixedByte(text: string, index: number): EscapedByte | undefined {
  const [all, digits = ''] = matchAt(PREFIXED_BYTE, text, index);
  return all === undefined ? undefined : { byte: parseInt(digits, 16), end: index + all.length };
}

function afterBackslashes(text: string, index: number): number {
  let at = index;
  while (text.charCodeAt(at) === BACKSLASH) at += 1;
  return at;
}

/** @returns the index after a percent sign and all that are escaped in it: `%25` is a percent sign, and so is `%2525`. */
function afterPercents(text: string, index: number): number {
  let at = index + 1;
  while (text.charCodeAt(at) === 0x32 && text.charCodeAt(at + 1) === 0x35) at += 2;
  return at;
}

function hexByteAt(text: string, index: number): EscapedByte | undefined {
  const high = hexDigit(text.charCodeAt(index));
  const low = hexDigit(text.charCodeAt(index + 1));
  return high < 0 || low < 0 ? undefined : { byte: high * 16 + low, end: index + 2 };
}

function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

/** @returns the digit's value; -1 for any other character. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function characterOf(codePoint: number): string {
  return codePoint <= MAX_CODE_POINT ? String.fromCodePoint(codePoint) : '\ufffd';
}

function matchAt(sticky: RegExp, text: string, index: number): readonly (string | undefined)[] {
  sticky.lastIndex = index;
  return sticky.exec(text) ?? [];
}
