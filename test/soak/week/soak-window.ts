/** One window, composed as the extension composes itself, but without an editor. */
import path from 'node:path';
import { limitJob, readJob } from '../../../src/cloud/api/job-schema';
import type { Disposable } from '../../../src/base/disposable';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import { EndingAnnouncer } from '../../../src/jobs/endings/ending-announcer';
import type { JobDirectory } from '../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { JobStore } from '../../../src/jobs/store/job-store';
import { JobMover } from '../../../src/jobs/store/segments/job-mover';
import { Lease } from '../../../src/storage/lease';
import type { Log } from '../../../src/base/log';
import type { JobSource } from '../../../src/jobs/job-source';
import type { ProjectReference } from '../../../src/jobs/model/project';
import type { RequestBudget } from '../../../src/jobs/budget/request-budget';
import type { PollError } from '../../../src/jobs/model/poll-error';
import { PollEngine } from '../../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { isUnseen } from '../../../src/jobs/model/tracked-job';
import type { FileSystem } from '../../../src/storage/file-system';
import { nothingFollowed } from '../../support/engine-fixture';
import { neverPaused } from '../../support/fake-source';
import type { Ledger } from './ledger';
import type { Process } from './machine';
import { RecordedStore, CachingDirectory } from './recording';
import type { SeededRandom } from '../../support/seeded-random';

export const STORAGE = path.normalize('/storage');

export interface WindowParts {
  readonly process: Process;
  readonly files: FileSystem;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  /** Requests per five minutes. */
  readonly limit: number;
  /** Returns the window's job source. */
  readonly sourceOf: (window: SoakWindow, budgetNamed: (name: string) => RequestBudget) => JobSource;
  /** Called with each new status in a response. */
  readonly onStatus: (key: JobKey, status: string | undefined) => void;
  /** Called with each error in the window's log. */
  readonly onError: (line: string) => void;
}

export class SoakWindow {
  isFocused = false;
  isClosed = false;
  /** Why it cannot poll a project; undefined if it can poll all. */
  obstacle: { readonly projectId: string; readonly error: PollError } | undefined;
  readonly process: Process;
  readonly store: JobStore;
  readonly directory: JobDirectory;
  private readonly engine: PollEngine;
  private readonly endings: EndingAnnouncer;
  private readonly mover: JobMover;
  private readonly watch: Disposable;

  constructor(private readonly parts: WindowParts) {
    const { process, ledger, random } = parts;
    this.process = process;
    const shared = sharedOf(parts);
    const { log } = shared;
    const onQuarantine = (file: string) => {
      parts.onError(`${file} was quarantined.`);
    };
    this.directory = new CachingDirectory({ ...shared, readJob, onQuarantine });
    this.mover = new JobMover({ ...shared, readJob, limitJob, onQuarantine }, this.directory.ended);
    this.store = new RecordedStore(this.directory, log, (key, status) => {
      this.recordUntilSaved(ledger.of(key).statuses, { status, isSaved: false });
      parts.onStatus(key, status);
    });
    this.engine = new PollEngine({
      store: this.store,
      source: parts.sourceOf(this, requestBudgets({ ...shared, limit: () => parts.limit })),
      pause: neverPaused,
      leaseOf: ({ projectId }) => new Lease({ ...shared, directory: path.join(STORAGE, 'leases'), name: projectId }),
      durations: new DurationHistory(),
      clock: process,
      random: random.next,
      networkAddresses: () => '',
      newJobs: nothingFollowed,
      log,
    });
    this.endings = new EndingAnnouncer(
      {
        store: this.store,
        claims: this.directory.claims,
        clock: process,
        isFocused: () => this.isFocused,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: (project) => this.isPolling(project),
        merged: () => Promise.resolve(),
        log,
      },
      (ended) => {
        for (const { key, tracked } of ended) {
          const { endingNumber, job } = tracked;
          ledger.of(key).announcements.push({ endingNumber, status: job?.status });
        }
      },
    );
    this.store.onDidChange((changes) => {
      if (changes.some(({ kinds }) => kinds.includes('ended'))) this.moveEndedJobs();
    });
    this.watch = this.directory.watch((keys) => {
      this.readAgain(keys);
    });
    void this.open();
  }

