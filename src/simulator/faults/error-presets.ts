/** The error bodies of the cloud's services, which differ in form: each with the status that it comes with. */

interface ErrorPreset {
  readonly status: number;
  readonly body: (requestId: string) => object;
}

/** As a 401 of IAM: one status for all refusals; only the message says which. */
const iam = (message: string): ErrorPreset => ({
  status: 401,
  body: () => ({ error: { code: 401, message, title: 'Unauthorized' } }),
});

const PRESETS = {
  /** IAM 5 refuses a missing permission. */
  'access-denied': {
    status: 403,
    body: (requestId) => ({
      error_code: 'PAP5.0001',
      error_msg: 'Access denied by an identity policy.',
      request_id: requestId,
      encoded_authorization_message: 'c2FtcGxl',
    }),
  },
  'token-service': {
    status: 403,
    body: (requestId) => ({ error_code: 'STS5.0001', error_msg: 'The agency is not trusted.', request_id: requestId }),
  },
  'code-with-hyphen': {
    status: 403,
    body: () => ({ error_code: 'SVCSTG.CCE-ADDONMGR.4000002', error_msg: 'The add-on cannot be read.' }),
  },
  'code-with-underscore': {
    status: 404,
    body: () => ({ errorCode: 'CCE_CM.0003', errorMessage: 'The resource was not found.', code: 404 }),
  },
  'bare-number': {
    status: 401,
    body: () => ({ error: { code: '111401001', message: 'Invalid token.', ext_message: null } }),
  },
  'number-and-message': { status: 404, body: (requestId) => ({ code: 404, message: 'Not found.', requestId }) },
  'item-not-found': { status: 404, body: () => ({ itemNotFound: { code: 404, message: 'Not found.' } }) },
  'bad-request': { status: 400, body: () => ({ badRequest: { code: 400, message: 'Invalid input.' } }) },
  neutron: {
    status: 404,
    body: () => ({ NeutronError: { type: 'NotFound', message: 'Not found.', detail: '' } }),
  },
  'list-of-errors': {
    status: 403,
    body: () => ({ errors: [{ errorCode: 'SVCSTG.SWR.4030001', errorMessage: 'Not allowed.' }] }),
  },
  'outer-request-id': {
    status: 404,
    body: (requestId) => ({ error: { code: 'Ecs.0114', message: 'Not found.' }, request_id: requestId }),
  },
  'iam-wrong-password': iam('The username or password is wrong.'),
  'iam-account-locked': iam('The account is locked.'),
  'iam-user-disabled': iam('The user account is disabled.'),
  'iam-password-expired': iam('The password has expired.'),
  'iam-address-not-allowed': iam('The IP address is not allowed by the access control.'),
  'iam-mfa-needed': iam('MFA authentication is required.'),
} as const satisfies Readonly<Record<string, ErrorPreset>>;

export type ErrorPresetName = keyof typeof PRESETS;
export const ERROR_PRESET_NAMES = Object.keys(PRESETS) as readonly ErrorPresetName[];

/** @returns the status and the body; the request id is in the body if its form has a place for it. */
export function errorPreset(name: ErrorPresetName, requestId: string): { status: number; body: object } {
  const { status, body }: ErrorPreset = PRESETS[name];
  return { status, body: body(requestId) };
}
