/** Secrets in every encoding, whole and cut, as a service may repeat them in a response; and responses without secrets. */
import assert from 'node:assert/strict';
import { redactError, redactResponse, type Secrets } from '../../../src/cloud/http/known-secrets';
import { NeedleCase } from '../../../src/cloud/http/secret-needles';
import { SeededRandom } from '../seeded-random';
import type { HostileInputs } from './hostile-inputs';

type Encoding = (secret: string) => string;

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const bytesOf = (text: string) => [...Buffer.from(text)];
const hexOf = (value: number, length: number) => value.toString(16).padStart(length, '0');
const eachUnit = (text: string, write: (code: number) => string) =>
  Array.from({ length: text.length }, (_, index) => write(text.charCodeAt(index))).join('');
const eachByte = (text: string, write: (byte: number) => string) => bytesOf(text).map(write).join('');
const punctuation = (text: string, write: (code: number) => string) =>
  text.replace(/[^A-Za-z0-9]/g, (character) => eachUnit(character, write));
const percent = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${hexOf(character.charCodeAt(0), 2)}`);
const percentAll = (text: string) => eachByte(text, (byte) => `%${hexOf(byte, 2)}`);
const lowerHex = (text: string) => text.replace(/%../g, (hex) => hex.toLowerCase());
const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const fold = (text: string, width: number, by: string) =>
  text.match(new RegExp(`.{1,${width}}`, 'gsu'))?.join(by) ?? '';
const named: Readonly<Record<string, string>> = {
  '"': '&quot;',
  "'": '&apos;',
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '=': '&equals;',
  '/': '&sol;',
  '+': '&plus;',
  '%': '&percnt;',
};
const html = (text: string) => text.replace(/["'<>&]/g, (character) => named[character] ?? '');

const ENCODINGS: readonly (readonly [name: string, Encoding])[] = [
  ['plain', (secret) => secret],
  ['upper case', (secret) => secret.toUpperCase()],
  ['lower case', (secret) => secret.toLowerCase()],
  ['JSON', json],
  ['JSON with escaped slashes', (secret) => json(secret).replaceAll('/', '\\/')],
  ['JSON with escaped punctuation', (secret) => punctuation(secret, (code) => `\\u${hexOf(code, 4)}`)],
  ['JSON, each character escaped', (secret) => eachUnit(secret, (code) => `\\u${hexOf(code, 4)}`)],
  ['JSON, escaped in upper case', (secret) => eachUnit(secret, (code) => `\\u${hexOf(code, 4).toUpperCase()}`)],
  ['JSON in JSON', (secret) => json(json(secret))],
  ['JSON in JSON, escaped', (secret) => json(punctuation(secret, (code) => `\\u${hexOf(code, 4)}`))],
  ['JSON in JSON in JSON', (secret) => json(json(json(secret)))],
  ['escaped bytes', (secret) => eachByte(secret, (byte) => `\\x${hexOf(byte, 2)}`)],
  ['HTML entities', html],
  ['HTML entities of all punctuation', (secret) => secret.replace(/["'<>&=/+%]/g, (found) => named[found] ?? found)],
  ['HTML, decimal', (secret) => punctuation(secret, (code) => `&#${String(code)};`)],
  ['HTML, decimal with zeros', (secret) => eachUnit(secret, (code) => `&#${String(code).padStart(7, '0')};`)],
  ['HTML, hexadecimal', (secret) => eachUnit(secret, (code) => `&#x${hexOf(code, 1)};`)],
  ['HTML, hexadecimal in upper case', (secret) => eachUnit(secret, (code) => `&#X${hexOf(code, 4).toUpperCase()};`)],
  ['HTML in HTML', (secret) => html(html(html(secret)))],
  ['HTML in HTML, decimal', (secret) => html(punctuation(secret, (code) => `&#${String(code)};`))],
  ['percent-encoded', percent],
  ['percent-encoded in lower case', (secret) => lowerHex(percent(secret))],
  ['percent-encoded, each byte', percentAll],
  ['percent-encoded twice', (secret) => percent(percent(secret))],
  ['percent-encoded three times', (secret) => percent(percent(percent(secret)))],
  ['percent-encoded three times, each byte', (secret) => percent(percent(percentAll(secret)))],
  ['a form', (secret) => percent(secret).replaceAll('%20', '+')],
  ['a form that was decoded', (secret) => secret.replaceAll('+', ' ')],
  ['old script escapes', (secret) => eachUnit(secret, (code) => `%u${hexOf(code, 4)}`)],
  ['Base64', base64],
  ['Base64 after one byte', (secret) => base64(`:${secret}`)],
  ['Base64 after two bytes', (secret) => base64(`::${secret}`)],
  ['Base64 between others', (secret) => base64(`user:${secret}@host`)],
  ['Base64 without padding', (secret) => base64(secret).replace(/=+$/, '')],
  ['Base64 for URLs', base64url],
  ['Base64 for URLs after one byte', (secret) => base64url(`:${secret}`)],
  ['Base64 in lines', (secret) => fold(base64(secret), 20, '\r\n')],
  ['Base64 in upper case', (secret) => base64(secret).toUpperCase()],
  ['Base64, percent-encoded', (secret) => percent(base64(secret))],
  ['Base64, percent-encoded twice', (secret) => percent(percent(base64(secret)))],
  ['Base64 in JSON with escaped slashes', (secret) => base64(secret).replaceAll('/', '\\/').replaceAll('=', '\\u003d')],
  ['Base64 of JSON', (secret) => base64(json(secret))],
  ['Base64 of percent-encoded', (secret) => base64(percent(secret))],
  ['Base64 twice', (secret) => base64(base64(secret))],
  ['hexadecimal', (secret) => eachByte(secret, (byte) => hexOf(byte, 2))],
  ['hexadecimal in upper case', (secret) => eachByte(secret, (byte) => hexOf(byte, 2).toUpperCase())],
  [
    'hexadecimal with colons',
    (secret) =>
      bytesOf(secret)
        .map((byte) => hexOf(byte, 2))
        .join(':'),
  ],
  [
    'hexadecimal with spaces',
    (secret) =>
      bytesOf(secret)
        .map((byte) => hexOf(byte, 2))
        .join(' '),
  ],
  [
    'hexadecimal with dashes',
    (secret) =>
      bytesOf(secret)
        .map((byte) => hexOf(byte, 2).toUpperCase())
        .join('-'),
  ],
  ['hexadecimal of Base64', (secret) => eachByte(base64(secret), (byte) => hexOf(byte, 2))],
  ['lines', (secret) => fold(secret, 9, '\n')],
  ['folded header lines', (secret) => fold(secret, 9, '\r\n ')],
  ['lines in JSON', (secret) => json(fold(secret, 9, '\n'))],
  ['folded lines in JSON in JSON', (secret) => json(json(fold(secret, 9, '\r\n\t')))],
  ['lines, percent-encoded', (secret) => percent(fold(secret, 9, '\r\n'))],
  ['groups', (secret) => fold(secret, 4, ' ')],
  ['zero-width characters in between', (secret) => fold(secret, 3, '\u200b')],
  [
    'quoted-printable',
    (secret) => eachByte(secret, (byte) => (isPlainByte(byte) ? String.fromCharCode(byte) : mail(byte))),
  ],
  ['HTML tags in between', (secret) => fold(secret, 5, '<wbr>')],
  ['HTML tags in HTML in between', (secret) => fold(secret, 9, '&lt;br /&gt;')],
  ['HTML comments in between', (secret) => fold(secret, 9, '<!-- -->')],
  ['soft hyphens in between', (secret) => fold(secret, 5, '\u00ad')],
  ['soft hyphens of HTML in between', (secret) => fold(secret, 5, '&shy;')],
  ['zero-width spaces of HTML in between', (secret) => fold(secret, 5, '&ZeroWidthSpace;')],
  ['Hangul fillers in between', (secret) => fold(secret, 5, '\u3164')],
  ['variation selectors in between', (secret) => fold(secret, 5, '\ufe0f')],
  ['blanks of Braille in between', (secret) => fold(secret, 5, '\u2800')],
  ['tag characters in between', (secret) => fold(secret, 5, '\u{e0041}')],
  ['terminal colors in between', (secret) => fold(secret, 9, '\u001b[1;31m')],
  ['tabs in between', (secret) => fold(secret, 5, '\t')],
  ['full-width characters', (secret) => secret.replace(/[!-~]/g, (found) => fullWidth(found))],
  ['octal bytes', (secret) => eachByte(secret, (byte) => `\\${byte.toString(8).padStart(3, '0')}`)],
  ['escapes of Perl', (secret) => punctuation(secret, (code) => `\\x{${hexOf(code, 2)}}`)],
  ['escapes of Python', (secret) => punctuation(secret, (code) => `\\U${hexOf(code, 8)}`)],
  [
    'hexadecimal with 0x',
    (secret) =>
      bytesOf(secret)
        .map((byte) => `0x${hexOf(byte, 2)}`)
        .join(', '),
  ],
  ['decimal bytes', (secret) => bytesOf(secret).join(',')],
  ['Base64 of percent-encoded in lower case', (secret) => base64(lowerHex(percent(secret)))],
  ['quoted-printable, each byte', (secret) => eachByte(secret, mail)],
  ['quoted-printable in lines', (secret) => fold(eachByte(secret, mail), 30, '=\r\n')],
  ['JSON, percent-encoded', (secret) => percent(json(secret))],
  ['percent-encoded in JSON, escaped', (secret) => percent(secret).replaceAll('%', '\\u0025')],
  ['HTML of JSON', (secret) => html(json(secret))],
  ['percent-encoded HTML', (secret) => percent(html(secret))],
  ['HTML of percent-encoded JSON in JSON', (secret) => html(json(percent(json(secret)))).replaceAll('%', '&#37;')],
];

