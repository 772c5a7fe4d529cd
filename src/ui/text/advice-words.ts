/** What to do about the error of a job. */
import { l10n } from 'vscode';
import { adviceOn } from '../../cloud/api/job-error-advice';

/** @returns undefined if the service does not document the error code. */
export function adviceSentence(code: string | undefined): string | undefined {
  switch (adviceOn(code)) {
    case undefined:
      return undefined;
    case 'quota-exceeded':
      return l10n.t(
        'A quota is used up. Delete resources that you no longer need, or request a higher quota in the console.',
      );
    case 'conflict':
      return l10n.t('The request conflicts with an existing resource, e.g. a port in use. See the error message.');
    case 'resource-not-found':
      return l10n.t('A resource in the request does not exist, or not in this project. Check the IDs in the request.');
    case 'other-enterprise-project':
      return l10n.t("The enterprise project is missing, or differs from the load balancer's. Check it.");
    case 'subnet-has-no-address':
      return l10n.t('The backend subnet has too few free IP addresses. Free some, or choose another subnet.');
    case 'no-capacity':
      return l10n.t('The service cannot allocate resources at the moment. Try later, or submit a service ticket.');
    case 'not-permitted':
      return l10n.t('The account has no permission for this. Ask its administrator.');
    case 'not-supported':
      return l10n.t('This feature is not available here, or not for this type of load balancer.');
    case 'invalid-certificate':
      return l10n.t('The certificate or its private key could not be read. Check both.');
    case 'invalid-parameter':
      return l10n.t('A parameter of the request is invalid. See the error message.');
    case 'internal':
      return l10n.t('The service failed. Try again, or submit a service ticket with the request ID.');
  }
}
