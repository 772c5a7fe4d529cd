/** The forms in which a text may contain a secret: as it is, decoded, in Base64, and as hexadecimal or decimal bytes. */
import { decodeEscapes } from './escapes';
import { percentEncode, wellFormed } from './signer';

export interface SecretForm {
  readonly text: string;
  /** Characters of a piece that must not be shown; the whole form if it is shorter. */
  readonly minPiece: number;
}

/** Characters of a secret. */
const MIN_PIECE = 12;
const MIN_DECODED_PIECE = 8;
/** So many characters of Base64 hold 90 bits whatever comes before them, of the 96 in a piece. */
const MIN_BASE64_PIECE = 15;
const MIN_HEX_PIECE = 2 * MIN_PIECE;
/** Bytes of two digits at least, and the commas between them. */
const MIN_DECIMAL_PIECE = 3 * MIN_PIECE - 1;
/** Characters. Longer secrets, such as tokens, are encoded at most once, which keeps the list of forms short. */
const MAX_TWICE_ENCODED = 1024;
const MAX_DECODINGS = 4;

/** @param isEncodedTwice whether to include Base64 and digits of a secret that is already encoded. */
export function formsOf(secret: string, isEncodedTwice: boolean): readonly SecretForm[] {
  const plain = decodingsOf(secret).map((text) => ({ text, minPiece: minPieceOf(text, secret) }));
  const encodedOnce = encodingsOf(secret);
  const once = [...plain, ...encodedOnce, { text: Buffer.from(secret).join(','), minPiece: MIN_DECIMAL_PIECE }];
  if (!isEncodedTwice || secret.length > MAX_TWICE_ENCODED) return once;
  const escaped = new Set(exactFormsOf(secret));
  escaped.delete(secret);
  return [...once, ...[...escaped, ...encodedOnce.map(({ text }) => text)].flatMap(encodingsOf)];
}

/** @returns a smaller number for a secret that became shorter by decoding: a piece of it may have become so, too. */
function minPieceOf(decoded: string, { length }: string): number {
  return Math.max(MIN_DECODED_PIECE, MIN_PIECE - (length - decoded.length));
}

/** @returns the forms that are searched for as they are, without decoding: plain, percent-encoded by either rule, JSON. */
export function exactFormsOf(secret: string): readonly string[] {
  const encoded = [percentEncode(secret), encodeURIComponent(wellFormed(secret))];
  const inLowerCase = encoded.map((form) => form.replace(/%../g, (hex) => hex.toLowerCase()));
  return [...new Set([secret, ...encoded, ...inLowerCase, jsonForm(secret)])];
}

/** @returns the secret and, if it looks escaped itself, what it is after decoding, since the text around it is decoded. */
function decodingsOf(secret: string): readonly string[] {
  const found = new Set([secret]);
  for (const isMail of [false, true]) {
    let text = secret;
    for (let count = 0; count < MAX_DECODINGS; count += 1) found.add((text = decodeEscapes(text, isMail).text));
  }
  return [...found];
}

function encodingsOf(text: string): readonly SecretForm[] {
  const bytes = Buffer.from(text);
  return [
    { text: bytes.toString('hex'), minPiece: MIN_HEX_PIECE },
    ...[0, 1, 2].map((before) => ({ text: base64After(before, bytes), minPiece: MIN_BASE64_PIECE })),
  ];
}

/** @returns the Base64 of the bytes after others, without the characters that hold bits of other bytes. */
function base64After(before: number, bytes: Buffer): string {
  const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

function jsonForm(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}
