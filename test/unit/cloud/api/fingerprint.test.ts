import assert from 'node:assert/strict';
import { fingerprintOf } from '../../../../src/cloud/api/fingerprint';
import { parseListJobsResponse, readJob } from '../../../../src/cloud/api/job-schema';
import type { WireEntity, WireJob, WireSubJob } from '../../../../src/cloud/api/wire-job';
import { wireJob } from '../../../bench/engine/wire-jobs';

const FIELD_NAMES = [
  'job_id',
  'job_type',
  'status',
  'begin_time',
  'end_time',
  'error_code',
  'error_msg',
  'project_id',
  'resource_id',
] as const;

const filled = (start: string) => Object.fromEntries(FIELD_NAMES.map((name) => [name, `${start} of ${name}`]));
const entityAt = (start: string): WireEntity => ({ resource_id: `${start} id`, resource_type: `${start} type` });
const subJobAt = (start: string): WireSubJob => ({
  ...filled(start),
  entities: [entityAt(`${start} one`), entityAt(`${start} two`)],
});
const job: WireJob = { ...filled('任务'), sub_jobs: ['a', 'bb', 'ccc'].map(subJobAt) };

/** @returns the job with another character at each place of each of its texts in turn */
function* withOneOtherCharacter(): Generator<WireJob> {
  const parts: ((copy: WireJob) => object | undefined)[] = [
    (copy) => copy,
    ...[0, 1, 2].map((at) => (copy: WireJob) => copy.sub_jobs?.[at]),
    ...[0, 1, 2].flatMap((at) => [0, 1].map((of) => (copy: WireJob) => copy.sub_jobs?.[at]?.entities?.[of])),
  ];
  for (const part of parts) {
    for (const [name, value] of Object.entries(part(job) ?? {}) as [string, unknown][]) {
      for (let at = 0; typeof value === 'string' && at < value.length; at += 1) {
        const copy = structuredClone(job);
        const other = String.fromCharCode(value.charCodeAt(at) ^ 1);
        Object.assign(part(copy) ?? {}, { [name]: value.slice(0, at) + other + value.slice(at + 1) });
        yield copy;
      }
    }
  }
}

describe('the fingerprint of a job', () => {
  const fingerprint = fingerprintOf(job);

  it('is a number that JSON keeps', () => {
    assert.ok(Number.isSafeInteger(fingerprint) && fingerprint >= 0);
  });

  it('is the same in any order of sub-jobs and of fields', () => {
    const reversed = Object.fromEntries(Object.entries(job).reverse());
    assert.equal(fingerprintOf({ ...reversed, sub_jobs: [...(job.sub_jobs ?? [])].reverse() }), fingerprint);
  });

  it('is the same if undocumented fields change, as some do with each response', () => {
    const subJobs = job.sub_jobs?.map((subJob) => ({ ...subJob, progress: 1 }));
    assert.equal(fingerprintOf({ ...job, sub_jobs: subJobs, now: '2026-01-01' }), fingerprint);
  });

  it('is the same for a missing field, null and an empty one', () => {
    for (const name of [...FIELD_NAMES, 'sub_jobs'] as const) {
      const { [name]: _, ...others } = job;
      const empty = fingerprintOf({ ...others, [name]: name === 'sub_jobs' ? [] : '' });
      assert.deepEqual([fingerprintOf(others), fingerprintOf({ ...others, [name]: null })], [empty, empty], name);
      assert.notEqual(empty, fingerprint);
    }
  });

  it('differs if a character differs, a text or a sub-job is elsewhere, or something is missing', () => {
    const [a = {}, b = {}, c = {}] = job.sub_jobs ?? [];
    const [one = {}, two = {}] = a.entities ?? [];
    const withFirst = (first: WireSubJob): WireJob => ({ ...job, sub_jobs: [first, b, c] });
    const others: WireJob[] = [
      ...withOneOtherCharacter(),
      ...FIELD_NAMES.flatMap((name, index): WireJob[] => {
        const next = FIELD_NAMES[(index + 1) % FIELD_NAMES.length] ?? name;
        return [
          { ...job, [name]: `${job[name]} ` },
          { ...job, [name]: job[next], [next]: job[name] },
          { ...job, [name]: `${job[name]}${job[next]}`, [next]: '' },
          { ...job, sub_jobs: [{ ...a, [name]: b[name] }, { ...b, [name]: a[name] }, c] },
          { ...job, [name]: a[name], sub_jobs: [{ ...a, [name]: job[name] }, b, c] },
        ];
      }),
      { ...job, sub_jobs: [b, c] },
      { ...job, sub_jobs: [a, a, b, c] },
      { ...job, sub_jobs: [a, a, b, b, c] },
      { ...job, sub_jobs: [a, b, c, {}] },
      withFirst({ ...a, entities: [two, one] }),
      withFirst({ ...a, entities: [one] }),
      withFirst({ ...a, entities: [one, two, {}] }),
    ];
    assert.ok(others.length > 500);
    assert.equal(new Set([fingerprint, ...others.map(fingerprintOf)]).size, others.length + 1);
  });

  it('is another one for each of 200,000 jobs that hardly differ', () => {
    const seen = new Set<number>();
    for (let at = 0; at < 100_000; at += 1) {
      const text = String(at).padStart(6, '0');
      seen.add(fingerprintOf({ job_id: text }));
      seen.add(fingerprintOf({ status: 'RUNNING', sub_jobs: [{ job_id: `x${text}` }, { job_id: `y${text}` }] }));
    }
    assert.equal(seen.size, 200_000);
  });

  it('changes in about half of its bits with a single character', () => {
    const bits = (number: number) => number.toString(2).padStart(53, '0');
    let changed = 0;
    let count = 0;
    for (const other of withOneOtherCharacter()) {
      const [before, after] = [bits(fingerprint), bits(fingerprintOf(other))] as const;
      for (let at = 0; at < 53; at += 1) changed += Number(before[at] !== after[at]);
      count += 53;
    }
    assert.ok(Math.abs(changed / count - 0.5) < 0.02, String(changed / count));
  });

  it('is the same for a job in a list, alone and from its file', () => {
    const list = parseListJobsResponse(JSON.stringify({ jobs: [wireJob(1, 'RUNNING')] }));
    const [listed] = list.ok ? list.value.jobs : [];
    const alone = readJob(wireJob(1, 'RUNNING'))?.fingerprint;
    assert.notEqual(alone, undefined);
    assert.deepEqual([listed?.fingerprint, listed?.read().fingerprint], [alone, alone]);
  });
});
