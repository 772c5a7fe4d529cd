import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionNotGranted, notAuthenticatedFor } from '../../src/simulator/faults/fault-presets';
import type { JobSpec } from '../../src/simulator/jobs/job-spec';
import { AND, ESCAPE } from '../support/host/quick-input';
import { until, Workbench } from '../support/host/workbench';
import { HOUR, DAY } from '../../src/base/time-units';

const run = (command: string) => vscode.commands.executeCommand(`elbJobs.${command}`);
/** In ms: a young job is looked at every 2 s, give or take a tenth. */
const SHORTEST_INTERVAL = 1800;

describe('recent and new jobs of a project in the editor', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const asked = () =>
    workbench.cloud.requests
      .filter(({ route }) => route === 'ListJobs' || route === 'ShowJob')
      .map(({ route }) => route);
  const lists = () => asked().filter((route) => route === 'ListJobs').length;
  const start = (spec: JobSpec) => workbench.cloud.startJob(spec).jobId;
  const messages = () => workbench.person.shown.map(({ message }) => message);

  it('are listed by one request, and those that a person picks are there at once, filled from it', async () => {
    const { person } = workbench;
    const running = start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    const failed = start({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 });
    start({ kind: 'batchDeleteListener', durationMs: HOUR });
    // Signing in may have asked for a list to see whether the key is accepted.
    const before = asked().length;
    person.types(`${running}${AND}${failed}`);
    await run('browse');
    assert.equal(
      asked()
        .slice(before)
        .filter((route) => route === 'ListJobs').length,
      1,
    );
    const rows = workbench.rows();
    assert.equal(rows.length, 2);
    assert.ok(
      rows.some((row) => /^cloneLoadbalancer \| (INIT|RUNNING) · /.test(row)),
      rows.join(),
    );
    assert.ok(
      rows.some((row) => row.startsWith('cloneListener | FAIL · ')),
      'without the mark of what nobody has seen',
    );
    const looks = () => workbench.cloud.requests.filter(({ route }) => route === 'ShowJob');
    await until('the one that goes on is looked at in its turn', () => looks().length > 0);
    const listedAt = workbench.cloud.requests.findLast(({ route }) => route === 'ListJobs')?.at ?? Infinity;
    const [look] = looks();
    assert.equal(look?.jobId, running);
    assert.ok(look.at - listedAt >= SHORTEST_INTERVAL, `filled by the list alone: ${look.at - listedAt} ms`);
    assert.ok(!messages().some((message) => message.includes('failed')), 'nor is an end announced that was seen');
  });

  it('show what is tracked already, and lose nothing of it', async () => {
    const { person } = workbench;
    const tracked = start({ kind: 'UPGRADE', durationMs: HOUR });
    await workbench.track(tracked);
    const other = start({ kind: 'cloneListener', durationMs: HOUR });
    person.types(other);
    await run('browse');
    assert.equal(workbench.rows().length, 2);
    person.types(tracked);
    await run('browse');
    assert.equal(workbench.rows().length, 2);
  });

  it('reach back for seven days, and further where a person says so', async () => {
    const { cloud, person } = workbench;
    const old = start({ kind: 'cloneListener', durationMs: HOUR });
    const eightDaysAgo = Date.now() - 8 * DAY;
    cloud.injectFault({
      match: { route: 'ListJobs' },
      times: 2,
      effect: {
        kind: 'answer',
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          jobs: [
            {
              job_id: old,
              job_type: 'cloneListener',
              status: 'COMPLETE',
              begin_time: new Date(eightDaysAgo).toISOString(),
              end_time: new Date(eightDaysAgo + HOUR).toISOString(),
            },
          ],
          page_info: {},
        }),
      },
    });
    person.types('Show Older Jobs', old);
    const before = lists();
    await run('browse');
    assert.equal(lists(), before + 2);
    assert.match(workbench.rows()[0] ?? '', /^cloneListener \| COMPLETE · 1 hr/);
    const queries = cloud.requests.filter(({ route }) => route === 'ListJobs').slice(before);
    assert.deepEqual(
      queries.map(({ query }) => query.includes('begin_time=')),
      [true, false],
    );
  });

  it('cannot be listed without the right to, which is said together with what still works', async () => {
    workbench.cloud.injectFault({ match: { route: 'ListJobs' }, effect: actionNotGranted() });
    workbench.person.types('nothing');
    await run('browse');
    await until('it is said', () => messages().some((message) => message.includes('may not list the jobs')));
    assert.deepEqual(workbench.person.shown.at(-1)?.actions, ['Track ELB Job']);
  });

  it('are not asked for with a refused key but on the word of the person', async () => {
    const { cloud, person } = workbench;
    const fault = cloud.injectFault({ effect: notAuthenticatedFor('verify aksk signature fail') });
    person.types('nothing');
    await run('browse');
    await until('the key is stopped', () => workbench.app.credentials.all()[0]?.refusal !== undefined);
    const before = lists();
    person.types('nothing');
    await run('browse');
    await until('it is said', () => person.shown.at(-1)?.actions.includes('Try Again') === true);
    assert.equal(lists(), before);
    fault.remove();
    const jobId = start({ kind: 'cloneListener', durationMs: HOUR });
    person.types('nothing', jobId);
    person.chooses(({ actions }) => (actions.includes('Try Again') ? 'Try Again' : undefined));
    await run('browse');
    await until('it is tracked after trying again', () => workbench.rows().length === 1, messages);
  });

  it('are not waited for once the person leaves, nor is anything said of them', async () => {
    const body = JSON.stringify({ error_code: 'ELB.9802', error_msg: 'not granted' });
    const answer = { status: 403, headers: { 'Content-Type': 'application/json' }, body };
    const fault = workbench.cloud.injectFault({
      match: { route: 'ListJobs' },
      effect: { kind: 'drip', ms: 10, answer },
    });
    workbench.person.types(ESCAPE);
    const said = messages().length;
    await run('browse');
    await new Promise((resolve) => setTimeout(resolve, 20 * body.length));
    assert.equal(messages().length, said);
    // That what drips is told of where somebody waits for it.
    workbench.person.types('nothing');
    await run('browse');
    await until('it is said', () => messages().length === said + 1);
    assert.ok(fault.hits >= 1);
  });

  it('appear by themselves once the project is followed, and no more afterwards', async () => {
    const { person, app } = workbench;
    await run('followNewJobs');
    assert.equal(app.tree.view.message ?? '', '', 'the welcome of the empty view says so');
    const jobId = start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    // Else the next list comes in a minute.
    const refresh = setInterval(() => void run('refresh'), 1000);
    try {
      await until('the row is there', () => workbench.rows().some((row) => row.includes(jobId.slice(0, 8))));
    } finally {
      clearInterval(refresh);
    }
    const { tooltip } = app.statusBar.item;
    assert.match(typeof tooltip === 'string' ? tooltip : '', /New jobs of .* are tracked automatically/);
    assert.match(app.tree.view.message ?? '', /^New jobs of .* are tracked automatically\.$/);
    await run('unfollowNewJobs');
    assert.deepEqual([app.followed.all(), app.tree.view.message], [[], '']);
    assert.match(person.shown.at(-1)?.message ?? '', /no longer followed/);
    const before = lists();
    start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    await run('refresh');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.deepEqual([workbench.rows().length, lists()], [1, before]);
  });

  it('say in words that they cannot be found where the key may not list', async () => {
    const { cloud, app } = workbench;
    cloud.injectFault({ match: { route: 'ListJobs' }, effect: actionNotGranted() });
    await run('followNewJobs');
    await until('it is said', () => messages().some((message) => message.includes('cannot be found')), messages);
    assert.match(app.tree.view.message ?? '', /cannot be found, since its credentials may not list jobs/);
  });
});
