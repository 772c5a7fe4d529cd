import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/base/emitter';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import type { JobChange } from '../../../../src/jobs/model/job-change';
import { newlyTracked, type TrackedJob, withResponse } from '../../../../src/jobs/model/tracked-job';
import { type Arrangement, NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import { SeenMarker } from '../../../../src/ui/tree/seen-marker';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, reference } from '../../../support/samples';
import { SECOND } from '../../../../src/base/time-units';

const SEEN_AFTER_MS = 3 * SECOND;

describe('an ending', () => {
  let clock: FakeClock;
  let jobs: Map<JobKey, TrackedJob>;
  let seen: JobKey[];
  let visible: boolean;
  let isFocused: boolean;
  let current: Arrangement;
  let marker: SeenMarker;
  const emitter = () =>
    new Emitter<unknown>((cause) => {
      throw cause;
    });
  const changes = emitter();
  const stored = new Emitter<readonly JobChange[]>((cause) => {
    throw cause;
  });

  beforeEach(() => {
    clock = new FakeClock();
    jobs = new Map();
    seen = [];
    [visible, isFocused, current] = [true, true, NEWEST_FIRST];
    marker = new SeenMarker({
      view: {
        get visible() {
          return visible;
        },
        onDidChangeVisibility: changes.event,
      },
      window: { isFocused: () => isFocused, onDidChange: changes.event },
      options: {
        get current() {
          return current;
        },
        onDidChange: changes.event,
      },
      store: {
        all: () => jobs,
        markSeen: (endings) => {
          for (const [key, seenEnding] of endings) {
            const tracked = jobs.get(key) ?? assert.fail('it is tracked');
            const after = { ...tracked, seenEnding };
            jobs.set(key, after);
            seen.push(key);
            stored.fire([{ key, tracked: after, kinds: ['seen'] }]);
          }
        },
        onDidChange: stored.event,
      },
      clock,
    });
  });

  afterEach(() => {
    marker.dispose();
  });

  function end(jobId: string): JobKey {
    const tracked = newlyTracked({ ...reference, jobId }, clock.now());
    const key = jobKey(tracked.reference);
    const ended = withResponse(tracked, { job: jobAt('FAIL', { jobId }) }, clock.now());
    jobs.set(key, ended);
    stored.fire([{ key, tracked: ended, kinds: ['added'] }]);
    return key;
  }

  it('is marked as seen after it was visible for three seconds', async () => {
    const key = end('a');
    await clock.advance(SEEN_AFTER_MS - 1);
    assert.deepEqual(seen, []);
    await clock.advance(1);
    assert.deepEqual(seen, [key]);
  });

  it('is not marked while the view is hidden or the window has no focus', async () => {
    visible = false;
    const key = end('a');
    await clock.advance(2 * SEEN_AFTER_MS);
    [visible, isFocused] = [true, false];
    changes.fire(undefined);
    await clock.advance(2 * SEEN_AFTER_MS);
    assert.deepEqual(seen, []);
    isFocused = true;
    changes.fire(undefined);
    await clock.advance(SEEN_AFTER_MS);
    assert.deepEqual(seen, [key]);
  });

  it('is not marked if a filter hides the job, even if only during the three seconds', async () => {
    current = { ...NEWEST_FIRST, filter: ['running'] };
    const first = end('first-job');
    await clock.advance(2 * SEEN_AFTER_MS);
    current = NEWEST_FIRST;
    const second = end('second-job');
    await clock.advance(SEEN_AFTER_MS / 2);
    current = { ...NEWEST_FIRST, text: 'second-' };
    await clock.advance(SEEN_AFTER_MS / 2);
    assert.deepEqual(seen, [second]);
    current = NEWEST_FIRST;
    changes.fire(undefined);
    await clock.advance(SEEN_AFTER_MS);
    assert.deepEqual(seen, [second, first]);
  });

  it('gets its own three seconds if it comes while another is visible', async () => {
    const first = end('a');
    await clock.advance(SEEN_AFTER_MS - 1);
    const second = end('b');
    await clock.advance(1);
    assert.deepEqual(seen, [first]);
    await clock.advance(SEEN_AFTER_MS);
    assert.deepEqual(seen, [first, second]);
  });
});
