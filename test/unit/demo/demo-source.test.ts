import assert from 'node:assert/strict';
import { demoReferences, earlierDemoJobs } from '../../../src/demo/demo-jobs';
import { DEMO_PROJECT, isDemo } from '../../../src/demo/demo-project';
import { DemoSource } from '../../../src/demo/demo-source';
import { RoutedSource } from '../../../src/demo/routed-source';
import { countedJobs } from '../../../src/demo/counted-jobs';
import { parseEndpoint } from '../../../src/cloud/places/endpoint';
import type { Job } from '../../../src/cloud/api/job';
import { adviceOn } from '../../../src/cloud/api/job-error-advice';
import { type JobReference, jobKey, parseJobId } from '../../../src/jobs/model/job-reference';
import type { JobSource } from '../../../src/jobs/job-source';
import { JobStore } from '../../../src/jobs/store/job-store';
import { PollEngine } from '../../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { newlyTracked } from '../../../src/jobs/model/tracked-job';
import { FakeClock } from '../../support/fake-clock';
import { neverPaused, onlyWindow } from '../../support/fake-source';
import { jobAt, MemoryLog, noFiles, reference } from '../../support/samples';
import { isProjectId } from '../../../src/base/id-patterns';
import { SECOND, MINUTE } from '../../../src/base/time-units';

const signal = new AbortController().signal;
const [UPGRADE, CLONE, BATCH, ROLLBACK, DELETION] = demoReferences();

/** A window, of which all were tracked in at the same instant. */
function window(clock: FakeClock, trackedAt = clock.now()): DemoSource {
  return new DemoSource({ trackedAt: () => trackedAt, clock });
}

async function shown(source: JobSource, asked: JobReference | undefined): Promise<Job> {
  const answer = await source.showJob(asked ?? assert.fail('there is such a job'), signal);
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value.job;
}

/** A cloud that nobody may ask. */
const forbidden: JobSource = {
  canAsk: () => assert.fail('the cloud is asked'),
  showJob: () => assert.fail('the cloud is asked'),
  listJobs: () => assert.fail('the cloud is asked'),
  budgetOf: () => assert.fail('the cloud is asked'),
};

describe('the place of the demo', () => {
  it('is an endpoint that no host can have, and ids of the forms that are kept', () => {
    assert.deepEqual(parseEndpoint(DEMO_PROJECT.endpoint), { ok: true, origin: 'https://demo.invalid' });
    assert.ok(isProjectId(DEMO_PROJECT.projectId));
    for (const { jobId } of demoReferences()) assert.equal(parseJobId(jobId), jobId);
    assert.equal(new Set(demoReferences().map(({ jobId }) => jobId.slice(0, 8))).size, 5, 'rows tell them apart');
  });

  it('is that of no job of the cloud', () => {
    assert.deepEqual([isDemo(DEMO_PROJECT), isDemo(reference)], [true, false]);
  });
});

describe('the source of demo jobs', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  it('shows a list in which work goes on already: running, beginning, rolling back', async () => {
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

  it('tells the story of each job within some minutes', async () => {
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

  it('answers as the client would from a body, with all that the service documents', async () => {
    const answer = await window(clock).showJob(UPGRADE ?? assert.fail());
    assert.ok(answer.ok);
    const { job, requestId } = answer.value;
    assert.ok(requestId?.startsWith('demo'));
    assert.deepEqual(Object.keys(job.raw).sort(), [
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
    assert.deepEqual(job.subJobs[0]?.entities[0]?.resourceType, 'loadbalancer');
  });

  it('has ids that are known as its own wherever they are pasted', async () => {
    const source = window(clock);
    await clock.advance(10 * MINUTE);
    for (const each of demoReferences()) {
      const { raw } = await shown(source, each);
      const ids = [...JSON.stringify(raw).matchAll(/"\w*_id":"([^"]*)"/g)].map(([, id]) => id ?? '');
      assert.ok(ids.length > 3);
      for (const id of ids) assert.match(id, /^demo/);
    }
  });

  it('answers the same in all windows, and after a reload', async () => {
    const trackedAt = clock.now();
    for (let step = 0; step < 40; step += 1) {
      await clock.advance(10 * SECOND);
      for (const each of demoReferences()) {
        const answers = [window(clock, trackedAt), window(clock, trackedAt)].map((one) => one.showJob(each));
        const [one, other] = await Promise.all(answers);
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

  it('knows no other job, and none that nobody tracks', async () => {
    const other = await window(clock).showJob({ ...DEMO_PROJECT, jobId: reference.jobId });
    assert.ok(!other.ok && other.error.kind === 'not-found');
    const untracked = new DemoSource({ trackedAt: () => undefined, clock });
    const answer = await untracked.showJob(UPGRADE ?? assert.fail());
    assert.ok(!answer.ok && answer.error.kind === 'not-found');
  });

  it('answers where the clock was set back, too', async () => {
    const source = window(clock);
    clock.setBack(MINUTE);
    assert.equal((await shown(source, CLONE)).status, 'INIT');
  });
});

describe('the way of a question', () => {
  it('leads to the demo for its jobs alone', async () => {
    const clock = new FakeClock();
    const asked: unknown[] = [];
    const cloud: JobSource = {
      canAsk: (project) => Promise.resolve((asked.push(project), { kind: 'signed-out' as const })),
      showJob: (each) => Promise.resolve((asked.push(each), { ok: false, error: { kind: 'signed-out' } })),
      listJobs: (project) => Promise.resolve((asked.push(project), { ok: true, value: { jobs: [] } })),
      budgetOf: (project) => Promise.resolve((asked.push(project), assert.fail())),
    };
    const routed = new RoutedSource(window(clock), cloud);
    assert.equal(await routed.canAsk(DEMO_PROJECT), undefined);
    assert.equal((await shown(routed, UPGRADE)).jobType, 'UPGRADE');
    assert.ok((await routed.listJobs(DEMO_PROJECT, {}, signal)).ok);
    assert.equal(await (await routed.budgetOf(DEMO_PROJECT)).take(1000), 0);
    assert.deepEqual(asked, []);
    assert.deepEqual(await routed.canAsk(reference), { kind: 'signed-out' });
    await routed.showJob(reference, signal);
    await routed.listJobs(reference, {}, signal);
    await assert.rejects(async () => routed.budgetOf(reference));
    assert.equal(asked.length, 4);
  });

  it('of a whole demo asks the cloud for nothing, and every job of it comes to its end', async () => {
    const clock = new FakeClock();
    const log = new MemoryLog();
    const store = new JobStore(noFiles, log);
    const engine = new PollEngine({
      store,
      source: new RoutedSource(
        new DemoSource({ trackedAt: (each) => store.get(jobKey(each))?.trackedAt, clock }),
        forbidden,
      ),
      pause: neverPaused,
      leaseOf: onlyWindow,
      durations: new DurationHistory(isDemo),
      clock,
      random: () => 0.5,
      networkAddresses: () => '',
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

describe('what the demo teaches', () => {
  it('is how long its own jobs take, and nothing of a person’s', () => {
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

describe('a number of jobs', () => {
  it('tells of a person’s own, and of the demo’s where there are no others', () => {
    const demo = newlyTracked({ ...DEMO_PROJECT, jobId: 'demo' }, 0);
    const own = newlyTracked(reference, 0);
    assert.deepEqual(countedJobs([demo, own]), { jobs: [own], areDemo: false });
    assert.deepEqual(countedJobs([demo]), { jobs: [demo], areDemo: true });
    assert.deepEqual(countedJobs([]), { jobs: [], areDemo: false });
  });
});
