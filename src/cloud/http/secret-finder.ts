/**
 * Finds known secrets, and pieces of them, in a text of any size: in the forms of `formsOf`, in any case, and with spaces
 * or line breaks in between. Linear in the text: a rolling hash of six characters finds the places that are compared.
 */
import { setImmediate } from 'node:timers/promises';
import { decodeEscapes, INTRODUCERS, mayBeEscape } from './escapes';
import { foldedAt, GRAM, neighbour, tablesOf } from './folded-text';
import { type KnownSecret, lengthOf, type Needle, NeedleCase } from './secret-needles';

export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly mark: string;
}

/** A part of the text that contains escapes. */
interface Span {
  readonly start: number;
  end: number;
}

/** Most slots stay empty, so that few characters of a text are compared. */
const SLOTS_PER_GRAM = 32;
const MIN_BITS = 10;
/** Texts that are decoded from decoded texts: JSON in HTML in a URL in JSON. */
const MAX_DEPTH = 4;
/** As MAX_DEPTH, for the escapes of mail, which need a decoding of their own. */
const MAX_MAIL_DEPTH = 1;
/** Characters around an escape that may belong to the same piece of a secret, e.g. 12 bytes in hexadecimal digits. */
const MARGIN = 128;
/** Characters. More are decoded in parts, which overlap by `2 * MARGIN`. */
const MAX_SPAN = 32 * 1024;
/** Characters of a text that are searched before other work has its turn. */
const MAX_AT_ONCE = 64 * 1024;
/** Characters that are searched with the part before and again with the next one: more than a piece has in any encoding. */
const OVERLAP = 4 * 1024;
/** Characters of a text that are copied at once. */
const MAX_PART = 16 * 1024;
/** Places in secrets that have the same hash. */
const MAX_SAME_HASH = 8;
/** Characters. In a longer text, only secrets that have no other form are searched for as they are. */
const MAX_EXACT_TEXT = 256 * 1024;

export class SecretFinder {
  private readonly needles: Needle[] = [];
  /** Of all needles, one after the other: see `SecretNeedles`. */
  private readonly codes: Uint16Array;
  private readonly places: Int32Array;
  /** By the index of a gram's last code. */
  private readonly hashes: Int32Array;
  /** By the upper bits of a gram's hash: 1 + the index of its last code; 0 if no needle has such a gram. */
  private readonly heads: Int32Array;
  /** By the index of a gram's last code: the next gram with such bits, in the same way. */
  private readonly others: Int32Array;
  private readonly shift: number;
  /** Of the searched text. */
  private readonly part = new Uint16Array(MAX_PART);
  private readonly exact: readonly (readonly [form: string, KnownSecret])[];
  private readonly exactOnly: readonly (readonly [form: string, KnownSecret])[];

  /** @param needleCase of the finders before, if secrets may be the same. */
  constructor(secrets: readonly KnownSecret[], needleCase = new NeedleCase()) {
    const parts = secrets.map((secret) => ({ secret, ...needleCase.of(secret) }));
    const size = parts.reduce((sum, { codes }) => sum + codes.length, 0);
    this.codes = new Uint16Array(size);
    this.places = new Int32Array(size);
    this.hashes = new Int32Array(size);
    this.others = new Int32Array(size);
    const gramCount = parts.reduce((sum, { grams }) => sum + grams.length, 0);
    const bits = Math.max(MIN_BITS, Math.ceil(Math.log2(gramCount * SLOTS_PER_GRAM)));
    this.shift = 32 - bits;
    this.heads = new Int32Array(2 ** bits);
    let offset = 0;
    for (const { codes, places, needles, grams, hashes } of parts) {
      this.codes.set(codes, offset);
      this.places.set(places, offset);
      for (const needle of needles) {
        this.needles.push({ ...needle, from: needle.from + offset, to: needle.to + offset });
      }
      for (const [index, last] of grams.entries()) this.save(last + offset, hashes[index] ?? 0);
      offset += codes.length;
    }
    const exactOf = ({ secret, exactForms }: (typeof parts)[number]) =>
      exactForms.map((form) => [form, secret] as const);
    this.exact = parts.flatMap(exactOf);
    this.exactOnly = parts.filter(({ isExactOnly }) => isExactOnly).flatMap(exactOf);
  }

  /** @returns the places in order; none overlaps another. */
  find(text: string): readonly FoundSecret[] {
    return merged(this.findIn(text, text.length));
  }

  /** As `find`, for a long text: other work has its turn meanwhile. */
  async findInParts(text: string): Promise<readonly FoundSecret[]> {
    const found: FoundSecret[] = [];
    for (let offset = 0; offset < text.length; offset += MAX_AT_ONCE) {
      if (offset > 0) await setImmediate();
      for (const { start, end, mark } of this.findIn(text.slice(offset, offset + MAX_AT_ONCE + OVERLAP), text.length)) {
        found.push({ start: start + offset, end: end + offset, mark });
      }
    }
    return merged(found);
  }

  /** @param wholeLength of the text that the part is from. */
  private findIn(part: string, wholeLength: number): FoundSecret[] {
    const exact = this.exactIn(part, wholeLength > MAX_EXACT_TEXT ? this.exactOnly : this.exact);
    return this.needles.length === 0 ? exact : [...exact, ...this.search(part, 0)];
  }

