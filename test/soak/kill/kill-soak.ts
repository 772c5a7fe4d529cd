/** Runs windows as real processes on one folder, kills them at random moments, and checks what is saved and who polls. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import type { LockParts } from '../../../src/storage/file-lock';
import { JobDirectory, type JobDirectoryParts } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { MemoryLog } from '../../support/samples';
import { FOLDERS, LEASE_NAME, type Message } from './messages';
import { SeededRandom } from '../../support/seeded-random';
import { Window } from './killed-window';
import { SaveChecker } from './save-checker';

export interface SoakOptions {
  /** See bundleWindow. */
  readonly bundle: string;
  /** An empty folder, which the caller removes. */
  readonly directory: string;
  readonly seed: number;
  readonly rounds: number;
  readonly timeScale: number;
  /** From one kill to the next. */
  readonly pauseMs: readonly [min: number, max: number];
  /** The probability that the window that polls is killed. */
  readonly pollerOdds: number;
  /** Whether the next round starts only when a window polls again. */
  readonly awaitsPoller: boolean;
  /** The probability that a window is suspended for a while instead of killed. */
  readonly suspensionOdds?: number;
  readonly onRound?: (round: number) => void;
}

export interface SoakFigures {
  readonly seed: number;
  readonly rounds: number;
  readonly timeScale: number;
  readonly seconds: number;
  /** How often the window that polled was killed and another took over. */
  readonly takeovers: number;
  readonly worstTakeoverMs: number;
  readonly medianTakeoverMs: number;
  /** TAKEOVER_LIMIT_MS, scaled. */
  readonly takeoverLimitMs: number;
  readonly takeoversOverLimit: number;
  /** How often a running window lost the lease: it was suspended, or the machine was too busy. */
  readonly losses: number;
  readonly jobs: number;
  readonly saved: number;
  readonly renamed: number;
  readonly claimed: number;
  readonly checks: number;
  readonly unsaved: number;
  readonly unsavedLines: readonly string[];
  /** How often stores fired each change that did not happen. */
  readonly falseChanges: Readonly<Record<string, number>>;
  /** The most temporary files (.tmp) found at one time. */
  readonly mostLeftovers: number;
  readonly oldestLeftoverMs: number;
  readonly mostLocks: number;
  /** How long the last window took to change and save every job. */
  readonly lastWritesMs: number;
  readonly lastLeftovers: readonly string[];
  /** The violations; empty if there were none. */
  readonly faults: readonly string[];
}

/** The window that polled was killed, and no other has taken over yet. */
interface PendingTakeover {
  readonly since: number;
  /** Not killed until the lease is taken, so that one window can be in time. */
  readonly survivor: Window;
}

const TAKEOVER_LIMIT_MS = 15_000;
const WINDOWS = 3;
const SPARES = 2;
const JOBS = 16;
/** Short, so that there is always something to save. */
const STEP_MS = 120;
const CHECK_INTERVAL_MS = 5;
const DISK_CHECK_INTERVAL_MS = 1000;
/** Before scaling; some are so long that another window takes the lock or the lease. */
const SUSPENSION_MS = [2000, 20_000] as const;
/** A wait of this many takeover limits is a fault. */
const TIMEOUT_FACTOR = 10;
const MIN_TIMEOUT_MS = 10_000;

/** For CI: 200 rounds, all times shortened twenty-fold. */
export const SHORTENED = {
  rounds: 200,
  timeScale: 1 / 20,
  pauseMs: [5, 75],
  pollerOdds: 0.4,
  awaitsPoller: false,
} as const;
/** Five rounds with the real times. */
export const FULL_LENGTH = {
  rounds: 5,
  timeScale: 1,
  pauseMs: [1000, 6000],
  pollerOdds: 1,
  awaitsPoller: true,
} as const;

export class KillSoak {
  private readonly random: SeededRandom;
  private readonly checker: SaveChecker;
  private readonly windows = new Set<Window>();
  /** Loaded processes that have not begun. */
  private readonly spares: Window[] = [];
  private readonly began = systemClock.elapsed();
  private readonly takeovers: number[] = [];
  private pendingTakeover: PendingTakeover | undefined;
  private loaded = 0;
  private losses = 0;
  private mostLeftovers = 0;
  private oldestLeftoverMs = 0;
  private mostLocks = 0;
  private isDisposed = false;

  constructor(private readonly options: SoakOptions) {
    this.random = new SeededRandom(options.seed);
    this.checker = new SaveChecker(options.directory);
  }

  async run(): Promise<SoakFigures> {
    for (let count = 0; count < WINDOWS; count += 1) this.start();
    await this.waitFor('a window polls', () => this.checker.terms.length > 0);
    for (let round = 1; round <= this.options.rounds && !this.isDisposed; round += 1) {
      await this.round();
      this.options.onRound?.(round);
      if (this.checker.faults.length > 0) break;
    }
    await this.waitForTakeover();
    await this.killAll();
    if (this.isDisposed) throw new Error('The soak was stopped.');
    await this.checker.check();
    await this.checker.checkClaims();
    const last = await this.runLastWindow();
    return this.figures(last);
  }

