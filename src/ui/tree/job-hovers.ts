/** The hovers of the rows of the job tree. */
import { env, l10n, type MarkdownString } from 'vscode';
import { MAX_ALIASES } from '../../base/limits';
import type { Job, JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import {
  classifyStatus,
  succeededWithFailedSubJob,
  isWaitingUpgrade,
  hasError,
  firstFailed,
} from '../../jobs/model/job-status';
import { type PollFailure, isLost, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { waitsSince } from '../../jobs/model/waiting-upgrade';
import {
  adviceSentence,
  advisedPart,
  permissionSentence,
  pollErrorAdvice,
  recycleBinSentence,
} from '../text/advice-words';
import { formatDateTimeWithZone } from '../text/date-time';
import { demoSentence } from '../text/demo-words';
import { errorLabel, type ServiceFacts } from '../text/error-words';
import { HoverText } from '../text/hover-text';
import type { GroupNode, JobTreeNode, MoreNode } from './job-nodes';
import type { RowTiming } from './job-rows';
import {
  durationWord,
  elapsedWord,
  moreWord,
  resourceWord,
  shownName,
  subjectWord,
  timeLeftWords,
  trackedTypeWord,
} from '../text/job-words';
import { named, withDots } from '../text/punctuation';
import { shownEntities } from '../parts/shown-parts';
import { subJobName } from '../parts/sub-job-names';
import { decisionSentence, upgradedStateWord } from '../parts/upgrade-words';

/** Of a sub-job, in its hover. */
const MAX_RESOURCES = 10;

type Fact = readonly [string, string | undefined];

/** @param profile the name of the job's credentials; undefined if there are none. */
export function hoverOf(
  node: Exclude<JobTreeNode, GroupNode>,
  tracked: TrackedJob,
  timing: RowTiming,
  profile: string | undefined,
): MarkdownString {
  switch (node.kind) {
    case 'job':
      return jobHover(tracked, timing, profile);
    case 'failed-first':
    case 'sub-job':
      return subJobHover(node.subJob, tracked, timing.now);
    case 'entity':
      return entityHover(node.entity, node.parent.subJob, tracked);
    case 'more':
      return moreHover(node, tracked.job);
    case 'decision':
      return new HoverText()
        .title(l10n.t('Decision needed'))
        .note(decisionSentence(tracked))
        .facts(decisionFacts(tracked))
        .end();
    case 'failure':
      return failureHover(node.of, tracked);
    case 'advice':
      return new HoverText()
        .title(l10n.t('What to do'))
        .note(adviceSentence(tracked, node.of))
        .facts([[l10n.t('Error'), ifPresent(node.of.errorCode)]])
        .end();
    case 'recycle-bin':
      return new HoverText().title(l10n.t('Recycle bin')).note(recycleBinSentence(tracked)).end();
    case 'poll-failure':
      return pollFailureHover(tracked);
    case 'request-id':
      return new HoverText()
        .title(l10n.t('Request ID'))
        .note(shownName(tracked.requestId ?? l10n.t('missing')))
        .note(l10n.t('From the last response; include it in a service ticket.'))
        .end();
    case 'waiting':
      return new HoverText()
        .title(l10n.t('waiting for the first response'))
        .facts([[l10n.t('Tracked since'), dateTime(tracked.trackedAt)]])
        .end();
  }
}

function jobHover(tracked: TrackedJob, { now, prediction }: RowTiming, profile: string | undefined): MarkdownString {
  const { job, reference, label, aliases, pollFailure, muted } = tracked;
  const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
  const failedFirst = job && firstFailed(job);
  const failed = job === undefined || hasError(job) ? undefined : failedFirst;
  const advised = job && advisedPart(job, failedFirst);
  const type = withDots([trackedTypeWord(tracked), subjectWord(tracked)]);
  const hover = new HoverText()
    .title(label ?? type)
    .note(demoSentence(reference))
    .note(
      succeededWithFailedSubJob(job)
        ? l10n.t('The job reports success, but one of its sub-jobs reports failure.')
        : undefined,
    )
    .note(decisionSentence(tracked))
    .note(isUnseen(tracked) ? l10n.t('ended since you last looked') : undefined)
    .note(muted ? l10n.t('muted: no notification when it ends') : undefined)
    .facts([
      [l10n.t('Type'), label === undefined || job?.jobType === undefined ? undefined : type],
      ...(job === undefined ? [] : stateFacts(job, isLost(tracked) ? undefined : now)),
      [l10n.t('Time left'), left?.long],
      ...decisionFacts(tracked),
    ])
    .facts([
      ...(job === undefined ? [] : errorFacts(failed ?? job, failed && subJobName(tracked, failed))),
      [l10n.t('What to do'), adviceSentence(tracked, advised)],
    ])
    .facts([[l10n.t('Recycle bin'), recycleBinSentence(tracked)]])
    .facts([
      [l10n.t('Job ID'), shownName(reference.jobId)],
      [l10n.t('Other IDs'), aliases.length === 0 ? undefined : aliases.slice(0, MAX_ALIASES).map(shownName).join(', ')],
      [l10n.t('Resource'), resourceFact(tracked, job?.resourceId)],
      [l10n.t('Credentials'), profile],
      [l10n.t('Project'), reference.projectId],
      [l10n.t('Endpoint'), reference.endpoint],
    ]);
  if (pollFailure !== undefined) hover.facts(pollFailureFacts(tracked, pollFailure));
  return hover
    .facts([
      [l10n.t('Tracked since'), dateTime(tracked.trackedAt)],
      [l10n.t('Last response'), dateTime(tracked.answeredAt) ?? l10n.t('not yet')],
      [l10n.t('Request ID'), ifPresent(tracked.requestId)],
    ])
    .note(permissionSentence(tracked))
    .end();
}

function subJobHover(subJob: SubJob, tracked: TrackedJob, now: Instant): MarkdownString {
  const { parts, hidden } = shownEntities(subJob, MAX_RESOURCES);
  const isListed = parts.some(({ resourceId }) => resourceId === subJob.resourceId);
  const resources = parts.map(({ resourceType, resourceId }): Fact => [
    shownName(resourceType ?? l10n.t('resource')),
    resourceFact(tracked, resourceId) ?? l10n.t('missing'),
  ]);
  return new HoverText()
    .title(subJobName(tracked, subJob))
    .facts(stateFacts(subJob, isLost(tracked) ? undefined : now))
    .facts([...errorFacts(subJob), [l10n.t('What to do'), adviceSentence(tracked, subJob)]])
    .facts([
      [l10n.t('Sub-job ID'), ifPresent(subJob.jobId)],
      [l10n.t('Resource'), isListed ? undefined : resourceFact(tracked, subJob.resourceId)],
      ...resources,
    ])
    .note(hidden === 0 ? undefined : moreWord(hidden))
    .end();
}

function entityHover({ resourceType, resourceId }: JobEntity, subJob: SubJob, tracked: TrackedJob): MarkdownString {
  return new HoverText()
    .title(withDots([shownName(resourceType ?? l10n.t('resource')), resourceWord(tracked, resourceId)]))
    .facts([
      [l10n.t('Resource'), shownName(resourceId ?? l10n.t('missing'))],
      [l10n.t('Sub-job'), subJobName(tracked, subJob)],
      [l10n.t('Sub-job ID'), ifPresent(subJob.jobId)],
    ])
    .end();
}

function moreHover({ parent, count }: MoreNode, job: Job | undefined): MarkdownString {
  const isOfJob = parent.kind === 'job';
  const missing = isOfJob ? (job?.cut?.missingSubJobs ?? 0) : 0;
  return new HoverText()
    .title(moreWord(count))
    .note(isOfJob ? l10n.t('Failed and running sub-jobs are shown first.') : undefined)
    .note(l10n.t('Select this row to open the JSON document.'))
    .note(
      missing === 0
        ? undefined
        : l10n.t('The response was too large to be saved whole: {count} sub-jobs are missing.', { count: missing }),
    )
    .end();
}

function failureHover(part: JobFields, tracked: TrackedJob): MarkdownString {
  return new HoverText()
    .title(l10n.t('Error'))
    .facts([
      ...errorFacts(part),
      [l10n.t('What to do'), adviceSentence(tracked, part)],
      [l10n.t('Request ID'), ifPresent(tracked.requestId)],
    ])
    .end();
}

function pollFailureHover(tracked: TrackedJob): MarkdownString {
  const { pollFailure } = tracked;
  if (pollFailure === undefined) return new HoverText().end();
  const { error } = pollFailure;
  const [, ...others] = pollFailureFacts(tracked, pollFailure);
  return new HoverText().title(errorLabel(error)).note(pollErrorAdvice(tracked, error)).facts(others).end();
}

/** Empty unless the job is an upgrade that waits. */
function decisionFacts(tracked: TrackedJob): readonly Fact[] {
  if (waitsSince(tracked) === undefined) return [];
  return [
    [l10n.t('Waiting since'), dateTime(waitsSince(tracked))],
    [l10n.t('Load balancer state'), upgradedStateWord(tracked)],
  ];
}

/** @param now undefined if the service no longer reports the job, so that no running duration is shown. */
function stateFacts(part: JobFields, now: Instant | undefined): readonly Fact[] {
  const { beginTime, endTime } = part;
  return [
    [l10n.t('Status'), statusFact(part)],
    [l10n.t('Began'), dateTime(beginTime)],
    [l10n.t('Ended'), dateTime(endTime)],
    [l10n.t('Duration'), durationWord(part)],
    [l10n.t('Elapsed'), elapsedWord(part, now)],
  ];
}

/** @param subJob the name of the sub-job with the error, if the job itself has none. */
function errorFacts({ errorCode, errorMessage }: JobFields, subJob?: string): readonly Fact[] {
  return [
    [l10n.t('Failed in'), subJob],
    [l10n.t('Error'), ifPresent(errorCode)],
    [l10n.t('Message'), errorMessage],
  ];
}

function pollFailureFacts(tracked: TrackedJob, { error, since, attempts }: PollFailure): readonly Fact[] {
  const facts: ServiceFacts = error;
  return [
    [l10n.t('Last check'), named(errorLabel(error), pollErrorAdvice(tracked, error))],
    [l10n.t('Error'), ifPresent(facts.code)],
    [l10n.t('Message'), facts.message],
    [l10n.t('Request ID'), ifPresent(facts.requestId)],
    [l10n.t('Since'), dateTime(since)],
    [l10n.t('Failed checks in a row'), String(attempts)],
  ];
}

/** The status and its meaning. */
function statusFact(part: JobFields): string {
  const { status } = part;
  return status === undefined ? l10n.t('no status') : `${shownName(status)} · ${statusMeaning(part)}`;
}

/** The meaning of a status in the documentation of the service. */
function statusMeaning(part: JobFields): string {
  if (isWaitingUpgrade(part)) return l10n.t('traffic switched; waiting for completion or rollback');
  if (part.status === 'INIT') return l10n.t('about to begin');
  if (part.status === 'ROLLBACKING') return l10n.t('rolling back');
  if (part.status === 'ROLLBACK_FAIL') return l10n.t('failed; its rollback failed too');
  switch (classifyStatus(part.status)) {
    case 'in-progress':
      return l10n.t('in progress');
    case 'succeeded':
      return l10n.t('succeeded');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'unknown':
      return l10n.t('undocumented status; polled until the job ends');
  }
}

/** The name of a resource, if it is known, and its whole id. */
function resourceFact(tracked: TrackedJob, id: string | undefined): string | undefined {
  return id === undefined ? undefined : withDots([resourceWord(tracked, id), shownName(id)]);
}

function ifPresent(name: string | undefined): string | undefined {
  return name === undefined ? undefined : shownName(name);
}

function dateTime(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : formatDateTimeWithZone(instant, env.language);
}
