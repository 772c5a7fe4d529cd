import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Emitter } from '../../../src/base/emitter';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/base/time-units';
import { JobStore } from '../../../src/jobs/store/job-store';
import { StatusBar } from '../../../src/ui/status-bar';
import { FakeClock } from '../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../support/samples';

type Parts = ConstructorParameters<typeof StatusBar>[0];

const onDidChange = () => ({ dispose: () => undefined });

const credentials = {
  all: () => [],
  refusalFor: () => undefined,
  onDidChange,
} as unknown as Parts['credentials'];

class Fixture {
  readonly clock = new FakeClock();
  readonly store = new JobStore(noFiles, new MemoryLog());
  private readonly updates = new Emitter<void>(assert.ifError);
  private readonly bar = this.open();

  get item() {
    return this.bar.item;
  }

  /** Whether the status bar shows something after an event that concerns no job. */
  isShown(): boolean {
    this.updates.fire();
    return this.bar.shown() !== '';
  }

  /** What the status bar shows soon after an event that concerns no job, and what one shows that has just been made. */
  async shownAndShownAnew(): Promise<readonly [string, string]> {
    const anew = this.open();
    this.updates.fire();
    await this.clock.advance(SECOND);
    anew.dispose();
    return [this.bar.shown(), anew.shown()];
  }

  private open() {
    const { store, clock } = this;
    const pause = { isPaused: false, onDidChange: this.updates.event };
    const bar = new StatusBar({ store, credentials, pause, followed: { all: () => [], onDidChange }, clock });
    let isShown = false;
    bar.item.show = () => {
      isShown = true;
    };
    bar.item.hide = () => {
      isShown = false;
    };
    return {
      item: bar.item,
      shown: () => (isShown ? JSON.stringify([bar.item.text, bar.item.tooltip]) : ''),
      dispose: () => {
        bar.dispose();
      },
    };
  }
}

/** Moves the clock, also back. */
function move(clock: FakeClock, ms: number): void {
  if (ms < 0) clock.setBack(-ms);
  else clock.sleep(ms);
}

