/** Why the jobs of a project could not be listed for a person, and what to do next. */
import { env, l10n } from 'vscode';
import { SECOND } from '../../base/time-units';
import type { PollError } from '../../jobs/model/poll-error';
import { actionErrorAdvice } from './action-error-words';
import { formatDuration } from './duration';
import { serviceFacts } from './error-words';
import { withDetail } from './punctuation';

/** What happened, what to do next, and the error as the service reported it. */
export function listErrorSentence(error: PollError): string {
  return withDetail(listAdvice(error), serviceFacts(error));
}

function cannotListSentence(): string {
  return l10n.t(
    'These credentials have no permission to list the jobs of this project. You can still track a job by its ID; to list jobs, ask the administrator of the project.',
  );
}

/** Whether jobs can be tracked by id although they cannot be listed. */
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
      return l10n.t('The list of jobs could not be read. You can still track a job by its ID.');
    default:
      return actionErrorAdvice(error);
  }
}

/** @param delayMs until the budget allows a request. */
export function budgetSentence(delayMs: number): string {
  return l10n.t(
    'The request budget of the last few minutes is used up. Try again in {duration}, or raise the setting {setting}.',
    { duration: formatDuration(Math.max(delayMs, SECOND), env.language), setting: 'elbJobs.requestBudget' },
  );
}
