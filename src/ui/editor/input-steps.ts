/** Input boxes and quick picks as steps of a longer input, with a Back button. Going back loses no answer. */
import {
  type Disposable,
  InputBoxValidationSeverity,
  l10n,
  QuickInputButtons,
  type QuickInput,
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  window,
} from 'vscode';
import { MAX_INPUT_LENGTH } from '../../base/limits';

export interface StepFrame {
  readonly title: string;
  /** Counted from 1; missing for a single input. */
  readonly step?: number;
  readonly totalSteps?: number;
}

export const BACK = Symbol('back');

/** The answer if the person clicked the extra button of a question. */
export const EXTRA = Symbol('extra');

/** Undefined if the person cancelled. */
export type Answer<T> = T | typeof BACK | undefined;

export interface TextQuestion {
  readonly prompt: string;
  readonly value?: string | undefined;
  readonly placeHolder?: string;
  readonly isSecret?: boolean;
  /** `MAX_INPUT_LENGTH` by default: no answer, and no state that saves one, grows without a limit. */
  readonly maxLength?: number;
  /** Returns what is wrong with the trimmed text; shown while the person types. */
  readonly problemOf?: (text: string) => string | undefined;
  /** Returns the end of work without which the text cannot be checked, if it is not over; called after `problemOf`. Never rejects. */
  readonly checking?: () => Promise<void> | undefined;
  /** Returns what may be wrong with a text that has no problem; shown while the person types. Enter accepts the text. */
  readonly warningOf?: (text: string) => string | undefined;
  /** Starts work after a change; when it has finished, the text is checked again. Never rejects. */
  readonly afterChange?: (text: string) => Promise<void> | undefined;
}

interface ExtraButton {
  readonly button: QuickInputButton;
  /** Whether the text has the button; called after `problemOf`. */
  readonly isOffered: () => boolean;
}

export interface Choice<T> extends QuickPickItem {
  readonly value: T;
  /** Whether it is left out while a text is typed, since the editor sorts the matches and Enter takes the first. */
  readonly isForEmptyText?: boolean;
}

export interface ChoiceQuestion<T> {
  readonly placeHolder: string;
  readonly choices: readonly Choice<T>[];
  /** Whether this choice has the focus at first. */
  readonly isActive?: (value: T) => boolean;
  /** Returns further choices for the typed text. One without a value is a message. */
  readonly fromText?: (text: string) => readonly Choice<T>[];
}

/** Asks for one line of text. @returns it without surrounding white space; `EXTRA` only if the question has such a button. */
export function askText(frame: StepFrame, question: TextQuestion): Promise<Answer<string>>;
export function askText(
  frame: StepFrame,
  question: TextQuestion & { readonly extra: ExtraButton },
): Promise<Answer<string | typeof EXTRA>>;
export function askText(
  frame: StepFrame,
  question: TextQuestion & { readonly extra?: ExtraButton },
): Promise<Answer<string | typeof EXTRA>> {
  const box = window.createInputBox();
  box.prompt = question.prompt;
  box.value = question.value ?? '';
  box.placeholder = question.placeHolder;
  box.password = question.isSecret ?? false;
  const { extra } = question;
  // An empty box shows no problem before the person types or presses Enter.
  let showsProblem = box.value !== '';
  /** Whether the person pressed Enter before the text could be checked. */
  let isAccepted = false;
  let checking: Promise<void> | undefined;
  let isOver = false;
  const check = (answer: (answer: string) => void) => {
    // `problemOf` may work on the text of a later input by now.
    if (isOver) return;
    const text = box.value.trim();
    const problem = lengthProblem(text, question.maxLength) ?? question.problemOf?.(text);
    const before = checking;
    checking = question.checking?.();
    box.busy = checking !== undefined;
    if (checking !== undefined) {
      box.validationMessage = undefined;
      if (extra !== undefined) setShown(box, extra.button, false);
      const checkAgain = () => {
        check(answer);
      };
      if (checking !== before) void checking.then(checkAgain);
      return;
    }
    const warning = problem === undefined ? question.warningOf?.(text) : undefined;
    const shown = warning === undefined ? problem : { message: warning, severity: InputBoxValidationSeverity.Warning };
    box.validationMessage = showsProblem ? shown : undefined;
    if (extra !== undefined) setShown(box, extra.button, showsProblem && extra.isOffered());
    if (isAccepted && problem === undefined) answer(text);
    isAccepted = false;
  };
  return showInput<string | typeof EXTRA>(frame, box, (answer) => {
    const checkNow = () => {
      check(answer);
    };
    checkNow();
    return [
      box.onDidTriggerButton((button) => {
        if (button === QuickInputButtons.Back) answer(BACK);
        else if (button === extra?.button) answer(EXTRA);
      }),
      box.onDidChangeValue((value) => {
        showsProblem = value !== '';
        isAccepted = false;
        checkNow();
        void question.afterChange?.(value.trim())?.then(checkNow);
      }),
      box.onDidAccept(() => {
        showsProblem = true;
        isAccepted = true;
        checkNow();
      }),
    ];
  }).finally(() => {
    isOver = true;
  });
}

