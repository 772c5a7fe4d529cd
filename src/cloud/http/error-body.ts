/** Parses the error bodies of the gateway, ELB and IAM. */

export interface ServiceError {
  /** E.g. `APIGW.0301` or `ELB.8904`; IAM has the HTTP status here, Neutron the name of a type. */
  readonly code: string;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Characters. The service's errors are short, and JSON.parse takes seconds for millions of brackets. */
const MAX_BODY_LENGTH = 64 * 1024;

/** The format of codes in all services of Huawei Cloud; JSON from a proxy has no such code. */
const SERVICE_CODE = /^[A-Z]+\.\w+$/i;

/**
 * Reads the known shapes: `{error_code, error_msg, request_id}` of gateway and ELB, the same in camel case, and
 * `{code, message}`, each at the top or in a nested object; IAM's `{error: {code, message, title}}` (without the title
 * it may be a proxy's error); `{NeutronError: {type, message}}`. Undefined for any other body, e.g. a proxy's page.
 */
export function readServiceError(body: string): ServiceError | undefined {
  const outer = body.length > MAX_BODY_LENGTH ? undefined : parseObject(body);
  if (outer === undefined) return undefined;
  const { error, NeutronError: neutronError } = outer;
  return (
    [outer, ...Object.values(outer)].filter(isObject).map(readServiceFields).find(isDefined) ??
    (isObject(error) && textOf(error['title']) !== undefined ? readErrorObject(error, 'code') : undefined) ??
    (isObject(neutronError) ? readErrorObject(neutronError, 'type') : undefined)
  );
}

/** @returns the number in a gateway's code, e.g. 0301 of `APIGW.0301` and of its other spelling, `APIG.0301`. */
export function gatewayNumber(service: ServiceError | undefined): string | undefined {
  return /^APIGW?\.(\w+)$/i.exec(service?.code ?? '')?.[1];
}

function readServiceFields(fields: Fields): ServiceError | undefined {
  const code = ['error_code', 'errorCode', 'code'].map((name) => textOf(fields[name])).find(isDefined);
  return code === undefined || !SERVICE_CODE.test(code) ? undefined : { code, ...messageAndIdOf(fields) };
}

function readErrorObject(fields: Fields, name: 'code' | 'type'): ServiceError | undefined {
  const code = textOf(fields[name]);
  return code === undefined ? undefined : { code, ...messageAndIdOf(fields) };
}

function messageAndIdOf(fields: Fields): Omit<ServiceError, 'code'> {
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
