/** Replaces the person at the editor: answers inputs and dialogs, and records what was shown. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Answers, FakeInputBox, FakeQuickPick } from './quick-input';
import { replaceProperty } from './replace-property';

export interface Shown {
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly actions: readonly string[];
  /** Only dialogs have it. */
  readonly detail?: string | undefined;
}

export class Person {
  readonly shown: Shown[] = [];
  /** The title and prompt of each input that was answered. */
  readonly questions: string[] = [];
  /** The items of each list, as label and description. */
  readonly offered: (readonly string[])[] = [];
  /** The second lines of the items of each list. */
  readonly details: (readonly string[])[] = [];
  /** Why typed texts were rejected. */
  readonly rejections: string[] = [];
  /** Messages in the status bar, which disappear by themselves. */
  readonly statusMessages: string[] = [];
  /** What inputs warned of in typed texts. */
  readonly warnings: string[] = [];
  private readonly restores: (() => void)[] = [];
  private answers: string[] = [];
  private choice: (shown: Shown) => string | undefined = () => undefined;

  constructor() {
    const answers: Answers = {
      next: (question) => {
        this.questions.push(question);
        return this.answers.shift() ?? assert.fail(`There is no answer for: ${question}`);
      },
      rejects: (problem) => this.rejections.push(problem),
      warns: (warning) => this.warnings.push(warning),
      offers: (items) => {
        this.offered.push(items.map(({ label, description }) => `${label} ${description ?? ''}`));
        this.details.push(items.map(({ detail }) => detail ?? ''));
      },
    };
    const replace = (name: keyof typeof vscode.window, value: unknown) => {
      this.restores.push(replaceProperty(vscode.window, name, value));
    };
    replace('createInputBox', () => new FakeInputBox(answers));
    replace('createQuickPick', () => new FakeQuickPick(answers));
    replace('showQuickPick', (items: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
      const typed = answers.next(options?.placeHolder ?? '');
      const matching = items.filter(({ label, detail }) => `${label} ${detail ?? ''}`.includes(typed));
      assert.ok(matching.length > 0, `No item matches ${typed}`);
      return Promise.resolve(options?.canPickMany === true ? matching : matching[0]);
    });
    replace('setStatusBarMessage', (message: string) => {
      this.statusMessages.push(message);
      return { dispose: () => undefined };
    });
    for (const [name, severity] of [
      ['showInformationMessage', 'information'],
      ['showWarningMessage', 'warning'],
      ['showErrorMessage', 'error'],
    ] as const) {
      replace(name, (message: string, ...rest: unknown[]) => {
        const actions = rest.filter((item) => typeof item === 'string');
        const options = rest.find((item): item is vscode.MessageOptions => typeof item === 'object' && item !== null);
        const shown: Shown = { severity, message, actions, detail: options?.detail };
        this.shown.push(shown);
        return Promise.resolve(this.choice(shown));
      });
    }
  }

  /** Sets what is typed or chosen in the next inputs, in this order. */
  types(...answers: string[]): void {
    this.answers = answers;
  }

  /** Clicks this action in every message that has it. */
  clicks(action: string): void {
    this.choice = ({ actions }) => actions.find((each) => each === action);
  }

  /** Clicks the first action of every message. */
  clicksFirstAction(): void {
    this.choice = ({ actions }) => actions[0];
  }

  lastShown(): Shown {
    return this.shown.at(-1) ?? assert.fail('No message was shown');
  }

  /** Restores the editor's API. */
  dispose(): void {
    for (const restore of this.restores) restore();
  }
}