  private exactIn(text: string, forms: SecretFinder['exact']): FoundSecret[] {
    const found: FoundSecret[] = [];
    for (const [form, { mark, prefix = '' }] of forms) {
      for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + form.length)) {
        found.push({ start, end: start + form.length, mark: `${prefix}${mark}` });
      }
    }
    return found;
  }

  private search(text: string, depth: number): FoundSecret[] {
    const found = this.searchAsIs(text);
    if (depth === MAX_DEPTH) return found;
    for (const span of escapesIn(text)) found.push(...this.searchDecoded(text, span, depth));
    return found;
  }

  /** Most of the time is spent here. Copying the text in parts halves it: `charCodeAt` is slower than an array. */
  private searchAsIs(text: string): FoundSecret[] {
    const found: FoundSecret[] = [];
    const { heads, shift, part } = this;
    const { hashes, shifts } = tablesOf();
    const bytes = Buffer.from(part.buffer);
    let hash = 0;
    let foundUntil = 0;
    for (let start = 0; start < text.length; start += part.length) {
      const length = bytes.write(text.slice(start, start + part.length), 'utf16le') / 2;
      // No branch for ignored characters: they add nothing to the hash.
      for (let at = 0; at < length; at += 1) {
        const code = part[at] ?? 0;
        hash = ((hash << (shifts[code] ?? 0)) + (hashes[code] ?? 0)) | 0;
        if (heads[hash >>> shift] === 0 || start + at < foundUntil) continue;
        const longest = this.longestAt(text, start + at, hash);
        if (longest === undefined) continue;
        found.push(longest);
        foundUntil = longest.end;
      }
    }
    return found;
  }

  private searchDecoded(text: string, { start, end }: Span, depth: number): FoundSecret[] {
    const from = Math.max(0, start - MARGIN);
    const encoded = text.slice(from, Math.min(text.length, end + MARGIN));
    return [false, true].flatMap((isMail) => {
      if (isMail && (depth >= MAX_MAIL_DEPTH || !/=[0-9a-f]{2}/i.test(encoded))) return [];
      const decoded = decodeEscapes(encoded, isMail);
      if (decoded.text.length === encoded.length) return [];
      const at = (index: number) => from + (decoded.starts[index] ?? 0);
      return this.search(decoded.text, depth + 1).map((found) => ({
        ...found,
        start: at(found.start),
        end: at(found.end),
      }));
    });
  }

  /** @returns the longest piece of a secret that includes the six characters up to `index`, if it is long enough. */
  private longestAt(text: string, index: number, hash: number): FoundSecret | undefined {
    let longest: FoundSecret | undefined;
    let last = this.heads[hash >>> this.shift] ?? 0;
    for (let count = 0; last > 0 && count < MAX_SAME_HASH; count += 1) {
      const piece = this.hashes[last - 1] === hash ? this.pieceAt(text, index, last - 1) : undefined;
      if (piece !== undefined && piece.end - piece.start > (longest ? longest.end - longest.start : 0)) longest = piece;
      last = this.others[last - 1] ?? 0;
    }
    return longest;
  }

  /** @param last the code that the character at `index` is compared with. */
  private pieceAt(text: string, index: number, last: number): FoundSecret | undefined {
    if (foldedAt(text, index) !== this.codes[last]) return undefined;
    const needle = this.needleAt(last);
    let from = last;
    let start = index;
    for (let at = index; from > needle.from; from -= 1, start = at) {
      at = neighbour(text, at, -1);
      if (foldedAt(text, at) !== this.codes[from - 1]) break;
    }
    if (last - from + 1 < GRAM) return undefined;
    let to = last + 1;
    let end = index + 1;
    for (let at = index; to < needle.to; to += 1, end = at + 1) {
      at = neighbour(text, at, 1);
      if (foldedAt(text, at) !== this.codes[to]) break;
    }
    if (lengthOf(needle, this.places, from, to) < needle.minPiece) return undefined;
    const { mark, prefix = '' } = needle.secret;
    return {
      start,
      end: this.endOf(text, end, needle, to),
      mark: from === needle.from && needle.form === needle.secret.text ? `${prefix}${mark}` : mark,
    };
  }

  /** @returns the end with the ignored characters that a whole form ends with, e.g. the padding of Base64. */
  private endOf(text: string, end: number, needle: Needle, to: number): number {
    let extended = end;
    if (to < needle.to) return extended;
    for (let place = (this.places[to - 1] ?? 0) + 1; place < needle.form.length; place += 1, extended += 1) {
      if (text.charAt(extended) !== needle.form.charAt(place)) break;
    }
    return extended;
  }

  private needleAt(code: number): Needle {
    let low = 0;
    let high = this.needles.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.needles[middle]?.to ?? 0) > code) high = middle;
      else low = middle + 1;
    }
    const needle = this.needles[low];
    if (needle === undefined) throw new RangeError('No needle has this code.');
    return needle;
  }

  private save(last: number, hash: number): void {
    const slot = hash >>> this.shift;
    this.hashes[last] = hash;
    this.others[last] = this.heads[slot] ?? 0;
    this.heads[slot] = last + 1;
  }
}

function merged(found: FoundSecret[]): readonly FoundSecret[] {
  const all: FoundSecret[] = [];
  for (const next of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (last === undefined || next.start >= last.end) all.push(next);
    else if (next.end > last.end) all[all.length - 1] = { ...last, end: next.end };
  }
  return all;
}

/** @returns the parts of a text that contain escapes, in order. */
function escapesIn(text: string): readonly Span[] {
  const spans = INTRODUCERS.flatMap((introducer) => {
    const ofIntroducer: Span[] = [];
    for (let index = text.indexOf(introducer); index >= 0; index = text.indexOf(introducer, index + 1)) {
      if (mayBeEscape(text, index)) addSpan(ofIntroducer, { start: index, end: index + 1 });
    }
    return ofIntroducer;
  });
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) addSpan(merged, span);
  return merged;
}

function addSpan(spans: Span[], added: Span): void {
  const last = spans.at(-1);
  if (last === undefined || added.start - last.end > 2 * MARGIN || added.end - last.start > MAX_SPAN) spans.push(added);
  else last.end = Math.max(last.end, added.end);
}
