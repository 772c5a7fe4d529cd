/** The editor's secret storage, which may never answer: the window that keeps the secrets may be gone. */
import type { SecretStorage } from 'vscode';
import type { Clock } from '../../base/clock';
import { withTimeout } from '../../base/timing';

export type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete'>;

/** Milliseconds. */
const PATIENCE = 10_000;

/** All methods reject where the storage fails, or does not answer. */
export class SecretStorageWithTimeout implements Secrets {
  constructor(
    private readonly secrets: Secrets,
    private readonly clock: Pick<Clock, 'schedule'>,
  ) {}

  get(name: string): Promise<string | undefined> {
    return this.patiently(this.secrets.get(name));
  }

  store(name: string, value: string): Promise<void> {
    return this.patiently(this.secrets.store(name, value));
  }

  delete(name: string): Promise<void> {
    return this.patiently(this.secrets.delete(name));
  }

  private patiently<T>(action: Thenable<T>): Promise<T> {
    return withTimeout(this.clock, PATIENCE, action, () => {
      throw new Error('The secret storage did not answer.');
    });
  }
}
