import assert from 'node:assert/strict';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Disposable } from '../../../../src/base/disposable';
import { EndingAnnouncer, type EndingAnnouncerParts } from '../../../../src/jobs/endings/ending-announcer';
import { EndingClaims } from '../../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { Lease } from '../../../../src/storage/lease';
import { FakeClock, settle } from '../../../support/fake-clock';
import { newEngine } from '../../../support/engine-fixture';
import { FakeSource } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { MINUTE, SECOND } from '../../../../src/base/time-units';

interface Notice {
  readonly at: number;
  readonly by: string;
  /** Each as `<job id> <status> <number of the ending>`. */
  readonly endings: readonly string[];
}

interface Window {
  readonly store: JobStore;
  readonly directory: JobDirectory;
  readonly claims: EndingClaims;
  readonly close: () => void;
}

type WindowState = Partial<Pick<EndingAnnouncerParts, 'isFocused' | 'isWindowAlive' | 'isPolling'>>;

describe('the ending announcer', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let notices: Notice[];
  let opened: Disposable[];

  beforeEach(() => {
    clock = new FakeClock();
    files = new MemoryFileSystem();
    log = new MemoryLog();
    notices = [];
    opened = [];
  });

  afterEach(() => {
    for (const each of opened) each.dispose();
  });

  /** Opens a window, which reads the jobs of earlier sessions and catches up with their endings. */
  async function open(by: string, state: WindowState = {}, disk = files): Promise<Window> {
    const shared = { files: disk, clock, owner: by, directory: 'storage', readJob, log };
    const directory = new JobDirectory({ ...shared, onQuarantine: () => undefined });
    const claims = new EndingClaims(shared);
    const store = new JobStore(directory, log);
    const announcer = new EndingAnnouncer(
      {
        store,
        claims,
        clock,
        isFocused: () => true,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: () => true,
        merged: () => Promise.resolve(),
        log,
        ...state,
      },
      (ended) => {
        const endings = ended.map(
          ({ tracked: { reference: job, ending, endingNumber } }) =>
            `${job.jobId} ${ending?.status ?? ''} ${endingNumber}`,
        );
        notices.push({ at: clock.now(), by, endings });
      },
    );
    const watch = directory.watch((keys) => void store.readAgain(keys));
    const close = () => {
      announcer.dispose();
      watch.dispose();
    };
    opened.push({ dispose: close });
    await store.open();
    await announcer.catchUp();
    return { store, directory, claims, close };
  }

  const track = ({ store }: Window, jobId: string) => store.track({ ...reference, jobId }, clock.now());

  const end = ({ store }: Window, key: JobKey, status = 'COMPLETE') => {
    store.applyResponse(key, { job: jobAt(status) }, clock.now());
  };

  const announced = () => notices.map(({ endings }) => endings);

  it('announces an ending once, even if two windows with focus find it', async () => {
    const [one, other] = [await open('one'), await open('other')];
    const key = await track(one, 'a');
    await clock.advance(MINUTE);
    assert.ok(other.store.get(key), 'the other window knows the job');
    end(one, key, 'FAIL');
    await clock.advance(MINUTE);
    assert.equal(other.store.get(key)?.ending?.status, 'FAIL', 'and its ending');
    assert.deepEqual(announced(), [['a FAIL 1']]);
  });

  it('announces both endings of a job that leaves an ending and ends again', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    for (const status of ['FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL']) {
      end(window, key, status);
      await clock.advance(MINUTE);
    }
    assert.deepEqual(announced(), [['a FAIL 1'], ['a ROLLBACK_FAIL 2']]);
  });

  it('announces unannounced endings in the next session, except those that the person has seen', async () => {
    const before = await open('before', { isWindowAlive: () => Promise.resolve(false) });
    const [seen, unseen] = [await track(before, 'seen'), await track(before, 'unseen')];
    end(before, seen);
    end(before, unseen);
    before.store.markSeen(new Map([[seen, 1]]));
    await clock.advance(SECOND);
    before.close();
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), []);
    await open('after');
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['unseen COMPLETE 1']]);
  });

  it('does not announce the ending of a job that is removed while endings are collected', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    end(window, key);
    await window.store.untrack([key]);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), []);
  });

  it('combines endings within 300 ms into one notification', async () => {
    const window = await open('one');
    const keys = [await track(window, 'a'), await track(window, 'b'), await track(window, 'c')];
    for (const key of keys) {
      end(window, key);
      await clock.advance(100);
    }
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1', 'b COMPLETE 1', 'c COMPLETE 1']]);
  });

  it('combines the endings that the first polls of a session find into one notification', async () => {
    const before = await open('before');
    const keys = [await track(before, 'a'), await track(before, 'b')];
    await clock.advance(SECOND);
    before.close();
    await clock.advance(MINUTE);
    const window = await open('after');
    for (const key of keys) {
      await clock.advance(SECOND);
      end(window, key);
    }
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1', 'b COMPLETE 1']]);
  });

  it('leaves the notification to the window with focus', async () => {
    const polling = await open('polling', { isFocused: () => false });
    await open('focused', { isPolling: () => false });
    const key = await track(polling, 'a');
    await clock.advance(SECOND);
    end(polling, key);
    await clock.advance(MINUTE);
    assert.deepEqual(
      notices.map(({ by }) => by),
      ['focused'],
    );
  });

  it('leaves the notification to the window that polls if none has focus', async () => {
    const unfocused = { isFocused: () => false };
    await open('follower', { ...unfocused, isPolling: () => false });
    const polling = await open('polling', unfocused);
    const key = await track(polling, 'a');
    await clock.advance(SECOND);
    end(polling, key);
    await clock.advance(MINUTE);
    assert.deepEqual(
      notices.map(({ by }) => by),
      ['polling'],
    );
  });

  it('lets a window that does not poll announce what no other window does', async () => {
    const gone = await open('gone', { isFocused: () => false });
    await open('follower', { isFocused: () => false, isPolling: () => false });
    const key = await track(gone, 'a');
    await clock.advance(SECOND);
    end(gone, key);
    await clock.advance(0);
    gone.close();
    const endedAt = clock.now();
    await clock.advance(MINUTE);
    assert.deepEqual(
      notices.map(({ by, at }) => [by, at - endedAt < 5 * SECOND]),
      [['follower', true]],
    );
  });

  it('announces an ending that could not be saved at first', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    files.failNext(new Error('busy'), 'replace');
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
    assert.equal((await window.directory.read(key))?.endingNumber, 1);
  });

  it('announces an ending once, within seconds after it was saved at last', async () => {
    let isFull = false;
    const disk = files.viewWith((operation) =>
      isFull && operation === 'replace' ? Promise.reject(new Error('no space')) : Promise.resolve(),
    );
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    isFull = true;
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [], 'the next window would announce it again under the same number');
    isFull = false;
    const fixedAt = clock.now();
    await clock.advance(60 * MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
    const [{ at } = assert.fail()] = notices;
    assert.ok(at - fixedAt <= 20 * SECOND, `${at - fixedAt} ms`);
    assert.equal((await window.directory.read(key))?.endingNumber, 1);
  });

  it('announces the ending of an unsaved job once, and not again in the next session if it is saved by then', async () => {
    const window = await open('one');
    files.failNext(new Error('no space'), 'replace');
    await assert.rejects(track(window, 'a'), /no space/);
    const [key = assert.fail('the job is still tracked')] = window.store.all().keys();
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
    assert.equal(window.store.isShared(key), false);
    await window.store.readAgain();
    await clock.advance(MINUTE);
    assert.equal(window.store.isShared(key), true, 'there is space by now');
    window.close();
    await open('next session');
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
  });

  it('waits until its window is alive, and checks that a few times a minute at most', async () => {
    let checked = 0;
    let isAlive = false;
    const window = await open('one', {
      isWindowAlive: () => {
        checked += 1;
        return Promise.resolve(isAlive);
      },
    });
    const key = await track(window, 'a');
    end(window, key);
    await clock.advance(60 * MINUTE);
    assert.deepEqual(announced(), []);
    assert.ok(checked >= 60 && checked <= 300, `${checked} times in an hour`);
    isAlive = true;
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
  });

  it('lets another window announce what this one cannot show', async () => {
    const hidden = await open('hidden', { isWindowAlive: () => Promise.resolve(false) });
    await open('other', { isFocused: () => false, isPolling: () => false });
    const key = await track(hidden, 'a');
    await clock.advance(SECOND);
    end(hidden, key);
    await clock.advance(MINUTE);
    assert.deepEqual(
      notices.map(({ by }) => by),
      ['other'],
    );
  });

  for (const isAlive of [true, false]) {
    it(`neither claims nor starts a timer if its window closed during the check that it is ${isAlive ? '' : 'not '}alive`, async () => {
      let checked = 0;
      let resolveCheck: (isAlive: boolean) => void = () => undefined;
      const window = await open('one', {
        isWindowAlive: () => {
          checked += 1;
          return new Promise((resolve) => {
            resolveCheck = resolve;
          });
        },
      });
      const key = await track(window, 'a');
      end(window, key);
      await clock.advance(SECOND);
      assert.equal(checked, 1);
      window.close();
      resolveCheck(isAlive);
      await settle();
      await clock.advance(MINUTE);
      assert.deepEqual([clock.pendingTimers, checked, announced()], [0, 1, []]);
      const isClaimed = await window.claims.readAll();
      assert.equal(isClaimed(key, 1), false, 'the next window must announce it');
    });
  }

  it('does not announce an ending that cannot be claimed, since another window may', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    end(window, key);
    await window.store.flush();
    files.failNext(new Error('no claims'), 'create');
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), []);
    assert.match(log.lines.join(), /could not be claimed: Error: no claims/);
  });

  for (let failsAt = 1; failsAt <= 4; failsAt += 1) {
    it(`neither loses nor repeats an ending if the leases folder fails once (${failsAt})`, async () => {
      const cloud = new FakeSource(clock);
      let checks = 0;
      let hasEnded = false;
      const disk = files.viewWith((operation, file) => {
        if (hasEnded && operation === 'names' && file === 'leases') checks += 1;
        return checks === failsAt ? Promise.reject(new Error('no list')) : Promise.resolve();
      });
      const window = await open('one');
      const engine = newEngine({
        store: window.store,
        source: cloud,
        leaseOf: () => new Lease({ files: disk, clock, directory: 'leases', name: 'project', owner: 'one', log }),
        clock,
        log,
      });
      opened.push(engine);
      const key = await track(window, 'a');
      await clock.advance(MINUTE);
      cloud.respond = () => {
        hasEnded = true;
        return { ok: true, value: { job: jobAt('COMPLETE') } };
      };
      await clock.advance(30 * MINUTE);
      assert.ok(checks >= failsAt);
      assert.deepEqual(announced(), [['a COMPLETE 1']]);
      assert.equal((await window.directory.read(key))?.endingNumber, 1);
    });
  }

  it('announces an ending from before this window read the job, if the window that tracked it is gone', async () => {
    const dying = await open('dying');
    const other = await open('other');
    dying.close();
    const key = await track(dying, 'a');
    end(dying, key);
    await dying.store.flush();
    await other.store.readAgain();
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
  });
});
