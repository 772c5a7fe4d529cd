/** The quotas of the simulated cloud's projects, and their use. Tests set both. */
import { InputError } from '../base/input-error';

export interface SimulatedQuota {
  /** -1 for no limit. */
  readonly limit: number;
  readonly used: number;
  readonly unit: string;
}

/** The keys are documented; the limits are made up. The first is exceeded, as the errors of the catalog's jobs say. */
const DEFAULTS: readonly (readonly [key: string, limit: number, used: number])[] = [
  ['loadbalancer', 50, 50],
  ['listener', 100, 37],
  ['pool', 500, 41],
  ['member', 500, 128],
  ['healthmonitor', -1, 41],
  ['certificate', 120, 9],
  ['ipgroup', 50, 0],
  ['l7policy', 500, 12],
  ['security_policy', 50, 1],
];

export class SimulatedQuotas {
  readonly #quotas = new Map<string, SimulatedQuota>(
    DEFAULTS.map(([key, limit, used]) => [key, { limit, used, unit: 'count' }]),
  );

  /** Adds a quota, or replaces the quota with that key. @throws InputError for numbers that no quota has. */
  set(
    key: string,
    { limit, used, unit = 'count' }: Omit<SimulatedQuota, 'unit'> & { readonly unit?: string | undefined },
  ): void {
    if (!Number.isSafeInteger(limit) || limit < -1) throw new InputError('limit must be a whole number from -1 on.');
    if (!Number.isSafeInteger(used) || used < 0) throw new InputError('used must be a whole number from 0 on.');
    this.#quotas.set(key, { limit, used, unit });
  }

  list(): readonly (SimulatedQuota & { readonly key: string })[] {
    return [...this.#quotas].map(([key, quota]) => ({ key, ...quota }));
  }
}
