import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Job } from '../../../../src/cloud/api/job';
import { EndingClaims } from '../../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { EndingAnnouncer } from '../../../../src/jobs/endings/ending-announcer';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import type { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import { isEnding } from '../../../../src/jobs/model/job-status';
import { isUnseen } from '../../../../src/jobs/model/tracked-job';
import { newEngine } from '../../../support/engine-fixture';
import { FakeClock, settle } from '../../../support/fake-clock';
import { FakeSource, listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { SECOND } from '../../../../src/base/time-units';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const STATUSES = ['INIT', 'RUNNING', 'SUCCESS', 'COMPLETE', 'FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL', 'CANCEL', 'NEW'];

type Id = (typeof IDS)[number];

interface ModelJob {
  label: string | undefined;
  muted: boolean;
}

interface Model {
  readonly tracked: Map<Id, ModelJob>;
  readonly service: Map<Id, string>;
  isOffline: boolean;
}

/** One window at a time, over files that outlive it. */
class World {
  readonly clock = new FakeClock();
  readonly files = new MemoryFileSystem();
  readonly log = new MemoryLog();
  readonly source = new FakeSource(this.clock);
  readonly claims: string[] = [];
  readonly service = new Map<string, string>();
  isOffline = false;
  private sessions = 0;
  private directory = this.newDirectory();
  store = new JobStore(this.directory, this.log);
  engine = this.newEngine();
  private endings = this.newEndings();

  constructor() {
    this.source.respond = ({ jobId }) => {
      if (this.isOffline) return { ok: false, error: { kind: 'network' } };
      return { ok: true, value: { job: this.jobOf(jobId) } };
    };
    this.source.list = () => {
      if (this.isOffline) return { ok: false, error: { kind: 'network' } };
      return listOf(...IDS.map((id) => this.jobOf(id)));
    };
  }

  async reopen(): Promise<void> {
    await this.store.flush();
    this.engine.dispose();
    this.endings.dispose();
    this.store.dispose();
    this.directory = this.newDirectory();
    this.store = new JobStore(this.directory, this.log);
    this.engine = this.newEngine();
    this.endings = this.newEndings();
    await this.store.open();
    await this.endings.catchUp();
  }

  tracked(id: Id) {
    return this.store.get(keyOf(id)) ?? assert.fail(`${id} was lost`);
  }

  private jobOf(jobId: string): Job {
    return jobAt(this.service.get(jobId) ?? 'INIT', { jobId });
  }

  private newDirectory(): JobDirectory {
    this.sessions += 1;
    const { files, clock, log } = this;
    const owner = `session-${this.sessions}`;
    const onQuarantine = (file: string) => assert.fail(`${file} was quarantined`);
    return new JobDirectory({ files, clock, owner, directory: 'storage', readJob, onQuarantine, log });
  }

  private newEndings(): EndingAnnouncer {
    const { store, clock, log } = this;
    const claims = new EndingClaims({ files: this.files, clock, owner: 'session', directory: 'storage', readJob, log });
    const isFocused = () => true;
    const isPolling = () => true;
    const isWindowAlive = () => Promise.resolve(true);
    const merged = () => Promise.resolve();
    return new EndingAnnouncer({ store, claims, clock, isFocused, isWindowAlive, isPolling, merged, log }, (ended) => {
      for (const { tracked } of ended) this.claims.push(`${tracked.reference.jobId} ${tracked.endingNumber}`);
    });
  }

  private newEngine(): PollEngine {
    const { store, source, clock, log } = this;
    return newEngine({ store, source, clock, log });
  }
}

function keyOf(id: Id): JobKey {
  return jobKey({ ...reference, jobId: id });
}

type Command = fc.AsyncCommand<Model, World>;

/** Asserts what must hold after every step. */
function check(model: Model, world: World): void {
  assert.deepEqual([...world.store.all().keys()].sort(), [...model.tracked.keys()].map(keyOf).sort());
  for (const [id, { label, muted }] of model.tracked) {
    const tracked = world.tracked(id);
    assert.deepEqual([tracked.label, tracked.muted], [label, muted]);
    assert.ok(tracked.seenEnding <= tracked.endingNumber);
    assert.equal(isEnding(tracked.job?.status), tracked.ending !== undefined);
    const claims = world.claims.filter((claim) => claim.startsWith(`${id} `));
    assert.equal(new Set(claims).size, claims.length);
  }
}

const step = (
  name: string,
  can: (model: Model) => boolean,
  run: (model: Model, world: World) => Promise<void>,
): Command => ({
  check: can,
  run: async (model, world) => {
    await run(model, world);
    check(model, world);
  },
  toString: () => name,
});

const track = (id: Id) =>
  step(
    `track ${id}`,
    (model) => !model.tracked.has(id),
    async (model, world) => {
      // A job that is tracked again is announced again.
      world.claims.splice(0, Infinity, ...world.claims.filter((claim) => !claim.startsWith(`${id} `)));
      await world.store.track({ ...reference, jobId: id }, world.clock.now());
      model.tracked.set(id, { label: undefined, muted: false });
    },
  );

const untrack = (id: Id) =>
  step(
    `untrack ${id}`,
    (model) => model.tracked.has(id),
    async (model, world) => {
      await world.store.untrack([keyOf(id)]);
      model.tracked.delete(id);
    },
  );

const rename = (id: Id, label: string) =>
  step(
    `rename ${id}`,
    (model) => model.tracked.has(id),
    (model, world) => {
      world.store.rename(keyOf(id), label);
      const job = model.tracked.get(id);
      if (job) job.label = label;
      return Promise.resolve();
    },
  );

const mute = (id: Id, muted: boolean) =>
  step(
    `mute ${id} ${muted}`,
    (model) => model.tracked.has(id),
    (model, world) => {
      world.store.mute(keyOf(id), muted);
      const job = model.tracked.get(id);
      if (job) job.muted = muted;
      return Promise.resolve();
    },
  );

const viewJobs = () =>
  step(
    'view the jobs',
    () => true,
    async (model, world) => {
      // A person takes this long to see a new ending; its notification comes earlier.
      await world.clock.advance(3 * SECOND);
      world.store.markSeen(new Map([...world.store.all()].map(([key, { endingNumber }]) => [key, endingNumber])));
      for (const id of model.tracked.keys()) assert.ok(!isUnseen(world.tracked(id)));
    },
  );

const move = (id: Id, status: string) =>
  step(
    `${id} becomes ${status}`,
    () => true,
    (model, world) => {
      model.service.set(id, status);
      world.service.set(id, status);
      return Promise.resolve();
    },
  );

const network = (isOffline: boolean) =>
  step(
    isOffline ? 'offline' : 'online',
    (model) => model.isOffline !== isOffline,
    (model, world) => {
      model.isOffline = isOffline;
      world.isOffline = isOffline;
      return Promise.resolve();
    },
  );

const wait = (seconds: number) =>
  step(
    `wait ${seconds} s`,
    () => true,
    (_, world) => world.clock.advance(seconds * SECOND),
  );

const setBack = () =>
  step(
    'the clock is set back',
    () => true,
    async (_, world) => {
      world.clock.setBack(3600 * SECOND);
      await settle();
    },
  );

const reopen = () =>
  step(
    'the window is closed and opened',
    () => true,
    (_, world) => world.reopen(),
  );

/** After 70 s with a network, the state of every running job is known, and each ending was announced once. */
const catchUp = () =>
  step(
    'every change is noticed',
    (model) => !model.isOffline,
    async (model, world) => {
      world.engine.catchUp();
      await world.clock.advance(70 * SECOND);
      await world.store.flush();
      for (const id of model.tracked.keys()) {
        const { job, endingNumber, ending } = world.tracked(id);
        if (!isEnding(job?.status)) assert.equal(job?.status, model.service.get(id) ?? 'INIT', id);
        const announced = world.claims.filter((claim) => claim.startsWith(`${id} `));
        assert.deepEqual(
          announced,
          Array.from({ length: endingNumber }, (_, number) => `${id} ${number + 1}`),
        );
        assert.equal(ending !== undefined, isEnding(job?.status));
      }
    },
  );

const id = fc.constantFrom(...IDS);
const commands = [
  id.map(track),
  id.map(track),
  id.map(untrack),
  fc.tuple(id, fc.string({ maxLength: 5 })).map(([job, label]) => rename(job, label)),
  fc.tuple(id, fc.boolean()).map(([job, muted]) => mute(job, muted)),
  fc.constant(viewJobs()),
  fc.tuple(id, fc.constantFrom(...STATUSES)).map(([job, status]) => move(job, status)),
  fc.tuple(id, fc.constantFrom(...STATUSES)).map(([job, status]) => move(job, status)),
  fc.boolean().map(network),
  fc.integer({ min: 0, max: 40 }).map(wait),
  fc.constant(setBack()),
  fc.constant(reopen()),
  fc.constant(catchUp()),
];

describe('store and engine', () => {
  it('agree with a simple model of them, whatever a person, the service and the network do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60 }), async (sequence) => {
        const world = new World();
        try {
          await fc.asyncModelRun(
            () => ({
              model: { tracked: new Map<Id, ModelJob>(), service: new Map<Id, string>(), isOffline: false },
              real: world,
            }),
            sequence,
          );
        } finally {
          world.engine.dispose();
        }
      }),
      { numRuns: 2000 },
    );
  }).timeout(240_000);
});
