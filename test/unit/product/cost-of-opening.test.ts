import assert from 'node:assert/strict';
import { LazyList } from '../../../src/base/lazy-list';
import type { SubJob } from '../../../src/cloud/api/job';
import type { JobFiles, KeyedJob } from '../../../src/jobs/files/job-files';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob, withResponse } from '../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../src/jobs/store/job-store';
import { BenchWindow } from '../../bench/engine/bench-window';
import { OPENED_AT } from '../../bench/engine/stored-jobs';
import { BEGIN, referenceOf } from '../../bench/engine/wire-jobs';
import { jobAt, MemoryLog, noFiles } from '../../support/samples';

const COUNT = 1000;

/** Sub-jobs that must not be read. */
class SealedSubJobs extends LazyList<SubJob> {
  readonly hasFailed = false;

  readonly length = 10;

  protected items(): never {
    throw new Error('A sub-job was read.');
  }
}

function endedJob(index: number): KeyedJob {
  const reference = referenceOf(index);
  const job = jobAt('COMPLETE', { jobId: reference.jobId, jobType: index % 2 === 0 ? 'UPGRADE' : 'cloneListener' });
  const tracked: TrackedJob = withResponse(newlyTracked(reference, BEGIN + index), { job }, BEGIN + index);
  const atRest = { ...job, subJobs: new SealedSubJobs(), raw: undefined };
  return [jobKey(reference), { ...tracked, job: atRest, seenEnding: tracked.endingNumber }];
}

describe('a window that opens with 1,000 ended jobs', () => {
  it('reads no sub-job, to list the jobs, to mark them, and to poll', async () => {
    const stored = Array.from({ length: COUNT }, (_, index) => endedJob(index));
    const files: JobFiles = {
      ...noFiles,
      scan: () => Promise.resolve({ stamps: new Map(stored.map(([key]) => [key, '1'])), areAll: true }),
      async *readRows() {
        await Promise.resolve();
        yield stored;
      },
      change: (_, known, change) => Promise.resolve(change(known)),
    };
    const log = new MemoryLog();
    const window = Object.assign(new BenchWindow('unused', OPENED_AT), { store: new JobStore(files, log) });
    const attached = window.attach();
    await window.store.open();
    assert.equal(await attached.showRows(0), COUNT);
    await attached.focus();
    const [[key]] = stored as [KeyedJob];
    window.store.rename(key, 'renamed');
    window.store.mute(key, true);
    await window.store.prune({ maxAgeMs: Infinity, maxJobs: COUNT }, OPENED_AT);
    await window.clock.advance(1000);
    assert.deepEqual(log.lines, []);
    attached.dispose();
    window.dispose();
  });
});
