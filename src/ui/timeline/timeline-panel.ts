/** The timeline of one job in an editor tab: drawn anew when the job changes and, while somebody looks, as time passes. */
import { env, l10n, type Uri, type WebviewPanel, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { errorMessageOf } from '../../base/error-message';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { untilElapsedChanges } from '../text/duration';
import { jobFacts } from '../documents/job-report';
import { jobTitle } from '../text/job-words';
import { timelineHtml } from './timeline-html';
import { timelineMarkdown } from './timeline-markdown';
import { type Timeline, timelineOf } from './timeline-model';
import { fromPage, type TimelinePage, type ToPage } from './timeline-page';
import { timelinePage } from './timeline-words';

export interface TimelineParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** The folder of the page's script and style. */
  readonly media: Uri;
}

interface Picture {
  readonly tracked: TrackedJob;
  readonly timeline: Timeline;
  readonly page: TimelinePage;
}

/** Bars that grow are drawn anew so many times over the length of the axis. */
const STEPS = 200;
const SHORTEST_STEP = 1000;
/** Durations of several rows need not change together. */
const SHORTEST_PAUSE = 250;
/** Milliseconds of pause for each row: a long timeline costs more to draw. */
const PAUSE_PER_ROW = 5;

export class TimelinePanel implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private ticking: Disposable | undefined;

  /** @param panel one that is new, or that the editor restored. It is closed when the job is no longer tracked. */
  constructor(
    private readonly key: JobKey,
    private readonly panel: WebviewPanel,
    private readonly parts: TimelineParts,
    onDidClose: () => void,
  ) {
    const { store, media } = parts;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [media] };
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
    webview.html = timelineHtml(webview, media);
    this.draw();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Closing the tab ends the rest. */
  dispose(): void {
    this.panel.dispose();
  }

  private stop(): void {
    this.ticking?.dispose();
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
      case undefined:
        this.parts.log.warn('The page of a timeline sent something that it does not send.');
    }
  }

  private draw(): void {
    this.ticking?.dispose();
    this.ticking = undefined;
    const tracked = this.parts.store.get(this.key);
    if (tracked === undefined) {
      this.dispose();
      return;
    }
    this.panel.title = l10n.t('Timeline: {job}', { job: jobTitle(tracked) });
    // A hidden page is gone, and asks again when it is back.
    if (!this.panel.visible) return;
    const drawn = this.picture();
    if (drawn === undefined) return;
    this.tell({ kind: 'show', page: drawn.page });
    if (!drawn.timeline.runs) return;
    this.ticking = this.parts.clock.schedule(pauseOf(drawn.timeline), () => {
      this.draw();
    });
  }

  private picture(): Picture | undefined {
    const { store, clock } = this.parts;
    const tracked = store.get(this.key);
    if (tracked === undefined) return undefined;
    const now = clock.now();
    const timeline = timelineOf(tracked, now);
    return { tracked, timeline, page: timelinePage(this.key, tracked, timeline, now) };
  }

  private async copy(): Promise<void> {
    const drawn = this.picture();
    if (drawn === undefined) return;
    try {
      await env.clipboard.writeText(timelineMarkdown(jobFacts(drawn.tracked), drawn.page.table));
      this.tell({ kind: 'copied' });
    } catch (cause) {
      this.parts.log.error(`A timeline could not be copied: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The timeline could not be copied: {reason}', { reason: errorMessageOf(cause) }),
      );
    }
  }

  /** A page that is not there yet hears nothing, and asks when it is. */
  private tell(message: ToPage): void {
    this.panel.webview.postMessage(message).then(undefined, (cause: unknown) => {
      this.parts.log.debug(`The page of a timeline is gone: ${String(cause)}`);
    });
  }
}

/** Milliseconds until a running bar is visibly longer, or its duration reads differently. */
function pauseOf({ start, end, rows }: Timeline): number {
  let pause = Math.max((end - start) / STEPS, SHORTEST_STEP);
  for (const row of rows) {
    if (row.kind !== 'gap' && row.bar?.kind === 'open') {
      pause = Math.min(pause, untilElapsedChanges(row.bar.end - row.bar.start));
    }
  }
  return Math.max(pause, SHORTEST_PAUSE, rows.length * PAUSE_PER_ROW);
}
