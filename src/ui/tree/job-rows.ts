/** The tree items of the rows: labels, icons, and context values for the menus. */
import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { JobEntity, JobFields } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { Prediction } from '../../jobs/model/duration-history';
import type { ProjectReference } from '../../jobs/model/project';
import { classifyStatus, hasError, isRunning } from '../../jobs/model/job-status';
import { isLost, isNotFound, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision } from '../../jobs/model/waiting-upgrade';
import { adviceSentence, recycleBinSentence } from '../text/advice-words';
import { demoMark } from '../text/demo-words';
import { filterWord, projectLabel } from './arrangement-words';
import type { Filter, Grouping, StatusGroup } from './job-arrangement';
import { hasStatusIcon, isStatusInIcon, jobIcon, statusIcon } from './job-icons';
import {
  childrenOfSubJob,
  type GroupNode,
  hasChildren,
  type JobTreeNode,
  type MoreNode,
  type SubJobNode,
} from './job-nodes';
import {
  contradictionWord,
  jobState,
  jobStateBesideIcon,
  jobTypeWord,
  moreWord,
  partState,
  partStateBesideIcon,
  resourceWord,
  shortId,
  shownName,
  subjectWord,
  timeLeftWords,
  trackedTypeWord,
} from '../text/job-words';
import { plainText } from '../text/plain-text';
import { withCommas, withDots } from '../text/punctuation';
import { shortGivenName, shortName } from '../parts/alike-jobs';
import { subJobMark } from '../parts/sub-job-names';
import { adviceRow, decisionRow, failedFirstRow, failureRow, pollFailureRow, recycleBinRow } from './problem-rows';
import type { Row } from './row';

/** What the durations in a row depend on. */
export interface RowTiming {
  readonly now: Instant;
  /** How long jobs of this type take. */
  readonly prediction: Prediction | undefined;
}

/** What a row depends on besides its job. */
export interface RowFacts extends RowTiming {
  /** Whether the row of another running job begins alike. */
  readonly isAlike: boolean;
}

export function groupItem(
  { id, of, keys }: GroupNode,
  grouping: Grouping,
  projectName: (project: ProjectReference) => string,
): TreeItem {
  const label = groupLabel(of, grouping, projectName);
  const count = keys.length;
  const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.description = String(count);
  item.accessibilityInformation = {
    label:
      count === 1
        ? l10n.t('{group}, 1 job', { group: label })
        : l10n.t('{group}, {count} jobs', { group: label, count }),
  };
  item.contextValue = 'group';
  return item;
}

function groupLabel(
  of: string | undefined,
  grouping: Grouping,
  projectName: (project: ProjectReference) => string,
): string {
  if (of === undefined) return l10n.t('not known yet');
  if (grouping === 'type') return shownName(of);
  return grouping === 'project' ? projectLabel(of, projectName) : filterWord(FILTERS_OF_GROUPS[of as StatusGroup]);
}

/** The filters whose words are the headings of the groups. */
const FILTERS_OF_GROUPS: Readonly<Record<StatusGroup, Filter>> = {
  'in-progress': 'running',
  waiting: 'waiting',
  failed: 'failed',
  succeeded: 'succeeded',
  cancelled: 'cancelled',
  unknown: 'other',
};

