/**
 * A computer whose week passes in seconds: it sleeps while true time goes on, somebody sets its clock, and its processes
 * end, some of them in the middle of what they do.
 */
import type { Clock, Instant } from '../../../src/base/clock';
import type { Disposable } from '../../../src/base/disposable';
import { Agenda, type Appointment } from './agenda';

interface Timer {
  readonly owner: Process;
  readonly callback: () => void;
}

/** After so many steps whoever waits for the simulation, a test's time limit for one, gets a turn. */
const STEPS_IN_A_TURN = 20_000;

export class Machine {
  /** By the time that this computer was awake. */
  private readonly timers = new Agenda<Timer>();
  /** By true time. */
  private readonly events = new Agenda<() => void>();
  private trueTime = 0;
  private awakeTime = 0;
  private clockError = 0;
  private isSleeping = false;
  private steps = 0;

  /** @param beginning true time, as the service has it, in ms since 1970 UTC */
  constructor(private readonly beginning: Instant) {}

  /** Milliseconds of true time since the beginning. */
  get time(): number {
    return this.trueTime;
  }

  /** True time as the service has it. */
  get instant(): Instant {
    return this.beginning + this.trueTime;
  }

  get isAwake(): boolean {
    return !this.isSleeping;
  }

  /** What the computer's clock shows. */
  get shown(): Instant {
    return this.instant + this.clockError;
  }

  /** Milliseconds since the computer was started, less those that it slept. */
  get awake(): number {
    return this.awakeTime;
  }

  /** Something that happens by true time. */
  at(time: number, happening: () => void): void {
    this.events.add(Math.max(time, this.trueTime), happening);
  }

  after(delay: number, happening: () => void): void {
    this.at(this.trueTime + delay, happening);
  }

  addTimer(delay: number, timer: Timer): Appointment<Timer> {
    return this.timers.add(this.awakeTime + Math.max(0, delay), timer);
  }

  sleep(): void {
    this.isSleeping = true;
  }

  wake(): void {
    this.isSleeping = false;
  }

  /** Its clock is wrong by so much from now on. */
  setClockWrongBy(error: number): void {
    this.clockError = error;
  }

  /** No process may be left. */
  restart(): void {
    this.timers.clear();
    this.awakeTime = 20_000;
  }

  /** Lets true time pass, step after step, and what each sets in motion settle before the next. */
  async run(until: number): Promise<void> {
    await settle();
    for (;;) {
      const event = this.events.first()?.at ?? Infinity;
      const timer = this.isSleeping ? Infinity : (this.timers.first()?.at ?? Infinity) - this.awakeTime + this.trueTime;
      if (Math.min(event, timer) > until) break;
      this.passTo(Math.min(event, timer));
      if (event <= timer) this.events.take()?.();
      else this.fire();
      await settle();
      this.steps += 1;
      if (this.steps % STEPS_IN_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.passTo(until);
  }

  private passTo(time: number): void {
    const passed = Math.max(0, time - this.trueTime);
    this.trueTime += passed;
    if (!this.isSleeping) this.awakeTime += passed;
  }

  private fire(): void {
    const timer = this.timers.take();
    if (timer === undefined) return;
    timer.owner.fire(timer.callback);
  }
}

/** Runs all that is pending, without the event loop's turn that a `setImmediate` would cost. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

/** One process of the computer: its timers come no more once it is dead, and later while it is suspended. */
export class Process implements Clock {
  private readonly pending = new Set<Appointment<Timer>>();
  private readonly farewells: (() => void)[] = [];
  private suspendedUntil = 0;
  private isOver = false;
  private operationsLeft = Infinity;

  constructor(
    private readonly machine: Machine,
    readonly name: string,
  ) {}

  get isDead(): boolean {
    return this.isOver;
  }

  get isSuspended(): boolean {
    return this.wasSuspendedSince(this.machine.awake);
  }

  /** By the time that the computer was awake. */
  wasSuspendedSince(awake: number): boolean {
    return this.suspendedUntil > awake;
  }

  get pendingTimers(): number {
    return this.pending.size;
  }

  now(): Instant {
    return this.machine.shown;
  }

  elapsed(): number {
    return this.machine.awake;
  }

  schedule(delay: number, callback: () => void): Disposable {
    if (this.isOver) return { dispose: () => undefined };
    const timer = this.machine.addTimer(delay, {
      owner: this,
      callback: () => {
        // It may have been disposed of while its turn was put off.
        if (this.pending.delete(timer)) callback();
      },
    });
    this.pending.add(timer);
    return {
      dispose: () => {
        timer.cancel();
        this.pending.delete(timer);
      },
    };
  }

  /** Only for the machine. */
  fire(callback: () => void): void {
    if (this.isOver) return;
    const late = this.suspendedUntil - this.machine.awake;
    if (late > 0) this.machine.addTimer(late, { owner: this, callback });
    else callback();
  }

  suspend(duration: number): void {
    this.suspendedUntil = Math.max(this.suspendedUntil, this.machine.awake + duration);
  }

  /** What it does from now on has no effect on anything outside. */
  kill(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const timer of this.pending) timer.cancel();
    this.pending.clear();
    for (const farewell of this.farewells) farewell();
  }

  /** Kills it in the middle of its work, when it has begun so many more operations on files. */
  killAfterOperations(count: number): void {
    this.operationsLeft = count;
  }

  /** False where it does not live to see it. */
  countOperation(): boolean {
    this.operationsLeft -= 1;
    if (this.operationsLeft < 0) this.kill();
    return !this.isOver;
  }

  onDeath(farewell: () => void): void {
    this.farewells.push(farewell);
  }
}
