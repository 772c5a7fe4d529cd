import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { HOUR, MINUTE, SECOND } from '../../src/base/time-units';
import { INTERVAL_SHARE_OF_AGE, JITTER } from '../../src/jobs/polling/poll-schedule';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import type { JobScript } from '../../src/simulator/jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Simulator } from '../../src/simulator/simulator';
import { removeTasksFile, WaitTasks, workspaceFolder } from '../support/host/wait-tasks';
import { runCommand, until, Workbench } from '../support/host/workbench';

const WAITING_UPGRADE: JobScript = {
  jobType: 'UPGRADE',
  resourceId: '',
  transitions: [{ at: 0, status: 'SUCCESS' }],
  subJobs: [],
};

after(removeTasksFile);

describe('tasks that wait for jobs', () => {
  let workbench: Workbench;
  let tasks: WaitTasks;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.saveCredentials();
    tasks = new WaitTasks();
  });

  afterEach(async () => {
    tasks.dispose();
    await workbench.close();
  });

  const trackedStatus = (jobId: string) =>
    workbench.trackedJobs().find(({ reference }) => reference.jobId === jobId)?.job?.status;
  const untilPolled = (jobId: string) => until('the job has been polled', () => trackedStatus(jobId) !== undefined);
  const terminalNames = () => vscode.window.terminals.map(({ name }) => name);

  describe('end with the exit code', () => {
    async function exitCodeOf(definition: Readonly<Record<string, unknown>>): Promise<number | undefined> {
      return (await tasks.run(definition)).ended;
    }

    it('0 if the job succeeded, and the name of the terminal says so', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
      assert.equal(await exitCodeOf({ job: jobId }), 0);
      const name = () => terminalNames().find((each) => each.startsWith('✓ '));
      await until('the terminal has the outcome', () => name() !== undefined, terminalNames);
      assert.match(name() ?? '', /^✓ cloneListener [0-9a-f]{8} succeeded$/);
    });

    it('1 if the time is over, and the job stays tracked', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
      assert.equal(await exitCodeOf({ job: jobId, timeoutMinutes: 0.05 }), 1);
      await untilPolled(jobId);
    });

    it('1 if the service cannot be reached', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
      workbench.cloud.injectFault({ effect: { kind: 'reset' } });
      const { ended } = await tasks.run({ job: jobId, timeoutMinutes: 0.1 });
      await until('a poll has failed', () => workbench.trackedJobs()[0]?.pollFailure !== undefined);
      assert.equal(await ended, 1);
    });

    it('2 if one of several jobs failed', async () => {
      const jobs = (['fail', 'complete', 'cancel'] as const).map(
        (outcome) => workbench.cloud.startJob({ kind: 'cloneListener', outcome, durationMs: 0 }).jobId,
      );
      assert.equal(await exitCodeOf({ job: jobs }), 2);
    });

    it('3 if the job was cancelled', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', outcome: 'cancel', durationMs: 0 });
      assert.equal(await exitCodeOf({ job: jobId }), 3);
    });

    it('4 if the credentials are refused, or no credentials have the name', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
      assert.equal(await exitCodeOf({ job: jobId, credentials: 'production' }), 4);
      workbench.cloud.removeAccessKey(workbench.cloud.accessKey.accessKey);
      assert.equal(await exitCodeOf({ job: jobId }), 4);
    });

    it('5 if the text names no job, or the service does not find it', async () => {
      assert.equal(await exitCodeOf({ job: 'No id here' }), 5);
      const { ended } = await tasks.run({ job: 'no-such-job' });
      await until('the job is tracked', () => workbench.trackedJobs().length === 1);
      const [key = ''] = workbench.app.store.all().keys();
      for (let attempt = 0; attempt < 4; attempt += 1) {
        workbench.app.store.applyError(key, { kind: 'not-found' }, Date.now() + attempt * MINUTE);
      }
      assert.equal(await ended, 5);
    });

    it('6 if a person stops tracking the job', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
      const { ended } = await tasks.run({ job: jobId });
      await untilPolled(jobId);
      await workbench.app.store.untrack([...workbench.app.store.all().keys()]);
      assert.equal(await ended, 6);
    });

    it('8 if an upgrade waits for a decision, and 0 if that is accepted', async () => {
      const { jobId } = workbench.cloud.startJob({ script: WAITING_UPGRADE });
      assert.equal(await exitCodeOf({ job: jobId }), 8);
      assert.equal(await exitCodeOf({ job: jobId, acceptWaitingUpgrade: true }), 0);
    });

    it('64 if the definition is not valid', async () => {
      assert.equal(await exitCodeOf({ job: OFFICIAL_EXAMPLE.jobId, timeoutMinutes: -1 }), 64);
      assert.equal(await exitCodeOf({}), 64);
    });

    it('130 after Ctrl+C, and the job stays tracked', async () => {
      const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
      const { ended } = await tasks.run({ job: jobId });
      await untilPolled(jobId);
      vscode.window.terminals.at(-1)?.sendText('\x03', false);
      assert.equal(await ended, 130);
      assert.equal(workbench.trackedJobs().length, 1);
    });
  });

  it('end without an exit code if they are terminated, and the job stays tracked', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
    const { execution, ended } = await tasks.run({ job: jobId });
    await untilPolled(jobId);
    execution.terminate();
    assert.equal(await ended, undefined);
    assert.equal(workbench.trackedJobs().length, 1);
  });

  it('wait for a job whose id an earlier task has saved, and let a sequence continue only if it succeeded', async () => {
    const { cloud } = workbench;
    const folder = workspaceFolder();
    const files = ['upgrade.json', 'switched.txt'].map((name) => path.join(folder, name));
    const save = 'fs.writeFileSync(process.argv[1], process.argv[2])';
    const shell = (label: string, file: string, text: string) => ({
      ...{ label, type: 'process', command: process.execPath, problemMatcher: [] },
      args: ['-e', save, file, text],
    });
    try {
      for (const [outcome, expected] of [
        ['fail', 2],
        ['complete', 0],
      ] as const) {
        const { jobId } = cloud.startJob({ kind: 'cloneListener', outcome, durationMs: 0 });
        tasks.exitCodes.clear();
        await tasks.write([
          shell('upgrade', files[0] ?? '', JSON.stringify({ job_id: jobId })),
          { label: 'wait', type: 'elb-job', jobFile: 'upgrade.json', dependsOn: 'upgrade' },
          {
            ...shell('switch', files[1] ?? '', 'done'),
            ...{ dependsOn: ['wait'], dependsOrder: 'sequence' },
          },
        ]);
        await tasks.start('switch');
        await until(
          'the wait ends',
          () => tasks.exitCodes.has('wait'),
          () => [...tasks.exitCodes],
        );
        assert.equal(tasks.exitCodes.get('wait'), expected);
        if (expected === 0) await until('the sequence continues', () => tasks.exitCodes.get('switch') === 0);
        // Enough for the editor to start the next task.
        else await new Promise((resolve) => setTimeout(resolve, 2_000));
        assert.equal(existsSync(files[1] ?? ''), expected === 0);
      }
    } finally {
      for (const file of files) await rm(file, { force: true });
    }
  });

  it('send no request if a hostile workspace names another endpoint', async () => {
    const { cloud } = workbench;
    const url = `http://127.0.0.1:9/v3/${cloud.projects[0].id}/elb/jobs/${OFFICIAL_EXAMPLE.jobId}`;
    const thief = `${cloud.origin}/v3/ffffffffffffffffffffffffffffffff/elb/jobs/${OFFICIAL_EXAMPLE.jobId}`;
    for (const job of [url, thief, [url, thief]]) {
      for (const credentials of [undefined, workbench.app.credentials.all()[0]?.name]) {
        assert.equal(await (await tasks.run({ job, ...(credentials === undefined ? {} : { credentials }) })).ended, 4);
      }
    }
    assert.deepEqual([cloud.requests.length, workbench.trackedJobs().length], [0, 0]);
  });

  it('are offered for all running jobs', async () => {
    const { cloud } = workbench;
    await tasks.write([]);
    const offered = await vscode.tasks.fetchTasks({ type: 'elb-job' });
    assert.deepEqual(
      offered.map(({ name, definition }) => ({ name, job: definition['job'] as unknown })),
      [{ name: 'Wait for all running ELB jobs', job: 'allRunning' }],
    );
    const [task] = offered;
    assert.ok(task);
    const ended = (expected: number) => async () => {
      tasks.exitCodes.clear();
      await vscode.tasks.executeTask(task);
      await until('the task ends', () => tasks.exitCodes.has(task.name));
      assert.equal(tasks.exitCodes.get(task.name), expected);
    };
    await ended(0)();
    // One has ended; only the other counts.
    await workbench.trackWhileHidden(
      cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId,
      cloud.startJob({ kind: 'cloneListener', durationMs: 5_000 }).jobId,
    );
    await workbench.untilAllPolled();
    await ended(0)();
  });

  it('wait for a job so that VS Code notifies the person in another program', async () => {
    const { cloud, app, person } = workbench;
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
    await workbench.track(jobId);
    await untilPolled(jobId);
    const [key] = app.store.all().keys();
    await runCommand('notifyOutside', { key });
    const running = () => vscode.tasks.taskExecutions.filter(({ task }) => task.definition['job'] === jobId);
    assert.equal(running().length, 1);
    person.shown.length = 0;
    await runCommand('notifyOutside', { key });
    assert.equal(running().length, 1);
    assert.match(person.shown[0]?.message ?? '', /^A task is already waiting for UPGRADE/);
    const setting = vscode.workspace.getConfiguration('task');
    if (setting.get('notifyWindowOnTaskCompletion') === undefined) {
      // VS Code 1.100 does not have the setting yet.
      assert.match(person.lastShown().message, /^This version of VS Code does not notify you outside its window/);
    } else {
      await setting.update('notifyWindowOnTaskCompletion', -1, vscode.ConfigurationTarget.Global);
      try {
        await runCommand('notifyOutside', { key });
        const warning = person.lastShown();
        assert.match(warning.message, /turned off by the setting task\.notifyWindowOnTaskCompletion/);
        assert.deepEqual(warning.actions, ['Open Setting']);
      } finally {
        await setting.update('notifyWindowOnTaskCompletion', undefined, vscode.ConfigurationTarget.Global);
      }
    }
    cloud.clock.advance(HOUR);
    await until('the task has ended', () => running().length === 0);
    await until(
      'the name says how',
      () => terminalNames().some((name) => /^✓ UPGRADE [0-9a-f]{8} succeeded$/.test(name)),
      terminalNames,
    );
  });

  it('take the job that a person picks', async () => {
    const { cloud, person } = workbench;
    const jobs = ['complete', 'fail'].map(
      (outcome) =>
        cloud.startJob({ kind: 'cloneListener', outcome: outcome as 'complete' | 'fail', durationMs: 0 }).jobId,
    );
    await workbench.trackWhileHidden(...jobs);
    await workbench.untilAllPolled();
    person.types((jobs[1] ?? '').slice(0, 8));
    assert.equal(await runCommand('pickJob', { type: 'elb-job' }), jobs[1]);
    person.types('<escape>');
    assert.equal(await runCommand('pickJob'), undefined);
    person.types((jobs[1] ?? '').slice(0, 8));
    const { ended } = await tasks.run({ job: '${command:elbJobs.pickJob}' });
    assert.equal(await ended, 2);
  });

  it('read a file of the workspace, and no other text', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    const file = path.join(workspaceFolder(), 'response.json');
    try {
      // As PowerShell writes it.
      await writeFile(file, Buffer.from(`\ufeff{"job_id": "${jobId}"}`, 'utf16le'));
      assert.equal(await (await tasks.run({ jobFile: 'response.json' })).ended, 0);
      assert.equal(await (await tasks.run({ jobFile: '${workspaceFolder}/response.json' })).ended, 0);
      assert.equal(await (await tasks.run({ jobFile: 'missing.json' })).ended, 5);
      await writeFile(file, 'x'.repeat(300 * 1024));
      assert.equal(await (await tasks.run({ jobFile: 'response.json' })).ended, 64);
    } finally {
      await rm(file, { force: true });
    }
  });
});

