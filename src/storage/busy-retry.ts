/** Retries operations on files that another program has open for a moment, as virus scanners and indexers do on Windows. */
import { type Clock, systemClock } from '../base/clock';
import { BusyFileError, hasCode } from './file-system';

/** The parts of this computer that a test replaces. */
export interface System {
  readonly clock: Pick<Clock, 'now' | 'schedule'>;
  readonly platform: NodeJS.Platform;
}

export const thisSystem: System = { clock: systemClock, platform: process.platform };

/** Together less than a quarter of LOCK_TIMEOUT_MS, since several operations under one lock may each be retried. */
const RETRY_DELAYS_MS = [10, 20, 40, 80, 160, 320, 500] as const;
/** Elsewhere than on Windows, EPERM and EACCES mostly mean a missing permission, which lasts. */
const MAX_PERMISSION_RETRIES = 5;

export class BusyRetry {
  constructor(private readonly system: System = thisSystem) {}

  /**
   * Runs the action until it succeeds, or fails for another reason than a busy file, or has failed for 1.1 s.
   * @param action may run again after a failure
   * @returns its result. Rejects with a BusyFileError if the file is still busy, else with the action's error.
   */
  async run<T>(action: () => Promise<T>): Promise<T> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await action();
      } catch (cause) {
        if (!(cause instanceof Error) || !this.isBusy(cause, retries)) throw cause;
        const delayMs = RETRY_DELAYS_MS[retries];
        if (delayMs === undefined) throw new BusyFileError(cause);
        await new Promise<void>((resolve) => {
          this.system.clock.schedule(delayMs, resolve);
        });
      }
    }
  }

  private isBusy(cause: Error, retries: number): boolean {
    if (hasCode(cause, 'EBUSY')) return true;
    // Windows reports a file that is about to be removed, or that another program shares for reading only, like that.
    const isPatient = this.system.platform === 'win32' || retries < MAX_PERMISSION_RETRIES;
    return isPatient && hasCode(cause, 'EPERM', 'EACCES');
  }
}
