/** Observes what a command shows to a person who answers every input and dialog with Escape and leaves notifications open. */
import * as vscode from 'vscode';
import { ESCAPE, type Answers, FakeInputBox, FakeQuickPick } from './quick-input';
import { replaceProperty } from './replace-property';

/**
 * A kind of thing that a command shows. `notice`: a notification that stays open; `dialog`: a modal message; `input`: an input
 * box or a list; `page`: a page in the browser.
 */
export type Sight = 'notice' | 'dialog' | 'input' | 'progress' | 'document' | 'log' | 'page' | 'view';

type ProgressWork = (progress: vscode.Progress<unknown>, token: vscode.CancellationToken) => Thenable<unknown>;

export class CommandObserver {
  private sights = new Set<Sight>();
  private readonly restores: (() => void)[] = [];
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor() {
    const answers: Answers = {
      next: () => {
        this.sights.add('input');
        return ESCAPE;
      },
      rejects: () => undefined,
      warns: () => undefined,
      offers: () => undefined,
    };
    const replace = (owner: object, name: string, value: unknown) => {
      this.restores.push(replaceProperty(owner, name, value));
    };
    replace(vscode.window, 'createInputBox', () => new FakeInputBox(answers));
    replace(vscode.window, 'createQuickPick', () => new FakeQuickPick(answers));
    for (const name of ['showQuickPick', 'showInputBox']) {
      replace(vscode.window, name, () => {
        this.sights.add('input');
        return Promise.resolve(undefined);
      });
    }
    for (const name of ['showInformationMessage', 'showWarningMessage', 'showErrorMessage']) {
      replace(vscode.window, name, (_: string, options?: vscode.MessageOptions | string) => {
        const isModal = typeof options === 'object' && options.modal === true;
        this.sights.add(isModal ? 'dialog' : 'notice');
        // As in the editor: a command that waits until a notification is closed hangs.
        return isModal ? Promise.resolve(undefined) : new Promise(() => undefined);
      });
    }
    replace(vscode.window, 'withProgress', (options: vscode.ProgressOptions, work: ProgressWork) => {
      this.sights.add('progress');
      const cancellation = new vscode.CancellationTokenSource();
      if (options.cancellable === true) {
        setImmediate(() => {
          cancellation.cancel();
        });
      }
      return work({ report: () => undefined }, cancellation.token);
    });
    replace(vscode.env, 'openExternal', () => {
      this.sights.add('page');
      return Promise.resolve(true);
    });
    this.subscriptions.push(
      vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
        if (opened.length > 0) this.sights.add('document');
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        if (editors.some(({ document }) => document.uri.scheme === 'output')) this.sights.add('log');
      }),
    );
  }

  /** What was shown since the last call of `reset`. */
  get seen(): ReadonlySet<Sight> {
    return this.sights;
  }

  reset(): void {
    this.sights = new Set();
  }

  /** Restores the editor's API. */
  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const restore of this.restores) restore();
  }
}
