/** A lease that only one window holds at a time, e.g. to poll a project. If its holder dies, another takes over. */
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import { errorMessageOf } from '../base/error-message';
import { MAX_SMALL_FILE_BYTES } from '../base/limits';
import { OutageLog } from '../base/outage-log';
import { SerialQueue } from '../base/serial-queue';
import { SECOND } from '../base/time-units';
import { readOr } from './file-system';
import type { WindowContext } from './window-context';

type LeaseParts = WindowContext & {
  /** Says what is leased; safe in a file name. */
  readonly name: string;
  /** Whether this window can still make use of the lease. */
  readonly isUsable?: () => Promise<boolean>;
  /** Shortens all times, for tests. */
  readonly timeScale?: number;
};

/** How often a window that wants the lease should compete for it. */
export const LEASE_CHECK_INTERVAL_MS = 3 * SECOND;
/** How often the holder changes its file, to show that it is alive. */
export const BEAT_INTERVAL_MS = 3 * SECOND;
/** The same after the file could not be changed, e.g. because a virus scanner has it open. */
const BEAT_RETRY_INTERVAL_MS = SECOND / 2;
/** How long a holder's file may stay unchanged before the holder counts as dead. */
export const STALE_AFTER_MS = 9 * SECOND;
/**
 * The most that counts as observed between two checks. Without it, a computer that slept would find every holder dead.
 * Together with the less than one beat observed before, it must stay below STALE_AFTER_MS.
 */
const MAX_COUNTED_GAP_MS = 4500;

/** The content of the file of a released lease. The file stays: see Lease. */
const RELEASED = '{"owner":null}\n';

/** Stands for the content of something that is no file, or too large for a lease. Nobody beats there. */
const UNUSABLE = '';

/** No window gets this far: a take-over takes seconds. A file with a higher number is not a lease. */
const MAX_GENERATION = 999_999_999;

/** The time from winning the lease to losing or releasing it. */
interface Term {
  readonly generation: number;
  beat: number;
}

/** The content that another window's file was seen to have, and for how long. */
interface Observation {
  readonly generation: number;
  readonly text: string | undefined;
  lastCheck: number;
  unchangedForMs: number;
}

/**
 * The holder is the owner of the file `<name>.<generation>` with the highest generation. A window takes over by creating
 * the next one: only one of many contenders can, and a holder that was suspended finds itself outbid.
 *
 * The highest file is never removed. If a generation could occur twice, what a suspended window has yet to write, or has
 * half read, would count for the second.
 */
export class Lease implements Disposable {
  private term: Term | undefined;
  private observation: Observation | undefined;
  private nextBeat: Disposable | undefined;
  private isDisposed = false;
  private readonly writes = new SerialQueue();
  private readonly outages: OutageLog;
  private readonly timeScale: number;

  constructor(private readonly parts: LeaseParts) {
    this.timeScale = parts.timeScale ?? 1;
    this.outages = new OutageLog(parts.log, 'warn');
  }

  /** Competes once. @returns whether this window holds the lease */
  async tryHold(): Promise<boolean> {
    if (this.term !== undefined) return this.isHeld();
    if (!(await this.isUsable())) return false;
    return this.writes.add(() => this.attempt('taken', false, () => this.compete()));
  }

  /** Reads the files. @returns whether this window holds the lease */
  async isHeld(): Promise<boolean> {
    const { term } = this;
    if (term === undefined) return false;
    const isCurrent = await this.attempt('checked', undefined, () => this.isCurrent(term));
    if (isCurrent === false) this.lose(term);
    return isCurrent === true && this.term === term;
  }

  /** @returns whether another window holds the lease and, as far as this window has observed, is alive */
  async isHeldByOther(): Promise<boolean> {
    return this.attempt('checked', false, async () => {
      const highest = await this.highest();
      return highest > 0 && highest !== this.term?.generation && !(await this.isFree(highest));
    });
  }