function setShown(box: ShownInput, button: QuickInputButton, isShown: boolean): void {
  if (box.buttons.includes(button) === isShown) return;
  box.buttons = isShown ? [...box.buttons, button] : box.buttons.filter((each) => each !== button);
}

function lengthProblem(text: string, maxLength = MAX_INPUT_LENGTH): string | undefined {
  if (text.length <= maxLength) return undefined;
  return l10n.t('This text is too long. Enter at most {limit} characters.', { limit: maxLength });
}

export function askChoice<T>(frame: StepFrame, question: ChoiceQuestion<T>): Promise<Answer<T>> {
  const pick = window.createQuickPick<Choice<T>>();
  pick.placeholder = question.placeHolder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = question.choices;
  const isActive = ({ kind, value }: Choice<T>) =>
    kind !== QuickPickItemKind.Separator && question.isActive?.(value) === true;
  const active = question.choices.find(isActive);
  if (active !== undefined) pick.activeItems = [active];
  const { fromText } = question;
  return showInput<T>(frame, pick, (answer) => [
    pick.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) answer(BACK);
    }),
    // Without further choices, a long list need not be sent again at each key.
    ...(fromText === undefined
      ? []
      : [
          pick.onDidChangeValue((text) => {
            const typed = fromText(text.trim().slice(0, MAX_INPUT_LENGTH));
            const listed = question.choices.filter((choice) => text.trim() === '' || choice.isForEmptyText !== true);
            pick.items = [...typed.map((choice) => ({ ...choice, alwaysShow: true })), ...listed];
          }),
        ]),
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems.length > 0 ? pick.activeItems : pick.selectedItems;
      if (chosen?.value !== undefined) answer(chosen.value);
      // Enter on a message shows it again, where screen readers read it.
      else if (chosen !== undefined) void window.showWarningMessage(withoutIcon(chosen));
    }),
  ]);
}

function withoutIcon({ label, detail }: QuickPickItem): string {
  return [label.replace(/^\$\([\w-]+\) /, ''), detail].filter((text) => text !== undefined).join(' ');
}

type ShownInput = QuickInput & { buttons: readonly QuickInputButton[] };

/** Shows an input until it is answered or hidden. @param listen registers the listeners that answer it. */
export function showInput<T>(
  { title, step, totalSteps }: StepFrame,
  input: ShownInput,
  listen: (answer: (answer: Answer<T>) => void) => readonly Disposable[],
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    const end = (answer: Answer<T>) => {
      for (const subscription of subscriptions) subscription.dispose();
      resolve(answer);
      input.dispose();
    };
    input.title = title;
    // A single step has no number.
    if (totalSteps !== 1) {
      input.step = step;
      input.totalSteps = totalSteps;
    }
    input.buttons = step !== undefined && step > 1 ? [QuickInputButtons.Back] : [];
    // Switching to another window, e.g. to copy the next value, must not close the input.
    input.ignoreFocusOut = true;
    // After the buttons are set: a listener may add some.
    const subscriptions = [
      ...listen(end),
      input.onDidHide(() => {
        end(undefined);
      }),
    ];
    input.show();
  });
}

/** Leads to the step with this index, e.g. to correct an earlier answer. */
export interface StepJump {
  readonly toStep: number;
}

/** Asks one question and stores the answer. `skipped`: there was nothing to ask. Undefined: the person cancelled. */
export type Step = (frame: StepFrame) => Promise<'answered' | 'skipped' | typeof BACK | StepJump | undefined>;

/**
 * Runs the steps in order, and backwards after Back.
 * @param steps called before each step, since the steps may depend on earlier answers.
 * @param first the index of the first step, e.g. to repeat the last question.
 * @returns false if the person cancelled.
 */
export async function runSteps(title: string, steps: () => readonly Step[], first = 0): Promise<boolean> {
  let direction = 1;
  for (let index = first; ; index += direction) {
    const all = steps();
    const step = all[Math.max(index, 0)];
    if (step === undefined) return true;
    const outcome = await step({ title, step: index + 1, totalSteps: all.length });
    if (outcome === undefined) return false;
    if (typeof outcome === 'object') {
      direction = 1;
      index = outcome.toStep - direction;
    } else if (outcome === BACK) direction = -1;
    else if (outcome === 'answered' || index === 0) direction = 1;
  }
}

/** Asks a single question. @returns undefined if the person cancelled. */
export async function askAlone<T>(
  ask: (frame: StepFrame) => Promise<Answer<T>>,
  title: string,
): Promise<T | undefined> {
  const answer = await ask({ title });
  return answer === BACK ? undefined : answer;
}

export function isRequired(text: string): string | undefined {
  return text === '' ? l10n.t('This cannot be empty.') : undefined;
}
