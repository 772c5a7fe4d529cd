/** A clock that passes as fast as a test wants. */
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

  schedule(delay: number, callback: () => void): Disposable {
    const timer = { at: this.instant + Math.max(0, delay), callback };
    this.timers.add(timer);
    return { dispose: () => this.timers.delete(timer) };
  }

  /** Lets time pass, timer after timer, and what each sets in motion settle before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.instant + milliseconds;
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

  /** The computer's clock is set back; timers come after as long as before. */
  setBack(milliseconds: number): void {
    this.instant -= milliseconds;
    for (const timer of this.timers) timer.at -= milliseconds;
  }

  /** The computer sleeps: its clock goes on, its timers do not. */
  sleep(milliseconds: number): void {
    this.instant += milliseconds;
    for (const timer of this.timers) timer.at += milliseconds;
  }

  private nextBefore(end: Instant): Timer | undefined {
    return [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets pending promises run. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass until it is done, as where windows wait for each other. */
export async function whileTimePasses<T>(clock: FakeClock, action: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const end = () => {
    state.isDone = true;
  };
  action.then(end, end);
  while (!state.isDone) await clock.advance(25);
  return action;
}
