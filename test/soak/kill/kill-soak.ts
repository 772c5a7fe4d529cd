/** Windows as real processes over one folder, killed at random moments; what is kept and who polls is watched. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import type { LockParts } from '../../../src/storage/file-lock';
import { JobDirectory, type JobDirectoryParts } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { MemoryLog } from '../../support/samples';
import { FOLDERS, LEASE_NAME, type Message } from './messages';
import { type Random, seededRandom } from './seeded-random';
import { Window } from './killed-window';
import { Witness } from './witness';

export interface SoakOptions {
  /** See bundleWindow. */
  readonly bundle: string;
  /** Empty, and the caller's to remove. */
  readonly directory: string;
  readonly seed: number;
  readonly rounds: number;
  readonly timeScale: number;
  /** In ms, from one kill to the next. */
  readonly pause: readonly [least: number, most: number];
  /** How likely the one that polls is the one to be killed. */
  readonly pollerOdds: number;
  /** Whether the next round waits until one polls again. */
  readonly awaitsPoller: boolean;
  /** How likely a window is suspended for a while instead of killed. */
  readonly suspensionOdds?: number;
  readonly onRound?: (round: number) => void;
}

export interface SoakFigures {
  readonly seed: number;
  readonly rounds: number;
  readonly timeScale: number;
  readonly seconds: number;
  /** Kills of the one that polled, each followed by a takeover. */
  readonly takeovers: number;
  readonly worstTakeoverMs: number;
  readonly medianTakeoverMs: number;
  /** "Within 15 s", scaled. */
  readonly takeoverLimitMs: number;
  readonly takeoversOverLimit: number;
  /** Windows that were outbid while they lived: they were suspended, or the machine was too busy. */
  readonly losses: number;
  readonly jobs: number;
  readonly kept: number;
  readonly named: number;
  readonly claimed: number;
  readonly checks: number;
  readonly unsaved: number;
  readonly unsavedLines: readonly string[];
  readonly mistold: Readonly<Record<string, number>>;
  /** Files that were half written, or on their way out. */
  readonly mostLeftovers: number;
  readonly oldestLeftoverMs: number;
  readonly mostLocks: number;
  /** Of the window that comes after all: from the first change of every job until all were kept. */
  readonly lastWritesMs: number;
  readonly lastLeftovers: readonly string[];
  /** None where all that must hold did. */
  readonly faults: readonly string[];
}

interface Vacancy {
  readonly since: number;
  /** It is spared until the lease is taken, or nobody could be in time. */
  readonly heir: Window;
}

export const TAKEOVER_LIMIT = 15_000;
const WINDOWS = 3;
const SPARES = 2;
const JOBS = 16;
/** In ms: how long a job stays as it is, so that there is always something to write. */
const STEP = 120;
/** In ms: while it waits it looks so often. */
const LOOK_EVERY = 5;
const CHECK_DISK_EVERY = 1000;
/** In ms, to be shortened as all times: some are long enough for the lock, and for the lease, to be taken by another. */
const SUSPENSIONS = [2000, 20_000] as const;
/** In units of what was promised: then it is given up, and a fault. */
const GIVE_UP_AFTER = 10;

/** In CI: 200 rounds, all times shortened twenty-fold. */
export const SHORTENED = {
  rounds: 200,
  timeScale: 1 / 20,
  pause: [5, 75],
  pollerOdds: 0.4,
  awaitsPoller: false,
} as const;
/** Five rounds with the times that people have. */
export const FULL_LENGTH = { rounds: 5, timeScale: 1, pause: [1000, 6000], pollerOdds: 1, awaitsPoller: true } as const;

export class KillSoak {
  private readonly random: Random;
  private readonly witness: Witness;
  private readonly windows = new Set<Window>();
  /** They have not begun. */
  private readonly spares: Window[] = [];
  private readonly began = systemClock.elapsed();
  private readonly takeovers: number[] = [];
  private vacancy: Vacancy | undefined;
  private loaded = 0;
  private lost = 0;
  private mostLeftovers = 0;
  private oldestLeftover = 0;
  private mostLocks = 0;
  private isDisposed = false;

