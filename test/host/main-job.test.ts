import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import { answering, redirectTo } from '../../src/simulator/faults/fault-presets';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { EXTENSION_ID, until, Workbench } from '../support/host/workbench';

/** A job that goes on when the test says so: the simulator's clock is held. */
const STEP = 60_000;
const script = {
  jobType: 'cloneLoadbalancer',
  resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
  subJobs: [],
};

const longScript = { ...script, transitions: [{ at: 0, status: 'RUNNING' }] };

describe('the extension', () => {
  it('registers just the commands that its manifest declares', async () => {
    await vscode.extensions.getExtension(EXTENSION_ID)?.activate();
    const registered = (await vscode.commands.getCommands(true)).filter(
      // VS Code adds commands of its own for each view.
      (command) => command.startsWith('elbJobs.') && !command.startsWith('elbJobs.jobs.'),
    );
    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });
});

describe('a tracked job in the editor', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const tooltip = () => {
    const { tooltip: text } = workbench.app.statusBar.item;
    return typeof text === 'string' ? text : assert.fail('no text');
  };
  const notices = () => workbench.person.shown.filter(({ message }) => message.includes('Job '));

  it('goes INIT, RUNNING, COMPLETE in row and status bar, and its end is announced once', async () => {
    const { cloud } = workbench;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({
      script: {
        ...script,
        transitions: [
          { at: 0, status: 'INIT' },
          { at: STEP, status: 'RUNNING' },
          { at: 2 * STEP, status: 'COMPLETE' },
        ],
      },
    });
    await workbench.signIn();
    await workbench.track(jobId);
    for (const [status, icon] of [
      ['INIT', 'sync'],
      ['RUNNING', 'sync'],
      ['COMPLETE', 'pass'],
    ] as const) {
      const expected = `$(${icon}) ELB: ${status}`;
      await until(
        `the status bar says ${expected}`,
        () => workbench.statusBarText() === expected,
        () => workbench.statusBarText(),
      );
      assert.match(
        workbench.rows()[0] ?? '',
        new RegExp(`^cloneLoadbalancer \\| (● )?${status} · .* · ${jobId.slice(0, 8)}$`),
      );
      cloud.clock.advance(STEP);
    }
    await until('the end is announced', () => notices().length > 0);
    await vscode.commands.executeCommand('elbJobs.refreshJob', workbench.jobNode());
    const looks = cloud.requests.length;
    await until('it was looked at again', () => cloud.requests.length > looks);
    assert.deepEqual(
      notices().map(({ severity, message }) => [severity, message]),
      [['information', `cloneLoadbalancer completed · 2 min · Job ${jobId} · loadbalancer 9f5b432c…`]],
    );
  });

  it('shows the official example, whose body has another id: three sub-jobs in time order, with their resources', async () => {
    await workbench.signIn();
    await workbench.trackOutOfSight(OFFICIAL_EXAMPLE.jobId);
    await until(
      'it is answered',
      () => workbench.rows()[0]?.includes('COMPLETE') ?? false,
      () => workbench.rows(),
    );
    assert.deepEqual(workbench.rows(), ['UPGRADE | ● COMPLETE · 28 min 29 sec · 37d5c1fd']);
    const job = workbench.jobNode();
    assert.deepEqual(workbench.rows(job), [
      'UPGRADE_INIT | SUCCESS · 26 min 2 sec',
      'UPGRADE_TRAFFIC_SWITCH | SUCCESS · 0 sec',
      'UPGRADE_COMPLETE | SUCCESS · 0 sec',
    ]);
    for (const subJob of workbench.app.tree.getChildren(job)) {
      assert.deepEqual(workbench.rows(subJob), ['loadbalancer | 9f5b432c-987e-4777-a1bc-6642be4b2b50']);
    }
    await workbench.track(OFFICIAL_EXAMPLE.job.job_id);
    assert.equal(workbench.rows().length, 1, 'the id of the body selects the row that is there');
  });

  it('is marked in row and status bar once it has ended, until the person has looked', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.signIn();
    await workbench.trackOutOfSight(jobId);
    await until('it has ended', () => workbench.statusBarText() === '$(pass) ELB: COMPLETE');
    const isMarked = () => [
      workbench.rows()[0]?.includes('●'),
      workbench.app.statusBar.item.text.endsWith('$(circle-small-filled)'),
    ];
    assert.deepEqual(isMarked(), [true, true]);
    workbench.markAllSeen();
    assert.deepEqual(isMarked(), [false, false]);
  });

  it('says of a failed job its code, its message and the request id', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 });
    await workbench.signIn();
    await workbench.track(jobId);
    await until('the failure is announced', () => notices().length > 0);
    const [notice] = notices();
    assert.equal(notice?.severity, 'error');
    const pattern = /^cloneListener failed · (ELB\.\d+) · (.+) · Request ID: ([\w-]+) · .*Job /;
    const [, code, message, requestId] = pattern.exec(notice.message) ?? assert.fail(notice.message);
    assert.deepEqual(workbench.rows(workbench.jobNode()).slice(0, 4), [
      `${code ?? ''} | ${message ?? ''}`,
      `Failed first | cloneListener · ${code ?? ''} · ${message ?? ''}`,
      'What to do | It conflicts with what is there already, e.g. a port in use; the message names it.',
      `Request ID | ${requestId ?? ''}`,
    ]);
    assert.equal(workbench.statusBarText(), '$(error) ELB: 1 failed');
  });

  it('shows the job of a notice when asked to', async () => {
    workbench.person.chooses(({ actions }) => actions.find((action) => action === 'Show Job'));
    const { jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.signIn();
    await workbench.track(jobId);
    await until('the end is announced', () => notices().length > 0);
    const { view } = workbench.app.tree;
    await until(
      'its row is selected',
      () => view.selection[0] === workbench.jobNode(),
      () => view.selection,
    );
  });

  it('announces no more than the settings want', async () => {
    const settings = vscode.workspace.getConfiguration('elbJobs');
    await settings.update('notifications', 'failures', vscode.ConfigurationTarget.Global);
    try {
      const fine = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
      const failed = workbench.cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 });
      await workbench.signIn();
      await workbench.track(fine.jobId);
      await until('it has ended', () => workbench.statusBarText() === '$(pass) ELB: COMPLETE');
      await workbench.track(failed.jobId);
      await until('the failure is announced', () => notices().length > 0);
      assert.equal(notices().length, 1);
      assert.match(notices()[0]?.message ?? '', /failed/);
    } finally {
      await settings.update('notifications', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is asked for no more and leaves the status bar when it is no longer tracked', async () => {
    const { jobId } = workbench.cloud.startJob({ kind: 'UPGRADE', durationMs: 100 * STEP });
    await workbench.signIn();
    await workbench.track(jobId);
    await until(
      'it runs',
      () => workbench.statusBarText() === '$(sync) ELB: RUNNING' || workbench.statusBarText() === '$(sync) ELB: INIT',
    );
    await vscode.commands.executeCommand('elbJobs.untrack', workbench.jobNode());
    assert.deepEqual(workbench.rows(), []);
    // Another job is followed meanwhile: were the first one still asked for, it would be asked for more often.
    const { cloud } = workbench;
    cloud.clock.hold();
    const other = cloud.startJob({ kind: 'cloneListener', durationMs: 6000 });
    const project = { endpoint: cloud.origin, projectId: cloud.projects[0].id };
    await until('no request is on its way', () => !workbench.app.engine.isPolling(project));
    const before = cloud.requests.length;
    await workbench.track(other.jobId);
    await until('the other one was asked for several times', () => cloud.requests.length >= before + 3);
    cloud.clock.advance(6000);
    await until('the other one has ended', () => notices().length > 0);
    assert.ok(cloud.requests.slice(before).every((request) => request.jobId === other.jobId));
    assert.equal(workbench.statusBarText(), '$(pass) ELB: COMPLETE', 'it counts the other job alone');
  });

  it('costs one refused request and one clear message where the key is wrong, and goes on once it is right', async () => {
    const { cloud, person } = workbench;
    const jobs = [1, 2, 3].map(() => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }));
    // A key that was renewed in the console.
    await workbench.app.credentials.add({
      endpoint: cloud.origin,
      projectId: cloud.projects[0].id,
      source: { kind: 'stored' },
      credential: { accessKey: cloud.accessKey.accessKey, secretKey: 'a-wrong-secret-key' },
    });
    for (const { jobId } of jobs) await workbench.track(jobId);
    const errors = () => person.shown.filter(({ severity }) => severity === 'error');
    await until('the refusal is told', () => errors().length > 0);
    assert.match(errors()[0]?.message ?? '', /Huawei Cloud refused the signature.*APIGW\.0301.*Request ID: /);
    assert.deepEqual(errors()[0]?.actions, ['Change Credentials'], 'one action, which helps');
    assert.equal(workbench.statusBarText(), '$(warning) ELB: credentials refused');
    assert.match(workbench.app.tree.view.message ?? '', /refused the signature/);
    await vscode.commands.executeCommand('elbJobs.refresh');
    const afterRefresh = errors().length;
    assert.equal(afterRefresh, 2, 'a refresh asks the person first');
    assert.deepEqual(errors()[1]?.actions, ['Try Again']);
    const refused = () => cloud.requests.filter(({ status }) => status === 401).length;
    assert.equal(refused(), 1);

    await workbench.signIn();
    await until(
      'all have ended',
      () => workbench.statusBarText() === '$(pass) ELB: 3 ended',
      () => workbench.statusBarText(),
    );
    assert.equal(errors().length, afterRefresh);
    assert.equal(refused(), 1);
    assert.equal(workbench.app.tree.view.message, '');
  });

  it('is followed where the clock of this computer is off, and the view says so until it is set', async () => {
    const { cloud, app, person } = workbench;
    const drift = cloud.injectFault({ effect: { kind: 'clockDrift', ms: 20 * STEP } });
    const jobs = [1, 2].map(() => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }));
    await workbench.signIn();
    await workbench.track(jobs[0]?.jobId ?? '');
    await until('it has ended', () => workbench.statusBarText() === '$(pass) ELB: COMPLETE');
    assert.match(app.tree.view.message ?? '', /^The clock of this computer is off by 20 min\. Requests are signed/);
    drift.remove();
    await workbench.track(jobs[1]?.jobId ?? '');
    await until('the other has ended', () => workbench.statusBarText() === '$(pass) ELB: 2 ended');
    await until('nothing is left to say', () => app.tree.view.message === '');
    assert.deepEqual(
      person.shown.filter(({ severity }) => severity !== 'information'),
      [],
    );
  });

  it('is not asked for by an id that could be another path', async () => {
    await workbench.signIn();
    for (const text of ['../loadbalancers', 'a b', '']) await workbench.track(text);
    assert.equal(workbench.person.refused.length, 3);
    await vscode.commands.executeCommand('elbJobs.track', '../x');
    assert.match(workbench.person.shown.at(-1)?.message ?? '', /^A job ID may contain/);
    assert.equal(workbench.app.store.all().size, 0);
  });

  it('says that a job is not known to the service yet', async () => {
    await workbench.signIn();
    await workbench.track('0b6e7f2a-0000-4000-8000-000000000000');
    await until(
      'the row says so',
      () => workbench.rows()[0]?.includes('| not found yet ·') ?? false,
      () => workbench.rows(),
    );
  });

  it('is not counted as running where nobody has heard of it, and the way out of a proxy is told', async () => {
    const { cloud, app } = workbench;
    await workbench.signIn();
    const fault = cloud.injectFault({ effect: redirectTo('https://login.corp.example/') });
    for (const jobId of [1, 2].map(() => cloud.startJob({ script: longScript }).jobId)) await workbench.track(jobId);
    const text = () => workbench.statusBarText();
    await until('the bar says why', () => text() === '$(warning) ELB: blocked by a proxy', text);
    assert.equal(app.tree.view.badge, undefined);
    assert.match(app.tree.view.message ?? '', /^A proxy or a login page stands between/);
    fault.remove();
    await vscode.commands.executeCommand('elbJobs.refresh');
    await until('both are heard of', () => text() === '$(sync) ELB: 2 running', text);
  });

  it('that waits for a person to complete its upgrade is shown as waiting, whatever its status says', async () => {
    const { cloud } = workbench;
    const body = { job: { job_type: 'UPGRADE', status: 'SUCCESS', sub_jobs: [] }, request_id: 'r' };
    await workbench.signIn();
    cloud.injectFault({ effect: answering(JSON.stringify(body)) });
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    const text = () => workbench.statusBarText();
    await until('the bar says so', () => text() === '$(debug-pause) ELB: upgrade waiting', text);
    assert.match(tooltip(), /: SUCCESS · waiting for completion or rollback$/m);
  });

  it('that runs is named in the status bar’s list before many that have ended', async () => {
    const { cloud, app } = workbench;
    await workbench.signIn();
    const running = cloud.startJob({ script: longScript });
    await workbench.track(running.jobId);
    const ended = Array.from({ length: 16 }, () => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await workbench.track(ended.join(' '));
    const isEnded = () => [...app.store.all().values()].filter(({ ending }) => ending !== undefined).length === 16;
    await until('the others have ended', isEnded);
    workbench.markAllSeen();
    const [first = ''] = tooltip().split('\n');
    assert.ok(first.includes(running.jobId.slice(0, 8)), first);
  });

  it('stays quiet while the service cannot be reached, and goes on by itself', async () => {
    const { cloud, person, app } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.signIn();
    const fault = cloud.injectFault({ effect: { kind: 'reset' } });
    const shown = person.shown.length;
    await workbench.track(jobId);
    await until(
      'the view says so',
      () => app.tree.view.message === 'The service cannot be reached. Trying again automatically.',
    );
    fault.remove();
    await until('it has ended and is announced', () => person.shown.length > shown);
    assert.equal(workbench.statusBarText(), '$(pass) ELB: COMPLETE');
    assert.deepEqual(
      person.shown.slice(shown).map(({ severity }) => severity),
      ['information'],
    );
  });
});
