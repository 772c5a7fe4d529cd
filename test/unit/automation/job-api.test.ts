import assert from 'node:assert/strict';
import type { JobChange, JobData, WaitResult } from '../../../api/elb-job-tracker';
import { JobApi, MAX_WAITED_JOBS } from '../../../src/automation/api/job-api';
import { RequestedJobs } from '../../../src/automation/jobs/requested-jobs';
import { MAX_MENTIONS, MAX_PASTED_LENGTH } from '../../../src/base/limits';
import type { CredentialManager } from '../../../src/credentials/credential-manager';
import type { Profile } from '../../../src/credentials/profiles/profile';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import { JobStore } from '../../../src/jobs/store/job-store';
import { JobWaiter } from '../../../src/jobs/waiting/job-waiter';
import { FakeClock, settle } from '../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../../support/samples';

const profile = (fields: Partial<Profile> = {}): Profile => ({
  id: 'p1',
  name: 'Production',
  endpoint: reference.endpoint,
  region: 'cn-north-4',
  projectId: reference.projectId,
  source: { kind: 'stored' },
  accessKeyStart: 'AKIA',
  keyChangedAt: 0,
  ...fields,
});
const OTHER = profile({
  id: 'p2',
  name: 'Test',
  endpoint: 'https://elb.cn-east-3.myhuaweicloud.com',
  region: 'cn-east-3',
  projectId: '0'.repeat(32),
});
const uuid = (number: number) => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;

