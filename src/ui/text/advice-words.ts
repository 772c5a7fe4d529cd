/** Says what to do about the error of a job, where the service documents it. */
import { l10n } from 'vscode';
import { adviceOn } from '../../cloud/api/job-error-advice';

/** Undefined for what is not documented. */
export function adviceSentence(code: string | undefined): string | undefined {
  switch (adviceOn(code)) {
    case undefined:
      return undefined;
    case 'quota-exceeded':
      return l10n.t('A quota is used up. Delete what is no longer needed, or ask for a higher quota in the console.');
    case 'conflict':
      return l10n.t('It conflicts with what is there already, e.g. a port in use; the message names it.');
    case 'resource-not-found':
      return l10n.t('Something that was named does not exist, or not in this project. Check the IDs of the request.');
    case 'other-enterprise-project':
      return l10n.t('The enterprise project is missing, or another than that of the load balancer. Check it.');
    case 'subnet-has-no-address':
      return l10n.t('The backend subnet has too few free IP addresses. Free some, or choose another subnet.');
    case 'no-capacity':
      return l10n.t('The service cannot allocate resources at the moment. Try later, or submit a service ticket.');
    case 'not-permitted':
      return l10n.t('The account lacks the permission for it. Ask its administrator.');
    case 'not-supported':
      return l10n.t('This feature is not available here, or not for this kind of load balancer.');
    case 'invalid-certificate':
      return l10n.t('The certificate or its private key could not be read. Check both.');
    case 'invalid-parameter':
      return l10n.t('A parameter of the request is not valid; the message names it.');
    case 'internal':
      return l10n.t('The service failed. Try again, or submit a service ticket with the request ID.');
  }
}
