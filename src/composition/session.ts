/** What is done beside what a person does: reading what earlier sessions and other windows keep, announcing, tidying up. */
import path from 'node:path';
import { type SecretStorage, window } from 'vscode';
import type { Disposable } from '../base/disposable';
import { EndingAnnouncer } from '../jobs/endings/ending-announcer';
import { removeLeftovers } from '../storage/node-file-system';
import { showRefusal } from '../ui/notices/refusal-notice';
import { retention } from '../ui/editor/settings';
import type { Cloud } from './compose-cloud';
import type { WindowContext } from '../storage/window-context';
import type { Tracking } from './compose-tracking';
import type { Views } from './compose-views';

export interface SessionParts {
  readonly shared: WindowContext;
  readonly storage: Pick<SecretStorage, 'onDidChange'>;
  readonly cloud: Cloud;
  readonly tracking: Tracking;
  readonly views: Pick<Views, 'announcer' | 'message' | 'contextKeys'>;
}

/** In ms: a file that was being written so long ago is nobody's any more. */
const LEFTOVER_AGE = 60 * 60_000;
const FOLDERS = ['.', 'jobs', 'announced', 'leases', 'budgets', 'refusals', 'trials', 'notices', 'follow'];

export class Session implements Disposable {
  private readonly endings: EndingAnnouncer;
  private readonly disposables: Disposable[];
  private isDisposed = false;

  constructor(private readonly parts: SessionParts) {
    const { shared, storage, cloud, tracking, views } = parts;
    const { store, engine } = tracking;
    const { credentials } = cloud;
    this.endings = new EndingAnnouncer(
      {
        store,
        claims: tracking.jobFiles,
        clock: shared.clock,
        isFocused: () => window.state.focused,
        isWindowAlive: tracking.isWindowAlive,
        isPolling: (project) => engine.isPolling(project),
        merged: (key) => tracking.duplicates.merged(key),
        log: shared.log,
      },
      (ended) => {
        this.inBackground('The end of a job could not be shown', views.announcer.announce(ended));
      },
    );
    this.disposables = [
      this.endings,
      store.onDidChange((changes) => {
        if (changes.some(({ kinds }) => kinds.includes('ended'))) this.prune();
      }),
      credentials.onDidChange(() => {
        engine.resume();
      }),
      credentials.onDidRefuse((profile) => {
        showRefusal(profile, shared.log);
      }),
      storage.onDidChange(() => {
        this.inBackground('The profiles could not be read again', credentials.reload());
        engine.resume();
      }),
      window.onDidChangeWindowState(({ focused }) => {
        if (!focused) return;
        this.readAgain();
        engine.catchUp();
      }),
    ];
  }

  /** Reads what earlier sessions kept, and notices from then on what other windows do. Never rejects. */
  async open(): Promise<void> {
    if (this.isDisposed) return;
    this.watchOtherWindows();
    await Promise.all([this.orSay(this.parts.cloud.credentials.open()), this.orSay(this.openJobs())]);
    this.parts.views.contextKeys.ready();
    this.inBackground('What ended before could not be announced', this.endings.catchUp());
    this.prune();
    for (const folder of FOLDERS) {
      const directory = path.join(this.parts.shared.directory, folder);
      this.inBackground('Leftovers could not be removed', removeLeftovers(directory, LEFTOVER_AGE));
    }
  }

  dispose(): void {
    this.isDisposed = true;
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Before anything is read: a change in between would be missed. */
  private watchOtherWindows(): void {
    const { followed, jobFiles, store } = this.parts.tracking;
    this.disposables.push(
      followed.watch(() => {
        this.inBackground('Which projects are followed could not be read again', followed.readAgain());
      }),
      jobFiles.watch((keys) => {
        this.inBackground('The jobs could not be read again', store.readAgain(keys));
      }),
    );
  }

  /** A pause holds for the first look; what is tracked already must be known before a job can be told to be new. */
  private async openJobs(): Promise<void> {
    const { pause, store, followed } = this.parts.tracking;
    await pause.open();
    await store.open();
    this.inBackground('Which projects are followed could not be read', followed.readAgain());
  }

  private async orSay(part: Promise<void>): Promise<void> {
    try {
      await part;
    } catch (cause) {
      this.parts.shared.log.error(`What earlier sessions kept could not be read: ${String(cause)}`);
      this.parts.views.message.reportStorageFailure();
    }
  }

  private readAgain(): void {
    const { store, followed, pause } = this.parts.tracking;
    this.inBackground('The profiles could not be read again', this.parts.cloud.credentials.reload());
    this.inBackground('The jobs could not be read again', store.readAgain());
    this.inBackground('Which projects are followed could not be read again', followed.readAgain());
    void pause.readAgain();
  }

  private prune(): void {
    const { clock } = this.parts.shared;
    this.inBackground(
      'Finished jobs could not be forgotten',
      this.parts.tracking.store.prune(retention(), clock.now()),
    );
  }

  /** For what need not be waited for. */
  private inBackground(problem: string, work: Promise<unknown>): void {
    work.catch((cause: unknown) => {
      this.parts.shared.log.warn(`${problem}: ${String(cause)}`);
    });
  }
}