describe('the status bar', () => {
  it('counts a seen ending for a day, whether the clock advances or is set back', async () => {
    const fixture = await ended();
    const { store, clock } = fixture;
    for (const [ms, isCounted] of [
      [DAY - 1, true],
      [1, false],
      [HOUR, false],
      [-HOUR - 1, true],
      [1 - 2 * DAY, false],
      [1, true],
      [DAY, true],
    ] as const) {
      move(clock, ms);
      assert.equal(fixture.isShown(), isCounted, `after ${ms} ms more`);
    }
    store.dispose();
  });

  async function ended() {
    const fixture = new Fixture();
    const { store, clock } = fixture;
    const key = await store.track(reference, clock.now());
    store.applyResponse(key, { job: jobAt('COMPLETE') }, clock.now());
    store.markSeen(new Map([[key, 1]]));
    return fixture;
  }

  it('shows what needs the person before what runs, and both before a job that was not found', async () => {
    const { store, clock, item } = new Fixture();
    const jobs = new Map<string, string>();
    const track = async (id: string) => {
      jobs.set(id, await store.track({ ...reference, jobId: id }, clock.now()));
    };
    const answer = (id: string, status: string, jobType = 'UPGRADE') => {
      store.applyResponse(jobs.get(id) ?? '', { job: jobAt(status, { jobId: id, jobType }) }, clock.now());
    };
    await track('mistyped');
    store.applyError(jobs.get('mistyped') ?? '', { kind: 'not-found', message: '' }, clock.now());
    assert.equal(item.text, '$(warning) ELB: Job mistyped: not found yet');
    await track('running-1');
    answer('running-1', 'RUNNING');
    assert.equal(item.text, '$(sync) ELB: 1 running');
    await track('failed-1');
    answer('failed-1', 'FAIL');
    assert.equal(item.text, '$(error) ELB: 1 failed · 1 running $(circle-small-filled)');
    await track('waiting-1');
    answer('waiting-1', 'SUCCESS');
    assert.equal(item.text, '$(bell-dot) ELB: 1 needs you · 1 failed · 1 running $(circle-small-filled)');
    await track('waiting-2');
    answer('waiting-2', 'SUCCESS');
    assert.equal(item.text, '$(bell-dot) ELB: 2 need you · 1 failed · 1 running $(circle-small-filled)');
    await store.untrack([jobs.get('waiting-2') ?? '']);
    store.markSeen(new Map([...store.all()].map(([key, { endingNumber }]) => [key, endingNumber])));
    assert.equal(item.text, '$(bell-dot) ELB: 1 needs you · 1 running', 'a failure that was seen is old news');
    await clock.advance(1);
    await track('running-2');
    answer('running-2', 'RUNNING');
    await clock.advance(SECOND);
    const { tooltip } = item;
    assert.ok(typeof tooltip === 'string');
    assert.match(tooltip, /^UPGRADE waiting-: SUCCESS · waiting for/, 'the tooltip begins with what needs the person');
    store.dispose();
  });

  it('says that credentials are refused although the only job of their project waits for a decision: it may have been completed', async () => {
    const { store, clock, item } = new Fixture();
    const other = await store.track({ ...reference, projectId: '0'.repeat(32) }, clock.now());
    store.applyResponse(other, { job: jobAt('RUNNING') }, clock.now());
    const key = await store.track(reference, clock.now());
    store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, clock.now());
    store.applyError(key, { kind: 'authentication' }, clock.now());
    assert.equal(item.text, '$(bell-dot) ELB: 1 needs you · 1 running · credentials refused $(circle-small-filled)');
    store.dispose();
  });

  it('says in a sentence how its only job is doing', async () => {
    const { store, clock, item } = new Fixture();
    const key = await store.track(reference, clock.now());
    const id = reference.jobId.slice(0, 8);
    assert.equal(item.text, `$(sync) ELB: Job ${id} waits for its first response`);
    for (const [status, text] of [
      ['INIT', '$(sync) ELB: UPGRADE {id} is about to begin'],
      ['RUNNING', '$(sync) ELB: UPGRADE {id} is running'],
      ['ROLLBACKING', '$(sync) ELB: UPGRADE {id} is rolling back'],
      ['NEW_STATUS', '$(sync) ELB: UPGRADE {id}: NEW_STATUS'],
      ['SUCCESS', '$(bell-dot) ELB: UPGRADE {id} needs your decision'],
      ['COMPLETE', '$(pass) ELB: UPGRADE {id} succeeded'],
      ['FAIL', '$(error) ELB: UPGRADE {id} failed'],
      ['CANCEL', '$(circle-slash) ELB: UPGRADE {id} was cancelled'],
    ] as const) {
      store.applyResponse(key, { job: jobAt(status, { jobType: 'UPGRADE' }) }, clock.now());
      assert.equal(item.text.replace(' $(circle-small-filled)', ''), text.replace('{id}', id));
    }
    store.applyResponse(key, { job: jobAt('RUNNING', { jobType: 'UPGRADE' }) }, clock.now());
    store.applyError(key, { kind: 'network' }, clock.now());
    assert.match(item.text, /^\$\(warning\) ELB: UPGRADE .{8} is running · no connection/);
    store.dispose();
  });

  it('says the whole sentence of a job with a long type, and names an unknown job as its row does', async () => {
    const { store, clock, item } = new Fixture();
    const key = await store.track(reference, clock.now());
    for (let poll = 0; poll < 10; poll += 1) {
      store.applyError(key, { kind: 'not-found' }, clock.now());
      await clock.advance(MINUTE);
    }
    assert.equal(item.text, '$(warning) ELB: Unknown job 37d5c1fd: not found');
    const jobType = 'batchCreateV3Loadbalancer';
    const subJobs = [{ jobId: 'part', jobType: 'step', status: 'FAIL', entities: [] }];
    for (const status of ['INIT', 'RUNNING', 'ROLLBACKING', 'SUCCESS', 'FAIL', 'CANCEL']) {
      store.applyResponse(key, { job: jobAt(status, { jobType, subJobs }) }, clock.now());
      assert.doesNotMatch(item.text, /…/);
    }
    store.rename(key, 'the cutover of the payment gateway');
    store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, clock.now());
    store.applyError(key, { kind: 'proxy' }, clock.now());
    assert.match(item.text, /gateway needs your decision · blocked by a proxy( |$)/);
    store.dispose();
  });

  it('shows its text at once, and makes one tooltip for many changes', async () => {
    const { store, clock, item } = new Fixture();
    let made = 0;
    Object.defineProperty(item, 'tooltip', { set: () => (made += 1) });
    for (let index = 0; index < 20; index += 1) {
      const jobReference = { ...reference, jobId: `job-${index}` };
      const key = await store.track(jobReference, clock.now());
      store.applyResponse(key, { job: jobAt('RUNNING', { jobId: `job-${index}` }) }, clock.now());
      assert.match(
        item.text,
        index === 0 ? /ELB: cloneLoadbalancer job-0 is running$/ : new RegExp(`: ${index + 1} running`),
      );
    }
    assert.equal(made, 0);
    await clock.advance(SECOND);
    assert.equal(made, 1);
    assert.equal(clock.pendingTimers, 0);
    store.rename(store.find({ ...reference, jobId: 'job-7' }) ?? '', 'renamed');
    await clock.advance(SECOND);
    assert.equal(made, 2);
    store.dispose();
  });

  it('shows the same as one that has just been made, whatever happened to the jobs and to the clock', async () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      kind: fc.constantFrom('track', 'remove', 'seen', 'network', 'forbidden', 'RUNNING', 'FAIL', 'COMPLETE', 'CANCEL'),
      moveMs: fc.constantFrom(0, 0, 1, MINUTE, HOUR, DAY - MINUTE, DAY, -MINUTE, 1 - DAY, -DAY),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        const fixture = new Fixture();
        const { store, clock } = fixture;
        for (const { id, kind, moveMs } of changes) {
          const jobReference = { ...reference, jobId: id };
          const key = store.find(jobReference);
          if (kind === 'track') await store.track(jobReference, clock.now());
          else if (key !== undefined) {
            if (kind === 'remove') await store.untrack([key]);
            else if (kind === 'seen') store.markSeen(new Map([[key, store.get(key)?.endingNumber ?? 0]]));
            else if (kind === 'network' || kind === 'forbidden')
              store.applyError(key, { kind, message: '' }, clock.now());
            else store.applyResponse(key, { job: jobAt(kind, { jobId: id }) }, clock.now());
          }
          move(clock, moveMs);
          assert.equal(...(await fixture.shownAndShownAnew()));
        }
      }),
    );
  });
});
