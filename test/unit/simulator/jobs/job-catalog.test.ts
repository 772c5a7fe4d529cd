import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JOB_KINDS, type JobKind, type Outcome, OUTCOMES, scriptOf } from '../../../../src/simulator/jobs/job-catalog';
import { JOB_STATUSES, jobAt } from '../../../../src/simulator/jobs/job-script';
import { Random } from '../../../../src/simulator/base/random';

const KEEPS_NO_WAY_BACK: readonly JobKind[] = ['batchDeleteLoadbalancer', 'batchDeleteListener'];
const isPossible = (kind: JobKind, outcome: Outcome) =>
  !(outcome.startsWith('rollback') && KEEPS_NO_WAY_BACK.includes(kind));
const POSSIBLE = JOB_KINDS.flatMap((kind) =>
  OUTCOMES.filter((outcome) => isPossible(kind, outcome)).map((outcome) => ({ kind, outcome })),
);
const START = Date.parse('2026-01-01T00:00:00Z');

function statusesOf(kind: JobKind, outcome: Outcome): string[] {
  return scriptOf({ kind, outcome }, new Random()).transitions.map(({ status }) => status);
}

function at(kind: JobKind, outcome: Outcome, part: number, durationMs = 1_000_000) {
  const script = scriptOf({ kind, outcome, durationMs }, new Random());
  const job = { projectId: 'p', jobId: 'j', bodyJobId: 'j', startedAt: START, script };
  const shown = jobAt(job, START + part * durationMs);
  assert.ok(shown);
  return shown;
}

describe('the job catalogue', () => {
  it('ends every job in the status of its outcome, exactly after its duration', () => {
    const last: Record<Outcome, string> = {
      complete: 'COMPLETE',
      fail: 'FAIL',
      rollback: 'FAIL',
      rollbackFail: 'ROLLBACK_FAIL',
      cancel: 'CANCEL',
    };
    for (const { kind, outcome } of POSSIBLE) {
      const end = at(kind, outcome, 1);
      assert.equal(end.status, last[outcome], `${kind} ${outcome}`);
      assert.equal(Date.parse(end.end_time), START + 1_000_000, `${kind} ${outcome}`);
      assert.notEqual(at(kind, outcome, 0.999).status, last[outcome], `${kind} ${outcome}`);
    }
  });

  it('gives failed jobs an error, and others none', () => {
    for (const { kind, outcome } of POSSIBLE) {
      const end = at(kind, outcome, 1);
      const failed = !['complete', 'cancel'].includes(outcome);
      assert.equal(end.error_code !== '', failed, `${kind} ${outcome}`);
      assert.equal(end.error_msg !== '', failed, `${kind} ${outcome}`);
      const failures = end.sub_jobs.filter(({ error_code }) => error_code !== '');
      assert.equal(failures.length, failed ? 1 : 0, `${kind} ${outcome}`);
    }
  });

  it('takes a rollback through FAIL and ROLLBACKING', () => {
    assert.deepEqual(statusesOf('cloneLoadbalancer', 'rollback'), ['INIT', 'RUNNING', 'FAIL', 'ROLLBACKING', 'FAIL']);
    const failed = ['INIT', 'RUNNING', 'FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL'];
    assert.deepEqual(statusesOf('UPGRADE', 'rollbackFail'), failed);
  });

  it('shows a switched upgrade as SUCCESS before COMPLETE, with the pauses of the official example', () => {
    assert.deepEqual(statusesOf('UPGRADE', 'complete'), ['INIT', 'RUNNING', 'SUCCESS', 'COMPLETE']);
    const subJobs = at('UPGRADE', 'complete', 1).sub_jobs;
    const types = ['UPGRADE_TRAFFIC_SWITCH', 'UPGRADE_INIT', 'UPGRADE_COMPLETE'];
    assert.deepEqual(
      subJobs.map(({ job_type }) => job_type),
      types,
    );
    const [traffic, init, complete] = subJobs;
    assert.ok(traffic && init && complete);
    assert.ok(init.end_time < traffic.begin_time && traffic.end_time < complete.begin_time);
    assert.equal(at('UPGRADE', 'complete', 0.9).status, 'SUCCESS');
    assert.deepEqual(new Set(subJobs.map(({ resource_id }) => resource_id)).size, 1);
  });

  it('never lists two or more sub-jobs in time order', () => {
    for (const kind of JOB_KINDS) {
      const begins = at(kind, 'complete', 1).sub_jobs.map(({ begin_time }) => begin_time);
      if (begins.length > 1) assert.notDeepEqual(begins, begins.toSorted(), kind);
    }
  });

  it('begins no stage after the failed one', () => {
    const types = at('UPGRADE', 'fail', 1).sub_jobs.map(({ job_type, status }) => [job_type, status]);
    assert.deepEqual(types, [
      ['UPGRADE_TRAFFIC_SWITCH', 'FAIL'],
      ['UPGRADE_INIT', 'SUCCESS'],
    ]);
  });

  it('names the resource of each sub-job', () => {
    for (const { kind, outcome } of POSSIBLE) {
      for (const { entities, resource_id } of at(kind, outcome, 1).sub_jobs) {
        assert.equal(entities.length, 1);
        assert.equal(entities[0]?.resource_id, resource_id);
      }
    }
    const listeners = at('batchDeleteListener', 'complete', 1).sub_jobs.flatMap(({ entities }) => entities);
    assert.ok(listeners.every(({ resource_type }) => resource_type === 'listener'));
  });

  it('rejects the rollback of a deletion, and invalid durations', () => {
    const random = new Random();
    assert.throws(
      () => scriptOf({ kind: 'batchDeleteListener', outcome: 'rollback' }, random),
      /cannot be rolled back/,
    );
    assert.throws(() => scriptOf({ kind: 'UPGRADE', durationMs: -1 }, random), /durationMs/);
    assert.throws(() => scriptOf({ kind: 'UPGRADE', durationMs: NaN }, random), /durationMs/);
  });

  it('has a script for every duration, down to 0, with documented statuses only', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POSSIBLE), fc.nat(10_000_000), ({ kind, outcome }, durationMs) => {
        const { transitions, subJobs } = scriptOf({ kind, outcome, durationMs }, new Random());
        const all = [...transitions, ...subJobs.flatMap((subJob) => subJob.transitions)];
        const statuses: readonly string[] = JOB_STATUSES;
        for (const transition of all) {
          assert.ok(transition.at >= 0 && transition.at <= durationMs);
          assert.ok(statuses.includes(transition.status));
        }
      }),
    );
  });

  it('makes the same script from the same randomness', () => {
    const fixed = () => new Random((size) => new Uint8Array(size).fill(7));
    assert.deepEqual(scriptOf({ kind: 'cloneListener' }, fixed()), scriptOf({ kind: 'cloneListener' }, fixed()));
  });
});
