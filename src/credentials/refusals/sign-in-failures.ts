/** Counts failed sign-ins per access key, token or user, over all windows and sessions: five of them lock it. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import { MAX_SMALL_FILE_BYTES } from '../../base/limits';
import { OutageLog } from '../../base/outage-log';
import { SECOND } from '../../base/time-units';
import { type LockParts, withLockRetried } from '../../storage/file-lock';
import { readOr } from '../../storage/file-system';
import { KeyedQueue } from '../../storage/keyed-queue';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import type { KeyUse } from '../secrets/key-hash';
import {
  type AccountBlock,
  answeredFailures,
  attemptNow,
  blockIn,
  currentFailures,
  FAILURE_WINDOW_MS,
  type FailedSignIns,
  lockNow,
  MAX_FAILURES,
  NO_FAILURES,
  readFailures,
  unknownFailures,
  writeFailures,
} from './failed-sign-ins';

/**
 * `passed`: the service did not refuse the key. `unknown`: the request may have been refused, and counts as a failure.
 * `locked`: the service said that the account is locked.
 */
export type TrialResult = 'passed' | 'failed' | 'unknown' | 'locked';

type Trial = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly block: AccountBlock };

interface Block extends AccountBlock {
  readonly agreedKey?: string | undefined;
}

/** How late a window notices what another one changed, or that the computer slept. */
const RECHECK_MS = 3 * SECOND;
/** Smaller differences come from comparing two clocks. */
const CLOCK_NOISE_MS = 2 * SECOND;
/** Files of earlier sessions that are checked when a window first uses a key. */
const MAX_OLD_FILES = 100;
const EXTENSION = '.json';

export class SignInFailures implements Disposable {
  private readonly folder: string;
  /** By account, as last read or changed. */
  private readonly known = new Map<string, FailedSignIns>();
  /** The accounts whose `known` failures are not all in their file. */
  private readonly unsaved = new Set<string>();
  private readonly blocks = new Map<string, Block>();
  /** By account: the trial of this window. */
  private readonly trials = new Map<string, { readonly id: string; readonly isAgreed: boolean }>();
  private readonly accesses = new KeyedQueue<string>();
  private readonly outages: OutageLog;
  private readonly changes: Emitter<void>;
  private recheck: Disposable | undefined;
  private hasRemovedOld = false;
  private isDisposed = false;
  /** Fires when keys must not be used for a time, and when they may be used again. */
  readonly onDidChange: Event<void>;

