/** The events of the exported API. The store has one listener for all of other extensions, and none if they have none. */
import type { JobChange, JobData } from '../../../api/elb-job-tracker';
import type { Disposable } from '../../base/disposable';
import { errorMessageOf } from '../../base/error-message';
import { Emitter, type Event } from '../../base/emitter';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { JobChange as StoreChange, JobChangeKind } from '../../jobs/model/job-change';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { jobData } from '../jobs/job-data';

interface JobEventsParts extends Pick<WindowContext, 'log'> {
  readonly store: Pick<JobStore, 'onDidChange'>;
  readonly credentials: Pick<CredentialManager, 'profileOf'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

/** No data changes with them. */
const OWN_KINDS: ReadonlySet<JobChangeKind> = new Set<JobChangeKind>(['poll-wanted', 'polled', 'seen']);
/** Of errors of listeners: one may throw at each event. */
const MAX_LOGGED_ERRORS = 20;

export class JobEvents {
  readonly onDidChange: Event<JobChange>;
  readonly onDidEnd: Event<JobData>;
  private readonly changes: Emitter<JobChange>;
  private readonly endings: Emitter<JobData>;
  private subscription: Disposable | undefined;
  private listeners = 0;
  private loggedErrors = 0;
  /** Jobs that are loaded at first are no news. */
  private isReady = false;

  constructor(private readonly parts: JobEventsParts) {
    const report = (cause: unknown) => {
      this.report(cause);
    };
    [this.changes, this.endings] = [new Emitter<JobChange>(report), new Emitter<JobData>(report)];
    this.onDidChange = this.counted(this.changes.event);
    this.onDidEnd = this.counted(this.endings.event);
    void parts.ready.then(() => {
      this.isReady = true;
    });
  }

  private counted<T>(event: Event<T>): Event<T> {
    return (listener) => {
      // Each call is a subscription of its own, also with the same listener.
      const subscription = event((data) => {
        listener(data);
      });
      this.listeners += 1;
      this.subscription ??= this.parts.store.onDidChange((changes) => {
        this.fire(changes);
      });
      let isDisposed = false;
      return {
        dispose: () => {
          if (isDisposed) return;
          isDisposed = true;
          subscription.dispose();
          this.listeners -= 1;
          if (this.listeners > 0) return;
          this.subscription?.dispose();
          this.subscription = undefined;
        },
      };
    };
  }

  private fire(changes: readonly StoreChange[]): void {
    for (const { tracked, kinds } of changes) {
      const isEnded = kinds.includes('ended');
      if (!this.isReady && !isEnded) continue;
      if (kinds.every((kind) => OWN_KINDS.has(kind))) continue;
      const job = jobData(tracked, this.parts.credentials);
      const kind = kinds.includes('removed') ? 'removed' : kinds.includes('added') ? 'added' : 'changed';
      this.changes.fire(Object.freeze({ kind, job }));
      if (isEnded) this.endings.fire(job);
    }
  }

  private report(cause: unknown): void {
    this.loggedErrors += 1;
    if (this.loggedErrors > MAX_LOGGED_ERRORS) return;
    this.parts.log.error(`A listener of another extension failed: ${errorMessageOf(cause)}`);
  }
}
