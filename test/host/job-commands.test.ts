import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { jobKey } from '../../src/jobs/model/job-reference';
import { isUnseen } from '../../src/jobs/model/tracked-job';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import type { JobTreeNode } from '../../src/ui/tree/job-nodes';
import { jobAt } from '../support/samples';
import { ESCAPE, KEEP } from '../support/host/quick-input';
import { until, Workbench } from '../support/host/workbench';

const run = (command: string, ...rest: unknown[]) => vscode.commands.executeCommand(`elbJobs.${command}`, ...rest);

describe('the commands for jobs in the list', () => {
  let workbench: Workbench;

  const clipboard = () => vscode.env.clipboard.readText();
  const label = () => workbench.rows()[0] ?? '';

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await until('it is answered', () => label().includes('COMPLETE'));
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  it('copy the id, the answer as the service sent it, and a report for a ticket', async () => {
    const node = workbench.jobNode();
    await run('copyJobId', node);
    assert.equal(await clipboard(), OFFICIAL_EXAMPLE.jobId);
    await run('copyJobJson', node);
    const { job, requestId } = OFFICIAL_EXAMPLE;
    assert.deepEqual(JSON.parse(await clipboard()), { job, request_id: requestId });
    await run('copyJobReport', node);
    const report = await clipboard();
    assert.match(report, /^## UPGRADE 37d5c1fd\n/);
    assert.match(report, /^\| Duration \| 28 min 29 sec \|$/m);
    assert.match(report, /^\| Last answered \| .* UTC \|$/m);
    assert.match(report, /^\| UPGRADE\\_INIT \| SUCCESS \| .* UTC \| 26 min 2 sec \| loadbalancer 9f5b432c-.* \|/m);
  });

  it('tell in a report what is not known: that a job is no longer found, and what the service said of that', async () => {
    const { app, cloud } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 60 * 60_000 });
    await workbench.track(jobId);
    await until('it goes on', () => /INIT|RUNNING/.test(label()), label);
    await run('pausePolling');
    const [key = ''] = [...app.store.all()].find(([, { reference }]) => reference.jobId === jobId) ?? [];
    app.store.applyError(key, { kind: 'not-found', code: 'ELB.8904', message: 'Job *not* found' }, Date.now());
    assert.match(label(), /^cloneListener \| (INIT|RUNNING) · no longer kept · [\da-f]{8}$/, 'no time goes on');
    await run('copyJobReport', workbench.jobNode());
    assert.match(
      await clipboard(),
      /^\| Last look \| The service no longer keeps this job\. .* \(ELB\.8904 · Job \\\*not\\\* found\) \|$/m,
    );
  });

  it('show the answer as a document that stays as it is', async () => {
    await run('openJobJson', workbench.jobNode());
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'elb-job');
    assert.equal(document.languageId, 'json');
    const { job, requestId } = OFFICIAL_EXAMPLE;
    assert.deepEqual(JSON.parse(document.getText()), { job, request_id: requestId });
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) ?? false, false);
  });

  it('copy the answers for several as one list, and keep a document that is open when its job leaves the list', async () => {
    const { cloud, app } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.track(jobId);
    const nodes = [...app.store.all().keys()].map((key) => ({ kind: 'job', id: key, key }));
    await until('both are answered', () => [...app.store.all().values()].every(({ job }) => job !== undefined));
    await run('copyJobJson', nodes[0], nodes);
    const answers = JSON.parse(await clipboard()) as { readonly job: { readonly job_id: string } }[];
    assert.deepEqual(
      answers.map(({ job }) => job.job_id).sort(),
      [...app.store.all().values()].map(({ job }) => job?.jobId).sort(),
    );
    await run('openJobJson', workbench.jobNode());
    const document = vscode.window.activeTextEditor?.document ?? assert.fail('no document is open');
    const text = document.getText();
    assert.match(text, /"request_id"/);
    const changes: string[] = [];
    const listening = vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => changes.push(uri.scheme));
    await app.store.untrack([...app.store.all().keys()]);
    await vscode.workspace.openTextDocument(document.uri);
    listening.dispose();
    assert.equal(document.getText(), text);
    assert.ok(!changes.includes('elb-job'));
  });

  it('name a job, and give it its own name again', async () => {
    workbench.person.types('Cutover of shop');
    await run('renameJob', workbench.jobNode());
    assert.match(label(), /^Cutover of shop \| /);
    workbench.person.types('');
    await run('renameJob', workbench.jobNode());
    assert.match(label(), /^UPGRADE \| /);
  });

  it('mute a job, whose end then is not announced', async () => {
    const { cloud, person } = workbench;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 3000 });
    await workbench.track(jobId);
    await run('muteJob', { key: jobKey({ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId }) });
    cloud.clock.advance(3000);
    await until('it has ended', () => label().includes('COMPLETE'));
    const other = cloud.startJob({ kind: 'UPGRADE', outcome: 'fail', durationMs: 0 });
    await workbench.track(other.jobId);
    await until('another end is announced', () => person.shown.some(({ message }) => message.includes(other.jobId)));
    assert.ok(!person.shown.some(({ message }) => message.includes(jobId)));
  });

  it('take jobs out of the list, and bring them back as they were', async () => {
    const { cloud, person, app } = workbench;
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    await until('the job is answered for', () => /^UPGRADE \| (INIT|RUNNING)/.test(label()));
    app.store.rename(workbench.app.tree.getChildren().map((node) => ('key' in node ? node.key : ''))[1] ?? '', 'mine');
    await run('clearFinished');
    assert.deepEqual(
      workbench.rows().map((row) => row.split(' | ')[0]),
      ['UPGRADE'],
      'what goes on stays',
    );
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    person.chooses(({ actions }) => actions.find((action) => action === 'Undo'));
    const before = person.shown.length;
    await run('untrack', undefined, app.tree.getChildren());
    await until('all are back', () => workbench.rows().length === 2);
    // The end of one may be announced meanwhile.
    assert.ok(person.shown.slice(before).some(({ message }) => message.startsWith('2 jobs are no longer tracked')));
  });

  it('bring back what could be taken out of the list where the disk keeps the rest, and tell that once', async () => {
    const { cloud, person, app } = workbench;
    const jobs = [1, 2].map(() => cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    await workbench.track(jobs.join(' '));
    const untrack = app.store.untrack.bind(app.store);
    app.store.untrack = async ([first, ...others]) => {
      await untrack(others);
      throw new Error(`no room for ${first ?? ''}`);
    };
    const before = person.shown.length;
    try {
      person.chooses(({ actions }) => actions.find((action) => action === 'Undo'));
      await run('untrack', undefined, app.tree.getChildren());
    } finally {
      app.store.untrack = untrack;
    }
    await until('all are back', () => app.store.all().size === 3);
    // The end of one may be announced meanwhile.
    const told = person.shown.slice(before).flatMap(({ message }) => /^.*?tracked/.exec(message) ?? []);
    assert.deepEqual(told, ['The job is still tracked', '2 jobs are no longer tracked']);
  });

  it('tell once, however many they are, that jobs could not be saved', async () => {
    const { cloud, person, app } = workbench;
    const { store } = app;
    const { trackAll, isShared } = { trackAll: store.trackAll.bind(store), isShared: store.isShared.bind(store) };
    store.trackAll = async (...given) => {
      await trackAll(...given);
      throw new Error('the disk is full');
    };
    store.isShared = (key) => store.get(key)?.reference.jobId === OFFICIAL_EXAMPLE.jobId;
    const job = () => cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId;
    const failures = () => person.shown.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    try {
      const one = job();
      await workbench.track(`${OFFICIAL_EXAMPLE.jobId} ${one}`);
      await workbench.track(`${job()} ${job()}`);
      assert.deepEqual(failures(), [
        `Job ${one} is followed only until this window closes, since it could not be saved: the disk is full`,
        'Jobs are followed only until this window closes, since they could not be saved: the disk is full',
      ]);
    } finally {
      Object.assign(store, { trackAll, isShared });
    }
  });

  it('show a row as soon as the view has it, and do not fail where it never has', async () => {
    const { app, cloud } = workbench;
    const { view } = app.tree;
    const reveal = view.reveal.bind(view);
    let refusals = 2;
    // What the view says while it draws its rows anew; of a row that it has only just been told of, it says nothing.
    view.reveal = (...args) => {
      refusals -= 1;
      if (refusals < 0) return reveal(...args);
      return refusals === 0 ? Promise.resolve() : Promise.reject(new Error('Cannot resolve tree item for element'));
    };
    try {
      await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
      const [newest] = app.tree.getChildren();
      await until('its row is selected', () => view.selection[0]?.id === newest?.id);
      refusals = Infinity;
      await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 60 * 60_000 }).jobId);
    } finally {
      view.reveal = reveal;
    }
  });

  it('mean from the palette what is selected in the view, and let several be picked where it is not seen', async () => {
    const { app, cloud, person } = workbench;
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    const [official] =
      [...app.store.all()].find(([, { reference }]) => reference.jobId === OFFICIAL_EXAMPLE.jobId) ?? [];
    assert.ok(official !== undefined);
    app.store.rename(official, 'Cutover of shop');
    await app.tree.reveal(official, { focus: true });
    await until('it is selected', () => app.tree.view.visible && app.tree.view.selection[0]?.id === official);
    await run('copyJobId');
    assert.equal(await clipboard(), OFFICIAL_EXAMPLE.jobId, 'nothing is asked');
    await run('muteJob');
    assert.equal(app.store.get(official)?.muted, true);
    person.types(ESCAPE);
    await run('copyJobId', { key: 'a job that is gone' });
    assert.equal(await clipboard(), OFFICIAL_EXAMPLE.jobId);

    await workbench.lookElsewhere();
    person.types('Cutover of shop');
    await run('copyJobReport');
    assert.match(await clipboard(), /37d5c1fd/, 'it is picked by its name');
    await until('all are answered', () => [...app.store.all().values()].every(({ job }) => job !== undefined));
    person.types('UPGRADE');
    await run('muteJob');
    assert.ok([...app.store.all().values()].every(({ muted }) => muted));
    person.types('');
    await run('untrack');
    assert.equal(app.store.all().size, 0);
  });

  it('are picked from a list with the newest first, by Enter alone where one is meant', async () => {
    const { app, cloud, person } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 60 * 60_000 });
    await workbench.track(jobId);
    await workbench.lookElsewhere();
    person.types(KEEP);
    await run('untrack');
    assert.deepEqual(person.asked.at(-1), 'Stop Tracking Job: Which jobs?');
    assert.deepEqual(
      [...app.store.all().values()].map(({ reference }) => reference.jobId),
      [OFFICIAL_EXAMPLE.jobId],
    );
  });

  it('tidy away no ending that nobody has looked at', async () => {
    const { app, person } = workbench;
    const endings = () => [...app.store.all().values()].map(isUnseen);
    const [key = ''] = app.store.all().keys();
    await app.store.untrack([key]);
    await workbench.trackOutOfSight(OFFICIAL_EXAMPLE.jobId);
    await until('it has ended, unseen', () => endings()[0] === true, endings);
    await run('clearFinished');
    assert.deepEqual(endings(), [true]);
    const { message, actions } = person.shown.at(-1) ?? assert.fail('something was said');
    assert.match(message, /^Ended jobs that you have not looked at yet stay in the list: 1\./);
    assert.deepEqual(actions, ['Show Jobs']);
    workbench.markAllSeen();
    await run('clearFinished');
    assert.equal(app.store.all().size, 0);
  });

  it('copy what a row below a job tells: the request id, the error, the ids of resources', async () => {
    const { app, cloud } = workbench;
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('it has failed', () => label().includes('FAIL'));
    const job = workbench.jobNode();
    const below = (node: JobTreeNode): JobTreeNode[] => [node, ...app.tree.getChildren(node).flatMap(below)];
    const rows = below(job);
    const copied = async (kind: JobTreeNode['kind']) => {
      const row = rows.find((each) => each.kind === kind) ?? assert.fail(`there is no ${kind}`);
      await run('copyValue', row);
      return clipboard();
    };
    const tracked = [...app.store.all().values()].find(({ job: answered }) => answered?.status === 'FAIL');
    assert.equal(await copied('request-id'), tracked?.requestId);
    assert.match(await copied('failure'), /^ELB\.\d+: /);
    assert.equal(await copied('entity'), tracked?.job?.subJobs[0]?.entities[0]?.resourceId);
    const entities = rows.filter(({ kind }) => kind === 'entity');
    await run('copyValue', entities[0], entities);
    assert.equal((await clipboard()).split('\n').length, entities.length);
  });

  it('arrange the list by status, and say what is hidden', async () => {
    const { cloud, person, app } = workbench;
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('it has failed', () => label().includes('FAIL'));
    person.types('Status');
    await run('groupBy');
    assert.deepEqual(workbench.headings(), ['Failed', 'Succeeded']);
    person.types('Failed', '');
    await run('filter');
    assert.deepEqual([workbench.headings(), app.tree.view.description], [['Failed'], 'Failed']);
    const [hidden] = [...app.store.all()].find(([, { job }]) => job?.status === 'COMPLETE') ?? [];
    assert.ok(hidden !== undefined);
    await app.tree.reveal(hidden, { focus: true });
    await until('what is asked for is shown', () => app.tree.view.selection[0]?.id === hidden);
    assert.equal(app.tree.view.description, '');
    person.types('No groups');
    await run('groupBy');
    assert.equal(workbench.rows().length, 2);
    person.types('Failed', ESCAPE);
    await run('filter');
    assert.equal(app.tree.view.description, 'Failed', 'what was chosen before the person left holds');
    await run('clearFilter');
  });

  it('stay where they are, and are drawn alone, while nothing moves them in a list that is arranged', async () => {
    const { app, cloud, person } = workbench;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 20_000 });
    await workbench.track(jobId);
    await until('it goes on', () => /INIT|RUNNING/.test(label()), label);
    person.types('Running', 'clone');
    await run('filter');
    person.types('Status: failed first');
    await run('sortBy');
    const redrawn: unknown[] = [];
    const listening = app.tree.onDidChangeTreeData((node) => redrawn.push(node));
    const key = app.store.find({ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId }) ?? assert.fail();
    const ended = () => app.store.get(key)?.job?.subJobs.filter(({ status }) => status === 'SUCCESS').length ?? 0;
    cloud.clock.advance(18_000);
    app.engine.refresh([key]);
    await until('a sub-job has ended', () => ended() > 0);
    listening.dispose();
    assert.ok(redrawn.length > 0);
    assert.ok(redrawn.every((node) => node !== undefined && (node as JobTreeNode).id === key));
    person.types('Newest first');
    await run('sortBy');
    await run('clearFilter');
  });

  it('come back into a list of what nobody has seen when they end anew', async () => {
    const { app, cloud, person } = workbench;
    const key = await app.store.track(
      { endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId: 'ends-twice' },
      Date.now(),
    );
    await run('pausePolling');
    app.store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, Date.now());
    person.types('Not seen yet', '');
    await run('filter');
    const isListed = () => workbench.rows().some((row) => row.startsWith('UPGRADE') && row.includes('ends-twi'));
    assert.ok(isListed());
    workbench.markAllSeen();
    // Another job moves, with which all rows are drawn anew.
    await app.store.track({ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId: 'other' }, Date.now());
    const other = app.store.find({ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId: 'other' });
    app.store.applyResponse(other ?? assert.fail(), { job: jobAt('FAIL') }, Date.now());
    assert.ok(!isListed());
    const redrawn: unknown[] = [];
    const listening = app.tree.onDidChangeTreeData((node) => redrawn.push(node));
    app.store.applyResponse(key, { job: jobAt('ROLLBACK_FAIL', { jobType: 'UPGRADE' }) }, Date.now());
    listening.dispose();
    assert.deepEqual(redrawn, [undefined], 'the list is drawn with the row that is back');
    assert.ok(isListed());
    await run('clearFilter');
  });

  it('have headings that follow the name of the credentials', async () => {
    const { app, person } = workbench;
    person.types('Project');
    await run('groupBy');
    assert.equal(workbench.headings().length, 1);
    workbench.markAllSeen();
    const redrawn: unknown[] = [];
    const listening = app.tree.onDidChangeTreeData((node) => redrawn.push(node));
    const [profile] = app.credentials.all();
    assert.ok(profile);
    await app.credentials.rename(profile, 'Shop');
    listening.dispose();
    assert.deepEqual([redrawn, workbench.headings()], [[undefined], ['Shop']]);
    person.types('No groups');
    await run('groupBy');
  });

  it('do not take away what the person is reading because they have seen it by now', async () => {
    const { cloud, person, app } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    person.types('Not seen yet', 'clone');
    await run('filter');
    await workbench.track(jobId);
    await until('it has ended', () => label().includes('cloneListener'));
    const redrawn: unknown[] = [];
    const listening = app.tree.onDidChangeTreeData((node) => redrawn.push(node));
    app.store.markSeen(new Map([...app.store.all()].map(([key, { endingNumber }]) => [key, endingNumber])));
    listening.dispose();
    assert.ok(redrawn.length > 0 && redrawn.every((node) => node !== undefined), 'rows are drawn, not the list');
    await run('clearFilter');
  });
});

