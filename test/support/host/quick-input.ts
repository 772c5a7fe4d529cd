/** Input boxes and picks that a test answers, with the events that the editor's own have. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export interface Answers {
  /** What is typed or chosen next, e.g. part of a choice's label; `BACK`, `ESCAPE` and `KEEP` do what they say. */
  next(asked: string): string;
  /** What was typed was not accepted, and for that reason. */
  refused(problem: string): void;
  /** What a list lets choose. */
  offers(items: readonly vscode.QuickPickItem[]): void;
}

export const BACK = '<back>';
export const ESCAPE = '<escape>';
/** What is there already. */
export const KEEP = '<keep>';
/** Between what is picked of a list that takes several. */
export const AND = ' + ';

type Item = vscode.QuickPickItem;

class Base {
  title: string | undefined;
  step: number | undefined;
  totalSteps: number | undefined;
  enabled = true;
  busy = false;
  ignoreFocusOut = false;
  buttons: readonly vscode.QuickInputButton[] = [];
  value = '';
  placeholder: string | undefined;
  private readonly hidden = new vscode.EventEmitter<void>();
  private readonly accepted = new vscode.EventEmitter<void>();
  private readonly changed = new vscode.EventEmitter<string>();
  private readonly triggered = new vscode.EventEmitter<vscode.QuickInputButton>();
  readonly onDidHide = this.hidden.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidChangeValue = this.changed.event;
  readonly onDidTriggerButton = this.triggered.event;
  private isOpen = false;

  constructor(private readonly answer: () => void) {}

  show(): void {
    this.isOpen = true;
    setImmediate(() => {
      if (this.isOpen) this.answer();
    });
  }

  hide(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.hidden.fire();
  }

  get isStillOpen(): boolean {
    return this.isOpen;
  }

  dispose(): void {
    this.isOpen = false;
  }

  type(value: string): void {
    this.value = value;
    this.changed.fire(value);
  }

  accept(): void {
    this.accepted.fire();
  }

  trigger(button: vscode.QuickInputButton): void {
    this.triggered.fire(button);
  }

  goBack(): void {
    assert.ok(this.buttons.includes(vscode.QuickInputButtons.Back), `no way back from ${this.title ?? ''}`);
    this.triggered.fire(vscode.QuickInputButtons.Back);
  }

  /** Whether the answer was one that needs no typing. */
  left(answer: string): boolean {
    if (answer === ESCAPE) this.hide();
    else if (answer === BACK) this.goBack();
    return answer === ESCAPE || answer === BACK;
  }
}

export class FakeInputBox extends Base {
  prompt: string | undefined;
  password = false;
  validationMessage: string | vscode.InputBoxValidationMessage | undefined;

  constructor(answers: Answers) {
    super(() => {
      const answer = answers.next(`${this.title ?? ''}: ${this.prompt ?? ''}`);
      if (this.left(answer)) return;
      if (answer !== KEEP) this.type(answer);
      this.accept();
      const problem = this.validationMessage;
      if (problem === undefined) return;
      answers.refused(typeof problem === 'string' ? problem : problem.message);
      this.hide();
    });
  }
}

export class FakeQuickPick extends Base {
  items: readonly Item[] = [];
  private active: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  matchOnDescription = false;
  matchOnDetail = false;
  canSelectMany = false;

  get activeItems(): readonly Item[] {
    return this.active;
  }

  set activeItems(items: readonly Item[]) {
    const isHeading = ({ kind }: Item) => kind === vscode.QuickPickItemKind.Separator;
    assert.ok(!items.some(isHeading), 'a heading cannot be chosen, and nothing is then');
    this.active = items;
  }

  constructor(answers: Answers) {
    super(() => {
      answers.offers(this.items);
      const answer = answers.next(`${this.title ?? ''}: ${this.placeholder ?? ''}`);
      if (this.left(answer)) return;
      if (this.canSelectMany) {
        this.whenLoaded(() => {
          this.pickMany(answer);
        });
        return;
      }
      const isMeant = ({ label, kind }: Item) => kind !== vscode.QuickPickItemKind.Separator && label.includes(answer);
      let chosen = answer === KEEP ? this.activeItems[0] : this.items.find(isMeant);
      if (chosen === undefined && answer !== KEEP) {
        this.type(answer);
        chosen = this.items[0];
      }
      assert.ok(chosen, `nothing to choose by ${answer}`);
      this.activeItems = [chosen];
      this.accept();
      // What only says something leaves the list open, for the next answer.
      if (this.isStillOpen) this.show();
    });
  }

  private whenLoaded(then: () => void): void {
    if (!this.isStillOpen) return;
    if (!this.busy) then();
    else
      setTimeout(() => {
        this.whenLoaded(then);
      }, 10);
  }

  /** All that the parts of the answer are found in; nothing but Enter on the first for `KEEP`; or the button of that name, after which more is to be answered. */
  private pickMany(answer: string): void {
    const button = this.buttons.find(({ tooltip }) => tooltip === answer);
    if (button !== undefined) {
      this.trigger(button);
      this.show();
      return;
    }
    const choices = this.items.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
    if (answer === KEEP) this.activeItems = choices.slice(0, 1);
    else {
      const hasIt = (part: string) => (item: Item) =>
        `${item.label} ${item.description ?? ''} ${item.detail ?? ''}`.includes(part);
      const parts = answer.split(AND);
      this.selectedItems = choices.filter((item) => parts.some((part) => hasIt(part)(item)));
      for (const part of parts) assert.ok(choices.some(hasIt(part)), `${part} is not there to be picked`);
    }
    this.accept();
  }
}
