import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MINUTE } from '../../src/base/time-units';
import type { JobKey } from '../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../src/jobs/model/tracked-job';
import { TYPED } from '../support/host/quick-input';
import { namedResources } from '../support/named-resources';
import { jobAt, reference, subJobAt } from '../support/samples';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const OTHER = { ...reference, jobId: '11111111-2222-4333-8444-555555555555' };

/** Without credentials no names are looked up, so that the tests alone say which ones are known. */
describe('the name of a resource that becomes known', () => {
  let workbench: Workbench;
  let key: JobKey;

  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label)).sort();
  const areOpen = (...names: string[]) =>
    until(`the tabs ${names.join(', ')} are open`, () => tabs().join() === names.join(), tabs);
  const isOfJob = ({ reference: { jobId } }: TrackedJob) => jobId === reference.jobId;

  async function track(place: typeof reference, resourceId: string): Promise<JobKey> {
    const { store } = workbench.app;
    const now = Date.now();
    const tracked = await store.track(place, now - MINUTE);
    const entities = [{ resourceId, resourceType: 'loadbalancer' }];
    const steps = ['UPGRADE_INIT', 'UPGRADE_TRAFFIC_SWITCH'];
    const subJobs = steps.map((jobType) => subJobAt({ jobId: jobType, jobType, status: 'RUNNING', entities }));
    const fields = { jobId: place.jobId, jobType: 'UPGRADE', resourceId, beginTime: now - 200 * 60 * MINUTE, subJobs };
    store.applyResponse(tracked, { job: jobAt('RUNNING', fields) }, now);
    return tracked;
  }

  const showName = (name: string) => {
    workbench.app.store.setResources(reference, namedResources({ [LOAD_BALANCER]: name }), isOfJob);
  };

  beforeEach(async () => {
    workbench = await Workbench.open();
    await track(OTHER, 'another');
    key = await track(reference, LOAD_BALANCER);
    await vscode.commands.executeCommand('elbJobs.jobs.focus');
  });

  afterEach(async () => {
    workbench.app.store.setResources(reference, undefined, () => true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  const jobNode = () =>
    workbench.app.tree.getChildren().find(({ id }) => id === key) ?? assert.fail('The job is not listed');

  it('is in the row of its job, which alone is redrawn and stays selected and expanded', async () => {
    const { view } = workbench.app.tree;
    await workbench.reveal(jobNode(), { focus: true });
    assert.match(workbench.row(jobNode()), /^UPGRADE \| 37d5c1fd · /);
    const redrawn = await workbench.redrawnDuring(() => {
      showName('prod-api');
    });
    assert.deepEqual(
      redrawn.map((node) => node?.id),
      [key],
    );
    assert.match(workbench.row(jobNode()), /^UPGRADE · prod-api \| .* · 37d5c1fd$/);
    const [subJob] = workbench.app.tree.getChildren(jobNode());
    assert.deepEqual(workbench.rows(subJob), [`prod-api | loadbalancer · ${LOAD_BALANCER}`]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(
      view.selection.map(({ id }) => id),
      [key],
    );
  });

  it('is in the status bar and its tooltip', async () => {
    await workbench.app.store.untrack([...workbench.app.store.all().keys()].filter((each) => each !== key));
    assert.equal(workbench.statusBarText(), '$(sync) ELB: UPGRADE 37d5c1fd is running');
    showName('prod-api');
    assert.equal(workbench.statusBarText(), '$(sync) ELB: prod-api: upgrade is running');
    await workbench.untilStatusBarTooltip(/^UPGRADE · prod-api · 37d5c1fd: RUNNING$/m);
  });

  it('is in the titles of timelines and documents, which no two jobs share', async () => {
    await run('showTimeline', jobNode());
    await areOpen('Timeline: UPGRADE 37d5c1fd');
    showName('prod-api: www.example.com');
    await areOpen('Timeline: UPGRADE · prod-api: www.example.com · 37d5c1fd');
    await run('openJobJson', jobNode());
    await areOpen(
      'Timeline: UPGRADE · prod-api: www.example.com · 37d5c1fd',
      'UPGRADE prod-api www.example.com 37d5c1fd.json',
    );
  });

  it('is found by a filter and a search, and not copied instead of the id', async () => {
    const { person, app } = workbench;
    showName('prod-api');
    person.types(`${TYPED}PROD`);
    await run('filter');
    assert.deepEqual(
      app.tree.getChildren().map(({ id }) => id),
      [key],
    );
    await run('clearFilter');
    const [subJob] = app.tree.getChildren(jobNode());
    const [entity] = app.tree.getChildren(subJob);
    await run('copyValue', entity);
    assert.equal(await vscode.env.clipboard.readText(), LOAD_BALANCER);
    person.types('prod-api');
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the list is hidden, so that its selection does not count', () => !app.tree.view.visible);
    await run('copyJobId');
    assert.deepEqual(
      person.offered.at(-1)?.map((item) => item.split('RUNNING')[0]),
      ['UPGRADE · prod-api ', 'UPGRADE 11111111 '],
    );
    assert.equal(await vscode.env.clipboard.readText(), reference.jobId);
  });
});
