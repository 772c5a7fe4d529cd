/** What happens without a command: loading when the window opens, reacting to other windows, announcing, and cleaning up. */
import path from 'node:path';
import { type SecretStorage, window, workspace } from 'vscode';
import type { Disposable } from '../base/disposable';
import { HOUR } from '../base/time-units';
import { removeLeftovers } from '../storage/node-file-system';
import { STORAGE_FOLDERS } from '../storage/storage-folders';
import type { WindowContext } from '../storage/window-context';
import { retention } from '../ui/editor/settings';
import { removeOldNotices } from '../ui/notices/old-notices';
import { showRefusal } from '../ui/notices/refusal-notice';
import type { Cloud } from './compose-cloud';
import type { Tracking } from './compose-tracking';
import type { Views } from './compose-views';

interface SessionParts {
  readonly shared: WindowContext;
  readonly storage: Pick<SecretStorage, 'onDidChange'>;
  readonly cloud: Cloud;
  readonly tracking: Tracking;
  readonly views: Pick<Views, 'endings' | 'expiryNotice' | 'message' | 'contextKeys'>;
}

/** No write takes this long, so the process that left such a file has ended. */
const MIN_LEFTOVER_AGE_MS = HOUR;

export class Session implements Disposable {
  private readonly disposables: Disposable[];
  private isDisposed = false;

  constructor(private readonly parts: SessionParts) {
    this.disposables = this.listenToThisWindow();
  }

  /** Loads what earlier sessions saved, and listens to other windows from then on. Never rejects. */
  async open(): Promise<void> {
    if (this.isDisposed) return;
    // First, so that no change is missed while files are read.
    this.disposables.push(...this.listenToOtherWindows());
    await Promise.all([
      this.loadOrShowError('credentials', this.parts.cloud.credentials.profiles.open()),
      this.loadOrShowError('jobs', this.loadJobs()),
    ]);
    this.parts.views.contextKeys.setReady();
    this.parts.views.message.setReady();
    this.inBackground('Earlier endings could not be announced', this.parts.views.endings.catchUp());
    this.pruneFinishedJobs();
    this.moveEndedJobs();
    this.removeLeftovers();
  }

  dispose(): void {
    this.isDisposed = true;
    for (const disposable of this.disposables) disposable.dispose();
  }

  private listenToThisWindow(): Disposable[] {
    const { shared, storage, cloud, tracking, views } = this.parts;
    const { store, engine, known } = tracking;
    const { credentials } = cloud;
    return [
      store.onDidChange((changes) => {
        if (!changes.some(({ kinds }) => kinds.includes('ended'))) return;
        this.pruneFinishedJobs();
        this.moveEndedJobs();
      }),
      credentials.onDidChange(() => {
        engine.resume();
      }),
      credentials.onDidRefuse((profile) => {
        showRefusal(profile, shared.log);
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('elbJobs.resourceNames')) known.showOrHide();
      }),
      storage.onDidChange(() => {
        this.inBackground('The profiles could not be read again', credentials.profiles.reload());
        engine.resume();
      }),
      window.onDidChangeWindowState(({ focused }) => {
        if (!focused) return;
        this.readAgain();
        this.moveEndedJobs();
        engine.catchUp();
        views.endings.retryNow();
        views.expiryNotice.retryNow();
      }),
    ];
  }

  private listenToOtherWindows(): Disposable[] {
    const { followed, jobFiles, store, known } = this.parts.tracking;
    return [
      known.watch(() => {
        this.inBackground('The names of resources could not be read again', known.readAgain());
      }),
      followed.watch(() => {
        this.inBackground('The followed projects could not be read again', followed.readAgain());
      }),
      jobFiles.watch((keys) => {
        this.inBackground('The jobs could not be read again', store.readAgain(keys));
      }),
    ];
  }

  /** In this order: a pause applies to the first poll, and only a job that is not tracked can be a new one. */
  private async loadJobs(): Promise<void> {
    const { pause, store, followed, known } = this.parts.tracking;
    // Rows then have their names from the start.
    const names = known.readAgain();
    this.inBackground('The names of resources could not be read', names);
    await pause.open();
    await store.open();
    this.inBackground('The followed projects could not be read', followed.readAgain());
  }

  private async loadOrShowError(what: 'jobs' | 'credentials', loading: Promise<void>): Promise<void> {
    try {
      await loading;
    } catch (cause) {
      this.parts.shared.log.error(`The ${what} of earlier sessions could not be read: ${String(cause)}`);
      this.parts.views.message.reportStorageFailure(what);
    }
  }

  /** Watching may miss a change, e.g. on a network drive. */
  private readAgain(): void {
    const { store, followed, pause, known } = this.parts.tracking;
    this.inBackground('The profiles could not be read again', this.parts.cloud.credentials.profiles.reload());
    this.inBackground('The jobs could not be read again', store.readAgain());
    this.inBackground('The followed projects could not be read again', followed.readAgain());
    this.inBackground('The names of resources could not be read again', known.readAgain());
    void pause.readAgain();
  }

  private pruneFinishedJobs(): void {
    const { clock } = this.parts.shared;
    this.inBackground('Finished jobs could not be removed', this.parts.tracking.store.prune(retention(), clock.now()));
  }

  /** Those that ended long ago share files, so that a window opens fast. */
  private moveEndedJobs(): void {
    const { mover, store } = this.parts.tracking;
    this.inBackground('Ended jobs could not be moved to shared files', mover.moveJobs(store.all()));
  }

  private removeLeftovers(): void {
    this.inBackground('Old notices could not be removed', removeOldNotices(this.parts.shared));
    for (const folder of ['.', ...Object.values(STORAGE_FOLDERS)]) {
      const directory = path.join(this.parts.shared.directory, folder);
      const onFailure = (cause: unknown) => {
        this.parts.shared.log.warn(`A leftover could not be removed: ${String(cause)}`);
      };
      const removal = removeLeftovers(directory, MIN_LEFTOVER_AGE_MS, { onFailure });
      this.inBackground('Leftovers could not be removed', removal);
    }
  }

  /** Logs a failure of work that nothing waits for. */
  private inBackground(problem: string, work: Promise<unknown>): void {
    work.catch((cause: unknown) => {
      this.parts.shared.log.warn(`${problem}: ${String(cause)}`);
    });
  }
}
