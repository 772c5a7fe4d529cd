/** Tells which one of all windows polls for a profile; when that window dies, another takes over. */
import path from 'node:path';
import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { FileSystem } from './file-system';
import type { Log } from '../base/log';
import { errorMessageOf } from '../base/error-message';

export interface LeaseParts {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly directory: string;
  /** Of what is leased; fit for a file name. */
  readonly name: string;
  /** Never that of another process, not even of an earlier one. */
  readonly owner: string;
  readonly log: Log;
  /** Whether this window is still there to make use of the lease. */
  readonly isWanted?: () => Promise<boolean>;
  /** Shortens all times where a test is in a hurry. */
  readonly timeScale?: number;
}

/** In ms: how often a window that wants the lease should ask for it. */
export const LEASE_CHECK_INTERVAL_MS = 3000;
/** In ms: how often the holder shows that it lives. */
const BEAT_EVERY = 3000;
/** In ms: a holder that has not shown it for so long is taken for dead. */
const STALE_AFTER = 9000;
/**
 * In ms: the time between two looks that counts as observed. A computer that slept would else find every holder dead;
 * with less than a beat observed before, this must stay below STALE_AFTER.
 */
const LONGEST_GAP = 4500;

/** What the file of one who gave the lease back holds. The file stays: see Lease. */
const FREE = '{"owner":null}\n';

/** From winning the lease until losing it or giving it back. */
interface Term {
  readonly generation: number;
  beat: number;
}

/** What the highest file was seen to hold, and for how long. */
interface Observation {
  readonly generation: number;
  readonly text: string | undefined;
  lastLook: number;
  unchangedFor: number;
}

/**
 * The holder is the owner of the file `<name>.<generation>` of the highest generation. Who takes over creates the next
 * one, so that of many contenders one wins, and a holder that was only suspended finds itself outbid.
 *
 * The highest file is never removed: a generation that came twice would let what a suspended window has still to write,
 * or has half read, count for the second.
 */
export class Lease implements Disposable {
  private term: Term | undefined;
  private observation: Observation | undefined;
  private nextBeat: Disposable | undefined;
  private isDisposed = false;
  /** What writes does so one after the other. */
  private writes: Promise<unknown> = Promise.resolve();
  /** What failed the last time, and was told. */
  private readonly troubles = new Set<string>();
  private readonly timeScale: number;

  constructor(private readonly parts: LeaseParts) {
    this.timeScale = parts.timeScale ?? 1;
  }

  /** Competes once, now; answers whether this window holds the lease. */
  async tryHold(): Promise<boolean> {
    if (this.term !== undefined) return this.isHeld();
    if (!(await this.isWanted())) return false;
    return this.writing(() => this.attempt('taken', false, () => this.compete()));
  }

  /** Whether this window holds the lease, by the files as they are now. */
  async isHeld(): Promise<boolean> {
    const { term } = this;
    if (term === undefined) return false;
    const goesOn = await this.attempt('checked', undefined, () => this.goesOn(term));
    if (goesOn === false) this.lose(term);
    return goesOn === true && this.term === term;
  }

  /** Whether another window holds the lease that, as far as seen, is alive. */
  async isHeldByOther(): Promise<boolean> {
    return this.attempt('checked', false, async () => {
      const highest = await this.highest();
      return highest > 0 && highest !== this.term?.generation && !(await this.isFree(highest));
    });
  }

