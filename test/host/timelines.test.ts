import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MINUTE } from '../../src/base/time-units';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { jobAt } from '../support/samples';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

describe('an open timeline', () => {
  let workbench: Workbench;

  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label)).sort();
  const areOpen = (...names: string[]) =>
    until(`the tabs ${names.join(', ')} are open`, () => tabs().join() === names.join(), tabs);
  const status = () => workbench.trackedJobs()[0]?.job?.status;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await until('the job is polled', () => status() === 'COMPLETE');
    await run('showTimeline', workbench.jobNode());
    await areOpen('Timeline: UPGRADE 37d5c1fd');
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  it('stays open when Clear Finished removes its job, and Undo makes it live again, also in the background', async () => {
    const { app, person } = workbench;
    await run('openJobJson', workbench.jobNode());
    workbench.markAllSeen();
    person.clicks('Undo');
    let cleared = 0;
    const listener = app.store.onDidChange((changes) => {
      cleared += changes.filter(({ kinds }) => kinds.includes('removed')).length;
    });
    await run('clearFinished');
    await until('the job is back', () => app.store.all().size === 1);
    listener.dispose();
    assert.equal(cleared, 1);
    await areOpen('Timeline: UPGRADE 37d5c1fd', 'UPGRADE 37d5c1fd.json');
    const [key = ''] = app.store.all().keys();
    app.store.rename(key, 'Cutover');
    await areOpen('Timeline: Cutover', 'UPGRADE 37d5c1fd.json');
  });

  it('stays open when another window removes its job', async () => {
    const { app } = workbench;
    await app.store.untrack([...app.store.all().keys()]);
    await areOpen('Timeline: UPGRADE 37d5c1fd');
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    const [key = ''] = app.store.all().keys();
    app.store.rename(key, 'Again');
    await areOpen('Timeline: Again');
  });

  it('stays open and live if its job turns out to be in the list under another ID', async () => {
    const { app } = workbench;
    await run('pausePolling');
    const job = { jobId: 'by-the-body', jobType: 'cloneListener', beginTime: Date.now() - MINUTE };
    const track = async (jobId: string) => {
      const key = await app.store.track(workbench.reference(jobId), Date.now());
      app.store.applyResponse(key, { job: jobAt('RUNNING', job) }, Date.now());
      return key;
    };
    const found = await track('by-the-body');
    await run('showTimeline', { kind: 'job', id: found, key: found });
    await areOpen('Timeline: UPGRADE 37d5c1fd', 'Timeline: cloneListener by-the-b');
    const merged = await track('by-the-path');
    await until('they are one row', () => app.store.get(found) === undefined);
    app.store.rename(merged, 'Merged');
    await areOpen('Timeline: Merged', 'Timeline: UPGRADE 37d5c1fd');
    await run('showTimeline', { kind: 'job', id: merged, key: merged });
    await areOpen('Timeline: Merged', 'Timeline: UPGRADE 37d5c1fd');
  });
});
