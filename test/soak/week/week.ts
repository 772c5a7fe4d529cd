/**
 * A simulated week: jobs start and end while windows open, close and are killed, the computer sleeps, its clock is set,
 * and the cloud fails in every way. The same seed gives the same week.
 */
import { FollowedJobs } from './followed-jobs';
import { budgetNameOf, FOLLOWED_PROJECT, planJobs, PROJECTS } from './job-plans';
import { Ledger } from './ledger';
import { Machine, Process } from './machine';
import { Observer } from './observer';
import { Person } from './person';
import { SeededRandom } from '../../support/seeded-random';
import { DiskOfProcess, SharedDisk } from './shared-disk';
import { SoakWindow } from './soak-window';
import { SourceOfWindow, type Trouble, TroubledCloud } from './troubled-cloud';
import { type Verdict, verdictOn } from './verdict';
import { nameOf, repeatedLookUps, ResourcesOfWindow } from './week-resources';
import { resourceNameOf } from '../../../src/jobs/model/project-resources';
import { HOUR, DAY, SECOND, MINUTE } from '../../../src/base/time-units';

export interface SoakOptions {
  readonly seed: number;
  readonly days?: number;
  readonly jobs?: number;
}

export interface SoakResult extends Verdict {
  readonly seed: number;
  readonly windows: number;
  readonly killed: number;
}

const BEGINNING = Date.UTC(2026, 0, 1);
const MAX_WINDOWS = 3;
/** The last window stays open until no upgrade waits any more. */
const AFTERMATH_MS = 27 * HOUR;

export async function soak({ seed, days = 7, jobs = 500 }: SoakOptions): Promise<SoakResult> {
  return new Week(seed, days, jobs).run();
}

class Week {
  private readonly machine = new Machine(BEGINNING);
  private readonly ledger: Ledger;
  private readonly disk: SharedDisk;
  private readonly cloud: TroubledCloud;
  private readonly followedJobs: FollowedJobs;
  private readonly limit: number;
  private readonly observer: Observer;
  private readonly person: Person;
  private readonly random: SeededRandom;
  private readonly end: number;
  private windows: SoakWindow[] = [];
  private opened = 0;
  private killed = 0;
  /** No window is opened before. */
  private noneUntil = 0;
  private isOver = false;
  /** Whether windows have no reminders any more, whose timers last as long as an upgrade waits. */
  private isSettling = false;

  constructor(
    private readonly seed: number,
    days: number,
    jobs: number,
  ) {
    this.random = new SeededRandom(seed);
    this.end = days * DAY;
    this.limit = this.random.pick([100, 100, 60, 40]);
    const plans = planJobs({ beginning: BEGINNING, days, jobs }, this.random.fork());
    this.ledger = new Ledger(plans);
    this.disk = new SharedDisk(this.random.fork());
    this.followedJobs = new FollowedJobs({
      ...{ machine: this.machine, random: this.random.fork(), beginning: BEGINNING, days },
      anyWindow: () => this.anyWindow,
      reload: () => {
        if (!this.machine.isAwake || this.isOver || this.machine.trueMs < this.noneUntil) return;
        for (const { process } of this.alive) process.kill();
        this.openWindow();
      },
      pollableMs: () => this.observer.pollableMsOf(budgetNameOf(FOLLOWED_PROJECT)),
    });
    this.cloud = new TroubledCloud(this.machine, this.random.fork(), [...plans, ...this.followedJobs.plans]);
    this.cloud.onSent = (owner) => {
      // Another window may have taken over when its response comes.
      if (!this.isOver && this.random.chance(0.001)) owner.suspend(this.random.between(5 * SECOND, 2 * MINUTE));
    };
    this.cloud.onListed = (projectId, jobs) => {
      if (projectId === FOLLOWED_PROJECT) this.followedJobs.listed(jobs);
    };
    const { machine, ledger, cloud, disk, limit } = this;
    const canPoll = () => this.alive.some((window) => window.canPoll);
    this.observer = new Observer({ machine, ledger, cloud, disk, limit, canPoll });
    this.person = new Person({
      machine,
      ledger,
      random: this.random.fork(),
      observer: this.observer,
      anyWindow: () => this.anyWindow,
      allWindows: () => this.alive,
    });
    this.followedJobs.start();
  }

