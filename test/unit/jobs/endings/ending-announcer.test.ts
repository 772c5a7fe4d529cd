import assert from 'node:assert/strict';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Disposable } from '../../../../src/base/disposable';
import { EndingAnnouncer, type EndingAnnouncerParts } from '../../../../src/jobs/endings/ending-announcer';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { Lease } from '../../../../src/storage/lease';
import { PollEngine } from '../../../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { FakeClock, settle } from '../../../support/fake-clock';
import { FakeSource, neverPaused } from '../../../support/fake-source';
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
  readonly watch: EndingAnnouncer;
  readonly close: () => void;
}

type Circumstances = Partial<Pick<EndingAnnouncerParts, 'isFocused' | 'isWindowAlive' | 'isPolling'>>;

describe('the ending watch', () => {
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

  /** As a session that begins now: what earlier ones kept is read, and caught up with. */
  async function open(by: string, circumstances: Circumstances = {}, disk = files): Promise<Window> {
    const directory = new JobDirectory({
      files: disk,
      clock,
      owner: by,
      directory: 'storage',
      readJob,
      onQuarantine: () => undefined,
      log,
    });
    const store = new JobStore(directory, log);
    const watch = new EndingAnnouncer(
      {
        store,
        claims: directory,
        clock,
        isFocused: () => true,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: () => true,
        merged: () => Promise.resolve(),
        log,
        ...circumstances,
      },
      (ended) => {
        const endings = ended.map(
          ({ tracked: { reference: job, ending, endingNumber } }) =>
            `${job.jobId} ${ending?.status ?? ''} ${endingNumber}`,
        );
        notices.push({ at: clock.now(), by, endings });
      },
    );
    const folder = directory.watch((keys) => void store.readAgain(keys));
    const close = () => {
      watch.dispose();
      folder.dispose();
    };
    opened.push({ dispose: close });
    await store.open();
    await watch.catchUp();
    return { store, directory, watch, close };
  }

  const track = ({ store }: Window, jobId: string) => store.track({ ...reference, jobId }, clock.now());

  const end = ({ store }: Window, key: JobKey, status = 'COMPLETE') => {
    store.applyResponse(key, { job: jobAt(status) }, clock.now());
  };

  const announced = () => notices.map(({ endings }) => endings);

  it('announces an ending once, though two windows with the focus learn of it', async () => {
    const [one, other] = [await open('one'), await open('other')];
    const key = await track(one, 'a');
    await clock.advance(MINUTE);
    assert.ok(other.store.get(key), 'the other window knows the job');
    end(one, key, 'FAIL');
    await clock.advance(MINUTE);
    assert.equal(other.store.get(key)?.ending?.status, 'FAIL', 'and how it ended');
    assert.deepEqual(announced(), [['a FAIL 1']]);
  });

  it('announces again a job that goes on after its end, and ends once more', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    for (const status of ['FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL']) {
      end(window, key, status);
      await clock.advance(MINUTE);
    }
    assert.deepEqual(announced(), [['a FAIL 1'], ['a ROLLBACK_FAIL 2']]);
  });

  it('announces in the next session what ended unnoticed, and nothing that the person has looked at', async () => {
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

  it('does not announce a job that is forgotten while its ending is gathered', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    end(window, key);
    await window.store.untrack([key]);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), []);
  });

  it('makes one notice of what ends in one moment', async () => {
    const window = await open('one');
    const keys = [await track(window, 'a'), await track(window, 'b'), await track(window, 'c')];
    for (const key of keys) {
      end(window, key);
      await clock.advance(100);
    }
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1', 'b COMPLETE 1', 'c COMPLETE 1']]);
  });

  it('makes one notice of what the first looks of a session find', async () => {
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

  it('leaves the notice to the window that the person looks at', async () => {
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

  it('leaves it to the window that polls where none has the focus', async () => {
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

  it('lets a window that only follows announce what no other one does', async () => {
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

  it('announces an ending whose keeping failed for a moment', async () => {
    const window = await open('one');
    const key = await track(window, 'a');
    files.failNext(new Error('busy'), 'replace');
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
    assert.equal((await window.directory.read(key))?.endingNumber, 1);
  });

  it('announces an ending, once, within seconds after it could be kept at last', async () => {
    let isFull = false;
    const disk = files.seenWith((operation) =>
      isFull && operation === 'replace' ? Promise.reject(new Error('no space')) : Promise.resolve(),
    );
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    isFull = true;
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [], 'the next window would announce it anew under the same number');
    isFull = false;
    const mendedAt = clock.now();
    await clock.advance(60 * MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
    const [{ at } = assert.fail()] = notices;
    assert.ok(at - mendedAt <= 20 * SECOND, `${at - mendedAt} ms`);
    assert.equal((await window.directory.read(key))?.endingNumber, 1);
  });

  it('announces once what could not be kept at all, and not again in the next session if it is kept by then', async () => {
    const window = await open('one');
    files.failNext(new Error('no space'), 'replace');
    await assert.rejects(track(window, 'a'), /no space/);
    const [key = assert.fail('it is followed all the same')] = window.store.all().keys();
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
    assert.equal(window.store.isShared(key), false);
    await window.store.readAgain();
    await clock.advance(MINUTE);
    assert.equal(window.store.isShared(key), true, 'there is room by now');
    window.close();
    await open('next session');
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
  });

  it('waits for somebody who could see the notice, and asks for them a few times a minute at most', async () => {
    let asked = 0;
    let isThere = false;
    const window = await open('one', {
      isWindowAlive: () => {
        asked += 1;
        return Promise.resolve(isThere);
      },
    });
    const key = await track(window, 'a');
    end(window, key);
    await clock.advance(60 * MINUTE);
    assert.deepEqual(announced(), []);
    assert.ok(asked >= 60 && asked <= 300, `${asked} times in an hour`);
    isThere = true;
    await clock.advance(MINUTE);
    assert.deepEqual(announced(), [['a COMPLETE 1']]);
  });

  it('lets another window announce what this one can show to nobody', async () => {
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

  for (const isThere of [true, false]) {
    it(`neither claims nor keeps a timer once its window closed while it asked who is ${isThere ? '' : 'not '}there`, async () => {
      let asked = 0;
      let answer: (isThere: boolean) => void = () => undefined;
      const window = await open('one', {
        isWindowAlive: () => {
          asked += 1;
          return new Promise((resolve) => {
            answer = resolve;
          });
        },
      });
      const key = await track(window, 'a');
      end(window, key);
      await clock.advance(SECOND);
      assert.equal(asked, 1);
      window.close();
      answer(isThere);
      await settle();
      await clock.advance(MINUTE);
      assert.deepEqual([clock.pendingTimers, asked, announced()], [0, 1, []]);
      const claims = await window.directory.claims();
      assert.equal(claims(key, 1), false, 'the next window is to announce it');
    });
  }

  it('says nothing, rather than the same thing twice, where an ending cannot be claimed', async () => {
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
    it(`neither loses nor doubles an ending where the folder of leases fails once (${failsAt})`, async () => {
      const cloud = new FakeSource(clock);
      let checks = 0;
      let hasEnded = false;
      const disk = files.seenWith((operation, file) => {
        if (hasEnded && operation === 'names' && file === 'leases') checks += 1;
        return checks === failsAt ? Promise.reject(new Error('no list')) : Promise.resolve();
      });
      const window = await open('one');
      const engine = new PollEngine({
        store: window.store,
        source: cloud,
        pause: neverPaused,
        leaseOf: () => new Lease({ files: disk, clock, directory: 'leases', name: 'project', owner: 'one', log }),
        durations: new DurationHistory(),
        clock,
        random: () => 0.5,
        networkAddresses: () => '',
        log,
      });
      opened.push(engine);
      const key = await track(window, 'a');
      await clock.advance(MINUTE);
      cloud.answer = () => {
        hasEnded = true;
        return { ok: true, value: { job: jobAt('COMPLETE') } };
      };
      await clock.advance(30 * MINUTE);
      assert.ok(checks >= failsAt);
      assert.deepEqual(announced(), [['a COMPLETE 1']]);
      assert.equal((await window.directory.read(key))?.endingNumber, 1);
    });
  }

  it('announces what had ended before this window heard of the job, where the window that tracked it is gone', async () => {
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
