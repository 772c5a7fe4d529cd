/** Says what is wrong with credentials, and offers the one thing that helps. */
import { commands, l10n } from 'vscode';
import type { Profile } from '../../credentials/profiles/profile';
import type { Log } from '../../base/log';
import type { PollError } from '../../jobs/model/poll-error';
import { errorSentence } from '../text/error-words';
import { type NoticeAction, showWithActions } from '../editor/notification';
import { profileWord } from '../text/profile-words';
import { named } from '../text/punctuation';

/** Asking once more with the same keys is of no use. */
const NEEDS_OTHER_KEYS: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'authentication',
  'token-expired',
  'keys-lost',
]);

export function showRefusal(profile: Profile, log: Log): void {
  if (profile.refusal === undefined) return;
  const { error } = profile.refusal;
  if (NEEDS_OTHER_KEYS.has(error.kind)) showCredentialError(profile, error, log);
  else offerTryAgain(profile, log);
}

/** A refused credential is not used again without a person's word, since a key locks after five failures. */
export function offerTryAgain(profile: Profile, log: Log): void {
  if (profile.refusal === undefined) return;
  const { error } = profile.refusal;
  // Time does not bring it back.
  if (error.kind === 'token-expired') showCredentialError(profile, error, log);
  else
    showProfileError(
      profile,
      errorSentence(error),
      [{ title: l10n.t('Try Again'), run: run('elbJobs.tryAgain', profile) }],
      log,
    );
}

/** Of credentials that cannot be used, refused or not. */
export function showCredentialError(
  profile: Profile,
  error: PollError,
  log: Log,
  sentence = errorSentence(error),
): void {
  const change = { title: l10n.t('Change Credentials'), run: run('elbJobs.editCredentials', profile) };
  showProfileError(profile, sentence, NEEDS_OTHER_KEYS.has(error.kind) ? [change] : [], log);
}

function showProfileError(profile: Profile, sentence: string, offers: readonly NoticeAction[], log: Log): void {
  showWithActions('error', named(profileWord(profile), sentence), offers, log);
}

const run =
  (command: string, { id }: Profile) =>
  () =>
    commands.executeCommand(command, id);
