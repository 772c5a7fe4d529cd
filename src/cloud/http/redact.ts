/** Removes what looks like a secret from texts before they are shown or logged. */

/** As many characters as a person needs to recognise a key. */
const MAX_SHOWN_LENGTH = 4;

/** @returns the start of an access key, which is safe to show. */
export function accessKeyPrefix(accessKey: string): string {
  return accessKey.slice(0, MAX_SHOWN_LENGTH);
}

/**
 * Removes secrets by the names that the gateway, IAM, headers, URLs and environment variables give them. The gateway's
 * message about a wrong signature quotes keys, tokens and the canonical request, which contains the security token in
 * plain text.
 */
export function redact(text: string): string {
  return text
    .replace(CANONICAL_REQUEST, '$1[redacted]')
    .replace(WHOLE_HEADER, (_, name: string, quote = '', quoted = '', plain = '') => {
      const [access = ''] = /Access=[A-Za-z0-9]{1,4}/i.exec(`${quoted}${plain}`) ?? [];
      return `${name}${quote}${access === '' ? '' : `${access}**** `}[redacted]${quote}`;
    })
    .replace(NAMED_SECRET, '$1$2[redacted]$2')
    .replace(NAMED_TOKEN, '$1$2[redacted]$2')
    .replace(SCHEME, '$1[redacted]')
    .replace(ACCESS_KEY, '$1$2****')
    .replace(USER_OF_URL, '$1[redacted]@')
    .replace(USER_OF_ENCODED_URL, '$1[redacted]$2')
    .replace(USER_OF_PROXY, '$1[redacted]@')
    .replace(USER_OF_HOST, '[redacted]@');
}

// In these patterns, names and values may be quoted, and the quotes escaped, as in JSON within JSON. A quoted value ends
// at the matching quote, or at the end of a text that was cut off. Each repetition has a limit, or is entered once for
// each name, so that the patterns take linear time.

const QUOTE = String.raw`(?:\\{0,7}["']|&(?:amp;)?(?:quot|apos|#3[49]|#x2[27]);|%(?:25)?2[27]|\\{1,7}u002[27])`;
const IS = String.raw`\s{0,64}(?:[:=：]|%(?:25)?3[ad]|\\{1,7}u003[ad]|&(?:amp;)?(?:equals|colon|#58|#61|#x3[ad]);)\s{0,64}`;
const NAME_END = `${QUOTE}?${IS}`;
/** After a quote as the second group. */
const REST_OF_QUOTED = String.raw`.*?(?:(?<!\\)\2|$)`;
/** Neither an object nor a list in JSON. */
const NO_JSON = String.raw`(?![{[]\s{0,64}(?:\\{0,7}["'{}\[\]]|\d))`;

const CANONICAL_REQUEST = new RegExp(`(canonical[-_ ]?request${NAME_END}).*`, 'is');

/** The value extends to the end of the line: some schemes have spaces and commas. */
const WHOLE_HEADER = new RegExp(
  String.raw`\b((?:(?:proxy-)?authorization|(?:set-)?cookie)${NAME_END})(?:(${QUOTE})(${REST_OF_QUOTED})|([^\r\n]*))`,
  'gis',
);

const SECRET_NAMES = [
  '(?:security|auth|subject|access|refresh|id)[-_]?token',
  '(?:secret|api|private)[-_]?(?:access[-_]?)?key',
  'secret',
  'passw(?:or)?d',
  'passphrase',
  '(?<![a-z])(?:pass|pwd|pw)',
  'signature',
  '(?<![a-z0-9])sk',
];
const NAMED_SECRET = new RegExp(
  String.raw`((?:${SECRET_NAMES.join('|')})${NAME_END}${NO_JSON})(?:(${QUOTE})${REST_OF_QUOTED}|(?:(?:bearer|basic)\s{1,64})?[^\s,;|"']+)`,
  'gis',
);

/** A shorter value without quotes is rather a word of a sentence. */
const NAMED_TOKEN = new RegExp(
  String.raw`(token${NAME_END}${NO_JSON})(?:(${QUOTE})${REST_OF_QUOTED}|(?:bearer\s{1,64})?[^\s,;|"']{8,})`,
  'gis',
);

/** `Basic dXNlcjpwYXNz` without the header's name, but not `Basic authentication`. */
const SCHEME = /\b((?:basic|bearer)\s{1,64})(?=[a-z+/._~-]{0,2048}[0-9=])[\w+/.~-]{8,}=*/gi;

const ACCESS_KEY = new RegExp(
  String.raw`((?:(?<![a-z0-9])ak|access[-_]?key(?:[-_]?id)?)${NAME_END}${QUOTE}?|\bAccess=|\bak (?=\S{1,256} not exist))([a-z0-9]{4})[a-z0-9]+`,
  'gi',
);

/** `http://user:password@proxy`, also if the password has a slash, which belongs percent-encoded. */
const USER_OF_URL =
  /(:\\{0,7}\/\\{0,7}\/)(?:[^\s/?#"'<>]{1,256}|[^\s/?#@:"'<>]{1,128}:(?!\d{1,5}(?:[/?#\s]|$))[^\s"'<>]{1,128})@/g;
const USER_OF_ENCODED_URL = /(%(?:25)?3a(?:%(?:25)?2f){2})(?:(?!%(?:25)?2f)[^\s&"'<>/]){1,256}(%(?:25)?40|@)/gi;
const USER_OF_PROXY = new RegExp(
  String.raw`(proxy${NAME_END}${QUOTE}?)(?![a-z]{1,16}:\\{0,7}/)[^\s"'<>]{1,256}@`,
  'gi',
);
/** `user:password@proxy:3128` */
const USER_OF_HOST = /(?<![\w.%+-])[\w.%+-]{1,128}:[^\s"'<>/[\]]{1,256}@(?=[\w.-]{1,256}:\d)/g;
