/** Runs windows as real processes on one folder, kills them at random moments, and checks what is saved and who polls. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import type { LockParts } from '../../../src/storage/file-lock';
import { JobDirectory, type JobDirectoryParts } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { LOCK_SUFFIX, TEMPORARY_SUFFIX } from '../../../src/storage/file-system';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { MemoryLog } from '../../support/samples';
import { JobMover } from '../../../src/jobs/store/segments/job-mover';
import { clockWithEarlyRest } from './early-rest';
import { FOLDERS, LEASE_NAME, type Message, MIN_LEFTOVER_AGE_MS } from './messages';
import { SeededRandom } from '../../support/seeded-random';
import { OLD_WINDOW, type Version, Window } from './killed-window';
import { SaveChecker } from './save-checker';

export interface SoakOptions {
  /** See bundleWindow. */
  readonly bundle: string;
  /** Windows of an older version run first. */
  readonly migration?: Migration | undefined;
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

/** In the first rounds, all windows are of the older version; then windows of both run side by side; then none is. */
export interface Migration {
  readonly oldRounds: number;
  readonly mixedRounds: number;
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
  /** The most temporary files and locks found at one time. */
  readonly mostLeftovers: number;
  readonly oldestLeftoverMs: number;
  /** Temporary files and locks that a window should have removed when it opened. */
  readonly unremovedLeftovers: readonly string[];
  /** The most jobs that were found in segments only. */
  readonly mostMoved: number;
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

type Phase = Version | 'mixed';

const TAKEOVER_LIMIT_MS = 15_000;
const WINDOWS = 3;
const SPARES = 2;
const JOBS = 24;
/** After so many runs, half of the jobs stay ended and are moved. */
const REST_AFTER_RUNS = 2;
/** Short, so that there is always something to save. */
const STEP_MS = 120;
const CHECK_INTERVAL_MS = 5;
const DISK_CHECK_INTERVAL_MS = 1000;
/** Before scaling; some are so long that another window takes the lock or the lease. */
const SUSPENSION_MS = [2000, 20_000] as const;
/** How long windows wait for windows of older versions before they move jobs. */
const PROBE_MS = 20;
/** The same if there are some, which may be slow on a busy machine. */
const PROBE_AMONG_OLD_MS = 1000;
/** While windows of both versions run: long enough for some probes, and some are killed before they end. */
const MIXED_PAUSE_MS = [100, 700] as const;
/** A wait of this many takeover limits is a fault. */
const TIMEOUT_FACTOR = 10;
const MIN_TIMEOUT_MS = 60_000;

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

/** For CI: both versions run side by side for about 12 s. */
export const MIGRATION = { ...SHORTENED, rounds: 110, migration: { oldRounds: 20, mixedRounds: 30 } } as const;

export class KillSoak {
  private readonly random: SeededRandom;
  private readonly checker: SaveChecker;
  private readonly files: JobDirectory;
  private readonly windows = new Set<Window>();
  /** Loaded processes that have not begun. */
  private readonly spares: Record<Version, Window[]> = { old: [], new: [] };
  private readonly began = systemClock.elapsed();
  private readonly takeovers: number[] = [];
  private pendingTakeover: PendingTakeover | undefined;
  /** When a window took the lease last, by Clock.elapsed. */
  private leaseTakenAt = -Infinity;
  private loaded = 0;
  private losses = 0;
  private mostLeftovers = 0;
  private oldestLeftoverMs = 0;
  private readonly unremovedLeftovers = new Set<string>();
  /** When each temporary file or lock was old enough to be removed and was seen, by the wall clock. */
  private oldLeftovers = new Map<string, number>();
  /** When the last window began that is open, and has removed those that were old then. */
  private removedAt = -Infinity;
  private mostMoved = 0;
  private phase: Phase;
  private isDisposed = false;

  constructor(private readonly options: SoakOptions) {
    this.random = new SeededRandom(options.seed);
    this.phase = options.migration === undefined ? 'new' : 'old';
    this.files = new JobDirectory(this.partsOf('checker', new MemoryLog()));
    this.checker = new SaveChecker(options.directory, this.files);
  }

