/** Tells menus and welcome texts what they depend on. */
import { commands, type TreeView, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Disposable } from '../jobs/disposable';
import type { PollingPause } from '../jobs/polling-pause';

export interface ContextKeyParts {
  readonly credentials: Pick<CredentialManager, 'all' | 'onDidChange'>;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly view: Pick<TreeView<unknown>, 'onDidChangeVisibility'>;
  /** Empty where the computer is in no network. */
  readonly networkAddresses: () => string;
}

export class ContextKeys implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private readonly told = new Map<string, boolean>();

  constructor(private readonly parts: ContextKeyParts) {
    const update = () => {
      this.update();
    };
    this.subscriptions = [
      parts.credentials.onDidChange(update),
      parts.pause.onDidChange(update),
      // No event tells of a network: it is looked at when somebody looks.
      parts.view.onDidChangeVisibility(update),
      window.onDidChangeWindowState(update),
    ];
    update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    this.setContext('elbJobs.signedIn', this.parts.credentials.all().length > 0);
    this.setContext('elbJobs.paused', this.parts.pause.isPaused);
    this.setContext('elbJobs.offline', this.parts.networkAddresses() === '');
  }

  private setContext(key: string, value: boolean): void {
    if (this.told.get(key) === value) return;
    this.told.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }
}
