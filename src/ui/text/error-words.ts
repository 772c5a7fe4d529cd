/** What went wrong with a poll of a job, and what to do next. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import { MINUTE } from '../../base/time-units';
import type { CredentialPart, RefusalReason } from '../../cloud/http/error';
import { MAX_FAILURES } from '../../credentials/refusals/failed-sign-ins';
import type { PollError } from '../../jobs/model/poll-error';
import { formatTime } from './date-time';
import { plainText } from './plain-text';
import { joinSentences, withDetail } from './punctuation';
import { expiredPasscodeTokenAdvice, lockedUserAdvice, passwordRefusalAdvice } from './sign-in-words';
import { sourceProblemSentence } from './source-words';

export interface ServiceFacts {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Two to four words, for a row. */
export function errorLabel(error: PollError): string {
  switch (error.kind) {
    case 'authentication':
      return l10n.t('credentials refused');
    case 'clock-skew':
      return l10n.t('clock is off');
    case 'locked-out':
      return error.reason === 'user-locked' ? l10n.t('user is locked') : l10n.t('key is locked');
    case 'too-many-failures':
      return l10n.t('too many failures');
    case 'token-expired':
      return l10n.t('token expired');
    case 'gateway-forbidden':
      return l10n.t('access denied');
    case 'forbidden':
      return l10n.t('no permission');
    case 'api-absent':
      return l10n.t('API not available');
    case 'not-found':
      return l10n.t('not found');
    case 'not-found-yet':
      return l10n.t('not found yet');
    case 'no-longer-kept':
      return l10n.t('no longer available');
    case 'throttled':
      return l10n.t('throttled');
    case 'bad-request':
      return l10n.t('request refused');
    case 'invalid-credential':
      return l10n.t('key not valid');
    case 'server':
      return l10n.t('service error');
    case 'proxy':
      return l10n.t('blocked by a proxy');
    case 'network':
    case 'timeout':
    case 'cancelled':
      return l10n.t('no connection');
    case 'certificate':
      return l10n.t('certificate not trusted');
    case 'malformed':
      return l10n.t('unreadable response');
    case 'unreadable-code':
      return l10n.t('extension not readable');
    case 'signed-out':
      return l10n.t('not signed in');
    case 'keys-lost':
      return l10n.t('keys not saved');
    case 'keys-of-other-place':
      return l10n.t('keys for another endpoint');
    case 'keys-elsewhere':
      return l10n.t('keys in another window');
    case 'keys-unreadable':
      return l10n.t('keys not readable');
    case 'source-unusable':
      return l10n.t('no usable key');
  }
}

/** What happened, what to do next, and the error as the service reported it. */
export function errorSentence(error: PollError): string {
  return withDetail(errorAdvice(error), serviceFacts(error));
}

/** What happened and what to do next. */
export function errorAdvice(error: PollError): string {
  switch (error.kind) {
    case 'authentication':
      return authenticationAdvice(error.reason);
    case 'clock-skew':
      if (error.clockSkew !== undefined && wholeMinutes(error.clockSkew) === 0) {
        return l10n.t(
          'The request reached Huawei Cloud so late that its signature was no longer valid, as after a sleep of this computer or behind a proxy that holds requests. Try again.',
        );
      }
      return error.clockSkew === undefined
        ? l10n.t(
            'The clock of this computer is off, so Huawei Cloud rejects its signatures. Correct the clock, then try again.',
          )
        : l10n.t(
            'The clock of this computer is off by {minutes} min, so Huawei Cloud rejects its signatures. Correct the clock, then try again.',
            { minutes: wholeMinutes(error.clockSkew) },
          );
    case 'locked-out':
      return (
        passwordRefusalAdvice(error.reason) ??
        l10n.t(
          'Too many failed attempts locked this access key for five minutes. Check the secret key, wait, then try again.',
        )
      );
    case 'too-many-failures':
      if (error.isLocked === true) return lockedUserAdvice(error.until);
      return l10n.t(
        '{count} sign-ins with this access key or user failed within 10 minutes. Nothing is sent with it until {time}, or until you choose Try Again: Huawei Cloud locks it after five failures.',
        { count: MAX_FAILURES, time: formatTime(nextMinute(error.until), env.language) },
      );
    case 'token-expired':
      if (error.reason === 'second-factor-needed') return expiredPasscodeTokenAdvice();
      return l10n.t('The token or temporary key has expired. Change the credentials.');
    case 'gateway-forbidden':
      return forbiddenAdvice(
        error.reason,
        l10n.t(
          'Huawei Cloud does not let these credentials use this project. If the project ID does not belong to the region, add credentials for the right project; otherwise ask the administrator for access to Elastic Load Balance.',
        ),
      );
    case 'forbidden':
      return l10n.t('These credentials have no permission to see this job. Ask the administrator of the project.');
    case 'api-absent':
      return l10n.t(
        'This region does not offer the job API. Add credentials for the region or endpoint that the job is in.',
      );
    case 'not-found':
      return l10n.t(
        'The service did not find this job. Check that its ID is complete, look for it in other credentials, or stop tracking it.',
      );
    case 'not-found-yet':
      return l10n.t('The service did not find this job yet. It is polled again for a few minutes.');
    case 'no-longer-kept':
      return l10n.t('The service no longer keeps this job. Its last response is still shown here.');
    case 'throttled':
      return l10n.t('The service is limiting requests. Tracking continues automatically, more slowly.');
    case 'bad-request':
      return l10n.t('The request is not valid. Check the job ID, the project ID and the endpoint.');
    case 'invalid-credential':
      return l10n.t(
        'The {part} contains a line break or another character that HTTP cannot carry, or is too long, so no request is sent. Enter it again as shown in the console.',
        { part: credentialPartWord(error.part) },
      );
    case 'server':
      return l10n.t('The service has a problem at the moment. Tracking continues automatically.');
    case 'proxy':
      return l10n.t(
        'A proxy or a login page blocks requests to the service. Check the proxy settings of VS Code. Tracking continues automatically once requests get through.',
      );
    case 'network':
    case 'timeout':
    case 'cancelled':
      return l10n.t('The service cannot be reached. Tracking continues automatically once it can be reached.');
    case 'certificate':
      return l10n.t(
        "The certificate of the service is not trusted on this computer. If your company's proxy inspects traffic, install its certificate in the system store, which VS Code uses. Tracking continues automatically.",
      );
    case 'malformed':
      return l10n.t('The response of the service could not be read. Tracking continues automatically.');
    case 'unreadable-code':
      return l10n.t(
        'A file of ELB Job Tracker cannot be read. Reload the window. If that does not help, reinstall the extension.',
      );
    case 'signed-out':
      return l10n.t('You are not signed in to the project of this job. Add credentials for it.');
    case 'keys-lost':
      return l10n.t(
        'VS Code did not save the keys, perhaps because this computer has no keyring. Install or unlock a keyring, then change the credentials to enter the keys again.',
      );
    case 'keys-of-other-place':
      return l10n.t(
        'The stored keys were saved for another endpoint or project than the one that profiles.json now names, so they are not used. If you did not expect this, sign out of these credentials; otherwise change the credentials to enter the keys again.',
      );
    case 'keys-elsewhere':
      return l10n.t(
        'The credentials were changed in another window, and this window cannot read the new keys. Reload this window to track jobs here.',
      );
    case 'source-unusable':
      return joinSentences([
        sourceProblemSentence(error.problem),
        l10n.t('Tracking continues automatically once the key can be used.'),
      ]);
    case 'keys-unreadable':
      return l10n.t(
        'The secret storage of VS Code failed. Unlock the keyring of this computer; tracking then continues automatically.',
      );
  }
}

