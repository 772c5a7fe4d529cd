/** The simulator's clock: it can be held, advanced and run at another speed, and never goes back. */
import { InputError } from './input-error';

interface SimulatorClockOptions {
  /** The time to start at, in ms since the epoch; now by default. */
  readonly startAt?: number;
  readonly speed?: number;
  readonly held?: boolean;
  /** Real time in ms, which must never go back. By default the computer's clock, held while that goes back. */
  readonly source?: () => number;
}

/**
 * The whole simulated cloud uses this clock: jobs, the check of a signature's date, locks, tokens and the `Date` header.
 * A client that signs by the computer's clock therefore gets "signature expired" when the two are 15 minutes apart: let
 * it share this clock, or leave the speed at 1 and start short jobs.
 */
export class SimulatorClock {
  readonly #source: () => number;
  #instant: number;
  #readAt: number;
  #speed: number;
  #held: boolean;

  /** @throws InputError for an invalid speed or start. */
  constructor(options: SimulatorClockOptions = {}) {
    this.#source = options.source ?? monotonicWallClock();
    this.#instant = finite(options.startAt ?? Date.now(), 'The clock must start at');
    this.#speed = notNegative(options.speed ?? 1, 'The speed of the clock');
    this.#held = options.held ?? false;
    this.#readAt = this.#source();
  }

  /** Whole ms since the epoch. */
  now(): number {
    return Math.floor(this.#update());
  }

  get held(): boolean {
    return this.#held;
  }

  /** Stops the clock; does nothing if it is held. */
  hold(): void {
    this.#update();
    this.#held = true;
  }

  /** Lets the clock continue from the time at which it was held. */
  release(): void {
    this.#update();
    this.#held = false;
  }

  /** Simulated ms for each real ms. */
  get speed(): number {
    return this.#speed;
  }

  /** Changes the speed from now on; the present time stays. */
  set speed(speed: number) {
    const next = notNegative(speed, 'The speed of the clock');
    this.#update();
    this.#speed = next;
  }

  /** Moves the clock forward, held or not. */
  advance(ms: number): void {
    this.#instant = this.#update() + notNegative(ms, 'What the clock is advanced by');
  }

  /** Adds the real time since the last reading, at the present speed. */
  #update(): number {
    const read = this.#source();
    if (!this.#held) this.#instant += (read - this.#readAt) * this.#speed;
    this.#readAt = read;
    return this.#instant;
  }
}

/** Unlike Node's monotonic clock, it runs while a laptop sleeps, as the clock that signs requests does. */
function monotonicWallClock(): () => number {
  let latest = 0;
  return () => (latest = Math.max(latest, Date.now()));
}

function finite(value: number, what: string): number {
  if (!Number.isFinite(value)) throw new InputError(`${what} a finite number.`);
  return value;
}

function notNegative(value: number, what: string): number {
  if (!(finite(value, `${what} must be`) >= 0)) throw new InputError(`${what} must not be negative.`);
  return value;
}
