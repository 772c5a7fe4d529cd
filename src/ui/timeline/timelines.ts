/** The open timelines, at most one for each job: a command opens them, or VS Code when it restores a window. */
import { ViewColumn, type WebviewPanel, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { TimelinePanel, type TimelineContext } from './timeline-panel';
import { isPageSaved, savedKey } from './timeline-page';

const VIEW_TYPE = 'elbJobs.timeline';

export class Timelines implements Disposable {
  private readonly panels = new Map<JobKey, TimelinePanel>();
  private readonly serializer: Disposable;

  /** @param ready resolves when the jobs of earlier sessions are loaded. */
  constructor(
    private readonly context: TimelineContext,
    ready: Promise<void>,
  ) {
    this.serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        await ready;
        this.restore(panel, savedKey(state), isPageSaved(state));
      },
    });
  }

  open(key: JobKey): void {
    const panel = this.panels.get(key);
    if (panel !== undefined) panel.reveal();
    else if (this.context.store.get(key) !== undefined) {
      this.adopt(key, window.createWebviewPanel(VIEW_TYPE, '', ViewColumn.Active));
    }
  }

  /** To be called with the whole jobs that were removed from the list, since their files are gone. */
  keepWhole(removed: ReadonlyMap<JobKey, TrackedJob>): void {
    for (const [key, tracked] of removed) this.panels.get(key)?.keepWhole(tracked);
  }

  /** Shows the timeline of a job that is another row of the list by now. If that has a timeline, too, that one stays open. */
  move(key: JobKey, to: JobKey): void {
    const panel = this.panels.get(key);
    if (panel === undefined || key === to) return;
    if (this.panels.has(to)) {
      panel.dispose();
      return;
    }
    this.panels.delete(key);
    this.panels.set(to, panel);
    panel.show(to);
  }

  close(keys: readonly JobKey[]): void {
    for (const key of keys) this.panels.get(key)?.dispose();
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
  }

  private restore(panel: WebviewPanel, key: JobKey | undefined, isSaved: boolean): void {
    if (key === undefined || this.panels.has(key)) panel.dispose();
    else if (this.context.store.get(key) !== undefined || isSaved) this.adopt(key, panel);
    else panel.dispose();
  }

  private adopt(key: JobKey, panel: WebviewPanel): void {
    const timeline = new TimelinePanel(key, panel, this.context, {
      onDidClose: (closed) => this.panels.delete(closed),
      move: (from, to) => {
        this.move(from, to);
      },
    });
    this.panels.set(key, timeline);
  }
}
