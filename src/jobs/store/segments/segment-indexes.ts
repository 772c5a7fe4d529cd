/** Keeps what each segment holds in memory. A segment that cannot be read now is tried again later. */
import type { Disposable } from '../../../base/disposable';
import { SECOND } from '../../../base/time-units';
import { UnusableFileError } from '../../../storage/file-system';
import type { WindowContext } from '../../../storage/window-context';
import { readSegmentIndex, type SegmentIndex, type SegmentName, segmentPath, withoutEntries } from './segment-file';

export type SegmentIndexesParts = Pick<WindowContext, 'files' | 'clock' | 'directory' | 'log'> & {
  readonly timeScale?: number;
  /** Called with the path of a segment in which jobs are damaged. */
  readonly onQuarantine: (file: string) => void;
};

/** Virus scanners need less. A damaged disk costs little at this rate. */
const RETRY_DELAY_MS = 10 * SECOND;

export class SegmentIndexes implements Disposable {
  private readonly indexes = new Map<SegmentName, Promise<SegmentIndex>>();
  private readonly unread = new Set<SegmentName>();
  /** Segments whose failure was logged. */
  private readonly logged = new Set<SegmentName>();
  private isRetryScheduled = false;
  private readonly timers = new Set<Disposable>();
  private isDisposed = false;

  /** @param onRetry called when what could not be read before may be read again */
  constructor(
    private readonly parts: SegmentIndexesParts,
    private readonly onRetry: () => void,
  ) {}

  /** @returns what the segment holds; nothing if its file is missing or cannot be read now, or if a newer version wrote it */
  get(name: SegmentName): Promise<SegmentIndex> {
    const known = this.indexes.get(name);
    if (known !== undefined) return known;
    const index = this.readOrRetryLater(name);
    this.indexes.set(name, index);
    return index;
  }

  delete(name: SegmentName): void {
    this.indexes.delete(name);
  }

  /** Forgets all other segments. */
  keepOnly(names: ReadonlySet<SegmentName>): void {
    for (const name of this.indexes.keys()) if (!names.has(name)) this.indexes.delete(name);
  }

  /** Lets segments that could not be read be read again. */
  deleteUnread(): void {
    for (const name of this.unread) this.indexes.delete(name);
    this.unread.clear();
  }

  /** Calls `onRetry` after a while. */
  retryLater(): void {
    if (this.isRetryScheduled) return;
    this.isRetryScheduled = true;
    this.schedule(() => {
      this.isRetryScheduled = false;
      this.onRetry();
    });
  }

  dispose(): void {
    this.isDisposed = true;
    for (const timer of this.timers) timer.dispose();
    this.timers.clear();
  }

  private schedule(retry: () => void): void {
    if (this.isDisposed) return;
    const { clock, timeScale = 1 } = this.parts;
    const timer = clock.schedule(RETRY_DELAY_MS * timeScale, () => {
      this.timers.delete(timer);
      retry();
    });
    this.timers.add(timer);
  }

  private async readOrRetryLater(name: SegmentName): Promise<SegmentIndex> {
    const file = segmentPath(this.parts.directory, name);
    try {
      const index = await readSegmentIndex(this.parts, name);
      this.logged.delete(name);
      this.log(file, index);
      await this.report(name, file, index);
      return index;
    } catch (cause) {
      if (cause instanceof UnusableFileError) return withoutEntries(name, 'missing');
      if (!this.logged.has(name)) this.parts.log.warn(`${file} could not be read. It is tried again: ${String(cause)}`);
      this.logged.add(name);
      this.unread.add(name);
      this.retryLater();
      return { ...withoutEntries(name, 'unread'), failure: cause };
    }
  }

  private log(file: string, { state, damagedRows, newerRows }: SegmentIndex): void {
    const { log } = this.parts;
    if (state === 'missing') log.debug(`${file} is missing.`);
    if (state === 'newer') log.warn(`${file} was written by a newer version and is left alone.`);
    if (newerRows > 0) log.warn(`${newerRows} jobs in ${file} are of a newer version and are left alone.`);
    if (damagedRows > 0) log.warn(`${damagedRows} jobs in ${file} are damaged and are left as they are.`);
  }

  /** Shows that jobs are damaged, once, of all windows and sessions; later if that fails. */
  private async report(
    name: SegmentName,
    file: string,
    { damagedRows }: Pick<SegmentIndex, 'damagedRows'>,
  ): Promise<void> {
    if (damagedRows === 0) return;
    const { files, onQuarantine, log } = this.parts;
    try {
      if (!(await files.create(reportPath(file), ''))) return;
      try {
        onQuarantine(file);
      } catch (cause) {
        await files.remove(reportPath(file));
        throw cause;
      }
    } catch (cause) {
      log.debug(`The damage of ${file} could not be shown. It is tried again: ${String(cause)}`);
      this.schedule(() => {
        // It may have been merged into another one meanwhile.
        if (this.indexes.has(name)) void this.report(name, file, { damagedRows });
      });
    }
  }
}

/** The file that records that damage of a segment was shown. */
function reportPath(segmentFile: string): string {
  return `${segmentFile}.reported`;
}
