/** Draws the rows of the tree. */
import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import type { Prediction } from '../../jobs/model/duration-history';
import type { ProjectReference } from '../../jobs/model/project';
import { classifyStatus, hasFailure, isRunning } from '../../jobs/model/job-status';
import { type PollFailure, isLost, isNotFound, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { adviceSentence } from '../text/advice-words';
import { demoHeading, demoMark } from '../text/demo-words';
import { errorLabel, errorSentence } from '../text/error-words';
import type { Grouping, StatusGroup } from './job-arrangement';
import {
  childrenOfJob,
  childrenOfSubJob,
  type GroupNode,
  type JobNode,
  type JobTreeNode,
  type SubJobNode,
} from './job-nodes';
import {
  contradictionWord,
  jobIcon,
  jobState,
  jobTypeWord,
  partState,
  shortId,
  statusIcon,
  timeLeftWords,
} from '../text/job-words';
import { plainText } from '../text/plain-text';

interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: ThemeIcon;
  /** Where the icon, or a mark, says more than the words. */
  readonly spoken?: string;
  readonly state?: TreeItemCollapsibleState;
  readonly contextValue?: string;
}

export interface Drawing {
  readonly now: Instant;
  /** How long jobs of that type take. */
  readonly prediction: Prediction | undefined;
}

export function drawGroup(
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
  if (grouping === 'type') return plainText(of);
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

export function drawNode(node: Exclude<JobTreeNode, GroupNode>, tracked: TrackedJob, drawing: Drawing): TreeItem {
  const { label, description, icon, spoken, state, contextValue } = rowOf(node, tracked, drawing);
  const item = new TreeItem(label, state ?? TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = description;
  item.iconPath = icon;
  item.accessibilityInformation = { label: spoken ?? (description === '' ? label : `${label}, ${description}`) };
  if (contextValue !== undefined) item.contextValue = contextValue;
  return item;
}

function rowOf(node: Exclude<JobTreeNode, GroupNode>, tracked: TrackedJob, drawing: Drawing): Row {
  switch (node.kind) {
    case 'job':
      return jobRow(node, tracked, drawing);
    case 'waiting':
      return { label: l10n.t('waiting for the first answer'), description: '', icon: new ThemeIcon('circle-outline') };
    case 'difficulty':
      return difficultyRow(tracked.pollFailure);
    case 'failure':
      return failureRow(node.of);
    case 'failed-first':
      return failedFirstRow(node.subJob);
    case 'advice':
      return adviceRow(node.code);
    case 'request-id':
      return {
        label: l10n.t('Request ID'),
        description: plainText(tracked.requestId ?? l10n.t('missing')),
        icon: new ThemeIcon('tag'),
        contextValue: 'copyable',
      };
    case 'sub-job':
      return subJobRow(node, isLost(tracked) ? undefined : drawing.now);
    case 'entity':
      return entityRow(node.entity, tracked.reference);
  }
}

function jobRow(node: JobNode, tracked: TrackedJob, { now, prediction }: Drawing): Row {
  const { job, reference, muted } = tracked;
  const state = jobState(tracked, now);
  const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
  const contradiction = contradictionWord(job);
  const label = tracked.label === undefined ? jobTypeWord(job) : plainText(tracked.label);
  // The state comes early: a narrow view cuts off the end.
  const mutedWord = muted ? l10n.t('muted') : undefined;
  const words = [demoMark(reference), state, contradiction, mutedWord, left?.short, shortId(reference.jobId)];
  const description = words.filter((word) => word !== undefined).join(' · ');
  const spoken = [
    label,
    isUnseen(tracked) ? l10n.t('ended since you last looked') : undefined,
    job === undefined ? undefined : unknownStatusWord(job),
    description,
  ];
  return {
    label,
    description: isUnseen(tracked) ? `● ${description}` : description,
    icon: contradiction === undefined ? jobIcon(tracked) : warningIcon(),
    spoken: spoken.filter((word) => word !== undefined).join(', '),
    // What goes on or needs attention is open; the rest stays out of the way.
    state: stateOf(childrenOfJob(node, tracked).length, contradiction !== undefined || !isCalm(job)),
    contextValue: jobContext(tracked),
  };
}

/** What the menus go by. */
function jobContext(tracked: TrackedJob): string {
  const words = [
    tracked.muted && 'muted',
    isNotFound(tracked) && 'notFound',
    isLost(tracked) ? 'lost' : isRunning(tracked.job) && 'running',
    isDemo(tracked.reference) && 'demo',
  ];
  return ['job', ...words.filter((word) => word !== false)].join('.');
}

/** As `jobContext`. */
function difficultyContext(error: PollError | undefined): string {
  if (error === undefined) return 'difficulty';
  if (error.kind === 'signed-out') return 'difficulty.signedOut';
  if (error.kind === 'token-expired' || error.kind === 'keys-lost') return 'difficulty.keysGone';
  return stopsCredential(error) ? 'difficulty.refused' : 'difficulty';
}

const warningIcon = () => new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));

/** What a question mark says. */
function unknownStatusWord({ status }: JobFields): string | undefined {
  return classifyStatus(status) === 'unknown' ? l10n.t('unknown status') : undefined;
}

function isCalm(job: JobFields | undefined): boolean {
  const statusClass = classifyStatus(job?.status);
  return statusClass === 'succeeded' || statusClass === 'cancelled';
}

function difficultyRow(difficulty: PollFailure | undefined): Row {
  const sentence = difficulty === undefined ? '' : errorSentence(difficulty.error);
  return {
    label: difficulty === undefined ? '' : errorLabel(difficulty.error),
    description: sentence,
    icon: warningIcon(),
    contextValue: difficultyContext(difficulty?.error),
  };
}

function failureRow({ errorCode, errorMessage }: JobFields): Row {
  const label = plainText(errorCode ?? l10n.t('Error'));
  const description = plainText(errorMessage ?? '');
  const words = [label, description, errorCode === undefined ? '' : l10n.t('Error')];
  return {
    label,
    description,
    icon: new ThemeIcon('error', new ThemeColor('problemsErrorIcon.foreground')),
    spoken: words.filter((word) => word !== '').join(', '),
    contextValue: 'copyable',
  };
}

function failedFirstRow(subJob: SubJob): Row {
  const words = [jobTypeWord(subJob), subJob.errorCode, subJob.errorMessage].filter((word) => word !== undefined);
  return {
    label: l10n.t('Failed first'),
    description: words.map(plainText).join(' · '),
    icon: new ThemeIcon('arrow-right', new ThemeColor('problemsErrorIcon.foreground')),
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
    spoken: [label, unknownStatusWord(subJob), description].filter((word) => word !== undefined).join(', '),
    state: stateOf(childrenOfSubJob(node).length, hasFailure(subJob)),
  };
}

function entityRow({ resourceType, resourceId }: JobEntity, project: ProjectReference): Row {
  const isLoadBalancer = resourceType === 'loadbalancer';
  return {
    label: plainText(resourceType ?? l10n.t('resource')),
    description: plainText(resourceId ?? l10n.t('missing')),
    icon: new ThemeIcon(resourceType === 'listener' ? 'radio-tower' : 'server'),
    contextValue: [isLoadBalancer ? 'loadbalancer' : 'resource', ...(isDemo(project) ? ['demo'] : [])].join('.'),
  };
}

function stateOf(children: number, open: boolean): TreeItemCollapsibleState {
  if (children === 0) return TreeItemCollapsibleState.None;
  return open ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}
