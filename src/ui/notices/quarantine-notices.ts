/** Says, once a session, that a file of a tracked job could not be read and where to find out more. */
import { commands, l10n, window } from 'vscode';

export function quarantineNotice(): () => void {
  let isShown = false;
  return () => {
    if (isShown) return;
    isShown = true;
    const showLog = l10n.t('Show Log');
    void window
      .showWarningMessage(
        l10n.t('A tracked job could not be read from disk and is not followed. Its file was kept; the log says where.'),
        showLog,
      )
      .then((chosen) => (chosen === showLog ? commands.executeCommand('elbJobs.showLog') : undefined));
  };
}