function fullWidth(ascii: string): string {
  return String.fromCharCode(ascii.charCodeAt(0) + 0xfee0);
}

function isPlainByte(byte: number): boolean {
  return byte >= 0x30 && byte < 0x7f && byte !== 0x3d;
}

function mail(byte: number): string {
  return `=${hexOf(byte, 2).toUpperCase()}`;
}

/** Characters. */
const MIN_PIECE = 12;

/** Each returns the pieces that are left, in several ways. */
const CUTS: readonly (readonly [name: string, (text: string) => readonly (readonly string[])[]])[] = [
  ['whole', (text) => [[text]]],
  ['without its beginning', (text) => [[text.slice(5)], [text.slice(-MIN_PIECE)]]],
  ['without its end', (text) => [[text.slice(0, -5)], [text.slice(0, MIN_PIECE)]]],
  ['without its middle', (text) => [[text.slice(0, MIN_PIECE), text.slice(-MIN_PIECE)]]],
  ['without both ends', (text) => [[text.slice(3, 3 + MIN_PIECE)], [text.slice(7, -6)]]],
];

export interface SecretText {
  readonly name: string;
  readonly text: string;
  readonly secrets: Secrets;
  /** None of these may remain. */
  readonly hidden: readonly string[];
}

const PASSWORDS = [
  'P@ss w0rd!',
  'pa"ss\\w<o>rd\'&%+=',
  '12 号密码：安全第一，绝不外传！',
  'Zürich/Öl+é=99',
  '密码密码密码密码',
  'q"w\\e\'r;',
];
const TOKEN = `MIIEpgYJKoZIhvc${randomText(200, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-/')}==`;
const KEYS = [
  randomText(40, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE%41=',
];

function randomText(length: number, alphabet: string): string {
  const random = new SeededRandom(length);
  return Array.from({ length }, () => alphabet.charAt(random.between(0, alphabet.length - 1))).join('');
}

/** Each encoding of each secret, whole and cut, before and after it is encoded. */
export const SECRET_TEXTS: HostileInputs<SecretText> = {
  kind: 'Secrets that a response repeats, in encodings, whole and cut',
  holds: 'no piece of 12 characters is saved, shown or logged',
  inputs: [...KEYS, TOKEN, ...PASSWORDS].flatMap((secret) =>
    ENCODINGS.flatMap(([encodingName, encode]) =>
      CUTS.flatMap(([cutName, cut]) => textsOf({ secret, encodingName, encode, cutName, cut })),
    ),
  ),
};

function textsOf(parts: {
  readonly secret: string;
  readonly encodingName: string;
  readonly encode: Encoding;
  readonly cutName: string;
  readonly cut: (text: string) => readonly (readonly string[])[];
}): readonly SecretText[] {
  const { secret, encodingName, encode, cutName, cut } = parts;
  const isShort = secret.length < 2 * MIN_PIECE;
  if (isShort && cutName !== 'whole') return [];
  const name = `${secret.slice(0, 4)}… as ${encodingName}, ${cutName}`;
  const encoded = encode(secret);
  const ratio = Math.max(1, encoded.length / secret.length);
  // Cut before it was encoded, and after.
  const beforehand = cut(secret).map((pieces) => pieces.map((piece) => encode(piece)));
  const isCutAfterwards = cutName !== 'whole' && secret.length >= 4 * MIN_PIECE;
  const afterwards = isCutAfterwards ? [[encoded.slice(7)], [encoded.slice(0, -7)]] : [];
  return [...beforehand, ...afterwards].map((pieces) => ({
    name,
    text: `refused: value (${pieces.join('...')}) of the request`,
    secrets: { hidden: [secret] },
    hidden: pieces.flatMap((piece) => windowsOf(piece, isShort ? piece.length : Math.ceil(MIN_PIECE * ratio) + 1)),
  }));
}

function windowsOf(text: string, length: number): readonly string[] {
  if (text.length <= length) return [text];
  const found: string[] = [];
  for (let start = 0; start + length <= text.length; start += 1) found.push(text.slice(start, start + length));
  return found;
}

/** @returns the names of the texts of which a piece remains: in an error, or in a job of a response. */
export async function missedSecrets(texts: readonly SecretText[] = SECRET_TEXTS.inputs): Promise<readonly string[]> {
  const missed: string[] = [];
  const needleCase = new NeedleCase();
  for (const { name, text, secrets, hidden } of texts) {
    const shown = redactError({ kind: 'server', message: text }, secrets, needleCase).message ?? '';
    const job = await jobAfter({ error_msg: text, text: `${text} 100%` }, secrets, needleCase);
    const isHidden = (clean: string) => hidden.every((piece) => !clean.includes(piece));
    if (!isHidden(shown)) missed.push(`${name}, in an error: ${shown}`);
    if (!isHidden(job)) missed.push(`${name}, in a job: ${job}`);
  }
  return missed;
}

/** @returns the texts of the job in a response that was redacted, which is still JSON. */
async function jobAfter(job: object, secrets: Secrets, needleCase: NeedleCase): Promise<string> {
  const sent = { status: 200, headers: {}, body: JSON.stringify({ job }) };
  const { body } = await redactResponse(sent, secrets, needleCase);
  const parsed: unknown = JSON.parse(body);
  assert.ok(typeof parsed === 'object' && parsed !== null && 'job' in parsed);
  return Object.values(parsed.job as Readonly<Record<string, string>>).join('\n');
}

/** @returns bodies of jobs and of errors that contain no secret, from a seed. */
export function cleanBodies(count = 1000, seed = 1): readonly string[] {
  const random = new SeededRandom(seed);
  const pick = <T>(all: readonly T[]): T => random.pick(all);
  const hex = (length: number) => Array.from({ length }, () => hexOf(random.between(0, 15), 1)).join('');
  const uuid = () => [8, 4, 4, 4, 12].map((length) => hex(length)).join('-');
  const time = () => new Date(random.between(1.7e12, 1.8e12)).toISOString().slice(0, 19);
  const job = (subJobs: number): object => ({
    job_id: uuid(),
    job_type: pick(['LOADBALANCER_CLONE', 'UPGRADE', 'LISTENER_CLONE', 'IMPORT_TEMPLATE']),
    status: pick(['INIT', 'RUNNING', 'SUCCESS', 'COMPLETE', 'FAIL', 'ROLLBACKING']),
    begin_time: `${time()}Z`,
    end_time: pick([null, time()]),
    project_id: hex(32),
    resource_id: uuid(),
    error_code: pick(['', 'ELB.8904', 'ELB.1102']),
    error_msg: pick<string | null>([null, '', ...CLEAN_MESSAGES]),
    entities: [{ resource_id: uuid(), resource_type: pick(['listener', 'loadbalancer']), name: pick(CLEAN_MESSAGES) }],
    sub_jobs: Array.from({ length: subJobs }, () => job(0)),
  });
  const bodies = [
    () => ({ job: job(random.between(0, 7)), request_id: hex(32) }),
    () => ({ jobs: Array.from({ length: 5 }, () => job(2)), page_info: { next_marker: uuid() }, request_id: hex(32) }),
    () => ({ error_code: pick(['APIGW.0301', 'ELB.8904']), error_msg: pick(CLEAN_MESSAGES), request_id: hex(32) }),
    () => ({ projects: [{ id: hex(32), name: pick(['cn-north-4', 'cn-north-4_team']), enabled: true }] }),
    () => ({ certificate: Buffer.from(hex(600), 'hex').toString('base64'), etag: `W/"${hex(40)}"` }),
  ] as const;
  return Array.from({ length: count }, (_, index) => {
    const body = JSON.stringify((bodies[index % bodies.length] ?? bodies[0])());
    // As some services do, in Java or PHP.
    return pick([body, body.replaceAll('/', '\\/'), body.replace(/[\u0080-\uffff]/g, (found) => json16(found))]);
  });
}

function json16(character: string): string {
  return `\\u${hexOf(character.charCodeAt(0), 4)}`;
}

const CLEAN_MESSAGES = [
  'Quota exceeded: 100% of 50 listeners (limit=50&used=50).',
  'listener https://support.huaweicloud.com/api-elb/ShowJob.html?x=1&y=%2Fabc%20d not found',
  '负载均衡器 “生产环境” 正在变更，请稍后重试。',
  'AK access failed to reach the limit,forbidden',
  'The username or password is wrong.',
  'Authorization failed for job x',
  'token expires, expires_at: 2024-03-23T08:20:42Z',
  'Incorrect IAM authentication information: decrypt token fail',
  'calc aksk signature fail:signature expired, signature time:20211217T064303Z,server time:20211217T065804Z',
  'policy user over ratelimit,limit:200,time:5 minute',
  'task: done, risk=3, encoded_authorization_message: abc',
  'Basic authentication is not supported; mail ops@example.com or see http://10.0.0.1:8080/status',
  '<b>upstream</b> &quot;timeout&quot; &#39;30 s&#39; &amp; retried=3D 2 times\n at line 4',
  'C:\\new\\temp\\users: cannot open {"a":[1,2,3]}',
  'member 192.168.0.17:8443@az1 is offline; name=web-01, weight=10',
] as const;

/** @returns the clean bodies that change in a response, and the clean messages that change in an error. */
export async function falselyRedacted(bodies: readonly string[] = cleanBodies()): Promise<readonly string[]> {
  const hidden = [...KEYS, TOKEN, ...PASSWORDS, hexSignature()];
  const secretsOf = (index: number): Secrets => ({
    accessKey: 'HPUAKQ3X7TM1ZC9VBNWL',
    hidden: [hidden[index % hidden.length]],
  });
  const changed: string[] = [];
  for (const [index, body] of bodies.entries()) {
    const sent = { status: 200, headers: { 'x-request-id': body.slice(0, 40) }, body };
    const { body: after, headers } = await redactResponse(sent, secretsOf(index));
    if (after !== body || headers['x-request-id'] !== sent.headers['x-request-id']) changed.push(body);
  }
  return [
    ...changed,
    ...CLEAN_MESSAGES.filter((message) => redactError({ kind: 'server', message }, { hidden }).message !== message),
  ];
}

function hexSignature(): string {
  return randomText(64, '0123456789abcdef');
}
