/** Builds all that the editor would show of one job. It needs the fake of the `vscode` module. */
import type { Uri, WebviewPanel } from 'vscode';
import { SECOND } from '../../../src/base/time-units';
import { parseShowJobResponse } from '../../../src/cloud/api/job-schema';
import type { RecentJob } from '../../../src/jobs/discovery/recent-jobs';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { jobKey, type JobKey } from '../../../src/jobs/model/job-reference';
import type { PollError } from '../../../src/jobs/model/poll-error';
import { newlyTracked, type TrackedJob, withResponse } from '../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../src/jobs/store/job-store';
import { jobReport } from '../../../src/ui/timeline/job-report';
import { pickJob } from '../../../src/ui/selection/job-picker';
import { pickRecentJobs } from '../../../src/ui/selection/recent-job-picker';
import { StatusBar } from '../../../src/ui/status-bar';
import { endingWords } from '../../../src/ui/notices/ending-words';
import { TimelinePanel } from '../../../src/ui/timeline/timeline-panel';
import type { TimelinePage, ToPage } from '../../../src/ui/timeline/timeline-page';
import { NEWEST_FIRST } from '../../../src/ui/tree/job-arrangement';
import type { JobTreeNode } from '../../../src/ui/tree/job-nodes';
import { JobTree } from '../../../src/ui/tree/job-tree';
import { copiedTexts, EventEmitter, shownTexts } from '../fake-vscode';
import { FakeClock } from '../fake-clock';
import { MemoryLog, noFiles, reference } from '../samples';
import type { HostileJob } from './hostile-jobs';

/** A row of the tree with the rows below it, as the editor would get them. */
export interface BuiltRow {
  readonly node: JobTreeNode;
  readonly label: string;
  readonly command: { readonly command: string; readonly arguments?: readonly unknown[] } | undefined;
  readonly texts: readonly string[];
  readonly hover: string;
  readonly below: readonly BuiltRow[];
}

export interface BuiltViews {
  readonly rows: readonly BuiltRow[];
  readonly page: TimelinePage;
  /** Of the status bar, notifications and pickers. */
  readonly shown: readonly string[];
  readonly report: string;
  readonly copiedTimeline: string;
}

/** @returns the job as it is tracked after the response */
export function trackedAfter({ body }: HostileJob, now = Date.UTC(2026, 0, 1, 1)): TrackedJob {
  const response = parseShowJobResponse(body());
  if (!response.ok) throw new Error(`The response was refused: ${response.error.kind}`);
  return withResponse(newlyTracked(reference, now), response.value, now);
}

/**
 * Builds the rows with their hovers, status bar, notification, pickers, timeline and report of a job.
 * @param error of the last poll
 */
export async function buildAllViews(
  given: TrackedJob,
  now = Date.UTC(2026, 0, 1, 1),
  error?: PollError,
): Promise<BuiltViews> {
  const clock = new FakeClock(now);
  const log = new MemoryLog();
  const store = new JobStore(noFiles, log);
  const key = jobKey(given.reference);
  const parts = { store, clock, log, durations: new DurationHistory() };
  shownTexts.length = 0;
  copiedTexts.length = 0;
  const statusBar = new StatusBar({ ...parts, ...OTHERS });
  await store.restore([given]);
  store.setResources(given.reference, given.resources, () => true);
  if (error !== undefined) store.applyError(key, error, now);
  const tracked = store.get(key) ?? given;
  const rows = rowsOf(parts);
  const timeline = openTimelineOf(key, parts);
  timeline.receive({ kind: 'copy' });
  await pickJob({ title: '', jobs: store.all(), selected: new Set(), now });
  if (tracked.job !== undefined) {
    const recent = { job: tracked.job, jobId: tracked.reference.jobId } as RecentJob;
    await pickRecentJobs(
      { title: '' },
      {
        load: () => Promise.resolve([recent]),
        showError: (cause) => {
          throw cause;
        },
        isTracked: () => false,
        resources: tracked.resources,
        now,
        profile: '',
      },
    );
  }
  await clock.advance(SECOND);
  const { text, tooltip } = statusBar.item;
  return {
    rows,
    page: timeline.page(),
    shown: [...shownTexts, endingWords(tracked), text, typeof tooltip === 'string' ? tooltip : ''],
    report: jobReport([tracked], now),
    copiedTimeline: copiedTexts.join('\n'),
  };
}

