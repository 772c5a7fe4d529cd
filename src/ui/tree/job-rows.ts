/** The tree items of the rows: labels, icons, and context values for the menus. */
import { type Command, l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import type { Prediction } from '../../jobs/model/duration-history';
import type { ProjectReference } from '../../jobs/model/project';
import { classifyStatus, hasError, isRunning } from '../../jobs/model/job-status';
import { type PollFailure, isLost, isNotFound, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { adviceSentence } from '../text/advice-words';
import { demoHeading, demoMark } from '../text/demo-words';
import { errorLabel, errorSentence } from '../text/error-words';
import type { Grouping, StatusGroup } from './job-arrangement';
import { errorIcon, jobIcon, statusIcon, warningIcon } from './job-icons';
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
  jobTypeWord,
  moreWord,
  partState,
  shortId,
  shownName,
  timeLeftWords,
} from '../text/job-words';
import { plainText } from '../text/plain-text';
import { withCommas, withDots } from '../text/punctuation';

interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: ThemeIcon;
  /** For screen readers, if the icon or a mark says more than label and description. */
  readonly accessibleLabel?: string;
  readonly state?: TreeItemCollapsibleState;
  readonly contextValue?: string;
  /** Runs when the row is clicked, or Enter is pressed on it. */
  readonly command?: Command;
}

/** What the durations in a row depend on. */
export interface RowTiming {
  readonly now: Instant;
  /** How long jobs of this type take. */
  readonly prediction: Prediction | undefined;
}

