/** Moves a file that this version cannot read aside, so that nothing in it is lost. */
import type { WindowContext } from './window-context';

export type QuarantineParts = Pick<WindowContext, 'files' | 'owner' | 'log'> & {
  /** Called with the new path of a quarantined file. */
  readonly onQuarantine: (file: string) => void;
};

export class Quarantine {
  private count = 0;

  /** @param fault what is wrong with such a file, for the log, e.g. `holds no tracked job` */
  constructor(
    private readonly parts: QuarantineParts,
    private readonly fault: string,
  ) {}

  /** Does nothing if the file does not exist. */
  async move(file: string): Promise<void> {
    const quarantined = await this.moveAndLog(file, this.fault);
    if (quarantined !== undefined) this.parts.onQuarantine(quarantined);
  }

  /** Moves a copy of a file that is still in its place. Only the log mentions it: the person lost nothing. */
  async moveCopy(file: string): Promise<void> {
    await this.moveAndLog(file, 'is a copy of another file');
  }

  private async moveAndLog(file: string, fault: string): Promise<string | undefined> {
    const { files, owner, log } = this.parts;
    this.count += 1;
    const quarantined = `${file}.unreadable-${owner}-${this.count}`;
    if (!(await files.move(file, quarantined))) return undefined;
    log.warn(`${file} ${fault}. It was quarantined as ${quarantined}.`);
    return quarantined;
  }
}
