/** Responses of the simulated cloud, and its errors in their documented formats. */

export interface SimulatedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return textResponse(status, JSON.stringify(body), headers);
}

/** For a body that is JSON text and must be sent unchanged. */
export function textResponse(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body };
}

/** An error in the format of the gateway and of ELB: `{error_code, error_msg, request_id}`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  toResponse(requestId: string): SimulatedResponse {
    const body = { error_msg: this.message, error_code: this.code, request_id: requestId };
    return jsonResponse(this.status, body, { 'X-Request-Id': requestId });
  }
}

const IAM_TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' } as const;

/** An error in the format of IAM: `{error: {message, code, title}}`; the code is the HTTP status. */
export class IamRefusal extends Error {
  constructor(
    readonly status: keyof typeof IAM_TITLES,
    message: string,
  ) {
    super(message);
  }

  toResponse(requestId: string): SimulatedResponse {
    const body = { error: { message: this.message, code: this.status, title: IAM_TITLES[this.status] } };
    return jsonResponse(this.status, body, { 'X-IAM-Trace-Id': requestId });
  }
}

/** The gateway's 401. Source: the gateway's page "Common Errors Related to IAM Authentication Information". */
export function notAuthenticated(reason: string): Refusal {
  return new Refusal(401, 'APIGW.0301', `Incorrect IAM authentication information: ${reason}`);
}

/** ELB's 400 for an invalid parameter. */
export function invalidInput(message: string): Refusal {
  return new Refusal(400, 'ELB.8902', message);
}
