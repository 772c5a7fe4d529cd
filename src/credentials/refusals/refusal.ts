/** A refusal of a credential by the service, and its file, which later sessions read. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Instant } from '../../base/clock';
import type { ElbError, ElbErrorKind, RefusalReason } from '../../cloud/http/error';
import type { PollError } from '../../jobs/model/poll-error';
import type { Checked, EqualTypes } from '../../storage/schema-check';

export interface Refusal {
  readonly at: Instant;
  readonly error: ElbError;
}

const VERSION = 1;

/** Whether an error of this kind refuses a credential. A new kind of error does not compile until it is listed here. */
export const IS_REFUSAL: Readonly<Record<ElbErrorKind, boolean>> = {
  authentication: true,
  'clock-skew': true,
  'locked-out': true,
  'token-expired': true,
  'gateway-forbidden': true,
  'api-absent': true,
  forbidden: false,
  'not-found': false,
  throttled: false,
  'bad-request': false,
  'invalid-credential': false,
  server: false,
  proxy: false,
  network: false,
  certificate: false,
  timeout: false,
  cancelled: false,
  malformed: false,
  'unreadable-code': false,
};
const REASONS: Readonly<Record<RefusalReason, true>> = {
  'unknown-key': true,
  'wrong-signature': true,
  'token-refused': true,
  'wrong-password': true,
  'second-factor-needed': true,
  'wrong-passcode': true,
  'password-expired': true,
  'user-disabled': true,
  'user-locked': true,
  'sign-in-refused': true,
  'account-not-verified': true,
  'project-unavailable': true,
  'address-not-allowed': true,
  'region-not-allowed': true,
};

const optionalText = v.string().optional();
/** Accepts refusals of any version: a field that a newer version adds is ignored. */
const refusalSchema = v.object({
  at: v.number(),
  error: v.object({
    kind: v.string().map((kind) => (isRefusalKind(kind) ? kind : 'authentication')),
    httpStatus: v.number().optional(),
    code: optionalText,
    message: optionalText,
    requestId: optionalText,
    clockSkew: v.number().optional(),
    reason: v
      .string()
      .map((reason) => (isReason(reason) ? reason : undefined))
      .optional(),
  }),
});

/** The fields of errors that are no refusals: they say when to send the next request, or why none was sent. */
type UnsavedField = 'retryAfter' | 'rateLimit' | 'part';
type SavedError = Omit<ElbError, UnsavedField>;
/** A field of an error that only the type or only the schema has does not compile. */
type SavedRefusal = Checked<
  { readonly at: Instant; readonly error: SavedError },
  EqualTypes<{ readonly at: Instant; readonly error: SavedError }, v.Infer<typeof refusalSchema>>
>;

/** A refusal file that cannot be read is a refusal, too: one more request could lock the key. */
export const UNREADABLE_REFUSAL: Refusal = { at: 0, error: { kind: 'authentication' } };

/** Returns `UNREADABLE_REFUSAL` if the text is not a refusal. */
export function readRefusal(text: string): Refusal {
  try {
    const parsed = refusalSchema.try(JSON.parse(text), { mode: 'strip' });
    const refusal: SavedRefusal | undefined = parsed.ok ? parsed.value : undefined;
    return refusal ?? UNREADABLE_REFUSAL;
  } catch {
    return UNREADABLE_REFUSAL;
  }
}

export function writeRefusal(refusal: Refusal): string {
  return `${JSON.stringify({ version: VERSION, ...refusal }, null, 2)}\n`;
}

/** Whether the service refused a credential, which is saved. */
export function isRefusal(error: PollError): error is ElbError {
  return isRefusalKind(error.kind);
}

function isRefusalKind(kind: string): kind is ElbErrorKind {
  return Object.hasOwn(IS_REFUSAL, kind) && IS_REFUSAL[kind as ElbErrorKind];
}

function isReason(reason: string): reason is RefusalReason {
  return Object.hasOwn(REASONS, reason);
}
