/** What to do if a file of the installed extension cannot be read, e.g. since an update has replaced it. */
import { l10n } from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import type { Log } from '../../base/log';

/** Logs the cause. @returns the error for the person, who used what is in the file */
export function unreadableCode(cause: unknown, log: Log): Error {
  log.error(`A file of the extension cannot be read: ${errorMessageOf(cause)}`);
  return new Error(
    l10n.t(
      'A file of ELB Job Tracker cannot be read. Reload the window. If that does not help, reinstall the extension.',
    ),
  );
}
