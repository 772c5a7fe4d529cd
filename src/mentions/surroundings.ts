/** The words around an id in a text, without secrets. */

/** In characters, before and after the id. */
const MAX_WORDS_LENGTH = 80;
/** Read, to find the secrets that begin before the words that are shown. */
const MAX_READ_LENGTH = 400;
const HIDDEN = '***';
/** A header, parameter or field whose value is a secret. */
const NAMED_SECRET =
  /((?:x-auth-token|x-subject-token|x-security-token|authorization|signature|token|secret[\w-]{0,20}|password|passwd|pwd|access[_-]?key[\w-]{0,12}|credential|cookie|(?<![a-z])[as]k)["'`]?\s{0,3}(?:[:=]|%3D)\s{0,3})(?:"[^"]{1,400}"?|'[^']{1,400}'?|["'`]?(?:(?:bearer|basic|sdk-hmac-sha256)\s)?[^\s"'`,;&}]{1,400})/gi;
/** An option of a command, e.g. `--cli-secret-key value`. */
const SECRET_OPTION = /(--[\w-]{0,20}(?:secret|token|password|passwd)[\w-]{0,12}\s{1,3})[^\s-][^\s]{0,400}/gi;
/** A long word of letters and digits, such as a token or a signature; ids of 32 to 36 characters are shown. */
const LONG_WORD = /(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/=_.-]{40,}/g;

export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

export function wordsAround(text: string, start: number, end: number): Surroundings {
  const before = text.slice(Math.max(0, start - MAX_READ_LENGTH), start).replace(/^[^]*\n/, '');
  const [after = ''] = /^[^\n]*/.exec(text.slice(end, end + MAX_READ_LENGTH)) ?? [];
  // A cut secret at an end of what was read is still longer than what is shown.
  return {
    before: copyOf(withoutSecrets(before).slice(-MAX_WORDS_LENGTH)),
    after: copyOf(withoutSecrets(after).slice(0, MAX_WORDS_LENGTH)),
  };
}

function withoutSecrets(words: string): string {
  return words
    .replace(NAMED_SECRET, `$1${HIDDEN}`)
    .replace(SECRET_OPTION, `$1${HIDDEN}`)
    .replace(LONG_WORD, (word) => (/[/.]/.test(word) && /^[a-z0-9/._-]+$/.test(word) ? word : HIDDEN));
}

/** @returns the same text, which does not keep the whole in memory. */
function copyOf(words: string): string {
  return Buffer.from(words, 'utf16le').toString('utf16le');
}
