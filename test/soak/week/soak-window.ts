/** One window, composed as the extension composes itself, but without an editor. */
import path from 'node:path';
import { limitJob, readJob } from '../../../src/cloud/api/job-schema';
import type { Disposable } from '../../../src/base/disposable';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import { EndingAnnouncer } from '../../../src/jobs/endings/ending-announcer';
import { ReminderClaims } from '../../../src/jobs/endings/reminder-claims';
import { UpgradeReminders } from '../../../src/jobs/endings/upgrade-reminders';
import { FollowedProjects } from '../../../src/jobs/discovery/followed-projects';
import { DuplicateJobs } from '../../../src/jobs/store/duplicate-jobs';
import type { JobDirectory } from '../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { JobStore } from '../../../src/jobs/store/job-store';
import { KnownResources } from '../../../src/jobs/resources/known-resources';
import type { ResourceSource } from '../../../src/jobs/resources/resource-source';
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
import { neverPaused } from '../../support/fake-source';
import type { FollowedJobs } from './followed-jobs';
import type { Ledger } from './ledger';
import type { Process } from './machine';
import { RecordedStore, CachingDirectory } from './recording';
import type { SeededRandom } from '../../support/seeded-random';

export const STORAGE = path.normalize('/storage');

export interface WindowParts {
  readonly process: Process;
  readonly files: FileSystem;
  readonly ledger: Ledger;
  /** Missing: no project is followed. */
  readonly followedJobs?: FollowedJobs;
  /** Milliseconds by which the service's clock is ahead. */
  readonly skewMs?: () => number;
  readonly random: SeededRandom;
  /** Requests per five minutes. */
  readonly limit: number;
  /** Returns the window's job source. */
  readonly sourceOf: (window: SoakWindow, budgetNamed: (name: string) => RequestBudget) => JobSource;
  readonly resourcesOf: (window: SoakWindow) => ResourceSource;
  /** Called with each new status in a response. */
  readonly onStatus: (key: JobKey, status: string | undefined) => void;
  /** Called with each job whose reminder is shown; missing: the window has no reminders. */
  readonly onReminder?: ((key: JobKey) => void) | undefined;
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
  readonly followed: FollowedProjects;
  readonly known: KnownResources;
  private readonly duplicates: DuplicateJobs;
  private readonly engine: PollEngine;
  private readonly endings: EndingAnnouncer;
  private readonly reminders: UpgradeReminders | undefined;
  private readonly mover: JobMover;
  private readonly watches: readonly Disposable[];

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
    this.followed = new FollowedProjects({ ...shared, skewOf: () => parts.skewMs?.() ?? 0, onQuarantine });
    this.store = new RecordedStore(this.directory, log, (key, status) => {
      const record = ledger.find(key);
      if (record !== undefined) this.recordUntilSaved(record.statuses, { status, isSaved: false });
      parts.onStatus(key, status);
    });
    this.known = new KnownResources({ ...shared, store: this.store, isOn: () => true });
    const { claims } = this.directory;
    this.duplicates = new DuplicateJobs({ store: this.store, claims, log });
    this.engine = new PollEngine({
      store: this.store,
      source: parts.sourceOf(this, requestBudgets({ ...shared, limit: () => parts.limit })),
      pause: neverPaused,
      leaseOf: ({ projectId }) => new Lease({ ...shared, directory: path.join(STORAGE, 'leases'), name: projectId }),
      durations: new DurationHistory(),
      clock: process,
      random: random.next,
      networkAddresses: () => '',
      newJobs: { followed: this.followed, isFocused: () => true, notify: () => undefined },
      resources: { known: this.known, resourceSource: parts.resourcesOf(this) },
      log,
    });
    this.endings = new EndingAnnouncer(
      {
        store: this.store,
        claims,
        clock: process,
        isFocused: () => this.isFocused,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: (project) => this.isPolling(project),
        merged: (key) => this.duplicates.merged(key),
        log,
      },
      (ended) => {
        for (const { key, tracked } of ended) {
          const { endingNumber, job } = tracked;
          ledger.find(key)?.announcements.push({ endingNumber, status: job?.status });
          parts.followedJobs?.announced(key, job?.status);
        }
      },
    );
    const { onReminder } = parts;
    this.reminders =
      onReminder &&
      new UpgradeReminders(
        {
          store: this.store,
          claims: new ReminderClaims(shared),
          clock: process,
          isFocused: () => this.isFocused,
          isWindowAlive: () => Promise.resolve(true),
          isPolling: (project) => this.isPolling(project),
          isReal: () => true,
          isWanted: () => true,
          log,
        },
        (waiting) => {
          for (const { key } of waiting) onReminder(key);
        },
      );
    this.store.onDidChange((changes) => {
      parts.followedJobs?.changed(changes);
      if (changes.some(({ kinds }) => kinds.includes('ended'))) this.moveEndedJobs();
    });
    this.watches = [
      this.directory.watch((keys) => {
        this.readAgain(keys);
      }),
      this.followed.watch(() => void this.followed.readAgain()),
      this.known.watch(() => void this.known.readAgain()),
    ];
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
      const record = this.parts.ledger.find(key);
      if (record !== undefined) this.recordUntilSaved(record.seen, { endingNumber, isSaved: false });
    }
  }

  stopReminders(): void {
    this.reminders?.dispose();
  }

  /** As the editor closes it; pending writes may still finish. */
  close(): void {
    this.isClosed = true;
    for (const watch of this.watches) watch.dispose();
    this.duplicates.dispose();
    this.mover.dispose();
    this.endings.dispose();
    this.stopReminders();
    this.engine.dispose();
    this.followed.dispose();
    this.known.dispose();
    this.store.dispose();
  }

  private async open(): Promise<void> {
    await this.known.readAgain();
    await this.store.open();
    await this.followed.readAgain();
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
