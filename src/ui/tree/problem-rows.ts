/** The rows that say what went wrong below a job, and what to do. */
import { type Command, l10n, ThemeColor, ThemeIcon } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { JobFields } from '../../cloud/api/job';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import { haveSameError } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { pollErrorSentence } from '../text/advice-words';
import { errorLabel } from '../text/error-words';
import { errorIcon, warningIcon } from './job-icons';
import type { FailedFirstNode } from './job-nodes';
import { jobTypeWord, shownName } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { subJobMark } from '../parts/sub-job-names';
import { decisionWords } from '../parts/upgrade-words';
import type { Row } from './row';

/** Errors after which only other keys help. */
const KEYS_GONE: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'token-expired',
  'keys-lost',
  'keys-of-other-place',
  'invalid-credential',
]);

/** As `jobContextValue`. Public, so `difficulty` stays. */
function pollFailureContextValue(error: PollError | undefined): string {
  if (error === undefined) return 'difficulty';
  if (error.kind === 'signed-out') return 'difficulty.signedOut';
  if (KEYS_GONE.has(error.kind)) return 'difficulty.keysGone';
  return stopsCredential(error) ? 'difficulty.refused' : 'difficulty';
}

export function pollFailureRow(tracked: TrackedJob): Row {
  const { pollFailure } = tracked;
  const sentence = pollFailure === undefined ? '' : pollErrorSentence(tracked, pollFailure.error);
  return {
    label: pollFailure === undefined ? '' : errorLabel(pollFailure.error),
    description: sentence,
    icon: warningIcon(),
    contextValue: pollFailureContextValue(pollFailure?.error),
    ...(pollFailure?.error.kind === 'signed-out' ? { command: addCredentials() } : {}),
  };
}

/** Enter on the row adds credentials: its button is hard to reach with the keyboard. */
function addCredentials(): Command {
  return { command: 'elbJobs.addCredentials', title: l10n.t('Add Credentials') };
}

export function decisionRow(tracked: TrackedJob): Row {
  return {
    label: l10n.t('Decision needed'),
    description: decisionWords(tracked),
    icon: new ThemeIcon('lightbulb', new ThemeColor('charts.yellow')),
    contextValue: isDemo(tracked.reference) ? 'copyable.decision.demo' : 'copyable.decision',
  };
}

export function failureRow({ errorCode, errorMessage }: JobFields): Row {
  const label = shownName(errorCode ?? l10n.t('Error'));
  const description = plainText(errorMessage ?? '');
  const words = [label, description, errorCode === undefined ? '' : l10n.t('Error')];
  return {
    label,
    description,
    icon: errorIcon('error'),
    accessibleLabel: words.filter((word) => word !== '').join(', '),
    contextValue: 'copyable',
  };
}

export function failedFirstRow(node: FailedFirstNode, tracked: TrackedJob): Row {
  const { subJob } = node;
  const { errorCode, errorMessage } = subJob;
  const code = errorCode === undefined ? undefined : shownName(errorCode);
  const error = tracked.job !== undefined && haveSameError(subJob, tracked.job) ? [] : [code, errorMessage];
  const words = [subJobMark(tracked, subJob), jobTypeWord(subJob), ...error].filter((word) => word !== undefined);
  return {
    label: l10n.t('Failed first'),
    description: words.map(plainText).join(' · '),
    icon: errorIcon('arrow-right'),
    contextValue: 'copyable.failedFirst',
    command: {
      command: 'elbJobs.showFailedSubJob',
      title: l10n.t('Show Failed Sub-Job'),
      arguments: [node.parent.key],
    },
  };
}

export function adviceRow(sentence = ''): Row {
  return {
    label: l10n.t('What to do'),
    description: sentence,
    icon: new ThemeIcon('lightbulb', new ThemeColor('charts.yellow')),
    contextValue: 'copyable',
  };
}

export function recycleBinRow(sentence = ''): Row {
  return {
    label: l10n.t('Recycle bin'),
    description: sentence,
    icon: new ThemeIcon('trash'),
    contextValue: 'copyable',
  };
}
