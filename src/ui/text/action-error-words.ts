/** Why a person's action failed, and what to do next. Unlike a poll, it is not retried automatically. */
import { env, l10n } from 'vscode';
import { MINUTE } from '../../base/time-units';
import type { PollError } from '../../jobs/model/poll-error';
import { formatDuration } from './duration';
import { errorAdvice, forbiddenAdvice, serviceFacts } from './error-words';
import { withDetail } from './punctuation';
import { sourceProblemSentence } from './source-words';

/** What happened, what to do next, and the error as the service reported it. */
export function actionErrorSentence(error: PollError): string {
  return withDetail(actionErrorAdvice(error), serviceFacts(error));
}

/** For keys that a person has just entered: one cause, what to correct, and the error as the service reported it. */
export function signInErrorSentence(error: PollError): string {
  return withDetail(signInErrorAdvice(error), serviceFacts(error));
}

function signInErrorAdvice(error: PollError): string {
  if (error.kind === 'token-expired' && error.reason === undefined) {
    return l10n.t('This token or temporary key has expired. Use a new one.');
  }
  if (error.kind !== 'authentication') return actionErrorAdvice(error);
  switch (error.reason) {
    case 'unknown-key':
      return l10n.t('Huawei Cloud does not know this access key. Check the access key (AK).');
    case 'wrong-signature':
      return l10n.t('The secret key does not belong to the access key. Check the secret key (SK).');
    case 'token-refused':
      return l10n.t('Huawei Cloud refused this token. Use a new one.');
    case undefined:
      return l10n.t('Huawei Cloud refused these credentials. Check the key or token.');
    default:
      return actionErrorAdvice(error);
  }
}

/** What happened and what to do next. */
export function actionErrorAdvice(error: PollError): string {
  switch (error.kind) {
    case 'throttled':
      return l10n.t('The service is limiting requests. Wait for {duration}, then try again.', {
        duration: formatDuration(Math.max(error.retryAfter ?? 0, MINUTE), env.language),
      });
    case 'server':
      return l10n.t('The service has a problem at the moment. Try again in a few minutes.');
    case 'proxy':
      return l10n.t(
        'A proxy or a login page blocks requests to the service. Check the proxy settings of VS Code, then try again.',
      );
    case 'certificate':
      return l10n.t(
        "The certificate of the service is not trusted on this computer. If your company's proxy inspects traffic, install its certificate in the system store, which VS Code uses, then try again.",
      );
    case 'network':
    case 'timeout':
    case 'cancelled':
      return l10n.t('The service cannot be reached. Check the network, then try again.');
    case 'malformed':
      return l10n.t('The response of the service could not be read. Check the endpoint, then try again.');
    case 'api-absent':
      return l10n.t('This region does not offer the job API. Check the region or endpoint of the credentials.');
    case 'gateway-forbidden':
      return forbiddenAdvice(
        error.reason,
        l10n.t(
          'Huawei Cloud does not let these credentials use this project. Check that the project ID belongs to the region, and ask the administrator for access to Elastic Load Balance.',
        ),
      );
    case 'source-unusable':
      return sourceProblemSentence(error.problem);
    case 'keys-unreadable':
      return l10n.t('The secret storage of VS Code failed. Unlock the keyring of this computer, then try again.');
    default:
      return errorAdvice(error);
  }
}