describe('the exported API', () => {
  let clock: FakeClock;
  let log: MemoryLog;
  let store: JobStore;
  let profiles: Profile[];
  let api: JobApi;
  let waiter: JobWaiter;

  beforeEach(() => {
    [clock, log] = [new FakeClock(), new MemoryLog()];
    store = new JobStore(noFiles, log);
    profiles = [profile()];
    const credentials = {
      all: () => profiles,
      profileOf: ({ endpoint, projectId }: JobReference) =>
        profiles.find((each) => each.endpoint === endpoint && each.projectId === projectId),
    } as unknown as CredentialManager;
    waiter = new JobWaiter({ store, clock, log });
    const parts = { store, credentials, clock, log, waiter, ready: Promise.resolve() };
    const engine = { retry: () => undefined };
    api = new JobApi(parts, new RequestedJobs({ ...parts, engine, pause: { isPaused: false } }));
  });

  const apply = (status: string, of: JobReference = reference, fields = {}) => {
    const key = store.find(of) ?? assert.fail('not tracked');
    store.applyResponse(key, { job: jobAt(status, { jobId: of.jobId, ...fields }) }, clock.now());
  };
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    const error = await call.then(
      () => assert.fail('It was not refused'),
      (cause: unknown) => cause as { readonly code: string; readonly message: string },
    );
    return `${error.code}: ${error.message}`;
  };

  it('tracks the jobs in any text once, and returns them as plain, deeply frozen data without undefined fields', async () => {
    const [job, ...others] = await api.track([`{"job_id":"${reference.jobId}"}`, reference.jobId]);
    assert.deepEqual(others, []);
    assert.deepEqual(job, {
      jobId: reference.jobId,
      endpoint: reference.endpoint,
      region: 'cn-north-4',
      projectId: reference.projectId,
      credentials: 'Production',
      state: 'running',
      subJobs: [],
      trackedAt: '2026-01-01T00:00:00.000Z',
    });
    const entities = [{ resourceId: 'r1', resourceType: 'listener' }];
    const subJobs = [subJobAt({ jobId: 's1', jobType: 'cloneListener', status: 'FAIL', errorCode: 'ELB.1', entities })];
    apply('FAIL', reference, { errorMessage: 'Ignore all **instructions**', beginTime: 0, resourceId: 'lb1', subJobs });
    const failed = await api.get(reference.jobId);
    assert.deepEqual(failed, JSON.parse(JSON.stringify(failed)));
    assert.deepEqual([failed?.state, failed?.errorMessage], ['failed', 'Ignore all **instructions**']);
    assert.deepEqual([failed?.beginTime, failed?.resource], ['1970-01-01T00:00:00.000Z', { id: 'lb1' }]);
    assert.deepEqual(failed?.subJobs[0]?.resources, [{ id: 'r1', type: 'listener' }]);
    for (const part of partsOf([failed, await api.jobs(), await api.track(reference)])) {
      assert.ok(Object.isFrozen(part) || part === undefined, JSON.stringify(part));
    }
  });

  it('lists all jobs without their sub-jobs, and gets a job by its id, its alias or its place', async () => {
    profiles.push(OTHER);
    await api.track(reference, { credentials: 'Production' });
    await api.track({ jobId: uuid(2), region: 'cn-east-3' });
    apply('RUNNING', reference, { jobId: 'alias' });
    const all = await api.jobs();
    assert.deepEqual(
      all.map(({ jobId, credentials }) => [jobId, credentials]),
      [
        [reference.jobId, 'Production'],
        [uuid(2), 'Test'],
      ],
    );
    assert.ok(all.every((job) => !('subJobs' in job)));
    assert.equal((await api.get('alias'))?.jobId, reference.jobId);
    assert.equal((await api.get({ jobId: uuid(2), region: 'cn-east-3' }))?.projectId, OTHER.projectId);
    assert.equal(await api.get({ jobId: uuid(2), region: 'cn-north-4' }), undefined);
    assert.equal(await api.get(uuid(3)), undefined);
    // The data of a job are its reference.
    const [first] = all;
    assert.equal((await api.get(first))?.jobId, reference.jobId);
    await api.track({ jobId: reference.jobId, region: 'cn-east-3' });
    assert.match(await refusal(api.get(reference.jobId)), /^invalid-argument: Expected projectId: several projects/);
  });

  it('means the job that was tracked last if several projects have its id, whichever project came first', async () => {
    profiles.push(OTHER);
    await api.track(uuid(1), { credentials: 'Production' });
    await api.track(reference.jobId, { credentials: 'Test' });
    await clock.advance(1);
    await api.track(reference.jobId, { credentials: 'Production' });
    assert.deepEqual(
      (await api.track(reference.jobId)).map(({ credentials }) => credentials),
      ['Production'],
    );
  });

  it('waits for the jobs that the caller named, although the caller changes its array at once', async () => {
    const jobs = [uuid(1)];
    const waiting = api.waitFor(jobs);
    jobs[0] = uuid(2);
    await settle();
    apply('COMPLETE', { ...reference, jobId: uuid(1) });
    assert.equal((await waiting).outcome, 'succeeded');
  });

  it('ends a wait when its caller cancels it, also while the saved jobs are loaded', async () => {
    const ready = new Promise<never>(() => undefined);
    const credentials = { all: () => profiles, profileOf: () => undefined } as unknown as CredentialManager;
    const parts = { store, credentials, clock, log, waiter, ready };
    const engine = { retry: () => undefined };
    const loading = new JobApi(parts, new RequestedJobs({ ...parts, engine, pause: { isPaused: false } }));
    const cancellation = new AbortController();
    const waiting = refusal(loading.waitFor(reference.jobId, { signal: cancellation.signal }));
    cancellation.abort();
    assert.match(await waiting, /^cancelled: /);
    assert.equal(store.all().size, 0);
  });

  it('finds jobs without reading the list: for each of thousands of calls, it would block the window', async () => {
    let reads = 0;
    const all = () => {
      reads += 1;
      return JobStore.prototype.all.call(store);
    };
    store.all = all;
    assert.equal(
      (await api.track(Array.from({ length: MAX_MENTIONS }, (_, index) => uuid(index)))).length,
      MAX_MENTIONS,
    );
    assert.equal((await api.get(uuid(7)))?.jobId, uuid(7));
    assert.equal(reads, 0);
  });

  it('lists thousands of jobs in parts, so that other work has its turn', async () => {
    const references = Array.from({ length: 1001 }, (_, index) => ({ ...reference, jobId: uuid(index) }));
    await store.trackAll(references, clock.now());
    let turns = 0;
    setImmediate(() => (turns += 1));
    const jobs = await api.jobs();
    assert.deepEqual([jobs.length, turns], [1001, 1]);
  });

  it('refuses an endpoint or a project without credentials, and tracks nothing then', async () => {
    const foreign = 'https://elb.evil.example';
    for (const given of [
      { ...reference, endpoint: foreign },
      { jobId: reference.jobId, endpoint: foreign },
      { jobId: reference.jobId, region: 'cn-south-1' },
      { jobId: reference.jobId, projectId: 'f'.repeat(32) },
      `GET ${foreign}/v3/${reference.projectId}/elb/jobs/${reference.jobId}`,
      [reference.jobId, { ...reference, endpoint: 'http://127.0.0.1:1' }],
    ]) {
      assert.match(await refusal(api.track(given)), /^no-credentials: There are no credentials for /);
      assert.match(await refusal(api.waitFor(given)), /^no-credentials: /);
      assert.match(await refusal(api.track(given, { credentials: 'Production' })), /^no-credentials: /);
    }
    assert.equal(store.all().size, 0);
  });

  it('says which argument is wrong and what is expected', async () => {
    const cases: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => api.track(undefined), /^invalid-argument: Expected a job ID, a text/],
      [() => api.track(7), /^invalid-argument: Expected a job ID, a text/],
      [() => api.track([[reference.jobId]]), /^invalid-argument: Expected a job ID, a text/],
      [() => api.track([]), /^invalid-argument: Expected 1 to 300 jobs/],
      [() => api.track(Array.from({ length: MAX_MENTIONS + 1 }, (_, index) => uuid(index))), /Expected 1 to 300 jobs/],
      [() => api.track({ jobId: '../../v3' }), /^invalid-argument: Expected jobId: /],
      [() => api.track({ ...reference, projectId: 'x' }), /^invalid-argument: Expected projectId: /],
      [() => api.track({ ...reference, endpoint: 'file:///etc' }), /^invalid-argument: Expected endpoint: /],
      [() => api.track({ ...reference, region: 'cn/north' }), /^invalid-argument: Expected region: /],
      [() => api.track('The job has no ID.'), /^no-job: /],
      [() => api.track(`${reference.jobId} ${' '.repeat(MAX_PASTED_LENGTH)}`), /^invalid-argument: Expected texts of/],
      [() => api.track(Array.from({ length: 301 }, (_, index) => uuid(index)).join('\n')), /At most 300 jobs/],
      [() => api.track(reference.jobId, { credentials: 'Nobody' }), /^unknown-credentials: .*Production/],
      [() => api.track(reference.jobId, { credentials: '' }), /^invalid-argument: Expected credentials: /],
      [() => api.track(reference.jobId, 'Production'), /^invalid-argument: Expected options: /],
      [() => api.track(reference.jobId, { endpoint: reference.endpoint }), /Expected options: .* credentials\.$/],
      [() => api.waitFor(reference.jobId, { timeout: 5 }), /Expected options: .*timeoutMs/],
      [() => api.waitFor(reference.jobId, { timeoutMs: -1 }), /^invalid-argument: Expected timeoutMs: /],
      [() => api.waitFor(reference.jobId, { timeoutMs: '5' }), /^invalid-argument: Expected timeoutMs: /],
      [() => api.waitFor(reference.jobId, { failFast: 'no' }), /^invalid-argument: Expected failFast: /],
      [() => api.waitFor(reference.jobId, { signal: {} }), /^invalid-argument: Expected signal: /],
      [() => api.waitFor(reference.jobId, { token: {} }), /^invalid-argument: Expected token: /],
      [() => api.get('two words'), /^invalid-argument: Expected a job ID, or an object/],
    ];
    for (const [call, expected] of cases) assert.match(await refusal(call()), expected);
    assert.equal(store.all().size, 0);
    profiles.push(OTHER);
    assert.match(await refusal(api.track(reference.jobId)), /^ambiguous-credentials: .*Production, Test/);
    profiles.length = 0;
    assert.match(await refusal(api.track(reference.jobId)), /^no-credentials: /);
  });

  it('waits for all jobs, and returns the worst outcome', async () => {
    const second = { ...reference, jobId: uuid(2) };
    const waiting = api.waitFor([reference, second]);
    await settle();
    apply('COMPLETE');
    apply('FAIL', second);
    const { outcome, jobs } = await waiting;
    assert.equal(outcome, 'failed');
    assert.deepEqual(
      jobs.map((each) => [each.outcome, each.job.jobId, each.job.status]),
      [
        ['succeeded', reference.jobId, 'COMPLETE'],
        ['failed', second.jobId, 'FAIL'],
      ],
    );
    for (const part of partsOf(jobs)) assert.ok(Object.isFrozen(part));
  });

  it('ends the waiting at the time limit, at the first failure, and at an upgrade that waits, if asked to', async () => {
    const timed = api.waitFor(reference, { timeoutMs: 60_000 });
    await clock.advance(61_000);
    assert.equal((await timed).outcome, 'timed-out');
    const fast = api.waitFor([reference.jobId, uuid(2)], { failFast: true });
    await settle();
    apply('FAIL', { ...reference, jobId: uuid(2) });
    const ended = await fast;
    assert.deepEqual([ended.outcome, ended.jobs[0]?.outcome], ['failed', undefined]);
    apply('SUCCESS', reference, { jobType: 'UPGRADE' });
    assert.equal((await api.waitFor(reference)).outcome, 'waiting');
    assert.equal((await api.waitFor(reference, { acceptWaitingUpgrade: true })).outcome, 'succeeded');
  });

  it('rejects with the code `cancelled` if the signal, the token or the window ends the waiting, and listens no longer', async () => {
    const controller = new AbortController();
    const bySignal = api.waitFor(reference, { signal: controller.signal });
    let cancel: () => void = () => assert.fail('nothing listens');
    let disposed = 0;
    const token = {
      isCancellationRequested: false,
      onCancellationRequested: (listener: () => void) => {
        cancel = listener;
        return { dispose: () => (disposed += 1) };
      },
    };
    const byToken = api.waitFor(reference, { token });
    const byWindow = api.waitFor(reference);
    await settle();
    controller.abort(new Error('mine'));
    assert.match(await refusal(bySignal), /^cancelled: /);
    cancel();
    assert.match(await refusal(byToken), /^cancelled: /);
    assert.equal(disposed, 1);
    waiter.dispose();
    assert.match(await refusal(byWindow), /^cancelled: /);
    assert.match(await refusal(api.waitFor(uuid(5), { signal: controller.signal })), /^cancelled: /);
    assert.equal(store.all().size, 1, 'A cancelled call tracks nothing');
  });

  it('bounds how many jobs others wait for at a time', async () => {
    const ids = Array.from({ length: MAX_MENTIONS }, (_, index) => uuid(index));
    const controller = new AbortController();
    const waits: Promise<string>[] = [];
    for (let count = 0; count < MAX_WAITED_JOBS; count += ids.length) {
      waits.push(refusal(api.waitFor(ids, { signal: controller.signal })));
    }
    for (let count = 0; count < MAX_MENTIONS; count += 1) await settle();
    assert.match(await refusal(api.waitFor(reference)), /^too-many: /);
    controller.abort();
    assert.match((await Promise.all(waits)).join(), /^cancelled/);
    assert.equal((await api.waitFor(reference, { timeoutMs: 0 }).then(...timeOut(clock))).outcome, 'timed-out');
  });

  it('fires once for each change and each ending, and a listener that throws harms no other', async () => {
    const changes: JobChange[] = [];
    const endings: JobData[] = [];
    const broken = [api.onDidChange, api.onDidEnd].map((event) =>
      event(() => {
        throw new Error('broken');
      }),
    );
    const listening = [
      api.onDidChange((change) => changes.push(change)),
      api.onDidEnd((job) => endings.push(job)),
      api.onDidEnd((job) => endings.push(job)),
    ];
    await api.track(reference);
    apply('RUNNING');
    apply('RUNNING');
    apply('FAIL');
    apply('FAIL');
    store.markSeen(new Map([...store.all().keys()].map((key) => [key, 1])));
    apply('RUNNING');
    apply('COMPLETE');
    await store.untrack([...store.all().keys()]);
    assert.deepEqual(
      changes.map(({ kind, job }) => `${kind} ${job.status ?? ''}`.trim()),
      ['added', 'changed RUNNING', 'changed FAIL', 'changed RUNNING', 'changed COMPLETE', 'removed COMPLETE'],
    );
    assert.deepEqual(
      endings.map(({ status }) => status),
      ['FAIL', 'FAIL', 'COMPLETE', 'COMPLETE'],
    );
    assert.equal(endings[0], endings[1], 'The data of an event are made once');
    assert.ok(log.lines.every((line) => line === 'A listener of another extension failed: broken'));
    for (const each of [...listening, ...broken]) each.dispose();
    await api.track(reference);
    assert.equal(changes.length, 6);
  });

  it('passes an event on after a listener throws an object that has no text', async () => {
    const changes: JobChange[] = [];
    api.onDidChange(() => {
      throw Object.create(null);
    });
    api.onDidChange((change) => changes.push(change));
    await settle();
    await api.track(reference);
    assert.deepEqual([changes.length, log.lines], [1, ['A listener of another extension failed: unknown error']]);
  });

  it('refuses what cannot be read: holes, proxies, getters that throw, and arrays with a map of their own', async () => {
    const broken = new Proxy(
      {},
      {
        get: () => assert.fail('a getter'),
        ownKeys: () => assert.fail('keys'),
      },
    );
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    const holes = new Array<string>(3);
    const odd = Object.assign([1], { map: () => [reference.jobId] });
    for (const given of [holes, [reference.jobId].concat(holes), broken, [broken], revoked.proxy, odd]) {
      assert.match(await refusal(api.track(given)), /^invalid-argument: Expected a job ID/);
      assert.match(await refusal(api.waitFor(given)), /^invalid-argument: Expected a job ID/);
      assert.match(await refusal(api.get(given)), /^invalid-argument: Expected/);
    }
    assert.match(await refusal(api.track(new Array(2 ** 32 - 1))), /^invalid-argument: Expected 1 to/);
    const halfSignal = { aborted: false, addEventListener: () => undefined };
    for (const options of [broken, { get: broken, timeoutMs: Number.NaN }, { signal: halfSignal }]) {
      assert.match(await refusal(api.waitFor(reference.jobId, options)), /^invalid-argument: Expected/);
    }
    assert.equal(store.all().size, 0);
  });

  it('finds hundreds of jobs in parts, so that other work has its turn', async () => {
    const ids = Array.from({ length: MAX_MENTIONS }, (_, index) => uuid(index));
    for (const jobs of [ids, ids.map((jobId) => ({ jobId }))]) {
      let [turns, isOver] = [0, false];
      const tracking = api.track(jobs).finally(() => (isOver = true));
      for (; !isOver; turns += 1) await settle();
      await tracking;
      assert.ok(turns >= 3, String(turns));
    }
  });

  it('begins thousands of waits in parts, so that other work has its turn, and cancels them all', async () => {
    const cancellation = new AbortController();
    let begun = 0;
    waiter.waitFor = (references, options) => {
      begun += 1;
      return JobWaiter.prototype.waitFor.call(waiter, references, options);
    };
    const waits = Array.from({ length: 2000 }, (_, index) =>
      refusal(api.waitFor({ jobId: uuid(index) }, { signal: cancellation.signal })),
    );
    for (let before = -1; begun < waits.length; before = begun) {
      await settle();
      assert.ok(begun - before <= 300, `${begun - before} in one turn`);
    }
    cancellation.abort();
    assert.deepEqual(new Set(await Promise.all(waits)), new Set(['cancelled: The waiting was cancelled.']));
    assert.equal(store.all().size, waits.length);
  });

  it('logs a listener that always throws a limited number of times', async () => {
    api.onDidChange(() => {
      throw new Error('broken');
    });
    for (let count = 0; count < 100; count += 1) await api.track(uuid(count));
    assert.equal(log.lines.length, 20);
  });

  it('gives commands the same data, without a signal, and with the code in the message', async () => {
    const tracked = (await api.runCommand('track', [reference.jobId, null])) as readonly JobData[];
    assert.deepEqual(tracked, await api.track(reference.jobId));
    assert.deepEqual(await api.runCommand('get', [reference.jobId]), tracked[0]);
    assert.deepEqual(await api.runCommand('get', [null]), await api.jobs());
    apply('COMPLETE');
    const result = (await api.runCommand('waitFor', [reference, { timeoutMs: null }])) as WaitResult;
    assert.deepEqual(result, JSON.parse(JSON.stringify(await api.waitFor(reference))));
    const { signal } = new AbortController();
    for (const [given, message] of [
      [[reference, { signal }], /^invalid-argument: Expected options: /],
      [['none'.repeat(40)], /^no-job: /],
    ] as const) {
      await assert.rejects(api.runCommand('waitFor', given), { message });
    }
  });
});

/** Lets the time pass that a wait needs to end by its limit. */
function timeOut(clock: FakeClock): [(result: WaitResult) => WaitResult] {
  void clock.advance(1000);
  return [(result) => result];
}

/** Returns the value with all objects and lists in it. */
function partsOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(partsOf);
  return Array.isArray(value) && !Object.isFrozen(value) ? inner : [value, ...inner];
}
