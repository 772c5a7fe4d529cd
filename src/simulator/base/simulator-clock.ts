/** The simulator's time: it can be held, moved forward and made to run at another speed, and never goes back. */
import { InputError } from './input-error';

export interface SimulatorClockOptions {
  /** The instant to begin at, in ms since 1970 UTC. Now by default. */
  readonly startAt?: number;
  readonly speed?: number;
  readonly held?: boolean;
  /** What drives it, in real ms; it must never go back. The computer's clock, held where that goes back, by default. */
  readonly source?: () => number;
}

/**
 * Everything the simulated cloud does reads this one clock: jobs, the signature's date window, locks, tokens and the
 * `Date` header. A client that signs by its own wall clock therefore gets "signature expired" once the two are 15
 * minutes apart: let it share this clock, or leave the speed at 1 and start short jobs.
 */
export class SimulatorClock {
  readonly #source: () => number;
  #instant: number;
  #readAt: number;
  #speed: number;
  #held: boolean;

  /** @throws InputError for a speed or an instant that is not a number of that kind. */
  constructor(options: SimulatorClockOptions = {}) {
    this.#source = options.source ?? monotoneWallClock();
    this.#instant = finite(options.startAt ?? Date.now(), 'The clock must start at');
    this.#speed = notNegative(options.speed ?? 1, 'The speed of the clock');
    this.#held = options.held ?? false;
    this.#readAt = this.#source();
  }

  /** Whole ms since 1970 UTC. */
  now(): number {
    return Math.floor(this.#moveOn());
  }

  get held(): boolean {
    return this.#held;
  }

  /** Stops the time. Holding twice is holding once. */
  hold(): void {
    this.#moveOn();
    this.#held = true;
  }

  /** Lets the time run on from where it was held. */
  release(): void {
    this.#moveOn();
    this.#held = false;
  }

  /** Simulated ms for each real ms. */
  get speed(): number {
    return this.#speed;
  }

  /** Changes how fast the time runs from here on; the present instant stays. */
  set speed(speed: number) {
    const next = notNegative(speed, 'The speed of the clock');
    this.#moveOn();
    this.#speed = next;
  }

  /** Moves the time forward, held or not. */
  advance(ms: number): void {
    this.#instant = this.#moveOn() + notNegative(ms, 'What the clock is advanced by');
  }

  /** Turns the real time since the last look into simulated time. */
  #moveOn(): number {
    const read = this.#source();
    if (!this.#held) this.#instant += (read - this.#readAt) * this.#speed;
    this.#readAt = read;
    return this.#instant;
  }
}

/** Unlike Node's monotonic clock, it goes on while a laptop sleeps, as the clock of whoever signs requests does. */
function monotoneWallClock(): () => number {
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
