import assert from 'node:assert/strict';
import { jsonBytes } from '../../../../src/base/json/json-size';
import { MAX_ALIASES, MAX_FIELD_LENGTH, MAX_RAW_JOB_BYTES, MAX_SUB_JOBS } from '../../../../src/base/limits';
import type { Job } from '../../../../src/cloud/api/job';
import { limitJob, parseListJobsResponse, parseShowJobResponse, readJob } from '../../../../src/cloud/api/job-schema';
import { changesBetween } from '../../../../src/jobs/model/job-change';
import { newlyTracked, type TrackedJob, withError, withResponse } from '../../../../src/jobs/model/tracked-job';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { jobFilePath, readJobFile, readStoredJob, writeJobFile } from '../../../../src/jobs/files/job-file';
import { JobStore } from '../../../../src/jobs/store/job-store';
import type { JobFiles } from '../../../../src/jobs/files/job-files';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { afterAnswers, LARGE_JOBS, savedBytes } from '../../../support/hostile/large-jobs';
import { MemoryLog, noFiles, reference } from '../../../support/samples';

function jobIn(body: string): Job {
  const response = parseShowJobResponse(body);
  assert.ok(response.ok);
  return response.value.job;
}

function restarted(tracked: TrackedJob): TrackedJob {
  const file = readJobFile(writeJobFile(tracked), readJob);
  assert.ok(file.kind === 'ours');
  return file.content;
}

const wireSubJob = (index: number, status: string, more: object = {}) => ({
  job_id: `sub-job-${index}`,
  status,
  begin_time: new Date(1.7e12 + index * 1000).toISOString().slice(0, 19),
  error_code: '',
  resource_id: 'r'.repeat(100),
  ...more,
});

/** 5,000 sub-jobs, of which the last but one runs and the last failed. */
const subJobs = Array.from({ length: 5000 }, (_, index) =>
  wireSubJob(index, ['FAIL', 'RUNNING'][4999 - index] ?? 'SUCCESS'),
);
const large = (of: readonly object[] = subJobs, status = 'RUNNING') =>
  JSON.stringify({ job: { job_id: 'alias', status, more: 1, sub_jobs: of } });

