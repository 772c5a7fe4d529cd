import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/base/emitter';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import type { JobChange } from '../../../../src/jobs/model/job-change';
import { newlyTracked, type TrackedJob, withResponse } from '../../../../src/jobs/model/tracked-job';
import { type Arrangement, NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import { SeenMarker } from '../../../../src/ui/tree/seen-marker';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, reference } from '../../../support/samples';

const A_LOOK = 3000;

describe('that a person has looked at how a job ended', () => {
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
            jobs.set(key, { ...tracked, seenEnding });
            seen.push(key);
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
    jobs.set(key, withResponse(tracked, { job: jobAt('FAIL', { jobId }) }, clock.now()));
    stored.fire([]);
    return key;
  }

  it('is noted after a look', async () => {
    const key = end('a');
    await clock.advance(A_LOOK - 1);
    assert.deepEqual(seen, []);
    await clock.advance(1);
    assert.deepEqual(seen, [key]);
  });

  it('is not noted while the view or the window is out of sight', async () => {
    visible = false;
    const key = end('a');
    await clock.advance(2 * A_LOOK);
    [visible, isFocused] = [true, false];
    changes.fire(undefined);
    await clock.advance(2 * A_LOOK);
    assert.deepEqual(seen, []);
    isFocused = true;
    changes.fire(undefined);
    await clock.advance(A_LOOK);
    assert.deepEqual(seen, [key]);
  });

  it('is not noted of a job that a filter hides, or begins to hide meanwhile', async () => {
    current = { ...NEWEST_FIRST, filter: 'running' };
    const first = end('first-job');
    await clock.advance(2 * A_LOOK);
    current = NEWEST_FIRST;
    const second = end('second-job');
    await clock.advance(A_LOOK / 2);
    current = { ...NEWEST_FIRST, text: 'second-' };
    await clock.advance(A_LOOK / 2);
    assert.deepEqual(seen, [second]);
    current = NEWEST_FIRST;
    changes.fire(undefined);
    await clock.advance(A_LOOK);
    assert.deepEqual(seen, [second, first]);
  });

  it('is not noted at once of what ends while the person looks at another', async () => {
    const first = end('a');
    await clock.advance(A_LOOK - 1);
    const second = end('b');
    await clock.advance(1);
    assert.deepEqual(seen, [first]);
    await clock.advance(A_LOOK);
    assert.deepEqual(seen, [first, second]);
  });
});
