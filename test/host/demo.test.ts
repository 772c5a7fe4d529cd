import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { demoReferences } from '../../src/demo/demo-jobs';
import { isDemo } from '../../src/demo/demo-project';
import { jobKey } from '../../src/jobs/model/job-reference';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { ESCAPE } from '../support/host/quick-input';
import { until, Workbench } from '../support/host/workbench';
import { HOUR } from '../../src/base/time-units';

const [UPGRADE] = demoReferences();
assert.ok(UPGRADE);

const run = (command: string, ...rest: unknown[]) => vscode.commands.executeCommand(`elbJobs.${command}`, ...rest);

/** Hosts that any code in this process sends a request to. */
class RequestWatch {
  readonly hosts: string[] = [];
  private readonly note = (message: unknown) => {
    this.hosts.push((message as { request: { host: string } }).request.host);
  };

  constructor() {
    diagnostics.subscribe('http.client.request.start', this.note);
  }

  dispose(): void {
    diagnostics.unsubscribe('http.client.request.start', this.note);
  }
}

describe('Try with Demo Data', function () {
  this.timeout(60_000);
  let workbench: Workbench;
  let requests: RequestWatch;
  let contexts: Map<unknown, unknown>;
  const { executeCommand } = vscode.commands;

  const tooltip = () => {
    const { tooltip: shown } = workbench.app.statusBar.item;
    return typeof shown === 'string' ? shown : '';
  };
  const jobs = () => [...workbench.app.store.all().values()];
  const upgrade = () => ({ key: jobKey(UPGRADE) });
  const areAnswered = () => jobs().length === 5 && jobs().every(({ job }) => job !== undefined);
  const badge = () => workbench.app.tree.view.badge;
  const kept = (folder: string) => readdirSync(path.join(workbench.app.storage, folder));

  async function tryDemo(): Promise<void> {
    await run('tryDemo');
    await until('all are answered', areAnswered, () => workbench.rows());
  }

  beforeEach(async () => {
    workbench = await Workbench.open();
    requests = new RequestWatch();
    contexts = new Map();
    const noted: typeof executeCommand = (command, ...rest: unknown[]) => {
      if (command === 'setContext') contexts.set(rest[0], rest[1]);
      return executeCommand(command, ...rest);
    };
    Object.defineProperty(vscode.commands, 'executeCommand', { value: noted, configurable: true, writable: true });
  });

  afterEach(async () => {
    Object.defineProperty(vscode.commands, 'executeCommand', {
      value: executeCommand,
      configurable: true,
      writable: true,
    });
    requests.dispose();
    await executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  it('shows jobs without an account or a request, marked wherever they are, and says how one ends', async () => {
    const { app, person } = workbench;
    // The first of them ends nine seconds later, and showing its row may take some of that.
    const isShown = run('tryDemo');
    await until('all are answered', areAnswered, () => workbench.rows());
    assert.equal(contexts.get('elbJobs.demo'), true);
    assert.deepEqual(
      workbench.rows().map((row) => row.replace(/ · .*(?= · )/, '')),
      ['UPGRADE', 'cloneLoadbalancer', 'batchCreateV3Loadbalancer', 'cloneListener', 'batchDeleteListener'].map(
        (type, index) => `${type} | Demo · demo000${index + 1}`,
      ),
    );
    assert.match(workbench.rows()[0] ?? '', /Demo · RUNNING · (19|20) min · about [45] min left · /);
    const row = app.tree.getTreeItem(workbench.jobNode());
    const { tooltip: hover, accessibilityInformation } = app.tree.resolveTreeItem(row, workbench.jobNode());
    assert.match(
      hover instanceof vscode.MarkdownString ? hover.value : '',
      /Demo data.*this is no job of Huawei Cloud/,
    );
    assert.match(accessibilityInformation?.label ?? '', /^UPGRADE, Demo · RUNNING/);
    assert.match(app.tree.view.message ?? '', /^Demo data: nothing is asked of Huawei Cloud\./);
    assert.equal(workbench.statusBarText(), '$(sync) ELB: 5 running (demo)');
    assert.match(tooltip(), /^Demo: UPGRADE demo0001: RUNNING\n/);
    assert.deepEqual(badge(), { value: 5, tooltip: 'ELB jobs running: 5 (demo)' });
    await isShown;
    person.types('Project');
    await run('groupBy');
    assert.deepEqual(workbench.headings(), ['Demo data']);
    person.types('No groups');
    await run('groupBy');

    const ended = () => person.shown.filter(({ message }) => message.includes('batchDeleteListener'));
    await until('nine seconds have passed', () => Date.now() > (jobs()[0]?.trackedAt ?? 0) + 9000);
    await run('refresh');
    await until('the first end is announced', () => ended().length > 0);
    assert.match(ended()[0]?.message ?? '', /^Demo: batchDeleteListener completed · 4 min 12 sec · Job demo0005-/);
    assert.deepEqual(app.credentials.all(), []);
    assert.ok(jobs().every(({ pollFailure }) => pollFailure === undefined));
    assert.deepEqual(requests.hosts, [], 'no request leaves');
    await workbench.signIn();
    assert.ok(requests.hosts.length > 0, 'the watch sees requests where there are some');
  });

  it('copies and opens what says that it is of the demo', async () => {
    await tryDemo();
    await run('copyJobReport', upgrade());
    assert.match(
      await vscode.env.clipboard.readText(),
      /^## Demo: UPGRADE demo0001\n\nDemo data: this is no job of Huawei Cloud\.\n/,
    );
    workbench.app.store.rename(upgrade().key, 'Cutover');
    await run('copyJobReport', upgrade());
    assert.match(await vscode.env.clipboard.readText(), /^## Demo: Cutover\n/);
    await run('openJobJson', upgrade());
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.uri.path ?? '', /\/Demo UPGRADE demo0001\.json$/);
    assert.match(document?.getText() ?? '', /"project_id": "demo0{28}"/);
    await run('showTimeline', upgrade());
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    await until('the timeline is open', () => tabs().includes('Timeline: Demo: Cutover'), tabs);
    await run('removeDemo');
    await until('its tabs are closed', () => tabs().length === 0, tabs);
  });

  it('is gone with one click, with all that was kept of it', async () => {
    const { app, person } = workbench;
    await app.store.trackAll(demoReferences(), Date.now() - HOUR);
    const isSaid = () => person.shown.some(({ message }) => message.startsWith('5 ELB jobs have ended'));
    await until('all ends are announced', isSaid);
    assert.equal(kept('announced').length, 5);
    for (const { message } of person.shown) assert.match(message, /^Demo: | \(demo\)$/);
    assert.equal(kept('jobs').length, 5);
    const before = person.shown.length;
    await run('removeDemo');
    assert.deepEqual([workbench.rows(), app.store.all().size], [[], 0]);
    assert.deepEqual([kept('jobs'), kept('announced')], [[], []]);
    assert.equal(contexts.get('elbJobs.demo'), false);
    assert.equal(badge(), undefined);
    assert.doesNotMatch(app.tree.view.message ?? '', /Demo/);
    assert.equal(person.shown.length, before, 'nothing is asked and nothing said');
  });

  it('shows what is there when asked again, and begins anew once all have ended', async () => {
    const { app } = workbench;
    await tryDemo();
    const since = jobs().map(({ trackedAt }) => trackedAt);
    await run('tryDemo');
    assert.deepEqual(
      jobs().map(({ trackedAt }) => trackedAt),
      since,
    );
    await until('its first row is selected', () => app.tree.view.selection[0] === workbench.jobNode());
    await run('removeDemo');
    for (const reference of demoReferences()) await app.store.track(reference, Date.now() - HOUR);
    await until('all have ended', () => jobs().every(({ ending }) => ending !== undefined));
    await tryDemo();
    assert.ok(jobs().every(({ trackedAt }) => trackedAt > Date.now() - HOUR / 2));
    await until('they go on', () => workbench.statusBarText() === '$(sync) ELB: 5 running (demo)');
  });

  it('leaves a person’s own jobs and credentials as they are', async () => {
    const { app, cloud, person } = workbench;
    await run('tryDemo');
    person.types('Access key (AK/SK)', ESCAPE);
    await run('track');
    assert.deepEqual([person.refused, app.store.all().size], [[], 5], 'tracking begins with signing in');
    await workbench.signIn();
    await workbench.trackOutOfSight(OFFICIAL_EXAMPLE.jobId);
    await until('it has ended', () => workbench.statusBarText() === '$(pass) ELB: COMPLETE');
    assert.equal(badge(), undefined, 'none of the person’s own jobs goes on');
    assert.match(
      tooltip(),
      /^UPGRADE 37d5c1fd: COMPLETE\n(Demo: batchDeleteListener .*\n)?Demo: UPGRADE demo0001: RUNNING\n/,
    );
    const own = workbench.rows().find((row) => row.includes('37d5c1fd'));
    assert.equal(own, 'UPGRADE | ● COMPLETE · 28 min 29 sec · 37d5c1fd');
    const isOwn = ({ message }: { readonly message: string }) => message.includes(OFFICIAL_EXAMPLE.jobId);
    await until('its end is announced', () => person.shown.some(isOwn));
    assert.match(person.shown.find(isOwn)?.message ?? '', /^UPGRADE completed/);
    person.chooses(({ actions }) => actions.find((action) => action === 'Sign Out'));
    await run('signOut');
    assert.match(
      person.shown.find(({ detail }) => detail !== undefined)?.detail ?? '',
      /Its jobs in the list \(1\) can stay/,
    );
    await run('removeDemo');
    assert.deepEqual(
      jobs().map(({ reference }) => isDemo(reference)),
      [false],
    );
    assert.ok(cloud.requests.every(({ jobId }) => jobId?.startsWith('demo') !== true));
  });
});
