/** Draws the rows of the tree. */
import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Job, JobEntity, JobFields } from '../elb/job';
import type { Instant } from '../jobs/clock';
import type { Prediction } from '../jobs/prediction';
import type { ProjectReference } from '../jobs/job-source';
import { classifyStatus, type StatusClass } from '../jobs/status';
import { type Difficulty, isUnseen, type TrackedJob } from '../jobs/tracked-job';
import { adviceSentence } from './advice-words';
import { errorLabel, errorSentence } from './error-words';
import type { Grouping } from './job-arrangement';
import {
  childrenOfJob,
  childrenOfSubJob,
  hasFailure,
  type GroupNode,
  type JobNode,
  type JobTreeNode,
  type SubJobNode,
} from './job-nodes';
import { jobIcon, jobState, jobTypeWord, partState, shortId, statusIcon, timeLeftWords } from './job-words';
import { plainText } from './plain-text';

interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: ThemeIcon;
  /** Plain text; the label and the description where it is missing. */
  readonly tooltip?: string;
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
    return plainText(projectName({ endpoint, projectId }));
  }
  switch (of as StatusClass) {
    case 'in-progress':
      return l10n.t('Running');
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
  const { label, description, icon, tooltip, state, contextValue } = rowOf(node, tracked, drawing);
  const item = new TreeItem(label, state ?? TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = description;
  item.iconPath = icon;
  item.tooltip = tooltip ?? `${label}\n${description}`.trim();
  item.accessibilityInformation = { label: description === '' ? label : `${label}, ${description}` };
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
      return difficultyRow(tracked.difficulty);
    case 'failure':
      return failureRow(node.of);
    case 'advice':
      return adviceRow(node.code);
    case 'request-id':
      return {
        label: l10n.t('Request ID'),
        description: plainText(tracked.requestId ?? l10n.t('missing')),
        icon: new ThemeIcon('tag'),
      };
    case 'sub-job':
      return subJobRow(node, drawing.now);
    case 'entity':
      return entityRow(node.entity);
  }
}

function jobRow(node: JobNode, tracked: TrackedJob, { now, prediction }: Drawing): Row {
  const { job, reference, label } = tracked;
  const state = jobState(tracked, now);
  const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
  const contradiction = contradictionWord(job);
  const words = [isUnseen(tracked) ? `● ${state}` : state, contradiction, left?.short, shortId(reference.jobId)];
  return {
    label: label === undefined ? jobTypeWord(job) : plainText(label),
    // The state comes first: a narrow view cuts off the end.
    description: words.filter((word) => word !== undefined).join(' · '),
    icon: contradiction === undefined ? jobIcon(tracked) : warningIcon(),
    tooltip: [
      `${jobTypeWord(job)} · ${state}`,
      ...(isUnseen(tracked) ? [l10n.t('ended since you last looked')] : []),
      ...(contradiction === undefined
        ? []
        : [l10n.t('The job says that it succeeded, and one of its sub-jobs that it failed.')]),
      ...(tracked.muted ? [l10n.t('muted: its end is not announced')] : []),
      ...(left === undefined ? [] : [left.long]),
      l10n.t('Job ID: {jobId}', { jobId: reference.jobId }),
      l10n.t('Project: {projectId}', { projectId: reference.projectId }),
      l10n.t('Endpoint: {endpoint}', { endpoint: reference.endpoint }),
    ].join('\n'),
    // What goes on or needs attention is open; the rest stays out of the way.
    state: stateOf(childrenOfJob(node, tracked).length, contradiction !== undefined || !isCalm(job)),
    contextValue: tracked.muted ? 'job.muted' : 'job',
  };
}

const warningIcon = () => new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));

/** A job whose parts say otherwise than itself. */
function contradictionWord(job: Job | undefined): string | undefined {
  const isSaidToSucceed = classifyStatus(job?.status) === 'succeeded';
  const hasFailed = job?.subJobs.some(({ status }) => classifyStatus(status) === 'failed') === true;
  return isSaidToSucceed && hasFailed ? l10n.t('a sub-job failed') : undefined;
}

function isCalm(job: JobFields | undefined): boolean {
  const statusClass = classifyStatus(job?.status);
  return statusClass === 'succeeded' || statusClass === 'cancelled';
}

function difficultyRow(difficulty: Difficulty | undefined): Row {
  const sentence = difficulty === undefined ? '' : errorSentence(difficulty.error);
  return {
    label: difficulty === undefined ? '' : errorLabel(difficulty.error),
    description: sentence,
    icon: warningIcon(),
    tooltip: sentence,
  };
}

function failureRow({ errorCode, errorMessage }: JobFields): Row {
  return {
    label: plainText(errorCode ?? l10n.t('Error')),
    description: plainText(errorMessage ?? ''),
    icon: new ThemeIcon('error', new ThemeColor('problemsErrorIcon.foreground')),
    tooltip: [`${errorCode ?? ''} ${errorMessage ?? ''}`.trim(), adviceSentence(errorCode)]
      .filter((words) => words !== undefined)
      .map(plainText)
      .join('\n'),
  };
}

function adviceRow(code: string): Row {
  const sentence = adviceSentence(code) ?? '';
  return {
    label: l10n.t('What to do'),
    description: sentence,
    icon: new ThemeIcon('lightbulb', new ThemeColor('charts.yellow')),
    tooltip: sentence,
  };
}

function subJobRow(node: SubJobNode, now: Instant): Row {
  const { subJob } = node;
  const label = jobTypeWord(subJob);
  const description = partState(subJob, now);
  return {
    label,
    description,
    icon: statusIcon(subJob),
    tooltip: [label, description, plainText(subJob.jobId ?? '')].join('\n').trim(),
    state: stateOf(childrenOfSubJob(node).length, hasFailure(subJob)),
  };
}

function entityRow({ resourceType, resourceId }: JobEntity): Row {
  return {
    label: plainText(resourceType ?? l10n.t('resource')),
    description: plainText(resourceId ?? l10n.t('missing')),
    icon: new ThemeIcon(resourceType === 'listener' ? 'radio-tower' : 'server'),
  };
}

function stateOf(children: number, open: boolean): TreeItemCollapsibleState {
  if (children === 0) return TreeItemCollapsibleState.None;
  return open ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}
