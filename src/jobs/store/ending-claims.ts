/** Records in a shared folder which endings have been announced, so that only one window announces each. */
import path from 'node:path';
import { ClaimFiles } from '../../storage/claim-files';
import { withLock } from '../../storage/file-lock';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { JobKey } from '../model/job-reference';
import { jobFilePath } from '../files/job-file';
import { EndedJobs, type EndedJobsParts } from './segments/ended-jobs';
import { readFileOrSegment } from './stored-job';

type EndingClaimsParts = Omit<EndedJobsParts, 'onQuarantine'>;

/** Up to this number, a job's claims are removed without listing the folder. */
const MAX_USUAL_ENDINGS = 20;

/** One file per claim, `announced/<job key>.<ending number>`. */
export class EndingClaims {
  private readonly folder: string;
  private readonly claims: ClaimFiles;

  constructor(
    private readonly parts: EndingClaimsParts,
    private readonly ended: Pick<EndedJobs, 'read'> = new EndedJobs({ ...parts, onQuarantine: () => undefined }),
  ) {
    this.claims = new ClaimFiles(parts);
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.announced);
  }

  /**
   * Claims the announcement of an ending, under the job's lock. Rejects if the winner is not known: see isClaimableLater.
   * @returns whether this call won the claim, of all windows and sessions. Always false if the job's file does not hold
   * that ending: the job is no longer tracked, or the ending could not be saved.
   */
  async claim(key: JobKey, endingNumber: number): Promise<boolean> {
    const { directory } = this.parts;
    return withLock(this.parts, jobFilePath(directory, key), async () => {
      const stored = await readFileOrSegment(this.parts, this.ended, key);
      if (stored.kind !== 'ours' || stored.content.endingNumber < endingNumber) return false;
      // Its claims may have been removed with the job.
      if ('segment' in stored && stored.segment.recovered === true) return false;
      return this.claims.claim(this.fileOf(key, endingNumber));
    });
  }

  /** @returns a function that returns whether an ending had been claimed at the time of this call */
  async readAll(): Promise<(key: JobKey, endingNumber: number) => boolean> {
    const names = new Set(await this.parts.files.names(this.folder));
    return (key, endingNumber) => names.has(nameOf(key, endingNumber));
  }

  /**
   * Removes a job's claims, so that its endings are announced if it is tracked again. Call it under the job's lock.
   * @param endingNumber the number of the job's last ending; undefined if its file is unreadable
   */
  async removeAll(key: JobKey, endingNumber: number | undefined): Promise<void> {
    const claims =
      endingNumber === undefined || endingNumber > MAX_USUAL_ENDINGS
        ? await this.findAll(key)
        : Array.from({ length: endingNumber }, (_, index) => this.fileOf(key, index + 1));
    for (const claim of claims) await this.claims.remove(claim);
  }

  private async findAll(key: JobKey): Promise<readonly string[]> {
    const names = await this.parts.files.names(this.folder);
    const isClaim = (name: string) => name.startsWith(`${key}.`) && /^\d+$/.test(name.slice(key.length + 1));
    return names.filter(isClaim).map((name) => path.join(this.folder, name));
  }

  private fileOf(key: JobKey, endingNumber: number): string {
    return path.join(this.folder, nameOf(key, endingNumber));
  }
}

function nameOf(key: JobKey, endingNumber: number): string {
  return `${key}.${endingNumber}`;
}
