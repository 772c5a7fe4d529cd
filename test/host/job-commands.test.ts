import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { jobKey } from '../../src/jobs/job-reference';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/official-example';
import { until, Workbench } from './workbench';

describe('the commands for jobs in the list', () => {
  let workbench: Workbench;

  const run = (command: string, ...rest: unknown[]) => vscode.commands.executeCommand(`elbJobs.${command}`, ...rest);
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
    assert.deepEqual(JSON.parse(await clipboard()), OFFICIAL_EXAMPLE.job);
    await run('copyJobReport', node);
    const report = await clipboard();
    assert.match(report, /^## UPGRADE 37d5c1fd\n/);
    assert.match(report, /^\| Duration \| 28 min 29 sec \|$/m);
    assert.match(report, /^\| UPGRADE\\_INIT \| SUCCESS \| .* UTC \| 26 min 2 sec \| loadbalancer 9f5b432c-.* \|/m);
  });

  it('show the answer as a document that stays as it is', async () => {
    await run('openJobJson', workbench.jobNode());
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'elb-job');
    assert.equal(document.languageId, 'json');
    assert.deepEqual(JSON.parse(document.getText()), OFFICIAL_EXAMPLE.job);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) ?? false, false);
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
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 3000 });
    await workbench.track(jobId);
    await run('muteJob', { key: jobKey({ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId }) });
    await until('it has ended', () => label().includes('COMPLETE'));
    const other = cloud.startJob({ kind: 'UPGRADE', outcome: 'fail', durationMs: 0 });
    await workbench.track(other.jobId);
    await until('another end is announced', () => person.shown.some(({ message }) => message.includes(other.jobId)));
    assert.ok(!person.shown.some(({ message }) => message.includes(jobId)));
  });

  it('take jobs out of the list, and bring them back as they were', async () => {
    const { cloud, person, app } = workbench;
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
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
    assert.match(person.shown.at(before)?.message ?? '', /^2 jobs are no longer tracked/);
  });
});