const noEvent = () => ({ dispose: () => undefined });

const OTHERS = {
  pause: { isPaused: false, onDidChange: noEvent },
  followed: { all: () => [], onDidChange: noEvent },
  credentials: { all: () => [], refusalFor: () => undefined, onDidChange: noEvent },
} as unknown as Pick<ConstructorParameters<typeof StatusBar>[0], 'pause' | 'followed' | 'credentials'>;

type TreeParts = Pick<ConstructorParameters<typeof JobTree>[0], 'store' | 'durations' | 'clock' | 'log'>;

function rowsOf(parts: TreeParts): readonly BuiltRow[] {
  const tree = new JobTree({
    ...parts,
    options: {
      current: { ...NEWEST_FIRST, order: 'status' },
      onDidChange: noEvent,
      clearFilter: () => Promise.resolve(),
    },
    projectNames: { of: ({ projectId }) => projectId, onDidChange: noEvent },
  });
  const build = (node: JobTreeNode): BuiltRow => {
    const item = tree.resolveTreeItem(tree.getTreeItem(node), node);
    const { label, description, accessibilityInformation, tooltip, command } = item;
    const texts = [label, description, accessibilityInformation?.label].filter((text) => typeof text === 'string');
    return {
      node,
      label: texts[0] ?? '',
      command,
      texts,
      hover: typeof tooltip === 'object' ? tooltip.value : (tooltip ?? ''),
      below: tree.getChildren(node).map(build),
    };
  };
  try {
    return tree.getChildren().map(build);
  } finally {
    tree.dispose();
  }
}

/** Opens the timeline of a job that is the only tracked one. */
export async function openTimeline(
  tracked: TrackedJob,
  clock: FakeClock,
  durations = new DurationHistory(),
): Promise<OpenTimeline> {
  const log = new MemoryLog();
  const store = new JobStore(noFiles, log);
  await store.restore([tracked]);
  store.setResources(tracked.reference, tracked.resources, () => true);
  return openTimelineOf(jobKey(tracked.reference), { store, clock, log, durations });
}

interface OpenTimeline {
  /** What the page shows. */
  readonly page: () => TimelinePage;
  readonly drawings: () => number;
  readonly isClosed: () => boolean;
  readonly store: JobStore;
  readonly panel: TimelinePanel;
  /** As if the page sent the message. */
  readonly receive: (message: unknown) => void;
  readonly log: MemoryLog;
}

interface TimelineParts {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly clock: FakeClock;
  readonly log: MemoryLog;
}

function openTimelineOf(key: JobKey, parts: TimelineParts): OpenTimeline {
  const pages: TimelinePage[] = [];
  const messages = new EventEmitter<unknown>();
  let isClosed = false;
  const webview = {
    cspSource: '',
    asWebviewUri: String,
    onDidReceiveMessage: messages.event,
    postMessage: (message: ToPage) => {
      if (message.kind === 'show') pages.push(message.page);
      return Promise.resolve(true);
    },
  };
  const panel = {
    ...{ webview, visible: true, title: '' },
    onDidChangeViewState: noEvent,
    onDidDispose: noEvent,
    dispose: () => {
      isClosed = true;
    },
  } as unknown as WebviewPanel;
  const trackAgain = (tracked: TrackedJob) => parts.store.restore([tracked]);
  const timeline = new TimelinePanel(
    key,
    panel,
    { ...parts, trackAgain, extensionUri: '' as unknown as Uri },
    {
      onDidClose: () => undefined,
      move: (_, to) => {
        timeline.show(to);
      },
    },
  );
  return {
    page: () => {
      const page = pages.at(-1);
      if (page === undefined) throw new Error('The timeline shows nothing.');
      return page;
    },
    drawings: () => pages.length,
    isClosed: () => isClosed,
    store: parts.store,
    panel: timeline,
    receive: (message) => {
      messages.fire(message);
    },
    log: parts.log,
  };
}
