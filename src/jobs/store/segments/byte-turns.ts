/** Lets other work have its turn while many bytes are read or written. */
import { setImmediate } from 'node:timers/promises';

/** Bytes of lines whose checksums are compared, or calculated, in one turn. */
const PART_BYTES = 256 * 1024;

export class ByteTurns {
  private bytes = 0;

  /** Waits for the next turn if enough bytes were worked on in this one. @param bytes worked on since the last call */
  async after(bytes: number): Promise<void> {
    this.bytes += bytes;
    if (this.bytes < PART_BYTES) return;
    this.bytes = 0;
    await setImmediate();
  }
}
