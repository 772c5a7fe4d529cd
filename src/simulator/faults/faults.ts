/** Faults for tests: the requests that a fault matches, how often, and its effect on their responses. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InputError } from '../base/input-error';
import type { Random } from '../base/random';
import type { Route, RouteName } from '../services/routes';
import type { ErrorPresetName } from './error-presets';

/** The maximum of Node's timers: they do not wait at all for a longer time. */
const MAX_DELAY_MS = 2 ** 31 - 1;

type HeaderValues = Readonly<Record<string, string>>;

/** Any response: a proxy's page, a redirect, invalid JSON, or JSON of other types. */
export interface RawResponse {
  readonly status: number;
  readonly headers?: HeaderValues | undefined;
  readonly body?: string | undefined;
  /** Instead of `body`, for bytes that no string can express, such as invalid UTF-8. */
  readonly bodyBase64?: string | undefined;
}

/** The response that the effect distorts; by default the cloud's. */
interface WithResponse {
  readonly response?: RawResponse | undefined;
}

export type FaultEffect =
  /** An error in the format of the gateway and of ELB; the request is not checked. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly headers?: HeaderValues | undefined;
    }
  /** An error of a service, in its form and with its usual status; see error-presets.ts. */
  | { readonly kind: 'preset'; readonly name: ErrorPresetName; readonly status?: number | undefined }
  | ({ readonly kind: 'response' } & RawResponse)
  /** The cloud's response after `ms` of real time. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No response: the connection stays open until the client or `stop()` closes it. */
  | { readonly kind: 'hang' }
  /** The connection is reset before a response. */
  | { readonly kind: 'reset' }
  /** The connection is closed in an orderly way half-way through the body, as when a server is shut down. */
  | ({ readonly kind: 'cut' } & WithResponse)
  /** The connection is reset half-way through the body. */
  | ({ readonly kind: 'resetHalfway' } & WithResponse)
  /** The headers and half of the body, then nothing more; the connection stays open. */
  | ({ readonly kind: 'stall' } & WithResponse)
  /** One byte every `ms` of real time. */
  | ({ readonly kind: 'drip'; readonly ms: number } & WithResponse)
  /** The body followed by spaces, `bytes` in all, without a declared length. */
  | ({ readonly kind: 'oversize'; readonly bytes: number } & WithResponse)
  /** The same, compressed to a thousandth by gzip. */
  | ({ readonly kind: 'gzipBomb'; readonly bytes: number } & WithResponse)
  /** The server's clock is off by `ms`: in the check of a signature's date, its message, and the `Date` header. */
  | { readonly kind: 'clockDrift'; readonly ms: number };

export interface Fault {
  /** By default every request to the cloud. */
  readonly match?: { readonly route?: RouteName | undefined; readonly jobId?: string | undefined } | undefined;
  /** The number of requests that it applies to; by default all until it is removed. */
  readonly times?: number | undefined;
  readonly effect: FaultEffect;
}

export interface FaultHandle {
  readonly id: string;
  /** The number of requests that it was applied to. */
  readonly hits: number;
  /** Does nothing if it is removed. */
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

  /** @throws InputError for an invalid effect. */
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

  /** @returns whether there was such a fault. */
  remove(id: string): boolean {
    const before = this.#injected.length;
    this.#injected = this.#injected.filter((injected) => injected.id !== id);
    return this.#injected.length < before;
  }

  /** Uses up one application of the first matching fault, in order of injection. @returns its effect. */
  take(route: Route | undefined): FaultEffect | undefined {
    const injected = this.#injected.find(({ fault }) => isFor(fault, route));
    if (!injected) return undefined;
    injected.hits += 1;
    if (injected.hits === injected.fault.times) this.remove(injected.id);
    return injected.fault.effect;
  }

  /** Returns the faults that can still apply. */
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
  if ('response' in effect && effect.response !== undefined) checkResponse(effect.response);
  switch (effect.kind) {
    case 'error':
    case 'response':
      checkResponse(effect);
      return;
    case 'preset':
      if (effect.status !== undefined) checkResponse({ status: effect.status });
      return;
    case 'delay':
    case 'drip':
      if (!(effect.ms >= 0 && effect.ms <= MAX_DELAY_MS)) {
        throw new InputError(`A delay must be from 0 to ${MAX_DELAY_MS} ms.`);
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

function checkResponse({ status, headers = {}, body, bodyBase64 }: RawResponse): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new InputError('The status of an effect must be from 200 to 599.');
  }
  if (body !== undefined && bodyBase64 !== undefined) {
    throw new InputError('A response has either a body or a bodyBase64.');
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
      throw new InputError(`"${name}" with that value is not a valid header.`);
    }
  }
}