  async run(): Promise<SoakResult> {
    this.planAll();
    await this.machine.run(this.end);
    const last = this.beginAftermath();
    await this.machine.run(this.end + AFTERMATH_MS);
    await this.settleDown(last);
    const { seed, opened, killed, ledger, cloud, disk, limit } = this;
    const faults = [
      ...this.observer.faults,
      ...cloud.faults,
      ...this.followedJobs.faults(last.store),
      ...repeatedLookUps(cloud.lookUps),
      ...this.missingNames(last),
    ];
    return {
      seed,
      windows: opened,
      killed,
      ...(await verdictOn({ faults, ledger, cloud, disk, limit, store: last.store })),
    };
  }

  /** Jobs that run while requests are short, or end while no window is open, may have no names. */
  private missingNames({ store }: SoakWindow): readonly string[] {
    const all = [...store.all().values()].filter(({ job }) => job?.resourceId !== undefined);
    const named = all.filter(
      (tracked) => resourceNameOf(tracked, tracked.job?.resourceId) === nameOf(tracked.job?.resourceId ?? ''),
    );
    return named.length >= all.length / 2 ? [] : [`Only ${named.length} of ${all.length} jobs have names.`];
  }

  /** Plans all events, with their average intervals. */
  private planAll(): void {
    this.often(45 * MINUTE, () => {
      this.openOrEndOne();
    });
    this.often(20 * HOUR, () => {
      for (const window of this.alive) this.endWindow(window);
      this.noneUntil = this.machine.trueMs + this.random.logBetween(5 * MINUTE, 6 * HOUR);
    });
    this.often(5 * HOUR, () => {
      this.sleep(this.random.logBetween(MINUTE, 2 * HOUR));
    });
    this.often(15 * HOUR, () => {
      this.sleep(this.random.between(6 * HOUR, 9 * HOUR));
    });
    this.often(14 * HOUR, () => {
      this.machine.setClockWrongBy(this.random.pick([-HOUR, 0, HOUR]));
    });
    this.often(7 * HOUR, () => {
      const trouble = this.random.pick<Trouble>(['network', 'network', 'server', 'throttled', 'proxy', 'timeout']);
      this.startTrouble(trouble, this.random.logBetween(MINUTE, trouble === 'network' ? 6 * HOUR : 2 * HOUR));
    });
    this.often(20 * HOUR, () => {
      const until = this.machine.trueMs + this.random.logBetween(5 * MINUTE, 10 * HOUR);
      this.cloud.listsForbiddenUntil.set(this.random.pick(PROJECTS), until);
    });
    this.often(5 * HOUR, () => {
      this.suspendOne(this.random.between(5 * SECOND, 2 * MINUTE));
    });
    this.often(20 * MINUTE, () => {
      this.person.returnToWindow();
    });
    this.often(2 * HOUR, () => {
      this.person.changeAnyJob();
    });
    if (this.random.chance(0.5)) {
      this.machine.at(this.random.between(0, this.end), () => {
        this.restart();
      });
    }
    this.openWindow();
  }

  private get alive(): SoakWindow[] {
    this.windows = this.windows.filter(({ process }) => !process.isDead);
    return this.windows;
  }

  /** A random window that reacts now. */
  private get anyWindow(): SoakWindow | undefined {
    if (!this.machine.isAwake) return undefined;
    const ready = this.alive.filter(({ process, isClosed }) => !process.isSuspended && !isClosed);
    return ready.length === 0 ? undefined : this.random.pick(ready);
  }

  private openOrEndOne(): void {
    if (!this.machine.isAwake || this.machine.trueMs < this.noneUntil) return;
    const count = this.alive.length;
    if (count < MAX_WINDOWS && this.random.chance(count === 0 ? 1 : 0.55)) this.openWindow();
    else if (count > 0) this.endWindow(this.random.pick(this.windows));
  }

  private openWindow(): SoakWindow {
    this.opened += 1;
    const process = new Process(this.machine, `window-${this.opened}`);
    const window = new SoakWindow({
      process,
      files: new DiskOfProcess(this.disk, process),
      ledger: this.ledger,
      followedJobs: this.followedJobs,
      skewMs: () => this.machine.trueInstant - process.now(),
      random: this.random.fork(),
      limit: this.limit,
      resourcesOf: ({ process: owner }) => new ResourcesOfWindow(this.cloud, owner),
      sourceOf: (opening, budgetNamed) => new SourceOfWindow(this.cloud, opening, budgetNamed),
      onStatus: (key, status) => {
        this.observer.answered(key, status);
        if (!this.isOver) this.person.maybeInterfere(key);
      },
      onReminder: this.isSettling
        ? undefined
        : (key) => {
            this.ledger.find(key)?.reminders.push(this.machine.trueMs);
          },
      onError: (line) => {
        this.observer.faults.push(`${process.name}: ${line}`);
      },
    });
    this.windows.push(window);
    if (!this.isOver && this.random.chance(0.12)) this.lockKeys(window);
    return window;
  }