describe('what can be tracked', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  it('is several ids, an answer, and a request URL of a project that is signed in to', async () => {
    const { cloud } = workbench;
    const ids = [1, 2, 3, 4].map(() => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    const [one = '', two = '', three = '', four = ''] = ids;
    await workbench.track(`${one}, ${two}`);
    await workbench.track(`{"job_id":"${three}","request_id":"1fd5b7a2-65ab-4a7e-9a0e-0c0f6a9d2c51"}`);
    await workbench.track(`GET ${cloud.origin}/v3/${cloud.projects[0].id}/elb/jobs/${four}`);
    const tracked = [...workbench.app.store.all().values()].map(({ reference }) => reference.jobId);
    assert.deepEqual(tracked.sort(), ids.sort());
  });

  it('is the first 300 of many, which is said', async () => {
    const { person, app } = workbench;
    await vscode.commands.executeCommand('elbJobs.pausePolling');
    const ids = Array.from({ length: 301 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
    await workbench.track(ids.join(' '));
    assert.equal(app.store.all().size, 300);
    assert.match(person.shown.at(-1)?.message ?? '', /^Only the first 300 of these jobs are tracked/);
  });

  it('is proposed from the selection, and is no job of a place that nobody signed in to', async () => {
    const { person, app } = workbench;
    const elsewhere = 'https://elb.evil.example/v3/0123456789abcdef0123456789abcdef/elb/jobs/';
    const nobodys = /There are no credentials for https:\/\/elb\.evil\.example/;
    person.types(`${elsewhere}${OFFICIAL_EXAMPLE.jobId}`, ESCAPE);
    await run('track');
    assert.match(person.refused.at(-1) ?? '', nobodys, 'while what was typed is still there');
    await run('track', `${elsewhere}${OFFICIAL_EXAMPLE.jobId}`);
    assert.match(person.shown.at(-1)?.message ?? '', nobodys);
    assert.deepEqual(person.shown.at(-1)?.actions, ['Add Credentials']);
    assert.equal(app.store.all().size, 0);
    const content = `the answer was {"job_id": "${OFFICIAL_EXAMPLE.jobId}"}`;
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
    editor.selection = new vscode.Selection(0, 0, 0, content.length);
    person.types(KEEP);
    await run('track');
    assert.equal([...app.store.all().values()][0]?.reference.jobId, OFFICIAL_EXAMPLE.jobId);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
