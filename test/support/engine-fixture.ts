/** Poll engines for tests: over fakes, with defaults for everything that a test does not care about. */
import type { Disposable } from '../../src/base/disposable';
import { MemoryRequestBudget } from './memory-request-budget';
import type { NewJobsParts } from '../../src/jobs/discovery/new-job-finder';
import type { JobKey } from '../../src/jobs/model/job-reference';
import { nothingKnown } from '../../src/jobs/resources/known-project';
import type { ResourceParts } from '../../src/jobs/resources/resource-lookups';
import { DurationHistory } from '../../src/jobs/model/duration-history';
import { PollEngine, type PollEngineParts } from '../../src/jobs/polling/poll-engine';
import { JobStore } from '../../src/jobs/store/job-store';
import { FakeClock } from './fake-clock';
import { FakeSource, neverPaused, onlyWindow } from './fake-source';
import { MemoryLog, noFiles, reference } from './samples';

/** No project is followed for new jobs. */
export const nothingFollowed: NewJobsParts = {
  followed: {
    of: () => undefined,
    read: () => Promise.resolve(undefined),
    change: () => Promise.resolve(undefined),
    serviceTime: (_, now) => now,
    onDidChange: () => ({ dispose: () => undefined }),
  },
  isFocused: () => true,
  notify: () => undefined,
};

/** Names are turned off. */
export const noNames: ResourceParts = {
  known: {
    isOn: false,
    of: nothingKnown,
    change: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  },
  resourceSource: {
    callerOf: () => Promise.resolve(undefined),
    listResources: () => Promise.reject(new Error('Names are turned off.')),
    listQuotas: () => Promise.reject(new Error('Names are turned off.')),
    listRecycleBin: () => Promise.reject(new Error('Names are turned off.')),
  },
};

/** Returns an engine of the only window, which is never paused, without jitter. */
export function newEngine(
  parts: Pick<PollEngineParts, 'store' | 'source' | 'clock'> & Partial<PollEngineParts>,
): PollEngine {
  return new PollEngine({
    leaseOf: onlyWindow,
    pause: neverPaused,
    durations: new DurationHistory(),
    random: () => 0.5,
    networkAddresses: () => '',
    newJobs: nothingFollowed,
    resources: noNames,
    log: new MemoryLog(),
    ...parts,
  });
}

/** One window over a fake cloud. The store saves nothing; the budget is 100 requests in 5 min. */
export class EngineFixture implements Disposable {
  readonly clock = new FakeClock();
  readonly cloud = new FakeSource(this.clock, new MemoryRequestBudget(() => 100, this.clock));
  readonly log = new MemoryLog();
  readonly store = new JobStore(noFiles, this.log);
  readonly durations = new DurationHistory();
  network = '';
  engine = this.open();

  /** Opens one more engine. */
  open(changes: Partial<PollEngineParts> = {}): PollEngine {
    const { clock, cloud: source, log, store, durations } = this;
    return newEngine({ store, source, clock, log, durations, networkAddresses: () => this.network, ...changes });
  }

  /** Replaces the engine. */
  restart(changes: Partial<PollEngineParts> = {}): void {
    this.engine.dispose();
    this.engine = this.open(changes);
  }

  track(jobId = reference.jobId): Promise<JobKey> {
    return this.store.track({ ...reference, jobId }, this.clock.now());
  }

  dispose(): void {
    this.engine.dispose();
  }
}
