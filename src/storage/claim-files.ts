/** Claims of which each has one winner among all windows: the window that creates the claim's file. */
import { MAX_REMEMBERED_CLAIMS, MAX_SMALL_FILE_BYTES } from '../base/limits';
import { LockTimeoutError } from './file-lock';
import { readOr } from './file-system';
import type { WindowContext } from './window-context';

/** Something else has to succeed before a claim can be made. */
export class ClaimLaterError extends Error {}

/**
 * Whether a claim failed because of the disk or a lock, and may succeed later, e.g. when a virus scanner has closed the file
 * or the disk has space again.
 */
export function isClaimableLater(cause: unknown): boolean {
  if (cause instanceof LockTimeoutError || cause instanceof ClaimLaterError) return true;
  return cause instanceof Error && 'code' in cause && /^E[A-Z0-9]+$/.test(String(cause.code));
}

export class ClaimFiles {
  private readonly won = new Set<string>();
  /** Files whose creation failed, but which may be there. */
  private readonly uncertain = new Set<string>();

  constructor(private readonly parts: Pick<WindowContext, 'files' | 'owner'>) {}

  /**
   * Rejects with the file system's error if the winner is not known; call it again later.
   * @returns whether this call won the claim. A file that this window created, although the file system reported a failure,
   * is won by the call that finds it.
   */
  async claim(file: string): Promise<boolean> {
    try {
      if (await this.parts.files.create(file, this.parts.owner)) return this.win(file);
    } catch (cause) {
      if (!this.won.has(file)) this.uncertain.add(file);
      if (await this.winUncertain(file).catch(() => false)) return true;
      throw cause;
    }
    if (await this.winUncertain(file)) return true;
    this.uncertain.delete(file);
    return false;
  }

  async remove(file: string): Promise<void> {
    await this.parts.files.remove(file);
    this.won.delete(file);
    this.uncertain.delete(file);
  }

  /** @returns whether a creation that failed has created the file, and no other call has won it */
  private async winUncertain(file: string): Promise<boolean> {
    if (!this.uncertain.has(file)) return false;
    const { files, owner } = this.parts;
    const isOurs = await readOr(files, file, MAX_SMALL_FILE_BYTES, (text) => text === owner, false);
    // Another call may have won it during the read.
    return isOurs && this.uncertain.has(file) && this.win(file);
  }

  private win(file: string): true {
    this.uncertain.delete(file);
    this.won.add(file);
    const [oldest] = this.won;
    if (this.won.size > MAX_REMEMBERED_CLAIMS && oldest !== undefined) this.won.delete(oldest);
    return true;
  }
}
