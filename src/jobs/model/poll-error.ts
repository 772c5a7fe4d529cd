/** Why a look at a job brought no answer: the cloud's reasons and those of this computer. */
import type { ElbError } from '../../cloud/http/error';
import type { SourceProblem } from './source-problem';

/** The keys that a look needs are not to be had here. */
export type CredentialError =
  | {
      readonly kind:
        /** Nobody signed in to the job's project. */
        | 'signed-out'
        /** Keys were stored and are gone: the editor had no keyring to keep them in. */
        | 'keys-lost'
        /** Another window changed the keys, and this one cannot read them before it is loaded again. */
        | 'keys-elsewhere'
        /** The editor's secret storage fails, perhaps until a keyring is unlocked. */
        | 'keys-unreadable';
      readonly message?: string | undefined;
    }
  /** The place that the keys are read from has none at the moment. */
  | { readonly kind: 'source-unusable'; readonly problem: SourceProblem; readonly message?: undefined };

/** What it means that the service does not find a job. */
export interface NotFoundError extends Omit<ElbError, 'kind'> {
  readonly kind:
    /** It may have been created a moment ago; it is asked for again. */
    | 'not-found-yet'
    /** The service answered for it before. */
    | 'no-longer-kept';
}

export type PollError = ElbError | CredentialError | NotFoundError;

const STOPS: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'authentication',
  'clock-skew',
  'locked-out',
  'token-expired',
  'gateway-forbidden',
  'api-absent',
  'signed-out',
  'keys-lost',
]);

/** Whether the service refused the credential itself, and not its use in one project or region. */
export function refusesCredential(error: PollError): boolean {
  return stopsCredential(error) && error.kind !== 'gateway-forbidden' && error.kind !== 'api-absent';
}

/** Whether asking again for any job of that project is useless, or locks the key, until the credential changes. */
export function stopsCredential(error: PollError): boolean {
  return STOPS.has(error.kind);
}

/** The credentials may not list jobs. */
export type ListRefusal = 'forbidden' | 'gateway-forbidden' | 'api-absent';

export function isListRefusal(kind: PollError['kind']): kind is ListRefusal {
  return kind === 'forbidden' || kind === 'gateway-forbidden' || kind === 'api-absent';
}
