import assert from 'node:assert/strict';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { jobKey, type JobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import type { CredentialManager } from '../../../../src/credentials/credential-manager';
import { DemoData } from '../../../../src/ui/tracking/demo-data';
import { TrackCommand } from '../../../../src/ui/tracking/track-command';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryLog, noFiles, reference } from '../../../support/samples';

describe('the first of newly tracked jobs', () => {
  const parts = { clock: new FakeClock(), log: new MemoryLog() };
  const [many, other] = [
    ['many-1', 'many-2', 'many-3'].map((jobId) => ({ ...reference, jobId })),
    [{ ...reference, jobId: 'other' }],
  ];
  const keyOf = (index: number) => jobKey(many[index] ?? reference);
  let shown: (JobKey | undefined)[];
  let store: JobStore;
  let finishSaving: () => void;

  beforeEach(() => {
    shown = [];
    const isSaved = new Promise<void>((resolve) => (finishSaving = resolve));
    const create: typeof noFiles.create = async (key, tracked) => {
      // As with many jobs: the last of them is not saved yet.
      if (key !== jobKey({ ...reference, jobId: 'other' })) await isSaved;
      return tracked;
    };
    store = new JobStore({ ...noFiles, create }, parts.log);
  });

  it('is shown while they are saved, not over the job that the person tracks meanwhile', async () => {
    const command = new TrackCommand({
      ...{ ...parts, store },
      engine: { retry: () => undefined },
      pause: { isPaused: false },
      credentials: undefined as unknown as CredentialManager,
      profiles: { add: () => Promise.resolve(undefined) },
      tree: {
        revealFirst: ([first]) => {
          shown.push(first && store.find(first));
          return Promise.resolve();
        },
      },
    });
    const tracking = command.track(many);
    await command.track(other);
    finishSaving();
    await tracking;
    assert.deepEqual(shown, [keyOf(0), jobKey({ ...reference, jobId: 'other' })]);
  });

  it('is shown while they are saved if they are the demo', async () => {
    const demo = new DemoData({
      ...{ ...parts, store },
      durations: new DurationHistory(),
      documents: { close: () => Promise.resolve() },
      endingNotices: { hasOnlyDemoNotices: false },
      timelines: { close: () => undefined },
      tree: {
        reveal: (key) => {
          shown.push(store.get(key) && key);
          return Promise.resolve();
        },
      },
    });
    const trying = demo.try();
    await new Promise(setImmediate);
    assert.equal(shown.length, 1);
    assert.ok(shown[0]);
    finishSaving();
    await trying;
    demo.dispose();
  });
});