  /** Lets another window take the lease at once. */
  async release(): Promise<void> {
    await this.writes.add(async () => {
      const { term } = this;
      if (term === undefined) return;
      this.end();
      await this.attempt('released', undefined, async () => {
        if (await this.isCurrent(term)) {
          await this.parts.files.replace(this.fileOf(term.generation), RELEASED, 'volatile');
        }
      });
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.nextBeat?.dispose();
    void this.release();
  }

  private async compete(): Promise<boolean> {
    if (this.isDisposed) return false;
    if (this.term !== undefined) return true;
    const highest = await this.highest();
    if (highest > 0 && !(await this.isFree(highest))) return false;
    if (highest === MAX_GENERATION) {
      await this.setAside(highest);
      return false;
    }
    const term = { generation: highest + 1, beat: 1 };
    if (!(await this.parts.files.create(this.fileOf(term.generation), this.contentOf(term)))) return false;
    // This window may have paused before it created the file, and others may be generations ahead.
    if (!(await this.isCurrent(term))) {
      await this.parts.files.remove(this.fileOf(term.generation));
      return false;
    }
    this.term = term;
    this.observation = undefined;
    this.scheduleBeat(term);
    this.parts.log.info(`This window polls for ${this.parts.name} (${term.generation}).`);
    await this.attempt('cleaned up', undefined, () => this.removeBelow(term.generation));
    return true;
  }

  /** Moves a file that leaves no higher generation out of the way. The window that created it, if any, loses the lease. */
  private async setAside(generation: number): Promise<void> {
    const file = this.fileOf(generation);
    await this.parts.files.move(file, `${file}.unreadable-${this.parts.owner}`);
  }

  private async removeBelow(generation: number): Promise<void> {
    for (const lower of await this.generations()) {
      if (lower < generation) await this.parts.files.remove(this.fileOf(lower));
    }
  }

  private scheduleBeat(term: Term, delayMs = BEAT_INTERVAL_MS): void {
    if (this.term !== term) return;
    this.nextBeat?.dispose();
    this.nextBeat = this.parts.clock.schedule(delayMs * this.timeScale, () => {
      void this.beatOrRelease(term);
    });
  }

  /** Releases the lease if this window is gone. */
  private async beatOrRelease(term: Term): Promise<void> {
    if (await this.isUsable()) {
      await this.writes.add(() => this.beat(term));
    } else if (this.term === term) {
      this.parts.log.info(`This window is gone and no longer polls for ${this.parts.name}.`);
      await this.release();
    }
  }

  private async isUsable(): Promise<boolean> {
    return (await this.parts.isUsable?.()) ?? true;
  }

  private async beat(term: Term): Promise<void> {
    if (this.term !== term) return;
    const delayMs = await this.attempt('renewed', BEAT_RETRY_INTERVAL_MS, async () => {
      if (await this.isCurrent(term)) {
        term.beat += 1;
        await this.parts.files.replace(this.fileOf(term.generation), this.contentOf(term), 'volatile');
      } else {
        this.lose(term);
      }
      return BEAT_INTERVAL_MS;
    });
    this.scheduleBeat(term, delayMs);
  }

  private async isCurrent({ generation }: Term): Promise<boolean> {
    const highest = await this.highest();
    if (highest >= generation) return highest === generation;
    // Some systems leave a file out of the list at the moment when it is replaced.
    return (await this.read(generation)) !== undefined;
  }

  private lose(term: Term): void {
    if (this.term !== term) return;
    this.end();
    this.parts.log.info(`Another window now polls for ${this.parts.name}.`);
  }

  private end(): void {
    this.term = undefined;
    this.nextBeat?.dispose();
    this.nextBeat = undefined;
  }

  /** Whether the owner of the highest generation released the lease, or is dead: its file has not changed for 9 s. */
  private async isFree(generation: number): Promise<boolean> {
    const text = await this.read(generation);
    if (text === RELEASED) return true;
    const now = this.parts.clock.elapsed();
    const seen = this.observation;
    if (seen?.generation !== generation || seen.text !== text) {
      this.observation = { generation, text, lastCheck: now, unchangedForMs: 0 };
      return false;
    }
    seen.unchangedForMs += Math.min(now - seen.lastCheck, MAX_COUNTED_GAP_MS * this.timeScale);
    seen.lastCheck = now;
    return seen.unchangedForMs >= STALE_AFTER_MS * this.timeScale;
  }

  private read(generation: number): Promise<string | undefined> {
    return readOr(this.parts.files, this.fileOf(generation), MAX_SMALL_FILE_BYTES, (text) => text, UNUSABLE);
  }

  /** @returns the highest generation; 0 if there is none */
  private async highest(): Promise<number> {
    // Math.max(...) throws for 200,000 files.
    return (await this.generations()).reduce((a, b) => Math.max(a, b), 0);
  }

  private async generations(): Promise<readonly number[]> {
    const start = `${this.parts.name}.`;
    return (await this.parts.files.names(this.parts.directory))
      .filter((name) => name.startsWith(start) && /^[1-9]\d{0,8}$/.test(name.slice(start.length)))
      .map((name) => Number(name.slice(start.length)));
  }

  private fileOf(generation: number): string {
    return path.join(this.parts.directory, `${this.parts.name}.${generation}`);
  }

  private contentOf({ beat }: Term): string {
    return `${JSON.stringify({ owner: this.parts.owner, beat })}\n`;
  }

  /** Returns `otherwise` if the action fails, and logs the start of each outage. */
  private async attempt<T, Otherwise>(
    verb: string,
    otherwise: Otherwise,
    action: () => Promise<T>,
  ): Promise<T | Otherwise> {
    try {
      const result = await action();
      this.outages.succeeded(verb);
      return result;
    } catch (cause) {
      this.outages.failed(verb, '', `The lease of ${this.parts.name} could not be ${verb}: ${errorMessageOf(cause)}`);
      return otherwise;
    }
  }
}
