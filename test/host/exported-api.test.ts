import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ElbJobsApi, JobChange, JobData, JobSummary, WaitResult } from '../../api/elb-job-tracker';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import { Simulator } from '../../src/simulator/simulator';
import { MINUTE } from '../../src/base/time-units';
import { until, Workbench } from '../support/host/workbench';

const run = <T>(command: string, ...given: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(command, ...given);

describe('another extension', () => {
  let workbench: Workbench;
  let api: ElbJobsApi;

  before(async () => {
    await vscode.extensions.getExtension('example.waiting-extension')?.activate();
  });

  beforeEach(async () => {
    workbench = await Workbench.open(await Simulator.start({ clock: new SimulatorClock({ speed: 20 }) }));
    await workbench.saveCredentials({ name: 'Production' });
    api = workbench.app.getAPI(1);
  });

  afterEach(async () => {
    await workbench.close();
  });

  const start = (outcome: 'complete' | 'fail' = 'complete') =>
    workbench.cloud.startJob({ kind: 'cloneLoadbalancer', outcome, durationMs: MINUTE });
  const polls = () => workbench.cloud.requests.filter(({ path }) => path.includes('/elb/jobs')).length;

  it('waits with the ten lines of the README for the jobs in a response', async () => {
    const [good, bad] = [start(), start('fail')];
    assert.equal(await run('example.waitForElbJob', JSON.stringify({ job_id: good.jobId })), 'succeeded');
    assert.equal(await run('example.waitForElbJob', `${good.jobId}\n${bad.jobId}`), 'failed');
    assert.deepEqual(workbench.rows().length, 2, 'A person sees the jobs, too');
  });

  it('waits by commands alone, in slices', async () => {
    const { jobId } = start();
    const result = await run<WaitResult>('example.waitInAnyHost', jobId);
    assert.equal(result.outcome, 'succeeded');
    const [waited] = result.jobs;
    assert.deepEqual(
      [waited?.outcome, waited?.job.status, waited?.job.credentials],
      ['succeeded', 'COMPLETE', 'Production'],
    );
    assert.ok((waited?.job.subJobs.length ?? 0) > 0);
  });

  it('gets the same data from the API and from the commands', async () => {
    // Or its ending may be known when it has been saved.
    await workbench.pausePolling();
    const [tracked] = await api.track(OFFICIAL_EXAMPLE.jobId);
    assert.equal(tracked?.state, 'running');
    await run('elbJobs.resumePolling');
    await workbench.untilAllPolled();
    const byCommand = await run<JobData>('elbJobs.api.get', OFFICIAL_EXAMPLE.jobId);
    assert.deepEqual(byCommand, await api.get(OFFICIAL_EXAMPLE.jobId));
    assert.deepEqual(byCommand, JSON.parse(JSON.stringify(byCommand)));
    assert.deepEqual(await run<readonly JobSummary[]>('elbJobs.api.get'), await api.jobs());
    assert.deepEqual(await run<readonly JobData[]>('elbJobs.api.track', tracked), [byCommand]);
    const text = JSON.stringify([byCommand, await api.jobs()]);
    const { accessKey, secretKey } = workbench.cloud.accessKey;
    assert.ok(!text.includes(accessKey.slice(0, 8)) && !text.includes(secretKey));
  });

  it('hears each change, and each ending once', async () => {
    const changes: JobChange[] = [];
    const endings: JobData[] = [];
    const listening = [
      api.onDidChange(() => {
        throw new Error('A broken listener');
      }),
      api.onDidChange((change) => changes.push(change)),
      api.onDidEnd((job) => endings.push(job)),
    ];
    const { jobId } = start('fail');
    const { outcome } = await api.waitFor(jobId);
    await until('the ending is heard', () => endings.length > 0);
    assert.deepEqual([outcome, endings.map(({ state }) => state)], ['failed', ['failed']]);
    assert.deepEqual([changes[0]?.kind, changes.at(-1)?.job.state], ['added', 'failed']);
    assert.ok(endings[0]?.errorMessage !== undefined || endings[0]?.subJobs.some(({ status }) => status === 'FAIL'));
    for (const each of listening) each.dispose();
  });

  it('causes no request by waiting: a hundred waits cost as many as one', async () => {
    await workbench.close();
    const clock = new SimulatorClock({ startAt: Date.now() - 4 * MINUTE, held: true });
    workbench = await Workbench.open(await Simulator.start({ clock }));
    await workbench.saveCredentials();
    // Of a type without a prediction, which would shorten the intervals.
    const { jobId } = workbench.cloud.startJob({ kind: 'importTemplate', durationMs: 5 * MINUTE });
    clock.advance(4 * MINUTE);
    const waits = [
      ...Array.from({ length: 98 }, () => api.waitFor(jobId)),
      run<WaitResult>('example.waitInAnyHost', jobId),
      run<string>('example.waitForElbJob', jobId),
    ];
    // As for one wait; the next poll comes after a twentieth of the job's age, which is 12 s.
    await until('it has been polled twice', () => polls() === 2, polls);
    clock.advance(MINUTE);
    await Promise.all(waits);
    assert.equal(polls(), 3);
  });

  it('can name no endpoint: other endpoints are refused before any request', async () => {
    const other = await Simulator.start();
    try {
      const { id } = workbench.cloud.projects[0];
      const before = polls();
      for (const job of [
        { jobId: OFFICIAL_EXAMPLE.jobId, projectId: id, endpoint: other.origin },
        { jobId: OFFICIAL_EXAMPLE.jobId, region: 'cn-north-4' },
        `curl ${other.origin}/v3/${id}/elb/jobs/${OFFICIAL_EXAMPLE.jobId}`,
      ]) {
        await assert.rejects(api.track(job), { code: 'no-credentials' });
        await assert.rejects(api.waitFor(job, { credentials: 'Production' }), { code: 'no-credentials' });
        await assert.rejects(Promise.resolve(run('elbJobs.api.waitFor', job)), /no-credentials: /);
      }
      assert.deepEqual([other.requests.length, polls() - before, workbench.trackedJobs().length], [0, 0, 0]);
    } finally {
      await other.stop();
    }
  });

  it('can end its waiting, and the job stays tracked', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * MINUTE });
    const source = new vscode.CancellationTokenSource();
    const waiting = api.waitFor(jobId, { token: source.token });
    const cancelled = assert.rejects(waiting, { code: 'cancelled' });
    await until('the job is tracked', () => workbench.trackedJobs().length === 1);
    source.cancel();
    await cancelled;
    assert.equal(workbench.trackedJobs().length, 1);
    const { outcome } = await run<WaitResult>('elbJobs.api.waitFor', jobId, { timeoutMs: 100 });
    assert.equal(outcome, 'timed-out');
  });

  it('gets an error that names the versions, if it asks for another', () => {
    const { getAPI } = workbench.app as unknown as { getAPI: (version: number) => unknown };
    assert.throws(() => getAPI(2), /ELB Job Tracker has no API version 2\. The only version is 1\./);
  });
});
