/** Says in the editor's language why the jobs of a project could not be listed for a person, and what to do next. */
import { env, l10n } from 'vscode';
import type { PollError } from '../../jobs/model/poll-error';
import { attemptAdvice } from './attempt-words';
import { formatDuration } from './duration';
import { serviceFacts } from './error-words';
import { withAside } from './punctuation';

/** What happened and what to do next, then the service's own words. */
export function listErrorSentence(error: PollError): string {
  return withAside(listAdvice(error), serviceFacts(error));
}

export function cannotListSentence(): string {
  return l10n.t(
    'These credentials may not list the jobs of this project. A job can still be tracked by its ID; to list jobs, ask the administrator of the project.',
  );
}

/** Whether a job can be tracked by its id although the jobs cannot be listed. */
export function isTrackingPossible({ kind }: PollError): boolean {
  return kind === 'forbidden' || kind === 'gateway-forbidden' || kind === 'malformed' || kind === 'not-found';
}

function listAdvice(error: PollError): string {
  switch (error.kind) {
    case 'forbidden':
    case 'gateway-forbidden':
    case 'not-found':
      return cannotListSentence();
    case 'malformed':
      return l10n.t('The list of jobs could not be read. A job can still be tracked by its ID.');
    default:
      return attemptAdvice(error);
  }
}

export function budgetSentence(delay: number): string {
  return l10n.t(
    'The requests of the last minutes have used up the request budget. Try again in {duration}, or allow more by the setting {setting}.',
    { duration: formatDuration(Math.max(delay, 1000), env.language), setting: 'elbJobs.requestBudget' },
  );
}
