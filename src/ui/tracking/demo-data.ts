/** Try with Demo Data: puts the demo's jobs into the list, where there is no account yet, and takes them all out again. */
import { l10n, window } from 'vscode';
import { demoReferences, earlierDemoJobs } from '../../demo/demo-jobs';
import { DEMO_PROJECT, isDemo } from '../../demo/demo-project';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { errorMessageOf } from '../../base/error-message';
import { isEnding } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { JobDocuments } from '../documents/job-documents';
import type { JobTree } from '../tree/job-tree';

export interface DemoDataParts {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly tree: Pick<JobTree, 'reveal'>;
  readonly documents: Pick<JobDocuments, 'close'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class DemoData implements Disposable {
  private readonly subscription: Disposable;
  private isThere = false;

  constructor(private readonly parts: DemoDataParts) {
    // Another window may bring or remove it, and it outlasts a reload.
    this.subscription = parts.store.onDidChange((changes) => {
      if (changes.some(({ kinds }) => kinds.includes('added') || kinds.includes('removed'))) this.update();
    });
  }

  /** Shows the demo that is there; one whose jobs have all ended begins anew. */
  async try(): Promise<void> {
    const known = this.jobs();
    if (known.some(([, { job }]) => !isEnding(job?.status))) {
      await this.show();
      return;
    }
    if (known.length > 0 && !(await this.removeAll())) return;
    await this.track();
    await this.show();
  }

  async remove(): Promise<void> {
    if (this.jobs().length > 0) await this.removeAll();
    else void window.showInformationMessage(l10n.t('There is no demo data in the list.'));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private jobs(): readonly (readonly [JobKey, TrackedJob])[] {
    return [...this.parts.store.all()].filter(([, { reference }]) => isDemo(reference));
  }

  private async track(): Promise<void> {
    const { store, clock, log } = this.parts;
    try {
      await store.trackAll(demoReferences(), clock.now());
    } catch (cause) {
      log.error(`The demo data could not be saved: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The demo data is there only until this window closes, since it could not be saved: {reason}', {
          reason: errorMessageOf(cause),
        }),
      );
    }
  }

  private async show(): Promise<void> {
    const [first] = [...this.jobs()].sort(([, a], [, b]) => b.trackedAt - a.trackedAt);
    if (first !== undefined) await this.parts.tree.reveal(first[0], { focus: true });
  }

  /** False where some are still there. */
  private async removeAll(): Promise<boolean> {
    const { store, documents, log } = this.parts;
    const keys = this.jobs().map(([key]) => key);
    try {
      await store.untrack(keys);
      await documents.close(keys);
      return true;
    } catch (cause) {
      log.error(`The demo data could not be removed: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The demo data is still in the list, since it could not be removed: {reason}', {
          reason: errorMessageOf(cause),
        }),
      );
      return false;
    }
  }

  private update(): void {
    const isThere = this.jobs().length > 0;
    if (isThere === this.isThere) return;
    this.isThere = isThere;
    // Of what the demo's earlier jobs took, the time that is left is told.
    if (isThere) for (const job of earlierDemoJobs()) this.parts.durations.of(DEMO_PROJECT).add(job);
  }
}
