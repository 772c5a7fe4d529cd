/** Says that the service refused a credential, and offers the one thing that helps. */
import { commands, l10n, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Profile } from '../credentials/profile';
import type { Log } from '../jobs/log';
import { errorSentence } from './error-words';
import { profileWord } from './profile-words';

export function tellRefusal(credentials: CredentialManager, profile: Profile, log: Log): void {
  const kind = profile.refusal?.error.kind;
  const isToBeChanged = kind === 'authentication' || kind === 'token-expired';
  if (!isToBeChanged) {
    offerTryAgain(credentials, profile, log);
    return;
  }
  offer(profile, log, l10n.t('Change Credentials'), () =>
    commands.executeCommand('elbJobs.editCredentials', profile.id),
  );
}

/** A refused credential is not used again without a person's word, since a key locks after five failures. */
export function offerTryAgain(credentials: CredentialManager, profile: Profile, log: Log): void {
  offer(profile, log, l10n.t('Try Again'), () => credentials.tryAgain(profile));
}

/** Nothing waits for the answer: such a notice stays until the person closes it. */
function offer(profile: Profile, log: Log, action: string, run: () => Thenable<unknown>): void {
  if (profile.refusal === undefined) return;
  const sentence = `${profileWord(profile)}: ${errorSentence(profile.refusal.error)}`;
  window
    .showErrorMessage(sentence, action)
    .then((chosen) => (chosen === action ? run() : undefined))
    .then(undefined, (cause: unknown) => {
      log.error(`${action} failed: ${String(cause)}`);
    });
}
