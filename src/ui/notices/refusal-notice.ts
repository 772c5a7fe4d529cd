/** Notifications about credentials that cannot be used, with the command that fixes them. */
import { commands, l10n } from 'vscode';
import type { Profile } from '../../credentials/profiles/profile';
import type { Log } from '../../base/log';
import type { PollError } from '../../jobs/model/poll-error';
import { errorSentence } from '../text/error-words';
import { type NoticeAction, showWithActions } from '../editor/notification';
import { profileWord } from '../text/profile-words';
import { named } from '../text/punctuation';

/** Errors that another request with the same keys cannot fix. */
const NEEDS_OTHER_KEYS: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'authentication',
  'token-expired',
  'keys-lost',
  'keys-of-other-place',
  'invalid-credential',
]);

/** Offers to change the credentials or to try them again, as the refusal needs. */
export function showRefusal(profile: Profile, log: Log): void {
  if (profile.refusal === undefined) return;
  const { error } = profile.refusal;
  if (NEEDS_OTHER_KEYS.has(error.kind)) showCredentialError(profile, error, log);
  else showTryAgain(profile, log);
}

/** Offers to try refused credentials again. Only a person may do that, since a key locks after five failures. */
export function showTryAgain(profile: Profile, log: Log): void {
  if (profile.refusal === undefined) return;
  const { error } = profile.refusal;
  // An expired token does not become valid again.
  if (error.kind === 'token-expired') showCredentialError(profile, error, log);
  else
    showProfileError(
      profile,
      errorSentence(error),
      [{ title: l10n.t('Try Again'), run: run('elbJobs.tryAgain', profile) }],
      log,
    );
}

/** Shows why credentials cannot be used, whether or not they were refused. */
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
