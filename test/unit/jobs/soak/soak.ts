/**
 * A simulated week: jobs come and end while windows open, close and die, the computer sleeps, its clock is set, and the
 * cloud is out of reach in all ways; and what must hold of it all. The same seed gives the same week.
 */
import path from 'node:path';
import { BUDGETS, budgetNameOf, type JobPlan, planJobs, PROJECTS } from './job-plans';
import { type JobRecord, Ledger } from './ledger';
import { Machine, Process } from './machine';
import { SeededRandom } from './seeded-random';
import { DiskOfProcess, SharedDisk } from './shared-disk';
import { SoakWindow, STORAGE } from './soak-window';
import { SourceOfWindow, type Trouble, TroubledCloud } from './troubled-cloud';
import { DAY, HOUR, MINUTE, SECOND } from './units';
import { type Verdict, verdictOn } from './verdict';

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

export const BEGINNING = Date.UTC(2026, 0, 1);
const MOST_WINDOWS = 3;
/** The last window is open until nobody waits for an upgrade any more. */
const AFTERMATH = 27 * HOUR;

export async function soak({ seed, days = 7, jobs = 500 }: SoakOptions): Promise<SoakResult> {
  return new Week(seed, days, jobs).run();
}

export class Week {
  readonly faults: string[] = [];
  readonly machine = new Machine(BEGINNING);
  readonly ledger: Ledger;
  readonly disk: SharedDisk;
  readonly cloud: TroubledCloud;
  readonly limit: number;
  private readonly random: SeededRandom;
  private readonly end: number;
  private windows: SoakWindow[] = [];
  private opened = 0;
  private killed = 0;
  /** Until then nobody opens a window. */
  private noneUntil = 0;
  private isOver = false;
  /** By budget: milliseconds in which a window could have looked at any job. */
  private readonly leisure = new Map<string, number>();

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
    this.cloud = new TroubledCloud(this.machine, this.random.fork(), plans);
    this.disk.onCreated = (file) => {
      this.claimed(file);
    };
    this.disk.onRemoved = (file) => {
      this.unclaimed(file);
    };
    for (const plan of plans) this.planTracking(plan);
  }

  async run(): Promise<SoakResult> {
    this.planAll();
    await this.machine.run(this.end);
    const last = this.beginAftermath();
    await this.machine.run(this.end + AFTERMATH);
    await this.settleDown(last);
    const { seed, opened, killed, faults, ledger, cloud, disk, limit } = this;
    faults.push(...cloud.faults);
    return { seed, windows: opened, killed, ...verdictOn({ faults, ledger, cloud, disk, limit, store: last.store }) };
  }

  // What happens, and about how often.
  private planAll(): void {
    this.often(45 * MINUTE, () => {
      this.openOrEndOne();
    });
    this.often(20 * HOUR, () => {
      for (const window of this.alive) this.endWindow(window);
      this.noneUntil = this.machine.time + this.random.logBetween(5 * MINUTE, 6 * HOUR);
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
      this.trouble(trouble, this.random.logBetween(MINUTE, trouble === 'network' ? 6 * HOUR : 2 * HOUR));
    });
    this.often(20 * HOUR, () => {
      const until = this.machine.time + this.random.logBetween(5 * MINUTE, 10 * HOUR);
      this.cloud.noLists.set(this.random.pick(PROJECTS), until);
    });
    this.often(5 * HOUR, () => {
      this.suspendOne(this.random.between(5 * SECOND, 2 * MINUTE));
    });
    this.often(20 * MINUTE, () => {
      this.personLooks();
    });
    this.often(2 * HOUR, () => {
      this.personActs();
    });
    if (this.random.chance(0.5)) {
      this.machine.at(this.random.between(0, this.end), () => {
        this.restart();
      });
    }
    this.planLeisure();
    this.openWindow();
  }

  private get alive(): SoakWindow[] {
    this.windows = this.windows.filter(({ process }) => !process.isDead);
    return this.windows;
  }

  /** Of those where something can be done now. */
  private get anyWindow(): SoakWindow | undefined {
    if (!this.machine.isAwake) return undefined;
    const ready = this.alive.filter(({ process, isClosed }) => !process.isSuspended && !isClosed);
    return ready.length === 0 ? undefined : this.random.pick(ready);
  }

  private openOrEndOne(): void {
    if (!this.machine.isAwake || this.machine.time < this.noneUntil) return;
    const count = this.alive.length;
    if (count < MOST_WINDOWS && this.random.chance(count === 0 ? 1 : 0.55)) this.openWindow();
    else if (count > 0) this.endWindow(this.random.pick(this.windows));
  }

  private openWindow(): SoakWindow {
    this.opened += 1;
    const process = new Process(this.machine, `window-${this.opened}`);
    const window = new SoakWindow({
      process,
      files: new DiskOfProcess(this.disk, process),
      ledger: this.ledger,
      random: this.random.fork(),
      limit: this.limit,
      sourceOf: (opening, budgetNamed) => new SourceOfWindow(this.cloud, opening, budgetNamed),
      onStatus: (key, status) => {
        if (isAfterFirstEnd(status)) this.noticed(this.ledger.of(key));
      },
      onError: (line) => {
        this.faults.push(`${process.name}: ${line}`);
      },
    });
    this.windows.push(window);
    if (!this.isOver && this.random.chance(0.12)) this.lockKeys(window);
    return window;
  }

  /** For a while the window lacks what it needs to ask for a project. */
  private lockKeys(window: SoakWindow): void {
    const kind = this.random.pick(['signed-out', 'keys-unreadable'] as const);
    window.obstacle = { projectId: this.random.pick(PROJECTS), error: { kind } };
    this.after(this.random.logBetween(MINUTE, 4 * HOUR), () => {
      if (window.process.isDead || window.isClosed) return;
      window.obstacle = undefined;
      // That the keyring was unlocked is told by nobody.
      if (kind === 'signed-out') window.resume();
    });
  }

  private endWindow(window: SoakWindow): void {
    const { process } = window;
    if (window.isClosed) return;
    if (process.isSuspended || this.random.chance(0.5)) {
      this.killed += 1;
      if (this.random.chance(0.5)) process.kill();
      // In the middle of something, where it does anything.
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
          this.faults.push(`${process.name} left ${process.pendingTimers} timers behind.`);
        }
        process.kill();
      });
    }
  }

  private sleep(duration: number): void {
    if (!this.machine.isAwake) return;
    this.machine.sleep();
    this.after(duration, () => {
      this.machine.wake();
      if (this.random.chance(0.5)) this.personLooks();
    });
  }

  private trouble(trouble: Trouble, duration: number): void {
    this.cloud.troubles.clear();
    this.cloud.troubles.set(trouble, this.machine.time + duration);
  }

  private suspendOne(duration: number): void {
    const window = this.anyWindow;
    window?.process.suspend(duration);
  }

  private restart(): void {
    if (!this.machine.isAwake) return;
    for (const { process } of this.alive) process.kill();
    this.machine.restart();
    this.noneUntil = this.machine.time + 6 * MINUTE;
  }

  private personLooks(): void {
    const window = this.anyWindow;
    if (window === undefined) return;
    for (const other of this.windows) other.isFocused = other === window;
    window.focus();
    if (this.random.chance(0.1)) window.markSeen(() => this.random.chance(0.7));
    if (this.random.chance(0.1)) window.lookNow();
  }

  private personActs(): void {
    const window = this.anyWindow;
    const known = window === undefined ? [] : [...window.store.all().keys()];
    if (window === undefined || known.length === 0) return;
    const key = this.random.pick(known);
    const record = this.ledger.of(key);
    if (record.tracking !== 'kept') return;
    if (this.random.chance(0.7)) window.rename(key, `label ${this.machine.time}`);
    else if (record.plan.transitions.every(({ at }) => at < this.machine.time)) this.untrackForAWhile(window, record);
  }

  private untrackForAWhile(window: SoakWindow, { plan: { key } }: JobRecord): void {
    window.untrack(key);
    if (this.random.chance(0.5)) return;
    this.after(this.random.logBetween(5 * MINUTE, 5 * HOUR), () => {
      if (this.ledger.of(key).tracking !== 'removed') return;
      this.ledger.forget(key);
      this.track(key);
    });
  }

  private planTracking({ key, startsAt, transitions }: JobPlan): void {
    this.machine.at(startsAt + this.random.logBetween(100, 10 * MINUTE), () => {
      this.track(key);
    });
    const end = transitions.find(({ status }) => isAfterFirstEnd(status));
    if (end === undefined) return;
    this.machine.at(end.at, () => {
      const record = this.ledger.of(key);
      if (record.tracking === 'kept') record.noticeableFrom = this.leisureFor(record);
    });
  }

  private track(key: string): void {
    const record = this.ledger.of(key);
    if (record.tracking !== 'none' && record.tracking !== 'wanted') return;
    const window = this.anyWindow;
    window?.track(key);
    if (window !== undefined) record.noticeableFrom = this.leisureFor(record);
    // It may be killed before it is done.
    this.after(this.random.between(MINUTE, 10 * MINUTE), () => {
      this.track(key);
    });
  }

  private noticed(record: JobRecord): void {
    const end = record.plan.transitions.find(({ status }) => isAfterFirstEnd(status));
    if (end === undefined || record.noticeableFrom === undefined) return;
    record.notice ??= {
      after: this.machine.time - end.at,
      leisure: this.leisureFor(record) - record.noticeableFrom,
    };
  }

  private beginAftermath(): SoakWindow {
    this.isOver = true;
    for (const { process } of this.alive) process.kill();
    this.cloud.troubles.clear();
    this.cloud.noLists.clear();
    this.cloud.faultShare = 0;
    this.machine.wake();
    this.machine.setClockWrongBy(0);
    const last = this.openWindow();
    return last;
  }

  private async settleDown(last: SoakWindow): Promise<void> {
    const expectNoTimers = (window: SoakWindow, when: string) => {
      const { pendingTimers } = window.process;
      if (pendingTimers > 0) this.faults.push(`${pendingTimers} timers are left ${when}.`);
    };
    const asked = this.cloud.sent.length;
    expectNoTimers(last, 'when all is settled');
    const other = this.openWindow();
    await this.machine.run(this.machine.time + MINUTE);
    expectNoTimers(other, 'in a window that finds all settled');
    if (this.cloud.sent.length > asked + 4 * PROJECTS.length) this.faults.push('A new window asks too much.');
    for (const window of [last, other]) {
      window.close();
      await this.machine.run(this.machine.time + 20 * SECOND);
      expectNoTimers(window, 'behind a window that was closed');
    }
  }

  private claimed(file: string): void {
    const claim = claimIn(file);
    if (claim === undefined) return;
    const { claims } = this.ledger.of(claim.key);
    claims.set(claim.endingNumber, (claims.get(claim.endingNumber) ?? 0) + 1);
  }

  private unclaimed(file: string): void {
    const claim = claimIn(file);
    if (claim === undefined) return;
    const { claims, tracking } = this.ledger.of(claim.key);
    if (tracking === 'kept') this.faults.push(`The claim of a tracked job was removed: ${file}`);
    else claims.delete(claim.endingNumber);
  }

  /** Notes whether there is a window that can ask, a service that answers, and budget to spare. */
  private planLeisure(): void {
    this.machine.after(MINUTE, () => {
      this.planLeisure();
      const canLook = this.machine.isAwake && this.cloud.isReachable && this.alive.some((window) => window.canLook);
      if (!canLook) return;
      for (const budget of BUDGETS) {
        if (this.cloud.isUsed(budget, this.limit / 4)) continue;
        this.leisure.set(budget, this.leisureOf(budget) + MINUTE);
      }
    });
  }

  private leisureFor({ plan }: JobRecord): number {
    return this.leisureOf(budgetNameOf(plan.reference.projectId));
  }

  private leisureOf(budget: string): number {
    return this.leisure.get(budget) ?? 0;
  }

  private after(delay: number, happening: () => void): void {
    this.machine.after(delay, happening);
  }

  /** Again and again until the week is over, on average so far apart. */
  private often(apart: number, happening: () => void): void {
    this.after(Math.round(-Math.log(1 - this.random.next()) * apart), () => {
      if (this.isOver) return;
      happening();
      this.often(apart, happening);
    });
  }
}

/** Before it there is neither an end nor a way back. */
function isAfterFirstEnd(status: string | undefined): boolean {
  return status !== 'INIT' && status !== 'RUNNING' && status !== 'PAUSED';
}

function claimIn(file: string): { readonly key: string; readonly endingNumber: number } | undefined {
  if (path.dirname(file) !== path.join(STORAGE, 'announced')) return undefined;
  const [key = '', number] = path.basename(file).split('.');
  return { key, endingNumber: Number(number) };
}
