/** Asks a person for one line of text. */
import { type InputBoxOptions, window } from 'vscode';

/** The text without white space around it; undefined where the person gave up. */
export async function ask(options: InputBoxOptions): Promise<string | undefined> {
  // A look at another window, to copy the next value, must not lose what was typed.
  const text = await window.showInputBox({ ignoreFocusOut: true, ...options });
  return text?.trim();
}
