/** What a task prints at the end: how each job ended, what failed first, and what to do. */
import { env, l10n } from 'vscode';
import { firstFailed, haveSameError } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { WaitedJob, WaitResult } from '../../jobs/waiting/job-waiter';
import type { Outcome } from '../../jobs/waiting/outcome';
import { subJobName } from '../../ui/parts/sub-job-names';
import { decisionSentence } from '../../ui/parts/upgrade-words';
import { advisedPart, adviceSentence, pollErrorSentence, recycleBinSentence } from '../../ui/text/advice-words';
import { formatDuration } from '../../ui/text/duration';
import { errorLabel } from '../../ui/text/error-words';
import { jobSentence } from '../../ui/text/job-sentences';
import { distinctJobTitle, moreWord, noLongerTrackedSentence, shortId, shownName } from '../../ui/text/job-words';
import { plainText } from '../../ui/text/plain-text';
import { named, withDots } from '../../ui/text/punctuation';
import { bold, colorOfOutcome, markOf, paint } from './terminal-text';
import { errorOf } from './wait-log';

/** Jobs that are described one by one. */
const MAX_DESCRIBED = 50;
const INDENT = '  ';

interface Summary {
  readonly lines: readonly string[];
  /** The outcome in few words, without colours. */
  readonly name: string;
}

export function summaryOf(result: WaitResult, timeoutMs: number | undefined): Summary {
  const { jobs, outcome } = result;
  const [only] = jobs;
  const name = only !== undefined && jobs.length === 1 ? sentenceOf(only, timeoutMs) : totalSentence(jobs);
  const open = jobs.filter((job) => job.outcome !== undefined && job.outcome !== 'succeeded');
  const described = jobs.length === 1 ? jobs : open.slice(0, MAX_DESCRIBED);
  const unfinished = jobs.filter((job) => job.outcome === undefined).length;
  const lines = described.flatMap((job) => [
    headingOf(job.outcome ?? outcome, jobs.length === 1 ? name : withId(job, sentenceOf(job, timeoutMs))),
    ...detailsOf(job).map((detail) => `${INDENT}${detail}`),
  ]);
  if (jobs.length !== 1) {
    if (open.length > described.length) lines.push(moreWord(open.length - described.length));
    if (unfinished > 0) {
      lines.push(
        l10n.t('Jobs that are not waited for any more, since another did not succeed: {count}.', { count: unfinished }),
      );
    }
    lines.push(headingOf(outcome, name));
  }
  return { lines, name: `${markOf(outcome)} ${name}` };
}

function headingOf(outcome: Outcome, sentence: string): string {
  return paint(colorOfOutcome(outcome), bold(`${markOf(outcome)} ${sentence}`));
}

/** Several jobs may have the same name. */
function withId({ reference }: WaitedJob, sentence: string): string {
  const id = shortId(reference.jobId);
  return sentence.includes(id) ? sentence : withDots([sentence, plainText(id)]);
}

function totalSentence(jobs: readonly WaitedJob[]): string {
  const counts = { count: jobs.filter(({ outcome }) => outcome === 'succeeded').length, total: jobs.length };
  return jobs.length === 0
    ? l10n.t('No job in the list is running.')
    : l10n.t('ELB jobs that succeeded: {count} of {total}', counts);
}

function sentenceOf({ outcome, tracked, reference }: WaitedJob, timeoutMs = 0): string {
  if (tracked === undefined) return l10n.t('{job} is no longer tracked.', { job: shownName(reference.jobId) });
  const values = { job: distinctJobTitle(tracked), duration: formatDuration(timeoutMs, env.language) };
  switch (outcome) {
    case 'timed-out':
      return l10n.t('{job} is still running after the time limit of {duration}', values);
    case 'unreachable':
      return l10n.t('{job} could not be polled when the time limit of {duration} was over', values);
    case 'removed':
      return noLongerTrackedSentence([tracked]);
    case 'refused':
    case 'not-found':
      return tracked.pollFailure === undefined ? values.job : named(values.job, errorLabel(tracked.pollFailure.error));
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'waiting':
    case undefined:
      return jobSentence(tracked);
  }
}

function detailsOf({ outcome, tracked }: WaitedJob): readonly string[] {
  if (tracked === undefined) return [];
  switch (outcome) {
    case 'failed':
    case 'cancelled':
      return failureDetails(tracked);
    case 'waiting':
    case 'succeeded':
      return labelled(l10n.t('What to do'), decisionSentence(tracked));
    case 'refused':
    case 'not-found':
    case 'unreachable':
      return labelled(
        l10n.t('What to do'),
        tracked.pollFailure && pollErrorSentence(tracked, tracked.pollFailure.error),
      );
    case 'removed':
      return labelled(l10n.t('What to do'), l10n.t('Track the job again to see how it ends.'));
    case 'timed-out':
    case undefined:
      return [];
  }
}

function failureDetails(tracked: TrackedJob): readonly string[] {
  const { job, requestId } = tracked;
  if (job === undefined) return [];
  const failed = firstFailed(job);
  const error = failed === undefined || haveSameError(failed, job) ? undefined : errorOf(failed);
  const first = failed && withDots([subJobName(tracked, failed), error]);
  return [
    ...labelled(l10n.t('Error'), errorOf(job)),
    ...labelled(l10n.t('Failed first'), first),
    ...labelled(l10n.t('What to do'), adviceSentence(tracked, advisedPart(job, failed))),
    ...labelled(l10n.t('Recycle bin'), recycleBinSentence(tracked)),
    ...labelled(l10n.t('Request ID'), requestId && plainText(requestId)),
  ];
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text ? [named(bold(label), text)] : [];
}