  async run(): Promise<SoakFigures> {
    for (let count = 0; count < WINDOWS; count += 1) this.start(this.nextVersion());
    await this.waitFor('a window polls', () => this.checker.terms.length > 0);
    for (let round = 1; round <= this.options.rounds && !this.isDisposed; round += 1) {
      await this.enterPhaseOf(round);
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

  private async enterPhaseOf(round: number): Promise<void> {
    const { oldRounds, mixedRounds } = this.options.migration ?? { oldRounds: 0, mixedRounds: 0 };
    if (this.phase === 'old' && round > oldRounds) this.phase = 'mixed';
    if (this.phase !== 'mixed' || round <= oldRounds + mixedRounds) return;
    await this.waitForTakeover();
    for (const old of [...this.windows].filter(({ version }) => version === 'old')) {
      await this.waitFor('a new window is open', () => this.open().some(({ version }) => version === 'new'));
      await this.kill(old);
      this.start('new');
    }
    this.phase = 'new';
  }

  private async round(): Promise<void> {
    await sleep(this.random.between(...(this.phase === 'mixed' ? MIXED_PAUSE_MS : this.options.pauseMs)));
    const victim = await this.chooseVictim();
    if (victim === undefined) return;
    const { suspensionOdds = 0, timeScale } = this.options;
    if (this.random.next() < suspensionOdds) {
      await victim.suspend(this.random.between(...SUSPENSION_MS) * timeScale);
    } else {
      await this.kill(victim);
      this.start(this.nextVersion());
    }
    if (this.options.awaitsPoller) await this.waitForTakeover();
    await this.checkDisk();
  }

  private nextVersion(): Version {
    if (this.phase !== 'mixed') return this.phase;
    return [...this.windows].some(({ version }) => version === 'new') && this.random.next() < 0.5 ? 'old' : 'new';
  }

  private start(version: Version): void {
    if (this.isDisposed) return;
    const spares = this.spares[version];
    while (spares.length <= SPARES) spares.push(this.load(version));
    const window = spares.shift();
    if (window === undefined) return;
    this.windows.add(window);
    // By now it is known whether windows of the older version are open.
    window.begin({ probeMs: this.phase === 'mixed' ? PROBE_AMONG_OLD_MS : PROBE_MS });
  }

  private load(version: Version): Window {
    this.loaded += 1;
    const { bundle, directory, seed, timeScale } = this.options;
    const options = {
      directory,
      owner: `window${this.loaded}`,
      seed: seed + this.loaded,
      timeScale,
      cloud: { seed, jobs: JOBS, since: this.began, stepMs: STEP_MS, restAfterRuns: REST_AFTER_RUNS },
    };
    const window: Window = new Window(version === 'old' ? OLD_WINDOW : bundle, version, options, {
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
    // Windows of the older version do not know all folders.
    if (message.kind === 'open' && window.version === 'new') this.removedAt = Math.max(this.removedAt, window.begunAt);
    if (message.kind !== 'lease-taken') return;
    this.leaseTakenAt = message.at;
    this.endTakeover();
  }

  private endTakeover(): void {
    if (this.pendingTakeover === undefined || this.leaseTakenAt < this.pendingTakeover.since) return;
    this.takeovers.push(this.leaseTakenAt - this.pendingTakeover.since);
    this.pendingTakeover = undefined;
  }

  private async chooseVictim(): Promise<Window | undefined> {
    await this.waitFor('two windows are open', () => this.open().length >= 2);
    const open = this.open();
    const poller = this.checker.terms.at(-1)?.window;
    const spared = this.phase === 'mixed' ? this.lastOpenOldWindow() : undefined;
    if (
      this.pendingTakeover === undefined &&
      poller?.killedAt === undefined &&
      poller !== spared &&
      this.random.next() < this.options.pollerOdds
    )
      return poller;
    const others = open.filter(
      (window) => window !== this.pendingTakeover?.survivor && window !== poller && window !== spared,
    );
    return others.length === 0 ? undefined : this.random.pick(others);
  }

  /** Not killed, so that there always is one while windows of both versions run side by side. */
  private lastOpenOldWindow(): Window | undefined {
    const [first, ...others] = this.open().filter(({ version }) => version === 'old');
    return others.length === 0 ? first : undefined;
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
    // On a busy machine, another window may have taken the lease while this one read the old owner.
    this.endTakeover();
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
    const { removedAt } = this;
    const leftovers = await this.leftovers();
    const ages = await Promise.all(leftovers.map(ageOf));
    const old = leftovers.filter((_, index) => (ages[index] ?? 0) > MIN_LEFTOVER_AGE_MS * this.options.timeScale);
    this.oldLeftovers = new Map(old.map((file) => [file, this.oldLeftovers.get(file) ?? systemClock.now()]));
    for (const [file, seenAt] of this.oldLeftovers) if (seenAt < removedAt) this.unremovedLeftovers.add(file);
    this.mostLeftovers = Math.max(this.mostLeftovers, leftovers.length);
    this.oldestLeftoverMs = Math.max(this.oldestLeftoverMs, ...ages);
    const moved = await this.movedJobs();
    if (moved > 0 && this.phase !== 'new') {
      this.checker.faults.push(`${moved} jobs were moved while windows of the older version were open.`);
    }
    this.mostMoved = Math.max(this.mostMoved, moved);
  }

  /** @returns how many jobs are in segments only */
  private async movedJobs(): Promise<number> {
    const { stamps } = await this.files.scan();
    const names = new Set(await readdir(path.join(this.options.directory, 'jobs')).catch(() => []));
    return [...stamps.keys()].filter((key) => !names.has(`${key}.json`)).length;
  }

  /** The temporary files and the locks. */
  private async leftovers(): Promise<string[]> {
    const files: string[] = [];
    for (const folder of FOLDERS) {
      const names = await readdir(path.join(this.options.directory, folder)).catch(() => []);
      const leftovers = names.filter((name) => name.endsWith(TEMPORARY_SUFFIX) || name.endsWith(LOCK_SUFFIX));
      files.push(...leftovers.map((name) => path.join(this.options.directory, folder, name)));
    }
    return files;
  }

  private async killAll(): Promise<void> {
    const { old, new: ofNow } = this.spares;
    await Promise.all([...this.windows, ...old, ...ofNow].map((window) => window.kill()));
    this.windows.clear();
    for (const spares of [old, ofNow]) spares.length = 0;
  }

  /** Runs one more window after all others were killed: it must be able to change each job. */
  private async runLastWindow() {
    const { directory } = this.options;
    const log = new MemoryLog();
    const store = new JobStore(new JobDirectory(this.partsOf('last', log)), log);
    const began = systemClock.elapsed();
    await store.open();
    for (const key of store.all().keys()) store.rename(key, 'last');
    await store.flush();
    const writesMs = systemClock.elapsed() - began;
    this.checker.faults.push(...log.lines);
    await this.checker.check();
    for (const [key, { label }] of this.checker.jobs) {
      if (label !== 'last') this.checker.faults.push(`${key} could no longer be changed.`);
    }
    await this.moveAll(store);
    for (const folder of FOLDERS) await removeLeftovers(path.join(directory, folder), 0);
    return { writesMs, leftovers: await this.leftovers() };
  }

  /** Moves the ended jobs once more, when no window is killed any more. */
  private async moveAll(store: JobStore): Promise<void> {
    const parts = { ...this.partsOf('mover', new MemoryLog()), clock: clockWithEarlyRest };
    const moving = { minJobs: 1, olderWindowWaitMs: 0, limitJob: <Job>(job: Job) => job };
    await new JobMover({ ...parts, ...moving }, new JobDirectory(parts).ended).moveJobs(store.all());
    store.dispose();
    await this.checkDisk();
  }

  private partsOf(owner: string, log: MemoryLog): JobDirectoryParts & LockParts {
    const { directory, timeScale } = this.options;
    return {
      ...{ owner, directory, log, timeScale, readJob },
      files: new NodeFileSystem(),
      clock: systemClock,
      onQuarantine: (file) => this.checker.faults.push(`${file} was quarantined.`),
    };
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
      unremovedLeftovers: [...this.unremovedLeftovers],
      mostMoved: this.mostMoved,
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
