/** Try with Demo Data: adds the demo's jobs to the list, which needs no account, and removes them again. */
import { commands, l10n, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { demoReferences, earlierDemoJobs } from '../../demo/demo-jobs';
import { DEMO_PROJECT, isDemo } from '../../demo/demo-project';
import type { DurationHistory } from '../../jobs/model/duration-history';
import type { JobKey } from '../../jobs/model/job-reference';
import { isEnding } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { JobGroups } from '../../jobs/store/job-groups';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import type { JobDocuments } from '../documents/job-documents';
import { changeOrShowError } from '../editor/change-or-show-error';
import type { EndingNotices } from '../notices/ending-notices';
import type { JobTree } from '../tree/job-tree';

interface DemoDataParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly tree: Pick<JobTree, 'reveal'>;
  readonly documents: Pick<JobDocuments, 'close'>;
  readonly endingNotices: Pick<EndingNotices, 'hasOnlyDemoNotices'>;
  readonly timelines: { close(keys: readonly JobKey[]): void };
}

export class DemoData implements Disposable {
  private readonly groups: JobGroups<'demo'>;
  private readonly subscription: Disposable;
  private isInList = false;

  constructor(private readonly parts: DemoDataParts) {
    this.groups = new JobGroups(parts.store, ({ reference }) => (isDemo(reference) ? ['demo'] : []));
    // Another window may add or remove the demo's jobs, and they survive a reload.
    this.subscription = parts.store.onDidChange((changes) => {
      if (changes.some(({ kinds }) => kinds.includes('added') || kinds.includes('removed'))) this.update();
    });
  }

  /** Shows the demo in the list. A demo whose jobs have all ended starts again. */
  async try(): Promise<void> {
    const known = this.jobs();
    if (known.some(([, { job }]) => !isEnding(job?.status))) {
      await this.show();
      return;
    }
    if (known.length > 0 && !(await this.removeAll())) return;
    const saving = this.track();
    await this.show();
    await saving;
  }

  async remove(): Promise<void> {
    if (this.jobs().length > 0) await this.removeAll();
    else void window.showInformationMessage(l10n.t('There is no demo data in the list.'));
  }

  dispose(): void {
    this.groups.dispose();
    this.subscription.dispose();
  }

  private jobs(): readonly (readonly [JobKey, TrackedJob])[] {
    const all = this.parts.store.all();
    return [...this.groups.of('demo')].flatMap((key) => {
      const tracked = all.get(key);
      return tracked === undefined ? [] : [[key, tracked] as const];
    });
  }

  private async track(): Promise<void> {
    const { store, clock, log } = this.parts;
    await changeOrShowError(
      store.trackAll(demoReferences(), clock.now()),
      {
        logLine: 'The demo data could not be saved',
        sentence: (reason) =>
          l10n.t('The demo data could not be saved, so it is here only until this window closes: {reason}', {
            reason,
          }),
      },
      log,
    );
  }

  private async show(): Promise<void> {
    const [first] = [...this.jobs()].sort(([, a], [, b]) => b.trackedAt - a.trackedAt);
    if (first !== undefined) await this.parts.tree.reveal(first[0], { focus: true });
  }

  /** @returns whether all of the demo's jobs are removed. */
  private removeAll(): Promise<boolean> {
    const { store, log } = this.parts;
    const keys = this.jobs().map(([key]) => key);
    return changeOrShowError(
      store.untrack(keys).then(() => this.closeAll(keys)),
      {
        logLine: 'The demo data could not be removed',
        sentence: (reason) =>
          l10n.t('The demo data could not be removed, so it is still in the list: {reason}', { reason }),
      },
      log,
    );
  }

  /** Closes what is open about removed jobs. */
  private async closeAll(keys: readonly JobKey[]): Promise<void> {
    const { documents, timelines, endingNotices } = this.parts;
    timelines.close(keys);
    // Those about the person's own jobs stay in view.
    if (endingNotices.hasOnlyDemoNotices) await this.hideNotifications();
    await documents.close(keys);
  }

  /** No extension can close a single notification, so the bell gets all of them. */
  private async hideNotifications(): Promise<void> {
    try {
      await commands.executeCommand('notifications.hideToasts');
    } catch (cause) {
      // Another editor than VS Code may lack the command.
      this.parts.log.warn(`The notifications could not be hidden: ${String(cause)}`);
    }
  }

  private update(): void {
    const isInList = this.groups.has('demo');
    if (isInList === this.isInList) return;
    this.isInList = isInList;
    // The remaining time of the demo's jobs is estimated from these earlier ones.
    if (isInList) for (const job of earlierDemoJobs()) this.parts.durations.of(DEMO_PROJECT).add(job);
  }
}
