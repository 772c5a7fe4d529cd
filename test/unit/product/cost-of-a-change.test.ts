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
    await store.applyList(readList(listBody(COUNT, () => 'RUNNING')), BEGIN);
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
    'by a new status': () => store.applyList(listWith('ROLLBACKING'), BEGIN),
    'by a new name': () => {
      store.rename(key(), 'renamed');
    },
    'by a failed poll': () => {
      store.applyError(key(), { kind: 'network', message: '' }, BEGIN);
    },
    'by a request for a poll': () => {
      store.requestPolls([key()], BEGIN);
    },
    'by its end': () => store.applyList(listWith('COMPLETE'), BEGIN),
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

describe('a list of 1,000 jobs', () => {
  const list = (status = 'RUNNING') => readList(listBody(COUNT, () => status));
  let store: WatchedStore;

  beforeEach(async () => {
    store = new WatchedStore(noFiles, new MemoryLog());
    const references = Array.from({ length: COUNT }, (_, index) => referenceOf(index));
    await store.trackAll(references, BEGIN);
    await store.applyList(list(), BEGIN);
    // The second one completes the extra polls after a change.
    await store.applyList(list(), BEGIN + SECOND);
  });

  afterEach(() => {
    store.dispose();
  });

  it('that repeats the last one reads no sub-job', async () => {
    for (const { job } of store.all().values()) {
      const unreadable = new Proxy(job?.subJobs ?? [], { get: () => assert.fail('a sub-job was read') });
      Object.assign(job ?? assert.fail(), { subJobs: unreadable });
    }
    await store.applyList(list(), BEGIN + 2 * SECOND);
  });

  it('in which all jobs changed is applied in parts, in order, without losing one', async () => {
    const parts: (readonly JobKey[])[] = [];
    store.onDidChange((changes) => parts.push(changes.map(({ key }) => key)));
    const applied = store.applyList(list('ROLLBACKING'), BEGIN + 2 * SECOND);
    const firstParts = parts.length;
    await applied;
    assert.ok(firstParts === 1 && parts.length > 5, 'other work has its turn after each part');
    assert.deepEqual(parts.flat(), [...list().keys()]);
  });

  it('applies an answer again that the job had before it changed', async () => {
    const key = store.find(referenceOf(500)) ?? assert.fail();
    const [other = assert.fail()] = list('FAIL').values();
    store.applyResponse(key, { job: other.read() }, BEGIN + 2 * SECOND);
    await store.applyList(list(), BEGIN + 3 * SECOND);
    assert.equal(store.get(key)?.job?.status, 'RUNNING');
  });
});
