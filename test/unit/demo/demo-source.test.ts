import assert from 'node:assert/strict';
import { demoReferences, earlierDemoJobs } from '../../../src/demo/demo-jobs';
import { DEMO_PROJECT, isDemo } from '../../../src/demo/demo-project';
import { DemoSource } from '../../../src/demo/demo-source';
import { RoutedSource } from '../../../src/demo/routed-source';
import { countedOwner, ownerOf } from '../../../src/demo/counted-jobs';
import { parseEndpoint } from '../../../src/cloud/places/endpoint';
import type { Job } from '../../../src/cloud/api/job';
import { adviceOn } from '../../../src/cloud/api/job-error-advice';
import { type JobReference, jobKey, parseJobId } from '../../../src/jobs/model/job-reference';
import type { JobSource } from '../../../src/jobs/job-source';
import { JobStore } from '../../../src/jobs/store/job-store';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { newlyTracked } from '../../../src/jobs/model/tracked-job';
import { newEngine } from '../../support/engine-fixture';
import { FakeClock } from '../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../support/samples';
import { isProjectId } from '../../../src/base/id-patterns';
import { SECOND, MINUTE } from '../../../src/base/time-units';

const signal = new AbortController().signal;
const [UPGRADE, CLONE, BATCH, ROLLBACK, DELETION] = demoReferences();

/** Returns the demo source of a window in which all jobs were tracked at the same time. */
function window(clock: FakeClock, trackedAt = clock.now()): DemoSource {
  return new DemoSource({ trackedAt: () => trackedAt, clock });
}

async function shown(source: JobSource, reference: JobReference | undefined): Promise<Job> {
  const result = await source.showJob(reference ?? assert.fail('there is such a job'), signal);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value.job;
}

/** A cloud that must not be polled. */
const forbidden: JobSource = {
  obstacleFor: () => assert.fail('the cloud was polled'),
  showJob: () => assert.fail('the cloud was polled'),
  listJobs: () => assert.fail('the cloud was polled'),
  budgetOf: () => assert.fail('the cloud was polled'),
};

describe('the demo project', () => {
  it('has an endpoint that cannot exist, and ids in valid formats', () => {
    assert.deepEqual(parseEndpoint(DEMO_PROJECT.endpoint), { ok: true, origin: 'https://demo.invalid' });
    assert.ok(isProjectId(DEMO_PROJECT.projectId));
    for (const { jobId } of demoReferences()) assert.equal(parseJobId(jobId), jobId);
    assert.equal(
      new Set(demoReferences().map(({ jobId }) => jobId.slice(0, 8))).size,
      5,
      'the ids differ in their first 8 characters',
    );
  });

  it('has no jobs of the cloud', () => {
    assert.deepEqual([isDemo(DEMO_PROJECT), isDemo(reference)], [true, false]);
  });
});

