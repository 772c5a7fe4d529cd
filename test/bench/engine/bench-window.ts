/** One window of the engine benchmark: a job store with everything that listens to it in the extension, and no editor. */
import type { Disposable } from '../../../src/base/disposable';
import { HOUR } from '../../../src/base/time-units';
import { readJob } from '../../../src/cloud/api/job-schema';
import type { CredentialManager } from '../../../src/credentials/credential-manager';
import { EndingAnnouncer } from '../../../src/jobs/endings/ending-announcer';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { PollEngine } from '../../../src/jobs/polling/poll-engine';
import { DuplicateJobs } from '../../../src/jobs/store/duplicate-jobs';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { ExpiryNotice } from '../../../src/ui/notices/expiry-notice';
import { StatusBar } from '../../../src/ui/status-bar';
import { DemoData } from '../../../src/ui/tracking/demo-data';
import { ContextKeys } from '../../../src/ui/tree/context-keys';
import { NEWEST_FIRST } from '../../../src/ui/tree/job-arrangement';
import { JobTree } from '../../../src/ui/tree/job-tree';
import { SeenMarker } from '../../../src/ui/tree/seen-marker';
import { TreeMessage } from '../../../src/ui/tree/tree-message';
import { FakeClock } from '../../support/fake-clock';
import { noNames, nothingFollowed } from '../../support/engine-fixture';
import { neverPaused, onlyWindow, unlimitedBudget } from '../../support/fake-source';
import { windowStateChanges } from '../../support/fake-vscode';
import { MemoryLog, reference } from '../../support/samples';
import { nextTurn } from './thread-time';

const noEvent = () => ({ dispose: () => undefined });

/** Jobs are listed in the default order. */
const options = { current: NEWEST_FIRST, onDidChange: noEvent, clearFilter: () => Promise.resolve() };

const projectNames = { of: ({ projectId }: { readonly projectId: string }) => projectId, onDidChange: noEvent };

const pause = neverPaused;

const followed = { all: () => [], onDidChange: noEvent };

/** One profile, which expires later than any warning is due. */
function credentialsUntil(end: number): CredentialManager {
  const profile = {
    ...{ id: '0123456789abcdef', endpoint: reference.endpoint, projectId: reference.projectId },
    ...{ source: { kind: 'stored' }, accessKeyStart: 'ABCD', keyChangedAt: 0 },
  };
  return {
    all: () => [profile],
    unreadable: [],
    profileOf: () => profile,
    endOf: () => end,
    refusalFor: () => undefined,
    onDidChange: noEvent,
  } as unknown as CredentialManager;
}

/** All ended jobs stay. */
const RETENTION = { maxAgeMs: Infinity, maxJobs: Infinity };

export class BenchWindow implements Disposable {
  readonly clock: FakeClock;
  readonly log = new MemoryLog();
  readonly directory: JobDirectory;
  readonly store: JobStore;

  constructor(folder: string, now: number, owner = 'bench') {
    this.clock = new FakeClock(now);
    const { clock, log } = this;
    this.directory = new JobDirectory({
      ...{ clock, owner, readJob, log, directory: folder },
      files: new NodeFileSystem(),
      onQuarantine: (file) => {
        throw new Error(`${file} was quarantined.`);
      },
    });
    this.store = new JobStore(this.directory, log);
  }

  /** Attaches what listens to the store in the extension. Requests of the engine get no response. */
  attach(): AttachedWindow {
    return new AttachedWindow(this);
  }

  dispose(): void {
    this.store.dispose();
  }
}

export class AttachedWindow implements Disposable {
  readonly tree: JobTree;
  private readonly engine: PollEngine;
  private readonly contextKeys: ContextKeys;
  private readonly endings: EndingAnnouncer;
  private readonly disposables: readonly Disposable[];

  constructor(private readonly window: BenchWindow) {
    const { store, clock, log, directory } = window;
    const { claims } = directory;
    const credentials = credentialsUntil(clock.now() + 24 * HOUR);
    const durations = new DurationHistory();
    const duplicates = new DuplicateJobs({ store, claims, log });
    this.engine = new PollEngine({
      ...{ store, durations, clock, log, pause },
      source: {
        obstacleFor: () => Promise.resolve(undefined),
        showJob: () => new Promise(() => undefined),
        listJobs: () => new Promise(() => undefined),
        budgetOf: () => Promise.resolve(unlimitedBudget),
      },
      leaseOf: onlyWindow,
      random: () => 0.5,
      networkAddresses: () => '',
      newJobs: nothingFollowed,
      resources: noNames,
    });
    this.tree = new JobTree({ store, durations, clock, log, options, projectNames });
    const { view } = this.tree;
    const views = { store, credentials, pause, followed, options, clock } as unknown as ConstructorParameters<
      typeof StatusBar
    >[0] &
      ConstructorParameters<typeof TreeMessage>[1] &
      ConstructorParameters<typeof ContextKeys>[0];
    this.contextKeys = new ContextKeys({
      ...{ ...views, view },
      removedJobs: { all: () => [], onDidChange: noEvent },
      networkAddresses: () => '',
      walkthrough: { complete: () => undefined },
    });
    this.endings = new EndingAnnouncer(
      {
        ...{ store, claims, clock, log },
        isFocused: () => true,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: (project) => this.engine.isPolling(project),
        merged: (key) => duplicates.merged(key),
      },
      () => undefined,
    );
    this.disposables = [
      ...[duplicates, this.engine, this.tree, this.contextKeys, this.endings],
      new StatusBar(views),
      new TreeMessage(view, views),
      new ExpiryNotice({ credentials, store, claim: () => Promise.resolve(false), clock, log }),
      new DemoData({
        ...{ store, durations, clock, log },
        tree: { reveal: () => Promise.resolve() },
        documents: { close: () => Promise.resolve() },
        endingNotices: { hasOnlyDemoNotices: false },
        timelines: { close: () => undefined },
      }),
      new SeenMarker({
        ...{ view, options, store, clock },
        window: { isFocused: () => true, onDidChange: windowStateChanges.event },
      }),
    ];
  }

  /** As the session opens the store. The returned promises are those that the window does not wait for. */
  async open(): Promise<readonly Promise<unknown>[]> {
    await this.window.store.open();
    this.contextKeys.setReady();
    return [this.endings.catchUp(), this.window.store.prune(RETENTION, this.window.clock.now())];
  }

  /** As the session does when the window gets the focus. */
  async focus(): Promise<void> {
    windowStateChanges.fire({ focused: true });
    const reading = this.window.store.readAgain();
    this.engine.catchUp();
    await reading;
  }

  /** As the editor asks for the rows: those of all jobs, and those below the first 50. */
  async showRows(expanded = 50): Promise<number> {
    const { tree } = this;
    const answer = (nodes: ReturnType<typeof tree.getChildren>) =>
      Promise.all(nodes.map((node) => Promise.resolve(tree.provider.getTreeItem(node))));
    // The editor sends a message of its own for the list, and for each expanded row.
    await nextTurn();
    const roots = tree.getChildren();
    const items = await answer(roots);
    for (const root of roots.slice(0, expanded)) {
      await nextTurn();
      await answer(tree.getChildren(root));
    }
    return items.length;
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