  /** Kills all processes of the soak. */
  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.killAll();
  }

  private async round(): Promise<void> {
    await sleep(this.random.between(...this.options.pauseMs));
    const victim = await this.chooseVictim();
    if (victim === undefined) return;
    const { suspensionOdds = 0, timeScale } = this.options;
    if (this.random.next() < suspensionOdds) {
      await victim.suspend(this.random.between(...SUSPENSION_MS) * timeScale);
    } else {
      await this.kill(victim);
      this.start();
    }
    if (this.options.awaitsPoller) await this.waitForTakeover();
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
      cloud: { seed, jobs: JOBS, since: this.began, stepMs: STEP_MS },
    };
    const window: Window = new Window(bundle, options, {
      onMessage: (message) => {
        this.receive(message, window);
      },
      onCrash: (fault) => {
        this.checker.faults.push(fault);
      },
    });
    this.checker.addWindow(window);
    return window;
  }

  private receive(message: Message, window: Window): void {
    this.checker.receive(message, window);
    if (message.kind === 'lease-lost') this.losses += 1;
    if (message.kind !== 'lease-taken' || this.pendingTakeover === undefined) return;
    this.takeovers.push(message.at - this.pendingTakeover.since);
    this.pendingTakeover = undefined;
  }

  private async chooseVictim(): Promise<Window | undefined> {
    await this.waitFor('two windows are open', () => this.open().length >= 2);
    const open = this.open();
    const poller = this.checker.terms.at(-1)?.window;
    if (
      this.pendingTakeover === undefined &&
      poller?.killedAt === undefined &&
      this.random.next() < this.options.pollerOdds
    )
      return poller;
    const others = open.filter((window) => window !== this.pendingTakeover?.survivor && window !== poller);
    return others.length === 0 ? undefined : this.random.pick(others);
  }

  private open(): Window[] {
    return [...this.windows].filter(({ isOpen, killedAt }) => isOpen && killedAt === undefined);
  }

  private async kill(victim: Window): Promise<void> {
    const survivor = this.open().find((window) => window !== victim);
    await victim.kill();
    this.windows.delete(victim);
    // Read from the disk: the victim may have got the lease too late to report it.
    if ((await this.leaseOwner()) !== victim.owner || victim.killedAt === undefined) return;
    if (survivor === undefined) throw new Error('No window is left to take over.');
    this.pendingTakeover = { since: victim.killedAt, survivor };
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

  private async waitForTakeover(): Promise<void> {
    await this.waitFor('a window polls again', () => this.pendingTakeover === undefined);
  }

  private async waitFor(what: string, isMet: () => boolean): Promise<void> {
    const since = systemClock.elapsed();
    let checkedAt = since;
    while (!isMet() && !this.isDisposed && this.checker.faults.length === 0) {
      await sleep(CHECK_INTERVAL_MS);
      const now = systemClock.elapsed();
      if (now - since > Math.max(TIMEOUT_FACTOR * TAKEOVER_LIMIT_MS * this.options.timeScale, MIN_TIMEOUT_MS)) {
        this.checker.faults.push(`Waited ${now - since} ms in vain until ${what}.`);
      }
      if (now - checkedAt < DISK_CHECK_INTERVAL_MS) continue;
      await this.checkDisk();
      checkedAt = systemClock.elapsed();
    }
  }

  private async checkDisk(): Promise<void> {
    await this.checker.check();
    const leftovers = await this.files('.tmp');
    const ages = await Promise.all(leftovers.map(ageOf));
    this.mostLeftovers = Math.max(this.mostLeftovers, leftovers.length);
    this.oldestLeftoverMs = Math.max(this.oldestLeftoverMs, ...ages);
    this.mostLocks = Math.max(this.mostLocks, (await this.files('.lock')).length);
  }

  private async files(suffix: string): Promise<string[]> {
    const files: string[] = [];
    for (const folder of FOLDERS) {
      const names = await readdir(path.join(this.options.directory, folder)).catch(() => []);
      for (const name of names) if (name.endsWith(suffix)) files.push(path.join(this.options.directory, folder, name));
    }
    return files;
  }

  private async killAll(): Promise<void> {
    await Promise.all([...this.windows, ...this.spares].map((window) => window.kill()));
    this.windows.clear();
    this.spares.length = 0;
  }

  /** Runs one more window after all others were killed: it must be able to change each job. */
  private async runLastWindow() {
    const { directory, timeScale } = this.options;
    const log = new MemoryLog();
    const parts: JobDirectoryParts & LockParts = {
      files: new NodeFileSystem(),
      clock: systemClock,
      owner: 'last',
      directory,
      readJob,
      onQuarantine: (file) => this.checker.faults.push(`${file} was quarantined.`),
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
    this.checker.faults.push(...log.lines);
    await this.checker.check();
    for (const [key, { label }] of this.checker.jobs) {
      if (label !== 'last') this.checker.faults.push(`${key} could no longer be changed.`);
    }
    for (const folder of FOLDERS) await removeLeftovers(path.join(directory, folder), 0);
    const leftovers = [...(await this.files('.tmp')), ...(await this.files('.lock'))];
    return { writesMs, leftovers };
  }

  private figures(last: { readonly writesMs: number; readonly leftovers: readonly string[] }): SoakFigures {
    const { seed, rounds, timeScale } = this.options;
    const sorted = [...this.takeovers].sort((a, b) => a - b);
    const limit = TAKEOVER_LIMIT_MS * timeScale;
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
      losses: this.losses,
      jobs: this.checker.jobs.size,
      ...this.checker.counts,
      unsavedLines: [...this.checker.unsavedLines],
      falseChanges: this.checker.falseChanges,
      mostLeftovers: this.mostLeftovers,
      oldestLeftoverMs: Math.round(this.oldestLeftoverMs),
      mostLocks: this.mostLocks,
      lastWritesMs: last.writesMs,
      lastLeftovers: last.leftovers,
      faults: this.checker.faults,
    };
  }
}

/** Returns milliseconds; 0 if the file has been removed. */
async function ageOf(file: string): Promise<number> {
  const stats = await stat(file).catch(() => undefined);
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
