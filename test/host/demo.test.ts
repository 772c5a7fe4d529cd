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
import { replaceProperty } from '../support/host/replace-property';
import { runCommand as run, until, Workbench } from '../support/host/workbench';
import { HOUR } from '../../src/base/time-units';

const [UPGRADE] = demoReferences();
assert.ok(UPGRADE);

/** Records the hosts to which any code in this process sends requests. */
class RequestRecorder {
  readonly hosts: string[] = [];
  private readonly record = (message: unknown) => {
    this.hosts.push((message as { request: { host: string } }).request.host);
  };

  constructor() {
    diagnostics.subscribe('http.client.request.start', this.record);
  }

  dispose(): void {
    diagnostics.unsubscribe('http.client.request.start', this.record);
  }
}

describe('Try with Demo Data', () => {
  let workbench: Workbench;
  let requests: RequestRecorder;
  let contexts: Map<unknown, unknown>;
  let restore: () => void;
  let restoreTime: () => void;

  const jobs = () => workbench.trackedJobs();
  const upgrade = () => ({ key: jobKey(UPGRADE) });
  const arePolled = () => jobs().length === 5 && jobs().every(({ job }) => job !== undefined);
  const badge = () => workbench.app.tree.view.badge;
  const savedFiles = (folder: string) => readdirSync(path.join(workbench.app.storage, folder));

  /** Sets the time of day and holds it, so that the demo's jobs are as at that moment for as long as a test needs. */
  function holdTimeAt(time: number): void {
    restoreTime();
    restoreTime = replaceProperty(Date, 'now', () => time);
  }

  async function tryDemo(): Promise<void> {
    await run('tryDemo');
    await until('all jobs are polled', arePolled, () => workbench.rows());
  }

  const setNames = (isOn: boolean | undefined) =>
    vscode.workspace.getConfiguration('elbJobs').update('resourceNames', isOn, true);

  // The names come soon after the jobs, and would change what the tests expect.
  before(() => setNames(false));

  after(() => setNames(undefined));

  beforeEach(async () => {
    workbench = await Workbench.open();
    requests = new RequestRecorder();
    contexts = new Map();
    restoreTime = () => undefined;
    const { executeCommand } = vscode.commands;
    const recording: typeof executeCommand = (command, ...rest: unknown[]) => {
      if (command === 'setContext') contexts.set(rest[0], rest[1]);
      return executeCommand(command, ...rest);
    };
    restore = replaceProperty(vscode.commands, 'executeCommand', recording);
  });

  afterEach(async () => {
    restoreTime();
    restore();
    requests.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  it('names what its jobs work on, without a request', async () => {
    await setNames(true);
    await tryDemo();
    const isNamed = () => workbench.rows().some((row) => row.startsWith('UPGRADE · prod-api | '));
    await until('the upgrade has a name', isNamed, () => workbench.rows());
    assert.deepEqual(requests.hosts, [], 'No request is sent');
    await run('removeDemo');
    await setNames(false);
  });

  it('shows jobs without an account or a request, marked as demo everywhere, and announces their endings', async () => {
    const { app, person } = workbench;
    // The first job ends nine seconds later.
    holdTimeAt(Date.now());
    await tryDemo();
    assert.equal(contexts.get('elbJobs.demo'), true);
    assert.deepEqual(
      workbench.rows().map((row) => row.replace(/ · .*(?= · )/, '')),
      ['UPGRADE', 'cloneLoadbalancer', 'batchCreateV3Loadbalancer', 'cloneListener', 'batchDeleteListener'].map(
        (type, index) => `${type} | demo000${index + 1} · Demo`,
      ),
    );
    assert.match(workbench.rows()[0] ?? '', / \| demo0001 · (19|20) min · about [45] min left · Demo$/);
    const row = app.tree.getTreeItem(workbench.jobNode());
    const { tooltip: hover, accessibilityInformation } = app.tree.resolveTreeItem(row, workbench.jobNode());
    assert.match(
      hover instanceof vscode.MarkdownString ? hover.value : '',
      /Demo data.*this is not a Huawei Cloud job/,
    );
    assert.match(accessibilityInformation?.label ?? '', /^UPGRADE, RUNNING · .* · Demo · demo0001$/);
    assert.match(app.tree.view.message ?? '', /^Demo data: no requests to Huawei Cloud\.$/);
    assert.equal(workbench.statusBarText(), '$(sync) ELB: 5 running (demo)');
    await workbench.untilStatusBarTooltip(/^Demo: UPGRADE demo0001: RUNNING\n/);
    assert.deepEqual(badge(), { value: 5, tooltip: 'ELB jobs running: 5 (demo)' });
    person.types('Project');
    await run('groupBy');
    assert.deepEqual(workbench.headings(), ['Demo data']);
    person.types('No groups');
    await run('groupBy');

    const ended = () => person.shown.filter(({ message }) => message.includes('batchDeleteListener'));
    holdTimeAt((jobs()[0]?.trackedAt ?? 0) + 9000);
    await run('refresh');
    await until('the first ending is announced', () => ended().length > 0);
    assert.match(ended()[0]?.message ?? '', /^Demo: batchDeleteListener demo0005 completed after 4 min 12 sec/);
    assert.deepEqual(app.credentials.all(), []);
    assert.ok(jobs().every(({ pollFailure }) => pollFailure === undefined));
    assert.deepEqual(requests.hosts, [], 'No request is sent');
    await workbench.signIn();
    assert.ok(requests.hosts.length > 0, 'The recorder does record requests');
  });

  it('marks reports, documents and timelines as demo', async () => {
    await tryDemo();
    await run('copyJobReport', upgrade());
    assert.match(
      await vscode.env.clipboard.readText(),
      /^## \w+.*\n\n\*\*Demo: UPGRADE demo0001\*\*\n\nDemo data: this is not a Huawei Cloud job\.\n/,
    );
    workbench.app.store.rename(upgrade().key, 'Cutover');
    await run('copyJobReport', upgrade());
    assert.match(await vscode.env.clipboard.readText(), /^\*\*Demo: Cutover\*\*$/m);
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

  it('is removed with one click, including all files', async () => {
    const { app, person } = workbench;
    await app.store.trackAll(demoReferences(), Date.now() - HOUR);
    const isAnnounced = () => person.shown.some(({ message }) => message.startsWith('5 ELB jobs have ended'));
    await until('all endings are announced', isAnnounced);
    await until('all endings are claimed', () => savedFiles('announced').length === 5);
    for (const { message } of person.shown) assert.match(message, /^Demo: | \(demo\)$/);
    await until('all jobs are saved', () => savedFiles('jobs').length === 5);
    const before = person.shown.length;
    await run('removeDemo');
    assert.deepEqual([workbench.rows(), app.store.all().size], [[], 0]);
    assert.deepEqual([savedFiles('jobs'), savedFiles('announced')], [[], []]);
    assert.equal(contexts.get('elbJobs.demo'), false);
    assert.equal(badge(), undefined);
    assert.doesNotMatch(app.tree.view.message ?? '', /Demo/);
    assert.equal(person.shown.length, before, 'No message is shown');
  });

  it('shows the same jobs when run again, and new ones when all have ended', async () => {
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
    await until('all jobs have ended', () => jobs().every(({ ending }) => ending !== undefined));
    await tryDemo();
    assert.ok(jobs().every(({ trackedAt }) => trackedAt > Date.now() - HOUR / 2));
    await until('new jobs run', () => workbench.statusBarText() === '$(sync) ELB: 5 running (demo)');
  });

  it('does not change the person’s jobs and credentials', async () => {
    const { app, cloud, person } = workbench;
    await run('tryDemo');
    person.types('Access key (AK/SK)', ESCAPE);
    await run('track');
    assert.deepEqual([person.rejections, app.store.all().size], [[], 5], 'Tracking starts with signing in');
    await workbench.signIn();
    await workbench.trackWhileHidden(OFFICIAL_EXAMPLE.jobId);
    await until('the job has ended', () => /^\$\(pass\) ELB: .+ succeeded$/.test(workbench.statusBarText()));
    assert.equal(badge(), undefined, 'None of the person’s own jobs is running');
    await workbench.untilStatusBarTooltip(
      /^UPGRADE 37d5c1fd: COMPLETE\n(Demo: .*\n)*Demo: UPGRADE demo0001: RUNNING\n/,
    );
    const own = workbench.rows().find((row) => row.includes('37d5c1fd'));
    assert.equal(own, 'UPGRADE | ● 37d5c1fd · 28 min 29 sec');
    const isOwn = ({ message }: { readonly message: string }) => message.includes(OFFICIAL_EXAMPLE.jobId.slice(0, 8));
    await until('its ending is announced', () => person.shown.some(isOwn));
    assert.match(person.shown.find(isOwn)?.message ?? '', /^UPGRADE 37d5c1fd completed/);
    person.clicks('Sign Out');
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
