/** Lets one request at a time, of all windows, use a key that was not accepted lately: five failures lock a key. */
import path from 'node:path';
import type { Instant } from '../../base/clock';
import { OutageLog } from '../../base/outage-log';
import { MINUTE } from '../../base/time-units';
import { type LockParts, withLongLock } from '../../storage/file-lock';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';

type KeyTrialsParts = LockParts & Pick<WindowContext, 'directory' | 'log'>;

/** After a longer pause, such as a sleep of the computer, a key that was accepted may be refused. */
const ACCEPTED_FOR_MS = 2 * MINUTE;

/** How long a trial counts if its window was closed before the response. */
const UNANSWERED_FOR_MS = 10 * MINUTE;
/** Each of them may have been refused: one more could bring the key close to its lock. */
const MAX_UNANSWERED = 3;

interface Trial<T> {
  /** Runs at once if the key was accepted lately. */
  readonly send: () => Promise<T>;
  /** Runs while no other window uses the key; must first check the results of other windows' requests. */
  readonly sendAlone: () => Promise<T>;
  /** False if it is not known whether the service answered, e.g. because the request was cancelled. */
  readonly isAnswered: (result: T) => boolean;
  /** Returns the result if the key must not be tried now. */
  readonly postpone: () => T;
}

/** Keys are identified by their hashes. */
export class KeyTrials {
  private readonly acceptedAt = new Map<string, Instant>();
  /** By key: this window's unfinished request. A key that is refused from now on is refused once per window. */
  private readonly pending = new Map<string, Promise<unknown>>();
  private readonly outages: OutageLog;

  constructor(private readonly parts: KeyTrialsParts) {
    this.outages = new OutageLog(parts.log, 'error');
  }

  accepted(keyHash: string): void {
    this.acceptedAt.set(keyHash, this.parts.clock.now());
  }

  refused(keyHash: string): void {
    this.acceptedAt.delete(keyHash);
  }

  /** @returns undefined after waiting for another request of this window, whose result the caller must consider first. */
  async run<T>(keyHash: string, trial: Trial<T>): Promise<T | undefined> {
    const present = this.pending.get(keyHash);
    if (present !== undefined) {
      await present;
      return undefined;
    }
    const result = this.isAccepted(keyHash) ? trial.send() : this.alone(keyHash, () => this.counted(keyHash, trial));
    this.pending.set(
      keyHash,
      result.catch(() => undefined),
    );
    try {
      return await result;
    } finally {
      this.pending.delete(keyHash);
    }
  }

  /** Saves that the key is being tried until the result is known: the window may be closed before. */
  private async counted<T>(keyHash: string, { sendAlone, isAnswered, postpone }: Trial<T>): Promise<T> {
    const { files } = this.parts;
    const file = this.fileOf(keyHash);
    if (!(await this.saveTrial(file))) return postpone();
    const result = await sendAlone();
    if (isAnswered(result)) await files.remove(file).catch(() => undefined);
    return result;
  }

  /** @returns whether the key may be tried; without a disk, earlier trials are not known. */
  private async saveTrial(file: string): Promise<boolean> {
    const { files, clock } = this.parts;
    const now = clock.elapsed();
    try {
      const saved = readInstants(await files.read(file)).filter((at) => at <= now && at > now - UNANSWERED_FOR_MS);
      if (saved.length >= MAX_UNANSWERED) return false;
      await files.replace(file, JSON.stringify([...saved, now]));
    } catch (cause) {
      this.parts.log.warn(`The trial of a key could not be saved: ${String(cause)}`);
    }
    return true;
  }

  private fileOf(keyHash: string): string {
    return path.join(this.parts.directory, STORAGE_FOLDERS.trials, keyHash);
  }

  /** After the clock was set back, the age is not known. */
  private isAccepted(keyHash: string): boolean {
    const ageMs = this.parts.clock.now() - (this.acceptedAt.get(keyHash) ?? -Infinity);
    return ageMs >= 0 && ageMs < ACCEPTED_FOR_MS;
  }

  /** Without a lock file, each window tries the key independently. */
  private async alone<T>(keyHash: string, action: () => Promise<T>): Promise<T> {
    let running: Promise<T> | undefined;
    const run = () => (running = action());
    try {
      const result = await withLongLock(this.parts, this.fileOf(keyHash), run);
      this.outages.succeeded('lock');
      return result;
    } catch (cause) {
      if (running !== undefined) return running;
      this.outages.failed('lock', '', `A key is tried without a lock between windows: ${String(cause)}`);
      return action();
    }
  }
}

/** @returns an empty list if the text is not a list of them. */
function readInstants(text: string | undefined): readonly number[] {
  try {
    const json: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(json) ? json.filter((item) => typeof item === 'number') : [];
  } catch {
    return [];
  }
}