  constructor(private readonly parts: LockParts & Pick<WindowContext, 'directory' | 'log'>) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.trials);
    this.outages = new OutageLog(parts.log, 'error');
    this.changes = new Emitter((cause) => {
      parts.log.error(`A listener to failed sign-ins failed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  /** Whether every key may be used, as far as this window knows. */
  get isEmpty(): boolean {
    return this.blocks.size === 0;
  }

  /** @returns until when the key must not be used, as far as this window knows. */
  knownBlock({ account, keyHash }: KeyUse): AccountBlock | undefined {
    const known = this.blocks.get(account);
    if (known === undefined) return undefined;
    const { agreedKey, ...block } = known;
    return block.isLocked !== true && agreedKey === keyHash ? undefined : block;
  }

  /** @returns until when the key must not be used, whatever its secret; undefined if it may be used. Never rejects. */
  async blockOf(use: KeyUse): Promise<AccountBlock | undefined> {
    await this.read(use.account);
    return this.knownBlock(use);
  }

  /** Whether sign-ins of the account failed lately or are being tried, as of the last `blockOf`. */
  hasFailures(account: string): boolean {
    return this.known.has(account);
  }

  /** Reads again which keys may be used. Never rejects. */
  async refresh(): Promise<void> {
    for (const account of [...this.blocks.keys()]) await this.read(account);
  }

  /** Call it while no other window uses the account. The trial counts as a failure until it is ended. Never rejects. */
  async begin(use: KeyUse): Promise<Trial> {
    await this.removeOld();
    const { clock } = this.parts;
    const id = randomUUID();
    const earlier = await this.trialsOfEarlierVersion(use.keyHash);
    let block: AccountBlock | undefined;
    let isAgreed = false;
    await this.change(use.account, (failures) => {
      // The windows that sent the unanswered requests were killed: no other window uses the account now.
      const answered = failures.attempts.map((each) => (each.isOpen === true ? attemptNow(each.trial, clock) : each));
      const attempts = [...earlier, ...answered];
      isAgreed = failures.agreedKey === use.keyHash;
      block = blockIn({ attempts }, clock);
      if (isAgreed && block?.isLocked !== true) block = undefined;
      if (block !== undefined) return { ...failures, attempts };
      // An agreement is for one trial.
      const agreedKey = isAgreed ? undefined : failures.agreedKey;
      return { attempts: [...attempts, { ...attemptNow(id, clock), isOpen: true }], agreedKey };
    });
    if (block !== undefined) return { ok: false, block };
    this.trials.set(use.account, { id, isAgreed });
    return { ok: true, id };
  }

  /** Never rejects. */
  async end({ account, keyHash }: KeyUse, id: string, result: TrialResult): Promise<void> {
    const { clock } = this.parts;
    const isAgreed = this.trials.get(account)?.isAgreed === true;
    this.trials.delete(account);
    if (result === 'unknown') return;
    if (result === 'locked') return this.change(account, () => lockNow(id, clock));
    await this.change(account, ({ attempts, agreedKey }) =>
      result === 'failed'
        ? { attempts: attempts.map((each) => (each.trial === id ? attemptNow(id, clock) : each)), agreedKey }
        : // The agreement was for a failure.
          { attempts: attempts.filter(({ trial }) => trial !== id), agreedKey: isAgreed ? keyHash : agreedKey },
    );
  }

  /**
   * Counts one more request of the present trial, after the first was refused for the time of its signature.
   * @returns whether it may be sent. Never rejects.
   */
  async mayRepeat({ account }: KeyUse): Promise<boolean> {
    const { clock } = this.parts;
    const trial = this.trials.get(account)?.id ?? randomUUID();
    let isAllowed = false;
    await this.change(account, ({ attempts, agreedKey }) => {
      isAllowed = attempts.length < MAX_FAILURES;
      return { attempts: isAllowed ? [...attempts, attemptNow(trial, clock)] : attempts, agreedKey };
    });
    return isAllowed;
  }

  /** Counts a failure that was not a trial: of a key that was accepted before. Never rejects. */
  async add({ account }: KeyUse): Promise<void> {
    const attempt = attemptNow(randomUUID(), this.parts.clock);
    await this.change(account, ({ attempts }) => ({ attempts: [...attempts, attempt] }));
  }

  /** Lets the key fail once more. Call it only if a person chooses to try again. Never rejects. */
  async agree({ account, keyHash }: KeyUse): Promise<void> {
    await this.change(account, ({ attempts }) => ({ attempts, agreedKey: keyHash }));
  }

  dispose(): void {
    this.isDisposed = true;
    this.recheck?.dispose();
    this.changes.dispose();
  }

  private async read(account: string): Promise<void> {
    try {
      const saved = await this.saved(account);
      // An unreadable file is replaced, so that its failures age.
      if (saved === undefined) await this.change(account, (failures) => failures);
      else if (!this.unsaved.has(account)) this.note(account, saved);
    } catch (cause) {
      this.outages.failed('read', '', `Failed sign-ins could not be read: ${String(cause)}`);
    }
    this.updateBlock(account);
  }

  /** @param change may be called again, with other failures */
  private change(account: string, change: (before: FailedSignIns) => FailedSignIns): Promise<void> {
    const { files, clock } = this.parts;
    const file = this.fileOf(account);
    const changed = (before: FailedSignIns) => currentFailures(change(currentFailures(before, clock)), clock);
    return this.accesses.add(account, async () => {
      const known = this.known.get(account) ?? NO_FAILURES;
      try {
        const after = await withLockRetried(this.parts, file, async (replace) => {
          const saved = await this.saved(account);
          if (saved === undefined)
            this.parts.log.warn(`${file} is unreadable, so it counts as ${MAX_FAILURES} failures.`);
          const before = saved ?? unknownFailures(clock);
          const result = changed(this.unsaved.has(account) ? joined(before, known) : before);
          if (result.attempts.length === 0) await files.remove(file);
          else await replace(writeFailures(result));
          return result;
        });
        this.unsaved.delete(account);
        this.outages.succeeded('change');
        this.note(account, after);
      } catch (cause) {
        this.outages.failed('change', '', `Failed sign-ins are counted in this window only: ${String(cause)}`);
        this.unsaved.add(account);
        this.note(account, changed(known));
      }
      this.updateBlock(account);
    });
  }

  private note(account: string, failures: FailedSignIns): void {
    if (failures.attempts.length > 0) this.known.set(account, failures);
    else this.known.delete(account);
  }

  private updateBlock(account: string): void {
    const { clock } = this.parts;
    const failures = answeredFailures(this.known.get(account) ?? NO_FAILURES, clock);
    const block = blockIn(failures, clock);
    const before = this.blocks.get(account);
    const { agreedKey } = failures;
    const isSame =
      block === undefined || before === undefined
        ? block === before
        : before.agreedKey === agreedKey && before.isLocked === block.isLocked && isClose(before.until, block.until);
    if (!isSame) {
      if (block === undefined) this.blocks.delete(account);
      else this.blocks.set(account, { ...block, agreedKey });
    }
    this.scheduleRecheck();
    if (!isSame) this.changes.fire();
  }

  /** In steps, since another window's person may agree, and a sleep of the computer stops timers. */
  private scheduleRecheck(): void {
    this.recheck?.dispose();
    this.recheck = undefined;
    if (this.isDisposed || this.blocks.size === 0) return;
    const { clock } = this.parts;
    const next = Math.min(...[...this.blocks.values()].map(({ until }) => until)) - clock.now();
    this.recheck = clock.schedule(Math.max(1, Math.min(next, RECHECK_MS)), () => void this.refresh());
  }

  /** @returns the unanswered trials of a window of an earlier version, which removes them itself if it gets a response. */
  private async trialsOfEarlierVersion(keyHash: string): Promise<FailedSignIns['attempts']> {
    const { files, clock } = this.parts;
    const file = path.join(this.folder, keyHash);
    try {
      const text = await files.read(file, MAX_SMALL_FILE_BYTES);
      if (text === undefined) return [];
      await files.remove(file);
      const ages = readInstants(text).map((instant) => clock.elapsed() - instant);
      return ages
        .filter((ageMs) => ageMs >= 0 && ageMs < FAILURE_WINDOW_MS)
        .slice(-MAX_FAILURES)
        .map((ageMs) => ({ trial: 'earlier version', at: clock.now() - ageMs, elapsed: clock.elapsed() - ageMs }));
    } catch {
      return [];
    }
  }

  /** Removes files whose failures no longer count. */
  private async removeOld(): Promise<void> {
    if (this.hasRemovedOld) return;
    this.hasRemovedOld = true;
    try {
      const names = (await this.parts.files.names(this.folder)).filter((name) => name.endsWith(EXTENSION));
      for (const name of names.slice(0, MAX_OLD_FILES)) {
        await this.change(name.slice(0, -EXTENSION.length), (failures) => failures);
      }
    } catch (cause) {
      this.parts.log.warn(`Old failed sign-ins could not be removed: ${String(cause)}`);
    }
  }

  /** @returns undefined if the file is unreadable */
  private saved(account: string): Promise<FailedSignIns | undefined> {
    return readOr(this.parts.files, this.fileOf(account), MAX_SMALL_FILE_BYTES, readFailures, undefined);
  }

  private fileOf(account: string): string {
    return path.join(this.folder, `${account}${EXTENSION}`);
  }
}

function joined(saved: FailedSignIns, known: FailedSignIns): FailedSignIns {
  const isSaved = ({ trial, elapsed }: FailedSignIns['attempts'][number]) =>
    saved.attempts.some((each) => each.trial === trial && each.elapsed === elapsed);
  return {
    attempts: [...saved.attempts, ...known.attempts.filter((attempt) => !isSaved(attempt))],
    agreedKey: known.agreedKey ?? saved.agreedKey,
  };
}

function isClose(a: Instant, b: Instant): boolean {
  return Math.abs(a - b) < CLOCK_NOISE_MS;
}

/** @returns an empty list if the text is not a list of them. */
function readInstants(text: string): readonly number[] {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json.filter((item) => typeof item === 'number') : [];
  } catch {
    return [];
  }
}
