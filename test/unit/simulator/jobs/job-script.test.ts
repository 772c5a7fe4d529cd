import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../../../src/simulator/base/input-error';
import {
  checkScript,
  JOB_STATUSES,
  jobAt,
  type JobScript,
  type StartedJob,
  type SubJobScript,
  type Transition,
} from '../../../../src/simulator/jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';

const START = Date.parse('2024-03-23T08:20:42Z');
const RUNS: readonly Transition[] = [
  { at: 0, status: 'INIT' },
  { at: 1000, status: 'RUNNING' },
];

function started(script: Partial<JobScript>): StartedJob {
  const whole = { jobType: 'UPGRADE', resourceId: 'lb', transitions: RUNS, subJobs: [], ...script };
  return { projectId: 'p', jobId: 'path-id', bodyJobId: 'body-id', startedAt: START, script: whole };
}

function subJob(jobId: string, transitions: readonly Transition[]): SubJobScript {
  return { jobId, jobType: 'UPGRADE_INIT', resourceId: 'lb', entities: [], transitions };
}

describe('a job script', () => {
  it('can express the official example, field by field', () => {
    const { job } = OFFICIAL_EXAMPLE;
    const lb = job.resource_id;
    const stage = (jobId: string, jobType: string, begin: number, end: number): SubJobScript => ({
      jobId,
      jobType,
      resourceId: lb,
      entities: [{ resource_id: lb, resource_type: 'loadbalancer' }],
      transitions: [
        { at: begin, status: 'RUNNING' },
        { at: end, status: 'SUCCESS' },
      ],
    });
    const script: JobScript = {
      jobType: 'UPGRADE',
      resourceId: lb,
      transitions: [
        { at: 0, status: 'RUNNING' },
        { at: 1_709_000, status: 'COMPLETE' },
      ],
      subJobs: [
        stage('481a5ab3-b3ff-46fa-b074-d3b8e09ab9cb', 'UPGRADE_TRAFFIC_SWITCH', 1_589_000, 1_589_000),
        stage('c4cf4e5b-fa53-427d-ad43-497e7a876c2e', 'UPGRADE_INIT', 0, 1_562_000),
        stage('ee56e027-5d52-4bd9-abba-9821a742a466', 'UPGRADE_COMPLETE', 1_709_000, 1_709_000),
      ],
    };
    const ids = { projectId: OFFICIAL_EXAMPLE.projectId, jobId: OFFICIAL_EXAMPLE.jobId, bodyJobId: job.job_id };
    assert.deepEqual(jobAt({ ...ids, startedAt: START, script }, START + 1_709_000), job);
  });

  it('shows nothing before the job starts', () => {
    assert.equal(jobAt(started({}), START - 1), undefined);
  });

  it('shows a running job without an end, an error or the id of its path', () => {
    assert.deepEqual(jobAt(started({}), START + 1000), {
      status: 'RUNNING',
      begin_time: '2024-03-23T08:20:42Z',
      end_time: '',
      job_id: 'body-id',
      resource_id: 'lb',
      job_type: 'UPGRADE',
      error_code: '',
      error_msg: '',
      project_id: 'p',
      sub_jobs: [],
    });
  });

  it('shows an error from the failure on, and no end during the rollback', () => {
    const job = started({
      transitions: [
        ...RUNS,
        { at: 2000, status: 'FAIL', error: { code: 'ELB.8905', message: 'Quota exceeded.' } },
        { at: 3000, status: 'ROLLBACKING' },
        { at: 9000, status: 'ROLLBACK_FAIL', error: { code: 'ELB.8906', message: 'Still there.' } },
      ],
    });
    const seen = [1999, 2000, 3000, 9000].map((at) => {
      const shown = jobAt(job, START + at);
      return [shown?.status, shown?.end_time, shown?.error_code];
    });
    assert.deepEqual(seen, [
      ['RUNNING', '', ''],
      ['FAIL', '2024-03-23T08:20:44Z', 'ELB.8905'],
      ['ROLLBACKING', '', 'ELB.8905'],
      ['ROLLBACK_FAIL', '2024-03-23T08:20:51Z', 'ELB.8906'],
    ]);
  });

  it('shows a sub-job from its begin on, in the order of the script', () => {
    const job = started({
      subJobs: [subJob('late', [{ at: 500, status: 'RUNNING' }]), subJob('early', [{ at: 0, status: 'INIT' }])],
    });
    const ids = (at: number) => jobAt(job, START + at)?.sub_jobs.map(({ job_id }) => job_id);
    assert.deepEqual(ids(499), ['early']);
    assert.deepEqual(ids(500), ['late', 'early']);
  });

  it('can have an undocumented status, which does not end the job', () => {
    const job = started({ transitions: [{ at: 0, status: 'PAUSED' }] });
    assert.equal(jobAt(job, START)?.status, 'PAUSED');
    assert.equal(jobAt(job, START)?.end_time, '');
  });

  it('is rejected if it is invalid', () => {
    const refuse = (script: Partial<JobScript>, sentence: RegExp) => {
      assert.throws(
        () => {
          checkScript(started(script).script);
        },
        (error) => error instanceof InputError && sentence.test(error.message),
      );
    };
    refuse({ transitions: [] }, /first transition of a job must be at 0/);
    refuse({ transitions: [{ at: 1, status: 'INIT' }] }, /first transition of a job must be at 0/);
    const unordered = [...RUNS, { at: 999, status: 'COMPLETE' }];
    refuse({ transitions: unordered }, /time order/);
    refuse({ transitions: [...RUNS, { at: Infinity, status: 'COMPLETE' }] }, /finite/);
    refuse({ subJobs: [subJob('a', [])] }, /must be a transition in sub-job a/);
    refuse({ subJobs: [subJob('a', [{ at: -1, status: 'INIT' }])] }, /from 0 on/);
    refuse({ subJobs: [subJob('a', RUNS), subJob('a', RUNS)] }, /same jobId/);
  });
});