describe('a job that is too large', () => {
  for (const input of LARGE_JOBS.inputs) {
    it(`takes no more than 2 MiB on disk, and is the same after a restart: ${input.name}`, () => {
      const tracked = afterAnswers(input, 6);
      assert.ok(savedBytes(tracked) < 2 ** 21 / 4, `${savedBytes(tracked)} bytes`);
      assert.ok(jsonBytes(tracked.job?.raw ?? {}) <= MAX_RAW_JOB_BYTES);
      const again = restarted(tracked);
      assert.ok(writeJobFile(again) === writeJobFile(tracked));
      assert.deepEqual(again.job?.cut, tracked.job?.cut);
      const job = jobIn(input.body(5));
      const repeated = withResponse(again, { job }, 9);
      assert.ok(repeated.job === again.job && repeated.history === again.history && repeated.aliases === again.aliases);
    });
  }

  it('keeps its failed and running sub-jobs, then the first ones, and says how many are missing', () => {
    const job = jobIn(large());
    const ids = job.subJobs.map(({ jobId }) => jobId);
    assert.ok(ids.length > 500 && ids.length <= MAX_SUB_JOBS);
    assert.deepEqual(job.cut, { missingSubJobs: 5000 - ids.length });
    assert.deepEqual(ids.slice(-2), ['sub-job-4998', 'sub-job-4999']);
    assert.deepEqual(
      ids.slice(0, -2),
      subJobs.slice(0, ids.length - 2).map((subJob) => subJob.job_id),
    );
    assert.ok(!('more' in (job.raw ?? assert.fail())));
  });

  it('keeps resources of the sub-jobs that views show, rather than more sub-jobs', () => {
    const entities = [{ resource_id: 'r'.repeat(36), resource_type: 'loadbalancer' }];
    const job = jobIn(large(subJobs.map((subJob) => ({ ...subJob, entities }))));
    const withEntities = job.subJobs.filter((subJob) => subJob.entities.length === 1);
    assert.ok(withEntities.length >= 200, `${withEntities.length}`);
    assert.deepEqual(
      job.subJobs.slice(-2).map((subJob) => subJob.entities.length),
      [1, 1],
    );
  });

  it('loses undocumented fields first', () => {
    const job = jobIn(
      JSON.stringify({ job: { status: 'RUNNING', more: 'x'.repeat(300_000), sub_jobs: [wireSubJob(1, '')] } }),
    );
    assert.deepEqual([job.subJobs.length, job.cut], [1, { missingSubJobs: 0 }]);
  });

  for (const [what, more] of [
    ['a text of brackets', '['.repeat(200_000)],
    ['objects of two bytes each', Array.from({ length: 80_000 }, () => ({}))],
    [
      'lists within lists',
      Array.from({ length: 2500 }, () => JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`) as unknown),
    ],
  ] as const) {
    it(`can be read after a restart if it has ${what}`, () => {
      const tracked = withResponse(newlyTracked(reference, 0), { job: jobIn(JSON.stringify({ job: { more } })) }, 1);
      assert.equal(tracked.job?.cut, undefined);
      assert.deepEqual(restarted(tracked).job, tracked.job);
    });
  }

  it('is not cut if it is just small enough', () => {
    const rest = jsonBytes({ status: 'RUNNING', more: '' });
    const raw = { status: 'RUNNING', more: 'x'.repeat(MAX_RAW_JOB_BYTES - rest) };
    const job = jobIn(JSON.stringify({ job: raw }));
    assert.deepEqual([job.raw, job.cut], [raw, undefined]);
  });

  it('does not change if its sub-jobs come in another order', () => {
    const tracked = withResponse(newlyTracked(reference, 0), { job: jobIn(large()) }, 1);
    const reordered = withResponse(tracked, { job: jobIn(large([...subJobs].reverse())) }, 2);
    assert.equal(reordered.job, tracked.job);
  });

  it('reports no sub-job as started because it was missing before', () => {
    const before = withResponse(newlyTracked(reference, 0), { job: jobIn(large()) }, 1);
    // A sub-job that was missing fails.
    const failed = subJobs.map((each, index) => (index === 4000 ? wireSubJob(index, 'FAIL') : each));
    const after = withResponse(before, { job: jobIn(large(failed)) }, 2);
    assert.ok(after.job?.subJobs.some(({ jobId }) => jobId === 'sub-job-4000'));
    assert.deepEqual(changesBetween(before, after), ['updated']);
    assert.equal(after.history, before.history);
    assert.deepEqual(changesBetween(restarted(before), after), ['updated']);
  });

  it('reports each sub-job that ends, although most of those that ended before are missing', () => {
    const count = 3000;
    const at = (ended: number) =>
      jobIn(
        large(
          Array.from({ length: count }, (_, index) => {
            if (index >= ended + 5) return { ...wireSubJob(index, 'INIT'), begin_time: '' };
            // The last to end is the first to begin.
            const begin_time = new Date(1.7e12 - index * 1000).toISOString();
            if (index >= ended) return wireSubJob(index, 'RUNNING', { begin_time });
            return wireSubJob(index, 'SUCCESS', {
              begin_time,
              end_time: new Date(1.7e12 + index * 1000).toISOString(),
            });
          }),
        ),
      );
    let tracked = withResponse(newlyTracked(reference, 0), { job: at(1000) }, 0);
    for (let ended = 1010; ended <= 1100; ended += 10) {
      const before = tracked;
      tracked = withResponse(before, { job: at(ended) }, ended);
      assert.ok((tracked.job?.cut?.missingSubJobs ?? 0) > 1000);
      assert.deepEqual(changesBetween(before, tracked), ['sub-job-ended']);
      assert.equal(tracked.job?.subJobs.filter(({ status }) => status === 'RUNNING').length, 5);
    }
  });

  it('is compared with a list as it was cut, so that an equal list saves nothing', async () => {
    let saved = 0;
    const files: JobFiles = {
      ...noFiles,
      change: async (_, known, change) => {
        saved += 1;
        return change(known);
      },
    };
    const store = new JobStore(files, new MemoryLog());
    const key = await store.track({ ...reference, jobId: 'alias' }, 0);
    const { job } = JSON.parse(large()) as { job: object };
    const page = parseListJobsResponse(JSON.stringify({ jobs: [job] }));
    assert.ok(page.ok);
    const [listed = assert.fail()] = page.value.jobs;
    store.applyResponse(key, { job: jobIn(large()) }, 1);
    await store.flush();
    assert.equal(saved, 1);
    for (let time = 2; time < 10; time += 1) {
      assert.ok(listed.hasSameFieldsAs(store.get(key)?.job ?? assert.fail()));
      await store.applyList(new Map([[key, listed]]), time);
      store.applyResponse(key, { job: jobIn(large()) }, time);
    }
    await store.flush();
    assert.equal(saved, 1);
  });

  it('is cut harder if very many jobs are tracked, and then stays so', async () => {
    const log = new MemoryLog();
    const store = new JobStore(noFiles, log, undefined, limitJob);
    await store.trackAll(
      Array.from({ length: 3000 }, (_, index) => ({ ...reference, jobId: `job-${index}` })),
      0,
    );
    const key = store.find({ ...reference, jobId: 'job-1' }) ?? assert.fail();
    store.applyResponse(key, { job: jobIn(large()) }, 1);
    const { job } = store.get(key) ?? {};
    assert.equal(job?.cut?.maxBytes, 64 * 1024);
    assert.ok(jsonBytes(job.raw ?? assert.fail()) <= 64 * 1024);
    assert.deepEqual(
      job.subJobs.slice(-2).map(({ status }) => status),
      ['RUNNING', 'FAIL'],
    );
    assert.equal(log.lines.length, 1);
    await store.untrack([...store.all().keys()].filter((each) => each !== key));
    store.applyResponse(key, { job: jobIn(large()) }, 2);
    assert.equal(store.get(key)?.job, job);
    assert.deepEqual(restarted(store.get(key) ?? assert.fail()).job, job);
  });
});

describe('a tracked job of a hostile service', () => {
  const job = (fields: object) => jobIn(JSON.stringify({ job: fields }));

  it('has texts of limited length, which say that they are cut, and whole ids', () => {
    const id = 'i'.repeat(MAX_FIELD_LENGTH);
    const { jobId, errorMessage, raw } = job({ job_id: id, error_msg: 'm'.repeat(5000) });
    assert.equal(jobId, id);
    assert.equal(errorMessage?.length, MAX_FIELD_LENGTH);
    assert.match(errorMessage, /… \[cut\]$/);
    assert.equal((raw as { error_msg: string }).error_msg.length, 5000, 'a small response stays whole');
  });

  it('keeps its first aliases, so that the one that lists use is not pushed out', () => {
    let tracked = newlyTracked(reference, 0);
    for (let answer = 0; answer < 50; answer += 1) {
      tracked = withResponse(tracked, { job: job({ job_id: `alias-${answer}` }) }, answer);
    }
    assert.equal(tracked.aliases.length, MAX_ALIASES);
    assert.equal(tracked.aliases[0], 'alias-0');
  });

  it('has no history of sub-jobs that cannot be distinguished', () => {
    const statuses = (...of: readonly (readonly [id: string | undefined, status: string])[]) =>
      job({ status: 'RUNNING', sub_jobs: of.map(([id, status]) => ({ job_id: id, status })) });
    const first = statuses(
      ['same', 'INIT'],
      ['same', 'RUNNING'],
      [undefined, 'INIT'],
      [undefined, 'RUNNING'],
      ['own', 'INIT'],
    );
    const tracked = withResponse(newlyTracked(reference, 0), { job: first }, 1);
    assert.deepEqual(
      tracked.history.map(({ subJobId }) => subJobId),
      [undefined, 'own'],
    );
    const moved = statuses(
      ['same', 'SUCCESS'],
      ['same', 'RUNNING'],
      [undefined, 'INIT'],
      [undefined, 'RUNNING'],
      ['own', 'INIT'],
    );
    const later = withResponse(tracked, { job: moved }, 2);
    assert.equal(later.history, tracked.history);
    assert.deepEqual(changesBetween(tracked, later), ['sub-job-ended']);
  });

  it('has errors with texts of limited length', () => {
    const { pollFailure } = withError(newlyTracked(reference, 0), { kind: 'forbidden', message: 'x'.repeat(1e6) }, 1);
    assert.equal(pollFailure?.error.message?.length, MAX_FIELD_LENGTH);
  });

  it('is not quarantined if an older version saved a whole response of several MiB', async () => {
    const files = new MemoryFileSystem();
    const tracked = newlyTracked(reference, 1);
    const many = Array.from({ length: 13_000 }, (_, index) =>
      wireSubJob(index, 'SUCCESS', { project_id: 'p'.repeat(400) }),
    );
    const job = (JSON.parse(large(many)) as { job: object }).job;
    await files.replace(
      jobFilePath('/global', jobKey(reference)),
      JSON.stringify({ ...(JSON.parse(writeJobFile(tracked)) as object), job }),
    );
    const stored = await readStoredJob({ files, directory: '/global', readJob }, jobKey(reference));
    assert.ok(stored.kind === 'ours');
    const { subJobs: kept, cut } = stored.content.job ?? assert.fail();
    assert.equal(kept.length + (cut?.missingSubJobs ?? 0), many.length);
  });

  it('is read within the limits from a file of an older version', () => {
    const long = 'x'.repeat(10_000);
    const old = {
      ...newlyTracked(reference, 1),
      aliases: Array.from({ length: 1000 }, (_, index) => `alias-${index}`),
      history: Array.from({ length: 1000 }, (_, at) => ({ at, status: long })),
      requestId: long,
      label: long,
      job: jobIn(large()),
    };
    const file = JSON.stringify({
      ...(JSON.parse(writeJobFile(old)) as object),
      job: (JSON.parse(large()) as { job: object }).job,
    });
    const read = readJobFile(file, readJob);
    assert.ok(read.kind === 'ours');
    assert.ok(savedBytes(read.content) < MAX_RAW_JOB_BYTES + 100_000);
    assert.equal(read.content.aliases.length, MAX_ALIASES);
  });
});
