/** Says what is wrong with credentials, and offers the one thing that helps. */
import { commands, l10n } from 'vscode';
import type { Profile } from '../../credentials/profiles/profile';
import type { Log } from '../../base/log';
import type { LookError } from '../../jobs/model/poll-error';
import { errorSentence } from '../text/error-words';
import { type Offer, offer } from '../editor/notification';
import { profileWord } from '../text/profile-words';
import { named } from '../text/punctuation';

/** Asking once more with the same keys is of no use. */
const NEEDS_OTHER_KEYS: ReadonlySet<LookError['kind']> = new Set<LookError['kind']>([
  'authentication',
  'token-expired',
  'keys-lost',
]);

export function tellRefusal(profile: Profile, log: Log): void {
  if (profile.refusal === undefined) return;
  const { error } = profile.refusal;
  if (NEEDS_OTHER_KEYS.has(error.kind)) tellCredentialError(profile, error, log);
  else offerTryAgain(profile, log);
}

/** A refused credential is not used again without a person's word, since a key locks after five failures. */
export function offerTryAgain(profile: Profile, log: Log): void {
  if (profile.refusal === undefined) return;
  const { error } = profile.refusal;
  // Time does not bring it back.
  if (error.kind === 'token-expired') tellCredentialError(profile, error, log);
  else
    tell(profile, errorSentence(error), [{ action: l10n.t('Try Again'), run: run('elbJobs.tryAgain', profile) }], log);
}

/** Of credentials that cannot be used, refused or not. */
export function tellCredentialError(
  profile: Profile,
  error: LookError,
  log: Log,
  sentence = errorSentence(error),
): void {
  const change = { action: l10n.t('Change Credentials'), run: run('elbJobs.editCredentials', profile) };
  tell(profile, sentence, NEEDS_OTHER_KEYS.has(error.kind) ? [change] : [], log);
}

function tell(profile: Profile, sentence: string, offers: readonly Offer[], log: Log): void {
  offer('error', named(profileWord(profile), sentence), offers, log);
}

const run =
  (command: string, { id }: Profile) =>
  () =>
    commands.executeCommand(command, id);
