/** Stands in for the person at the editor: answers inputs and dialogs, and notes what was shown. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Answers, FakeInputBox, FakeQuickPick } from './quick-input';

export interface Shown {
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly actions: readonly string[];
  /** Of a dialog. */
  readonly detail?: string | undefined;
}

export class Person {
  readonly shown: Shown[] = [];
  /** The titles and questions of inputs. */
  readonly asked: string[] = [];
  /** What each list let choose, as label and description. */
  readonly offered: (readonly string[])[] = [];
  /** Why what was typed was not accepted. */
  readonly refused: string[] = [];
  private readonly restores: (() => void)[] = [];
  private answers: string[] = [];
  private choice: (shown: Shown) => string | undefined = () => undefined;

  constructor() {
    const answers: Answers = {
      next: (asked) => {
        this.asked.push(asked);
        return this.answers.shift() ?? assert.fail(`nothing to answer to: ${asked}`);
      },
      refused: (problem) => this.refused.push(problem),
      offers: (items) => this.offered.push(items.map(({ label, description }) => `${label} ${description ?? ''}`)),
    };
    this.replace('createInputBox', () => new FakeInputBox(answers));
    this.replace('createQuickPick', () => new FakeQuickPick(answers));
    this.replace('showQuickPick', (items: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
      const typed = answers.next(options?.placeHolder ?? '');
      const matching = items.filter(({ label, detail }) => `${label} ${detail ?? ''}`.includes(typed));
      assert.ok(matching.length > 0, `nothing to pick by ${typed}`);
      return Promise.resolve(options?.canPickMany === true ? matching : matching[0]);
    });
    for (const [name, severity] of [
      ['showInformationMessage', 'information'],
      ['showWarningMessage', 'warning'],
      ['showErrorMessage', 'error'],
    ] as const) {
      this.replace(name, (message: string, ...rest: unknown[]) => {
        const actions = rest.filter((item) => typeof item === 'string');
        const options = rest.find((item): item is vscode.MessageOptions => typeof item === 'object' && item !== null);
        const shown: Shown = { severity, message, actions, detail: options?.detail };
        this.shown.push(shown);
        return Promise.resolve(this.choice(shown));
      });
    }
  }

  /** What is typed into, or chosen from, the next inputs, one after the other. */
  types(...answers: string[]): void {
    this.answers = answers;
  }

  /** Which action of a notification is clicked. */
  chooses(choice: (shown: Shown) => string | undefined): void {
    this.choice = choice;
  }

  leave(): void {
    for (const restore of this.restores) restore();
  }

  private replace(name: keyof typeof vscode.window, standIn: unknown): void {
    const original = vscode.window[name];
    Object.defineProperty(vscode.window, name, { value: standIn, configurable: true, writable: true });
    this.restores.push(() => {
      Object.defineProperty(vscode.window, name, { value: original, configurable: true, writable: true });
    });
  }
}
