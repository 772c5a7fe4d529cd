/** The list from which a person picks several jobs of a project: it loads while it is open, and Escape ends the loading. */
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
import type { JobEntity } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { RecentJob } from '../../jobs/discovery/recent-jobs';
import { jobTypeWord, partState, statusIcon } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { pickedOf } from './job-pick';
import { type Answer, BACK, type StepFrame, shown } from '../editor/input-steps';
import { hasFailure } from '../../jobs/model/job-status';

export interface JobPickerParts {
  /** Undefined where there is nothing to pick from, and the person knows why. */
  readonly load: (isOlderWanted: boolean, signal: AbortSignal) => Promise<readonly RecentJob[] | undefined>;
  /** Tells the person that what was loaded could not be shown. */
  readonly fail: (cause: unknown) => void;
  readonly isTracked: (job: RecentJob) => boolean;
  readonly now: Instant;
  /** What a person calls the credentials. */
  readonly profile: string;
}

interface JobItem extends QuickPickItem {
  readonly recent?: RecentJob;
}

/** More would make the list slow, and nobody reads so far. */
const MOST_SHOWN = 2000;
/** Of one job: ids that can be searched for. */
const MOST_RESOURCES = 20;

/** What was picked; empty where nothing was. */
export function askJobs(frame: StepFrame, parts: JobPickerParts): Promise<Answer<readonly RecentJob[]>> {
  const pick = window.createQuickPick<JobItem>();
  const older = { iconPath: new ThemeIcon('history'), tooltip: l10n.t('Show Older Jobs') };
  let loading = new AbortController();
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const load = async (isOlderWanted: boolean, end: (answer: Answer<readonly RecentJob[]>) => void) => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    pick.busy = true;
    pick.placeholder = l10n.t('Loading the jobs of {profile}…', { profile: parts.profile });
    const jobs = await parts.load(isOlderWanted, signal);
    if (signal.aborted) return;
    const items = jobs === undefined ? undefined : itemsOrFailure(jobs, parts, isOlderWanted);
    if (items === undefined && pick.items.length === 0) {
      end(undefined);
      return;
    }
    pick.busy = false;
    if (jobs === undefined || items === undefined) {
      // What was there stays, and the older ones can be asked for again.
      pick.placeholder = placeHolder(pick.items.length, false);
      pick.buttons = [...pick.buttons, older];
      return;
    }
    // What was picked stays picked.
    const picked = new Set(pick.selectedItems.flatMap(({ recent }) => recent?.jobId ?? []));
    pick.items = items;
    pick.selectedItems = pick.items.filter(({ recent }) => recent !== undefined && picked.has(recent.jobId));
    pick.placeholder = placeHolder(jobs.length, isOlderWanted);
  };
  const asked = shown<readonly RecentJob[]>(frame, pick, (answer): readonly Disposable[] => {
    void load(false, answer);
    return [
      pick.onDidTriggerButton((button) => {
        if (button === QuickInputButtons.Back) answer(BACK);
        if (button !== older) return;
        pick.buttons = pick.buttons.filter((each) => each !== older);
        void load(true, answer);
      }),
      pick.onDidAccept(() => {
        // What is there can be taken while older ones load.
        if (!pick.busy || pick.items.length > 0) answer(pickedOf(pick).flatMap(({ recent }) => recent ?? []));
      }),
    ];
  });
  pick.buttons = [...pick.buttons, older];
  return asked.finally(() => {
    loading.abort();
  });
}

function placeHolder(count: number, isOlderShown: boolean): string {
  if (count > 0) return l10n.t('Pick the jobs to track; type to search by type, status, resource or ID');
  return isOlderShown
    ? l10n.t('The service keeps no job of this project.')
    : l10n.t('No job of this project began in the last 7 days. The clock above shows older ones.');
}

/** Undefined where they cannot be shown, which the person is told. */
function itemsOrFailure(
  jobs: readonly RecentJob[],
  parts: JobPickerParts,
  isOlderShown: boolean,
): readonly JobItem[] | undefined {
  try {
    return itemsOf(jobs, parts, isOlderShown);
  } catch (cause) {
    parts.fail(cause);
    return undefined;
  }
}

/** What is tracked already is in nobody's way, below. */
function itemsOf(
  jobs: readonly RecentJob[],
  { isTracked, now }: JobPickerParts,
  isOlderShown: boolean,
): readonly JobItem[] {
  const shownJobs = jobs.slice(0, MOST_SHOWN);
  const tracked = shownJobs.filter(isTracked);
  const others = shownJobs.filter((job) => !tracked.includes(job));
  const heading = isOlderShown ? l10n.t('All jobs') : l10n.t('Began in the last 7 days');
  const left = jobs.length - shownJobs.length;
  return [
    ...section(heading, others, now),
    ...section(l10n.t('Already tracked'), tracked, now),
    ...(left === 0 ? [] : [separator(l10n.t('{count} older jobs are not shown', { count: left }))]),
  ];
}

function section(heading: string, jobs: readonly RecentJob[], now: Instant): readonly JobItem[] {
  return jobs.length === 0 ? [] : [separator(heading), ...jobs.map((recent) => jobItem(recent, now))];
}

function separator(label: string): JobItem {
  return { label, kind: QuickPickItemKind.Separator };
}

function jobItem(recent: RecentJob, now: Instant): JobItem {
  const { job, jobId } = recent;
  const culprit = [job, ...job.subJobs].find(hasFailure);
  const error = [culprit?.errorCode, culprit?.errorMessage].filter((word) => word !== undefined).join(' ');
  const all = new Set([job.resourceId, ...job.subJobs.flatMap(resourcesOf)].filter((id) => id !== undefined));
  const resources = [...all].slice(0, MOST_RESOURCES).join(', ');
  return {
    label: `$(${statusIcon(job).id}) ${jobTypeWord(job)}`,
    description: [partState(job, now), beginWord(job.beginTime)].join(' · '),
    // The error comes first: a narrow list cuts off the end.
    detail: [
      error,
      l10n.t('Job {jobId}', { jobId }),
      resources === '' ? '' : l10n.t('Resources {resources}', { resources }),
    ]
      .filter((word) => word !== '')
      .map(plainText)
      .join(' · '),
    recent,
  };
}

function resourcesOf(part: {
  readonly resourceId?: string | undefined;
  readonly entities: readonly JobEntity[];
}): readonly (string | undefined)[] {
  return [part.resourceId, ...part.entities.map(({ resourceId }) => resourceId)];
}

function beginWord(beginTime: Instant | undefined): string {
  if (beginTime === undefined) return l10n.t('not begun yet');
  const time = new Date(beginTime).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
  return l10n.t('began {time}', { time });
}
