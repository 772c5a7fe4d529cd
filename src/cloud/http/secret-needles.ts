/** What a finder needs to know of a secret: its forms without ignored characters, and hashes of parts of them. */
import { foldedAt, GRAM, hashOfGram } from './folded-text';
import { exactFormsOf, formsOf, type SecretForm } from './secret-forms';

export interface KnownSecret {
  readonly text: string;
  /** Shown in the secret's place. */
  readonly mark: string;
  /** Shown before the mark if the secret's beginning was found. */
  readonly prefix?: string;
  /** Whether it belongs to one request, as a signature does. It is then searched for in fewer forms. */
  readonly isOfOneRequest?: boolean;
}

/** A form of a secret, as a part of `codes`. */
export interface Needle {
  readonly secret: KnownSecret;
  readonly from: number;
  readonly to: number;
  /** Characters of a piece that must not be shown, with the ignored ones. */
  readonly minPiece: number;
  readonly form: string;
}

export interface SecretNeedles {
  readonly needles: readonly Needle[];
  /** The folded characters of all needles, one after the other. */
  readonly codes: Uint16Array;
  /** For each code, its place in the form with the ignored characters. */
  readonly places: Int32Array;
  /** The last codes of as few grams as suffice to find each piece; and their hashes. */
  readonly grams: readonly number[];
  readonly hashes: readonly number[];
  readonly exactForms: readonly string[];
  /** Whether the secret has too few characters that count, so that only its exact forms are found. */
  readonly isExactOnly: boolean;
}

const MAX_SAVED = 16;

/** Makes needles, and saves those of the latest secrets: a credential is used for many requests. */
export class NeedleCase {
  private readonly saved = new Map<string, SecretNeedles>();

  of(secret: KnownSecret): SecretNeedles {
    if (secret.isOfOneRequest === true) return needlesOf(secret);
    const key = `${secret.mark} ${secret.text}`;
    const known = this.saved.get(key) ?? needlesOf(secret);
    this.saved.delete(key);
    this.saved.set(key, known);
    const [oldest] = this.saved.keys();
    if (this.saved.size > MAX_SAVED && oldest !== undefined) this.saved.delete(oldest);
    return known;
  }
}

function needlesOf(secret: KnownSecret): SecretNeedles {
  const forms = uniqueForms(secret);
  const size = forms.reduce((sum, { text }) => sum + text.length, 0);
  const [codes, places] = [new Uint16Array(size), new Int32Array(size)];
  const needles: Needle[] = [];
  const grams: number[] = [];
  let from = 0;
  for (const { text, minPiece } of forms) {
    let to = from;
    for (let place = 0; place < text.length; place += 1) {
      const code = foldedAt(text, place);
      if (code === 0) continue;
      codes[to] = code;
      places[to] = place;
      to += 1;
    }
    if (to - from < GRAM) continue;
    const needle = { secret, from, to, minPiece: Math.min(minPiece, text.length), form: text };
    needles.push(needle);
    const step = Math.max(1, minCodesOf(needle, places) - GRAM + 1);
    for (let last = from + GRAM - 1; last < to; last += step) grams.push(last);
    from = to;
  }
  return {
    needles,
    codes: codes.subarray(0, from),
    places: places.subarray(0, from),
    grams,
    hashes: grams.map((last) => hashOfGram(codes, last)),
    exactForms: exactFormsOf(secret.text),
    isExactOnly: needles[0]?.form !== secret.text,
  };
}

/** Two forms are often the same text, e.g. percent-encoded letters. */
function uniqueForms({ text, isOfOneRequest = false }: KnownSecret): readonly SecretForm[] {
  return [...new Map(formsOf(text, !isOfOneRequest).map((form) => [form.text, form])).values()];
}

/** @returns the codes in the piece that has the most ignored characters. */
function minCodesOf(needle: Needle, places: Int32Array): number {
  let min = needle.to - needle.from;
  for (let first = needle.from, end = first; end < needle.to; first += 1) {
    while (end < needle.to && lengthOf(needle, places, first, end) < needle.minPiece) end += 1;
    if (lengthOf(needle, places, first, end) >= needle.minPiece) min = Math.min(min, end - first);
  }
  return min;
}

/** @returns the characters of a piece of a form, with the ignored ones in it and around it. */
export function lengthOf(needle: Needle, places: Int32Array, from: number, to: number): number {
  const start = from === needle.from ? 0 : (places[from - 1] ?? 0) + 1;
  return (to === needle.to ? needle.form.length : (places[to] ?? 0)) - start;
}
