import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Simulator } from '../../src/simulator/simulator';
import { systemClock } from '../../src/base/clock';
import { JobSearch } from '../../src/ui/tracking/job-search';
import { jobAt } from '../support/samples';
import { ESCAPE } from '../support/host/quick-input';
import { nothingSelected, until, Workbench } from '../support/host/workbench';
import { HOUR } from '../../src/base/time-units';

const run = (command: string, ...rest: unknown[]) => vscode.commands.executeCommand(`elbJobs.${command}`, ...rest);

const FIRST = { id: '11111111111111111111111111111111', name: 'cn-north-4' };
const SECOND = { id: '22222222222222222222222222222222', name: 'cn-north-4_shop' };

describe('what a person says of when to ask', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open(await Simulator.start({ projects: [FIRST, SECOND] }));
    await signInTo(FIRST.id);
  });

  afterEach(async () => {
    await workbench.close();
  });

  const signInTo = (projectId: string, secretKey = workbench.cloud.accessKey.secretKey) =>
    workbench.app.credentials.add({
      endpoint: workbench.cloud.origin,
      projectId,
      source: { kind: 'stored' },
      credential: { accessKey: workbench.cloud.accessKey.accessKey, secretKey },
    });
  const notices = () => workbench.person.shown.map(({ message }) => message);
  const startJob = (durationMs = HOUR, projectId = FIRST.id) =>
    workbench.cloud.startJob({ kind: 'cloneListener', durationMs, projectId });

  it('is obeyed while polling is paused: nothing is asked, view and status bar say so, and Refresh offers to resume', async () => {
    const { app, cloud, person } = workbench;
    await workbench.track(startJob().jobId);
    await until('it is answered', () => (workbench.rows()[0] ?? '').includes('INIT'));
    await run('pausePolling');
    assert.equal(workbench.statusBarText(), '$(debug-pause) ELB: paused');
    assert.match(app.tree.view.message ?? '', /^Polling is paused/);
    const project = { endpoint: cloud.origin, projectId: FIRST.id };
    await until('no request is on its way', () => !app.engine.isPolling(project));
    const asked = cloud.requests.length;
    await workbench.track(startJob().jobId);
    await run('refresh');
    await run('refreshJob', workbench.jobNode());
    assert.deepEqual(
      person.shown.slice(-2).map(({ actions }) => actions),
      [['Resume Polling'], ['Resume Polling']],
    );
    assert.equal(cloud.requests.length, asked);
    person.chooses(({ actions }) => actions.find((action) => action === 'Resume Polling'));
    await run('refresh');
    await until('both are answered', () => workbench.rows().every((row) => /INIT|RUNNING/.test(row)));
    assert.equal(app.tree.view.message, '');
  });

  it('brings a refused key back into use once, for one request', async () => {
    const { app, cloud } = workbench;
    await run('tryAgain');
    assert.match(notices().at(-1) ?? '', /None of your credentials is refused/);
    await signInTo(FIRST.id, 'a-wrong-secret-key');
    await workbench.track(startJob().jobId);
    const refused = () => cloud.requests.filter(({ status }) => status === 401).length;
    await until('it is refused', () => app.credentials.all()[0]?.refusal !== undefined);
    const row = () => app.tree.getChildren(workbench.jobNode())[0] ?? assert.fail('no row says why');
    await until('its row offers it', () => app.tree.getTreeItem(row()).contextValue === 'difficulty.refused');
    await run('tryAgain', row());
    await until('it is refused again', () => refused() === 2 && app.credentials.all()[0]?.refusal !== undefined);
  });

  it('leads to new keys, and to no second try, where those that there are have ended', async () => {
    const { app, cloud, person } = workbench;
    const { endpoint, projectId } = app.credentials.all()[0] ?? assert.fail('signed in');
    await app.credentials.add({
      ...{ endpoint, projectId, source: { kind: 'stored' } },
      credential: { ...cloud.accessKey, securityToken: 'of yesterday' },
      expiresAt: Date.now() - HOUR,
    });
    await workbench.track(startJob().jobId);
    await until(
      'its row says so',
      () => (workbench.rows()[0] ?? '').includes('token expired'),
      () => workbench.rows(),
    );
    const row = app.tree.getChildren(workbench.jobNode())[0] ?? assert.fail('no row says why');
    assert.equal(app.tree.getTreeItem(row).contextValue, 'difficulty.keysGone');
    for (const again of [() => run('tryAgain'), () => run('refresh'), () => run('refreshJob', workbench.jobNode())]) {
      const before = person.shown.length;
      await again();
      await until('what helps is offered', () => person.shown.length > before);
      const { message, actions } = person.shown.at(-1) ?? assert.fail('something was said');
      assert.match(message, /has ended\. Change the credentials/);
      assert.deepEqual(actions, ['Change Credentials']);
    }
    assert.equal(cloud.requests.length, 0, 'what has ended is not tried');
  });

  it('is told which of several credentials have ended, in the view and where they are chosen', async () => {
    const { app, cloud, person } = workbench;
    await app.credentials.add({
      ...{ endpoint: cloud.origin, projectId: SECOND.id, projectName: 'second', source: { kind: 'stored' } },
      credential: { ...cloud.accessKey, securityToken: 'of yesterday' },
      expiresAt: Date.now() - HOUR,
    });
    const reference = { endpoint: cloud.origin, projectId: SECOND.id, jobId: startJob(HOUR, SECOND.id).jobId };
    const key = await app.store.track(reference, Date.now());
    const message = () => app.tree.view.message ?? '';
    await until('the view says so', () => message().includes('has ended'), message);
    assert.match(message(), / second: The token or temporary key has ended\./);
    person.types('second', ESCAPE);
    await run('editCredentials');
    const items = person.offered.find((each) => each.some((item) => item.includes('second'))) ?? [];
    assert.ok(
      items.some((item) => /^\$\(warning\) .*second .*ended /.test(item)),
      items.join('\n'),
    );
    assert.ok(
      items.some((item) => item.startsWith('$(key) ')),
      items.join('\n'),
    );
    // Who has ended is not waited for.
    const tracked = app.store.get(key) ?? assert.fail();
    app.store.applyResponse(key, { job: jobAt('COMPLETE') }, Date.now());
    app.store.applyError(key, tracked.pollFailure?.error ?? assert.fail(), Date.now());
    assert.equal(message(), '');
  });

  it('that an id is tracked which was not found asks for it anew', async () => {
    const { app, cloud } = workbench;
    const jobId = 'ffffffff-0000-4000-8000-000000000000';
    await workbench.track(jobId);
    const key = app.store.find({ endpoint: cloud.origin, projectId: FIRST.id, jobId }) ?? assert.fail();
    for (let attempt = 0; attempt < 4; attempt += 1) app.store.applyError(key, { kind: 'not-found' }, Date.now());
    assert.match(workbench.rows()[0] ?? '', /not found ·/);
    cloud.startJob({ jobId, kind: 'cloneListener', durationMs: HOUR });
    await workbench.track(jobId);
    await until(
      'it is found',
      () => /INIT|RUNNING/.test(workbench.rows()[0] ?? ''),
      () => workbench.rows(),
    );
  });

  it('is not asked for credentials where a text tells the project of its job', async () => {
    const { app, cloud, person } = workbench;
    await signInTo(SECOND.id);
    const { jobId } = startJob(HOUR, SECOND.id);
    await vscode.commands.executeCommand('elbJobs.track', `GET ${cloud.origin}/v3/${SECOND.id}/elb/jobs/${jobId}`);
    assert.deepEqual(person.asked, []);
    assert.ok(app.store.find({ endpoint: cloud.origin, projectId: SECOND.id, jobId }) !== undefined);
    person.types(ESCAPE);
    await vscode.commands.executeCommand('elbJobs.track', startJob().jobId);
    assert.equal(person.asked.length, 1, 'an id alone may be of either');
  });

  it('changes no other credentials by the row of a job whose own are gone', async () => {
    const { app, person } = workbench;
    const { jobId } = startJob();
    await workbench.track(jobId);
    await until('it goes on', () => /INIT|RUNNING/.test(workbench.rows()[0] ?? ''));
    await run('pausePolling');
    const node = workbench.jobNode();
    const [key = ''] = app.store.all().keys();
    app.store.applyError(key, { kind: 'token-expired' }, Date.now());
    await signInTo(SECOND.id);
    const [own] = app.credentials.all().filter(({ projectId }) => projectId === FIRST.id);
    await app.credentials.signOut(own ?? assert.fail());
    const row = app.tree.getChildren(node)[0] ?? assert.fail('no row says why');
    const asked = person.asked.length;
    await run('editCredentials', row);
    assert.equal(person.asked.length, asked);
    assert.match(notices().at(-1) ?? '', /These credentials are no longer there/);
  });

  it('is in the status bar where no job is answered for any more', async () => {
    const { app, cloud } = workbench;
    const keys = await Promise.all(
      [startJob(), startJob()].map(({ jobId }) =>
        app.store.track({ endpoint: cloud.origin, projectId: FIRST.id, jobId }, Date.now()),
      ),
    );
    const text = () => workbench.statusBarText();
    await until('both go on', () => text() === '$(sync) ELB: 2 running', text);
    for (const key of keys) app.store.applyError(key, { kind: 'network' }, Date.now());
    assert.equal(text(), '$(warning) ELB: 2 running · no connection');
  });

  it('finds a job in the project of other credentials by one request, and follows it there under its name', async () => {
    const { app, cloud, person } = workbench;
    const { jobId } = startJob(HOUR, SECOND.id);
    await workbench.track(jobId);
    await until('it is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    assert.match(app.tree.getTreeItem(workbench.jobNode()).contextValue ?? '', /^job\.notFound/);
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /There are no other credentials/);
    await signInTo(SECOND.id);
    person.types('shop clone');
    await run('renameJob', workbench.jobNode());
    const before = cloud.requests.length;
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /is in .* and is tracked there now/);
    const toSecond = cloud.requests.slice(before).filter(({ path }) => path.includes(SECOND.id));
    const [first] = toSecond;
    // Tracked there, it is looked at in its turn.
    assert.equal(toSecond.filter(({ at }) => at - (first?.at ?? 0) < 1800).length, 1);
    const [only, ...others] = [...app.store.all().values()];
    assert.deepEqual([only?.reference.projectId, only?.label, others.length], [SECOND.id, 'shop clone', 0]);
    assert.match(workbench.rows()[0] ?? '', /^shop clone \| (INIT|RUNNING)/);
  });

  it('keeps name and mute of a job that is tracked in the other project already', async () => {
    const { app, person } = workbench;
    const { jobId } = startJob(HOUR, SECOND.id);
    await workbench.track(jobId);
    await until('it is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
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

  it('says what kept the other credentials from being asked', async () => {
    const { app } = workbench;
    await workbench.track('ffffffff-0000-4000-8000-000000000000');
    await until('it is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    await signInTo(SECOND.id);
    const logged: string[] = [];
    const note = (line: string) => logged.push(line);
    const search = new JobSearch({
      store: app.store,
      credentials: app.credentials,
      source: {
        budgetOf: () => Promise.reject(new Error('the disk is full')),
        showJob: () => assert.fail('nothing is asked without a budget'),
      },
      selection: nothingSelected(app.store),
      tree: app.tree,
      clock: systemClock,
      log: { info: note, warn: note, error: note, debug: note },
    });
    await search.run(workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /could not be asked for Job ffffffff: the disk is full/);
    assert.equal(logged.length, 1);
  });

  it('says that no other credentials know a job, and which could not tell', async () => {
    const { cloud } = workbench;
    await workbench.track('ffffffff-0000-4000-8000-000000000000');
    await until('it is not found', () => (workbench.rows()[0] ?? '').includes('not found'));
    await signInTo(SECOND.id);
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /The other credentials do not know this job either/);
    // Else a look at the job could have the one fault.
    await run('pausePolling');
    cloud.injectFault({ times: 1, effect: { kind: 'error', status: 500, code: 'ELB.8906', message: 'busy' } });
    await run('lookInOtherCredentials', workbench.jobNode());
    assert.match(notices().at(-1) ?? '', /some credentials could not tell \(.*: service error\)/);
  });

  it('tracks again what was taken out of the list, with its name, and muted as it was', async () => {
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
    await until('it is answered', () => /^Cutover \| (INIT|RUNNING)/.test(workbench.rows()[0] ?? ''));
    assert.equal([...app.store.all().values()][0]?.muted, true);
    assert.match(person.shown.find(({ actions }) => actions.includes('Undo'))?.message ?? '', /^Cutover is no longer/);
  });
});