describe('the demo source', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  it('shows jobs in progress from the start: running, starting, rolling back', async () => {
    const source = window(clock);
    const first = await Promise.all(demoReferences().map((each) => shown(source, each)));
    assert.deepEqual(
      first.map(({ jobType, status }) => [jobType, status]),
      [
        ['UPGRADE', 'RUNNING'],
        ['cloneLoadbalancer', 'INIT'],
        ['batchCreateV3Loadbalancer', 'RUNNING'],
        ['cloneListener', 'ROLLBACKING'],
        ['batchDeleteListener', 'RUNNING'],
      ],
    );
  });

  it('takes each job through its statuses within some minutes', async () => {
    const source = window(clock);
    await clock.advance(10 * SECOND);
    assert.equal((await shown(source, DELETION)).status, 'COMPLETE');
    await clock.advance(32 * SECOND);
    assert.equal((await shown(source, CLONE)).status, 'COMPLETE');
    await clock.advance(22 * SECOND);
    const failed = await shown(source, BATCH);
    assert.equal(failed.status, 'FAIL');
    assert.equal(adviceOn(failed.errorCode), 'quota-exceeded');
    await clock.advance(45 * SECOND);
    const switched = await shown(source, UPGRADE);
    assert.deepEqual([switched.status, switched.subJobs.length], ['SUCCESS', 2], 'it waits to be completed');
    await clock.advance(30 * SECOND);
    const rolledBack = await shown(source, ROLLBACK);
    assert.deepEqual([rolledBack.status, adviceOn(rolledBack.errorCode)], ['FAIL', 'conflict']);
    await clock.advance(4 * MINUTE);
    const completed = await shown(source, UPGRADE);
    assert.deepEqual([completed.status, completed.subJobs.length], ['COMPLETE', 3]);
  });

  it('returns what the client parses from a real response, with all documented fields', async () => {
    const result = await window(clock).showJob(UPGRADE ?? assert.fail());
    assert.ok(result.ok);
    const { job, requestId } = result.value;
    assert.ok(requestId?.startsWith('demo'));
    assert.deepEqual(Object.keys(job.raw ?? {}).sort(), [
      'begin_time',
      'end_time',
      'error_code',
      'error_msg',
      'job_id',
      'job_type',
      'project_id',
      'resource_id',
      'status',
      'sub_jobs',
    ]);
    assert.equal(job.endTime, undefined, 'what is empty on the wire is missing');
    assert.equal(job.jobId, UPGRADE?.jobId);
    assert.deepEqual(job.subJobs.at(0)?.entities[0]?.resourceType, 'loadbalancer');
  });

  it('has ids that are recognisable when pasted', async () => {
    const source = window(clock);
    await clock.advance(10 * MINUTE);
    for (const each of demoReferences()) {
      const { raw } = await shown(source, each);
      const ids = [...JSON.stringify(raw).matchAll(/"\w*_id":"([^"]*)"/g)].map(([, id]) => id ?? '');
      assert.ok(ids.length > 3);
      for (const id of ids) assert.match(id, /^demo/);
    }
  });

  it('returns the same in all windows and after a reload', async () => {
    const trackedAt = clock.now();
    for (let step = 0; step < 40; step += 1) {
      await clock.advance(10 * SECOND);
      for (const each of demoReferences()) {
        const results = [window(clock, trackedAt), window(clock, trackedAt)].map((one) => one.showJob(each));
        const [one, other] = await Promise.all(results);
        assert.deepEqual(one, other);
      }
    }
  });

  it('lists the same jobs as it shows', async () => {
    const source = window(clock);
    await clock.advance(30 * SECOND);
    const list = await source.listJobs(DEMO_PROJECT);
    assert.ok(list.ok);
    const listed = list.value.jobs.map((job) => job.read());
    assert.deepEqual(listed, await Promise.all(demoReferences().map((each) => shown(source, each))));
  });

  it('does not find other jobs, or jobs that are not tracked', async () => {
    const other = await window(clock).showJob({ ...DEMO_PROJECT, jobId: reference.jobId });
    assert.ok(!other.ok && other.error.kind === 'not-found');
    const untracked = new DemoSource({ trackedAt: () => undefined, clock });
    const result = await untracked.showJob(UPGRADE ?? assert.fail());
    assert.ok(!result.ok && result.error.kind === 'not-found');
  });

  it('returns jobs even after the clock was set back', async () => {
    const source = window(clock);
    clock.setBack(MINUTE);
    assert.equal((await shown(source, CLONE)).status, 'INIT');
  });
});

