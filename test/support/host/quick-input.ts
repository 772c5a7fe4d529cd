/** Input boxes and quick picks that a test answers, with the same events as the editor's. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export interface Answers {
  /** Returns the text to type or part of the label to choose, or `BACK`, `ESCAPE` or `KEEP`. */
  next(question: string): string;
  /** Called if the input does not accept the typed text. */
  rejects(problem: string): void;
  /** Called if the input warns of the typed text. */
  warns(warning: string): void;
  /** Called with the items of a list before it is answered. */
  offers(items: readonly vscode.QuickPickItem[]): void;
}

/** Clicks the Back button. */
export const BACK = '<back>';
export const ESCAPE = '<escape>';
/** Presses Enter without typing: keeps the value or the active item. */
export const KEEP = '<keep>';
/** Separates the items to choose from a list that accepts several. */
export const AND = ' + ';
/** Before a part of the answer to such a list: it is typed after the other parts are selected. */
export const TYPED = '<typed>';

type Item = vscode.QuickPickItem;

class FakeQuickInput {
  title: string | undefined;
  step: number | undefined;
  totalSteps: number | undefined;
  enabled = true;
  busy = false;
  ignoreFocusOut = false;
  buttons: readonly vscode.QuickInputButton[] = [];
  value = '';
  placeholder: string | undefined;
  private readonly hideEmitter = new vscode.EventEmitter<void>();
  private readonly acceptEmitter = new vscode.EventEmitter<void>();
  private readonly changeEmitter = new vscode.EventEmitter<string>();
  private readonly triggerEmitter = new vscode.EventEmitter<vscode.QuickInputButton>();
  readonly onDidHide = this.hideEmitter.event;
  readonly onDidAccept = this.acceptEmitter.event;
  readonly onDidChangeValue = this.changeEmitter.event;
  readonly onDidTriggerButton = this.triggerEmitter.event;
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
    this.hideEmitter.fire();
  }

  get isStillOpen(): boolean {
    return this.isOpen;
  }

  dispose(): void {
    this.isOpen = false;
  }

  type(value: string): void {
    this.value = value;
    this.changeEmitter.fire(value);
  }

  accept(): void {
    this.acceptEmitter.fire();
  }

  trigger(button: vscode.QuickInputButton): void {
    this.triggerEmitter.fire(button);
  }

  goBack(): void {
    assert.ok(this.buttons.includes(vscode.QuickInputButtons.Back), `${this.title ?? ''} has no Back button`);
    this.triggerEmitter.fire(vscode.QuickInputButtons.Back);
  }

  /** @returns whether the answer was Escape or Back */
  leaves(answer: string): boolean {
    if (answer === ESCAPE) this.hide();
    else if (answer === BACK) this.goBack();
    return answer === ESCAPE || answer === BACK;
  }
}

export class FakeInputBox extends FakeQuickInput {
  prompt: string | undefined;
  password = false;
  validationMessage: string | vscode.InputBoxValidationMessage | undefined;

  constructor(answers: Answers) {
    super(() => {
      const answer = answers.next(`${this.title ?? ''}: ${this.prompt ?? ''}`);
      if (this.leaves(answer)) return;
      if (answer !== KEEP) this.type(answer);
      const warning = this.validationMessage;
      if (typeof warning === 'object' && warning.severity !== vscode.InputBoxValidationSeverity.Error) {
        answers.warns(warning.message);
      }
      this.accept();
      this.rejectWhenChecked(answers);
    });
  }

  /** A long text is checked in turns of the event loop. */
  private rejectWhenChecked(answers: Answers): void {
    if (this.busy && this.isStillOpen) {
      setImmediate(() => {
        this.rejectWhenChecked(answers);
      });
      return;
    }
    const problem = this.validationMessage;
    if (problem === undefined || !this.isStillOpen) return;
    answers.rejects(typeof problem === 'string' ? problem : problem.message);
    this.hide();
  }
}

export class FakeQuickPick extends FakeQuickInput {
  items: readonly Item[] = [];
  private active: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  private readonly selectionEmitter = new vscode.EventEmitter<readonly Item[]>();
  readonly onDidChangeSelection = this.selectionEmitter.event;
  matchOnDescription = false;
  matchOnDetail = false;
  canSelectMany = false;

  get activeItems(): readonly Item[] {
    return this.active;
  }

  set activeItems(items: readonly Item[]) {
    const isHeading = ({ kind }: Item) => kind === vscode.QuickPickItemKind.Separator;
    assert.ok(!items.some(isHeading), 'a heading cannot be the active item');
    this.active = items;
  }

  constructor(answers: Answers) {
    super(() => {
      answers.offers(this.items);
      const answer = answers.next(`${this.title ?? ''}: ${this.placeholder ?? ''}`);
      if (this.leaves(answer)) return;
      if (this.canSelectMany) {
        this.whenLoaded(() => {
          this.pickMany(answer);
        });
        return;
      }
      const matches = ({ label, kind }: Item) => kind !== vscode.QuickPickItemKind.Separator && label.includes(answer);
      let chosen = answer === KEEP ? this.activeItems[0] : this.items.find(matches);
      if (chosen === undefined && answer !== KEEP) {
        this.type(answer);
        chosen = this.items[0];
      }
      assert.ok(chosen, `No item matches ${answer}`);
      this.activeItems = [chosen];
      this.accept();
      // An item that only informs leaves the list open for the next answer.
      if (this.isStillOpen) this.show();
    });
  }

  /** Ticks these items and no others. */
  tick(items: readonly Item[]): void {
    this.selectedItems = items;
    this.selectionEmitter.fire(items);
  }

  private whenLoaded(then: () => void): void {
    if (!this.isStillOpen) return;
    if (!this.busy) then();
    else
      setTimeout(() => {
        this.whenLoaded(then);
      }, 10);
  }

  /**
   * Selects the items that match one part of the answer, and accepts. `KEEP` accepts with the first item active. If a button
   * has the answer as its tooltip, clicks it and takes the next answer.
   */
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
      const includes = (part: string) => (item: Item) =>
        `${item.label} ${item.description ?? ''} ${item.detail ?? ''}`.includes(part);
      const [typed, parts] = partsOf(answer);
      this.tick(choices.filter((item) => parts.some((part) => includes(part)(item))));
      for (const part of parts) assert.ok(choices.some(includes(part)), `No item matches ${part}`);
      if (typed !== undefined) this.type(typed);
    }
    this.accept();
  }
}

/** A list that stays open until the test answers it. */
export class OpenQuickPick extends FakeQuickPick {
  constructor() {
    super({
      next: () => assert.fail('The list is not answered'),
      rejects: () => undefined,
      warns: () => undefined,
      offers: () => undefined,
    });
  }

  override show(): void {
    // Stays open without an answer.
  }
}

/** Returns the text to type, and the parts that each select items. */
function partsOf(answer: string): readonly [string | undefined, readonly string[]] {
  const all = answer.split(AND);
  const typed = all.find((part) => part.startsWith(TYPED));
  return [typed?.slice(TYPED.length), all.filter((part) => part !== typed)];
}