  /** Lets another window have the lease at once. */
  async release(): Promise<void> {
    await this.writing(async () => {
      const { term } = this;
      if (term === undefined) return;
      this.end();
      await this.attempt('given back', undefined, async () => {
        if (await this.goesOn(term)) await this.parts.files.replace(this.fileOf(term.generation), FREE, 'passing');
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
    const term = { generation: highest + 1, beat: 1 };
    if (!(await this.parts.files.create(this.fileOf(term.generation), this.contentOf(term)))) return false;
    // It may have been created so late that others are generations ahead.
    if (!(await this.goesOn(term))) {
      await this.parts.files.remove(this.fileOf(term.generation));
      return false;
    }
    this.term = term;
    this.observation = undefined;
    this.scheduleBeat(term);
    this.parts.log.info(`This window polls for ${this.parts.name} (${term.generation}).`);
    await this.attempt('tidied up', undefined, () => this.removeBelow(term.generation));
    return true;
  }

  private async removeBelow(generation: number): Promise<void> {
    for (const lower of await this.generations()) {
      if (lower < generation) await this.parts.files.remove(this.fileOf(lower));
    }
  }

  private scheduleBeat(term: Term): void {
    if (this.term !== term) return;
    this.nextBeat?.dispose();
    this.nextBeat = this.parts.clock.schedule(BEAT_EVERY * this.timeScale, () => {
      void this.beatOrRelease(term);
    });
  }

  /** A window that is not there any more lets another have the lease. */
  private async beatOrRelease(term: Term): Promise<void> {
    if (await this.isWanted()) {
      await this.writing(() => this.beat(term));
    } else if (this.term === term) {
      this.parts.log.info(`This window is gone, and polls for ${this.parts.name} no longer.`);
      await this.release();
    }
  }

  private async isWanted(): Promise<boolean> {
    return (await this.parts.isWanted?.()) ?? true;
  }

  private async beat(term: Term): Promise<void> {
    if (this.term !== term) return;
    await this.attempt('kept', undefined, async () => {
      if (!(await this.goesOn(term))) {
        this.lose(term);
        return;
      }
      term.beat += 1;
      await this.parts.files.replace(this.fileOf(term.generation), this.contentOf(term), 'passing');
    });
    this.scheduleBeat(term);
  }

  private async goesOn({ generation }: Term): Promise<boolean> {
    const highest = await this.highest();
    if (highest >= generation) return highest === generation;
    // Some systems leave out of a list what is being replaced at that moment.
    return (await this.parts.files.read(this.fileOf(generation))) !== undefined;
  }

  private lose(term: Term): void {
    if (this.term !== term) return;
    this.end();
    this.parts.log.info(`Another window polls for ${this.parts.name} now.`);
  }

  private end(): void {
    this.term = undefined;
    this.nextBeat?.dispose();
    this.nextBeat = undefined;
  }

  /** Whether the owner of the highest generation gave it back, or its file has not changed for so long that it is dead. */
  private async isFree(generation: number): Promise<boolean> {
    const text = await this.parts.files.read(this.fileOf(generation));
    if (text === FREE) return true;
    const now = this.parts.clock.elapsed();
    const seen = this.observation;
    if (seen?.generation !== generation || seen.text !== text) {
      this.observation = { generation, text, lastLook: now, unchangedFor: 0 };
      return false;
    }
    seen.unchangedFor += Math.min(now - seen.lastLook, LONGEST_GAP * this.timeScale);
    seen.lastLook = now;
    return seen.unchangedFor >= STALE_AFTER * this.timeScale;
  }

  /** Zero where there is none. */
  private async highest(): Promise<number> {
    return Math.max(0, ...(await this.generations()));
  }

  private async generations(): Promise<readonly number[]> {
    const start = `${this.parts.name}.`;
    return (await this.parts.files.names(this.parts.directory))
      .filter((name) => name.startsWith(start) && /^[1-9]\d{0,14}$/.test(name.slice(start.length)))
      .map((name) => Number(name.slice(start.length)));
  }

  private fileOf(generation: number): string {
    return path.join(this.parts.directory, `${this.parts.name}.${generation}`);
  }

  private contentOf({ beat }: Term): string {
    return `${JSON.stringify({ owner: this.parts.owner, beat })}\n`;
  }

  private writing<T>(action: () => Promise<T>): Promise<T> {
    const written = this.writes.then(action, action);
    this.writes = written;
    return written;
  }

  /** What fails every few seconds is told once. */
  private async attempt<T, Otherwise>(
    what: string,
    otherwise: Otherwise,
    action: () => Promise<T>,
  ): Promise<T | Otherwise> {
    try {
      const result = await action();
      this.troubles.delete(what);
      return result;
    } catch (cause) {
      if (!this.troubles.has(what)) {
        this.parts.log.warn(`The lease of ${this.parts.name} could not be ${what}: ${errorMessageOf(cause)}`);
      }
      this.troubles.add(what);
      return otherwise;
    }
  }
}