export function groupItem(
  { id, of, keys }: GroupNode,
  grouping: Grouping,
  projectName: (project: ProjectReference) => string,
): TreeItem {
  const item = new TreeItem(groupLabel(of, grouping, projectName), TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.description = String(keys.length);
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
  if (grouping === 'project') {
    const [endpoint = '', projectId = ''] = of.split(' ');
    return demoHeading({ endpoint }) ?? plainText(projectName({ endpoint, projectId }));
  }
  switch (of as StatusGroup) {
    case 'in-progress':
      return l10n.t('Running');
    case 'waiting':
      return l10n.t('Waiting for completion or rollback');
    case 'succeeded':
      return l10n.t('Succeeded');
    case 'failed':
      return l10n.t('Failed');
    case 'cancelled':
      return l10n.t('Cancelled');
    case 'unknown':
      return l10n.t('Other');
  }
}

export function rowItem(node: Exclude<JobTreeNode, GroupNode>, tracked: TrackedJob, timing: RowTiming): TreeItem {
  const { label, description, icon, accessibleLabel, state, contextValue, command } = rowOf(node, tracked, timing);
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

function rowOf(node: Exclude<JobTreeNode, GroupNode>, tracked: TrackedJob, timing: RowTiming): Row {
  switch (node.kind) {
    case 'job':
      return jobRow(tracked, timing);
    case 'waiting':
      return {
        label: l10n.t('waiting for the first response'),
        description: '',
        icon: new ThemeIcon('circle-outline'),
      };
    case 'poll-failure':
      return pollFailureRow(tracked.pollFailure);
    case 'failure':
      return failureRow(node.of);
    case 'failed-first':
      return failedFirstRow(node.subJob);
    case 'advice':
      return adviceRow(node.code);
    case 'request-id':
      return {
        label: l10n.t('Request ID'),
        description: shownName(tracked.requestId ?? l10n.t('missing')),
        icon: new ThemeIcon('tag'),
        contextValue: 'copyable',
      };
    case 'sub-job':
      return subJobRow(node, isLost(tracked) ? undefined : timing.now);
    case 'entity':
      return entityRow(node.entity, tracked.reference);
    case 'more':
      return moreRow(node);
  }
}

function jobRow(tracked: TrackedJob, { now, prediction }: RowTiming): Row {
  const { job, reference, muted } = tracked;
  const state = jobState(tracked, now);
  const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
  const contradiction = contradictionWord(job);
  const label = tracked.label === undefined ? jobTypeWord(job) : plainText(tracked.label);
  // The state comes early, since a narrow view cuts off the end.
  const mutedWord = muted ? l10n.t('muted') : undefined;
  const id = shortId(reference.jobId);
  const description = withDots([demoMark(reference), state, contradiction, mutedWord, left?.short, id]);
  const unseenWord = isUnseen(tracked) ? l10n.t('ended since you last looked') : undefined;
  return {
    label,
    description: unseenWord === undefined ? description : `● ${description}`,
    icon: contradiction === undefined ? jobIcon(tracked) : warningIcon(),
    accessibleLabel: withCommas([label, unseenWord, job && unknownStatusWord(job), description]),
    // Jobs that run or need attention are expanded, the others collapsed.
    state: collapsibleState(hasChildren(tracked), contradiction !== undefined || !hasEndedWithoutFailure(job)),
    contextValue: jobContextValue(tracked),
  };
}

/** The `viewItem` value, which the `when` clauses of menus test. */
function jobContextValue(tracked: TrackedJob): string {
  let value = 'job';
  if (tracked.muted) value += '.muted';
  if (isNotFound(tracked)) value += '.notFound';
  if (isLost(tracked)) value += '.lost';
  else if (isRunning(tracked.job)) value += '.running';
  if (isDemo(tracked.reference)) value += '.demo';
  return value;
}

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

/** What the question mark icon means. */
function unknownStatusWord({ status }: JobFields): string | undefined {
  return classifyStatus(status) === 'unknown' ? l10n.t('unknown status') : undefined;
}

function hasEndedWithoutFailure(job: JobFields | undefined): boolean {
  const statusClass = classifyStatus(job?.status);
  return statusClass === 'succeeded' || statusClass === 'cancelled';
}

function pollFailureRow(pollFailure: PollFailure | undefined): Row {
  const sentence = pollFailure === undefined ? '' : errorSentence(pollFailure.error);
  return {
    label: pollFailure === undefined ? '' : errorLabel(pollFailure.error),
    description: sentence,
    icon: warningIcon(),
    contextValue: pollFailureContextValue(pollFailure?.error),
  };
}

function failureRow({ errorCode, errorMessage }: JobFields): Row {
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

function failedFirstRow(subJob: SubJob): Row {
  const { errorCode, errorMessage } = subJob;
  const code = errorCode === undefined ? undefined : shownName(errorCode);
  const words = [jobTypeWord(subJob), code, errorMessage].filter((word) => word !== undefined);
  return {
    label: l10n.t('Failed first'),
    description: words.map(plainText).join(' · '),
    icon: errorIcon('arrow-right'),
  };
}

function adviceRow(code: string): Row {
  return {
    label: l10n.t('What to do'),
    description: adviceSentence(code) ?? '',
    icon: new ThemeIcon('lightbulb', new ThemeColor('charts.yellow')),
  };
}

function subJobRow(node: SubJobNode, now: Instant | undefined): Row {
  const { subJob } = node;
  const label = jobTypeWord(subJob);
  const description = partState(subJob, now);
  return {
    label,
    description,
    icon: statusIcon(subJob),
    accessibleLabel: withCommas([label, unknownStatusWord(subJob), description]),
    state: collapsibleState(childrenOfSubJob(node).length > 0, hasError(subJob)),
  };
}

function entityRow({ resourceType, resourceId }: JobEntity, project: ProjectReference): Row {
  const isLoadBalancer = resourceType === 'loadbalancer';
  return {
    label: shownName(resourceType ?? l10n.t('resource')),
    description: shownName(resourceId ?? l10n.t('missing')),
    icon: new ThemeIcon(resourceType === 'listener' ? 'radio-tower' : 'server'),
    contextValue: [isLoadBalancer ? 'loadbalancer' : 'resource', ...(isDemo(project) ? ['demo'] : [])].join('.'),
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
