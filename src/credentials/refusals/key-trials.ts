/** Lets one request at a time, of all windows, use a key that was not accepted lately: five failures lock a key. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Instant } from '../../base/clock';
import { OutageLog } from '../../base/outage-log';
import { MINUTE } from '../../base/time-units';
import { type LockParts, withLongLock } from '../../storage/file-lock';
import { KeyedQueue } from '../../storage/keyed-queue';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import type { KeyUse } from '../secrets/key-hash';
import type { AccountBlock } from './failed-sign-ins';
import type { SignInFailures, TrialResult } from './sign-in-failures';

type KeyTrialsParts = LockParts &
  Pick<WindowContext, 'directory' | 'log' | 'owner'> & {
    readonly failures: Pick<SignInFailures, 'begin' | 'end' | 'add' | 'hasFailures'>;
  };

/** After a longer pause, such as a sleep of the computer, a key that was accepted may be refused. */
const ACCEPTED_FOR_MS = 2 * MINUTE;
/** Requests of all windows at a time with an accepted key, each of which fails if the key is deleted just then. */
const MAX_AT_ONCE = 2;

interface Trial<T> {
  /** Sends the request: while few windows use the account if the key was accepted lately, else while no other does. */
  readonly send: () => Promise<T>;
  /**
   * Runs before `send` while no other window uses the account: checks the results of other windows' requests.
   * @returns undefined if the request may be sent; else the caller's result, which is undefined if the key has changed.
   */
  readonly check: () => Promise<{ readonly instead: T | undefined } | undefined>;
  readonly resultOf: (result: T) => TrialResult;
  /** @returns the result if too many trials failed. */
  readonly postpone: (block: AccountBlock) => T;
}

export class KeyTrials {
  private readonly acceptedAt = new Map<string, Instant>();
  /** By key: this window's unfinished request. A key that is refused from now on is refused once per window. */
  private readonly pending = new Map<string, Promise<unknown>>();
  /** By account: this window waits for its own requests without a lock file, which may fail. */
  private readonly alone = new KeyedQueue<string>();
  /** The windows that have the same place take turns. */
  private readonly place: number;
  private readonly outages: OutageLog;

  constructor(private readonly parts: KeyTrialsParts) {
    this.place = createHash('sha256').update(parts.owner).digest().readUInt8() % MAX_AT_ONCE;
    this.outages = new OutageLog(parts.log, 'error');
  }

  accepted(keyHash: string): void {
    this.acceptedAt.set(keyHash, this.parts.clock.now());
  }

  refused(keyHash: string): void {
    this.acceptedAt.delete(keyHash);
  }

  /** @returns undefined after waiting for another request of this window, whose result the caller must consider first. */
  async run<T>(use: KeyUse, trial: Trial<T>): Promise<T | undefined> {
    const { keyHash, account } = use;
    const present = this.pending.get(keyHash);
    if (present !== undefined) {
      await present;
      return undefined;
    }
    const result =
      this.isAccepted(keyHash) && !this.parts.failures.hasFailures(account)
        ? this.locked(`${account}.${this.place}`, () => this.remembered(use, trial))
        : this.alone.add(account, () => this.locked(account, () => this.counted(use, trial)));
    const pending = result.catch(() => undefined);
    this.pending.set(keyHash, pending);
    try {
      return await result;
    } finally {
      this.pending.delete(keyHash);
    }
  }

  private async remembered<T>(use: KeyUse, { check, send, resultOf }: Trial<T>): Promise<T | undefined> {
    const found = await check();
    if (found !== undefined) return found.instead;
    const result = await send();
    if (resultOf(result) === 'failed') await this.parts.failures.add(use);
    return result;
  }

  /** Counts the trial as a failure until its result is known: the window may be closed before. */
  private async counted<T>(use: KeyUse, { check, send, resultOf, postpone }: Trial<T>): Promise<T | undefined> {
    const found = await check();
    if (found !== undefined) return found.instead;
    const { failures } = this.parts;
    const begun = await failures.begin(use);
    if (!begun.ok) return postpone(begun.block);
    let outcome: TrialResult = 'unknown';
    try {
      const result = await send();
      outcome = resultOf(result);
      return result;
    } finally {
      await failures.end(use, begun.id, outcome);
    }
  }

  /** After the clock was set back, the age is not known. */
  private isAccepted(keyHash: string): boolean {
    const ageMs = this.parts.clock.now() - (this.acceptedAt.get(keyHash) ?? -Infinity);
    return ageMs >= 0 && ageMs < ACCEPTED_FOR_MS;
  }

  /** Without a lock file, each window tries the account independently. */
  private async locked<T>(account: string, action: () => Promise<T>): Promise<T> {
    let running: Promise<T> | undefined;
    const run = () => (running = action());
    try {
      const file = path.join(this.parts.directory, STORAGE_FOLDERS.trials, account);
      const result = await withLongLock(this.parts, file, run);
      this.outages.succeeded('lock');
      return result;
    } catch (cause) {
      if (running !== undefined) return running;
      this.outages.failed('lock', '', `A key is tried without a lock between windows: ${String(cause)}`);
      return run();
    }
  }
}
