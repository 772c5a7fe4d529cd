import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { jobKey } from '../../src/jobs/model/job-reference';
import { MAX_PASTED_LENGTH } from '../../src/base/limits';
import { isUnseen } from '../../src/jobs/model/tracked-job';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import type { JobTreeNode } from '../../src/ui/tree/job-nodes';
import { jobAt } from '../support/samples';
import { replaceProperty } from '../support/host/replace-property';
import { AND, ESCAPE, KEEP, TYPED } from '../support/host/quick-input';
import { HOUR } from '../../src/base/time-units';
import { openedDocument, runCommand as run, until, Workbench } from '../support/host/workbench';

describe('the commands for jobs in the list', () => {
  let workbench: Workbench;

  const clipboard = () => vscode.env.clipboard.readText();
  const label = () => workbench.rows()[0] ?? '';
  /** With the status in words. */
  const name = () => workbench.rowNames()[0] ?? '';

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await until('the job is polled', () => name().includes('COMPLETE'));
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  it('copy the id, the JSON that the service sent, and a report for a ticket', async () => {
    const node = workbench.jobNode();
    await run('copyJobId', node);
    assert.equal(await clipboard(), OFFICIAL_EXAMPLE.jobId);
    await run('copyJobJson', node);
    const { job, requestId } = OFFICIAL_EXAMPLE;
    assert.deepEqual(JSON.parse(await clipboard()), { job, request_id: requestId });
    await run('copyJobReport', node);
    const report = await clipboard();
    assert.match(report, /^## COMPLETE after 28 min 29 sec\n\n\*\*UPGRADE 37d5c1fd\*\*\n/);
    assert.match(report, /^\| Duration \| 28 min 29 sec \|$/m);
    assert.match(report, /^\| Job ID \| `37d5c1fd-fa57-4c6d-bdcd-d523095c05e8` \|$/m);
    assert.match(report, /^\| Last response \| \d{4}-\d\d-\d\dT[\d:]+Z \(.*\) \|$/m);
    assert.match(
      report,
      /^\| `UPGRADE_INIT` \| `SUCCESS` \| 2024-03-23T08:20:42Z \(.*\) \| 2024-03-23T08:46:44Z \(.*\) \| 26 min 2 sec \| loadbalancer `9f5b432c-.*` \|/m,
    );
  });

  it('copy one report of several jobs, which says how many of them failed', async () => {
    const { app, cloud } = workbench;
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('the job has failed', () => name().includes('FAIL'));
    const nodes = [...app.store.all().keys()].map((key) => ({ kind: 'job', id: key, key }));
    await run('copyJobReport', nodes[0], nodes);
    const report = await clipboard();
    assert.match(report, /^\*\*2 jobs: 1 failed, 1 succeeded\*\*\n/);
    assert.match(report, /^## FAILED .*ELB\.\d+ · /m);
    assert.match(report, /^- Failed first: `\w+` · `[\w-]+` · `ELB\.\d+` · /m);
  });

  it('say that they copied', async () => {
    const { person, cloud, app } = workbench;
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('the job has failed', () => name().includes('FAIL'));
    const job = workbench.jobNode();
    const requestId = app.tree.getChildren(job).find(({ kind }) => kind === 'request-id');
    for (const [command, row] of [
      ['copyJobId', job],
      ['copyJobJson', job],
      ['copyJobReport', job],
      ['copyValue', requestId],
    ] as const) {
      person.statusMessages.length = 0;
      await run(command, row);
      assert.deepEqual(person.statusMessages, ['$(check) Copied'], command);
    }
  });

  it('say so if a text could not be copied', async () => {
    const { person } = workbench;
    const restore = replaceProperty(vscode.env, 'clipboard', {
      writeText: () => Promise.reject(new Error('no permission')),
    });
    try {
      await run('copyJobId', workbench.jobNode());
    } finally {
      restore();
    }
    assert.deepEqual(person.statusMessages, []);
    assert.equal(person.lastShown().message, 'The text could not be copied: no permission');
  });

  it('copy a report that shows if a job is no longer found, with the service’s message', async () => {
    const { app, cloud } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: HOUR });
    await workbench.track(jobId);
    await until('the job runs', () => /INIT|RUNNING/.test(name()), name);
    await workbench.pausePolling();
    const [key = ''] = [...app.store.all()].find(([, { reference }]) => reference.jobId === jobId) ?? [];
    app.store.applyError(key, { kind: 'not-found', code: 'ELB.8904', message: 'Job *not* found' }, Date.now());
    assert.match(
      label(),
      /^cloneListener \| [\da-f]{8} · (INIT|RUNNING) · no longer available$/,
      'No duration is shown',
    );
    await run('copyJobReport', workbench.jobNode());
    assert.match(
      await clipboard(),
      /^\| Last check \| The service no longer keeps this job\. .* \(ELB\.8904 · Job \\\*not\\\* found\) \|$/m,
    );
  });

  it('show the JSON as a read-only document', async () => {
    await run('openJobJson', workbench.jobNode());
    const document = await openedDocument();
    assert.equal(document.languageId, 'json');
    const { job, requestId } = OFFICIAL_EXAMPLE;
    assert.deepEqual(JSON.parse(document.getText()), { job, request_id: requestId });
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) ?? false, false);
  });

  it('copy the JSON of several jobs as one list, and leave a document open when its job is removed', async () => {
    const { cloud, app } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.track(jobId);
    const nodes = [...app.store.all().keys()].map((key) => ({ kind: 'job', id: key, key }));
    await workbench.untilAllPolled();
    await run('copyJobJson', nodes[0], nodes);
    const copied = JSON.parse(await clipboard()) as { readonly job: { readonly job_id: string } }[];
    assert.deepEqual(
      copied.map(({ job }) => job.job_id).sort(),
      workbench
        .trackedJobs()
        .map(({ job }) => job?.jobId)
        .sort(),
    );
    await run('openJobJson', workbench.jobNode());
    const document = await openedDocument();
    const text = document.getText();
    assert.match(text, /"request_id"/);
    const changes: string[] = [];
    const listener = vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => changes.push(uri.scheme));
    await app.store.untrack([...app.store.all().keys()]);
    await vscode.workspace.openTextDocument(document.uri);
    listener.dispose();
    assert.equal(document.getText(), text);
    assert.ok(!changes.includes('elb-job'));
  });

  it('rename a job, and give it its original name again', async () => {
    workbench.person.types('Cutover of shop');
    await run('renameJob', workbench.jobNode());
    assert.match(label(), /^Cutover of shop \| /);
    workbench.person.types('');
    await run('renameJob', workbench.jobNode());
    assert.match(label(), /^UPGRADE \| /);
  });

  it('mute a job, whose ending is then not announced', async () => {
    const { cloud, person } = workbench;
    // Its ending may be announced together with another.
    await run('untrack', workbench.jobNode());
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 3000 });
    await workbench.track(jobId);
    await run('muteJob', { key: jobKey(workbench.reference(jobId)) });
    cloud.clock.advance(3000);
    await until('the job has ended', () => name().includes('COMPLETE'));
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', outcome: 'fail', durationMs: 0 }).jobId);
    const messages = () => person.shown.map(({ message }) => message);
    await until(
      'another ending is announced',
      () => messages().some((message) => message.includes(' failed')),
      messages,
    );
    assert.ok(!messages().some((message) => /ELB jobs have ended|cloneListener/.test(message)), messages().join('\n'));
  });

  it('remove jobs from the list, and restore them unchanged after Undo', async () => {
    const { cloud, person, app } = workbench;
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    await until('the job is polled', () => /^UPGRADE, (INIT|RUNNING)/.test(name()));
    app.store.rename(workbench.app.tree.getChildren().map((node) => ('key' in node ? node.key : ''))[1] ?? '', 'mine');
    await run('clearFinished');
    assert.deepEqual(
      workbench.rows().map((row) => row.split(' | ')[0]),
      ['UPGRADE'],
      'A running job stays in the list',
    );
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    person.clicks('Undo');
    const before = person.shown.length;
    await run('untrack', undefined, app.tree.getChildren());
    await until('all jobs are back', () => workbench.rows().length === 2);
    // An ending may be announced in the meantime.
    assert.ok(person.shown.slice(before).some(({ message }) => message.startsWith('2 jobs are no longer tracked')));
  });

  it('restore the removed jobs if only some could be removed from disk, with one message each', async () => {
    const { cloud, person, app } = workbench;
    const jobs = [1, 2].map(() => cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    await workbench.track(jobs.join(' '));
    const untrack = app.store.untrack.bind(app.store);
    app.store.untrack = async ([first, ...others]) => {
      await untrack(others);
      throw new Error(`no room for ${first ?? ''}`);
    };
    const before = person.shown.length;
    try {
      person.clicks('Undo');
      await run('untrack', undefined, app.tree.getChildren());
    } finally {
      app.store.untrack = untrack;
    }
    await until('all jobs are back', () => app.store.all().size === 3);
    // An ending may be announced in the meantime.
    const messages = person.shown.slice(before).flatMap(({ message }) => /^.*?tracked/.exec(message) ?? []);
    assert.deepEqual(messages, [
      'The job could not be removed, so it is still tracked',
      '2 jobs are no longer tracked',
    ]);
  });

  it('show one message if jobs could not be saved, no matter how many', async () => {
    const { cloud, person, app } = workbench;
    const { store } = app;
    const { trackAll, isShared } = { trackAll: store.trackAll.bind(store), isShared: store.isShared.bind(store) };
    store.trackAll = async (...args) => {
      await trackAll(...args);
      throw new Error('the disk is full');
    };
    store.isShared = (key) => store.get(key)?.reference.jobId === OFFICIAL_EXAMPLE.jobId;
    const job = () => cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId;
    const failures = () => person.shown.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    try {
      const one = job();
      await workbench.track(`${OFFICIAL_EXAMPLE.jobId} ${one}`);
      await workbench.track(`${job()} ${job()}`);
      assert.deepEqual(failures(), [
        `Job ${one} could not be saved, so it is tracked only until this window closes: the disk is full`,
        'Some jobs could not be saved, so they are tracked only until this window closes: the disk is full',
      ]);
    } finally {
      Object.assign(store, { trackAll, isShared });
    }
  });

  it('show a row as soon as the view has it, and do not fail if it never does', async () => {
    const { app, cloud } = workbench;
    const { view } = app.tree;
    const reveal = view.reveal.bind(view);
    let refusals = 2;
    // As the view does: rejects while it redraws its rows, and does nothing for a row that it has just received.
    view.reveal = (...args) => {
      refusals -= 1;
      if (refusals < 0) return reveal(...args);
      return refusals === 0 ? Promise.resolve() : Promise.reject(new Error('Cannot resolve tree item for element'));
    };
    try {
      await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
      const [newest] = app.tree.getChildren();
      await until('its row is selected', () => view.selection[0]?.id === newest?.id);
      refusals = Infinity;
      await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: HOUR }).jobId);
    } finally {
      view.reveal = reveal;
    }
  });

  it('apply to the selected rows from the palette, and offer a list if the view is hidden', async () => {
    const { app, cloud, person } = workbench;
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    const [official] =
      [...app.store.all()].find(([, { reference }]) => reference.jobId === OFFICIAL_EXAMPLE.jobId) ?? [];
    assert.ok(official !== undefined);
    app.store.rename(official, 'Cutover of shop');
    await app.tree.reveal(official, { focus: true });
    await until('its row is selected', () => app.tree.view.visible && app.tree.view.selection[0]?.id === official);
    await run('copyJobId');
    assert.equal(await clipboard(), OFFICIAL_EXAMPLE.jobId, 'No list is shown');
    await run('muteJob');
    assert.equal(app.store.get(official)?.muted, true);
    person.types(ESCAPE);
    await run('copyJobId', { key: 'a job that is gone' });
    assert.equal(await clipboard(), OFFICIAL_EXAMPLE.jobId);

    await workbench.hideView();
    person.types('Cutover of shop');
    await run('copyJobReport');
    assert.match(await clipboard(), /37d5c1fd/, 'The job is picked by its name');
    await workbench.untilAllPolled();
    person.types('UPGRADE');
    await run('muteJob');
    assert.ok(workbench.trackedJobs().every(({ muted }) => muted));
    person.types('');
    await run('untrack');
    assert.equal(app.store.all().size, 0);
  });

  it('list the newest job first, which Enter picks', async () => {
    const { cloud, person } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: HOUR });
    await workbench.track(jobId);
    await workbench.hideView();
    person.types(KEEP);
    await run('untrack');
    assert.deepEqual(person.questions.at(-1), 'Stop Tracking Job: Which jobs?');
    assert.deepEqual(
      workbench.trackedJobs().map(({ reference }) => reference.jobId),
      [OFFICIAL_EXAMPLE.jobId],
    );
  });

  it('do not clear an ended job that is unseen', async () => {
    const { app, person } = workbench;
    const endings = () => workbench.trackedJobs().map(isUnseen);
    const [key = ''] = app.store.all().keys();
    await app.store.untrack([key]);
    await workbench.trackWhileHidden(OFFICIAL_EXAMPLE.jobId);
    await until('the job has ended, unseen', () => endings()[0] === true, endings);
    await run('clearFinished');
    assert.deepEqual(endings(), [true]);
    const { message, actions } = person.lastShown();
    assert.match(message, /^Ended jobs that you have not seen yet stay in the list: 1\./);
    assert.deepEqual(actions, ['Show Jobs']);
    workbench.markAllSeen();
    await run('clearFinished');
    assert.equal(app.store.all().size, 0);
  });

  it('copy the value of a row below a job: the request id, the error, the ids of resources', async () => {
    const { app, cloud } = workbench;
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('the job has failed', () => name().includes('FAIL'));
    const job = workbench.jobNode();
    const below = (node: JobTreeNode): JobTreeNode[] => [node, ...app.tree.getChildren(node).flatMap(below)];
    const rows = below(job);
    const copied = async (kind: JobTreeNode['kind']) => {
      const row = rows.find((each) => each.kind === kind) ?? assert.fail(`There is no ${kind} row`);
      await run('copyValue', row);
      return clipboard();
    };
    const tracked = workbench.trackedJobs().find((each) => each.job?.status === 'FAIL');
    assert.equal(await copied('request-id'), tracked?.requestId);
    assert.match(await copied('failure'), /^ELB\.\d+: /);
    assert.equal(await copied('entity'), tracked?.job?.subJobs.at(0)?.entities[0]?.resourceId);
    assert.equal(await copied('sub-job'), tracked?.job?.subJobs.at(0)?.jobId);
    assert.match(await copied('failed-first'), /^\w+ · ELB\.\d+: /);
    const entities = rows.filter(({ kind }) => kind === 'entity');
    await run('copyValue', entities[0], entities);
    assert.equal((await clipboard()).split('\n').length, entities.length);
  });

  it('group and filter the list, show the filter, and clear it to show a hidden job', async () => {
    const { cloud, person, app } = workbench;
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('the job has failed', () => name().includes('FAIL'));
    person.types('Status');
    await run('groupBy');
    assert.deepEqual(workbench.headings(), ['Failed', 'Succeeded']);
    person.types('Failed');
    await run('filter');
    assert.deepEqual([workbench.headings(), app.tree.view.description], [['Failed'], 'Failed']);
    const [hidden] = [...app.store.all()].find(([, { job }]) => job?.status === 'COMPLETE') ?? [];
    assert.ok(hidden !== undefined);
    await app.tree.reveal(hidden, { focus: true });
    await until('the hidden job is shown', () => app.tree.view.selection[0]?.id === hidden);
    assert.equal(app.tree.view.description, '');
    person.types('No groups');
    await run('groupBy');
    assert.equal(workbench.rows().length, 2);
    person.types(`Failed${AND}Running`);
    await run('filter');
    assert.equal(app.tree.view.description, 'Running, Failed');
    person.types(ESCAPE);
    await run('filter');
    assert.equal(app.tree.view.description, 'Running, Failed', 'Escape changes nothing');
    person.types(`${TYPED}CHG`);
    await run('filter');
    assert.equal(app.tree.view.description, '“CHG”');
    await run('clearFilter');
    assert.equal(app.tree.view.description, '');
  });

  it('keep a sorted and filtered list in place, and redraw one row, while no job moves', async () => {
    const { app, cloud, person } = workbench;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 20_000 });
    await workbench.track(jobId);
    await until('the job runs', () => /INIT|RUNNING/.test(name()), name);
    person.types(`Running${AND}${TYPED}clone`);
    await run('filter');
    person.types('Status: failed first');
    await run('sortBy');
    // Or the row of an ended job is redrawn when it has been seen.
    workbench.markAllSeen();
    const key = app.store.find(workbench.reference(jobId)) ?? assert.fail();
    const ended = () => app.store.get(key)?.job?.subJobs.filter(({ status }) => status === 'SUCCESS').length ?? 0;
    const redrawn = await workbench.redrawnDuring(async () => {
      cloud.clock.advance(18_000);
      app.engine.refresh([key]);
      await until('a sub-job has ended', () => ended() > 0);
    });
    assert.ok(redrawn.length > 0);
    assert.ok(redrawn.every((node) => node?.id === key));
    person.types('Newest first');
    await run('sortBy');
    await run('clearFilter');
  });

  it('list a job as unseen again when it ends again', async () => {
    const { app, person } = workbench;
    await workbench.pausePolling();
    // Rows in view would count as seen after three seconds.
    await workbench.hideView();
    const key = await app.store.track(workbench.reference('ends-twice'), Date.now());
    app.store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, Date.now());
    person.types('Not seen yet');
    await run('filter');
    const isListed = () => workbench.rows().some((row) => row.startsWith('UPGRADE') && row.includes('ends-twi'));
    assert.ok(isListed());
    workbench.markAllSeen();
    // Another job moves, so that all rows are redrawn.
    const other = await app.store.track(workbench.reference('other'), Date.now());
    app.store.applyResponse(other, { job: jobAt('FAIL') }, Date.now());
    assert.ok(!isListed());
    const redrawn = await workbench.redrawnDuring(() => {
      app.store.applyResponse(key, { job: jobAt('ROLLBACK_FAIL', { jobType: 'UPGRADE' }) }, Date.now());
    });
    assert.deepEqual(redrawn, [undefined], 'The list is redrawn with the new row');
    assert.ok(isListed());
    await run('clearFilter');
  });

  it('show new headings when credentials are renamed', async () => {
    const { app, person } = workbench;
    person.types('Project');
    await run('groupBy');
    assert.equal(workbench.headings().length, 1);
    workbench.markAllSeen();
    const [profile] = app.credentials.all();
    assert.ok(profile);
    const redrawn = await workbench.redrawnDuring(() => app.credentials.profiles.rename(profile, 'Shop'));
    assert.deepEqual([redrawn, workbench.headings()], [[undefined], ['Shop']]);
    person.types('No groups');
    await run('groupBy');
  });

  it('do not redraw a row because another window is asked to poll its job', async () => {
    const { app } = workbench;
    await workbench.pausePolling();
    const [key = ''] = app.store.all().keys();
    const redrawn = await workbench.redrawnDuring(() => {
      app.store.requestPolls([key], Date.now());
    });
    assert.notEqual(app.store.get(key)?.pollWantedAt, undefined);
    assert.deepEqual(redrawn, []);
  });

  it('keep a row in the list of unseen jobs while the person sees it', async () => {
    const { cloud, person } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    person.types(`Not seen yet${AND}${TYPED}clone`);
    await run('filter');
    await workbench.track(jobId);
    await until('the job has ended', () => label().includes('cloneListener'));
    const redrawn = await workbench.redrawnDuring(() => {
      workbench.markAllSeen();
    });
    assert.ok(redrawn.length > 0 && redrawn.every((node) => node !== undefined), 'Rows are redrawn, not the list');
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

  it('is a list of ids, a response, or a request URL of a project with credentials', async () => {
    const { cloud } = workbench;
    const ids = [1, 2, 3, 4].map(() => cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    const [one = '', two = '', three = '', four = ''] = ids;
    await workbench.track(`${one}, ${two}`);
    await workbench.track(`{"job_id":"${three}","request_id":"1fd5b7a2-65ab-4a7e-9a0e-0c0f6a9d2c51"}`);
    await workbench.track(`GET ${cloud.origin}/v3/${cloud.projects[0].id}/elb/jobs/${four}`);
    const tracked = workbench.trackedJobs().map(({ reference }) => reference.jobId);
    assert.deepEqual(tracked.sort(), ids.sort());
  });

  it('is limited to 300 jobs at a time, which a message says', async () => {
    const { person, app } = workbench;
    await vscode.commands.executeCommand('elbJobs.pausePolling');
    const ids = Array.from({ length: 301 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
    await workbench.track(ids.join(' '));
    assert.equal(app.store.all().size, 300);
    assert.match(person.shown.at(-1)?.message ?? '', /^Only the first 300 of these jobs are tracked/);
  });

  it('is in the first 256 K characters of a text, which a message says', async () => {
    const { person, app } = workbench;
    await vscode.commands.executeCommand('elbJobs.pausePolling');
    const named = (at: number) => `\njob_id=00000000-0000-4000-8000-${String(at).padStart(12, '0')}\n`;
    const rest = 'a log line\n'.repeat(MAX_PASTED_LENGTH / 10);
    await run('track', named(1) + rest + named(2));
    assert.equal(app.store.all().size, 1);
    assert.match(person.shown.at(-1)?.message ?? '', /^Only the first 256 K characters were searched.* has 282 K\./);
    await run('track', rest + named(3));
    assert.equal(app.store.all().size, 1);
    assert.match(person.shown.at(-1)?.message ?? '', /^This text is too long \(282 K characters\)\. .* first 256 K\./);
    await workbench.track(rest + named(3));
    assert.match(person.rejections.at(-1) ?? '', /^This text is too long/, 'The input shows the problem');
  });

  it('is proposed from the beginning of a long selection, which the input says', async () => {
    const { person } = workbench;
    const { jobId } = OFFICIAL_EXAMPLE;
    const content = `job_id=${jobId}\n${'a log line\n'.repeat(MAX_PASTED_LENGTH / 10)}`;
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
    const { document } = editor;
    editor.selection = new vscode.Selection(document.positionAt(0), document.positionAt(content.length));
    person.types(KEEP);
    await run('track');
    assert.match(person.questions.at(-1) ?? '', /: Only the first 256 K characters of the selection or clipboard were/);
    assert.deepEqual(
      workbench.trackedJobs().map(({ reference }) => reference.jobId),
      [jobId],
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('is proposed from the selection, and is no job of an endpoint without credentials', async () => {
    const { person, app } = workbench;
    const elsewhere = 'https://elb.evil.example/v3/0123456789abcdef0123456789abcdef/elb/jobs/';
    const noCredentials = /There are no credentials for https:\/\/elb\.evil\.example/;
    person.types(`${elsewhere}${OFFICIAL_EXAMPLE.jobId}`, ESCAPE, ESCAPE);
    await run('track');
    assert.match(person.warnings.at(-1) ?? '', noCredentials, 'The input shows the problem');
    assert.match(person.questions.at(-2) ?? '', /Add Credentials First/, 'Enter starts the sign-in');
    await run('track', `${elsewhere}${OFFICIAL_EXAMPLE.jobId}`);
    assert.match(person.shown.at(-1)?.message ?? '', noCredentials);
    assert.deepEqual(person.shown.at(-1)?.actions, ['Add Credentials']);
    assert.equal(app.store.all().size, 0);
    const content = `the answer was {"job_id": "${OFFICIAL_EXAMPLE.jobId}"}`;
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
    editor.selection = new vscode.Selection(0, 0, 0, content.length);
    person.types(KEEP);
    await run('track');
    assert.equal(workbench.trackedJobs()[0]?.reference.jobId, OFFICIAL_EXAMPLE.jobId);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
