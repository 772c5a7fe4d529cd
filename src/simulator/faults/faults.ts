/** What a test may break: which requests a fault is for, how often, and what becomes of their answers. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InputError } from '../base/input-error';
import type { Random } from '../base/random';
import type { Route, RouteName } from '../services/routes';

/** The longest that a timer of Node waits: it takes anything longer for no time at all. */
const MAX_DELAY = 2 ** 31 - 1;

type HeaderValues = Readonly<Record<string, string>>;

/** Any answer at all: a proxy's page, a redirect, JSON that is broken or of other types. */
export interface AnyAnswer {
  readonly status: number;
  readonly headers?: HeaderValues | undefined;
  readonly body?: string | undefined;
  /** In place of `body`: bytes that no text has, such as invalid UTF-8. */
  readonly bodyBase64?: string | undefined;
}

/** How an answer arrives; it is the right one where none is given. */
interface OfAnswer {
  readonly answer?: AnyAnswer | undefined;
}

export type FaultEffect =
  /** A refusal in the shape of the gateway and of ELB, before the request is looked at. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly headers?: HeaderValues | undefined;
    }
  | ({ readonly kind: 'answer' } & AnyAnswer)
  /** The right answer, so many real ms late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer, ever: the connection stays open until the client or `stop()` ends it. */
  | { readonly kind: 'hang' }
  /** The connection is reset before an answer. */
  | { readonly kind: 'reset' }
  /** The body ends half-way, in an orderly way, as where a server is shut down. */
  | ({ readonly kind: 'cut' } & OfAnswer)
  /** The connection is reset half-way through the body. */
  | ({ readonly kind: 'resetHalfway' } & OfAnswer)
  /** The headers and half of the body, then nothing more, ever. */
  | ({ readonly kind: 'stall' } & OfAnswer)
  /** One byte every so many real ms. */
  | ({ readonly kind: 'drip'; readonly ms: number } & OfAnswer)
  /** The body, followed by spaces up to so many bytes, of no declared length. */
  | ({ readonly kind: 'oversize'; readonly bytes: number } & OfAnswer)
  /** The same, compressed to a thousandth by gzip. */
  | ({ readonly kind: 'gzipBomb'; readonly bytes: number } & OfAnswer)
  /** The server's clock is off by so many ms: in the check of the signature's date, in its text, in `Date`. */
  | { readonly kind: 'clockDrift'; readonly ms: number };

export interface Fault {
  /** Every request to the cloud where it is left out. */
  readonly match?: { readonly route?: RouteName | undefined; readonly jobId?: string | undefined } | undefined;
  /** How many requests it is for; until it is removed where this is left out. */
  readonly times?: number | undefined;
  readonly effect: FaultEffect;
}

export interface FaultHandle {
  readonly id: string;
  /** How many requests it was applied to. */
  readonly hits: number;
  /** Removing twice is removing once. */
  remove(): void;
}

interface Injected {
  readonly id: string;
  readonly fault: Fault;
  hits: number;
}

export class FaultBox {
  readonly #random: Random;
  #injected: readonly Injected[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** @throws InputError for an effect that cannot be. */
  inject(fault: Fault): FaultHandle {
    checkFault(fault);
    const injected: Injected = { id: this.#random.uuid(), fault, hits: 0 };
    this.#injected = [...this.#injected, injected];
    return {
      id: injected.id,
      get hits() {
        return injected.hits;
      },
      remove: () => {
        this.remove(injected.id);
      },
    };
  }

  /** Whether there was such a fault. */
  remove(id: string): boolean {
    const before = this.#injected.length;
    this.#injected = this.#injected.filter((injected) => injected.id !== id);
    return this.#injected.length < before;
  }

  /** The effect on this request, and one time less: faults are used up in the order they were injected. */
  take(route: Route | undefined): FaultEffect | undefined {
    const injected = this.#injected.find(({ fault }) => isFor(fault, route));
    if (!injected) return undefined;
    injected.hits += 1;
    if (injected.hits === injected.fault.times) this.remove(injected.id);
    return injected.fault.effect;
  }

  /** Those that are still to be applied. */
  list(): readonly (Fault & { readonly id: string; readonly hits: number })[] {
    return this.#injected.map(({ id, hits, fault }) => ({ id, hits, ...fault }));
  }
}

function isFor({ match }: Fault, route: Route | undefined): boolean {
  if (match?.route !== undefined && match.route !== route?.name) return false;
  return match?.jobId === undefined || (route?.name === 'ShowJob' && match.jobId === route.jobId);
}

function checkFault({ times, effect }: Fault): void {
  if (times !== undefined) checkCount(times, 'times');
  if ('answer' in effect && effect.answer !== undefined) checkAnswer(effect.answer);
  switch (effect.kind) {
    case 'error':
    case 'answer':
      checkAnswer(effect);
      return;
    case 'delay':
    case 'drip':
      if (!(effect.ms >= 0 && effect.ms <= MAX_DELAY)) {
        throw new InputError(`A delay must be from 0 to ${MAX_DELAY} ms.`);
      }
      return;
    case 'clockDrift':
      if (!Number.isFinite(effect.ms)) throw new InputError('A clock drift must be a finite number of ms.');
      return;
    case 'oversize':
    case 'gzipBomb':
      checkCount(effect.bytes, 'bytes');
      return;
    case 'hang':
    case 'reset':
    case 'cut':
    case 'resetHalfway':
    case 'stall':
      return;
  }
}

function checkAnswer({ status, headers = {}, body, bodyBase64 }: AnyAnswer): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new InputError('The status of an effect must be from 200 to 599.');
  }
  if (body !== undefined && bodyBase64 !== undefined) {
    throw new InputError('An answer has either a body or a bodyBase64.');
  }
  checkHeaders(headers);
}

function checkCount(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new InputError(`${name} must be a whole number from 1 on.`);
}

function checkHeaders(headers: HeaderValues): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new InputError(`"${name}" is no header that can be sent with that value.`);
    }
  }
}
