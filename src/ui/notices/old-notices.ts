/** Removes the files by which windows claimed notifications before the expiry of credentials, once they are of no use. */
import path from 'node:path';
import { DAY } from '../../base/time-units';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';

/** See ExpiryNotice: the number is when the credentials expired. */
const EXPIRY_NOTICE = /^expiry-[0-9a-f]{16}-(\d{1,16})$/;
/** After it, no window shows the notification. The rest is for a clock that is set back. */
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
    const expiredAt = EXPIRY_NOTICE.exec(name)?.[1];
    if (expiredAt === undefined || clock.now() - Number(expiredAt) < MIN_AGE_MS) continue;
    try {
      const file = path.join(folder, name);
      if ((await files.stat(file)) !== undefined) await files.remove(file);
    } catch (cause) {
      log.debug(`${name} could not be removed: ${String(cause)}`);
    }
  }
}