function credentialPartWord(part: CredentialPart | undefined): string {
  switch (part) {
    case 'access-key':
      return l10n.t('access key');
    case 'secret-key':
      return l10n.t('secret key');
    case 'security-token':
      return l10n.t('security token');
    case 'token':
    case undefined:
      return l10n.t('token');
  }
}

function authenticationAdvice(reason: RefusalReason | undefined): string {
  switch (reason) {
    case 'unknown-key':
      return l10n.t(
        'Huawei Cloud does not know this access key, so no further requests are sent with it. It may have been deleted, or be a temporary key without its security token. Change the credentials.',
      );
    case 'wrong-signature':
      return l10n.t(
        'Huawei Cloud refused the signature, so no further requests are sent with these credentials. The secret key does not belong to the access key. Change the credentials.',
      );
    case 'token-refused':
      return l10n.t(
        "Huawei Cloud refused the token before it expired, so no further requests are sent with it. The user's password or permissions may have changed. Change the credentials to get a new token.",
      );
    case 'account-not-verified':
      return l10n.t(
        'Huawei Cloud requires real-name authentication of this account. Complete it in the console, then try again.',
      );
    default:
      return (
        passwordRefusalAdvice(reason) ??
        l10n.t(
          'Huawei Cloud refused the credentials, so no further requests are sent with them. Check the access key, the secret key and the clock of this computer, then change the credentials.',
        )
      );
  }
}

/** @param otherwise the text if the credentials are refused for this project only. */
export function forbiddenAdvice(reason: RefusalReason | undefined, otherwise: string): string {
  switch (reason) {
    case 'project-unavailable':
      return l10n.t(
        'This project cannot be used at the moment: it may be frozen, or about to be deleted. Check its state in the console, then try again.',
      );
    case 'address-not-allowed':
      return l10n.t(
        'The account does not allow API calls from the IP address of this computer. Connect from an allowed network, then try again.',
      );
    case 'region-not-allowed':
      return l10n.t('These credentials may not use this region. Ask the administrator of the account.');
    default:
      return otherwise;
  }
}

/** For the time in which requests are signed with the service's time. */
export function clockSkewNotice(skewMs: number): string {
  return l10n.t(
    'The clock of this computer is off by {minutes} min. Requests are signed with the time of Huawei Cloud until you correct it.',
    { minutes: wholeMinutes(skewMs) },
  );
}

/** Shown without seconds, a time must not be too early. */
function nextMinute(instant: Instant): Instant {
  return Math.ceil(instant / MINUTE) * MINUTE;
}

function wholeMinutes(milliseconds: number): number {
  return Math.round(Math.abs(milliseconds) / MINUTE);
}

/** The error code, message and request id of the service on one line; empty if there are none. */
export function serviceFacts({ code, message, requestId }: ServiceFacts): string {
  return [code, message, requestId === undefined ? undefined : l10n.t('Request ID: {requestId}', { requestId })]
    .filter((fact) => fact !== undefined)
    .map(plainText)
    .join(' · ');
}
