/** Measures what a tracked job occupies on disk after many large hostile answers. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseShowJobResponse, readJob } from '../../../src/cloud/api/job-schema';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { FakeClock } from '../../support/fake-clock';
import { MemoryLog, reference } from '../../support/samples';
import { SECOND } from '../../../src/base/time-units';

const ANSWERS = 200;
const BODY_LENGTH = 1_000_000;
const LARGE = 'x'.repeat(BODY_LENGTH);
const BEGIN = Date.UTC(2026, 0, 1);

/** Returns the fields of an answer that make it large, each in its way. */
const largeFields: readonly ((at: number) => object)[] = [
  (at) => ({ job_id: `${at}-${LARGE}` }),
  (at) => ({ status: `${LARGE}-${at}` }),
  (at) => ({ job_id: `other-${at}`, status: `NEW_${at}`, error_msg: LARGE }),
  (at) => ({ [`undocumented_${at}`]: LARGE }),
  (at) => ({
    sub_jobs: Array.from({ length: 8000 }, (_, sub) => ({
      job_id: `${at}-${sub}`,
      status: `S${at}`,
      x: LARGE.slice(0, 60),
    })),
  }),
  (at) => ({
    sub_jobs: Array.from({ length: 200 }, (_, sub) => ({ job_id: `s-${sub}`, status: `${at}${LARGE.slice(0, 4800)}` })),
  }),
  (at) => ({
    sub_jobs: [
      {
        entities: Array.from({ length: 20_000 }, (_, entity) => ({
          resource_id: `${at}-${entity}-${LARGE.slice(0, 20)}`,
        })),
      },
    ],
  }),
  (at) => ({ status: at % 16 < 8 ? 'COMPLETE' : 'RUNNING', error_msg: '\u0001'.repeat(BODY_LENGTH / 6) }),
];

/** @returns MiB of all files in the folder, at their largest, with two decimal places */
export async function growthMiB(): Promise<number> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'elb-growth-'));
  try {
    return Math.round((await largestBytes(directory)) / 10_485.76) / 100;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Applies the answers to a tracked job. @returns the bytes of all files after the answer after which they were largest */
async function largestBytes(directory: string): Promise<number> {
  let largest = 0;
  const log = new MemoryLog();
  const files = new JobDirectory({
    directory,
    files: new NodeFileSystem(),
    clock: new FakeClock(BEGIN),
    owner: 'bench',
    log,
    readJob,
    onQuarantine: (file) => {
      throw new Error(`A file was quarantined: ${file}`);
    },
  });
  const store = new JobStore(files, log);
  const key = jobKey(reference);
  await store.track(reference, BEGIN);
  for (let at = 0; at < ANSWERS; at += 1) {
    const job = {
      job_id: reference.jobId,
      status: 'RUNNING',
      begin_time: '2026-01-01T00:00:00Z',
      ...largeFields[at % largeFields.length]?.(at),
    };
    const response = parseShowJobResponse(JSON.stringify({ job, request_id: `${at}-${LARGE.slice(0, 1000)}` }));
    if (!response.ok) throw new Error(`Answer ${at} was refused: ${response.error.kind}`);
    store.applyResponse(key, response.value, BEGIN + at * SECOND);
    await store.flush();
    largest = Math.max(largest, await bytesIn(directory));
  }
  if (log.lines.length > 0) throw new Error(log.lines.join('\n'));
  store.dispose();
  return largest;
}

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = entries.map(async (entry) =>
    entry.isFile() ? (await stat(path.join(entry.parentPath, entry.name))).size : 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
