/** Sees what a command does to a person, who presses Escape at whatever asks, and leaves notices where they are. */
import * as vscode from 'vscode';
import { ESCAPE, type Answers, FakeInputBox, FakeQuickPick } from './quick-input';

/** `notice` stays until it is closed, `dialog` waits for an answer, `input` is a box or a list, `page` is one in the browser. */
export type Sight = 'notice' | 'dialog' | 'input' | 'progress' | 'document' | 'log' | 'page' | 'view';

type Named = Readonly<Record<string, unknown>>;

export class Onlooker {
  private sights = new Set<Sight>();
  private readonly restores: (() => void)[] = [];
  private readonly listening: vscode.Disposable[] = [];

  constructor() {
    const answers: Answers = {
      next: () => {
        this.sights.add('input');
        return ESCAPE;
      },
      refused: () => undefined,
      offers: () => undefined,
    };
    this.replace(vscode.window, 'createInputBox', () => new FakeInputBox(answers));
    this.replace(vscode.window, 'createQuickPick', () => new FakeQuickPick(answers));
    for (const name of ['showQuickPick', 'showInputBox']) {
      this.replace(vscode.window, name, () => {
        this.sights.add('input');
        return Promise.resolve(undefined);
      });
    }
    for (const name of ['showInformationMessage', 'showWarningMessage', 'showErrorMessage']) {
      this.replace(vscode.window, name, (_: string, options?: vscode.MessageOptions | string) => {
        const isModal = typeof options === 'object' && options.modal === true;
        this.sights.add(isModal ? 'dialog' : 'notice');
        // As in life: a command that waits for a notice to be closed hangs.
        return isModal ? Promise.resolve(undefined) : new Promise(() => undefined);
      });
    }
    this.replace(vscode.window, 'withProgress', (options: vscode.ProgressOptions, work: ProgressWork) => {
      this.sights.add('progress');
      const cancelling = new vscode.CancellationTokenSource();
      if (options.cancellable === true) {
        setImmediate(() => {
          cancelling.cancel();
        });
      }
      return work({ report: () => undefined }, cancelling.token);
    });
    this.replace(vscode.env, 'openExternal', () => {
      this.sights.add('page');
      return Promise.resolve(true);
    });
    this.listening.push(
      vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
        if (opened.length > 0) this.sights.add('document');
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        if (editors.some(({ document }) => document.uri.scheme === 'output')) this.sights.add('log');
      }),
    );
  }

  /** What there was to see since the last call of `forget`. */
  get seen(): ReadonlySet<Sight> {
    return this.sights;
  }

  forget(): void {
    this.sights = new Set();
  }

  leave(): void {
    for (const subscription of this.listening) subscription.dispose();
    for (const restore of this.restores) restore();
  }

  private replace(owner: object, name: string, standIn: unknown): void {
    const original = (owner as Named)[name];
    const put = (value: unknown) => {
      Object.defineProperty(owner, name, { value, configurable: true, writable: true });
    };
    put(standIn);
    this.restores.push(() => {
      put(original);
    });
  }
}

type ProgressWork = (progress: vscode.Progress<unknown>, token: vscode.CancellationToken) => Thenable<unknown>;
