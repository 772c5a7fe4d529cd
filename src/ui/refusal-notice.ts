/** Says that the service refused a credential, and offers the one thing that helps. */
import { commands, l10n } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Profile } from '../credentials/profile';
import type { Log } from '../jobs/log';
import { errorSentence } from './error-words';
import { offer } from './offer';
import { profileWord } from './profile-words';

export function tellRefusal(credentials: CredentialManager, profile: Profile, log: Log): void {
  const kind = profile.refusal?.error.kind;
  const isToBeChanged = kind === 'authentication' || kind === 'token-expired';
  if (!isToBeChanged) {
    offerTryAgain(credentials, profile, log);
    return;
  }
  offerOf(profile, log, l10n.t('Change Credentials'), () =>
    commands.executeCommand('elbJobs.editCredentials', profile.id),
  );
}

/** A refused credential is not used again without a person's word, since a key locks after five failures. */
export function offerTryAgain(credentials: CredentialManager, profile: Profile, log: Log): void {
  offerOf(profile, log, l10n.t('Try Again'), () => credentials.tryAgain(profile));
}

function offerOf(profile: Profile, log: Log, action: string, run: () => Thenable<unknown>): void {
  if (profile.refusal === undefined) return;
  offer('error', `${profileWord(profile)}: ${errorSentence(profile.refusal.error)}`, [{ action, run }], log);
}
