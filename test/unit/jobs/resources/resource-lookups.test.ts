import assert from 'node:assert/strict';
import { MAX_KNOWN_RESOURCES } from '../../../../src/base/limits';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Job } from '../../../../src/cloud/api/job';
import { failure } from '../../../../src/cloud/http/error';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { resourceNameOf } from '../../../../src/jobs/model/project-resources';
import { resourceIdsOf } from '../../../../src/jobs/model/resource-ids';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { JobStore } from '../../../../src/jobs/store/job-store';
import type { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import { KnownResources } from '../../../../src/jobs/resources/known-resources';
import { Lease } from '../../../../src/storage/lease';
import { newEngine } from '../../../support/engine-fixture';
import { FakeClock } from '../../../support/fake-clock';
import { FakeResources } from '../../../support/fake-resources';
import { FakeSource, listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryRequestBudget } from '../../../support/memory-request-budget';
import { jobAt, MemoryLog, reference, subJobAt } from '../../../support/samples';

const FORBIDDEN: PollError = { kind: 'forbidden', httpStatus: 403, code: 'ELB.9802' };

describe('look-ups of names', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let cloud: FakeSource;
  let resources: FakeResources;
  let log: MemoryLog;
  let isOn: boolean;
  /** The jobs of the service, by id. */
  let jobs: Map<string, Job>;
  let limit: number;
  let isDiskFull: boolean;
  const opened: Window[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    isDiskFull = false;
    files = new MemoryFileSystem((operation, file) =>
      isDiskFull && operation !== 'read' && file.includes('resources/')
        ? Promise.reject(new Error('The disk is full.'))
        : Promise.resolve(),
    );
    limit = 100;
    cloud = new FakeSource(clock, new MemoryRequestBudget(() => limit, clock));
    resources = new FakeResources(clock);
    log = new MemoryLog();
    isOn = true;
    jobs = new Map();
    cloud.list = () => listOf(...jobs.values());
    cloud.respond = ({ jobId }) => {
      const job = jobs.get(jobId);
      return job === undefined ? failure('not-found') : { ok: true, value: { job } };
    };
  });

  afterEach(() => {
    for (const window of opened.splice(0)) window.close();
  });

  class Window {
    readonly store: JobStore;
    readonly known: KnownResources;
    readonly engine: PollEngine;

    constructor(owner: string) {
      const shared = { files, clock, owner, directory: 'storage', log };
      this.store = new JobStore(new JobDirectory({ ...shared, readJob, onQuarantine: () => undefined }), log);
      this.known = new KnownResources({ ...shared, store: this.store, isOn: () => isOn });
      this.engine = newEngine({
        store: this.store,
        source: cloud,
        clock,
        leaseOf: () => new Lease({ files, clock, directory: 'leases', name: 'project', owner, log }),
        resources: { known: this.known, resourceSource: resources },
        log,
      });
    }

    async open(): Promise<void> {
      this.known.watch(() => void this.known.readAgain());
      await this.known.readAgain();
      await this.store.open();
    }

    async track(...added: readonly Job[]): Promise<void> {
      for (const job of added) jobs.set(job.jobId ?? '', job);
      await this.store.trackAll(
        added.map(({ jobId = '' }) => ({ ...reference, jobId })),
        clock.now(),
      );
    }

    nameOf(jobId: string): string | undefined {
      const key = this.store.find({ ...reference, jobId });
      const tracked = key === undefined ? undefined : this.store.get(key);
      return tracked && resourceNameOf(tracked, tracked.job?.resourceId);
    }

    close(): void {
      this.engine.dispose();
      this.known.dispose();
    }
  }

  async function openWindow(owner = 'one'): Promise<Window> {
    const window = new Window(owner);
    opened.push(window);
    await window.open();
    return window;
  }

  const begun = (index: number, fields: Partial<Job> = {}): Job => {
    resources.names.set(`lb-${index}`, `name-${index}`);
    return jobAt('RUNNING', { jobId: `job-${index}`, resourceId: `lb-${index}`, beginTime: clock.now(), ...fields });
  };

  const end = (status = 'COMPLETE', fields: Partial<Job> = {}) => {
    for (const [id, job] of jobs) {
      const { raw, fingerprint, status: before, ...same } = job;
      jobs.set(id, jobAt(status, { ...same, endTime: clock.now(), ...fields }));
    }
  };

  const later = (delayMs: number) => new Promise<void>((resolve) => clock.schedule(delayMs, resolve));

  const kinds = () => resources.requests.map(({ kind, ids }) => `${kind} ${ids.length}`);

  it('take at most four requests for 100 jobs that begin and end together', async () => {
    const window = await openWindow();
    await window.track(...Array.from({ length: 100 }, (_, index) => begun(index)));
    await clock.advance(10 * MINUTE);
    assert.equal(window.nameOf('job-99'), 'name-99');
    end();
    await clock.advance(2 * HOUR);
    assert.deepEqual(kinds(), ['loadbalancer 100', 'loadbalancer 100']);
  });

  it('gather ids for 30 s, and have at most 100 ids each', async () => {
    const window = await openWindow();
    const began = clock.now();
    await window.track(...Array.from({ length: 90 }, (_, index) => begun(index)));
    await clock.advance(20 * SECOND);
    await window.track(...Array.from({ length: 30 }, (_, index) => begun(100 + index)));
    await clock.advance(5 * MINUTE);
    assert.deepEqual(kinds(), ['loadbalancer 100', 'loadbalancer 20']);
    assert.ok((resources.requests[0]?.at ?? 0) - began >= 30 * SECOND);
    assert.ok((resources.requests[1]?.at ?? 0) - began < MINUTE);
  });

  it('know listeners by their entities, and leave other entities alone', async () => {
    const window = await openWindow();
    const entities = [
      { resourceId: 'listener-1', resourceType: 'listener' },
      { resourceId: 'pool-1', resourceType: 'pool' },
    ];
    await window.track(begun(1, { subJobs: [subJobAt({ jobId: 's', jobType: 'cloneListener', entities })] }));
    await clock.advance(2 * MINUTE);
    assert.deepEqual(
      resources.requests.map(({ kind, ids }) => [kind, ids]),
      [
        ['loadbalancer', ['lb-1']],
        ['listener', ['listener-1']],
      ],
    );
  });

  it('are not repeated for a new job on a load balancer that is known, until that job ends', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    await window.track(begun(2, { resourceId: 'lb-1' }));
    await clock.advance(10 * MINUTE);
    assert.equal(window.nameOf('job-2'), 'name-1');
    assert.equal(resources.requests.length, 1);
    resources.names.set('lb-1', 'renamed');
    end();
    await clock.advance(10 * MINUTE);
    assert.equal(window.nameOf('job-2'), 'renamed');
    assert.equal(resources.requests.length, 2);
    for (let more = 3; more < 6; more += 1) {
      await window.track(begun(more, { resourceId: 'lb-1' }));
      await clock.advance(5 * MINUTE);
      end();
      await clock.advance(5 * MINUTE);
    }
    assert.equal(resources.requests.length, 2);
  });

  it('give an upgrade that waits the state since the traffic was switched, however often it was looked up', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    end();
    await clock.advance(5 * MINUTE);
    assert.equal(resources.requests.length, 2);
    await window.track(begun(2, { resourceId: 'lb-1', jobType: 'UPGRADE' }));
    await clock.advance(5 * MINUTE);
    resources.states.set('lb-1', 'UPGRADED');
    end('SUCCESS');
    await clock.advance(10 * MINUTE);
    assert.equal(resources.requests.length, 3);
    assert.equal(window.known.of(reference).resources[0]?.found?.provisioningStatus, 'UPGRADED');
    await clock.advance(2 * DAY);
    assert.equal(resources.requests.length, 3);
  });

  it('keep the last name of a load balancer that was deleted', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    resources.names.clear();
    end();
    await clock.advance(10 * MINUTE);
    assert.equal(resources.requests.length, 2);
    assert.equal(window.nameOf('job-1'), 'name-1');
  });

  it('are not repeated for an id that the service does not know', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    resources.names.clear();
    await clock.advance(HOUR);
    assert.equal(resources.requests.length, 1);
  });

  it('never wait before polls, and are not made while requests are short', async () => {
    const window = await openWindow();
    limit = 10;
    await window.track(...Array.from({ length: 5 }, (_, index) => begun(index)));
    cloud.list = () => failure('forbidden');
    await clock.advance(20 * MINUTE);
    for (const { at } of resources.requests) {
      const before = [...cloud.requests, ...resources.requests].filter(
        (request) => request.at > at - 5 * MINUTE && request.at < at,
      );
      assert.ok(before.length <= limit / 2, `${before.length} requests in the 5 min before a look-up`);
    }
  });

  it('are made by one of two windows, and both show the names, also after a restart', async () => {
    const [one, two] = [await openWindow('one'), await openWindow('two')];
    await one.track(begun(1));
    await clock.advance(2 * MINUTE);
    await two.store.readAgain();
    await clock.advance(2 * MINUTE);
    assert.deepEqual([one.nameOf('job-1'), two.nameOf('job-1')], ['name-1', 'name-1']);
    assert.equal(resources.requests.length, 1);
    one.close();
    two.close();
    const three = await openWindow('three');
    assert.equal(three.nameOf('job-1'), 'name-1');
    await clock.advance(5 * MINUTE);
    assert.equal(resources.requests.length, 1);
  });

  it('end with the first 403 of their action, also after a restart, until the credentials change', async () => {
    const window = await openWindow();
    resources.errors.set('loadbalancer', FORBIDDEN);
    const entities = [{ resourceId: 'listener-1', resourceType: 'listener' }];
    resources.names.set('listener-1', 'https');
    await window.track(begun(1, { subJobs: [subJobAt({ jobId: 's', entities })] }));
    await clock.advance(2 * MINUTE);
    await window.track(begun(2));
    await clock.advance(2 * MINUTE);
    assert.deepEqual(kinds().sort(), ['listener 1', 'loadbalancer 1']);
    const [tracked] = [...window.store.all().values()];
    assert.deepEqual([...(tracked?.resources?.refused ?? [])], ['elb:loadbalancers:list']);
    assert.equal(tracked?.pollFailure, undefined);
    window.close();
    const next = await openWindow('next');
    await clock.advance(5 * MINUTE);
    assert.equal(resources.requests.length, 2);
    next.engine.resume();
    await clock.advance(5 * MINUTE);
    assert.equal(resources.requests.length, 2);
    resources.errors.clear();
    resources.caller = 'other';
    next.engine.resume();
    await clock.advance(5 * MINUTE);
    assert.equal(resources.requests.length, 3);
    assert.equal(next.nameOf('job-2'), 'name-2');
    assert.deepEqual(next.known.of(reference).refused, []);
  });

  it('are tried again after a 403 when a person refreshes', async () => {
    const window = await openWindow();
    resources.errors.set('loadbalancer', FORBIDDEN);
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    resources.errors.clear();
    window.engine.refreshNames();
    await clock.advance(2 * MINUTE);
    assert.equal(window.nameOf('job-1'), 'name-1');
  });

  const HARMLESS: readonly PollError[] = [
    FORBIDDEN,
    { kind: 'gateway-forbidden', httpStatus: 403 },
    { kind: 'api-absent', httpStatus: 404 },
    { kind: 'not-found', httpStatus: 404 },
    { kind: 'server', httpStatus: 500 },
    { kind: 'malformed', message: 'no JSON' },
    { kind: 'proxy', httpStatus: 503 },
    { kind: 'network' },
  ];
  for (const error of HARMLESS) {
    it(`affect names only if the answer is ${error.kind}`, async () => {
      const window = await openWindow();
      resources.errors.set('loadbalancer', error);
      await window.track(begun(1));
      await clock.advance(20 * MINUTE);
      assert.ok(resources.requests.length >= 1);
      const [tracked] = [...window.store.all().values()];
      assert.equal(tracked?.pollFailure, undefined);
      const polls = cloud.requests.filter(({ at }) => at > clock.now() - 2 * MINUTE);
      assert.ok(polls.length >= 3, `${polls.length} polls in the last 2 min`);
    });
  }

  it('wait and try again if the service could not be reached', async () => {
    const window = await openWindow();
    resources.errors.set('loadbalancer', { kind: 'network' });
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    resources.errors.clear();
    await clock.advance(6 * MINUTE);
    assert.equal(window.nameOf('job-1'), 'name-1');
    assert.equal(resources.requests.length, 2);
  });

  it('stop the credentials after a 401', async () => {
    const window = await openWindow();
    resources.errors.set('loadbalancer', { kind: 'authentication', httpStatus: 401 });
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    const polls = cloud.requests.length;
    await clock.advance(20 * MINUTE);
    assert.equal(cloud.requests.length, polls);
    assert.equal(resources.requests.length, 1);
    const [tracked] = [...window.store.all().values()];
    assert.equal(tracked?.pollFailure?.error.kind, 'authentication');
  });

  it('are not made if names are off, and begin when they are turned on', async () => {
    isOn = false;
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(10 * MINUTE);
    assert.deepEqual(resources.requests, []);
    isOn = true;
    window.known.showOrHide();
    await clock.advance(2 * MINUTE);
    assert.equal(window.nameOf('job-1'), 'name-1');
    isOn = false;
    window.known.showOrHide();
    assert.equal(window.nameOf('job-1'), undefined);
    isOn = true;
    window.known.showOrHide();
    assert.equal(window.nameOf('job-1'), 'name-1');
    await clock.advance(2 * MINUTE);
    assert.equal(resources.requests.length, 1);
  });

  it('do not begin for jobs that ended long ago', async () => {
    const window = await openWindow();
    isOn = false;
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    end();
    await clock.advance(2 * DAY);
    isOn = true;
    window.known.showOrHide();
    await clock.advance(10 * MINUTE);
    assert.deepEqual(resources.requests, []);
  });

  it('find the quota that a job exceeded, once for each failure', async () => {
    const window = await openWindow();
    resources.quotas = [{ key: 'loadbalancer', limit: 50, used: 50, unit: 'count' }];
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    end('FAIL', { errorCode: 'ELB.8905', errorMessage: 'Quota exceeded for resources: loadbalancer.' });
    await clock.advance(2 * HOUR);
    assert.deepEqual(kinds(), ['loadbalancer 1', 'loadbalancer 1', 'quota 1']);
    const [tracked] = [...window.store.all().values()];
    assert.equal(tracked?.resources?.quotas.get('loadbalancer')?.used, 50);
  });

  it('find whether the recycle bin holds deleted load balancers, and take its refusal for nothing else', async () => {
    const window = await openWindow();
    const subJobs = ['lb-1', 'lb-2'].map((resourceId) =>
      subJobAt({ jobId: resourceId, status: 'SUCCESS', resourceId, jobType: 'batchDeleteLoadbalancer' }),
    );
    resources.held = ['lb-2'];
    await window.track(begun(1, { jobType: 'batchDeleteLoadbalancer', subJobs }));
    await clock.advance(2 * MINUTE);
    end();
    await clock.advance(2 * HOUR);
    assert.equal(resources.requests.filter(({ kind }) => kind === 'recycle-bin').length, 1);
    const [tracked] = [...window.store.all().values()];
    const held = ['lb-1', 'lb-2'].map((id) => tracked?.resources?.byId.get(id)?.isInRecycleBin);
    assert.deepEqual(held, [false, true]);
    resources.errors.set('recycle-bin', FORBIDDEN);
    await window.track(begun(3, { jobType: 'batchDeleteLoadbalancer', subJobs, status: 'COMPLETE' }));
    await clock.advance(HOUR);
    assert.deepEqual(window.known.of(reference).refused, []);
  });

  it('are at most two for an id, also if the jobs work on more resources than are kept', async () => {
    const window = await openWindow();
    const batch = (index: number) => {
      const subJobs = Array.from({ length: 200 }, (_, at) => {
        const resourceId = `lb-${index}-${at}`;
        resources.names.set(resourceId, '名'.repeat(255));
        return subJobAt({ jobId: resourceId, resourceId });
      });
      return begun(index, { jobType: 'batchCreateV3Loadbalancer', subJobs });
    };
    await window.track(...Array.from({ length: 12 }, (_, index) => batch(index)));
    await clock.advance(10 * MINUTE);
    const counts = new Map<string, number>();
    for (const id of resources.requests.flatMap(({ ids }) => ids)) counts.set(id, (counts.get(id) ?? 0) + 1);
    assert.equal(Math.max(...counts.values()), 1);
    assert.ok(counts.size >= MAX_KNOWN_RESOURCES);
  });

  it('do not lose all names to a deleted load balancer whose id is too long to be requested', async () => {
    const window = await openWindow();
    const subJobs = ['lb-1', 'x'.repeat(100)].map((resourceId) =>
      subJobAt({ jobId: resourceId, status: 'SUCCESS', resourceId, jobType: 'batchDeleteLoadbalancer' }),
    );
    await window.track(begun(1, { jobType: 'batchDeleteLoadbalancer', subJobs }));
    await clock.advance(2 * MINUTE);
    end();
    await clock.advance(HOUR);
    assert.equal((await openWindow('two')).nameOf('job-1'), 'name-1');
    assert.deepEqual(new Set(resources.requests.flatMap(({ ids }) => ids)), new Set(['lb-1']));
  });

  it('are forgotten on the disk, too, after 30 days without another one', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    window.close();
    const isOnDisk = async () => {
      const [file = ''] = await files.names('storage/resources');
      return (await files.read(`storage/resources/${file}`))?.includes('name-1');
    };
    assert.equal(await isOnDisk(), true);
    clock.sleep(31 * DAY);
    await openWindow('two');
    await clock.advance(SECOND);
    assert.equal(await isOnDisk(), false);
  });

  it('are not repeated while the clock, which was set back, is before the end of a job', async () => {
    const window = await openWindow();
    const subJobs = [subJobAt({ jobId: 's', status: 'SUCCESS', resourceId: 'lb-9' })];
    await window.track(
      begun(1, { jobType: 'UPGRADE' }),
      begun(2, { jobType: 'batchDeleteLoadbalancer', subJobs, errorCode: 'ELB.8905' }),
    );
    await clock.advance(2 * MINUTE);
    end('SUCCESS');
    window.engine.refresh();
    await clock.advance(5 * SECOND);
    clock.setBack(30 * MINUTE);
    resources.requests.length = 0;
    await clock.advance(20 * MINUTE);
    assert.deepEqual(kinds(), ['loadbalancer 3', 'recycle-bin 1', 'quota 1']);
  });

  for (const error of [FORBIDDEN, { kind: 'authentication', httpStatus: 401 } as const]) {
    it(`are made with new credentials if the old ones were refused after the change (${error.kind})`, async () => {
      const window = await openWindow();
      const list = resources.listResources.bind(resources);
      resources.listResources = () => {
        resources.listResources = list;
        resources.caller = 'other';
        window.engine.resume();
        return clock.advance(0).then(() => ({ ok: false, error }));
      };
      await window.track(begun(1));
      await clock.advance(5 * MINUTE);
      assert.deepEqual(window.known.of(reference).refused, []);
      assert.equal(window.nameOf('job-1'), 'name-1');
    });
  }

  it('survive a disk that cannot be written, without being repeated', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    isDiskFull = true;
    await clock.advance(30 * MINUTE);
    assert.equal(window.nameOf('job-1'), 'name-1');
    assert.equal(resources.requests.length, 1);
  });

  it('are not repeated because the files are read again while the disk is full, and are saved once it has space', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    isDiskFull = true;
    await window.track(begun(2));
    await clock.advance(10 * MINUTE);
    assert.equal(window.nameOf('job-2'), 'name-2');
    isDiskFull = false;
    await window.known.readAgain();
    await clock.advance(2 * MINUTE);
    assert.equal(window.nameOf('job-2'), 'name-2');
    assert.equal(resources.requests.length, 2);
    await window.track(begun(3));
    await clock.advance(2 * MINUTE);
    assert.equal((await openWindow('two')).nameOf('job-2'), 'name-2');
    assert.equal(resources.requests.length, 3);
  });

  it('never delay polls while their answer is on its way, or if the credentials cannot be read', async () => {
    const window = await openWindow();
    const ways: FakeResources['listResources'][] = [
      async (_, kind, ids) => {
        resources.requests.push({ at: clock.now(), kind, ids });
        await later(MINUTE);
        return { ok: false, error: { kind: 'timeout' } };
      },
      () => Promise.reject(new Error('The request could not be made.')),
    ];
    await window.track(begun(1));
    for (const way of ways) {
      resources.listResources = way;
      await clock.advance(30 * MINUTE);
    }
    resources.callerOf = () => Promise.reject(new Error('The keyring is locked.'));
    await clock.advance(30 * MINUTE);
    const times = cloud.requests.map(({ at }) => at).slice(3);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(Math.max(...pauses) <= 33 * SECOND, `${Math.max(...pauses)} ms without a poll`);
    assert.ok(resources.requests.length >= 3);
  });

  it('let the window rest while an answer does not come', async () => {
    const window = await openWindow();
    resources.listResources = (_, kind, ids) => {
      resources.requests.push({ at: clock.now(), kind, ids });
      return new Promise(() => undefined);
    };
    await window.track(begun(1));
    await clock.advance(20 * MINUTE);
    const schedule = clock.schedule.bind(clock);
    let timers = 0;
    clock.schedule = (...timer) => {
      timers += 1;
      return schedule(...timer);
    };
    await clock.advance(HOUR);
    assert.equal(resources.requests.length, 1);
    assert.ok(timers <= 1500, `${timers} timers in an hour`);
  });

  it('do not hold a refusal of the earlier credentials against those that a person entered meanwhile', async () => {
    const window = await openWindow();
    const list = resources.listResources.bind(resources);
    resources.errors.set('loadbalancer', FORBIDDEN);
    resources.listResources = async (...request) => {
      const answer = await list(...request);
      await later(5 * SECOND);
      return answer;
    };
    await window.track(begun(1));
    await clock.advance(32 * SECOND);
    assert.equal(resources.requests.length, 1);
    resources.errors.clear();
    resources.caller = 'other';
    window.engine.resume();
    await clock.advance(10 * MINUTE);
    assert.deepEqual(window.known.of(reference).refused, []);
    assert.equal(window.nameOf('job-1'), 'name-1');
  });

  it('gather the ids of jobs that come while a request is on its way', async () => {
    limit = 10_000;
    const window = await openWindow();
    const list = resources.listResources.bind(resources);
    resources.listResources = async (...request) => {
      await later(2 * SECOND);
      return list(...request);
    };
    for (let index = 0; index < 120; index += 1) {
      await window.track(begun(index));
      await clock.advance(SECOND);
    }
    await clock.advance(2 * MINUTE);
    assert.ok(resources.requests.length <= 5, kinds().join(', '));
  });

  const many = (count: number) =>
    Array.from({ length: count / 200 }, (_, job) => {
      const ids = Array.from({ length: 200 }, (_, index) => `lb-${job}-${index}`);
      const entities = ids.map((resourceId) => ({ resourceId, resourceType: 'loadbalancer' }));
      return begun(job, { resourceId: ids[0], subJobs: [subJobAt({ jobId: `sub-${job}`, entities })] });
    });

  it('are not repeated for more resources than are kept', async () => {
    const window = await openWindow();
    await window.track(...many(2400));
    await clock.advance(2 * HOUR);
    assert.equal(resources.requests.length, 20);
  });

  it('are not repeated for names that are too long for the file', async () => {
    const window = await openWindow();
    const jobs = many(1400);
    for (const { id } of jobs.flatMap(resourceIdsOf)) resources.names.set(id, '\u0001'.repeat(255));
    await window.track(...jobs);
    await clock.advance(2 * HOUR);
    assert.equal(resources.requests.length, 14);
  });

  it('leave out a deleted load balancer whose id no request can have, and keep what is known', async () => {
    const window = await openWindow();
    const subJobs = ['x'.repeat(100), 'lb-2', 'a b'].map((resourceId) =>
      subJobAt({ jobId: resourceId, status: 'SUCCESS', resourceId, jobType: 'batchDeleteLoadbalancer' }),
    );
    await window.track(begun(1, { jobType: 'batchDeleteLoadbalancer', subJobs }));
    await clock.advance(2 * MINUTE);
    end();
    await clock.advance(HOUR);
    assert.deepEqual(
      resources.requests.filter(({ kind }) => kind === 'recycle-bin').map(({ ids }) => ids),
      [['lb-2']],
    );
    window.close();
    const next = await openWindow('next');
    assert.equal(next.nameOf('job-1'), 'name-1');
  });

  it('are remembered, and their refusal, while the disk is full and the files are read again', async () => {
    const window = await openWindow();
    await window.track(begun(1));
    await clock.advance(2 * MINUTE);
    isDiskFull = true;
    await window.track(begun(2));
    await clock.advance(10 * MINUTE);
    resources.errors.set('loadbalancer', FORBIDDEN);
    await window.track(begun(3));
    for (let minute = 0; minute < 20; minute += 1) {
      await window.known.readAgain();
      await clock.advance(MINUTE);
    }
    assert.equal(window.nameOf('job-2'), 'name-2');
    assert.equal(resources.requests.length, 3);
  });
});
