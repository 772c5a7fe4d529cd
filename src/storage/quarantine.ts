/** Moves a file that says nothing to this version out of the way, where nothing of it is lost. */
import type { FileSystem } from './file-system';
import type { Log } from '../base/log';

export interface SettingAsideParts {
  readonly files: FileSystem;
  /** Tells this window from the others. */
  readonly owner: string;
  readonly onSetAside: (file: string) => void;
  readonly log: Log;
}

export class SettingAside {
  private count = 0;

  /** @param lack what such a file is lacking, in the words of the log */
  constructor(
    private readonly parts: SettingAsideParts,
    private readonly lack: string,
  ) {}

  async move(file: string): Promise<void> {
    const { files, owner, onSetAside, log } = this.parts;
    this.count += 1;
    const aside = `${file}.unreadable-${owner}-${this.count}`;
    if (!(await files.move(file, aside))) return;
    log.warn(`${file} ${this.lack}; it was set aside as ${aside}.`);
    onSetAside(aside);
  }
}
