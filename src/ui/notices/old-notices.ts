/** Removes the files by which windows claimed notifications, once they are of no use. */
import path from 'node:path';
import { DAY } from '../../base/time-units';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';

/** See ExpiryNotice and ReminderClaims: the number is when the credentials expired, or when the reminder was shown. */
const NOTICE = /^(?:expiry-[0-9a-f]{16}|upgrade-[0-9a-f]{16,64})-(\d{1,16})$/;
/** After it, or for a reminder after a day, no window needs the file. The rest is for a clock that is set back. */
const MIN_AGE_MS = 30 * DAY;

/** Rejects if the folder cannot be read. Leaves other files, links and folders alone. */
export async function removeOldNotices({
  files,
  clock,
  directory,
  log,
}: Pick<WindowContext, 'files' | 'clock' | 'directory' | 'log'>): Promise<void> {
  const folder = path.join(directory, STORAGE_FOLDERS.notices);
  for (const name of await files.names(folder)) {
    const at = NOTICE.exec(name)?.[1];
    if (at === undefined || clock.now() - Number(at) < MIN_AGE_MS) continue;
    try {
      const file = path.join(folder, name);
      if ((await files.stat(file)) !== undefined) await files.remove(file);
    } catch (cause) {
      log.debug(`${name} could not be removed: ${String(cause)}`);
    }
  }
}
