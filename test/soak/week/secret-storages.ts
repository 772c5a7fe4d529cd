/** The editor's secret storages: shared by all windows of a desktop, of one browser each, or failing without a keyring. */
import type { Process } from './machine';

export interface SeenSecrets {
  readonly get: (name: string) => Promise<string | undefined>;
  readonly store: (name: string, value: string) => Promise<void>;
  readonly delete: (name: string) => Promise<void>;
  readonly onDidChange: (listener: () => void) => void;
}

export class SecretStorages {
  private readonly values = new Map<string, string>();
  private readonly listeners = new Map<Process, () => void>();

  /** @returns the storage as a window sees it; a dead window gets no answer */
  seenBy(owner: Process): SeenSecrets {
    const answer = <T>(value: T): Promise<T> => (owner.isDead ? new Promise(() => undefined) : Promise.resolve(value));
    return {
      get: (name) => answer(this.values.get(name)),
      store: (name, value) => {
        if (!owner.isDead) this.set(name, value);
        return answer(undefined);
      },
      delete: (name) => {
        if (!owner.isDead) this.set(name, undefined);
        return answer(undefined);
      },
      onDidChange: (listener) => {
        this.listeners.set(owner, listener);
      },
    };
  }

  private set(name: string, value: string | undefined): void {
    if (value === undefined) this.values.delete(name);
    else this.values.set(name, value);
    for (const [owner, listener] of this.listeners) owner.schedule(10, listener);
  }
}

const fail = () => Promise.reject(new Error('There is no keyring.'));

export const NO_KEYRING: SeenSecrets = { get: fail, store: fail, delete: fail, onDidChange: () => undefined };
