/** That the service refused a credential, and how it is written down: it outlasts the session. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { ElbError } from '../../cloud/http/error';
import type { Instant } from '../../base/clock';

export interface Refusal {
  readonly at: Instant;
  readonly error: ElbError;
}

const VERSION = 1;

const optionalText = v.string().optional();
const oneOf = <Name extends string>(...names: readonly [Name, ...Name[]]) =>
  v.union(...names.map((name) => v.literal(name)));
/** A kind that a newer version knows is a refusal all the same. */
const errorKindSchema = v.union(
  oneOf('authentication', 'clock-skew', 'locked-out', 'token-expired', 'gateway-forbidden', 'api-absent'),
  v.string().map(() => 'authentication' as const),
);
const reasonSchema = v.union(
  oneOf(
    'unknown-key',
    'wrong-signature',
    'token-refused',
    'wrong-password',
    'account-not-verified',
    'project-unavailable',
    'address-not-allowed',
    'region-not-allowed',
  ),
  v.string().map(() => undefined),
);
/** Of any version: what a newer one adds does not make it less of a refusal. */
const refusalSchema = v.object({
  at: v.number(),
  error: v.object({
    kind: errorKindSchema,
    httpStatus: v.number().optional(),
    code: optionalText,
    message: optionalText,
    requestId: optionalText,
    clockSkew: v.number().optional(),
    reason: reasonSchema.optional(),
  }),
});

/** What cannot be read is a refusal, too: to ask once more is what locks a key. */
export const UNREADABLE_REFUSAL: Refusal = { at: 0, error: { kind: 'authentication' } };

export function readRefusal(text: string): Refusal {
  try {
    const parsed = refusalSchema.try(JSON.parse(text), { mode: 'strip' });
    return parsed.ok ? parsed.value : UNREADABLE_REFUSAL;
  } catch {
    return UNREADABLE_REFUSAL;
  }
}

export function writeRefusal(refusal: Refusal): string {
  return `${JSON.stringify({ version: VERSION, ...refusal }, null, 2)}\n`;
}
