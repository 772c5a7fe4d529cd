import assert from 'node:assert/strict';
import { readJob } from '../../../../src/cloud/api/job-schema';
import { EndingAnnouncer, type JobEnding } from '../../../../src/jobs/endings/ending-announcer';
import { FollowedProjects } from '../../../../src/jobs/discovery/followed-projects';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import type { JobFiles } from '../../../../src/jobs/store/job-store';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { Lease } from '../../../../src/storage/lease';
import type { Disposable } from '../../../../src/base/disposable';
import { Emitter } from '../../../../src/base/emitter';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import type { NewJobsNews } from '../../../../src/jobs/discovery/new-job-finder';
import { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import type { RequestBudget } from '../../../../src/jobs/budget/request-budget';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import type { Job } from '../../../../src/cloud/api/job';
import { DuplicateJobs } from '../../../../src/jobs/store/duplicate-jobs';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { FakeClock, whileTimePasses } from '../../../support/fake-clock';
import { endlessBudget, FakeSource, listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';

const project = { endpoint: reference.endpoint, projectId: reference.projectId };
const failure = (kind: PollError['kind']) => ({ ok: false, error: { kind } as PollError }) as const;

describe('new jobs of a project', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let cloud: FakeSource;
  let log: MemoryLog;
  let setAside: string[];
  let isFocused: boolean;
  /** Milliseconds by which the service is known to be ahead of the computer. */
  let skew: number;
  let pause: { isPaused: boolean; readonly onDidChange: Emitter<void>['event'] };
  let pauseChanges: Emitter<void>;
  let budget: RequestBudget;
  /** What the project has. */
  let jobs: Job[];
  const opened: Window[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    files = new MemoryFileSystem();
    budget = endlessBudget;
    cloud = new FakeSource(clock, {
      take: () => budget.take(),
      isShort: () => budget.isShort(),
      lower: () => undefined,
    });
    pauseChanges = new Emitter((cause) => assert.fail(String(cause)));
    pause = { isPaused: false, onDidChange: pauseChanges.event };
    log = new MemoryLog();
    setAside = [];
    isFocused = true;
    skew = 0;
    jobs = [];
    cloud.list = () => listOf(...jobs);
    cloud.answer = ({ jobId }) => {
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
    readonly told: NewJobsNews[] = [];
    readonly announced: string[] = [];
    readonly twins: DuplicateJobs;
    isBehindOthers = false;
    private readonly watches: Disposable[] = [];

    constructor(owner: string, wrap: (kept: JobFiles) => JobFiles = (kept) => kept, disk = files) {
      const shared = { files: disk, clock, owner, directory: 'storage', log };
      this.directory = new JobDirectory({ ...shared, readJob, onQuarantine: () => undefined });
      this.followed = new FollowedProjects({
        ...shared,
        skewOf: () => skew,
        onQuarantine: (file) => setAside.push(file),
      });
      this.store = new JobStore(wrap(this.directory), log, (left) => this.followed.dismiss(left, clock.now()));
      const leaseOf = () => new Lease({ files, clock, directory: 'leases', name: 'project', owner, log });
      this.engine = new PollEngine({
        store: this.store,
        source: cloud,
        pause,
        leaseOf,
        durations: new DurationHistory(),
        clock,
        random: () => 0.5,
        networkAddresses: () => '',
        newJobs: {
          followed: this.followed,
          isFocused: () => isFocused && !this.isBehindOthers,
          notify: (news) => this.told.push(news),
        },
        log,
      });
      this.endings = new EndingAnnouncer(
        {
          store: this.store,
          claims: this.directory,
          clock,
          isFocused: () => isFocused,
          isWindowAlive: () => Promise.resolve(true),
          isPolling: (of) => this.engine.isPolling(of),
          merged: (key) => this.twins.merged(key),
          log,
        },
        (ended: readonly JobEnding[]) =>
          this.announced.push(ended.map(({ tracked }) => tracked.reference.jobId).join(' ')),
      );
      this.twins = new DuplicateJobs({ store: this.store, claims: this.directory, log });
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
      this.twins.dispose();
      this.endings.dispose();
      this.engine.dispose();
      this.followed.dispose();
    }

    ids(): string[] {
      return [...this.store.all().values()].map(({ reference: { jobId } }) => jobId).sort();
    }
  }

  const openWindow = async (owner = 'one', wrap?: (kept: JobFiles) => JobFiles, disk?: MemoryFileSystem) => {
    const window = new Window(owner, wrap, disk);
    opened.push(window);
    await window.open();
    return window;
  };

  /** Locks take time. */
  const done = <T>(action: Promise<T>) => whileTimePasses(clock, action);
  const setPaused = (isPaused: boolean) => {
    pause.isPaused = isPaused;
    pauseChanges.fire();
  };
  const follow = (window: Window) => done(window.followed.follow(project, clock.now()));
  const begins = (jobId: string, fields: Partial<Job> = {}) => {
    jobs.push(jobAt('RUNNING', { jobId, beginTime: clock.now(), ...fields }));
  };

  it('are not asked for where nobody follows the project', async () => {
    const window = await openWindow();
    begins('new');
    await clock.advance(HOUR);
    assert.deepEqual([cloud.asked, clock.pendingTimers], [[], 0]);
    begins('followed-by-id');
    await window.store.track({ ...reference, jobId: 'followed-by-id' }, clock.now());
    await clock.advance(HOUR);
    assert.equal(cloud.listed.length, 0);
    assert.deepEqual(window.ids(), ['followed-by-id']);
  });

  it('appear within a minute, filled from the list that found them', async () => {
    const window = await openWindow();
    await follow(window);
    await clock.advance(10 * MINUTE);
    begins('new');
    await clock.advance(MINUTE + SECOND);
    assert.deepEqual(window.ids(), ['new']);
    const [tracked] = window.store.all().values();
    assert.equal(tracked?.job?.status, 'RUNNING');
    assert.equal(cloud.shown.length, 0, 'no request but the list');
  });

  it('are looked for once a minute at most while the person is there, and every five minutes while not', async () => {
    const window = await openWindow();
    await follow(window);
    await clock.advance(HOUR);
    assert.ok(cloud.asked.length >= 59 && cloud.asked.length <= 62, `${cloud.asked.length} in an hour`);
    isFocused = false;
    const before = cloud.asked.length;
    await clock.advance(HOUR);
    const asked = cloud.asked.length - before;
    assert.ok(asked >= 11 && asked <= 13, `${asked} in an hour without focus`);
    await clock.advance((cloud.asked.at(-1)?.at ?? 0) + 7 * MINUTE - clock.now());
    assert.equal(cloud.asked.length, before + asked + 1);
    isFocused = true;
    window.engine.catchUp();
    await clock.advance(0);
    assert.equal(cloud.asked.length, before + asked + 2, 'and once the person is back');
    for (let count = 0; count < 10; count += 1) {
      window.engine.catchUp();
      await clock.advance(SECOND);
    }
    assert.equal(cloud.asked.length, before + asked + 2, 'but not for each time');
    const [following] = window.followed.all();
    const from = cloud.listed.at(-1)?.beginTime ?? 0;
    assert.equal(from, (following?.listedAt ?? 0) - 26 * HOUR, 'and no further back than clocks and lists may be off');
  });

  it('cost no request where the jobs of the project are listed anyway', async () => {
    const requestsIn = async (isFollowed: boolean) => {
      files = new MemoryFileSystem();
      jobs = [];
      const window = await openWindow(isFollowed ? 'one' : 'other');
      if (isFollowed) await follow(window);
      for (let count = 0; count < 6; count += 1) begins(`job-${count}`);
      for (const { jobId = '' } of jobs) await done(window.store.track({ ...reference, jobId }, clock.now()));
      // The lists of young jobs are at most 30 s apart.
      await clock.advance(20 * MINUTE);
      const before = cloud.asked.length;
      jobs.push(jobAt('COMPLETE', { jobId: 'new', beginTime: clock.now(), endTime: clock.now() + 1 }));
      await clock.advance(20 * SECOND);
      const found = window.ids().includes('new');
      await clock.advance(30 * MINUTE);
      window.close();
      return { found, asked: cloud.asked.length - before };
    };
    const without = await requestsIn(false);
    const withNew = await requestsIn(true);
    assert.deepEqual([without.found, withNew.found], [false, true]);
    // Late looks at the job that was found are served by the lists, too.
    assert.ok(Math.abs(withNew.asked - without.asked) <= 1, `${withNew.asked} and ${without.asked}`);
  });

  it('are found after a weekend with the computer off, and announced together, once', async () => {
    const friday = await openWindow('friday');
    await follow(friday);
    await clock.advance(HOUR);
    friday.close();
    await clock.advance(20 * HOUR);
    for (const jobId of ['a', 'b']) begins(jobId, { status: 'COMPLETE', endTime: clock.now() + HOUR });
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

  it('that began long before, or ended before anybody followed, are not news', async () => {
    begins('old', {});
    await clock.advance(30 * MINUTE);
    begins('just-before');
    jobs.push(jobAt('FAIL', { jobId: 'ended-before', beginTime: clock.now(), endTime: clock.now() + 1 }));
    await clock.advance(2 * MINUTE);
    const window = await openWindow();
    await follow(window);
    await clock.advance(5 * MINUTE);
    assert.deepEqual(window.ids(), ['ended-before', 'just-before'], 'clocks differ by minutes');
    assert.deepEqual(window.announced, []);
  });

  it('that are tracked already, by the id of the list or by another, are not tracked twice', async () => {
    const window = await openWindow();
    await follow(window);
    cloud.answer = () => ({ ok: true, value: { job: jobAt('RUNNING', { jobId: 'by-the-body' }) } });
    begins('by-the-body');
    cloud.list = () => {
      // The list comes before anybody could have learned the other id.
      if (window.ids().length === 0) void window.store.track({ ...reference, jobId: 'by-the-path' }, clock.now());
      return listOf(...jobs);
    };
    await clock.advance(10 * MINUTE);
    assert.deepEqual(window.ids(), ['by-the-path']);
  });

  describe('that were found by the id of the list, and are tracked by another then', () => {
    const byThePath = { ...reference, jobId: 'by-the-path' };
    let window: Window;

    beforeEach(async () => {
      cloud.answer = () => {
        const [job] = jobs;
        return job === undefined ? failure('not-found') : { ok: true, value: { job } };
      };
      window = await openWindow();
      await follow(window);
      begins('by-the-body');
      await clock.advance(2 * MINUTE);
      assert.deepEqual(window.ids(), ['by-the-body']);
    });

    it('are one row in all windows, with what the person did to it', async () => {
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

    it('are announced once where they end later', async () => {
      await done(window.store.track(byThePath, clock.now()));
      await clock.advance(5 * MINUTE);
      jobs = jobs.map((job) => jobAt('COMPLETE', { ...job, status: 'COMPLETE', endTime: clock.now() }));
      await clock.advance(HOUR);
      assert.deepEqual(window.announced, ['by-the-path']);
    });

    it('are not announced again where that was done by the other id', async () => {
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

    it('are announced once where the switched upgrade of the one is completed for the other', async () => {
      const ends = (status: string) => {
        jobs = jobs.map((job) => jobAt(status, { ...job, status, jobType: 'UPGRADE', endTime: clock.now() }));
      };
      ends('SUCCESS');
      await clock.advance(MINUTE);
      assert.deepEqual(window.announced, ['by-the-body']);
      ends('COMPLETE');
      cloud.list = () => failure('server');
      await done(window.store.track(byThePath, clock.now()));
      await clock.advance(HOUR);
      assert.deepEqual(window.ids(), ['by-the-path']);
      assert.deepEqual(window.announced, ['by-the-body']);
    });

    it('are not announced again where the disk is slow', async () => {
      jobs = jobs.map((job) => jobAt('COMPLETE', { ...job, status: 'COMPLETE', endTime: clock.now() }));
      await clock.advance(10 * MINUTE);
      const slow = files.seenWith(async (operation) => {
        if (operation === 'replace') await new Promise<void>((resolve) => clock.schedule(SECOND, resolve));
      });
      window.close();
      const other = await openWindow('other', undefined, slow);
      await done(other.store.track(byThePath, clock.now()));
      await clock.advance(10 * MINUTE);
      assert.deepEqual(other.ids(), ['by-the-path']);
      assert.deepEqual([...window.announced, ...other.announced], ['by-the-body']);
    });

    it('stay on the disk by one id where the other cannot be kept', async () => {
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

    it('stay two rows where they only seem to be one', async () => {
      const [job] = jobs;
      cloud.answer = ({ jobId }) => ({
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

  it('are looked for at the pace of the window that the person is at, though another one polls', async () => {
    const polling = await openWindow('polling');
    polling.isBehindOthers = true;
    await follow(polling);
    await clock.advance(MINUTE);
    const other = await openWindow('other');
    other.isBehindOthers = true;
    const asked = async (duration: number) => {
      const before = cloud.asked.length;
      await clock.advance(duration);
      return cloud.asked.length - before;
    };
    const away = await asked(HOUR);
    assert.ok(away <= 13, `${away} in an hour while nobody is there`);
    other.isBehindOthers = false;
    assert.equal(await asked(8 * SECOND), 1, 'and once the person is there');
    const there = await asked(HOUR);
    assert.ok(there >= 55 && there <= 62, `${there} in an hour`);
    assert.deepEqual([polling.engine.isPolling(project), other.engine.isPolling(project)], [true, false]);
  });

  it('are looked for at once where a person refreshes in a window that does not poll', async () => {
    await follow(await openWindow('polling'));
    await clock.advance(MINUTE);
    const other = await openWindow('other');
    await clock.advance(90 * SECOND);
    begins('new');
    other.engine.refresh();
    await clock.advance(3 * SECOND);
    assert.deepEqual(other.ids(), ['new']);
    const listed = cloud.listed.length;
    await clock.advance(30 * SECOND);
    assert.equal(cloud.listed.length, listed, 'once');
  });

  it('are found although a tracked job of the project is never answered', async () => {
    const window = await openWindow();
    await follow(window);
    cloud.answer = () => failure('malformed');
    await done(window.store.track({ ...reference, jobId: 'odd' }, clock.now()));
    begins('new');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new', 'odd']);
  });

  it('are found by the time of the service where the clock of the computer is hours ahead', async () => {
    const window = await openWindow();
    cloud.list = () => {
      // As the first request tells.
      skew = -3 * HOUR;
      return listOf(...jobs);
    };
    await follow(window);
    begins('old', { beginTime: clock.now() - 4 * HOUR });
    await clock.advance(20 * MINUTE);
    begins('new', { beginTime: clock.now() - 3 * HOUR });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
    window.close();
    await clock.advance(HOUR);
    begins('meanwhile', { beginTime: clock.now() - 3 * HOUR });
    await clock.advance(HOUR);
    const next = await openWindow('next');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(next.ids(), ['meanwhile', 'new'], 'and what began since while no window was open');
    await done(next.store.untrack([...next.store.all().keys()]));
    await clock.advance(HOUR);
    assert.deepEqual(next.ids(), [], 'and do not come back');
  });

  it('are found once a clock that was hours ahead is set right', async () => {
    const window = await openWindow();
    await follow(window);
    begins('new', { beginTime: clock.now() - 3 * HOUR });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), []);
    clock.setBack(3 * HOUR);
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('do not come back once a person took them out of the list, in this window or another', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(one);
    begins('new');
    begins('second');
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
    assert.deepEqual(later.followed.all()[0]?.dismissedJobs, [], 'and what is too old to come back is forgotten');
  });

  it('stay out of the list where it cannot be kept that they left it', async () => {
    const window = await openWindow();
    await follow(window);
    begins('new');
    await clock.advance(2 * MINUTE);
    const [key] = window.store.all().keys();
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(done(window.store.untrack([key ?? ''])), /disk full/);
    assert.deepEqual(window.ids(), ['new'], 'it is still there, as the person is told');
  });

  it('do not come back once they were forgotten before this window knew which projects are followed', async () => {
    const first = await openWindow('first');
    await follow(first);
    begins('ended', { status: 'COMPLETE', endTime: clock.now() + SECOND });
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

  it('do not keep jobs of other projects in the list where it cannot be kept that they left it', async () => {
    const window = await openWindow();
    await follow(window);
    begins('new');
    await clock.advance(2 * MINUTE);
    await done(window.store.track({ ...reference, projectId: 'f'.repeat(32), jobId: 'other' }, clock.now()));
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(done(window.store.untrack([...window.store.all().keys()])), /disk full/);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('can be taken out of the list where it cannot be read which projects are followed', async () => {
    const window = await openWindow();
    await follow(window);
    begins('new');
    await clock.advance(2 * MINUTE);
    files.failNext(new Error('no access'), 'read');
    await done(window.store.untrack([...window.store.all().keys()]));
    await clock.advance(HOUR);
    assert.deepEqual(window.ids(), []);
  });

  it('are tracked once by two windows, and their ends announced once', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(other);
    jobs.push(jobAt('FAIL', { jobId: 'ended', beginTime: clock.now(), endTime: clock.now() + SECOND }));
    await clock.advance(20 * MINUTE);
    assert.deepEqual([one.ids(), other.ids()], [['ended'], ['ended']]);
    assert.deepEqual([...one.announced, ...other.announced], ['ended']);
    assert.equal(cloud.mostInFlight, 1);
    assert.ok(cloud.listed.length <= 21, 'one of the windows asks');
  });

  it('go on to be found by another window when the one that asks closes', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(one);
    await clock.advance(5 * MINUTE);
    one.close();
    begins('new');
    await clock.advance(MINUTE);
    assert.deepEqual(other.ids(), ['new']);
  });

  it('are followed no more once a person says so in any window', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    await follow(one);
    await clock.advance(5 * MINUTE);
    await done(other.followed.unfollow(project));
    await clock.advance(MINUTE);
    const before = cloud.asked.length;
    begins('new');
    await clock.advance(HOUR);
    assert.equal(cloud.asked.length, before);
    assert.deepEqual([one.ids(), one.followed.all()], [[], []]);
    assert.equal(clock.pendingTimers, 0, 'and no timer stays');
  });

  it('cannot be found where listing is not allowed, which is told once for all windows and sessions', async () => {
    const one = await openWindow('one');
    const other = await openWindow('other');
    cloud.list = () => failure('forbidden');
    await follow(one);
    await clock.advance(HOUR);
    assert.equal(cloud.listed.length, 1, 'it is not asked for again');
    assert.deepEqual(
      [...one.told, ...other.told].map(({ kind }) => kind),
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
    assert.deepEqual(later.told, []);
    cloud.list = () => listOf(...jobs);
    begins('new');
    later.engine.resume();
    await clock.advance(2 * MINUTE);
    assert.deepEqual([later.ids(), later.followed.of(project)?.refused], [['new'], undefined]);
  });

  it('stop with a refused key after one request, and go on with another', async () => {
    const window = await openWindow();
    cloud.list = () => failure('authentication');
    await follow(window);
    await clock.advance(2 * HOUR);
    assert.equal(cloud.asked.length, 1);
    assert.equal(clock.pendingTimers, 0);
    window.engine.refresh();
    await clock.advance(HOUR);
    assert.equal(cloud.asked.length, 1, 'nor by a refresh');
    cloud.list = () => listOf(...jobs);
    begins('new');
    window.engine.resume();
    await clock.advance(3 * SECOND);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('are not asked for without credentials', async () => {
    const window = await openWindow();
    cloud.obstacle = { kind: 'signed-out' };
    await follow(window);
    await clock.advance(HOUR);
    assert.equal(cloud.asked.length, 0);
  });

  it('wait while the service asks for patience, and through a night without network in one line', async () => {
    const window = await openWindow();
    cloud.list = () => ({ ok: false, error: { kind: 'throttled', retryAfter: 10 * MINUTE } });
    await follow(window);
    await clock.advance(0);
    begins('job');
    await done(window.store.track({ ...reference, jobId: 'job' }, clock.now()));
    await clock.advance(9 * MINUTE);
    assert.equal(cloud.asked.length, 1, 'nor is a job of the project asked for');
    await done(window.store.untrack([...window.store.all().keys()]));
    cloud.list = () => failure('network');
    await clock.advance(2 * MINUTE);
    const lines = log.lines.length;
    await clock.advance(8 * HOUR);
    assert.equal(log.lines.length, lines);
    cloud.list = () => listOf(...jobs);
    begins('new');
    window.engine.catchUp();
    await clock.advance(3 * SECOND);
    assert.ok(window.ids().includes('new'), 'and once the person is back');
  });

  it('are not asked for once a person paused, however far the request had come', async () => {
    const window = await openWindow();
    budget = {
      ...endlessBudget,
      take: () => {
        setPaused(true);
        return Promise.resolve(0);
      },
    };
    await follow(window);
    await clock.advance(HOUR);
    assert.equal(cloud.asked.length, 0);
    budget = endlessBudget;
    setPaused(false);
    await clock.advance(0);
    assert.equal(cloud.asked.length, 1);
  });

  it('are left to other windows by one that is paused while its requests are used up', async () => {
    const window = await openWindow();
    budget = { ...endlessBudget, take: () => Promise.resolve(5 * MINUTE) };
    await follow(window);
    await clock.advance(SECOND);
    assert.ok(window.engine.isPolling(project));
    setPaused(true);
    await clock.advance(SECOND);
    assert.ok(!window.engine.isPolling(project));
    setPaused(false);
    await clock.advance(MINUTE);
    assert.ok(!window.engine.isPolling(project), 'and it rests on');
  });

  it('are looked for seldom, and after the jobs that are tracked, while requests are short', async () => {
    const window = await openWindow();
    budget = { ...endlessBudget, isShort: () => true };
    begins('tracked', { status: 'COMPLETE', endTime: clock.now() + SECOND });
    setPaused(true);
    await done(window.store.track({ ...reference, jobId: 'tracked' }, clock.now()));
    await follow(window);
    setPaused(false);
    await clock.advance(20 * MINUTE);
    assert.equal(cloud.asked[0]?.jobId, 'tracked');
    const before = cloud.listed.length;
    assert.ok(before > 0);
    await clock.advance(HOUR);
    const listed = cloud.listed.length - before;
    assert.ok(listed >= 11 && listed <= 13, `${listed} in an hour`);
    budget = endlessBudget;
    await clock.advance(HOUR);
    assert.ok(cloud.listed.length - before - listed >= 50, 'and as before once they are not');
  });

  it('that no list can be read for are told of in the log once', async () => {
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
    assert.equal(log.lines.filter((line) => line.includes('malformed')).length, 4, 'and again after it went well');
  });

  it('that are more than a person can look at are told of, not tracked: the newest are', async () => {
    const window = await openWindow();
    await follow(window);
    for (let count = 0; count < 230; count += 1) begins(`job-${count}`, { beginTime: clock.now() + count * SECOND });
    await clock.advance(2 * MINUTE);
    assert.equal(window.ids().length, 200);
    assert.ok(!window.ids().includes('job-29') && window.ids().includes('job-30'));
    assert.deepEqual(window.told, [{ kind: 'too-many', project, tracked: 200, left: 30 }]);
    await clock.advance(HOUR);
    assert.equal(window.ids().length, 200, 'the others do not trickle in');
    assert.equal(window.told.length, 1);
    begins('later');
    await clock.advance(2 * MINUTE);
    assert.ok(window.ids().includes('later'));
  });

  it('with an id that could not be asked for, or without a begin, are left alone', async () => {
    const window = await openWindow();
    await follow(window);
    begins('../../evil');
    begins('no-begin', { beginTime: undefined });
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), []);
    jobs = jobs.map((job) => jobAt('RUNNING', { ...job, beginTime: clock.now() }));
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['no-begin'], 'until it has begun');
  });

  it('of a file that a fault made unreadable are followed no more, and the file is kept aside', async () => {
    const first = await openWindow('first');
    await follow(first);
    first.close();
    const [file = ''] = [...files.files.keys()].filter((name) => name.startsWith('storage/follow/'));
    await files.replace(file, '{"version":1,"since":');
    const window = await openWindow('next');
    await clock.advance(HOUR);
    assert.equal(window.followed.all().length, 0);
    assert.equal(setAside.length, 1);
    assert.equal(files.files.get(setAside[0] ?? ''), '{"version":1,"since":');
    await follow(window);
    begins('new');
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
  });

  it('of other projects are followed still where such a file cannot be set aside', async () => {
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

  it('are followed although the lock is lost meanwhile, as where the computer slept', async () => {
    let losses = 1;
    const sleepy = files.seenWith(async (operation, file) => {
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

  it('are told once to be followed', async () => {
    const window = await openWindow();
    let told = 0;
    window.followed.onDidChange(() => (told += 1));
    await follow(window);
    await window.followed.readAgain();
    assert.equal(told, 1);
  });

  it('that left the list are kept in mind for a month, and no more of them than a file should hold', async () => {
    const window = await openWindow();
    cloud.list = () => failure('forbidden');
    await follow(window);
    const DAY = 24 * HOUR;
    const left = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const jobId = `left-${clock.now()}-${index}`;
        const job = jobAt('COMPLETE', { jobId, beginTime: clock.now() + index });
        return { ...newlyTracked({ ...reference, jobId }, clock.now()), job };
      });
    await done(window.followed.dismiss(left(10), clock.now()));
    await clock.advance(31 * DAY);
    await done(window.followed.dismiss(left(5), clock.now()));
    assert.equal(window.followed.of(project)?.dismissedJobs.length, 5);
    const begin = clock.now();
    const most = left(2500);
    await done(window.followed.dismiss(most, clock.now()));
    const following = window.followed.of(project);
    assert.equal(following?.dismissedJobs.length, 1000);
    cloud.list = () => listOf(...most.map(({ job }) => job));
    await clock.advance(SECOND);
    begins('new', { beginTime: begin + 3 * SECOND });
    cloud.list = () => listOf(...most.map(({ job }) => job), ...jobs);
    window.engine.resume();
    await clock.advance(2 * MINUTE);
    assert.deepEqual(window.ids(), ['new'], 'none comes back');
  });

  it('of a file of a newer version are left to that version', async () => {
    const first = await openWindow('first');
    await follow(first);
    first.close();
    const [file = ''] = [...files.files.keys()].filter((name) => name.startsWith('storage/follow/'));
    await files.replace(file, '{"version":2}');
    const window = await openWindow('next');
    await clock.advance(MINUTE);
    assert.equal(window.followed.all().length, 0);
    assert.deepEqual([files.files.get(file), setAside], ['{"version":2}', []]);
  });

  it('that could not be kept stay until the window closes, and are found again by the next', async () => {
    const full = (kept: JobFiles): JobFiles => ({
      keys: () => kept.keys(),
      read: (key) => kept.read(key),
      create: () => Promise.reject(new Error('disk full')),
      change: (...all) => kept.change(...all),
      remove: (key) => kept.remove(key),
    });
    const window = await openWindow('one', full);
    await follow(window);
    begins('new');
    await clock.advance(40 * MINUTE);
    assert.deepEqual(window.ids(), ['new']);
    window.close();
    const next = await openWindow('next');
    await clock.advance(MINUTE);
    assert.deepEqual(next.ids(), ['new']);
  });
});
