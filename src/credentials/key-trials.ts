/** Has a key that the service did not accept lately tried by one request alone, of all windows: five failures lock it. */
import path from 'node:path';
import type { Instant } from '../jobs/clock';
import { type LockParts, withLock } from '../jobs/file-lock';
import type { Log } from '../jobs/log';

export interface KeyTrialsParts extends LockParts {
  readonly directory: string;
  readonly log: Log;
}

/** Milliseconds: after a longer pause, a sleep perhaps, a key that was accepted may be refused. */
const PROOF_LASTS = 2 * 60_000;

/** Keys are known by their hashes. */
export class KeyTrials {
  private readonly acceptedAt = new Map<string, Instant>();
  private readonly trials = new Map<string, Promise<unknown>>();
  private isLockFailing = false;

  constructor(private readonly parts: KeyTrialsParts) {}

  accepted(keyHash: string): void {
    this.acceptedAt.set(keyHash, this.parts.clock.now());
  }

  refused(keyHash: string): void {
    this.acceptedAt.delete(keyHash);
  }

  /**
   * Undefined after waiting for a trial in this window: what came of it is to be regarded first.
   * @param ask is done at once with a key that was accepted lately.
   * @param tryAlone is done while no other window does; what another one tried before is to be regarded in it.
   */
  async run<T>(
    keyHash: string,
    { ask, tryAlone }: { readonly ask: () => Promise<T>; readonly tryAlone: () => Promise<T> },
  ): Promise<T | undefined> {
    const present = this.trials.get(keyHash);
    if (present !== undefined) {
      await present;
      return undefined;
    }
    if (this.isProven(keyHash)) return ask();
    const trial = this.alone(keyHash, tryAlone).finally(() => this.trials.delete(keyHash));
    this.trials.set(
      keyHash,
      trial.catch(() => undefined),
    );
    return trial;
  }

  /** A clock that was set back proves nothing. */
  private isProven(keyHash: string): boolean {
    const age = this.parts.clock.now() - (this.acceptedAt.get(keyHash) ?? -Infinity);
    return age >= 0 && age < PROOF_LASTS;
  }

  /** Each window for itself, where they have no file in common. */
  private async alone<T>(keyHash: string, action: () => Promise<T>): Promise<T> {
    let acting: Promise<T> | undefined;
    const act = () => (acting = action());
    try {
      const result = await withLock(this.parts, path.join(this.parts.directory, 'trials', keyHash), act);
      this.isLockFailing = false;
      return result;
    } catch (cause) {
      if (acting !== undefined) return acting;
      if (!this.isLockFailing) this.parts.log.error(`A key is tried without regard to other windows: ${String(cause)}`);
      this.isLockFailing = true;
      return action();
    }
  }
}