describe('a job script over time', () => {
  const transitions = fc
    .array(fc.record({ gap: fc.nat(100_000), status: fc.constantFrom(...JOB_STATUSES, 'LATER') }), { minLength: 1 })
    .map((steps) => {
      let at = 0;
      return steps.map(({ gap, status }, index): Transition => ({ at: (at += index === 0 ? 0 : gap), status }));
    });
  const script = fc.record({
    transitions,
    subJobs: fc.array(fc.tuple(fc.nat(100_000), transitions), { maxLength: 4 }).map((all) =>
      all.map(([delay, steps], index) =>
        subJob(
          `sub-${index}`,
          steps.map((step) => ({ ...step, at: step.at + delay })),
        ),
      ),
    ),
  });
  const times = fc.array(fc.integer({ min: -1000, max: 2_000_000 })).map((all) => all.sort((a, b) => a - b));
  const seconds = (time: string) => Date.parse(time);

  it('only moves forward, and shows no time before the start or after now', () => {
    fc.assert(
      fc.property(script, times, (parts, instants) => {
        const job = started(parts);
        checkScript(job.script);
        const reached = new Map<string, number>();
        for (const instant of instants) {
          const shown = jobAt(job, START + instant);
          assert.equal(shown === undefined, instant < 0);
          if (!shown) continue;
          for (const [id, state] of [['main', shown] as const, ...shown.sub_jobs.map((s) => [s.job_id, s] as const)]) {
            const steps =
              id === 'main' ? job.script.transitions : job.script.subJobs.find((s) => s.jobId === id)?.transitions;
            const index = (steps ?? []).findLastIndex(({ at }) => at <= instant);
            assert.equal(state.status, steps?.[index]?.status);
            assert.ok(index >= (reached.get(id) ?? 0));
            reached.set(id, index);
            assert.ok(seconds(state.begin_time) >= START && seconds(state.begin_time) <= START + instant);
            if (state.end_time === '') continue;
            assert.ok(seconds(state.end_time) >= seconds(state.begin_time));
            assert.ok(seconds(state.end_time) <= START + instant);
          }
          for (const id of reached.keys()) {
            assert.ok(id === 'main' || shown.sub_jobs.some((s) => s.job_id === id), 'a sub-job that was seen is gone');
          }
        }
      }),
    );
  });
});
