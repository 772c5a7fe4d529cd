/** A list to pick recent jobs of a project from. The list loads while it is open; Escape cancels the loading. */
import {
  type Disposable,
  env,
  l10n,
  QuickInputButtons,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  window,
} from 'vscode';
import type { Job } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { RecentJob } from '../../jobs/discovery/recent-jobs';
import type { ProjectResources } from '../../jobs/model/project-resources';
import { formatDateTime } from '../text/date-time';
import { jobTypeWord, partState, resourceWord, shownName, subjectWord } from '../text/job-words';
import { statusIcon } from '../tree/job-icons';
import { plainText } from '../text/plain-text';
import { withDots } from '../text/punctuation';
import { pickedItems } from './job-picker';
import { type Answer, BACK, type StepFrame, showInput } from '../editor/input-steps';
import { hasError } from '../../jobs/model/job-status';

export interface RecentJobPickerParts {
  /** Resolves to undefined if the jobs could not be loaded and an error was shown. */
  readonly load: (includesOlder: boolean, signal: AbortSignal) => Promise<readonly RecentJob[] | undefined>;
  /** Shows that the loaded jobs could not be listed. */
  readonly showError: (cause: unknown) => void;
  readonly isTracked: (job: RecentJob) => boolean;
  /** Of the project; undefined if no names are known. */
  readonly resources?: ProjectResources | undefined;
  readonly now: Instant;
  /** The name of the credentials. */
  readonly profile: string;
}

interface JobItem extends QuickPickItem {
  readonly recent?: RecentJob;
}

/** More would make the list slow. */
const MAX_SHOWN = 2000;
/** Resource ids of one job in its row, where a search finds them. */
const MAX_RESOURCES = 20;

/** @returns the picked jobs, `BACK`, or undefined if the person cancelled or nothing could be loaded. */
export function pickRecentJobs(frame: StepFrame, parts: RecentJobPickerParts): Promise<Answer<readonly RecentJob[]>> {
  const pick = window.createQuickPick<JobItem>();
  const older = { iconPath: new ThemeIcon('history'), tooltip: l10n.t('Show Older Jobs') };
  let loading = new AbortController();
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const load = async (includesOlder: boolean, end: (answer: Answer<readonly RecentJob[]>) => void) => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    pick.busy = true;
    pick.placeholder = l10n.t('Loading the jobs of {profile}…', { profile: parts.profile });
    const jobs = await parts.load(includesOlder, signal);
    if (signal.aborted) return;
    const items = jobs === undefined ? undefined : itemsOrFailure(jobs, parts, includesOlder);
    if (items === undefined && pick.items.length === 0) {
      end(undefined);
      return;
    }
    pick.busy = false;
    if (jobs === undefined || items === undefined) {
      // The list stays as it was, and the older jobs can be requested again.
      pick.placeholder = placeHolder(pick.items.length, false);
      pick.buttons = [...pick.buttons, older];
      return;
    }
    const picked = new Set(pick.selectedItems.flatMap(({ recent }) => recent?.jobId ?? []));
    pick.items = items;
    pick.selectedItems = pick.items.filter(({ recent }) => recent !== undefined && picked.has(recent.jobId));
    pick.placeholder = placeHolder(jobs.length, includesOlder);
  };
  const result = showInput<readonly RecentJob[]>(frame, pick, (answer): readonly Disposable[] => {
    void load(false, answer);
    return [
      pick.onDidTriggerButton((button) => {
        if (button === QuickInputButtons.Back) answer(BACK);
        if (button !== older) return;
        pick.buttons = pick.buttons.filter((each) => each !== older);
        void load(true, answer);
      }),
      pick.onDidAccept(() => {
        // The jobs in the list can be picked while older jobs load.
        if (!pick.busy || pick.items.length > 0) answer(pickedItems(pick).flatMap(({ recent }) => recent ?? []));
      }),
    ];
  });
  pick.buttons = [...pick.buttons, older];
  return result.finally(() => {
    loading.abort();
  });
}

