import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import { successWith, redirectTo } from '../support/cloud/fault-presets';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { MINUTE } from '../../src/base/time-units';
import { EXTENSION_ID, runCommand, until, Workbench } from '../support/host/workbench';

const STEP_MS = MINUTE;
const script = {
  jobType: 'cloneLoadbalancer',
  resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
  subJobs: [],
};

const endlessScript = { ...script, transitions: [{ at: 0, status: 'RUNNING' }] };

describe('the extension', () => {
  it('registers exactly the commands that its manifest declares', async () => {
    await vscode.extensions.getExtension(EXTENSION_ID)?.activate();
    const registered = (await vscode.commands.getCommands(true)).filter(
      // VS Code adds commands for each view.
      (command) => command.startsWith('elbJobs.') && !command.startsWith('elbJobs.jobs.'),
    );
    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });
});

describe('a tracked job', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const notices = () =>
    workbench.person.shown.filter(({ message }) => / (completed|failed|was cancelled)/.test(message));

  it('shows INIT, RUNNING, COMPLETE in row and status bar, and its ending is announced once', async () => {
    const { cloud } = workbench;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({
      script: {
        ...script,
        transitions: [
          { at: 0, status: 'INIT' },
          { at: STEP_MS, status: 'RUNNING' },
          { at: 2 * STEP_MS, status: 'COMPLETE' },
        ],
      },
    });
    await workbench.signIn();
    await workbench.track(jobId);
    const id = jobId.slice(0, 8);
    for (const [icon, sentence, state] of [
      ['sync', 'is about to begin', 'INIT · '],
      // The icon shows these statuses.
      ['sync', 'is running', ''],
      ['pass', 'succeeded', ''],
    ] as const) {
      const expected = `$(${icon}) ELB: cloneLoadbalancer ${id} ${sentence}`;
      await until(
        `the status bar shows ${expected}`,
        () => workbench.statusBarText() === expected,
        () => workbench.statusBarText(),
      );
      assert.match(
        workbench.rows()[0] ?? '',
        // The time left is known if jobs of other tests have ended.
        new RegExp(`^cloneLoadbalancer \\| (● )?${id} · ${state}\\d+ (sec|min)( · about .+ left)?$`),
      );
      cloud.clock.advance(STEP_MS);
    }
    await until('the ending is announced', () => notices().length > 0);
    await runCommand('refreshJob', workbench.jobNode());
    const requests = cloud.requests.length;
    await until('the job is polled again', () => cloud.requests.length > requests);
    assert.deepEqual(
      notices().map(({ severity, message }) => [severity, message]),
      [['information', `cloneLoadbalancer ${id} completed after 2 min · loadbalancer 9f5b432c…`]],
    );
  });

  it('whose body has another id, as in the official example, shows its sub-jobs in time order with their resources', async () => {
    await workbench.signIn();
    await workbench.trackWhileHidden(OFFICIAL_EXAMPLE.jobId);
    await until(
      'the job is polled',
      () => workbench.rowNames()[0]?.includes('COMPLETE') ?? false,
      () => workbench.rows(),
    );
    assert.deepEqual(workbench.rows(), ['UPGRADE | ● 37d5c1fd · 28 min 29 sec']);
    const job = workbench.jobNode();
    assert.deepEqual(workbench.rows(job), [
      'UPGRADE_INIT | 26 min 2 sec',
      'UPGRADE_TRAFFIC_SWITCH | 0 sec',
      'UPGRADE_COMPLETE | 0 sec',
    ]);
    assert.equal(workbench.rowNames(job)[0], 'UPGRADE_INIT, SUCCESS · 26 min 2 sec');
    for (const subJob of workbench.app.tree.getChildren(job)) {
      assert.deepEqual(workbench.rows(subJob), ['loadbalancer | 9f5b432c-987e-4777-a1bc-6642be4b2b50']);
    }
    await workbench.track(OFFICIAL_EXAMPLE.job.job_id);
    assert.equal(workbench.rows().length, 1, 'Tracking the body’s ID selects the existing row');
  });

  it('is marked in row and status bar after its ending until the person has seen it', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.signIn();
    await workbench.trackWhileHidden(jobId);
    await until('the job has ended', () => /^\$\(pass\) ELB: .+ succeeded$/.test(workbench.statusBarText()));
    const isMarked = () => [
      workbench.rows()[0]?.includes('●'),
      workbench.app.statusBar.item.text.endsWith('$(circle-small-filled)'),
    ];
    assert.deepEqual(isMarked(), [true, true]);
    workbench.markAllSeen();
    assert.deepEqual(isMarked(), [false, false]);
  });

  it('shows error code, message and request id if it fails', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 });
    await workbench.signIn();
    await workbench.track(jobId);
    await until('the failure is announced', () => notices().length > 0);
    const [notice] = notices();
    assert.equal(notice?.severity, 'error');
    const pattern = /^cloneListener .{8} failed after 0 sec · (ELB\.\d+) (.+)$/;
    const [, code, message] = pattern.exec(notice.message) ?? assert.fail(notice.message);
    assert.deepEqual(workbench.rows(workbench.jobNode()).slice(0, 4), [
      `${code ?? ''} | ${message ?? ''}`,
      // Its error is the job's.
      'Failed first | cloneListener',
      'What to do | The request conflicts with a resource, e.g. its port is in use or another operation runs. See the error message.',
      `Request ID | ${workbench.trackedJobs()[0]?.requestId ?? ''}`,
    ]);
    assert.equal(workbench.statusBarText(), `$(error) ELB: cloneListener ${jobId.slice(0, 8)} failed`);
    const [, failedFirst] = workbench.app.tree.getChildren(workbench.jobNode());
    assert.ok(failedFirst);
    const { command, contextValue } = workbench.app.tree.getTreeItem(failedFirst);
    assert.equal(contextValue, 'copyable.failedFirst');
    assert.equal(command?.command, 'elbJobs.showFailedSubJob');
    await runCommand('showFailedSubJob', workbench.jobNode().id);
    const selected = () => workbench.app.tree.view.selection.map((row) => row.kind === 'sub-job' && row.subJob.status);
    await until('a click on "Failed first" selects the sub-job', () => selected()[0] === 'FAIL', selected);
  });

  it('is selected by Show Job in the notification', async () => {
    workbench.person.clicks('Show Job');
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.signIn();
    await workbench.track(jobId);
    await until('the ending is announced', () => notices().length > 0);
    const { view } = workbench.app.tree;
    await until(
      'its row is selected',
      () => view.selection[0] === workbench.jobNode(),
      () => view.selection,
    );
  });

  it('is announced only if the settings allow it', async () => {
    const settings = vscode.workspace.getConfiguration('elbJobs');
    await settings.update('notifications', 'failures', vscode.ConfigurationTarget.Global);
    try {
      const succeeding = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
      const failing = workbench.cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 });
      await workbench.signIn();
      await workbench.track(succeeding.jobId);
      await until('the job has ended', () => /^\$\(pass\) ELB: .+ succeeded$/.test(workbench.statusBarText()));
      await workbench.track(failing.jobId);
      await until('the failure is announced', () => notices().length > 0);
      assert.equal(notices().length, 1);
      assert.match(notices()[0]?.message ?? '', /failed/);
    } finally {
      await settings.update('notifications', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is no longer polled, nor counted in the status bar, when it is no longer tracked', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: 100 * STEP_MS });
    await workbench.signIn();
    await workbench.track(jobId);
    await until('the job runs', () =>
      /^\$\(sync\) ELB: UPGRADE .{8} is (running|about to begin)$/.test(workbench.statusBarText()),
    );
    await runCommand('untrack', workbench.jobNode());
    assert.deepEqual(workbench.rows(), []);
    // Another job is tracked to see which jobs are polled.
    const { cloud } = workbench;
    cloud.clock.hold();
    const other = cloud.startJob({ kind: 'cloneListener', durationMs: 6000 });
    const project = { endpoint: cloud.origin, projectId: cloud.projects[0].id };
    await until('no request is pending', () => !workbench.app.engine.isPolling(project));
    // Names of resources may be requested, too.
    const polls = () => cloud.requests.filter(({ route }) => route === 'ShowJob' || route === 'ListJobs');
    const before = polls().length;
    await workbench.track(other.jobId);
    await until('the other job was polled several times', () => polls().length >= before + 3);
    cloud.clock.advance(6000);
    await until('the other job has ended', () => notices().length > 0);
    assert.ok(
      polls()
        .slice(before)
        .every((request) => request.jobId === other.jobId),
    );
    const onlyOther = `$(pass) ELB: cloneListener ${other.jobId.slice(0, 8)} succeeded`;
    assert.equal(workbench.statusBarText(), onlyOther, 'Only the other job is counted');
  });

  it('causes one refused request and one message if the key is wrong, and is polled when the key is corrected', async () => {
    const { cloud, person } = workbench;
    const jobs = [1, 2, 3].map(() => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }));
    // As after the key was renewed in the console.
    await workbench.saveCredentials({
      credential: { accessKey: cloud.accessKey.accessKey, secretKey: 'a-wrong-secret-key' },
    });
    for (const { jobId } of jobs) await workbench.track(jobId);
    const errors = () => person.shown.filter(({ severity }) => severity === 'error');
    await until('the refusal is shown', () => errors().length > 0);
    assert.match(errors()[0]?.message ?? '', /Huawei Cloud refused the signature.*APIGW\.0301.*Request ID: /);
    assert.deepEqual(errors()[0]?.actions, ['Change Credentials'], 'One action that helps');
    assert.equal(workbench.statusBarText(), '$(warning) ELB: credentials refused');
    assert.match(workbench.app.tree.view.message ?? '', /refused the signature/);
    await runCommand('refresh');
    const afterRefresh = errors().length;
    assert.equal(afterRefresh, 2, 'Refresh asks the person first');
    assert.deepEqual(errors()[1]?.actions, ['Try Again']);
    const refused = () => cloud.requests.filter(({ status }) => status === 401).length;
    assert.equal(refused(), 1);

    await workbench.signIn();
    await until(
      'all jobs have ended',
      () => workbench.statusBarText() === '$(pass) ELB: 3 ended',
      () => workbench.statusBarText(),
    );
    assert.equal(errors().length, afterRefresh);
    assert.equal(refused(), 1);
    assert.equal(workbench.app.tree.view.message, '');
  });

  it('is polled although this computer’s clock is off, which the view shows until the clock is corrected', async () => {
    const { cloud, app, person } = workbench;
    const drift = cloud.injectFault({ effect: { kind: 'clockDrift', ms: 20 * STEP_MS } });
    const jobs = [1, 2].map(() => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }));
    await workbench.signIn();
    await workbench.track(jobs[0]?.jobId ?? '');
    await until('the job has ended', () => /^\$\(pass\) ELB: .+ succeeded$/.test(workbench.statusBarText()));
    assert.match(app.tree.view.message ?? '', /^The clock of this computer is off by 20 min\. Requests are signed/);
    drift.remove();
    await workbench.track(jobs[1]?.jobId ?? '');
    await until('the other job has ended', () => workbench.statusBarText() === '$(pass) ELB: 2 ended');
    await until('the view’s message is gone', () => app.tree.view.message === '');
    assert.deepEqual(
      person.shown.filter(({ severity }) => severity !== 'information'),
      [],
    );
  });

  it('cannot have an id that could be another path', async () => {
    await workbench.signIn();
    for (const text of ['../loadbalancers', 'a b', '']) await workbench.track(text);
    assert.equal(workbench.person.rejections.length, 3);
    await runCommand('track', '../x');
    assert.match(workbench.person.shown.at(-1)?.message ?? '', /^A job ID may contain/);
    assert.equal(workbench.app.store.all().size, 0);
  });

  it('is shown as not found yet while the service does not know it', async () => {
    await workbench.signIn();
    await workbench.track('0b6e7f2a-0000-4000-8000-000000000000');
    await until(
      'the row shows it',
      () => workbench.rows()[0]?.includes('· not found yet') ?? false,
      () => workbench.rows(),
    );
  });

  it('is not counted as running while a proxy blocks all polls, and the view says what to do', async () => {
    const { cloud, app } = workbench;
    await workbench.signIn();
    const fault = cloud.injectFault({ effect: redirectTo('https://login.corp.example/') });
    for (const jobId of [1, 2].map(() => cloud.startJob({ script: endlessScript }).jobId)) await workbench.track(jobId);
    const text = () => workbench.statusBarText();
    await until(
      'the status bar shows why',
      () => /^\$\(warning\) ELB: Job .{8}: blocked by a proxy$/.test(text()),
      text,
    );
    assert.equal(app.tree.view.badge, undefined);
    assert.match(app.tree.view.message ?? '', /^A proxy or a login page blocks requests/);
    fault.remove();
    await runCommand('refresh');
    await until('both jobs are polled', () => text() === '$(sync) ELB: 2 running', text);
  });

  it('is shown as waiting if its upgrade waits for completion or rollback, although its status is SUCCESS', async () => {
    const { cloud } = workbench;
    const body = { job: { job_type: 'UPGRADE', status: 'SUCCESS', sub_jobs: [] }, request_id: 'r' };
    await workbench.signIn();
    cloud.injectFault({ effect: successWith(JSON.stringify(body)) });
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    const text = () => workbench.statusBarText();
    await until(
      'the status bar shows it',
      () => text() === '$(bell-dot) ELB: UPGRADE 37d5c1fd needs your decision',
      text,
    );
    await workbench.untilStatusBarTooltip(/: SUCCESS · waiting for completion or rollback$/m);
  });

  it('is listed before ended jobs in the status bar’s tooltip while it runs', async () => {
    const { cloud } = workbench;
    await workbench.signIn();
    const running = cloud.startJob({ script: endlessScript });
    await workbench.track(running.jobId);
    const ended = Array.from({ length: 16 }, () => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await workbench.track(ended.join(' '));
    const haveEnded = () => workbench.trackedJobs().filter(({ ending }) => ending !== undefined).length === 16;
    await until('the others have ended', haveEnded);
    workbench.markAllSeen();
    await workbench.untilStatusBarTooltip(new RegExp(`^.*${running.jobId.slice(0, 8)}`));
  });

  it('shows no notification while the service cannot be reached, and is polled again when it can', async () => {
    const { cloud, person, app } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.signIn();
    const fault = cloud.injectFault({ effect: { kind: 'reset' } });
    const shown = person.shown.length;
    await workbench.track(jobId);
    await until(
      'the view shows it',
      () => app.tree.view.message === 'The service cannot be reached. Trying again automatically.',
    );
    fault.remove();
    await until('the ending is announced', () => person.shown.length > shown);
    assert.equal(workbench.statusBarText(), `$(pass) ELB: cloneListener ${jobId.slice(0, 8)} succeeded`);
    assert.deepEqual(
      person.shown.slice(shown).map(({ severity }) => severity),
      ['information'],
    );
  });
});
