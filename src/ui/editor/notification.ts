/** Says something and offers what helps; nothing waits for the answer, since such a notice stays until the person closes it. */
import { window } from 'vscode';
import type { Log } from '../../base/log';

export interface NoticeAction {
  readonly title: string;
  readonly run: () => Thenable<unknown>;
}

export type Severity = 'information' | 'warning' | 'error';

export function showWithActions(severity: Severity, sentence: string, offers: readonly NoticeAction[], log: Log): void {
  const actions = offers.map(({ title }) => title);
  show(severity, sentence, actions)
    .then((chosen) => offers.find(({ title }) => title === chosen)?.run())
    .then(undefined, (cause: unknown) => {
      log.error(`What a notice offers (${actions.join(', ')}) failed: ${String(cause)}`);
    });
}

function show(severity: Severity, sentence: string, actions: readonly string[]): Thenable<string | undefined> {
  switch (severity) {
    case 'information':
      return window.showInformationMessage(sentence, ...actions);
    case 'warning':
      return window.showWarningMessage(sentence, ...actions);
    case 'error':
      return window.showErrorMessage(sentence, ...actions);
  }
}
