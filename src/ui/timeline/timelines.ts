/** The open timelines, at most one for each job: a command opens them, or VS Code when it restores a window. */
import { ViewColumn, type WebviewPanel, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import { TimelinePanel, type TimelineContext } from './timeline-panel';
import { savedKey } from './timeline-page';

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
        this.restore(panel, savedKey(state));
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

  dispose(): void {
    this.serializer.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
  }

  private restore(panel: WebviewPanel, key: JobKey | undefined): void {
    if (key === undefined || this.panels.has(key) || this.context.store.get(key) === undefined) panel.dispose();
    else this.adopt(key, panel);
  }

  private adopt(key: JobKey, panel: WebviewPanel): void {
    const timeline = new TimelinePanel(key, panel, this.context, () => this.panels.delete(key));
    this.panels.set(key, timeline);
  }
}
