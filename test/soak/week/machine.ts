/**
 * A computer whose week passes in seconds: it sleeps while true time continues, its clock is set, and its processes are
 * killed, some of them in the middle of an operation.
 */
import type { Clock, Instant } from '../../../src/base/clock';
import type { Disposable } from '../../../src/base/disposable';
import { SECOND } from '../../../src/base/time-units';
import { EventQueue, type QueuedEvent } from './event-queue';

interface Timer {
  readonly owner: Process;
  readonly callback: () => void;
}

/** Between turns of the event loop, which the test's time limit needs. */
const STEPS_PER_TURN = 20_000;

export class Machine {
  /** Ordered by awake time. */
  private readonly timers = new EventQueue<Timer>();
  /** Ordered by true time. */
  private readonly events = new EventQueue<() => void>();
  private trueTime = 0;
  private awakeTime = 0;
  private clockError = 0;
  private isSleeping = false;
  private steps = 0;

  /** @param beginning the true time at the start */
  constructor(private readonly beginning: Instant) {}

  /** True time since the beginning. */
  get trueMs(): number {
    return this.trueTime;
  }

  /** True time, which the service's clock shows. */
  get trueInstant(): Instant {
    return this.beginning + this.trueTime;
  }

  get isAwake(): boolean {
    return !this.isSleeping;
  }

  /** The time that the computer's clock shows. */
  get clockTime(): Instant {
    return this.trueInstant + this.clockError;
  }

  /** Time since the computer started, without sleeps. */
  get awakeMs(): number {
    return this.awakeTime;
  }

  /** Schedules an event by true time. */
  at(time: number, event: () => void): void {
    this.events.add(Math.max(time, this.trueTime), event);
  }

  after(delay: number, event: () => void): void {
    this.at(this.trueTime + delay, event);
  }

  addTimer(delay: number, timer: Timer): QueuedEvent<Timer> {
    return this.timers.add(this.awakeTime + Math.max(0, delay), timer);
  }

  sleep(): void {
    this.isSleeping = true;
  }

  wake(): void {
    this.isSleeping = false;
  }

  /** Sets the computer's clock to be wrong by `errorMs`. */
  setClockWrongBy(errorMs: number): void {
    this.clockError = errorMs;
  }

  /** Kill all processes before. */
  restart(): void {
    this.timers.clear();
    this.awakeTime = 20 * SECOND;
  }

  /** Lets true time pass, step by step; the effects of each step settle before the next. */
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
      if (this.steps % STEPS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
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

/** Runs all pending promises. A turn of the event loop, which costs much, is run only if some work waits for it. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
  while (process.getActiveResourcesInfo().includes('Immediate')) await new Promise((resolve) => setImmediate(resolve));
}

/** A process of the computer. Its timers never fire after it was killed, and fire late if it is suspended. */
export class Process implements Clock {
  private readonly pending = new Set<QueuedEvent<Timer>>();
  private readonly deathListeners: (() => void)[] = [];
  private suspendedUntil = 0;
  private isKilled = false;
  private operationsLeft = Infinity;

  constructor(
    private readonly machine: Machine,
    readonly name: string,
  ) {}

  get isDead(): boolean {
    return this.isKilled;
  }

  get isSuspended(): boolean {
    return this.wasSuspendedSince(this.machine.awakeMs);
  }

  /** Whether it was suspended at that awake time or after it. */
  wasSuspendedSince(awakeMs: number): boolean {
    return this.suspendedUntil > awakeMs;
  }

  get pendingTimers(): number {
    return this.pending.size;
  }

  now(): Instant {
    return this.machine.clockTime;
  }

  elapsed(): number {
    return this.machine.awakeMs;
  }

  schedule(delay: number, callback: () => void): Disposable {
    if (this.isKilled) return { dispose: () => undefined };
    const timer = this.machine.addTimer(delay, {
      owner: this,
      callback: () => {
        // It may have been disposed while it was delayed by a suspension.
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

  /** Called by the machine alone. */
  fire(callback: () => void): void {
    if (this.isKilled) return;
    const lateMs = this.suspendedUntil - this.machine.awakeMs;
    if (lateMs > 0) this.machine.addTimer(lateMs, { owner: this, callback });
    else callback();
  }

  suspend(durationMs: number): void {
    this.suspendedUntil = Math.max(this.suspendedUntil, this.machine.awakeMs + durationMs);
  }

  /** From now on, nothing that it does has an effect. */
  kill(): void {
    if (this.isKilled) return;
    this.isKilled = true;
    for (const timer of this.pending) timer.cancel();
    this.pending.clear();
    for (const listener of this.deathListeners) listener();
  }

  /** Kills it in the middle of its work, after `count` more file operations. */
  killAfterOperations(count: number): void {
    this.operationsLeft = count;
  }

  /** Counts the start or the end of a file operation; returns whether the process survives it. */
  countOperation(): boolean {
    this.operationsLeft -= 1;
    if (this.operationsLeft < 0) this.kill();
    return !this.isKilled;
  }

  onDeath(listener: () => void): void {
    this.deathListeners.push(listener);
  }
}