  /** The window lacks the credential of a project for a while. */
  private lockKeys(window: SoakWindow): void {
    const kind = this.random.pick(['signed-out', 'keys-unreadable'] as const);
    window.obstacle = { projectId: this.random.pick([...PROJECTS, FOLLOWED_PROJECT]), error: { kind } };
    this.after(this.random.logBetween(MINUTE, 4 * HOUR), () => {
      if (window.process.isDead || window.isClosed) return;
      window.obstacle = undefined;
      // Nothing reports that a keyring was unlocked.
      if (kind === 'signed-out') window.resume();
    });
  }

  private endWindow(window: SoakWindow): void {
    const { process } = window;
    if (window.isClosed) return;
    if (process.isSuspended || this.random.chance(0.5)) {
      this.killed += 1;
      if (this.random.chance(0.5)) process.kill();
      // In the middle of its next operations.
      else process.killAfterOperations(this.random.between(0, 40));
      this.after(30 * SECOND, () => {
        process.kill();
      });
      return;
    }
    window.close();
    if (this.random.chance(0.5)) {
      this.after(this.random.between(0, 3 * SECOND), () => {
        process.kill();
      });
    } else {
      this.after(20 * SECOND, () => {
        if (process.pendingTimers > 0 && this.machine.isAwake) {
          this.observer.faults.push(`${process.name} left ${process.pendingTimers} timers behind.`);
        }
        process.kill();
      });
    }
  }

  private sleep(durationMs: number): void {
    if (!this.machine.isAwake) return;
    this.machine.sleep();
    this.after(durationMs, () => {
      this.machine.wake();
      if (this.random.chance(0.5)) this.person.returnToWindow();
    });
  }

  private startTrouble(trouble: Trouble, durationMs: number): void {
    this.cloud.troubles.clear();
    this.cloud.troubles.set(trouble, this.machine.trueMs + durationMs);
  }

  private suspendOne(durationMs: number): void {
    const window = this.anyWindow;
    window?.process.suspend(durationMs);
  }

  private restart(): void {
    if (!this.machine.isAwake) return;
    for (const { process } of this.alive) process.kill();
    this.machine.restart();
    this.noneUntil = this.machine.trueMs + 6 * MINUTE;
  }

  private beginAftermath(): SoakWindow {
    this.isOver = true;
    for (const { process } of this.alive) process.kill();
    this.cloud.troubles.clear();
    this.cloud.listsForbiddenUntil.clear();
    this.cloud.faultShare = 0;
    this.machine.wake();
    this.machine.setClockWrongBy(0);
    const last = this.openWindow();
    this.after(HOUR, () => void this.followedJobs.unfollow(last));
    return last;
  }

  private async settleDown(last: SoakWindow): Promise<void> {
    const expectNoTimers = (window: SoakWindow, when: string) => {
      const { pendingTimers } = window.process;
      if (pendingTimers > 0) this.observer.faults.push(`${pendingTimers} timers are left ${when}.`);
    };
    this.isSettling = true;
    last.stopReminders();
    const sent = this.cloud.sent.length;
    expectNoTimers(last, 'after all jobs are settled');
    const other = this.openWindow();
    await this.machine.run(this.machine.trueMs + MINUTE);
    expectNoTimers(other, 'in a window that opens after all jobs are settled');
    if (this.cloud.sent.length > sent + 4 * PROJECTS.length)
      this.observer.faults.push('A new window sends too many requests.');
    for (const window of [last, other]) {
      window.close();
      await this.machine.run(this.machine.trueMs + 20 * SECOND);
      expectNoTimers(window, 'after the window was closed');
    }
  }

  private after(delayMs: number, event: () => void): void {
    this.machine.after(delayMs, event);
  }

  /** Repeats an event until the week is over. */
  private often(averageIntervalMs: number, event: () => void): void {
    this.after(Math.round(-Math.log(1 - this.random.next()) * averageIntervalMs), () => {
      if (this.isOver) return;
      event();
      this.often(averageIntervalMs, event);
    });
  }
}
