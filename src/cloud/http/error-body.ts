/** Parses the error bodies of the cloud's services, and finds the request id of a response. */
import { isExactNumber, withExactNumbers } from '../../base/json/exact-numbers';

export interface ServiceError {
  /** E.g. `APIGW.0301`, `PAP5.0001` or `111401001`; IAM has the HTTP status here, Neutron the name of a type. */
  readonly code: string;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Characters. The service's errors are short, and JSON.parse takes seconds for millions of brackets. */
const MAX_BODY_LENGTH = 64 * 1024;
/** Objects within each other that are searched. */
const MAX_DEPTH = 4;
/** Objects that are searched. */
const MAX_OBJECTS = 200;
/** Fields of an object that are searched. */
const MAX_FIELDS = 200;

/** A code like this needs no message: no other program has one. E.g. `ELB.8904`, `SVCSTG.CCE-ADDONMGR.4000002`. */
const SERVICE_CODE = /^[a-z][\w-]*(?:\.[\w-]+)+$/i;

// The names of fields, as `plainName` returns them; the first one that has a value counts.
const CODE_NAMES = ['errorcode', 'errcode', 'code'];
const MESSAGE_NAMES = [
  ...['errormsg', 'errmsg', 'errormessage', 'externalmessage', 'message', 'msg', 'errordescription'],
  ...['details', 'detail', 'description', 'explanation', 'error'],
];
const REQUEST_ID_NAMES = ['requestid', 'xrequestid', 'reqid'];

/**
 * Reads the outermost object that has a code, which is text or a number, and a message: `{error_code, error_msg, request_id}`
 * of gateway and ELB, `{code, message}`, `{errCode, externalMessage}` and others, at the top or in `error`, `badRequest`,
 * `errors[0]`, `details` or another field; Neutron's `{NeutronError: {type, message}}`; OAuth's `{error, error_description}`.
 * Of a text that breaks off, it reads the fields that are whole. Undefined for any other body, e.g. a proxy's page.
 */
export function readServiceError(body: string): ServiceError | undefined {
  return serviceErrorIn(parseBody(body));
}

/** Same as `readServiceError`, for the body of a success: a job in it may have failed with an error of its own. */
export function readErrorOfSuccess(body: string): ServiceError | undefined {
  return errorOfSuccessIn(parseBody(body));
}

/** Same as `readErrorOfSuccess`, for a parsed body. */
export function errorOfSuccessIn(body: unknown): ServiceError | undefined {
  if (!isObject(body)) return undefined;
  const error = [serviceErrorIn(body, 1), serviceErrorIn(body['error'], 1)].find(
    (each) => each !== undefined && !SUCCESS_CODE.test(each.code),
  );
  return error && { ...error, requestId: error.requestId ?? requestIdIn(body) };
}

/** E.g. 0 or 200, which some services send with each success. */
const SUCCESS_CODE = /^(?:0+|2\d\d|ok|success)$/i;

function serviceErrorIn(body: unknown, maxDepth = MAX_DEPTH): ServiceError | undefined {
  let level = childrenOf([body]);
  let left = MAX_OBJECTS;
  for (let depth = 0; depth < maxDepth && left > 0; depth += 1) {
    level = level.slice(0, left);
    left -= level.length;
    for (const fields of level) {
      const error = readFields(fields);
      if (error !== undefined) return { ...error, requestId: error.requestId ?? requestIdIn(body) };
    }
    level = level.flatMap((fields) => childrenOf(Object.values(fields).slice(0, MAX_FIELDS)));
  }
  return undefined;
}

/** @returns the number in a gateway's code, e.g. 0301 of `APIGW.0301` and of its other spelling, `APIG.0301`. */
export function gatewayNumber(service: ServiceError | undefined): string | undefined {
  return /^APIGW?\.(\w+)$/i.exec(service?.code ?? '')?.[1];
}

/** @returns the request id in a response's headers, whose names are in lower case. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  const names = [
    'x-request-id',
    'x-iam-trace-id',
    ...Object.keys(headers).filter((name) => REQUEST_ID_HEADER.test(name)),
  ];
  return names.map((name) => textOf(headers[name])).find(isDefined);
}

/** E.g. `x-openstack-request-id`. */
const REQUEST_ID_HEADER = /^(?:x[-_])?(?:[a-z0-9]+[-_]){0,4}request[-_]?id$/;

/** Whether a body begins as an object of JSON and breaks off, as a service's does if its connection ends early. */
export function isIncompleteJson(body: string): boolean {
  return body.length <= MAX_BODY_LENGTH && /^\s*\{\s*(?:"|$)/.test(body) && parse(body) === undefined;
}

/** @returns the request id of the body, also of one that breaks off; a long body is not searched. */
export function requestIdOfBody(body: string): string | undefined {
  return requestIdIn(parseBody(body));
}

/** @returns the request id of a parsed body. */
export function requestIdIn(body: unknown): string | undefined {
  return isObject(body) ? firstOf(namedFields(body), REQUEST_ID_NAMES) : undefined;
}

function readFields(fields: Fields): ServiceError | undefined {
  const named = namedFields(fields);
  const [code, message] = codeAndMessageOf(named);
  if (code === undefined || (message === undefined && !SERVICE_CODE.test(code))) return undefined;
  return { code, message, requestId: firstOf(named, REQUEST_ID_NAMES) };
}

function codeAndMessageOf(named: ReadonlyMap<string, unknown>): readonly (string | undefined)[] {
  const neutron = named.get('neutronerror');
  if (isObject(neutron)) return [textOf(neutron['type']), textOf(neutron['message'])];
  const description = textOf(named.get('errordescription'));
  const code = firstOf(named, CODE_NAMES);
  if (code === undefined && description !== undefined) return [textOf(named.get('error')), description];
  return [
    code,
    firstOf(named, MESSAGE_NAMES) ?? MESSAGE_NAMES.map((name) => innerText(named.get(name), code)).find(isDefined),
  ];
}

/**
 * @returns the message of an object, or the texts of a list, in the place of a message; none of an object with a code of its own,
 * which says more than an outer number
 */
function innerText(value: unknown, outerCode = ''): string | undefined {
  if (isObject(value)) {
    const inner = namedFields(value);
    const hasBetterCode = /^\d+$/.test(outerCode) && firstOf(inner, CODE_NAMES) !== undefined;
    return hasBetterCode ? undefined : firstOf(inner, MESSAGE_NAMES);
  }
  if (!Array.isArray(value)) return undefined;
  const texts = value.slice(0, MAX_FIELDS).map(textOf);
  return texts.length > 0 && texts.every(isDefined) ? texts.join('; ') : undefined;
}

/** @returns the fields by their plain names; of two that are the same, the first one that has a value */
function namedFields(fields: Fields): ReadonlyMap<string, unknown> {
  const named = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields).slice(0, MAX_FIELDS)) {
    const plain = plainName(name);
    if ((named.get(plain) ?? '') === '') named.set(plain, value);
  }
  return named;
}

/** @returns the name without case and separators: `error_code`, `errorCode` and `Error-Code` are the same */
function plainName(name: string): string {
  return name.length > MAX_NAME_LENGTH ? name : name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Characters; no name that is searched for is longer. */
const MAX_NAME_LENGTH = 32;

function firstOf(named: ReadonlyMap<string, unknown>, names: readonly string[]): string | undefined {
  return names.map((name) => textOf(named.get(name))).find(isDefined);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return isExactNumber(value) ? String(value) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** @returns the objects among the values, in lists, and in texts that are JSON */
function childrenOf(values: readonly unknown[]): Fields[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return value.slice(0, MAX_FIELDS).filter(isObject);
    const parsed = typeof value === 'string' && /^\s*\{/.test(value) ? parseBody(value) : value;
    return isObject(parsed) ? [parsed] : [];
  });
}

function parseBody(body: string): unknown {
  if (body.length > MAX_BODY_LENGTH) return undefined;
  return parse(body) ?? parse(wholePartOf(body));
}

function parse(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return LONG_NUMBER.test(text) ? (JSON.parse(withExactNumbers(text)) as unknown) : json;
  } catch {
    return undefined;
  }
}

/** JavaScript rounds such a number. */
const LONG_NUMBER = /[:[,\s]-?\d[\d.eE+-]{15}/;

/** @returns the fields and items of an object that breaks off which are whole, as JSON; empty for any other text */
function wholePartOf(text: string): string {
  if (!/^\s*\{/.test(text)) return '';
  let closing = '';
  let whole = { end: 0, closing };
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]|"/gs)) {
    // A quote that nothing closes: the text breaks off in this string.
    if (token === '"' || closing.length > MAX_OPEN) break;
    if (token === '{' || token === '[') closing = (token === '{' ? '}' : ']') + closing;
    else if (token === '}' || token === ']') closing = closing.slice(1);
    const isName = token.startsWith('"') && !/:\s{0,64}$/.test(text.slice(Math.max(0, index - MAX_SPACE), index));
    if (!isName) whole = { end: token === ',' ? index : index + token.length, closing };
  }
  return text.slice(0, whole.end) + whole.closing;
}

/** Brackets that are open in a text that breaks off. */
const MAX_OPEN = 100;
/** Characters between a name and its value. */
const MAX_SPACE = 65;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