export function rowItem(node: Exclude<JobTreeNode, GroupNode>, tracked: TrackedJob, facts: RowFacts): TreeItem {
  const { label, description, icon, accessibleLabel, state, contextValue, command } = rowOf(node, tracked, facts);
  const item = new TreeItem(label, state ?? TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = description;
  item.iconPath = icon;
  item.accessibilityInformation = {
    label: accessibleLabel ?? (description === '' ? label : `${label}, ${description}`),
  };
  if (contextValue !== undefined) item.contextValue = contextValue;
  if (command !== undefined) item.command = command;
  return item;
}

function rowOf(node: Exclude<JobTreeNode, GroupNode>, tracked: TrackedJob, facts: RowFacts): Row {
  switch (node.kind) {
    case 'job':
      return jobRow(tracked, facts);
    case 'waiting':
      return {
        label: l10n.t('waiting for the first response'),
        description: '',
        icon: new ThemeIcon('circle-outline'),
      };
    case 'poll-failure':
      return pollFailureRow(tracked);
    case 'decision':
      return decisionRow(tracked);
    case 'failure':
      return failureRow(node.of);
    case 'failed-first':
      return failedFirstRow(node, tracked);
    case 'advice':
      return adviceRow(adviceSentence(tracked, node.of));
    case 'recycle-bin':
      return recycleBinRow(recycleBinSentence(tracked));
    case 'request-id':
      return {
        label: l10n.t('Request ID'),
        description: shownName(tracked.requestId ?? l10n.t('missing')),
        icon: new ThemeIcon('tag'),
        contextValue: 'copyable',
      };
    case 'sub-job':
      return subJobRow(node, tracked, facts.now);
    case 'entity':
      return entityRow(node.entity, tracked);
    case 'more':
      return moreRow(node);
  }
}

function jobRow(tracked: TrackedJob, { now, prediction, isAlike }: RowFacts): Row {
  const { job, reference, muted } = tracked;
  const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
  const contradiction = contradictionWord(job);
  const subject = subjectWord(tracked);
  const type = trackedTypeWord(tracked);
  const givenName = tracked.label === undefined ? undefined : plainText(tracked.label);
  const id = shortId(reference.jobId);
  const isStatusShown = job !== undefined && hasStatusIcon(tracked) && isStatusInIcon(job);
  const state = isStatusShown ? jobStateBesideIcon(tracked, now) : jobState(tracked, now);
  const rest = [contradiction, muted ? l10n.t('muted') : undefined, left?.short, demoMark(reference)];
  // A narrow view cuts off the end: what distinguishes jobs of one type, and the state come first.
  const first = givenName === undefined ? undefined : subject;
  const words = isAlike ? [id, subject, state] : subject === undefined ? [id, state] : [first, state, id];
  const description = withDots([...words, ...rest]);
  const unseenWord = isUnseen(tracked) ? l10n.t('ended since you last looked') : undefined;
  return {
    label: jobLabel({ type, subject, givenName, isAlike }),
    description: unseenWord === undefined ? description : `● ${description}`,
    icon: jobIcon(tracked),
    accessibleLabel: withCommas([
      givenName ?? withDots([type, subject]),
      unseenWord,
      job && unknownStatusWord(job),
      withDots([jobState(tracked, now), ...rest, first, id]),
    ]),
    // Jobs that run or need attention are expanded, the others collapsed.
    state: collapsibleState(
      hasChildren(tracked),
      contradiction !== undefined || needsDecision(tracked) || !hasEndedWithoutFailure(job),
    ),
    contextValue: jobContextValue(tracked),
  };
}

interface JobLabelWords {
  readonly type: string;
  readonly subject: string | undefined;
  readonly givenName: string | undefined;
  readonly isAlike: boolean;
}

function jobLabel({ type, subject, givenName, isAlike }: JobLabelWords): string {
  if (givenName !== undefined) return isAlike ? shortGivenName(givenName) : givenName;
  if (isAlike) return shortName(type);
  return subject === undefined ? type : withDots([shortName(type), subject]);
}

/** The `viewItem` value, which the `when` clauses of menus test. */
function jobContextValue(tracked: TrackedJob): string {
  let value = 'job';
  if (tracked.muted) value += '.muted';
  if (isNotFound(tracked)) value += '.notFound';
  if (isLost(tracked)) value += '.lost';
  else if (isRunning(tracked.job)) value += '.running';
  if (needsDecision(tracked)) value += '.waiting';
  if (isDemo(tracked.reference)) value += '.demo';
  return value;
}

/** What the question mark icon means. */
function unknownStatusWord({ status }: JobFields): string | undefined {
  return classifyStatus(status) === 'unknown' ? l10n.t('unknown status') : undefined;
}

function hasEndedWithoutFailure(job: JobFields | undefined): boolean {
  const statusClass = classifyStatus(job?.status);
  return statusClass === 'succeeded' || statusClass === 'cancelled';
}

function subJobRow(node: SubJobNode, tracked: TrackedJob, clockNow: Instant): Row {
  const { subJob } = node;
  const now = isLost(tracked) ? undefined : clockNow;
  const type = jobTypeWord(subJob);
  const mark = subJobMark(tracked, subJob);
  const state = isStatusInIcon(subJob) ? partStateBesideIcon(subJob, now) : partState(subJob, now);
  return {
    // A narrow view cuts off the end: what distinguishes sub-jobs of one type comes before their type.
    label: mark ?? type,
    description: mark === undefined ? state : withDots([state, type]),
    icon: statusIcon(subJob),
    accessibleLabel: withCommas([withDots([type, mark]), unknownStatusWord(subJob), partState(subJob, now)]),
    state: collapsibleState(childrenOfSubJob(node).length > 0, hasError(subJob)),
    contextValue: 'copyable.subJob',
  };
}

function entityRow({ resourceType, resourceId }: JobEntity, tracked: TrackedJob): Row {
  const kind = resourceType === 'loadbalancer' ? 'loadbalancer' : 'resource';
  const name = resourceWord(tracked, resourceId);
  const type = shownName(resourceType ?? l10n.t('resource'));
  const id = shownName(resourceId ?? l10n.t('missing'));
  return {
    label: name ?? type,
    description: name === undefined ? id : withDots([type, id]),
    icon: new ThemeIcon(resourceType === 'listener' ? 'radio-tower' : 'server'),
    contextValue: isDemo(tracked.reference) ? `${kind}.demo` : kind,
  };
}

function moreRow({ parent, count }: MoreNode): Row {
  const { key } = parent.kind === 'job' ? parent : parent.parent;
  const description = l10n.t('open the JSON document');
  return {
    label: moreWord(count),
    description,
    icon: new ThemeIcon('ellipsis'),
    command: { command: 'elbJobs.openJobJson', title: description, arguments: [key] },
  };
}

function collapsibleState(hasRows: boolean, isExpanded: boolean): TreeItemCollapsibleState {
  if (!hasRows) return TreeItemCollapsibleState.None;
  return isExpanded ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}
