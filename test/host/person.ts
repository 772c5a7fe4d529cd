/** Stands in for the person at the editor: answers input boxes and dialogs, and notes what was shown. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export interface Shown {
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly actions: readonly string[];
}

export class Person {
  readonly shown: Shown[] = [];
  /** What was typed is checked as the input box would check it. */
  readonly refused: string[] = [];
  private readonly restores: (() => void)[] = [];
  private answers: string[] = [];
  private choice: (shown: Shown) => string | undefined = () => undefined;

  constructor() {
    this.replace('showInputBox', (options?: vscode.InputBoxOptions) => this.type(options));
    for (const [name, severity] of [
      ['showInformationMessage', 'information'],
      ['showWarningMessage', 'warning'],
      ['showErrorMessage', 'error'],
    ] as const) {
      this.replace(name, (message: string, ...rest: unknown[]) => {
        const actions = rest.filter((item) => typeof item === 'string');
        const shown: Shown = { severity, message, actions };
        this.shown.push(shown);
        return Promise.resolve(this.choice(shown));
      });
    }
  }

  /** What is typed into the next input boxes, one after the other. */
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

  private async type(options: vscode.InputBoxOptions | undefined): Promise<string | undefined> {
    const answer = this.answers.shift();
    assert.notEqual(answer, undefined, `nothing to type for: ${options?.prompt ?? ''}`);
    const problem = await options?.validateInput?.(answer ?? '');
    if (problem === undefined || problem === null) return answer;
    this.refused.push(typeof problem === 'string' ? problem : problem.message);
    return undefined;
  }

  private replace(name: keyof typeof vscode.window, standIn: unknown): void {
    const original = vscode.window[name];
    Object.defineProperty(vscode.window, name, { value: standIn, configurable: true, writable: true });
    this.restores.push(() => {
      Object.defineProperty(vscode.window, name, { value: original, configurable: true, writable: true });
    });
  }
}
