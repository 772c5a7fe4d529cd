/** The line above the tree: what keeps jobs from being followed, said where it disturbs nobody. */
import { l10n, type TreeView } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Disposable } from '../jobs/disposable';
import type { JobStore } from '../jobs/job-store';
import { type LookError, stopsCredential } from '../jobs/look-error';
import { errorAdvice } from './error-words';

export class TreeMessage implements Disposable {
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'message'>,
    private readonly store: JobStore,
    private readonly credentials: CredentialManager,
  ) {
    const update = () => {
      this.update();
    };
    this.subscriptions = [store.onDidChange(update), credentials.onDidChange(update), credentials.onDidRefuse(update)];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const message = this.message();
    if (this.view.message !== message) this.view.message = message;
  }

  private message(): string {
    const refused = this.credentials.all().find(({ refusal }) => refusal !== undefined);
    if (refused?.refusal !== undefined) return errorAdvice(refused.refusal.error);
    const errors = [...this.store.all().values()].flatMap(({ difficulty }) => difficulty?.error ?? []);
    const stopping = errors.find(stopsCredential);
    if (stopping !== undefined) return errorAdvice(stopping);
    return errors.some(isOffline) ? l10n.t('The service cannot be reached. Trying again by itself.') : '';
  }
}

function isOffline({ kind }: LookError): boolean {
  return kind === 'network' || kind === 'timeout' || kind === 'proxy';
}
