/** Removes the files of jobs that segments have now. A change that another window saves just then is not lost. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { MAX_OLD_JOB_FILE_BYTES } from '../../../base/limits';
import { withLock } from '../../../storage/file-lock';
import { MOVED_SUFFIX, STORAGE_FOLDERS } from '../../../storage/storage-folders';
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
    private readonly ended: Pick<EndedJobs, 'all' | 'readRowLine'>,
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
        const isNeeded = !isRecorded(last) || !(await isInSegment());
        if (isNeeded && !(await this.createAgain(file, last))) {
          await files.move(moved, file);
          return;
        }
        await files.remove(moved);
      });
    } catch (cause) {
      log.debug(`The file of the moved job ${key} could not be removed: ${String(cause)}`);
    }
  }

  /**
   * Puts back the files that killed processes had moved aside, if they hold more than the segments. Rejects if the folder
   * cannot be read.
   * @param isRecorded given the line of the job's row, too
   */
  async putBack(isRecorded: (key: JobKey, text: string, row: string) => boolean): Promise<void> {
    const { files, directory, log } = this.parts;
    const folder = path.join(directory, STORAGE_FOLDERS.jobs);
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
          // Without a row, the job was removed meanwhile.
          const isNeeded = row !== undefined && !isRecorded(key, text, row);
          if (!isNeeded || (await files.create(file, text))) await files.remove(moved);
          // The job has changed since then.
          else await files.move(moved, `${file}.unreadable-${randomUUID()}`);
          if (isNeeded) log.warn(`${moved} holds a change that was not saved. It was put back, or quarantined.`);
        });
      } catch (cause) {
        log.debug(`${moved} could not be put back: ${String(cause)}`);
      }
    }
  }

  /** @returns whether the file exists now: this window or another one has created it */
  private async createAgain(file: string, text: string): Promise<boolean> {
    try {
      await this.parts.files.create(file, text);
      return true;
    } catch (cause) {
      this.parts.log.warn(`${file} could not be created again: ${String(cause)}`);
      return false;
    }
  }

  private read(file: string): Promise<string | undefined> {
    return this.parts.files.read(file, MAX_OLD_JOB_FILE_BYTES);
  }
}

function keyOfMoved(name: string): JobKey | undefined {
  const [key, json, , suffix] = name.split('.');
  return `.${suffix}` === MOVED_SUFFIX ? jobFileKeys([`${key}.${json}`])[0] : undefined;
}
