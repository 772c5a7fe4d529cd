/** The timeline of one job in an editor tab: redrawn when the job changes and, while it is visible, as time passes. */
import { commands, l10n, type Uri, type WebviewPanel } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import { withRaw } from '../../jobs/files/documented-answer';
import type { JobStore } from '../../jobs/store/job-store';
import type { DurationHistory } from '../../jobs/model/duration-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { WindowContext } from '../../storage/window-context';
import { msUntilElapsedChanges } from '../text/duration';
import { copyText } from '../editor/copy-text';
import { distinctJobTitle } from '../text/job-words';
import { msUntilWaitChanges } from '../parts/upgrade-words';
import { timelineHtml, timelineResourceRoots } from './timeline-html';
import { jobReport } from './job-report';
import type { Timeline } from './timeline-model';
import { fromPage, type ToPage } from './timeline-page';
import { type ShownTimeline, shownTimeline, timelinePage } from './timeline-words';

export type TimelineContext = Pick<WindowContext, 'clock' | 'log'> & {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  /** Tracks a job again that was removed from the list. */
  readonly trackAgain: (tracked: TrackedJob) => Promise<void>;
  /** The extension's folder, which holds the page's script and style sheet. */
  readonly extensionUri: Uri;
};

export interface TimelineOwner {
  readonly onDidClose: (key: JobKey) => void;
  /** To be called if the job of the first key is another row of the list by now, with the second key. */
  readonly move: (key: JobKey, to: JobKey) => void;
}

/** A running bar is redrawn when it has grown by this part of the axis. */
const GROWTH = 1 / 200;
const MIN_GROWTH_MS = 1000;
/** Joins the redraws of rows whose durations change shortly after one another. */
const MIN_PAUSE_MS = 250;
/** A long timeline costs more to draw. */
const PAUSE_PER_ROW_MS = 5;

export class TimelinePanel implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private nextDraw: Disposable | undefined;
  /** As it was when it was last tracked. Missing if it was removed before the window was reloaded. */
  private last: TrackedJob | undefined;
  private isClosed = false;

  /**
   * @param panel a new panel, or a restored one. It stays open when the job is no longer tracked, and is updated again once
   * the job is tracked again.
   */
  constructor(
    private key: JobKey,
    private readonly panel: WebviewPanel,
    private readonly context: TimelineContext,
    private readonly owner: TimelineOwner,
  ) {
    const { store, extensionUri } = context;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: timelineResourceRoots(extensionUri) };
    this.subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => {
        this.receive(message);
      }),
      panel.onDidChangeViewState(() => {
        this.draw();
      }),
      store.onDidChange((changes) => {
        const change = changes.filter(({ key: changed }) => changed === this.key).at(-1);
        if (change === undefined) return;
        this.last = change.tracked;
        this.draw();
      }),
      panel.onDidDispose(() => {
        this.stop();
        owner.onDidClose(this.key);
      }),
    ];
    webview.html = timelineHtml(webview, extensionUri);
    this.draw();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Shows the job by the key of its other row. */
  show(key: JobKey): void {
    this.key = key;
    this.draw();
  }

  /** Track Again restores the job with its whole answer, which was on disk only. */
  keepWhole(removed: TrackedJob): void {
    if (this.context.store.get(this.key) === undefined) this.last = removed;
  }

  /** Closes the tab; its `onDidDispose` does the rest. */
  dispose(): void {
    this.panel.dispose();
  }

  private stop(): void {
    this.isClosed = true;
    this.nextDraw?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private receive(message: unknown): void {
    switch (fromPage(message)?.kind) {
      case 'ready':
        this.draw();
        return;
      case 'copy':
        void this.copy();
        return;
      case 'track-again':
        void this.trackAgain();
        return;
      case 'open-json':
        void commands.executeCommand('elbJobs.openJobJson', this.key);
        return;
      case 'open-in-console':
        void commands.executeCommand('elbJobs.openInConsole', this.key);
        return;
      case 'copy-command':
        void commands.executeCommand('elbJobs.copyUpgradeCommand', this.key);
        return;
      case undefined:
        this.context.log.warn('A timeline page sent an unknown message.');
    }
  }

  private draw(): void {
    this.nextDraw?.dispose();
    this.nextDraw = undefined;
    const { store, clock, durations } = this.context;
    const tracked = this.tracked();
    // The page shows what it saved.
    if (tracked === undefined) return;
    const isRemoved = store.get(this.key) === undefined;
    const other = isRemoved ? store.find(tracked.reference) : undefined;
    if (other !== undefined) {
      this.owner.move(this.key, other);
      return;
    }
    this.panel.title = l10n.t('Timeline: {job}', { job: distinctJobTitle(tracked) });
    // VS Code discards a hidden page. When it is shown again, it sends `ready`.
    if (!this.panel.visible) return;
    const prediction = durations.of(tracked.reference).predict(tracked.job?.jobType);
    const shown: ShownTimeline = { key: this.key, tracked, now: clock.now(), prediction, isRemoved };
    const timeline = shownTimeline(shown);
    this.post({ kind: 'show', page: timelinePage(shown, timeline) });
    const untilWaitChangesMs = isRemoved ? Infinity : Math.max(msUntilWaitChanges(tracked, shown.now), MIN_PAUSE_MS);
    const pauseMs = Math.min(timeline.isRunning ? pauseMsOf(timeline) : Infinity, untilWaitChangesMs);
    if (pauseMs === Infinity) return;
    this.nextDraw = clock.schedule(pauseMs, () => {
      this.draw();
    });
  }

  private tracked(): TrackedJob | undefined {
    return (this.last = this.context.store.get(this.key) ?? this.last);
  }

  private async copy(): Promise<void> {
    const { store, clock, log } = this.context;
    const tracked = this.tracked();
    const now = store.get(this.key) === undefined ? undefined : clock.now();
    if (tracked !== undefined && (await copyText(jobReport([tracked], now), log))) this.post({ kind: 'copied' });
  }

  private async trackAgain(): Promise<void> {
    const tracked = this.tracked();
    if (tracked === undefined || this.context.store.get(this.key) !== undefined) return;
    // Not all removals keep the whole answer, e.g. those in other windows.
    await this.context.trackAgain({ ...tracked, job: tracked.job && withRaw(tracked.job) });
  }

  /** A page that is not loaded yet misses the message, and sends `ready` once it is. */
  private post(message: ToPage): void {
    // E.g. closed while a copy was made: the editor throws on any use of a closed panel.
    if (this.isClosed) return;
    this.panel.webview.postMessage(message).then(undefined, (cause: unknown) => {
      this.context.log.debug(`A message to a timeline page was not delivered: ${String(cause)}`);
    });
  }
}

/** Milliseconds until a running bar is visibly longer, or the text of its duration changes. */
function pauseMsOf({ start, end, rows }: Timeline): number {
  let pause = Math.max((end - start) * GROWTH, MIN_GROWTH_MS);
  for (const row of rows) {
    if (row.kind !== 'gap' && row.bar?.kind === 'open') {
      pause = Math.min(pause, msUntilElapsedChanges(row.bar.end - row.bar.start));
    }
  }
  return Math.max(pause, MIN_PAUSE_MS, rows.length * PAUSE_PER_ROW_MS);
}
