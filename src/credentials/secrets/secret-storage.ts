/** The editor's secret storage with a timeout: it never answers if the window that holds the secrets was closed. */
import type { SecretStorage } from 'vscode';
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';

export type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete'>;

const TIMEOUT_MS = 10 * SECOND;

/** All methods reject if the storage fails, or does not answer in time. */
export class SecretStorageWithTimeout implements Secrets {
  constructor(
    private readonly secrets: Secrets,
    private readonly clock: Pick<Clock, 'schedule'>,
  ) {}

  get(name: string): Promise<string | undefined> {
    return this.orTimeout(this.secrets.get(name));
  }

  store(name: string, value: string): Promise<void> {
    return this.orTimeout(this.secrets.store(name, value));
  }

  delete(name: string): Promise<void> {
    return this.orTimeout(this.secrets.delete(name));
  }

  private orTimeout<T>(action: Thenable<T>): Promise<T> {
    return withTimeout(this.clock, TIMEOUT_MS, action, () => {
      throw new Error('The secret storage did not answer.');
    });
  }
}
