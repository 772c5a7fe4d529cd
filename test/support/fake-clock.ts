/** A clock that a test advances. */
import type { Clock, Instant } from '../../src/base/clock';
import type { Disposable } from '../../src/base/disposable';

interface Timer {
  at: Instant;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  private readonly timers = new Set<Timer>();
  private passed = 0;

  constructor(private instant: Instant = Date.UTC(2026, 0, 1)) {}

  get pendingTimers(): number {
    return this.timers.size;
  }

  now(): Instant {
    return this.instant;
  }

  elapsed(): number {
    return this.passed;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    const timer = { at: this.instant + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    return { dispose: () => this.timers.delete(timer) };
  }

  /** Lets time pass, timer by timer, and lets pending promises run after each. */
  async advance(durationMs: number): Promise<void> {
    const end = this.instant + durationMs;
    await settle();
    for (let next = this.nextBefore(end); next !== undefined; next = this.nextBefore(end)) {
      this.timers.delete(next);
      this.passed += Math.max(0, next.at - this.instant);
      this.instant = Math.max(this.instant, next.at);
      next.callback();
      await settle();
    }
    this.passed += Math.max(0, end - this.instant);
    this.instant = end;
  }

  /** Sets the computer's clock back, which changes no timer's delay. */
  setBack(durationMs: number): void {
    this.instant -= durationMs;
    for (const timer of this.timers) timer.at -= durationMs;
  }

  /** Lets the computer sleep: its clock advances, its timers do not. */
  sleep(durationMs: number): void {
    this.instant += durationMs;
    for (const timer of this.timers) timer.at += durationMs;
  }

  private nextBefore(end: Instant): Timer | undefined {
    return [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets pending promises run. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass until the action settles, e.g. while windows wait for each other's locks. */
export async function whileTimePasses<T>(clock: FakeClock, action: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const end = () => {
    state.isDone = true;
  };
  action.then(end, end);
  while (!state.isDone) await clock.advance(25);
  return action;
}
