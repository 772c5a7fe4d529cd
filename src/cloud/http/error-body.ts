/** Reads what the gateway, ELB and IAM say in the body of an error. */

export interface ServiceError {
  /** E.g. `APIGW.0301` or `ELB.8904`; IAM gives its HTTP status instead, Neutron the name of a type. */
  readonly code: string;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Characters: the service's own errors are short, and JSON.parse takes seconds for millions of brackets. */
const LONGEST = 64 * 1024;

/** As all services of Huawei Cloud write their codes; a proxy's own JSON has none. */
const SERVICE_CODE = /^[A-Z]+\.\w+$/i;

/**
 * Known shapes: `{error_code, error_msg, request_id}` of gateway and ELB, its camel-case twin and `{code, message}`,
 * each at the top or in one nested object; IAM's `{error: {code, message, title}}`, which a proxy's own error resembles
 * but for the title; `{NeutronError: {type, message}}`. Undefined where the body is none of them, as a proxy's page is.
 */
export function readServiceError(body: string): ServiceError | undefined {
  const outer = body.length > LONGEST ? undefined : parseObject(body);
  if (outer === undefined) return undefined;
  const { error, NeutronError: neutronError } = outer;
  return (
    [outer, ...Object.values(outer)].filter(isObject).map(readDotted).find(isDefined) ??
    (isObject(error) && textOf(error['title']) !== undefined ? readNamed(error, 'code') : undefined) ??
    (isObject(neutronError) ? readNamed(neutronError, 'type') : undefined)
  );
}

/** The number in a code of the gateway, e.g. 0301 of `APIGW.0301`, or of `APIG.0301` as it is also written. */
export function gatewayNumber(service: ServiceError | undefined): string | undefined {
  return /^APIGW?\.(\w+)$/i.exec(service?.code ?? '')?.[1];
}

function readDotted(fields: Fields): ServiceError | undefined {
  const code = ['error_code', 'errorCode', 'code'].map((name) => textOf(fields[name])).find(isDefined);
  return code === undefined || !SERVICE_CODE.test(code) ? undefined : { code, ...wordsOf(fields) };
}

function readNamed(fields: Fields, name: 'code' | 'type'): ServiceError | undefined {
  const code = textOf(fields[name]);
  return code === undefined ? undefined : { code, ...wordsOf(fields) };
}

function wordsOf(fields: Fields): Omit<ServiceError, 'code'> {
  const first = (names: readonly string[]) => names.map((name) => textOf(fields[name])).find(isDefined);
  return {
    message: first(['error_msg', 'errorMsg', 'error_message', 'message']),
    requestId: first(['request_id', 'requestId']),
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseObject(body: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
