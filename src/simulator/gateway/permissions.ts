/** The permissions of the callers: all have each, until a test removes one. */
import { Refusal } from '../http/simulated-response';
import type { Caller } from './gateway';

/** The actions of ELB that requests are checked for, as identity policies name them. Jobs need none. */
export const ACTIONS = ['elb:loadbalancers:list', 'elb:listeners:list', 'elb:quotas:list'] as const;
export type Action = (typeof ACTIONS)[number];

export interface MissingPermission {
  readonly action: Action;
  /** An access key or a user's name; all callers if missing. */
  readonly caller?: string | undefined;
}

export class Permissions {
  #missing: readonly MissingPermission[] = [];

  get missing(): readonly MissingPermission[] {
    return this.#missing;
  }

  /** @param caller an access key or a user's name; all callers if missing */
  remove(action: Action, caller?: string): void {
    this.restore(action, caller);
    this.#missing = [...this.#missing, { action, ...(caller === undefined ? {} : { caller }) }];
  }

  /** @param caller as in `remove`; without it, all callers have the permission again */
  restore(action: Action, caller?: string): void {
    this.#missing = this.#missing.filter(
      (each) => each.action !== action || (caller !== undefined && each.caller !== caller),
    );
  }

  /** @throws Refusal 403 ELB.9802, documented for an action that is not granted; the message is not published. */
  check(action: Action, { name }: Caller): void {
    const isMissing = this.#missing.some(
      (each) => each.action === action && (each.caller === undefined || each.caller === name),
    );
    if (isMissing) throw new Refusal(403, 'ELB.9802', `Policy doesn't allow ${action} to be performed.`);
  }
}
