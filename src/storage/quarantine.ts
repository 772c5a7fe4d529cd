/** Moves a file that says nothing to this version out of the way, where nothing of it is lost. */
import type { FileSystem } from './file-system';
import type { Log } from '../base/log';

export interface QuarantineParts {
  readonly files: FileSystem;
  /** Tells this window from the others. */
  readonly owner: string;
  readonly onQuarantine: (file: string) => void;
  readonly log: Log;
}

export class Quarantine {
  private count = 0;

  /** @param lack what such a file is lacking, in the words of the log */
  constructor(
    private readonly parts: QuarantineParts,
    private readonly lack: string,
  ) {}

  async move(file: string): Promise<void> {
    const { files, owner, onQuarantine, log } = this.parts;
    this.count += 1;
    const aside = `${file}.unreadable-${owner}-${this.count}`;
    if (!(await files.move(file, aside))) return;
    log.warn(`${file} ${this.lack}; it was set aside as ${aside}.`);
    onQuarantine(aside);
  }
}