describe('the routed source', () => {
  it('polls the demo for demo jobs only', async () => {
    const clock = new FakeClock();
    const polled: unknown[] = [];
    const cloud: JobSource = {
      obstacleFor: (project) => Promise.resolve((polled.push(project), { kind: 'signed-out' as const })),
      showJob: (each) => Promise.resolve((polled.push(each), { ok: false, error: { kind: 'signed-out' } })),
      listJobs: (project) => Promise.resolve((polled.push(project), { ok: true, value: { jobs: [] } })),
      budgetOf: (project) => Promise.resolve((polled.push(project), assert.fail())),
    };
    const routed = new RoutedSource(window(clock), cloud);
    assert.equal(await routed.obstacleFor(DEMO_PROJECT), undefined);
    assert.equal((await shown(routed, UPGRADE)).jobType, 'UPGRADE');
    assert.ok((await routed.listJobs(DEMO_PROJECT, {}, signal)).ok);
    assert.equal(await (await routed.budgetOf(DEMO_PROJECT)).take(1000), 0);
    assert.deepEqual(polled, []);
    assert.deepEqual(await routed.obstacleFor(reference), { kind: 'signed-out' });
    await routed.showJob(reference, signal);
    await routed.listJobs(reference, {}, signal);
    await assert.rejects(async () => routed.budgetOf(reference));
    assert.equal(polled.length, 4);
  });

  it('sends no request to the cloud during a whole demo, in which every job ends', async () => {
    const clock = new FakeClock();
    const log = new MemoryLog();
    const store = new JobStore(noFiles, log);
    const engine = newEngine({
      store,
      source: new RoutedSource(
        new DemoSource({ trackedAt: (each) => store.get(jobKey(each))?.trackedAt, clock }),
        forbidden,
      ),
      durations: new DurationHistory(isDemo),
      clock,
      log,
    });
    const seen = new Map<string, Set<string | undefined>>();
    store.onDidChange((changes) => {
      for (const { tracked } of changes) {
        const { jobId } = tracked.reference;
        seen.set(jobId, (seen.get(jobId) ?? new Set()).add(tracked.job?.status));
      }
    });
    for (const each of demoReferences()) await store.track(each, clock.now());
    await clock.advance(12 * MINUTE);
    engine.dispose();
    assert.deepEqual(
      [...store.all().values()].map(({ job, pollFailure }) => [job?.status, pollFailure]),
      ['COMPLETE', 'COMPLETE', 'FAIL', 'FAIL', 'COMPLETE'].map((status) => [status, undefined]),
    );
    assert.deepEqual(
      [...(seen.get(UPGRADE?.jobId ?? '') ?? [])].slice(-3),
      ['RUNNING', 'SUCCESS', 'COMPLETE'],
      'a person sees it wait for its completion',
    );
    assert.ok(seen.get(ROLLBACK?.jobId ?? '')?.has('ROLLBACKING'));
  });
});

describe('the duration history with the demo', () => {
  it('learns the durations of demo jobs for demo jobs only', () => {
    const durations = new DurationHistory(isDemo);
    for (const job of earlierDemoJobs()) durations.of(DEMO_PROJECT).add(job);
    assert.equal(durations.of(DEMO_PROJECT).predict('UPGRADE')?.samples, 3);
    assert.equal(durations.of(DEMO_PROJECT).predict('cloneLoadbalancer')?.samples, 3);
    assert.equal(durations.of(reference).predict('UPGRADE'), undefined);
    for (const jobId of ['a', 'b', 'c', 'd']) {
      durations
        .of(reference)
        .add(jobAt('COMPLETE', { jobId, jobType: 'UPGRADE', beginTime: 0, endTime: 1000 * MINUTE }));
    }
    assert.equal(durations.of(DEMO_PROJECT).predict('UPGRADE')?.samples, 3);
  });
});

describe('countedOwner', () => {
  it('counts a person’s own jobs, and the demo’s only if there are no others', () => {
    const demo = newlyTracked({ ...DEMO_PROJECT, jobId: 'demo' }, 0);
    const own = newlyTracked(reference, 0);
    assert.equal(countedOwner(new Set([demo, own].map(ownerOf))), 'own');
    assert.equal(countedOwner(new Set([ownerOf(demo)])), 'demo');
    assert.equal(countedOwner(new Set()), 'own');
  });
});