function placeHolder(count: number, includesOlder: boolean): string {
  if (count > 0) return l10n.t('Pick the jobs to track; type to search by type, status, resource or ID');
  return includesOlder
    ? l10n.t('The service has no jobs of this project.')
    : l10n.t('No job of this project began in the last 7 days. Select the clock above to show older jobs.');
}

/** @returns undefined if the jobs cannot be listed; shows an error then. */
function itemsOrFailure(
  jobs: readonly RecentJob[],
  parts: RecentJobPickerParts,
  includesOlder: boolean,
): readonly JobItem[] | undefined {
  try {
    return itemsOf(jobs, parts, includesOlder);
  } catch (cause) {
    parts.showError(cause);
    return undefined;
  }
}

/** Lists the jobs that are already tracked below the others. */
function itemsOf(jobs: readonly RecentJob[], parts: RecentJobPickerParts, includesOlder: boolean): readonly JobItem[] {
  const shownJobs = jobs.slice(0, MAX_SHOWN);
  const tracked = new Set(shownJobs.filter(parts.isTracked));
  const others = shownJobs.filter((job) => !tracked.has(job));
  const heading = includesOlder ? l10n.t('All jobs') : l10n.t('Began in the last 7 days');
  const left = jobs.length - shownJobs.length;
  return [
    ...section(heading, others, parts),
    ...section(l10n.t('Already tracked'), [...tracked], parts),
    ...(left === 0 ? [] : [separator(l10n.t('{count} older jobs are not shown', { count: left }))]),
  ];
}

function section(heading: string, jobs: readonly RecentJob[], parts: RecentJobPickerParts): readonly JobItem[] {
  return jobs.length === 0 ? [] : [separator(heading), ...jobs.map((recent) => jobItem(recent, parts))];
}

function separator(label: string): JobItem {
  return { label, kind: QuickPickItemKind.Separator };
}

function jobItem(recent: RecentJob, { now, resources }: RecentJobPickerParts): JobItem {
  const { job, jobId } = recent;
  const named = { job, resources };
  const { errorCode, errorMessage } = (hasError(job) ? job : job.subJobs.find(hasError)) ?? {};
  const code = errorCode === undefined ? undefined : shownName(errorCode);
  const message = errorMessage === undefined ? undefined : plainText(errorMessage);
  const error = [code, message].filter((word) => word !== undefined).join(' ');
  const ids = resourcesOf(job)
    .map((id) => withDots([resourceWord(named, id), shownName(id)]))
    .join(', ');
  return {
    label: `$(${statusIcon(job).id}) ${withDots([jobTypeWord(job), subjectWord(named)])}`,
    description: [partState(job, now), beginWord(job.beginTime)].join(' · '),
    // The error comes first, since a narrow list cuts off the end.
    detail: [
      error,
      l10n.t('Job {jobId}', { jobId: shownName(jobId) }),
      ids === '' ? '' : l10n.t('Resources {resources}', { resources: ids }),
    ]
      .filter((word) => word !== '')
      .join(' · '),
    recent,
  };
}

/** @returns the first ids of the job's resources, each once */
function resourcesOf({ resourceId, subJobs }: Job): readonly string[] {
  const ids = new Set<string>();
  const add = (id: string | undefined) => {
    if (id !== undefined && ids.size < MAX_RESOURCES) ids.add(id);
  };
  add(resourceId);
  for (const subJob of subJobs) {
    if (ids.size === MAX_RESOURCES) break;
    add(subJob.resourceId);
    for (const entity of subJob.entities) add(entity.resourceId);
  }
  return [...ids];
}

function beginWord(beginTime: Instant | undefined): string {
  // The service may omit the begin of any job, also of an ended one.
  if (beginTime === undefined) return l10n.t('begin time missing');
  return l10n.t('began {time}', { time: formatDateTime(beginTime, env.language) });
}
