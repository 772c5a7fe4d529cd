/** Notifications that a file was quarantined: set aside, because it could not be read. */
import { commands, l10n } from 'vscode';
import type { Log } from '../../base/log';
import { showWithActions } from '../editor/notification';

/** Returns a function that shows the notification for the file of a tracked job, on its first call only. */
export function jobQuarantineNotice(log: Log): () => void {
  let isShown = false;
  return () => {
    if (isShown) return;
    isShown = true;
    const sentence = l10n.t(
      'The file of a tracked job could not be read, so the job is no longer tracked. The file was kept; the log shows its path.',
    );
    warn(sentence, log);
  };
}

/** For the file of a followed project. */
export function showFollowQuarantineNotice(log: Log): void {
  const sentence = l10n.t(
    'The file of a followed project could not be read. The file was kept; the log shows its path. Follow the project again.',
  );
  warn(sentence, log);
}

/** For the file that lists the credentials. */
export function showProfilesQuarantineNotice(log: Log): void {
  const sentence = l10n.t(
    'The file of your credentials could not be read, so you are signed out. The file was kept; the log shows its path. Add the credentials again.',
  );
  warn(sentence, log);
}

function warn(sentence: string, log: Log): void {
  const showLog = { title: l10n.t('Show Log'), run: () => commands.executeCommand('elbJobs.showLog') };
  showWithActions('warning', sentence, [showLog], log);
}