  constructor(private readonly options: SoakOptions) {
    this.random = seededRandom(options.seed);
    this.witness = new Witness(options.directory);
  }

  async run(): Promise<SoakFigures> {
    for (let count = 0; count < WINDOWS; count += 1) this.start();
    await this.until('a window polls', () => this.witness.terms.length > 0);
    for (let round = 1; round <= this.options.rounds && !this.isDisposed; round += 1) {
      await this.round();
      this.options.onRound?.(round);
      if (this.witness.faults.length > 0) break;
    }
    await this.untilPolled();
    await this.killAll();
    if (this.isDisposed) throw new Error('The soak was given up.');
    await this.witness.check();
    await this.witness.checkClaims();
    const last = await this.beLast();
    return this.figures(last);
  }

  /** No process of the soak outlives it. */
  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.killAll();
  }

  private async round(): Promise<void> {
    await pause(this.random.between(...this.options.pause));
    const victim = await this.chooseVictim();
    if (victim === undefined) return;
    const { suspensionOdds = 0, timeScale } = this.options;
    if (this.random.next() < suspensionOdds) {
      await victim.suspend(this.random.between(...SUSPENSIONS) * timeScale);
    } else {
      await this.kill(victim);
      this.start();
    }
    if (this.options.awaitsPoller) await this.untilPolled();
    await this.checkDisk();
  }

  private start(): void {
    if (this.isDisposed) return;
    while (this.spares.length <= SPARES) this.spares.push(this.load());
    const window = this.spares.shift();
    if (window === undefined) return;
    this.windows.add(window);
    window.begin();
  }

  private load(): Window {
    this.loaded += 1;
    const { bundle, directory, seed, timeScale } = this.options;
    const options = {
      directory,
      owner: `window${this.loaded}`,
      seed: seed + this.loaded,
      timeScale,
      cloud: { seed, jobs: JOBS, since: this.began, step: STEP },
    };
    const window: Window = new Window(bundle, options, {
      onMessage: (message) => {
        this.hear(message, window);
      },
      onDeath: (complaint) => {
        this.witness.faults.push(complaint);
      },
    });
    this.witness.meet(window);
    return window;
  }

  private hear(message: Message, window: Window): void {
    this.witness.hear(message, window);
    if (message.kind === 'lost') this.lost += 1;
    if (message.kind !== 'took' || this.vacancy === undefined) return;
    this.takeovers.push(message.at - this.vacancy.since);
    this.vacancy = undefined;
  }

  private async chooseVictim(): Promise<Window | undefined> {
    await this.until('two windows are open', () => this.open().length >= 2);
    const open = this.open();
    const poller = this.witness.terms.at(-1)?.window;
    if (this.vacancy === undefined && poller?.killedAt === undefined && this.random.next() < this.options.pollerOdds)
      return poller;
    return this.random.oneOf(open.filter((window) => window !== this.vacancy?.heir && window !== poller));
  }

  private open(): Window[] {
    return [...this.windows].filter(({ isOpen, killedAt }) => isOpen && killedAt === undefined);
  }

  private async kill(victim: Window): Promise<void> {
    const heir = this.open().find((window) => window !== victim);
    await victim.kill();
    this.windows.delete(victim);
    // It may have won the lease so late that it did not live to tell.
    if ((await this.leaseOwner()) !== victim.owner || victim.killedAt === undefined) return;
    if (heir === undefined) throw new Error('Nobody is left to take over.');
    this.vacancy = { since: victim.killedAt, heir };
  }

  private async leaseOwner(): Promise<string | undefined> {
    const folder = path.join(this.options.directory, 'leases');
    const generations = (await readdir(folder)).flatMap((name) => {
      const [lease, generation = '', ...more] = name.split('.');
      return lease === LEASE_NAME && more.length === 0 ? Number(generation) : [];
    });
    const file = path.join(folder, `${LEASE_NAME}.${Math.max(0, ...generations)}`);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return /"owner":"([^"]+)"/.exec(text ?? '')?.[1];
  }

  private async untilPolled(): Promise<void> {
    await this.until('a window polls again', () => this.vacancy === undefined);
  }

  private async until(what: string, isSo: () => boolean): Promise<void> {
    const since = systemClock.elapsed();
    let checkedAt = since;
    while (!isSo() && !this.isDisposed && this.witness.faults.length === 0) {
      await pause(LOOK_EVERY);
      const now = systemClock.elapsed();
      if (now - since > Math.max(GIVE_UP_AFTER * TAKEOVER_LIMIT * this.options.timeScale, 10_000)) {
        this.witness.faults.push(`For ${now - since} ms nothing came of: ${what}.`);
      }
      if (now - checkedAt < CHECK_DISK_EVERY) continue;
      await this.checkDisk();
      checkedAt = systemClock.elapsed();
    }
  }

  private async checkDisk(): Promise<void> {
    await this.witness.check();
    const leftovers = await this.files('.tmp');
    const ages = await Promise.all(leftovers.map(ageOf));
    this.mostLeftovers = Math.max(this.mostLeftovers, leftovers.length);
    this.oldestLeftover = Math.max(this.oldestLeftover, ...ages);
    this.mostLocks = Math.max(this.mostLocks, (await this.files('.lock')).length);
  }

  private async files(ending: string): Promise<string[]> {
    const files: string[] = [];
    for (const folder of FOLDERS) {
      const names = await readdir(path.join(this.options.directory, folder)).catch(() => []);
      for (const name of names) if (name.endsWith(ending)) files.push(path.join(this.options.directory, folder, name));
    }
    return files;
  }

  private async killAll(): Promise<void> {
    await Promise.all([...this.windows, ...this.spares].map((window) => window.kill()));
    this.windows.clear();
    this.spares.length = 0;
  }

  /** One more window, when all others are dead: it must be able to change each job. */
  private async beLast() {
    const { directory, timeScale } = this.options;
    const log = new MemoryLog();
    const parts: JobDirectoryParts & LockParts = {
      files: new NodeFileSystem(),
      clock: systemClock,
      owner: 'last',
      directory,
      readJob,
      onQuarantine: (file) => this.witness.faults.push(`${file} was set aside.`),
      log,
      timeScale,
    };
    const store = new JobStore(new JobDirectory(parts), log);
    const began = systemClock.elapsed();
    await store.open();
    for (const key of store.all().keys()) store.rename(key, 'last');
    await store.flush();
    const writesMs = systemClock.elapsed() - began;
    store.dispose();
    this.witness.faults.push(...log.lines);
    await this.witness.check();
    for (const [key, { label }] of this.witness.jobs) {
      if (label !== 'last') this.witness.faults.push(`${key} could not be changed any more.`);
    }
    for (const folder of FOLDERS) await removeLeftovers(path.join(directory, folder), 0);
    const leftovers = [...(await this.files('.tmp')), ...(await this.files('.lock'))];
    return { writesMs, leftovers };
  }

  private figures(last: { readonly writesMs: number; readonly leftovers: readonly string[] }): SoakFigures {
    const { seed, rounds, timeScale } = this.options;
    const sorted = [...this.takeovers].sort((a, b) => a - b);
    const limit = TAKEOVER_LIMIT * timeScale;
    return {
      seed,
      rounds,
      timeScale,
      seconds: (systemClock.elapsed() - this.began) / 1000,
      takeovers: sorted.length,
      worstTakeoverMs: sorted.at(-1) ?? 0,
      medianTakeoverMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
      takeoverLimitMs: limit,
      takeoversOverLimit: sorted.filter((each) => each > limit).length,
      losses: this.lost,
      jobs: this.witness.jobs.size,
      ...this.witness.counts,
      unsavedLines: [...this.witness.unsavedLines],
      mistold: this.witness.mistold,
      mostLeftovers: this.mostLeftovers,
      oldestLeftoverMs: Math.round(this.oldestLeftover),
      mostLocks: this.mostLocks,
      lastWritesMs: last.writesMs,
      lastLeftovers: last.leftovers,
      faults: this.witness.faults,
    };
  }
}

/** In ms; none of a file that is gone. */
async function ageOf(file: string): Promise<number> {
  const stats = await stat(file).catch(() => undefined);
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
