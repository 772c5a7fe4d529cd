/** Removes the files of jobs that segments have now. A change that another window saves just then is not lost. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { MAX_OLD_JOB_FILE_BYTES } from '../../../base/limits';
import { withLock } from '../../../storage/file-lock';
import { isMoved, MOVED_SUFFIX, STORAGE_FOLDERS } from '../../../storage/storage-folders';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import { jobFileKeys, jobFilePath } from '../../files/job-file';
import type { EndedJobs } from './ended-jobs';
import type { SegmentName } from './segment-file';

type MovedFilesParts = Pick<WindowContext, 'files' | 'clock' | 'directory' | 'log'>;

/** Whether the text of a job's file is what its record was made from. */
type IsRecorded = (text: string) => boolean;

export class MovedFiles {
  constructor(
    private readonly parts: MovedFilesParts,
    private readonly ended: Pick<EndedJobs, 'all' | 'readRowLine' | 'manifest' | 'index'>,
  ) {}

  /** Removes the job's file unless it changed, or the segment does not have the job any more. */
  async remove(key: JobKey, name: SegmentName, isRecorded: IsRecorded): Promise<void> {
    const { files, directory, log } = this.parts;
    const file = jobFilePath(directory, key);
    const isInSegment = async () => (await this.ended.all()).places.get(key)?.segment.name === name;
    try {
      await withLock(this.parts, file, async () => {
        const text = await this.read(file);
        if (text === undefined || !isRecorded(text) || !(await isInSegment())) return;
        // Moved first, since the lock may have been lost. If this process dies then, putBack() finds the file.
        const moved = `${file}.${randomUUID()}${MOVED_SUFFIX}`;
        if (!(await files.move(file, moved))) return;
        const last = (await this.read(moved)) ?? text;
        if (isRecorded(last) && (await isInSegment())) await files.remove(moved);
        else await this.restore(moved, file, last);
      });
    } catch (cause) {
      log.debug(`The file of the moved job ${key} could not be removed: ${String(cause)}`);
    }
  }

  /**
   * Puts back the files that killed processes had moved aside, if they hold more than the segments. Rejects if the folder
   * cannot be read.
   * @param isRecorded given the line of the job's row, too
   * @returns the jobs for which that failed: their files must not move to a segment before
   */
  async putBack(isRecorded: (key: JobKey, text: string, row: string) => boolean): Promise<ReadonlySet<JobKey>> {
    const { files, directory, log } = this.parts;
    const folder = path.join(directory, STORAGE_FOLDERS.jobs);
    const failed = new Set<JobKey>();
    for (const name of await files.names(folder)) {
      const key = keyOfMoved(name);
      if (key === undefined) continue;
      const file = jobFilePath(directory, key);
      const moved = path.join(folder, name);
      try {
        await withLock(this.parts, file, async () => {
          const text = await this.read(moved);
          if (text === undefined) return;
          const row = await this.ended.readRowLine(key);
          const isNeeded = row === undefined ? await this.mayBeLost(key) : !isRecorded(key, text, row);
          if (isNeeded) await this.restore(moved, file, text);
          else await files.remove(moved);
        });
      } catch (cause) {
        failed.add(key);
        log.debug(`${moved} could not be put back: ${String(cause)}`);
      }
    }
    return failed;
  }

  /**
   * Whether the job, which no segment has, may have been in one whose file is missing now. Rejects if it may be in one that
   * cannot be read.
   */
  private async mayBeLost(key: JobKey): Promise<boolean> {
    const segments = await this.ended.manifest.read();
    let isAnyMissing = false;
    for (const { name, pending, removed } of segments === 'newer' ? [] : segments) {
      if (pending === true || removed.includes(key)) continue;
      const { state } = await this.ended.index(name);
      if (state === 'newer' || state === 'unread') throw new Error(`The segment ${name} cannot be read (${state}).`);
      if (state === 'missing') isAnyMissing = true;
    }
    return isAnyMissing;
  }

  /** Gives the job its file again; if it has another one by now, quarantines this one. */
  private async restore(moved: string, file: string, text: string): Promise<void> {
    const { files, log } = this.parts;
    if ((await files.create(file, text)) || (await this.read(file)) === text) await files.remove(moved);
    else await files.move(moved, `${file}.unreadable-${randomUUID()}`);
    log.warn(`${moved} holds a change that was not saved. It was put back, or quarantined.`);
  }

  private read(file: string): Promise<string | undefined> {
    return this.parts.files.read(file, MAX_OLD_JOB_FILE_BYTES);
  }
}

function keyOfMoved(name: string): JobKey | undefined {
  return isMoved(name) ? jobFileKeys([name.split('.', 2).join('.')])[0] : undefined;
}