  isPolling(project: ProjectReference): boolean {
    return this.engine.isPolling(project);
  }

  /** Whether it can poll all projects. */
  get canPoll(): boolean {
    const { isDead, isSuspended } = this.process;
    return !isDead && !isSuspended && !this.isClosed && this.obstacle === undefined;
  }

  focus(): void {
    this.readAgain();
    this.moveEndedJobs();
    this.engine.catchUp();
  }

  /** The credentials changed. */
  resume(): void {
    this.engine.resume();
  }

  refresh(keys?: readonly JobKey[]): void {
    this.engine.refresh(keys);
  }

  track(key: JobKey): void {
    const record = this.parts.ledger.of(key);
    record.tracking = 'wanted';
    this.store
      .track(record.plan.reference, this.process.now())
      .then(() => {
        if (!this.process.isDead) record.tracking = 'saved';
      })
      .catch((cause: unknown) => {
        this.parts.onError(`Tracking failed: ${String(cause)}`);
      });
  }

  untrack(key: JobKey): void {
    const record = this.parts.ledger.of(key);
    record.tracking = 'unwanted';
    this.store
      .untrack([key])
      .then(() => {
        if (!this.process.isDead) record.tracking = 'removed';
      })
      .catch((cause: unknown) => {
        this.parts.onError(`Untracking failed: ${String(cause)}`);
      });
  }

  rename(key: JobKey, text: string): void {
    const label = { text, isSaved: false };
    this.parts.ledger.of(key).label = label;
    this.store.rename(key, text);
    this.onceSaved(label);
  }

  /** As the tree does when a person sees it. */
  markSeen(isShown: () => boolean): void {
    const unseen = [...this.store.all()].filter(([, tracked]) => isUnseen(tracked) && isShown());
    this.store.markSeen(new Map(unseen.map(([key, { endingNumber }]) => [key, endingNumber])));
    for (const [key, { endingNumber }] of unseen) {
      this.recordUntilSaved(this.parts.ledger.of(key).seen, { endingNumber, isSaved: false });
    }
  }

  /** As the editor closes it; pending writes may still finish. */
  close(): void {
    this.isClosed = true;
    this.watch.dispose();
    this.mover.dispose();
    this.endings.dispose();
    this.engine.dispose();
    this.store.dispose();
  }

  private async open(): Promise<void> {
    await this.store.open();
    await this.endings.catchUp();
    this.moveEndedJobs();
  }

  private moveEndedJobs(): void {
    this.mover.moveJobs(this.store.all()).catch((cause: unknown) => {
      this.parts.onError(`The ended jobs could not be moved: ${String(cause)}`);
    });
  }

  private readAgain(keys?: ReadonlySet<JobKey>): void {
    this.store.readAgain(keys).catch((cause: unknown) => {
      this.parts.onError(`The jobs could not be read again: ${String(cause)}`);
    });
  }

  private recordUntilSaved<Change extends { isSaved: boolean }>(changes: Change[], change: Change): void {
    changes.push(change);
    // The caller applies the change to the store first.
    void Promise.resolve().then(() => {
      this.onceSaved(change);
    });
  }

  private onceSaved(change: { isSaved: boolean }): void {
    void this.store.flush().then(() => {
      if (!this.process.isDead) change.isSaved = true;
    });
  }
}

/** Returns the parts that all objects of a window share. */
export function sharedOf({ process, files, onError }: Pick<WindowParts, 'process' | 'files' | 'onError'>) {
  const ignore = () => undefined;
  const log: Log = { debug: ignore, info: ignore, warn: ignore, error: onError };
  return { files, clock: process, owner: process.name, directory: STORAGE, log };
}
