/** Why IAM refused a password, and what to do next. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import { MINUTE } from '../../base/time-units';
import type { RefusalReason } from '../../cloud/http/error';
import { formatTime } from './date-time';

/** @returns undefined for a reason that is none of IAM's. What IAM itself says is shown beside it. */
export function passwordRefusalAdvice(reason: RefusalReason | undefined): string | undefined {
  switch (reason) {
    case 'wrong-password':
      return l10n.t(
        'IAM refused the account name, the user name or the password; or the user has MFA or another login protection, for which IAM may say the same. Check all three. With virtual MFA, enter the passcode, too; with another login protection, sign in with an IAM token or an access key.',
      );
    case 'second-factor-needed':
      return l10n.t(
        'IAM needs more than the password: the user has MFA or another login protection. With virtual MFA, enter the passcode, too; otherwise sign in with an IAM token or an access key.',
      );
    case 'wrong-passcode':
      return l10n.t(
        'IAM refused the passcode. It is valid for half a minute and only once: wait for the next one, and check the clock of the phone and the IAM user ID.',
      );
    case 'password-expired':
      return l10n.t(
        'The password of this user has expired. Change it in the console, then sign in again; or sign in with an access key.',
      );
    case 'user-disabled':
      return l10n.t(
        'This user is disabled, or may not use APIs. Ask the administrator of the account to enable it, then sign in again.',
      );
    case 'user-locked':
      return l10n.t(
        'IAM locked this user for 15 minutes, after too many failed sign-ins. Nothing is sent for it meanwhile, in any window; do not try elsewhere either. Wait, then sign in again; or sign in with an IAM token or an access key.',
      );
    case 'address-not-allowed':
      return l10n.t(
        'The account does not allow sign-ins from the IP address of this computer. Connect from an allowed network, then try again.',
      );
    case 'sign-in-refused':
      return l10n.t(
        'IAM refused the sign-in; its own words, if any, follow. If they do not help: check the account name, the user name and the password. With virtual MFA, enter the passcode, too; with another login protection, sign in with an IAM token or an access key.',
      );
    default:
      return undefined;
  }
}

/** For the time in which IAM keeps the user locked. */
export function lockedUserAdvice(until: Instant): string {
  return l10n.t(
    'IAM locked this user, after too many failed sign-ins. Nothing is sent for it until {time}, in any window: do not try elsewhere either. Wait, then sign in again; or sign in with an IAM token or an access key.',
    // Without seconds, an earlier time would be shown.
    { time: formatTime(Math.ceil(until / MINUTE) * MINUTE, env.language) },
  );
}

/** Of a token that a password and a passcode got. */
export function expiredPasscodeTokenAdvice(): string {
  return l10n.t(
    'The token has expired. It came from a sign-in with a passcode, so only you can renew it: change the credentials, and enter the password and a new passcode.',
  );
}
