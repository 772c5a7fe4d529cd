/** Fills a folder with jobs as earlier sessions left them. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DAY, MINUTE } from '../../../src/base/time-units';
import { limitJob, readJob } from '../../../src/cloud/api/job-schema';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob, withResponse } from '../../../src/jobs/model/tracked-job';
import { jobFilePath, writeJobFile } from '../../../src/jobs/files/job-file';
import { JobMover } from '../../../src/jobs/store/segments/job-mover';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { whileTimePasses } from '../../support/fake-clock';
import { BenchWindow } from './bench-window';
import { BEGIN, referenceOf, wireJob } from './wire-jobs';

/** When the windows open that read these jobs: all endings are old. */
export const OPENED_AT = BEGIN + 2 * DAY;

export interface StoredMix {
  readonly jobs: number;
  /** The others have ended, and the person has seen it. */
  readonly running: number;
}

const FILES_AT_ONCE = 32;

/** Running jobs are spread evenly over the others. */
export function isRunning(index: number, { jobs, running }: StoredMix): boolean {
  return Math.floor(((index + 1) * running) / jobs) > Math.floor((index * running) / jobs);
}

/** @returns the last answer for a job, as the service sent it */
export function lastAnswer(index: number, mix: StoredMix): object {
  return isRunning(index, mix) ? wireJob(index, 'RUNNING') : wireJob(index, 'COMPLETE', 10 * MINUTE);
}

/** Stores the jobs as older and newer windows together leave them: the jobs that ended long ago have been moved. */
export async function storeJobs(folder: string, mix: StoredMix): Promise<void> {
  await writeJobFiles(folder, mix);
  const { store, directory, clock, log } = new BenchWindow(folder, OPENED_AT, 'mover');
  await store.open();
  const parts = {
    ...{ clock, log, directory: folder, owner: 'mover', readJob, limitJob },
    files: new NodeFileSystem(),
  };
  const onQuarantine = (file: string) => {
    throw new Error(`${file} was quarantined.`);
  };
  const mover = new JobMover({ ...parts, onQuarantine }, directory.ended);
  await whileTimePasses(clock, mover.moveJobs(store.all()));
  const { length } = await readdir(path.join(folder, 'jobs'));
  if (length > mix.running) throw new Error(`${length - mix.running} jobs were not moved.`);
}

/** Writes one file for each job. */
async function writeJobFiles(folder: string, mix: StoredMix): Promise<void> {
  await mkdir(path.join(folder, 'jobs'), { recursive: true });
  const indexes = Array.from({ length: mix.jobs }, (_, index) => index);
  for (let first = 0; first < mix.jobs; first += FILES_AT_ONCE) {
    await Promise.all(
      indexes.slice(first, first + FILES_AT_ONCE).map(async (index) => {
        const tracked = trackedJob(index, mix);
        await writeFile(jobFilePath(folder, jobKey(tracked.reference)), writeJobFile(tracked));
      }),
    );
  }
}

function trackedJob(index: number, mix: StoredMix): TrackedJob {
  const before = newlyTracked(referenceOf(index), BEGIN + index);
  const running = withAnswer(before, wireJob(index, 'RUNNING'), BEGIN + MINUTE);
  if (isRunning(index, mix)) return running;
  const ended = withAnswer(running, lastAnswer(index, mix), BEGIN + 11 * MINUTE);
  return { ...ended, seenEnding: ended.endingNumber };
}

function withAnswer(tracked: TrackedJob, answer: object, at: number): TrackedJob {
  const job = readJob(answer);
  if (job === undefined) throw new Error('The answer is no job.');
  return withResponse(tracked, { job, requestId: 'r' }, at);
}
