/** Why a poll failed: errors of the cloud, and of the credentials on this computer. */
import type { Instant } from '../../base/clock';
import type { ElbError } from '../../cloud/http/error';
import type { SourceProblem } from './source-problem';

/** This window cannot read the credential that a poll needs. */
export type CredentialError =
  | {
      readonly kind:
        /** There are no credentials for the job's project. */
        | 'signed-out'
        /** The stored keys are gone: the editor had no keyring to store them in. */
        | 'keys-lost'
        /** The stored keys are for another endpoint or project than the profile, which was edited. */
        | 'keys-of-other-place'
        /** Another window changed the keys, and this one cannot read them until it is reloaded. */
        | 'keys-elsewhere'
        /** The editor's secret storage fails, e.g. because the keyring is locked. */
        | 'keys-unreadable';
      readonly message?: string | undefined;
    }
  /** The keys are read from outside the editor, and are not usable there at present. */
  | { readonly kind: 'source-unusable'; readonly problem: SourceProblem; readonly message?: undefined };

/** The service does not find a job. */
interface NotFoundError extends Omit<ElbError, 'kind'> {
  readonly kind:
    /** The job may have just been created; it is polled again. */
    | 'not-found-yet'
    /** The service returned the job before. */
    | 'no-longer-kept';
}

/** Nothing is sent before `until`, unless a person agrees: too many requests with the same access key, token or user failed. */
interface TooManyFailuresError {
  readonly kind: 'too-many-failures';
  readonly until: Instant;
  /** Whether the service itself locked the user: then no person can agree to try it before. */
  readonly isLocked?: boolean | undefined;
  readonly message?: undefined;
}

/** Why a request that carries a credential failed, or was not sent. */
export type RequestError = ElbError | TooManyFailuresError;

export type PollError = RequestError | CredentialError | NotFoundError;

const STOPS: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'authentication',
  'clock-skew',
  'locked-out',
  'token-expired',
  'too-many-failures',
  'gateway-forbidden',
  'api-absent',
  'signed-out',
  'keys-lost',
  'keys-of-other-place',
]);

/** Whether the service refused the credential itself, not only its use in one project or region. */
export function refusesCredential(error: PollError): boolean {
  return stopsCredential(error) && error.kind !== 'gateway-forbidden' && error.kind !== 'api-absent';
}

/** Whether polling any job of the project again, before the credential changes, is useless or locks the key. */
export function stopsCredential(error: PollError): boolean {
  return STOPS.has(error.kind);
}

/** Whether this window has no credentials, so that another window may still poll. */
export function lacksCredentials({ kind }: PollError): boolean {
  return kind === 'signed-out' || kind === 'keys-lost';
}

/** The kinds of errors which say that the credentials may not list jobs. */
export type ListRefusal = 'forbidden' | 'gateway-forbidden' | 'api-absent';

export function isListRefusal(kind: PollError['kind']): kind is ListRefusal {
  return kind === 'forbidden' || kind === 'gateway-forbidden' || kind === 'api-absent';
}