/** Long enough for pauses that are longer than those of a person who refreshes again and again. */
const AGE_MS = 80 * SECOND;

describe('two tasks and a person who wait for one job', () => {
  let workbench: Workbench;
  let tasks: WaitTasks;

  beforeEach(async () => {
    workbench = await Workbench.open(
      await Simulator.start({ clock: new SimulatorClock({ startAt: Date.now() - AGE_MS }) }),
    );
    await workbench.saveCredentials();
    tasks = new WaitTasks();
  });

  afterEach(async () => {
    tasks.dispose();
    await workbench.close();
  });

  it('cause no request: each poll comes as late as for the person alone', async () => {
    const { cloud, app } = workbench;
    // Its status stays as it is, and no expected end shortens the pauses.
    const { jobId } = cloud.startJob({ kind: 'importTemplate', durationMs: HOUR });
    cloud.clock.advance(AGE_MS);
    await workbench.track(jobId);
    const arrivals = () => cloud.requests.filter(({ path }) => path.includes('/jobs')).map(({ at }) => at);
    const untilPolls = (count: number) =>
      until(`the job has been polled ${String(count)} times`, () => arrivals().length >= count);
    // The second poll comes soon: the first showed a change.
    await untilPolls(2);
    await tasks.write([
      { label: 'one', type: 'elb-job', job: jobId },
      { label: 'two', type: 'elb-job', job: [jobId, jobId] },
    ]);
    for (const label of ['one', 'two']) void (await tasks.start(label)).ended.catch(() => undefined);
    await runCommand('waitForJob', { key: [...app.store.all().keys()][0] });
    await untilPolls(arrivals().length + 2);
    const pauses = arrivals()
      .slice(1)
      .flatMap((at, index, later) => (index === 0 ? [] : [at - (later[index - 1] ?? at)]));
    const shortest = AGE_MS * INTERVAL_SHARE_OF_AGE * (1 - JITTER);
    assert.ok(Math.min(...pauses) >= shortest, `at least ${String(shortest)} ms each: ${pauses.join(', ')}`);
    assert.equal(new Set(cloud.requests.map(({ path }) => path)).size, 1, 'no other path is requested');
  });
});
