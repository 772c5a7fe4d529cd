import assert from 'node:assert/strict';
import { readJob } from '../../../../src/cloud/api/job-schema';
import { EndingAnnouncer } from '../../../../src/jobs/endings/ending-announcer';
import type { JobEnding } from '../../../../src/jobs/endings/ending-batch';
import { FollowedProjects } from '../../../../src/jobs/discovery/followed-projects';
import { EndingClaims } from '../../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import type { JobFiles } from '../../../../src/jobs/files/job-files';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { Lease } from '../../../../src/storage/lease';
import type { Disposable } from '../../../../src/base/disposable';
import { Emitter } from '../../../../src/base/emitter';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import type { NewJobsNotice } from '../../../../src/jobs/discovery/new-job-finder';
import type { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import type { RequestBudget } from '../../../../src/jobs/budget/request-budget';
import type { Job } from '../../../../src/cloud/api/job';
import { DuplicateJobs } from '../../../../src/jobs/store/duplicate-jobs';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { newEngine } from '../../../support/engine-fixture';
import { FakeClock, whileTimePasses } from '../../../support/fake-clock';
import { unlimitedBudget, FakeSource, listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';

const project = { endpoint: reference.endpoint, projectId: reference.projectId };
const failure = (kind: PollError['kind']) => ({ ok: false, error: { kind } as PollError }) as const;

describe('new jobs of a project', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let cloud: FakeSource;
  let log: MemoryLog;
  let quarantined: string[];
  let isFocused: boolean;
  /** How far the service's clock is known to be ahead. */
  let skewMs: number;
  let pause: { isPaused: boolean; readonly onDidChange: Emitter<void>['event'] };
  let pauseChanges: Emitter<void>;
  let budget: RequestBudget;
  /** The project's jobs at the service. */
  let jobs: Job[];
  const opened: Window[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    files = new MemoryFileSystem();
    budget = unlimitedBudget;
    cloud = new FakeSource(clock, {
      take: () => budget.take(),
      isShort: () => budget.isShort(),
      lower: () => undefined,
    });
    pauseChanges = new Emitter((cause) => assert.fail(String(cause)));
    pause = { isPaused: false, onDidChange: pauseChanges.event };
    log = new MemoryLog();
    quarantined = [];
    isFocused = true;
    skewMs = 0;
    jobs = [];
    cloud.list = () => listOf(...jobs);
    cloud.respond = ({ jobId }) => {
      const job = jobs.find((each) => each.jobId === jobId);
      return job === undefined ? failure('not-found') : { ok: true, value: { job } };
    };
  });

  afterEach(() => {
    for (const window of opened.splice(0)) window.close();
  });

  class Window {
    readonly directory: JobDirectory;
    readonly followed: FollowedProjects;
    readonly store: JobStore;
    readonly engine: PollEngine;
    readonly endings: EndingAnnouncer;
    readonly notices: NewJobsNotice[] = [];
    readonly announced: string[] = [];
    readonly duplicates: DuplicateJobs;
    isBehindOthers = false;
    private readonly watches: Disposable[] = [];

    constructor(owner: string, wrap: (stored: JobFiles) => JobFiles = (stored) => stored, disk = files) {
      const shared = { files: disk, clock, owner, directory: 'storage', log };
      this.directory = new JobDirectory({ ...shared, readJob, onQuarantine: () => undefined });
      const claims = new EndingClaims({ ...shared, readJob });
      this.followed = new FollowedProjects({
        ...shared,
        skewOf: () => skewMs,
        onQuarantine: (file) => quarantined.push(file),
      });
      this.store = new JobStore(wrap(this.directory), log, (removed) => this.followed.dismiss(removed, clock.now()));
      const leaseOf = () => new Lease({ files, clock, directory: 'leases', name: 'project', owner, log });
      this.engine = newEngine({
        store: this.store,
        source: cloud,
        pause,
        leaseOf,
        clock,
        newJobs: {
          followed: this.followed,
          isFocused: () => isFocused && !this.isBehindOthers,
          notify: (notice) => this.notices.push(notice),
        },
        log,
      });
      this.endings = new EndingAnnouncer(
        {
          store: this.store,
          claims,
          clock,
          isFocused: () => isFocused,
          isWindowAlive: () => Promise.resolve(true),
          isPolling: (of) => this.engine.isPolling(of),
          merged: (key) => this.duplicates.merged(key),
          log,
        },
        (ended: readonly JobEnding[]) =>
          this.announced.push(ended.map(({ tracked }) => tracked.reference.jobId).join(' ')),
      );
      this.duplicates = new DuplicateJobs({ store: this.store, claims, log });
    }

    async open(): Promise<void> {
      this.watches.push(
        this.directory.watch((keys) => void this.store.readAgain(keys)),
        this.followed.watch(() => void this.followed.readAgain()),
      );
      await this.store.open();
      await this.followed.readAgain();
      await this.endings.catchUp();
    }

    close(): void {
      for (const watch of this.watches.splice(0)) watch.dispose();
      this.duplicates.dispose();
      this.endings.dispose();
      this.engine.dispose();
      this.followed.dispose();
    }

    ids(): string[] {
      return [...this.store.all().values()].map(({ reference: { jobId } }) => jobId).sort();
    }
  }

  const openWindow = async (owner = 'one', wrap?: (stored: JobFiles) => JobFiles, disk?: MemoryFileSystem) => {
    const window = new Window(owner, wrap, disk);
    opened.push(window);
    await window.open();
    return window;
  };

  /** Lets time pass until the action is done: locks wait. */
  const done = <T>(action: Promise<T>) => whileTimePasses(clock, action);
  const setPaused = (isPaused: boolean) => {
    pause.isPaused = isPaused;
    pauseChanges.fire();
  };
  const follow = (window: Window) => done(window.followed.follow(project, clock.now()));
  const start = (jobId: string, fields: Partial<Job> = {}) => {
    jobs.push(jobAt('RUNNING', { jobId, beginTime: clock.now(), ...fields }));
  };

  it('are not listed if the project is not followed', async () => {
    const window = await openWindow();
    start('new');
    await clock.advance(HOUR);
    assert.deepEqual([cloud.requests, clock.pendingTimers], [[], 0]);
    start('followed-by-id');
    await window.store.track({ ...reference, jobId: 'followed-by-id' }, clock.now());
    await clock.advance(HOUR);
    assert.equal(cloud.listRequests.length, 0);
    assert.deepEqual(window.ids(), ['followed-by-id']);
  });

  it('appear within a minute, with the state that the list gave', async () => {
    const window = await openWindow();
    await follow(window);
    await clock.advance(10 * MINUTE);
    start('new');
    await clock.advance(MINUTE + SECOND);
    assert.deepEqual(window.ids(), ['new']);
    const [tracked] = window.store.all().values();
    assert.equal(tracked?.job?.status, 'RUNNING');
    assert.equal(cloud.showRequests.length, 0, 'no request except the list');
  });

  it('are listed at most once a minute while a window has the focus, and every five minutes otherwise', async () => {
    const window = await openWindow();
    await follow(window);
    await clock.advance(HOUR);
    assert.ok(cloud.requests.length >= 59 && cloud.requests.length <= 62, `${cloud.requests.length} in an hour`);
    isFocused = false;
    const before = cloud.requests.length;
    await clock.advance(HOUR);
    const asked = cloud.requests.length - before;
    assert.ok(asked >= 11 && asked <= 13, `${asked} in an hour without focus`);
    await clock.advance((cloud.requests.at(-1)?.at ?? 0) + 7 * MINUTE - clock.now());
    assert.equal(cloud.requests.length, before + asked + 1);
    isFocused = true;
    window.engine.catchUp();
    await clock.advance(0);
    assert.equal(cloud.requests.length, before + asked + 2, 'and when the person is back');
    for (let count = 0; count < 10; count += 1) {
      window.engine.catchUp();
      await clock.advance(SECOND);
    }
    assert.equal(cloud.requests.length, before + asked + 2, 'but not each time');
    const [following] = window.followed.all();
    const from = cloud.listRequests.at(-1)?.beginTime ?? 0;
    assert.equal(
      from,
      (following?.listedAt ?? 0) - 26 * HOUR,
      'and no further back than the margins for clocks and lists',
    );
  });

  it('cost no request if the jobs of the project are listed anyway', async () => {
    const requestsIn = async (isFollowed: boolean) => {
      files = new MemoryFileSystem();
      jobs = [];
      const window = await openWindow(isFollowed ? 'one' : 'other');
      if (isFollowed) await follow(window);
      for (let count = 0; count < 6; count += 1) start(`job-${count}`);
      for (const { jobId = '' } of jobs) await done(window.store.track({ ...reference, jobId }, clock.now()));
      // The lists of young jobs are at most 30 s apart.
      await clock.advance(20 * MINUTE);
      const before = cloud.requests.length;
      jobs.push(jobAt('COMPLETE', { jobId: 'new', beginTime: clock.now(), endTime: clock.now() + 1 }));
      await clock.advance(20 * SECOND);
      const found = window.ids().includes('new');
      await clock.advance(30 * MINUTE);
      window.close();
      return { found, asked: cloud.requests.length - before };
    };
    const without = await requestsIn(false);
    const withNew = await requestsIn(true);
    assert.deepEqual([without.found, withNew.found], [false, true]);
    // The lists also serve the late polls of the job that was found.
    assert.ok(Math.abs(withNew.asked - without.asked) <= 1, `${withNew.asked} and ${without.asked}`);
  });

  it('are found after a weekend with the computer off, and announced together, once', async () => {
    const friday = await openWindow('friday');
    await follow(friday);
    await clock.advance(HOUR);
    friday.close();
    await clock.advance(20 * HOUR);
    for (const jobId of ['a', 'b']) start(jobId, { status: 'COMPLETE', endTime: clock.now() + HOUR });
    jobs = jobs.map((job) => jobAt('COMPLETE', job));
    await clock.advance(40 * HOUR);
    const monday = await openWindow('monday');
    await clock.advance(MINUTE);
    assert.deepEqual(monday.ids(), ['a', 'b']);
    assert.deepEqual(
      monday.announced.map((ids) => ids.split(' ').sort()),
      [['a', 'b']],
    );
    await clock.advance(HOUR);
    monday.close();
    const tuesday = await openWindow('tuesday');
    await clock.advance(HOUR);
    assert.deepEqual([monday.announced.length, tuesday.announced.length], [1, 0]);
  });

  it('are found if they began and ended while a response was on its way, as over a night', async () => {
    const window = await openWindow();
    await follow(window);
    await clock.advance(HOUR);
    let arrive = (): void => undefined;
    const arrival = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const atOnce = cloud.list;
    cloud.list = async () => {
      const list = listOf();
      await arrival;
      return list;
    };
    await clock.advance(6 * MINUTE);
    clock.sleep(8 * HOUR);
    jobs = [jobAt('COMPLETE', { jobId: 'a', beginTime: clock.now() - 7 * HOUR, endTime: clock.now() - 6 * HOUR })];
    cloud.list = atOnce;
    arrive();
    await clock.advance(10 * MINUTE);
    assert.deepEqual(window.ids(), ['a']);
  });

  it('do not include jobs that began long before following, or ended before it', async () => {
    start('old', {});
    await clock.advance(30 * MINUTE);
    start('just-before');
    jobs.push(jobAt('FAIL', { jobId: 'ended-before', beginTime: clock.now(), endTime: clock.now() + 1 }));
    jobs.push(jobAt('FAIL', { jobId: 'ended-before-without-end', beginTime: clock.now() }));
    jobs.push(jobAt('SUCCESS', { jobId: 'waits', jobType: 'UPGRADE', beginTime: clock.now() }));
    await clock.advance(2 * MINUTE);
    const window = await openWindow();
    await follow(window);
    await clock.advance(5 * MINUTE);
    assert.deepEqual(window.ids(), ['just-before', 'waits'], 'clocks differ by minutes, and an upgrade may wait');
    assert.deepEqual(window.announced, ['waits']);
    jobs = jobs.map((job) => (job.status === 'RUNNING' ? jobAt('RUNNING', { ...job, endTime: clock.now() }) : job));
    await clock.advance(5 * MINUTE);
    window.engine.refresh();
    await clock.advance(MINUTE);
    assert.deepEqual(window.ids(), ['just-before', 'waits'], 'also when they have ended');
  });

  it('are not tracked twice if they are tracked already, by the list’s id or by an alias', async () => {
    const window = await openWindow();
    await follow(window);
    cloud.respond = () => ({ ok: true, value: { job: jobAt('RUNNING', { jobId: 'by-the-body' }) } });
    start('by-the-body');
    cloud.list = () => {
      // The list comes before the alias can be known.
      if (window.ids().length === 0) void window.store.track({ ...reference, jobId: 'by-the-path' }, clock.now());
      return listOf(...jobs);
    };
    await clock.advance(10 * MINUTE);
    assert.deepEqual(window.ids(), ['by-the-path']);
  });

  describe('that were found by one id, and are then tracked by another,', () => {
    const byThePath = { ...reference, jobId: 'by-the-path' };
    let window: Window;

    beforeEach(async () => {
      cloud.respond = () => {
        const [job] = jobs;
        return job === undefined ? failure('not-found') : { ok: true, value: { job } };
      };
      window = await openWindow();
      await follow(window);
      start('by-the-body');
      await clock.advance(2 * MINUTE);
      assert.deepEqual(window.ids(), ['by-the-body']);
    });

    it('become one row in all windows, with the label and the mute that the person set', async () => {
      const other = await openWindow('other');
      const [found] = window.store.all();
      assert.ok(found !== undefined);
      window.store.rename(found[0], 'Night change');
      window.store.mute(found[0], true);
      await done(other.store.track(byThePath, clock.now()));
      await clock.advance(10 * MINUTE);
      for (const { store } of [window, other]) {
        const rows = [...store.all().values()];
        assert.deepEqual(
          rows.map(({ reference: { jobId }, label, muted, trackedAt }) => ({ jobId, label, muted, trackedAt })),
          [{ jobId: 'by-the-path', label: 'Night change', muted: true, trackedAt: found[1].trackedAt }],
        );
        assert.deepEqual(rows[0]?.history, found[1].history);
      }
      window.close();
      other.close();
      const next = await openWindow('next');
      await clock.advance(HOUR);
      assert.deepEqual(next.ids(), ['by-the-path']);
    });

    it('are announced once if they end later', async () => {
      await done(window.store.track(byThePath, clock.now()));
      await clock.advance(5 * MINUTE);
      jobs = jobs.map((job) => jobAt('COMPLETE', { ...job, status: 'COMPLETE', endTime: clock.now() }));
      await clock.advance(HOUR);
      assert.deepEqual(window.announced, ['by-the-path']);
    });

    it('are not announced again after they were announced by the other id', async () => {
      jobs = jobs.map((job) => jobAt('COMPLETE', { ...job, status: 'COMPLETE', endTime: clock.now() }));
      await clock.advance(10 * MINUTE);
      assert.deepEqual(window.announced, ['by-the-body']);
      await done(window.store.track(byThePath, clock.now()));
      await clock.advance(10 * MINUTE);
      window.close();
      const next = await openWindow('next');
      await clock.advance(HOUR);
      assert.deepEqual(next.ids(), ['by-the-path']);
      assert.deepEqual([...window.announced, ...next.announced], ['by-the-body']);
    });

    it('are announced once if an upgrade switched under one id and was completed under the other', async () => {
      const end = (status: string) => {
        jobs = jobs.map((job) => jobAt(status, { ...job, status, jobType: 'UPGRADE', endTime: clock.now() }));
      };
      end('SUCCESS');
      await clock.advance(MINUTE);
      assert.deepEqual(window.announced, ['by-the-body']);
      end('COMPLETE');
      cloud.list = () => failure('server');
      await done(window.store.track(byThePath, clock.now()));
      await clock.advance(HOUR);
      assert.deepEqual(window.ids(), ['by-the-path']);
      assert.deepEqual(window.announced, ['by-the-body']);
    });

    it('are not announced again if the disk is slow', async () => {
      jobs = jobs.map((job) => jobAt('COMPLETE', { ...job, status: 'COMPLETE', endTime: clock.now() }));
      await clock.advance(10 * MINUTE);
      const slow = files.viewWith(async (operation) => {
        if (operation === 'replace') await new Promise<void>((resolve) => clock.schedule(SECOND, resolve));
      });
      window.close();
      const other = await openWindow('other', undefined, slow);
      await done(other.store.track(byThePath, clock.now()));
      await clock.advance(10 * MINUTE);
      assert.deepEqual(other.ids(), ['by-the-path']);
      assert.deepEqual([...window.announced, ...other.announced], ['by-the-body']);
    });

    it('stay on the disk by one id if the other cannot be saved', async () => {
      files.failNext(new Error('disk full'), 'replace');
      await assert.rejects(done(window.store.track(byThePath, clock.now())), /disk full/);
      await clock.advance(MINUTE);
      assert.deepEqual(window.ids(), ['by-the-body', 'by-the-path']);
      await done(window.store.readAgain());
      await clock.advance(10 * MINUTE);
      assert.deepEqual(window.ids(), ['by-the-path']);
      window.close();
      assert.deepEqual((await openWindow('next')).ids(), ['by-the-path']);
    });

    it('stay two rows if they only seem to be the same job', async () => {
      const [job] = jobs;
      cloud.respond = ({ jobId }) => ({
        ok: true,
        value: {
          job: jobAt('RUNNING', { ...job, beginTime: (job?.beginTime ?? 0) + (jobId === 'by-the-path' ? 1 : 0) }),
        },
      });
      cloud.list = () => listOf();
      await done(window.store.track(byThePath, clock.now()));
      await clock.advance(10 * MINUTE);
      assert.deepEqual(window.ids(), ['by-the-body', 'by-the-path']);
    });
  });

  it('are listed once a minute if any window has the focus, even if another one polls', async () => {
    const polling = await openWindow('polling');
    polling.isBehindOthers = true;
    await follow(polling);
    await clock.advance(MINUTE);
    const other = await openWindow('other');
    other.isBehindOthers = true;
    const requestsIn = async (durationMs: number) => {
      const before = cloud.requests.length;
      await clock.advance(durationMs);
      return cloud.requests.length - before;
    };
    const away = await requestsIn(HOUR);
    assert.ok(away <= 13, `${away} in an hour without focus`);
    other.isBehindOthers = false;
    assert.equal(await requestsIn(8 * SECOND), 1, 'and at once when the other window gets the focus');
    const there = await requestsIn(HOUR);
    assert.ok(there >= 55 && there <= 62, `${there} in an hour`);
    assert.deepEqual([polling.engine.isPolling(project), other.engine.isPolling(project)], [true, false]);
  });

  it('are listed at once after a refresh in a window that does not poll', async () => {
    await follow(await openWindow('polling'));
    await clock.advance(MINUTE);
    const other = await openWindow('other');
    await clock.advance(90 * SECOND);
    start('new');
    other.engine.refresh();
    await clock.advance(3 * SECOND);
    assert.deepEqual(other.ids(), ['new']);
    const listed = cloud.listRequests.length;
    await clock.advance(30 * SECOND);
    assert.equal(cloud.listRequests.length, listed, 'once');
  });

  it('are found even if a tracked job of the project is never returned', async () => {
    const window = await openWindow();
    await follow(window);
    cloud.respond = () => failure('malformed');
    await done(window.store.track({ ...reference, jobId: 'odd' }, clock.now()));
    start('new');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new', 'odd']);
  });

  describe('while a tracked job is not found,', () => {
    const byThePath = { ...reference, jobId: 'by-the-path' };

    it('wait less than a minute for it, since it may be one of them', async () => {
      const window = await openWindow();
      await follow(window);
      await clock.advance(10 * MINUTE);
      await done(window.store.track({ ...reference, jobId: 'mistyped' }, clock.now()));
      await clock.advance(SECOND);
      start('new');
      window.engine.refresh();
      await clock.advance(30 * SECOND);
      assert.deepEqual(window.ids(), ['mistyped']);
      await clock.advance(20 * SECOND);
      assert.deepEqual(window.ids(), ['mistyped', 'new']);
      start('later');
      await clock.advance(MINUTE + 6 * SECOND);
      assert.deepEqual(window.ids(), ['later', 'mistyped', 'new'], 'and no longer wait');
    });

    it('wait as short without focus, after a reload, and if the person refreshes again and again', async () => {
      const window = await openWindow();
      await follow(window);
      await done(window.store.track({ ...reference, jobId: 'mistyped' }, clock.now()));
      isFocused = false;
      start('new');
      await clock.advance(5 * SECOND);
      window.engine.refresh();
      await clock.advance(10 * SECOND);
      window.close();
      const next = await openWindow('next');
      for (let count = 0; count < 10; count += 1) {
        next.engine.refresh();
        await clock.advance(4 * SECOND);
      }
      assert.deepEqual(next.ids(), ['mistyped', 'new']);
      await clock.advance(MINUTE);
      next.close();
      const last = await openWindow('last');
      await clock.advance(50 * SECOND);
      const [mistyped] = [...last.store.all().values()].filter(({ reference: { jobId } }) => jobId === 'mistyped');
      assert.equal(
        mistyped?.pollFailure?.error.kind,
        'not-found',
        'and the reloads do not put off that it is given up',
      );
    });

    it('wait no longer if one mistyped id after the other is tracked, and are tracked once', async () => {
      const window = await openWindow();
      await follow(window);
      await clock.advance(10 * MINUTE);
      start('new');
      for (let count = 0; count < 6; count += 1) {
        await done(window.store.track({ ...reference, jobId: `mistyped-${count}` }, clock.now()));
        await clock.advance(25 * SECOND);
      }
      assert.ok(window.ids().includes('new'));
      start('later');
      for (let count = 0; count < 6; count += 1) {
        await done(window.store.track({ ...reference, jobId: `mistyped-again-${count}` }, clock.now()));
        await clock.advance(25 * SECOND);
      }
      assert.deepEqual(
        window.ids().filter((id) => !id.startsWith('mistyped')),
        ['later', 'new'],
      );
    });

    it('merge with it if it is found later, and are announced once', async () => {
      for (const endsWhen of ['before', 'after'] as const) {
        files = new MemoryFileSystem();
        jobs = [];
        let isKnown = false;
        cloud.respond = () => {
          const [job] = jobs;
          return isKnown && job !== undefined ? { ok: true, value: { job } } : failure('not-found');
        };
        const end = () => {
          jobs = jobs.map((job) => jobAt('COMPLETE', { ...job, status: 'COMPLETE', endTime: clock.now() }));
        };
        const window = await openWindow(endsWhen);
        await follow(window);
        await done(window.store.track(byThePath, clock.now()));
        start('by-the-body');
        await clock.advance(2 * MINUTE);
        assert.deepEqual(window.ids(), ['by-the-body', 'by-the-path']);
        if (endsWhen === 'before') end();
        await clock.advance(30 * SECOND);
        isKnown = true;
        await clock.advance(2 * MINUTE);
        assert.deepEqual(window.ids(), ['by-the-path']);
        if (endsWhen === 'after') end();
        await clock.advance(HOUR);
        window.close();
        const next = await openWindow('next');
        await clock.advance(HOUR);
        assert.deepEqual(next.ids(), ['by-the-path']);
        assert.equal([...window.announced, ...next.announced].length, 1, endsWhen);
        next.close();
      }
    });

    it('merge with it if it is found only after it was given up', async () => {
      const window = await openWindow();
      await follow(window);
      let isKnown = false;
      cloud.respond = () => {
        const [job] = jobs;
        return isKnown && job !== undefined ? { ok: true, value: { job } } : failure('not-found');
      };
      const key = await done(window.store.track(byThePath, clock.now()));
      start('by-the-body');
      await clock.advance(10 * MINUTE);
      assert.equal(window.store.get(key)?.pollFailure?.error.kind, 'not-found');
      isKnown = true;
      window.engine.refresh([key]);
      await clock.advance(MINUTE);
      assert.deepEqual(window.ids(), ['by-the-path']);
    });
  });

  it('are found by the service’s time if the computer’s clock is hours ahead', async () => {
    const window = await openWindow();
    cloud.list = () => {
      // As the first response reveals.
      skewMs = -3 * HOUR;
      return listOf(...jobs);
    };
    await follow(window);
    start('old', { beginTime: clock.now() - 4 * HOUR });
    await clock.advance(20 * MINUTE);
    start('new', { beginTime: clock.now() - 3 * HOUR });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
    window.close();
    await clock.advance(HOUR);
    start('meanwhile', { beginTime: clock.now() - 3 * HOUR });
    await clock.advance(HOUR);
    const next = await openWindow('next');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(next.ids(), ['meanwhile', 'new'], 'and those that began while no window was open');
    await done(next.store.untrack([...next.store.all().keys()]));
    await clock.advance(HOUR);
    assert.deepEqual(next.ids(), [], 'and do not come back after they were removed');
  });

  it('are found after a clock that was hours ahead is corrected', async () => {
    const window = await openWindow();
    await follow(window);
    start('new', { beginTime: clock.now() - 3 * HOUR });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), []);
    clock.setBack(3 * HOUR);
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('do not come back after a person removed them from the list, in this window or another', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(one);
    start('new');
    start('second');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(
      [one.ids(), other.ids()],
      [
        ['new', 'second'],
        ['new', 'second'],
      ],
    );
    const [first, second] = [...other.store.all().keys()];
    await done(other.store.untrack([first ?? '']));
    await done(one.store.untrack([second ?? '']));
    await clock.advance(HOUR);
    assert.deepEqual([one.ids(), other.ids()], [[], []]);
    one.close();
    other.close();
    const later = await openWindow('later');
    await clock.advance(4 * HOUR);
    assert.deepEqual(later.ids(), [], 'nor in a later session');
    assert.deepEqual(
      later.followed.all()[0]?.dismissedJobs,
      [],
      'and those that are too old to come back are forgotten',
    );
  });

  it('stay in the list if their dismissal cannot be saved', async () => {
    const window = await openWindow();
    await follow(window);
    start('new');
    await clock.advance(2 * MINUTE);
    const [key] = window.store.all().keys();
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(done(window.store.untrack([key ?? ''])), /disk full/);
    assert.deepEqual(window.ids(), ['new'], 'it is still there, as the error says');
  });

  it('do not come back if they were pruned before this window knew which projects are followed', async () => {
    const first = await openWindow('first');
    await follow(first);
    start('ended', { status: 'COMPLETE', endTime: clock.now() + SECOND });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(first.ids(), ['ended']);
    first.close();
    const next = new Window('next');
    opened.push(next);
    await next.store.open();
    await done(next.store.prune({ maxAgeMs: 0, maxJobs: 0 }, clock.now()));
    await next.open();
    await clock.advance(HOUR);
    assert.deepEqual([next.ids(), next.announced], [[], []]);
  });

  it('do not keep jobs of other projects in the list if their dismissal cannot be saved', async () => {
    const window = await openWindow();
    await follow(window);
    start('new');
    await clock.advance(2 * MINUTE);
    await done(window.store.track({ ...reference, projectId: 'f'.repeat(32), jobId: 'other' }, clock.now()));
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(done(window.store.untrack([...window.store.all().keys()])), /disk full/);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('can be removed from the list if the followed projects cannot be read', async () => {
    const window = await openWindow();
    await follow(window);
    start('new');
    await clock.advance(2 * MINUTE);
    files.failNext(new Error('no access'), 'read');
    await done(window.store.untrack([...window.store.all().keys()]));
    await clock.advance(HOUR);
    assert.deepEqual(window.ids(), []);
  });

  it('are tracked once by two windows, and their endings announced once', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(other);
    jobs.push(jobAt('FAIL', { jobId: 'ended', beginTime: clock.now(), endTime: clock.now() + SECOND }));
    await clock.advance(20 * MINUTE);
    assert.deepEqual([one.ids(), other.ids()], [['ended'], ['ended']]);
    assert.deepEqual([...one.announced, ...other.announced], ['ended']);
    assert.equal(cloud.maxInFlight, 1);
    assert.ok(cloud.listRequests.length <= 21, 'only one window lists');
  });

  it('are found by another window after the one that polls closes', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(one);
    await clock.advance(5 * MINUTE);
    one.close();
    start('new');
    await clock.advance(MINUTE);
    assert.deepEqual(other.ids(), ['new']);
  });

  it('are not listed any more after a person unfollows the project in any window', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(one);
    await clock.advance(5 * MINUTE);
    await done(other.followed.unfollow(project));
    await clock.advance(MINUTE);
    const before = cloud.requests.length;
    start('new');
    await clock.advance(HOUR);
    assert.equal(cloud.requests.length, before);
    assert.deepEqual([one.ids(), one.followed.all()], [[], []]);
    assert.equal(clock.pendingTimers, 0, 'no timer is left');
  });

  it('cannot be found if listing is forbidden, which is shown once for all windows and sessions', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    cloud.list = () => failure('forbidden');
    await follow(one);
    await clock.advance(HOUR);
    assert.equal(cloud.listRequests.length, 1, 'no second list is requested');
    assert.deepEqual(
      [...one.notices, ...other.notices].map(({ kind }) => kind),
      ['refused'],
    );
    assert.deepEqual(
      [one, other].map(({ followed }) => followed.of(project)?.refused),
      ['forbidden', 'forbidden'],
    );
    one.close();
    other.close();
    const later = await openWindow('later');
    await clock.advance(MINUTE);
    assert.deepEqual(later.notices, []);
    cloud.list = () => listOf(...jobs);
    start('new');
    later.engine.resume();
    await clock.advance(2 * MINUTE);
    assert.deepEqual([later.ids(), later.followed.of(project)?.refused], [['new'], undefined]);
  });

  it('are not listed after a key was refused, until another key is given', async () => {
    const window = await openWindow();
    cloud.list = () => failure('authentication');
    await follow(window);
    await clock.advance(2 * HOUR);
    assert.equal(cloud.requests.length, 1);
    assert.equal(clock.pendingTimers, 0);
    window.engine.refresh();
    await clock.advance(HOUR);
    assert.equal(cloud.requests.length, 1, 'a refresh does not restart it');
    cloud.list = () => listOf(...jobs);
    start('new');
    window.engine.resume();
    await clock.advance(3 * SECOND);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('are not listed without credentials', async () => {
    const window = await openWindow();
    cloud.obstacle = { kind: 'signed-out' };
    await follow(window);
    await clock.advance(HOUR);
    assert.equal(cloud.requests.length, 0);
  });

  it('wait while the service throttles, and log a night without network in one line', async () => {
    const window = await openWindow();
    cloud.list = () => ({ ok: false, error: { kind: 'throttled', retryAfter: 10 * MINUTE } });
    await follow(window);
    await clock.advance(0);
    start('job');
    await done(window.store.track({ ...reference, jobId: 'job' }, clock.now()));
    await clock.advance(9 * MINUTE);
    assert.equal(cloud.requests.length, 1, 'no job of the project is polled either');
    await done(window.store.untrack([...window.store.all().keys()]));
    cloud.list = () => failure('network');
    await clock.advance(2 * MINUTE);
    const lines = log.lines.length;
    await clock.advance(8 * HOUR);
    assert.equal(log.lines.length, lines);
    cloud.list = () => listOf(...jobs);
    start('new');
    window.engine.catchUp();
    await clock.advance(3 * SECOND);
    assert.ok(window.ids().includes('new'), 'and when the person is back');
  });

  it('are not listed after polling was paused, however far the request had come', async () => {
    const window = await openWindow();
    budget = {
      ...unlimitedBudget,
      take: () => {
        setPaused(true);
        return Promise.resolve(0);
      },
    };
    await follow(window);
    await clock.advance(HOUR);
    assert.equal(cloud.requests.length, 0);
    budget = unlimitedBudget;
    setPaused(false);
    await clock.advance(0);
    assert.equal(cloud.requests.length, 1);
  });

  it('are left to other windows if polling is paused while the budget is used up', async () => {
    const window = await openWindow();
    budget = { ...unlimitedBudget, take: () => Promise.resolve(5 * MINUTE) };
    await follow(window);
    await clock.advance(SECOND);
    assert.ok(window.engine.isPolling(project));
    setPaused(true);
    await clock.advance(SECOND);
    assert.ok(!window.engine.isPolling(project));
    setPaused(false);
    await clock.advance(MINUTE);
    assert.ok(!window.engine.isPolling(project), 'it still waits for the budget');
  });

  it('are listed less often, and after the tracked jobs are polled, while requests are short', async () => {
    const window = await openWindow();
    budget = { ...unlimitedBudget, isShort: () => true };
    start('tracked', { status: 'COMPLETE', endTime: clock.now() + SECOND });
    setPaused(true);
    await done(window.store.track({ ...reference, jobId: 'tracked' }, clock.now()));
    await follow(window);
    setPaused(false);
    await clock.advance(20 * MINUTE);
    assert.equal(cloud.requests[0]?.jobId, 'tracked');
    const before = cloud.listRequests.length;
    assert.ok(before > 0);
    await clock.advance(HOUR);
    const listed = cloud.listRequests.length - before;
    assert.ok(listed >= 11 && listed <= 13, `${listed} in an hour`);
    budget = unlimitedBudget;
    await clock.advance(HOUR);
    assert.ok(cloud.listRequests.length - before - listed >= 50, 'and as before when they are not short any more');
  });

  it('are mentioned in the log once if no list can be parsed', async () => {
    const window = await openWindow();
    cloud.list = () => failure('malformed');
    await follow(window);
    await clock.advance(5 * MINUTE);
    const lines = log.lines.filter((line) => line.includes('malformed'));
    assert.deepEqual([lines.length, lines.some((line) => line.includes('New jobs'))], [2, true]);
    await clock.advance(3 * HOUR);
    assert.equal(log.lines.filter((line) => line.includes('malformed')).length, 2);
    cloud.list = () => listOf(...jobs);
    await clock.advance(20 * MINUTE);
    cloud.list = () => failure('malformed');
    await clock.advance(20 * MINUTE);
    assert.equal(log.lines.filter((line) => line.includes('malformed')).length, 4, 'and again after a list succeeded');
  });

  it('are tracked up to a limit, the newest first, and the person is notified of the others', async () => {
    const window = await openWindow();
    await follow(window);
    for (let count = 0; count < 230; count += 1) start(`job-${count}`, { beginTime: clock.now() + count * SECOND });
    await clock.advance(2 * MINUTE);
    assert.equal(window.ids().length, 200);
    assert.ok(!window.ids().includes('job-29') && window.ids().includes('job-30'));
    assert.deepEqual(window.notices, [{ kind: 'too-many', project, tracked: 200, left: 30 }]);
    await clock.advance(HOUR);
    assert.equal(window.ids().length, 200, 'the others do not come later');
    assert.equal(window.notices.length, 1);
    start('later');
    await clock.advance(2 * MINUTE);
    assert.ok(window.ids().includes('later'));
  });

  it('are ignored if their id is invalid or they have not begun', async () => {
    const window = await openWindow();
    await follow(window);
    start('../../evil');
    start('no-begin', { beginTime: undefined });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), []);
    jobs = jobs.map((job) => jobAt('RUNNING', { ...job, beginTime: clock.now() }));
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['no-begin'], 'after it has begun');
  });

  it('are not followed if the project’s file is unreadable, and the file is quarantined', async () => {
    const first = await openWindow('first');
    await follow(first);
    first.close();
    const [file = ''] = [...files.files.keys()].filter((name) => name.startsWith('storage/follow/'));
    await files.replace(file, '{"version":1,"since":');
    const window = await openWindow('next');
    await clock.advance(HOUR);
    assert.equal(window.followed.all().length, 0);
    assert.equal(quarantined.length, 1);
    assert.equal(files.files.get(quarantined[0] ?? ''), '{"version":1,"since":');
    await follow(window);
    start('new');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('of other projects are still followed if such a file cannot be quarantined', async () => {
    const first = await openWindow('first');
    await follow(first);
    await done(first.followed.follow({ ...project, projectId: 'f'.repeat(32) }, clock.now()));
    first.close();
    const [file = ''] = [...files.files.keys()].filter((name) => name.startsWith('storage/follow/'));
    await files.replace(file, '{"version":1,"since":');
    files.failNext(new Error('disk full'), 'move');
    const window = new Window('next');
    opened.push(window);
    await done(window.open());
    assert.equal(window.followed.all().length, 1);
  });

  it('are followed even if the lock is lost meanwhile, as after a sleep', async () => {
    let losses = 1;
    const sleepy = files.viewWith(async (operation, file) => {
      const isPrepared = operation === 'replace' && file.includes('follow') && file.endsWith('.tmp');
      if (!isPrepared || losses-- <= 0) return;
      await files.remove(file.replace(/\.json\..*$/, '.json.lock'));
    });
    const shared = { files: sleepy, clock, owner: 'one', directory: 'storage', log };
    const followed = new FollowedProjects({ ...shared, skewOf: () => 0, onQuarantine: () => undefined });
    await done(followed.follow(project, clock.now()));
    assert.ok(losses < 1);
    assert.equal(followed.all().length, 1);
  });

  it('fire one change event when the project is followed', async () => {
    const window = await openWindow();
    let events = 0;
    window.followed.onDidChange(() => (events += 1));
    await follow(window);
    await window.followed.readAgain();
    assert.equal(events, 1);
  });

  it('that were removed are remembered for a month, and up to a limit', async () => {
    const window = await openWindow();
    cloud.list = () => failure('forbidden');
    await follow(window);
    const removed = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const jobId = `removed-${clock.now()}-${index}`;
        const job = jobAt('COMPLETE', { jobId, beginTime: clock.now() + index });
        return { ...newlyTracked({ ...reference, jobId }, clock.now()), job };
      });
    await done(window.followed.dismiss(removed(10), clock.now()));
    await clock.advance(31 * DAY);
    await done(window.followed.dismiss(removed(5), clock.now()));
    assert.equal(window.followed.of(project)?.dismissedJobs.length, 5);
    const begin = clock.now();
    const many = removed(2500);
    await done(window.followed.dismiss(many, clock.now()));
    const following = window.followed.of(project);
    assert.equal(following?.dismissedJobs.length, 1000);
    cloud.list = () => listOf(...many.map(({ job }) => job));
    await clock.advance(SECOND);
    start('new', { beginTime: begin + 3 * SECOND });
    cloud.list = () => listOf(...many.map(({ job }) => job), ...jobs);
    window.engine.resume();
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new'], 'none comes back');
  });

  it('are not followed if a newer version wrote the project’s file, which is not changed', async () => {
    const first = await openWindow('first');
    await follow(first);
    first.close();
    const [file = ''] = [...files.files.keys()].filter((name) => name.startsWith('storage/follow/'));
    await files.replace(file, '{"version":2}');
    const window = await openWindow('next');
    await clock.advance(MINUTE);
    assert.equal(window.followed.all().length, 0);
    assert.deepEqual([files.files.get(file), quarantined], ['{"version":2}', []]);
  });

  it('that could not be saved stay until the window closes, and are found again by the next', async () => {
    const full = (stored: JobFiles): JobFiles => ({
      scan: () => stored.scan(),
      readRows: (keys) => stored.readRows(keys),
      read: (key) => stored.read(key),
      create: () => Promise.reject(new Error('disk full')),
      change: (...all) => stored.change(...all),
      remove: (keys) => stored.remove(keys),
    });
    const window = await openWindow('one', full);
    await follow(window);
    start('new');
    await clock.advance(40 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
    window.close();
    const next = await openWindow('next');
    await clock.advance(MINUTE);
    assert.deepEqual(next.ids(), ['new']);
  });
});
