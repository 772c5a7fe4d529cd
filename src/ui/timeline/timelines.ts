/** The open timelines, one a job: opened by a command, or by the editor when it restores a window. */
import { ViewColumn, type WebviewPanel, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import { TimelinePanel, type TimelineParts } from './timeline-panel';
import { keptKey } from './timeline-page';

const VIEW_TYPE = 'elbJobs.timeline';

export class Timelines implements Disposable {
  private readonly panels = new Map<JobKey, TimelinePanel>();
  private readonly serializer: Disposable;

  /** @param ready resolves when the jobs of earlier sessions are there. */
  constructor(
    private readonly parts: TimelineParts,
    ready: Promise<void>,
  ) {
    this.serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        await ready;
        this.restore(panel, keptKey(state));
      },
    });
  }

  open(key: JobKey): void {
    const known = this.panels.get(key);
    if (known !== undefined) known.reveal();
    else if (this.parts.store.get(key) !== undefined) {
      this.adopt(key, window.createWebviewPanel(VIEW_TYPE, '', ViewColumn.Active));
    }
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
  }

  private restore(panel: WebviewPanel, key: JobKey | undefined): void {
    if (key === undefined || this.panels.has(key) || this.parts.store.get(key) === undefined) panel.dispose();
    else this.adopt(key, panel);
  }

  private adopt(key: JobKey, panel: WebviewPanel): void {
    const timeline = new TimelinePanel(key, panel, this.parts, () => this.panels.delete(key));
    this.panels.set(key, timeline);
  }
}
