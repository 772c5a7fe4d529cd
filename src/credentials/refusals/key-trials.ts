/** Has a key that the service did not accept lately tried by one request alone, of all windows: five failures lock it. */
import path from 'node:path';
import type { Instant } from '../../base/clock';
import { type LockParts, withLongLock } from '../../storage/file-lock';
import type { Log } from '../../base/log';

export interface KeyTrialsParts extends LockParts {
  readonly directory: string;
  readonly log: Log;
}

/** Milliseconds: after a longer pause, a sleep perhaps, a key that was accepted may be refused. */
const PROOF_LASTS = 2 * 60_000;

/** Milliseconds for which a trial counts whose window went away before it was answered. */
const UNANSWERED_FOR = 10 * 60_000;
/** So many of them may have been refused: with one more the key would be close to its lock. */
const MOST_UNANSWERED = 3;

export interface Trial<T> {
  /** Is done at once with a key that was accepted lately. */
  readonly ask: () => Promise<T>;
  /** Is done while no other window does; what another one tried before is to be regarded in it. */
  readonly tryAlone: () => Promise<T>;
  /** Whether it is known what the service said, or that it said nothing. */
  readonly isAnswered: (result: T) => boolean;
  /** What it is where the key is better not tried now. */
  readonly putOff: () => T;
}

/** Keys are known by their hashes. */
export class KeyTrials {
  private readonly acceptedAt = new Map<string, Instant>();
  /** By key: the request that is on its way with it. Should the key be refused from now on, one window is refused once. */
  private readonly asking = new Map<string, Promise<unknown>>();
  private isLockFailing = false;

  constructor(private readonly parts: KeyTrialsParts) {}

  accepted(keyHash: string): void {
    this.acceptedAt.set(keyHash, this.parts.clock.now());
  }

  refused(keyHash: string): void {
    this.acceptedAt.delete(keyHash);
  }

  /** Undefined after waiting for another request of this window: what came of it is to be regarded first. */
  async run<T>(keyHash: string, trial: Trial<T>): Promise<T | undefined> {
    const present = this.asking.get(keyHash);
    if (present !== undefined) {
      await present;
      return undefined;
    }
    const asked = this.isProven(keyHash) ? trial.ask() : this.alone(keyHash, () => this.counted(keyHash, trial));
    this.asking.set(
      keyHash,
      asked.catch(() => undefined),
    );
    try {
      return await asked;
    } finally {
      this.asking.delete(keyHash);
    }
  }

  /** Notes that the key is tried until it is known what came of it: a window may be gone before. */
  private async counted<T>(keyHash: string, { tryAlone, isAnswered, putOff }: Trial<T>): Promise<T> {
    const { files } = this.parts;
    const file = this.fileOf(keyHash);
    if (!(await this.noteTrial(file))) return putOff();
    const result = await tryAlone();
    if (isAnswered(result)) await files.remove(file).catch(() => undefined);
    return result;
  }

  /** Whether there may be one more; without a disk nothing is known of those before. */
  private async noteTrial(file: string): Promise<boolean> {
    const { files, clock } = this.parts;
    const now = clock.elapsed();
    try {
      const noted = readInstants(await files.read(file)).filter((at) => at <= now && at > now - UNANSWERED_FOR);
      if (noted.length >= MOST_UNANSWERED) return false;
      await files.replace(file, JSON.stringify([...noted, now]));
    } catch (cause) {
      this.parts.log.warn(`The trial of a key could not be noted: ${String(cause)}`);
    }
    return true;
  }

  private fileOf(keyHash: string): string {
    return path.join(this.parts.directory, 'trials', keyHash);
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
      const result = await withLongLock(this.parts, this.fileOf(keyHash), act);
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

/** None where the file is no list of them. */
function readInstants(text: string | undefined): readonly number[] {
  try {
    const json: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(json) ? json.filter((item) => typeof item === 'number') : [];
  } catch {
    return [];
  }
}
