/** Which step of the sign-in a person has to correct after an error. */
import type { CredentialPart, RefusalReason } from '../../cloud/http/error';
import type { PollError } from '../../jobs/model/poll-error';
import { keySteps, stepToRepeat } from './key-steps';
import type { ProfileDraft } from './profile-draft';

type Answer = CredentialPart | 'place' | 'project' | 'last';

/** The steps for an access key, in order. */
const KEY_PARTS: readonly Answer[] = ['access-key', 'secret-key', 'security-token'];
const SOURCE_STEP = 0;
const PLACE_STEP = 1;

/** @returns the index of the step; if the error does not say which answer is wrong, that of the last key step. */
export function stepToCorrect(draft: ProfileDraft, error: PollError | undefined): number {
  const answer = error === undefined ? 'last' : wrongAnswer(error);
  const isFixed = draft.fixed !== undefined;
  const firstKeyStep = isFixed ? PLACE_STEP : PLACE_STEP + 1;
  const keyCount = keySteps(draft).length;
  if (answer === 'place' && !isFixed) return PLACE_STEP;
  // For a password, the project is one of the key steps.
  if (answer === 'project' && !isFixed && draft.kind !== 'password') return firstKeyStep + keyCount;
  if (keyCount === 0) return SOURCE_STEP;
  const part = draft.kind === 'stored' ? KEY_PARTS.indexOf(answer) : -1;
  return firstKeyStep + (part === -1 ? stepToRepeat(draft) : part);
}

function wrongAnswer(error: PollError): Answer {
  switch (error.kind) {
    case 'authentication':
      return wrongPart(error.reason);
    case 'locked-out':
      return 'secret-key';
    case 'too-many-failures':
      return 'access-key';
    case 'token-expired':
      return 'security-token';
    case 'invalid-credential':
      return error.part ?? 'last';
    case 'gateway-forbidden':
      return error.reason === 'region-not-allowed' ? 'place' : 'project';
    case 'bad-request':
      return 'project';
    case 'api-absent':
    case 'malformed':
    case 'network':
    case 'timeout':
      return 'place';
    default:
      return 'last';
  }
}

function wrongPart(reason: RefusalReason | undefined): Answer {
  switch (reason) {
    case 'wrong-signature':
      return 'secret-key';
    case 'token-refused':
      return 'security-token';
    case 'account-not-verified':
      return 'last';
    default:
      return 'access-key';
  }
}
