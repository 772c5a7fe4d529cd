/** Undoes what other programs do to a text that they quote: escapes, entities, typographic quotes, terminal colours. */
import type { SlicedWork, Slices } from '../../base/work/slices';
import { withoutColumns } from './terminal-columns';

export interface DecodedText {
  readonly text: string;
  /** Where the second and each later line of the original begins in the text, ascending. */
  readonly lineStarts: readonly number[];
}

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const TERMINAL_CODE = new RegExp(
  `[${ESCAPE}\u009b]\\[[\\d;?]{0,40}[A-Za-z]|${ESCAPE}\\][^${BELL}${ESCAPE}\\n]{0,2000}(?:${BELL}|${ESCAPE}\\\\)`,
  'g',
);
/** A colour as other programs show it: `^[[31m`, `\\u001b[31m`, and without its first character. */
const SHOWN_COLOUR = /(?:\^\[|[\ufffd␛]|\\{1,8}(?:e|033|x1b|u001b))?\[\d{1,3}(?:;\d{1,3}){0,8}m(?!\])/gi;
const HAS_COLOUR = /\[\d{1,3}(?:;\d{1,3}){0,8}m/;

/** What stands for an ASCII character in other scripts and in word processors. Ids keep their characters. */
const TYPOGRAPHIC: ReadonlyMap<string, string> = new Map(
  (
    [
      ['“”„‟«»‹›「」『』〝〞＂《》〈〉', '"'],
      ['‘’‚‛′＇', "'"],
      ['（', '('],
      ['）', ')'],
      ['［【〔〖', '['],
      ['］】〕〗', ']'],
      ['｛', '{'],
      ['｝', '}'],
      ['：', ':'],
      ['，、', ','],
      ['；', ';'],
      ['＝', '='],
      ['｜', '|'],
      ['＃', '#'],
      ['／', '/'],
      ['？', '?'],
      ['＆', '&'],
      ['．', '.'],
      ['\u00a0\u202f\u3000', ' '],
    ] as const
  ).flatMap(([characters, ascii]) => Array.from(characters, (character) => [character, ascii] as const)),
);

/** What a character means after backslashes: a new line, a blank, or itself. Markdown has a backslash before `_`. */
const ESCAPED: ReadonlyMap<string, string> = new Map(
  [...['n\n', 'r ', 't '], ...['""', "''", '//', '__', '||', '\n\n', '\r\r']].map((pair) => [
    pair.charAt(0),
    pair.charAt(1),
  ]),
);
/** The characters of ids keep their form: an id in the result is one in the text. */
const CODE_AFTER_BACKSLASHES = /u\{?00([2-7][0-9a-f])\}?|u([0-9a-f]{4})|x([2-7][0-9a-f])/iy;
const ENTITY = /&(?:amp;){0,8}(?:(quot|apos|lt|gt|nbsp|[lr]dquo|[lr]squo)|#0{0,4}(\d{2,3})|#x0{0,4}([0-9a-f]{2}));/iy;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['apos', "'"],
  ['lsquo', "'"],
  ['rsquo', "'"],
  ['lt', '<'],
  ['gt', '>'],
  ['nbsp', ' '],
]);
/** Also of a text that was encoded more than once. */
const PERCENT = /%(?:25){0,8}(0[9ad]|[2-7][0-9a-f])/iy;
const QUOTED_PRINTABLE = /=([2-7][0-9A-F])|=[^\S\n]{0,20}\r?\n/y;
/** What only a text in this encoding has. */
const IS_QUOTED_PRINTABLE = /quoted-printable|=22[\w.-]{1,40}=22|=3D(?:["'=]|[0-9a-f]{8}-)/i;
const TAG =
  /<(\/?)(td|th|tr|br|p|div|li|table|b|strong|i|em|code|span|pre|tt|kbd|font|u|mark|wbr|tbody|thead)(?:\s[^<>]{0,300})?\/?>/iy;
const BLANKS = /\s*/y;

/** Returns the text as it was before it was quoted, in time proportional to its length. */
export function* decoded(text: string, slices: Slices): SlicedWork<DecodedText> {
  const plain = withoutReturns(withoutColours(text));
  const isQuotedPrintable = plain.includes('=') && IS_QUOTED_PRINTABLE.test(plain);
  // This encoding marks the lines that continue.
  const { text: lines, joins } = isQuotedPrintable ? { text: plain, joins: [] } : yield* withoutColumns(plain, slices);
  const decoder = new Decoder(lines, joins, isQuotedPrintable);
  while (!decoder.read(slices.size)) yield;
  return decoder.result();
}

function withoutColours(text: string): string {
  const plain = text.includes(ESCAPE) || text.includes('\u009b') ? text.replace(TERMINAL_CODE, '') : text;
  return HAS_COLOUR.test(plain) ? plain.replace(SHOWN_COLOUR, '') : plain;
}

/** @returns the text with line feeds alone at the ends of lines. */
function withoutReturns(text: string): string {
  return text.includes('\r') ? text.replace(/\r{1,4}\n/g, '\n') : text;
}

const SPECIAL: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '\r\\&%<='.includes(String.fromCharCode(code)),
);
/** Chats and wikis put these between words. */
const ZERO_WIDTH: ReadonlySet<number> = new Set([0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]);
const OTHER_SPECIAL: ReadonlyMap<number, number> = new Map([
  ...[...TYPOGRAPHIC].map(([character, ascii]) => [character.charCodeAt(0), ascii.charCodeAt(0)] as const),
  ...[...ZERO_WIDTH].map((code) => [code, code] as const),
]);
const FIRST_TYPOGRAPHIC = 0xa0;
const NEWLINE = 0x0a;

/** A loop over characters, because a replacement per escape takes ten times as long. */
class Decoder {
  private readonly codes: Uint16Array;
  private readonly lineStarts: number[] = [];
  private at = 0;
  private join = 0;
  private length = 0;

  constructor(
    private readonly source: string,
    private readonly joins: readonly number[],
    private readonly isQuotedPrintable: boolean,
  ) {
    this.codes = new Uint16Array(source.length);
  }

  /** Reads on, to the end or for about `maxLength` characters. @returns whether there is nothing left to read. */
  read(maxLength: number): boolean {
    const { source, codes } = this;
    const end = Math.min(source.length, this.at + maxLength);
    let { at } = this;
    while (at < end) {
      for (; (this.joins[this.join] ?? Infinity) <= at; this.join += 1) this.lineStarts.push(this.length);
      const code = source.charCodeAt(at);
      if (code === NEWLINE) {
        codes[this.length++] = NEWLINE;
        this.lineStarts.push(this.length);
        at += 1;
      } else if (code < 128 ? SPECIAL[code] === true : code >= FIRST_TYPOGRAPHIC && OTHER_SPECIAL.has(code)) {
        at = this.readSpecial(at, code);
      } else {
        codes[this.length++] = code;
        at += 1;
      }
    }
    this.at = at;
    return at >= source.length;
  }

  result(): DecodedText {
    return { text: textOf(this.codes.subarray(0, this.length)), lineStarts: this.lineStarts };
  }

  /** @returns the position to continue at. */
  private readSpecial(at: number, code: number): number {
    switch (code) {
      case 0x0d: {
        const next = this.source.charAt(at + 1);
        if (next !== '\n' && next !== '\r') this.write(NEWLINE);
        return at + 1;
      }
      case 0x5c:
        return this.readBackslashes(at);
      case 0x26:
        return this.readEntity(at);
      case 0x25:
        return this.readPercent(at);
      case 0x3c:
        return this.readTag(at);
      case 0x3d:
        return this.isQuotedPrintable ? this.readQuotedPrintable(at) : this.copy(at, at + 1);
      default:
        // An id with such a character inside stays divided.
        if (!(ZERO_WIDTH.has(code) && !this.isInWord(at + 1))) this.write(OTHER_SPECIAL.get(code) ?? code);
        return at + 1;
    }
  }

  private readBackslashes(start: number): number {
    const { source } = this;
    let at = start;
    while (source.charCodeAt(at) === 0x5c) at += 1;
    const escaped = ESCAPED.get(source.charAt(at));
    if (escaped !== undefined) {
      // A backslash at the end of a line says that the line continues.
      if (escaped === '\n' && source.charAt(at) === '\n') return at;
      if (escaped === '\r') return at;
      this.write(escaped.charCodeAt(0));
      return at + 1;
    }
    const [all = '', short, long, byte] = matchOf(CODE_AFTER_BACKSLASHES, source, at) ?? [];
    const code = parseInt(short ?? long ?? byte ?? '', 16);
    if (all === '' || isOfIds(code) || Number.isNaN(code)) return this.copy(start, Math.max(at, start + 1));
    this.writeDecoded(code);
    return at + all.length;
  }

  private readEntity(at: number): number {
    const [all, name, decimal, hex] = matchOf(ENTITY, this.source, at) ?? [];
    if (all === undefined) return this.copy(at, at + 1);
    const code =
      name === undefined
        ? parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10)
        : (ENTITIES.get(name.toLowerCase()) ?? '"').charCodeAt(0);
    if (isOfIds(code) || code < 0x20) return this.copy(at, at + all.length);
    this.writeDecoded(code);
    return at + all.length;
  }

  private readPercent(at: number): number {
    const [all, hex = ''] = matchOf(PERCENT, this.source, at) ?? [];
    const code = parseInt(hex, 16);
    if (all === undefined || isOfIds(code)) return this.copy(at, at + 1);
    const end = at + all.length;
    // A backslash in front of an encoded quote says nothing more. An id with one inside stays divided.
    if (code === 0x5c && this.isInWord(end)) return this.copy(at, end);
    if (code !== 0x5c) this.writeDecoded(code);
    return end;
  }

  private readQuotedPrintable(at: number): number {
    const [all, hex] = matchOf(QUOTED_PRINTABLE, this.source, at) ?? [];
    if (all === undefined) return this.copy(at, at + 1);
    if (hex === undefined) this.lineStarts.push(this.length);
    else if (isOfIds(parseInt(hex, 16))) return this.copy(at, at + all.length);
    else this.writeDecoded(parseInt(hex, 16));
    return at + all.length;
  }

  /** A table's cells become those of a line with tabs. */
  private readTag(at: number): number {
    const [all, slash, name = ''] = matchOf(TAG, this.source, at) ?? [];
    if (all === undefined) return this.copy(at, at + 1);
    const end = at + all.length;
    switch (name.toLowerCase()) {
      case 'td':
      case 'th':
        if (slash === '') return end;
        this.write(0x09);
        return this.skipBlanks(end);
      case 'tr':
        if (slash === '') return this.skipBlanks(end);
        this.write(NEWLINE);
        return this.skipBlanks(end);
      case 'br':
      case 'p':
      case 'div':
      case 'li':
      case 'table':
        this.write(NEWLINE);
        return end;
      default:
        // An id has no tags in it.
        return this.isInWord(end) ? this.copy(at, end) : end;
    }
  }

  /** Whether the last character and the one at a position are those of words. */
  private isInWord(at: number): boolean {
    const last = this.length === 0 ? 0 : (this.codes[this.length - 1] ?? 0);
    return isOfIds(last) && isOfIds(this.source.charCodeAt(at));
  }

  private skipBlanks(start: number): number {
    const [blanks = ''] = matchOf(BLANKS, this.source, start) ?? [];
    for (const blank of blanks) if (blank === '\n') this.lineStarts.push(this.length);
    return start + blanks.length;
  }

  private copy(start: number, end: number): number {
    for (let at = start; at < end; at += 1) this.write(this.source.charCodeAt(at));
    return end;
  }

  private writeDecoded(code: number): void {
    this.write(code === 0x0d ? 0x20 : (OTHER_SPECIAL.get(code) ?? code));
  }

  private write(code: number): void {
    this.codes[this.length++] = code;
  }
}

/** A text of one byte per character is searched in half the time. */
function textOf(codes: Uint16Array): string {
  let used = 0;
  for (const code of codes) used |= code;
  return used < 0x100
    ? Buffer.from(codes).toString('latin1')
    : Buffer.from(codes.buffer, 0, codes.byteLength).toString('utf16le');
}

/** Whether ids may have the character: then its escape is not decoded. */
function isOfIds(code: number): boolean {
  return code < 128 && /[\w-]/.test(String.fromCharCode(code));
}

function matchOf(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
