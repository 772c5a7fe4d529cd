/** Shows a notification with buttons. Returns at once, since a notification stays until the person closes it. */
import { window } from 'vscode';
import type { Log } from '../../base/log';

export interface NoticeAction {
  readonly title: string;
  readonly run: () => Thenable<unknown>;
}

type Severity = 'information' | 'warning' | 'error';

export function showWithActions(
  severity: Severity,
  sentence: string,
  actions: readonly NoticeAction[],
  log: Log,
): void {
  const titles = actions.map(({ title }) => title);
  show(severity, sentence, titles)
    .then((chosen) => actions.find(({ title }) => title === chosen)?.run())
    .then(undefined, (cause: unknown) => {
      log.error(`The action of a notification (${titles.join(', ')}) failed: ${String(cause)}`);
    });
}

function show(severity: Severity, sentence: string, titles: readonly string[]): Thenable<string | undefined> {
  switch (severity) {
    case 'information':
      return window.showInformationMessage(sentence, ...titles);
    case 'warning':
      return window.showWarningMessage(sentence, ...titles);
    case 'error':
      return window.showErrorMessage(sentence, ...titles);
  }
}
