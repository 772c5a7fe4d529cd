/** The timeline of one job in an editor tab: redrawn when the job changes and, while it is visible, as time passes. */
import { commands, env, l10n, type Uri, type WebviewPanel, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { errorMessageOf } from '../../base/error-message';
import type { WindowContext } from '../../storage/window-context';
import { msUntilElapsedChanges } from '../text/duration';
import { jobFactsTable, moreSubJobsSentence } from '../documents/job-report';
import { jobTitle } from '../text/job-words';
import { timelineHtml, timelineResourceRoots } from './timeline-html';
import { timelineMarkdown } from './timeline-markdown';
import { type Timeline, timelineOf } from './timeline-model';
import { fromPage, type ToPage } from './timeline-page';
import { timelinePage, wholeTable } from './timeline-words';

export type TimelineContext = Pick<WindowContext, 'clock' | 'log'> & {
  readonly store: JobStore;
  /** The extension's folder, which holds the page's script and style sheet. */
  readonly extensionUri: Uri;
};

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

  /** @param panel a new panel, or a restored one. It is closed when the job is no longer tracked. */
  constructor(
    private readonly key: JobKey,
    private readonly panel: WebviewPanel,
    private readonly context: TimelineContext,
    onDidClose: () => void,
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
        if (changes.some(({ key: changed }) => changed === key)) this.draw();
      }),
      panel.onDidDispose(() => {
        this.stop();
        onDidClose();
      }),
    ];
    webview.html = timelineHtml(webview, extensionUri);
    this.draw();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Closes the tab; its `onDidDispose` does the rest. */
  dispose(): void {
    this.panel.dispose();
  }

  private stop(): void {
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
      case 'open-json':
        void commands.executeCommand('elbJobs.openJobJson', this.key);
        return;
      case undefined:
        this.context.log.warn('A timeline page sent an unknown message.');
    }
  }

  private draw(): void {
    this.nextDraw?.dispose();
    this.nextDraw = undefined;
    const tracked = this.context.store.get(this.key);
    if (tracked === undefined) {
      this.dispose();
      return;
    }
    this.panel.title = l10n.t('Timeline: {job}', { job: jobTitle(tracked) });
    // VS Code discards a hidden page. When it is shown again, it sends `ready`.
    if (!this.panel.visible) return;
    const now = this.context.clock.now();
    const timeline = timelineOf(tracked, now);
    this.post({ kind: 'show', page: timelinePage(this.key, tracked, timeline, now) });
    if (!timeline.isRunning) return;
    this.nextDraw = this.context.clock.schedule(pauseMsOf(timeline), () => {
      this.draw();
    });
  }

  private async copy(): Promise<void> {
    const tracked = this.context.store.get(this.key);
    if (tracked === undefined) return;
    const timeline = timelineOf(tracked, this.context.clock.now());
    try {
      await env.clipboard.writeText(
        timelineMarkdown(jobFactsTable(tracked), wholeTable(timeline), moreSubJobsSentence(timeline.hidden)),
      );
      this.post({ kind: 'copied' });
    } catch (cause) {
      this.context.log.error(`A timeline could not be copied: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The timeline could not be copied: {reason}', { reason: errorMessageOf(cause) }),
      );
    }
  }

  /** A page that is not loaded yet misses the message, and sends `ready` once it is. */
  private post(message: ToPage): void {
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
