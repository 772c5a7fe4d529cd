/** Records in a shared folder when each waiting upgrade was last brought to mind, so that only one window does it once a day. */
import path from 'node:path';
import type { Instant } from '../../base/clock';
import { DAY } from '../../base/time-units';
import { ClaimFiles } from '../../storage/claim-files';
import { withLock } from '../../storage/file-lock';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import type { JobKey } from '../model/job-reference';

type ReminderClaimsParts = Pick<WindowContext, 'files' | 'clock' | 'directory' | 'owner' | 'log'>;

const NAME = /^upgrade-([0-9a-f]+)-(\d{1,16})$/;

/** One file per reminder, `notices/upgrade-<job key>-<instant>`. The next one replaces it; see also old-notices.ts. */
export class ReminderClaims {
  private readonly folder: string;
  private readonly claims: ClaimFiles;

  constructor(private readonly parts: ReminderClaimsParts) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.notices);
    this.claims = new ClaimFiles(parts);
  }

  /** @returns when the jobs had their last reminders; of those without one, nothing */
  async lastReminders(): Promise<ReadonlyMap<JobKey, Instant>> {
    const last = new Map<JobKey, Instant>();
    for (const name of await this.parts.files.names(this.folder)) {
      const [, key, at] = NAME.exec(name) ?? [];
      if (key !== undefined) last.set(key, Math.max(last.get(key) ?? 0, Number(at)));
    }
    return last;
  }

  /**
   * Claims the job's reminder of the last 24 hours. Rejects if the winner is not known: see isClaimableLater.
   * @returns whether this call won the claim, of all windows and sessions
   */
  async claim(key: JobKey): Promise<boolean> {
    const { files, clock } = this.parts;
    return withLock(this.parts, path.join(this.folder, `upgrade-${key}`), async () => {
      // A name with a fraction would not be found by NAME, and the reminder would come again.
      const now = Math.floor(clock.now());
      const earlier = (await files.names(this.folder)).flatMap((name) => {
        const [, of, at] = NAME.exec(name) ?? [];
        return of === key ? [Number(at)] : [];
      });
      const last = Math.max(-Infinity, ...earlier);
      if (last <= now && now - last < DAY) return false;
      const isMine = await this.claims.claim(this.fileOf(key, now));
      for (const at of earlier) if (isMine) await this.removeOrLog(this.fileOf(key, at));
      // The clock was set back since: the 24 hours begin anew, without a reminder that may be the second of the day.
      return isMine && last <= now;
    });
  }

  private async removeOrLog(file: string): Promise<void> {
    try {
      await this.claims.remove(file);
    } catch (cause) {
      this.parts.log.debug(`${file} could not be removed: ${String(cause)}`);
    }
  }

  private fileOf(key: JobKey, at: Instant): string {
    return path.join(this.folder, `upgrade-${key}-${at}`);
  }
}
