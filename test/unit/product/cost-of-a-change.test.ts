import assert from 'node:assert/strict';
import { SECOND } from '../../../src/base/time-units';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../src/jobs/store/job-store';
import { BenchWindow } from '../../bench/engine/bench-window';
import { BEGIN, listBody, readList, referenceOf } from '../../bench/engine/wire-jobs';
import { MemoryLog, noFiles } from '../../support/samples';

const COUNT = 1000;
/** The tooltip of the status bar shows 15 jobs. */
const MAX_OTHERS = 16;

/** A store that records which jobs its listeners read. */
class WatchedStore extends JobStore {
  readonly read = new Set<JobKey>();
  private readonly watched = new Proxy(super.all(), {
    get: (jobs, name): unknown => {
      if (name === 'size') return jobs.size;
      if (name === 'has') return (key: JobKey) => jobs.has(key);
      if (name === 'get') return (key: JobKey) => this.get(key);
      // All others read all jobs.
      for (const key of jobs.keys()) this.read.add(key);
      const member: unknown = Reflect.get(jobs, name, jobs);
      return typeof member === 'function' ? (member.bind(jobs) as unknown) : member;
    },
  });

  override all(): ReadonlyMap<JobKey, TrackedJob> {
    return this.watched;
  }

  override get(key: JobKey): TrackedJob | undefined {
    this.read.add(key);
    return super.get(key);
  }
}

describe('a change of one of 1,000 jobs', () => {
  const store = new WatchedStore(noFiles, new MemoryLog());
  const window = Object.assign(new BenchWindow('unused', BEGIN), { store });
  const { clock } = window;
  const attached = window.attach();
  const key = () => store.find(referenceOf(500)) ?? assert.fail('it is tracked');
  let rounds = 0;

  before(async () => {
    const references = Array.from({ length: COUNT }, (_, index) => referenceOf(index));
    await store.trackAll(references, BEGIN);
    store.applyList(readList(listBody(COUNT, () => 'RUNNING')), BEGIN);
    await attached.showRows();
    await clock.advance(30 * SECOND);
  });

  after(() => {
    attached.dispose();
    window.dispose();
  });

  /** A list of all jobs in which one has this status. */
  function listWith(status: string) {
    rounds += 1;
    return readList(listBody(COUNT, (index) => (index === 500 ? status : 'RUNNING'), rounds));
  }

  const changes: Readonly<Record<string, () => unknown>> = {
    'by a new status': () => {
      store.applyList(listWith('ROLLBACKING'), BEGIN);
    },
    'by a new name': () => {
      store.rename(key(), 'renamed');
    },
    'by a failed poll': () => {
      store.applyError(key(), { kind: 'network', message: '' }, BEGIN);
    },
    'by a request for a poll': () => {
      store.requestPolls([key()], BEGIN);
    },
    'by its end': () => {
      store.applyList(listWith('COMPLETE'), BEGIN);
    },
    'whose ending was seen': () => {
      store.markSeen(new Map([[key(), 1]]));
    },
    'that is removed': () => store.untrack([key()]),
    'that is tracked again': () => store.track(referenceOf(500), BEGIN),
    'that began now': () => store.track(referenceOf(COUNT), BEGIN + SECOND),
  };

  for (const [what, change] of Object.entries(changes)) {
    it(`${what} reads none of the others in the views and in the engine, except those in the status bar’s tooltip`, async () => {
      store.read.clear();
      await change();
      assert.ok(store.read.size > 0, 'the listeners were called');
      assert.ok(store.read.size <= MAX_OTHERS + 1, `${store.read.size} jobs were read`);
    });
  }
});
