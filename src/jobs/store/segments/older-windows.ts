/** Finds out whether a window of a version that knows no segments is open: to it, jobs that move to one would be removed. */
import path from 'node:path';
import type { Disposable } from '../../../base/disposable';
import { SECOND } from '../../../base/time-units';
import { STORAGE_FOLDERS } from '../../../storage/storage-folders';
import type { WindowContext } from '../../../storage/window-context';
import { COPY_KEY, jobFilePath } from '../../files/job-file';

export type OlderWindowsParts = Pick<WindowContext, 'files' | 'clock' | 'directory'> & {
  readonly timeScale?: number;
  /** OLDER_WINDOW_WAIT_MS, scaled, by default. */
  readonly olderWindowWaitMs?: number;
};

/** Such a window moves a copy of a job's file aside within a second; this is plenty of time. */
const OLDER_WINDOW_WAIT_MS = 30 * SECOND;

export class OlderWindows implements Disposable {
  private readonly copy: string;
  private stop: (() => void) | undefined;

  constructor(private readonly parts: OlderWindowsParts) {
    this.copy = jobFilePath(parts.directory, COPY_KEY);
  }

  /**
   * Leaves a copy of a job's file under the name of no job, which only an older version moves aside.
   * @returns false if it was moved aside, or if this window closed meanwhile
   */
  async areClosed(jobFileText: string): Promise<boolean> {
    const { files } = this.parts;
    await files.replace(this.copy, jobFileText, 'volatile');
    const isOver = await this.wait();
    const isThere = (await files.stamp(this.copy)) !== undefined;
    await this.removeCopies();
    return isOver && isThere;
  }

  dispose(): void {
    this.stop?.();
  }

  private wait(): Promise<boolean> {
    const { clock, timeScale = 1, olderWindowWaitMs = OLDER_WINDOW_WAIT_MS * timeScale } = this.parts;
    return new Promise((resolve) => {
      const timer = clock.schedule(olderWindowWaitMs, () => {
        resolve(true);
      });
      this.stop = () => {
        timer.dispose();
        resolve(false);
      };
    });
  }

  private async removeCopies(): Promise<void> {
    const { files, directory } = this.parts;
    const folder = path.join(directory, STORAGE_FOLDERS.jobs);
    const name = path.basename(this.copy);
    await files.remove(this.copy);
    for (const other of await files.names(folder)) {
      if (other.startsWith(`${name}.unreadable-`)) await files.remove(path.join(folder, other));
    }
  }
}
