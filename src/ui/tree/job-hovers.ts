/** Says all that is known of a row of the tree, for who rests the pointer on it. */
import { env, l10n, type MarkdownString } from 'vscode';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import {
  classifyStatus,
  succeededWithFailedSubJob,
  isWaitingUpgrade,
  hasFailure,
  firstFailed,
} from '../../jobs/model/job-status';
import { type PollFailure, isLost, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { adviceSentence } from '../text/advice-words';
import { demoSentence } from '../text/demo-words';
import { errorAdvice, errorLabel, type ServiceFacts } from '../text/error-words';
import { HoverText } from '../text/hover-text';
import type { GroupNode, JobTreeNode } from './job-nodes';
import type { Drawing } from './job-rows';
import { durationWord, elapsedWord, jobTypeWord, timeLeftWords } from '../text/job-words';
import { named } from '../text/punctuation';

type Fact = readonly [string, string | undefined];

/** @param profile what a person calls the credentials of the job; missing where there are none. */
export function hoverOf(
  node: Exclude<JobTreeNode, GroupNode>,
  tracked: TrackedJob,
  drawing: Drawing,
  profile: string | undefined,
): MarkdownString {
  switch (node.kind) {
    case 'job':
      return jobHover(tracked, drawing, profile);
    case 'failed-first':
    case 'sub-job':
      return subJobHover(node.subJob, isLost(tracked) ? undefined : drawing.now);
    case 'entity':
      return entityHover(node.entity, node.parent.subJob);
    case 'failure':
      return failureHover(node.of, tracked.requestId);
    case 'advice':
      return new HoverText()
        .title(l10n.t('What to do'))
        .note(adviceSentence(node.code))
        .facts([[l10n.t('Error'), node.code]])
        .end();
    case 'difficulty':
      return difficultyHover(tracked.pollFailure);
    case 'request-id':
      return new HoverText()
        .title(l10n.t('Request ID'))
        .note(tracked.requestId ?? l10n.t('missing'))
        .note(l10n.t('Of the last answer; a service ticket asks for it.'))
        .end();
    case 'waiting':
      return new HoverText()
        .title(l10n.t('waiting for the first answer'))
        .facts([[l10n.t('Tracked since'), localTime(tracked.trackedAt)]])
        .end();
  }
}

function jobHover(tracked: TrackedJob, { now, prediction }: Drawing, profile: string | undefined): MarkdownString {
  const { job, reference, label, aliases, pollFailure, muted } = tracked;
  const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
  const culprit = job === undefined || hasFailure(job) ? job : firstFailed(job);
  const hover = new HoverText()
    .title(label ?? jobTypeWord(job))
    .note(demoSentence(reference))
    .note(
      succeededWithFailedSubJob(job)
        ? l10n.t('The job says that it succeeded, and one of its sub-jobs that it failed.')
        : undefined,
    )
    .note(isUnseen(tracked) ? l10n.t('ended since you last looked') : undefined)
    .note(muted ? l10n.t('muted: its end is not announced') : undefined)
    .facts([
      [l10n.t('Type'), label === undefined ? undefined : job?.jobType],
      ...(job === undefined ? [] : stateFacts(job, isLost(tracked) ? undefined : now)),
      [l10n.t('Time left'), left?.long],
    ])
    .facts(culprit === undefined ? [] : errorFacts(culprit, culprit === job ? undefined : jobTypeWord(culprit)))
    .facts([
      [l10n.t('Job ID'), reference.jobId],
      [l10n.t('Also called'), aliases.length === 0 ? undefined : aliases.join(', ')],
      [l10n.t('Resource'), job?.resourceId],
      [l10n.t('Credentials'), profile],
      [l10n.t('Project'), reference.projectId],
      [l10n.t('Endpoint'), reference.endpoint],
    ]);
  if (pollFailure !== undefined) hover.facts(difficultyFacts(pollFailure));
  return hover
    .facts([
      [l10n.t('Tracked since'), localTime(tracked.trackedAt)],
      [l10n.t('Last answered'), localTime(tracked.answeredAt) ?? l10n.t('not yet')],
      [l10n.t('Request ID'), tracked.requestId],
    ])
    .end();
}

function subJobHover(subJob: SubJob, now: Instant | undefined): MarkdownString {
  const resources = subJob.entities.map(({ resourceType, resourceId }): Fact => [
    resourceType ?? l10n.t('resource'),
    resourceId ?? l10n.t('missing'),
  ]);
  return new HoverText()
    .title(jobTypeWord(subJob))
    .facts(stateFacts(subJob, now))
    .facts(errorFacts(subJob))
    .facts([[l10n.t('Sub-job ID'), subJob.jobId], [l10n.t('Resource'), subJob.resourceId], ...resources])
    .end();
}

function entityHover({ resourceType, resourceId }: JobEntity, subJob: SubJob): MarkdownString {
  return new HoverText()
    .title(resourceType ?? l10n.t('resource'))
    .facts([
      [l10n.t('Resource'), resourceId ?? l10n.t('missing')],
      [l10n.t('Sub-job'), jobTypeWord(subJob)],
      [l10n.t('Sub-job ID'), subJob.jobId],
    ])
    .end();
}

function failureHover(part: JobFields, requestId: string | undefined): MarkdownString {
  return new HoverText()
    .title(l10n.t('Error'))
    .facts([...errorFacts(part), [l10n.t('Request ID'), requestId]])
    .end();
}

function difficultyHover(difficulty: PollFailure | undefined): MarkdownString {
  if (difficulty === undefined) return new HoverText().end();
  const [, ...others] = difficultyFacts(difficulty);
  return new HoverText().title(errorLabel(difficulty.error)).note(errorAdvice(difficulty.error)).facts(others).end();
}

/** @param now undefined where nobody knows whether it still goes on. */
function stateFacts(part: JobFields, now: Instant | undefined): readonly Fact[] {
  const { beginTime, endTime } = part;
  return [
    [l10n.t('Status'), statusFact(part)],
    [l10n.t('Began'), localTime(beginTime)],
    [l10n.t('Ended'), localTime(endTime)],
    [l10n.t('Duration'), durationWord(part)],
    [l10n.t('So far'), elapsedWord(part, now)],
  ];
}

/** @param where the sub-job that it is of, where the job itself has none. */
function errorFacts({ errorCode, errorMessage }: JobFields, where?: string): readonly Fact[] {
  return [
    [l10n.t('Failed in'), where],
    [l10n.t('Error'), errorCode],
    [l10n.t('Message'), errorMessage],
    [l10n.t('What to do'), adviceSentence(errorCode)],
  ];
}

function difficultyFacts({ error, since, attempts }: PollFailure): readonly Fact[] {
  const facts: ServiceFacts = error;
  return [
    [l10n.t('Last look'), named(errorLabel(error), errorAdvice(error))],
    [l10n.t('Error'), facts.code],
    [l10n.t('Message'), facts.message],
    [l10n.t('Request ID'), facts.requestId],
    [l10n.t('Since'), localTime(since)],
    [l10n.t('Looks that failed in a row'), String(attempts)],
  ];
}

/** With its meaning, unless the service told none. */
function statusFact(part: JobFields): string {
  const { status } = part;
  return status === undefined ? l10n.t('no status') : `${status} · ${statusMeaning(part)}`;
}

/** In words, what the service documents of a status. */
function statusMeaning(part: JobFields): string {
  if (isWaitingUpgrade(part)) return l10n.t('traffic is switched; waiting for completion or rollback');
  if (part.status === 'INIT') return l10n.t('about to begin');
  if (part.status === 'ROLLBACKING') return l10n.t('is being rolled back');
  if (part.status === 'ROLLBACK_FAIL') return l10n.t('failed, and so did its rollback');
  switch (classifyStatus(part.status)) {
    case 'in-progress':
      return l10n.t('is being worked on');
    case 'succeeded':
      return l10n.t('ended well');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('was cancelled');
    case 'unknown':
      return l10n.t('not documented; it is asked for until it ends');
  }
}

/** With its zone, since the console may show another. */
function localTime(instant: Instant | undefined): string | undefined {
  if (instant === undefined) return undefined;
  return new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'long' }).format(instant);
}
