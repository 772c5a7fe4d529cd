import assert from 'node:assert/strict';
import type { Job, SubJob } from '../../../../src/cloud/api/job';
import { MINUTE, SECOND } from '../../../../src/base/time-units';
import { HOSTILE_TEXTS } from '../../../support/hostile/terminal-texts';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { TaskOutput } from '../../../support/task-output';

const { jobId } = reference;
const OTHER = '11111111-2222-4333-8444-555555555555';
const keyOf = (output: TaskOutput, id = jobId) => output.store.find({ ...reference, jobId: id }) ?? assert.fail(id);

function answer(output: TaskOutput, job: Job, id = jobId): void {
  output.store.applyResponse(keyOf(output, id), { job, requestId: 'request-1' }, output.clock.now());
}

const step = (id: string, jobType: string, status: string, fields: Partial<SubJob> = {}) =>
  subJobAt({ jobId: id, jobType, status, ...fields });

describe('the terminal of a task', () => {
  it('prints a line for each change, and at the end what failed first and what to do', async () => {
    const output = new TaskOutput();
    output.open({ job: jobId });
    assert.deepEqual((await output.lines()).slice(1, 3), [
      'Ctrl+C ends the waiting, never a job. Reloading this window ends this task, too; the jobs stay tracked.',
      'T Job 37d5c1fd: waiting for the first response',
    ]);
    const beginTime = output.clock.now();
    const init = step('s1', 'UPGRADE_INIT', 'RUNNING', { beginTime });
    answer(output, jobAt('RUNNING', { jobType: 'UPGRADE', beginTime, subJobs: [init, step('s2', 'SWITCH', 'INIT')] }));
    await output.clock.advance(MINUTE);
    const done = { ...init, status: 'SUCCESS', endTime: output.clock.now() };
    answer(
      output,
      jobAt('RUNNING', { jobType: 'UPGRADE', beginTime, subJobs: [done, step('s2', 'SWITCH', 'RUNNING')] }),
    );
    const error = { errorCode: 'ELB.8906', errorMessage: 'The traffic could not be switched' };
    const failed = step('s2', 'SWITCH', 'FAIL', error);
    answer(
      output,
      jobAt('FAIL', { jobType: 'UPGRADE', beginTime, endTime: output.clock.now(), subJobs: [done, failed] }),
    );
    assert.deepEqual((await output.lines()).slice(3), [
      'T › UPGRADE_INIT: RUNNING',
      'T UPGRADE 37d5c1fd: RUNNING',
      'T › UPGRADE_INIT: SUCCESS · 1 min',
      'T › SWITCH: RUNNING',
      'T › SWITCH: FAIL · ELB.8906 · The traffic could not be switched',
      'T UPGRADE 37d5c1fd: FAIL · 1 min',
      '',
      '✗ UPGRADE 37d5c1fd failed',
      '  Failed first: SWITCH · ELB.8906 · The traffic could not be switched',
      '  What to do: The service failed. Try again, or submit a service ticket with the request ID.',
      '  Request ID: request-1',
      '',
    ]);
    assert.deepEqual([output.names, output.exitCodes], [['✗ UPGRADE 37d5c1fd failed'], [2]]);
  });

  it('ends if it was interrupted or closed before the editor opened it', async () => {
    for (const interrupt of ['Ctrl+C', 'close'] as const) {
      const output = new TaskOutput();
      const terminal = output.create({ job: jobId });
      if (interrupt === 'Ctrl+C') terminal.handleInput('\x03');
      else terminal.close();
      output.exitCodes.length = 0;
      terminal.open();
      await output.lines();
      assert.deepEqual([output.exitCodes, output.store.all().size], [[130], 0], interrupt);
    }
  });

  it('names few of a thousand fields without a meaning, and no date that does not exist', async () => {
    const output = new TaskOutput();
    const fields = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`\x1b[31m${'f'.repeat(99)}${index}`, 1]),
    );
    output.open({ job: jobId, timeoutMinutes: 1e300, ...fields });
    const [first, , ignored = ''] = await output.lines();
    assert.match(first ?? '', /^Waiting for ELB jobs since [^—]+\.$/);
    assert.ok(ignored.startsWith('The task has fields') && ignored.length < 700, String(ignored.length));
  });

  it('prints the time left', async () => {
    const output = new TaskOutput();
    const ended = { jobType: 'UPGRADE', status: 'COMPLETE', beginTime: 0, endTime: 30 * MINUTE };
    for (const id of ['a', 'b', 'c']) output.durations.add({ ...ended, jobId: id });
    output.open({ job: jobId });
    await output.lines();
    answer(output, jobAt('RUNNING', { jobType: 'UPGRADE', beginTime: output.clock.now() - 10 * MINUTE }));
    assert.equal((await output.lines()).at(-2), 'T UPGRADE 37d5c1fd: RUNNING · about 20 min left');
  });

  it('names the job in each line if there are several, and counts the outcomes', async () => {
    const output = new TaskOutput();
    output.open({ job: [jobId, OTHER] });
    await output.lines();
    answer(output, jobAt('COMPLETE', { subJobs: [step('s1', 'cloneListener', 'SUCCESS')] }));
    answer(output, jobAt('CANCEL', { jobId: OTHER }), OTHER);
    assert.deepEqual((await output.lines()).slice(4), [
      'T cloneLoadbalancer 37d5c1fd › cloneListener: SUCCESS',
      'T cloneLoadbalancer 37d5c1fd: COMPLETE',
      'T cloneLoadbalancer 11111111: CANCEL',
      '',
      '! cloneLoadbalancer 11111111 was cancelled',
      '  Request ID: request-1',
      '! ELB jobs that succeeded: 1 of 2',
      '',
    ]);
    assert.deepEqual(output.names, ['! ELB jobs that succeeded: 1 of 2']);
  });

  it('prints at first only the failed sub-jobs of many jobs, and then each change', async () => {
    const output = new TaskOutput();
    const ids = Array.from({ length: 100 }, (_, index) => `job-${index}`);
    const subJobs = (last: string) => [
      ...Array.from({ length: 30 }, (_, index) => step(`s${index}`, 'ADD_MEMBER', 'SUCCESS')),
      step('failed', 'ADD_RULE', 'FAIL'),
      step('last', 'SWITCH', last),
    ];
    await output.store.trackAll(
      ids.map((id) => ({ ...reference, jobId: id })),
      output.clock.now(),
    );
    for (const id of ids) answer(output, jobAt('RUNNING', { jobId: id, subJobs: subJobs('INIT') }), id);
    output.open({ job: ids });
    // The ids are searched in parts.
    await output.lines();
    const first = await output.lines();
    assert.equal(first.length, 2 + 2 * ids.length + 1);
    answer(output, jobAt('RUNNING', { jobId: 'job-7', subJobs: subJobs('RUNNING') }), 'job-7');
    assert.deepEqual((await output.lines()).slice(first.length - 1), [
      'T cloneLoadbalancer job-7 › SWITCH: RUNNING',
      '',
    ]);
  });

  it('does not name the job in lines of sub-jobs if the same job is named twice', async () => {
    const output = new TaskOutput();
    output.open({ job: [jobId, `job_id: ${jobId}`] });
    await output.lines();
    answer(output, jobAt('RUNNING', { subJobs: [step('s1', 'SWITCH', 'RUNNING')] }));
    assert.equal((await output.lines())[3], 'T › SWITCH: RUNNING');
  });

  it('ends at the first failure if it is to, and says how many jobs are not waited for any more', async () => {
    const output = new TaskOutput();
    output.open({ job: [jobId, OTHER], failFast: true });
    await output.lines();
    answer(output, jobAt('FAIL'));
    const lines = await output.lines();
    assert.ok(lines.includes('Jobs that are not waited for any more, since another did not succeed: 1.'));
    assert.deepEqual(output.exitCodes, [2]);
  });

  it('says once that polls fail, however many jobs and polls, and once that they succeed again', async () => {
    const output = new TaskOutput();
    output.open({ job: [jobId, OTHER] });
    await output.lines();
    for (const kind of ['network', 'timeout', 'network', 'cancelled'] as const) {
      for (const id of [jobId, OTHER]) output.store.applyError(keyOf(output, id), { kind }, output.clock.now());
    }
    for (const id of [jobId, OTHER]) answer(output, jobAt('RUNNING', { jobId: id }), id);
    const lines = await output.lines();
    const count = (text: string) => lines.filter((line) => line.includes(text)).length;
    assert.deepEqual(['cannot be reached', 'Polls succeed again'].map(count), [1, 1]);
  });

  it('says once that polling is paused or resumed', async () => {
    const output = new TaskOutput();
    output.pause.isPaused = true;
    output.open({ job: [jobId, OTHER] });
    await output.lines();
    output.pause.set(false);
    const lines = await output.lines();
    assert.equal(lines.filter((line) => line.startsWith('T Polling is paused. ')).length, 1);
    assert.equal(lines.filter((line) => line === 'T Polling has been resumed.').length, 1);
  });

  it('says once for all jobs that credentials are refused, and for each job at the end', async () => {
    const output = new TaskOutput();
    output.open({ job: [jobId, OTHER] });
    await output.lines();
    for (const id of [jobId, OTHER]) {
      output.store.applyError(keyOf(output, id), { kind: 'authentication' }, output.clock.now());
    }
    const lines = await output.lines();
    assert.equal(lines.filter((line) => line.startsWith('T Huawei Cloud refused the credentials')).length, 1);
    assert.ok(lines.includes('✗ Job 37d5c1fd: credentials refused'));
    assert.deepEqual(output.exitCodes, [4]);
  });

  for (const [failure, outcome] of [
    [undefined, 'is still running after the time limit of 1 min'],
    ['network', 'could not be polled when the time limit of 1 min was over'],
  ] as const) {
    it(`ends after its time limit: ${outcome}`, async () => {
      const output = new TaskOutput();
      output.open({ job: jobId, timeoutMinutes: 1 });
      await output.lines();
      answer(output, jobAt('RUNNING'));
      if (failure !== undefined) output.store.applyError(keyOf(output), { kind: failure }, output.clock.now());
      await output.clock.advance(MINUTE - SECOND);
      assert.deepEqual(output.exitCodes, []);
      await output.clock.advance(SECOND);
      assert.ok((await output.lines()).includes(`! cloneLoadbalancer 37d5c1fd ${outcome}`));
      assert.deepEqual(output.exitCodes, [1]);
    });
  }

  it('explains the decision that an upgrade waits for', async () => {
    const output = new TaskOutput();
    output.open({ job: jobId });
    await output.lines();
    answer(output, jobAt('SUCCESS', { jobType: 'UPGRADE' }));
    const lines = await output.lines();
    assert.ok(lines.includes('T UPGRADE 37d5c1fd: SUCCESS · waiting for completion or rollback'));
    assert.match(lines.at(-2) ?? '', /^ {2}What to do: Complete the upgrade .* or roll it back/);
    assert.deepEqual(output.exitCodes, [8]);
  });

  it('ends after Ctrl+C, prints nothing more, and the job stays tracked', async () => {
    const output = new TaskOutput();
    const terminal = output.open({ job: jobId });
    await output.lines();
    terminal.handleInput('x');
    assert.deepEqual(output.exitCodes, []);
    terminal.handleInput('\x03');
    terminal.handleInput('\x03');
    answer(output, jobAt('FAIL'));
    assert.deepEqual((await output.lines()).slice(-3), [
      '^C',
      'The waiting ended. The jobs keep running and stay tracked.',
      '',
    ]);
    assert.deepEqual([output.exitCodes, output.store.all().size, output.log.lines], [[130], 1, []]);
  });

  it('is interrupted, and not an error in the log, when the window closes', async () => {
    const output = new TaskOutput();
    output.open({ job: jobId });
    await output.lines();
    output.waiter.dispose();
    assert.deepEqual((await output.lines()).slice(-2), [
      'The window closes, which ends the waiting. The jobs stay tracked.',
      '',
    ]);
    assert.deepEqual([output.exitCodes, output.log.lines], [[130], []]);
  });

  it('prints nothing more once its terminal is closed, and the job stays tracked', async () => {
    const output = new TaskOutput();
    const terminal = output.open({ job: jobId });
    const before = await output.lines();
    terminal.close();
    answer(output, jobAt('FAIL'));
    assert.deepEqual(await output.lines(), before);
    assert.deepEqual([output.exitCodes, output.store.all().size, output.log.lines], [[], 1, []]);
  });

  it('ends with the reason and the ids that it found if the text names no job with certainty', async () => {
    const output = new TaskOutput();
    output.open({ job: `loadbalancer ${OTHER} is ready` });
    assert.match((await output.lines()).at(-2) ?? '', new RegExp(`^This text names no job with certainty.* ${OTHER}$`));
    assert.deepEqual([output.exitCodes, output.names], [[5], ['✗ Waiting for ELB jobs failed']]);
  });

  it('waits for a tracked job by its id, also if that does not seem to be one: a person picked it', async () => {
    const id = '2c9c99a5';
    const output = new TaskOutput();
    output.open({ job: id });
    assert.match((await output.lines()).at(-2) ?? '', /^This text names no job with certainty/);
    assert.deepEqual(output.exitCodes, [5]);
    const picked = new TaskOutput();
    await picked.store.track({ ...reference, jobId: id }, picked.clock.now());
    picked.open({ job: [id, id] });
    await picked.lines();
    answer(picked, jobAt('COMPLETE', { subJobs: [step('s1', 'cloneListener', 'SUCCESS')] }), id);
    assert.match(
      (await picked.lines()).join(' '),
      / T › cloneListener: SUCCESS .* succeeded/,
      'named twice, it is one job',
    );
    assert.deepEqual(picked.exitCodes, [0]);
  });

  it('ends with the reason if the definition is not valid, and warns of fields without a meaning', async () => {
    const output = new TaskOutput();
    output.open({ job: jobId, failFast: 'yes' });
    assert.match((await output.lines()).join('\n'), /The field “failFast” of the task is not valid/);
    assert.deepEqual([output.exitCodes, output.store.all().size], [[64], 0]);
    const other = new TaskOutput();
    other.open({ job: jobId, 'time\x1b[2Jout': 1 });
    assert.match((await other.lines()).join('\n'), /without a meaning, which are ignored: time \[2Jout/);
  });

  it('tracks nothing of an endpoint or a project that no credentials have', async () => {
    for (const place of [
      'https://elb.evil.example/v3/7b7705dce1e847b08b3b16dda67fec24',
      'https://elb.cn-north-4.myhuaweicloud.com/v3/ffffffffffffffffffffffffffffffff',
    ]) {
      for (const credentials of [undefined, 'prod']) {
        const output = new TaskOutput({ name: 'prod' });
        output.open({ job: `${place}/elb/jobs/${jobId}`, credentials });
        await output.lines();
        assert.deepEqual([output.exitCodes, output.store.all().size], [[4], 0], place);
      }
    }
  });

  it('waits for a job that is tracked without credentials for it, e.g. of the demo', async () => {
    const output = new TaskOutput();
    output.profiles = [];
    await output.store.track(reference, output.clock.now());
    output.open({ job: jobId });
    await output.lines();
    answer(output, jobAt('COMPLETE'));
    await output.lines();
    assert.deepEqual(output.exitCodes, [0]);
  });

  it('ends if the credentials that it needs are not known, or a text names too many jobs', async () => {
    const many = Array.from({ length: 301 }, (_, index) => `${String(10_000_000 + index)}${jobId.slice(8)}`).join(' ');
    for (const [definition, exitCode, profiles] of [
      [{ job: jobId }, 4, []],
      [{ job: jobId, credentials: 'other' }, 4, undefined],
      [{ job: many }, 64, undefined],
    ] as const) {
      const output = new TaskOutput();
      output.profiles = profiles ?? output.profiles;
      output.open(definition);
      await output.lines();
      assert.deepEqual([output.exitCodes, output.store.all().size], [[exitCode], 0]);
    }
  });

  it('waits for the jobs in a file', async () => {
    const output = new TaskOutput();
    output.files = { 'upgrade.json': JSON.stringify({ loadbalancer_id: OTHER, job_id: jobId }) };
    output.open({ jobFile: 'upgrade.json' });
    await output.lines();
    assert.deepEqual(
      [...output.store.all().values()].map((tracked) => tracked.reference.jobId),
      [jobId],
    );
  });

  it('waits for all running jobs: not for ended ones, nor for upgrades that wait for a decision', async () => {
    const output = new TaskOutput();
    const ids = ['running', 'waiting', 'ended'];
    for (const id of ids) await output.store.track({ ...reference, jobId: id }, output.clock.now());
    answer(output, jobAt('SUCCESS', { jobType: 'UPGRADE', jobId: 'waiting' }), 'waiting');
    answer(output, jobAt('FAIL', { jobId: 'ended' }), 'ended');
    output.open({ job: 'allRunning' });
    await output.lines();
    answer(output, jobAt('COMPLETE', { jobId: 'running' }), 'running');
    await output.lines();
    assert.deepEqual(output.exitCodes, [0]);
  });

  it('succeeds at once if no job is running', async () => {
    const output = new TaskOutput();
    output.open({ job: 'allRunning' });
    assert.ok((await output.lines()).includes('✓ No job in the list is running.'));
    assert.deepEqual(output.exitCodes, [0]);
  });

  it('prints at most fifty sub-jobs of a change, the failed ones first', async () => {
    const output = new TaskOutput();
    output.open({ job: jobId });
    await output.lines();
    const subJobs = Array.from({ length: 300 }, (_, index) =>
      step(`s${String(index)}`, `type${String(index)}`, index === 299 ? 'FAIL' : 'SUCCESS'),
    );
    answer(output, jobAt('RUNNING', { subJobs }));
    const lines = (await output.lines()).filter((line) => line.startsWith('T › '));
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [51, 'T › type299: FAIL', 'T › and 250 more']);
  });

  it('writes no escape sequence, line break or hidden character of the service', async () => {
    for (const text of HOSTILE_TEXTS) {
      const output = new TaskOutput();
      output.open({ job: jobId });
      await output.lines();
      const fields = { jobType: text, errorCode: text, errorMessage: text };
      const part = step('s1', text, 'FAIL', { ...fields, resourceId: text });
      answer(output, jobAt(text, { ...fields, subJobs: [part] }));
      output.store.rename(keyOf(output), text);
      output.store.applyError(keyOf(output), { kind: 'server', code: text, message: text }, output.clock.now());
      answer(output, jobAt('FAIL', { ...fields, subJobs: [part, step('s2', 'x', text)] }));
      const lines = await output.lines();
      assert.deepEqual(output.exitCodes, [2]);
      for (const line of [...lines, ...output.names]) {
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/);
        assert.ok(line.length < 1500, 'a long text is cut');
      }
    }
  });
});
