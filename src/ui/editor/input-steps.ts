/** Asks a person for one thing after the other, with a way back; what was answered stays answered. */
import {
  type Disposable,
  l10n,
  QuickInputButtons,
  type QuickInput,
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  window,
} from 'vscode';

export interface StepFrame {
  readonly title: string;
  /** From 1 on; missing where there is but one. */
  readonly step?: number;
  readonly totalSteps?: number;
}

export const BACK = Symbol('back');

/** Undefined where the person gave up. */
export type Answer<T> = T | typeof BACK | undefined;

export interface TextQuestion {
  readonly prompt: string;
  readonly value?: string | undefined;
  readonly placeHolder?: string;
  readonly isSecret?: boolean;
  /** What is wrong with the trimmed text; shown while it is typed. */
  readonly problemOf?: (text: string) => string | undefined;
}

export interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

export interface ChoiceQuestion<T> {
  readonly placeHolder: string;
  readonly choices: readonly Choice<T>[];
  /** The choice that is at hand first. */
  readonly isActive?: (value: T) => boolean;
  /** What may be chosen beside, by what is typed. */
  readonly fromText?: (text: string) => readonly Choice<T>[];
}

/** One line of text, without white space around it. */
export function askText(frame: StepFrame, question: TextQuestion): Promise<Answer<string>> {
  const box = window.createInputBox();
  box.prompt = question.prompt;
  box.value = question.value ?? '';
  box.placeholder = question.placeHolder;
  box.password = question.isSecret ?? false;
  // A problem that nobody made yet is not told.
  let isTold = box.value !== '';
  const check = () => {
    const problem = question.problemOf?.(box.value.trim());
    box.validationMessage = isTold ? problem : undefined;
    return problem === undefined;
  };
  check();
  return shown<string>(frame, box, (answer) => [
    box.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) answer(BACK);
    }),
    box.onDidChangeValue((value) => {
      isTold = value !== '';
      check();
    }),
    box.onDidAccept(() => {
      isTold = true;
      if (check()) answer(box.value.trim());
    }),
  ]);
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
  return shown<T>(frame, pick, (answer) => [
    pick.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) answer(BACK);
    }),
    // A long list is not to be sent anew at each key for nothing.
    ...(fromText === undefined
      ? []
      : [
          pick.onDidChangeValue((text) => {
            const typed = fromText(text.trim());
            pick.items = [...typed.map((choice) => ({ ...choice, alwaysShow: true })), ...question.choices];
          }),
        ]),
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems.length > 0 ? pick.activeItems : pick.selectedItems;
      // A choice without a value only says something.
      if (chosen?.value !== undefined) answer(chosen.value);
    }),
  ]);
}

type ShownInput = QuickInput & { buttons: readonly QuickInputButton[] };

/** Shows an input until it is answered, or hidden. */
export function shown<T>(
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
    const subscriptions = [
      ...listen(end),
      input.onDidHide(() => {
        end(undefined);
      }),
    ];
    input.title = title;
    // The only step need not be counted.
    if (totalSteps !== 1) {
      input.step = step;
      input.totalSteps = totalSteps;
    }
    input.buttons = step !== undefined && step > 1 ? [QuickInputButtons.Back] : [];
    // A look at another window, to copy the next value, must not lose what was typed.
    input.ignoreFocusOut = true;
    input.show();
  });
}

/** Asks for one thing and notes the answer. `skipped`: there was nothing to ask. */
export type Step = (frame: StepFrame) => Promise<'answered' | 'skipped' | typeof BACK | undefined>;

/**
 * Goes through the steps, which may depend on what was answered so far. False where the person gave up.
 * @param first where to begin, e.g. to ask for the last thing again.
 */
export async function goThrough(title: string, steps: () => readonly Step[], first = 0): Promise<boolean> {
  let direction = 1;
  for (let index = first; ; index += direction) {
    const all = steps();
    const step = all[Math.max(index, 0)];
    if (step === undefined) return true;
    const outcome = await step({ title, step: index + 1, totalSteps: all.length });
    if (outcome === undefined) return false;
    if (outcome === BACK) direction = -1;
    else if (outcome === 'answered' || index === 0) direction = 1;
  }
}

/** For what is asked for alone. */
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
