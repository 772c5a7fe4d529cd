import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Simulator } from '../../src/simulator/simulator';
import { systemClock } from '../../src/base/clock';
import { JobSearch } from '../../src/ui/tracking/job-search';
import { jobAt } from '../support/samples';
import { ESCAPE } from '../support/host/quick-input';
import { nothingSelected, runCommand as run, until, Workbench } from '../support/host/workbench';
import { HOUR, MINUTE } from '../../src/base/time-units';

const FIRST = { id: '11111111111111111111111111111111', name: 'cn-north-4' };
const SECOND = { id: '22222222222222222222222222222222', name: 'cn-north-4_shop' };

describe('the commands that control polling', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open(await Simulator.start({ projects: [FIRST, SECOND] }));
    await signInTo(FIRST.id);
  });

  afterEach(async () => {
    await workbench.close();
  });

  const signInTo = (projectId: string, secretKey = workbench.cloud.accessKey.secretKey) =>
    workbench.saveCredentials({
      projectId,
      credential: { accessKey: workbench.cloud.accessKey.accessKey, secretKey },
    });
  /** Saves a token that has expired. */
  const saveExpired = (options: { readonly projectId: string; readonly projectName?: string }) =>
    workbench.saveCredentials({
      ...options,
      credential: { ...workbench.cloud.accessKey, securityToken: 'of-yesterday' },
      expiresAt: Date.now() - HOUR,
    });
  const notices = () => workbench.person.shown.map(({ message }) => message);
  const startJob = (durationMs = HOUR, projectId = FIRST.id) =>
    workbench.cloud.startJob({ kind: 'cloneListener', durationMs, projectId });

  it('send no request while polling is paused, show it in view and status bar, and offer to resume on Refresh', async () => {
    const { app, cloud, person } = workbench;
    await workbench.track(startJob().jobId);
    await until('the job is polled', () => (workbench.rowNames()[0] ?? '').includes('INIT'));
    await workbench.pausePolling();
    assert.equal(workbench.statusBarText(), '$(debug-pause) ELB: paused');
    assert.match(app.tree.view.message ?? '', /^Polling is paused/);
    const requests = cloud.requests.length;
    await workbench.track(startJob().jobId);
    await run('refresh');
    await run('refreshJob', workbench.jobNode());
    assert.deepEqual(
      person.shown.slice(-2).map(({ actions }) => actions),
      [['Resume Polling'], ['Resume Polling']],
    );
    assert.equal(cloud.requests.length, requests);
    person.clicks('Resume Polling');
    await run('refresh');
    await until('both jobs are polled', () => workbench.rowNames().every((row) => /INIT|RUNNING/.test(row)));
    assert.equal(app.tree.view.message, '');
  });

  it('use refused credentials again for one request after Try Again', async () => {
    const { app, cloud } = workbench;
    await run('tryAgain');
    assert.match(notices().at(-1) ?? '', /None of your credentials is refused/);
    await signInTo(FIRST.id, 'a-wrong-secret-key');
    await workbench.track(startJob().jobId);
    const refused = () => cloud.requests.filter(({ status }) => status === 401).length;
    await until('the key is refused', () => app.credentials.all()[0]?.refusal !== undefined);
    const row = () => app.tree.getChildren(workbench.jobNode())[0] ?? assert.fail('No row shows the refusal');
    await until('its row offers Try Again', () => app.tree.getTreeItem(row()).contextValue === 'difficulty.refused');
    await run('tryAgain', row());
    await until('the key is refused again', () => refused() === 2 && app.credentials.all()[0]?.refusal !== undefined);
  });

  it('offer to change expired credentials instead of using them again', async () => {
    const { app, cloud, person } = workbench;
    await saveExpired({ projectId: FIRST.id });
    await workbench.track(startJob().jobId);
    await until(
      'its row shows the expiry',
      () => (workbench.rows()[0] ?? '').includes('token expired'),
      () => workbench.rows(),
    );
    const row = app.tree.getChildren(workbench.jobNode())[0] ?? assert.fail('No row shows the expiry');
    assert.equal(app.tree.getTreeItem(row).contextValue, 'difficulty.keysGone');
    for (const retry of [() => run('tryAgain'), () => run('refresh'), () => run('refreshJob', workbench.jobNode())]) {
      const before = person.shown.length;
      await retry();
      await until('a message is shown', () => person.shown.length > before);
      const { message, actions } = person.lastShown();
      assert.match(message, /has expired\. Change the credentials/);
      assert.deepEqual(actions, ['Change Credentials']);
    }
    assert.equal(cloud.requests.length, 0, 'Expired credentials are not used');
  });

  it('name expired credentials in the view and in the list of credentials', async () => {
    const { app, cloud, person } = workbench;
    await saveExpired({ projectId: SECOND.id, projectName: 'second' });
    const reference = { endpoint: cloud.origin, projectId: SECOND.id, jobId: startJob(HOUR, SECOND.id).jobId };
    const key = await app.store.track(reference, Date.now());
    const message = () => app.tree.view.message ?? '';
    await until('the view shows the expiry', () => message().includes('has expired'), message);
    assert.match(message(), / second: The token or temporary key has expired\./);
    person.types('second', ESCAPE);
    await run('editCredentials');
    const items = person.offered.find((each) => each.some((item) => item.includes('second'))) ?? [];
    assert.ok(
      items.some((item) => /^\$\(warning\) .*second .*expired /.test(item)),
      items.join('\n'),
    );
    assert.ok(
      items.some((item) => item.startsWith('$(key) ')),
      items.join('\n'),
    );
    // Credentials are not needed for a job that has ended.
    const tracked = app.store.get(key) ?? assert.fail();
    app.store.applyResponse(key, { job: jobAt('COMPLETE') }, Date.now());
    app.store.applyError(key, tracked.pollFailure?.error ?? assert.fail(), Date.now());
    assert.equal(message(), '');
  });

  it('poll a job that was not found when it is tracked again', async () => {
    const { app, cloud } = workbench;
    const jobId = 'ffffffff-0000-4000-8000-000000000000';
    await workbench.track(jobId);
    const key = app.store.find({ endpoint: cloud.origin, projectId: FIRST.id, jobId }) ?? assert.fail();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      app.store.applyError(key, { kind: 'not-found' }, Date.now() + attempt * MINUTE);
    }
    assert.match(workbench.rows()[0] ?? '', /^Unknown job \| ffffffff · not found$/);
    const [error] = app.tree.getChildren(workbench.jobNode());
    assert.match(
      String(app.tree.getTreeItem(error ?? assert.fail()).description),
      /Check that its ID is complete, look for it in other credentials, or stop tracking it\.$/,
    );
    cloud.startJob({ jobId, kind: 'cloneListener', durationMs: HOUR });
    await workbench.track(jobId);
    await until(
      'the job is found',
      () => /INIT|RUNNING/.test(workbench.rowNames()[0] ?? ''),
      () => workbench.rows(),
    );
  });

  it('ask for no credentials if the tracked text names the project', async () => {
    const { app, cloud, person } = workbench;
    await signInTo(SECOND.id);
    const { jobId } = startJob(HOUR, SECOND.id);
    await run('track', `GET ${cloud.origin}/v3/${SECOND.id}/elb/jobs/${jobId}`);
    assert.deepEqual(person.questions, []);
    assert.ok(app.store.find({ endpoint: cloud.origin, projectId: SECOND.id, jobId }) !== undefined);
    person.types(ESCAPE);
    await run('track', startJob().jobId);
    assert.equal(person.questions.length, 1, 'An ID alone may be in either project');
  });

  it('change no other credentials from the row of a job whose credentials were removed', async () => {
    const { app, person } = workbench;
    const { jobId } = startJob();
    await workbench.track(jobId);
    await until('the job runs', () => /INIT|RUNNING/.test(workbench.rowNames()[0] ?? ''));
    await workbench.pausePolling();
    const node = workbench.jobNode();
    const [key = ''] = app.store.all().keys();
    app.store.applyError(key, { kind: 'token-expired' }, Date.now());
    await signInTo(SECOND.id);
    const [own] = app.credentials.all().filter(({ projectId }) => projectId === FIRST.id);
    await app.credentials.profiles.signOut(own ?? assert.fail());
    const row = app.tree.getChildren(node)[0] ?? assert.fail('No row shows the error');
    const questions = person.questions.length;
    await run('editCredentials', row);
    assert.equal(person.questions.length, questions);
    assert.match(notices().at(-1) ?? '', /These credentials no longer exist/);
  });

  it('show in the status bar when no job can be polled', async () => {
    const { app, cloud } = workbench;
    const keys = await Promise.all(
      [startJob(), startJob()].map(({ jobId }) =>
        app.store.track({ endpoint: cloud.origin, projectId: FIRST.id, jobId }, Date.now()),
      ),
    );
    const text = () => workbench.statusBarText();
    await until('both jobs run', () => text() === '$(sync) ELB: 2 running', text);
    for (const key of keys) app.store.applyError(key, { kind: 'network' }, Date.now());
    assert.equal(text(), '$(warning) ELB: 2 running · no connection');
  });

  it('find a job in the project of other credentials with one request, and track it there with its name', async () => {
    const { app, cloud, person } = workbench;
    const { jobId } = startJob(HOUR, SECOND.id);
    await workbench.track(jobId);
    await until('the job is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    assert.match(app.tree.getTreeItem(workbench.jobNode()).contextValue ?? '', /^job\.notFound/);
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /There are no other credentials/);
    await signInTo(SECOND.id);
    person.types('shop clone');
    await run('renameJob', workbench.jobNode());
    await run('showTimeline', workbench.jobNode());
    // Or a regular poll might be counted.
    await workbench.pausePolling();
    const before = cloud.requests.length;
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /was found in .* and is tracked there now/);
    assert.equal(cloud.requests.slice(before).filter(({ path }) => path.includes(SECOND.id)).length, 1);
    const [only, ...others] = [...app.store.all().values()];
    assert.deepEqual([only?.reference.projectId, only?.label, others.length], [SECOND.id, 'shop clone', 0]);
    assert.match(workbench.rowNames()[0] ?? '', /^shop clone, (INIT|RUNNING)/);
    const [key = ''] = app.store.all().keys();
    app.store.rename(key, 'found');
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    await until('its timeline is still live', () => tabs().includes('Timeline: found'), tabs);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('keep name and mute of a job that is already tracked in the other project', async () => {
    const { app, person } = workbench;
    const { jobId } = startJob(HOUR, SECOND.id);
    await workbench.track(jobId);
    await until('the job is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    person.types('shop clone');
    await run('renameJob', workbench.jobNode());
    await run('muteJob', workbench.jobNode());
    const [node] = app.tree.getChildren();
    await signInTo(SECOND.id);
    await app.store.track({ endpoint: workbench.cloud.origin, projectId: SECOND.id, jobId }, Date.now());
    await run('lookInOtherCredentials', node);
    const [only, ...others] = [...app.store.all().values()];
    assert.deepEqual([only?.reference.projectId, only?.label, only?.muted], [SECOND.id, 'shop clone', true]);
    assert.equal(others.length, 0);
  });

  it('show and log why the other credentials could not be searched', async () => {
    const { app } = workbench;
    await workbench.track('ffffffff-0000-4000-8000-000000000000');
    await until('the job is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    await signInTo(SECOND.id);
    const logged: string[] = [];
    const note = (line: string) => logged.push(line);
    const search = new JobSearch({
      store: app.store,
      credentials: app.credentials,
      source: {
        budgetOf: () => Promise.reject(new Error('the disk is full')),
        showJob: () => assert.fail('No request is sent without a budget'),
      },
      selection: nothingSelected(app.store),
      tree: app.tree,
      timelines: { move: () => undefined },
      clock: systemClock,
      log: { info: note, warn: note, error: note, debug: note },
    });
    await search.run(workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /Could not search the other credentials for Job ffffffff: the disk is full/);
    assert.equal(logged.length, 1);
  });

  it('show that a job was not found with the other credentials, and which could not be searched', async () => {
    const { cloud } = workbench;
    await workbench.track('ffffffff-0000-4000-8000-000000000000');
    await until('the job is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    await signInTo(SECOND.id);
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /The job was not found with the other credentials either/);
    // Or a regular poll might get the fault.
    await workbench.pausePolling();
    cloud.injectFault({ times: 1, effect: { kind: 'error', status: 500, code: 'ELB.8906', message: 'busy' } });
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /some credentials could not be searched \(.*: service error\)/);
  });

  it('track a removed job again with its name and mute', async () => {
    const { app, person } = workbench;
    const { jobId } = startJob();
    await workbench.track(jobId);
    person.types('Cutover');
    await run('renameJob', workbench.jobNode());
    await run('muteJob', workbench.jobNode());
    await run('untrack', workbench.jobNode());
    assert.equal(app.store.all().size, 0);
    person.types(jobId);
    await run('trackAgain');
    await until('the job is polled', () => /^Cutover, (INIT|RUNNING)/.test(workbench.rowNames()[0] ?? ''));
    assert.equal([...app.store.all().values()][0]?.muted, true);
    assert.match(person.shown.find(({ actions }) => actions.includes('Undo'))?.message ?? '', /^Cutover is no longer/);
  });
});
