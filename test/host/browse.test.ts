import assert from 'node:assert/strict';
import { actionNotGranted, notAuthenticatedFor } from '../support/cloud/fault-presets';
import type { JobSpec } from '../../src/simulator/jobs/job-spec';
import { AND, ESCAPE } from '../support/host/quick-input';
import { runCommand as run, until, Workbench } from '../support/host/workbench';
import { DAY, HOUR, MINUTE } from '../../src/base/time-units';

/** A young job is polled every 2 s ± 10 %. */
const MIN_INTERVAL_MS = 1800;
/** Without a refresh, new jobs are listed once a minute. */
const NEW_JOB_TIMEOUT_MS = 2 * MINUTE;

describe('recent and new jobs of a project', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const jobRequests = () =>
    workbench.cloud.requests
      .filter(({ route }) => route === 'ListJobs' || route === 'ShowJob')
      .map(({ route }) => route);
  /** The queries of the requested pages of lists. */
  const pages = () => workbench.cloud.requests.filter(({ route }) => route === 'ListJobs').map(({ query }) => query);
  const lists = () => jobRequests().filter((route) => route === 'ListJobs').length;
  const start = (spec: JobSpec) => workbench.cloud.startJob(spec).jobId;
  const messages = () => workbench.person.shown.map(({ message }) => message);

  it('are listed once, and no page twice; the list’s data is shown for the picked jobs immediately', async () => {
    const { person } = workbench;
    const running = start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    const failed = start({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 });
    start({ kind: 'batchDeleteListener', durationMs: HOUR });
    // Signing in may have sent a ListJobs request to check the key.
    const before = pages().length;
    person.types(`${running}${AND}${failed}`);
    await run('browse');
    const [first = '', ...next] = pages().slice(before);
    assert.doesNotMatch(first, /marker=/);
    // The page has a marker, so only the empty page after it says that it was the last one.
    assert.ok(next.length <= 1 && next.every((query) => query.includes('marker=')), next.join());
    const rows = workbench.rowNames();
    assert.equal(rows.length, 2);
    assert.ok(
      rows.some((row) => /^cloneLoadbalancer, (INIT|RUNNING) · /.test(row)),
      rows.join(),
    );
    assert.ok(
      rows.some((row) => row.startsWith('cloneListener, FAIL · ')),
      'A picked ending counts as seen',
    );
    const polls = () => workbench.cloud.requests.filter(({ route }) => route === 'ShowJob');
    await until('the running job is polled', () => polls().length > 0);
    const listedAt = workbench.cloud.requests.findLast(({ route }) => route === 'ListJobs')?.at ?? Infinity;
    const [poll] = polls();
    assert.equal(poll?.jobId, running);
    assert.ok(poll.at - listedAt >= MIN_INTERVAL_MS, `Polled ${poll.at - listedAt} ms after the list`);
    assert.ok(!messages().some((message) => message.includes('failed')), 'A picked ending is not announced');
  });

  it('include jobs that are already tracked, which stay tracked', async () => {
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

  it('go back seven days, and further after Show Older Jobs', async () => {
    const { cloud, person } = workbench;
    const old = start({ kind: 'cloneListener', durationMs: HOUR });
    const eightDaysAgo = Date.now() - 8 * DAY;
    cloud.injectFault({
      match: { route: 'ListJobs' },
      times: 2,
      effect: {
        kind: 'response',
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
    assert.match(workbench.rows()[0] ?? '', /^cloneListener \| [\da-f]{8} · 1 hr/);
    const queries = cloud.requests.filter(({ route }) => route === 'ListJobs').slice(before);
    assert.deepEqual(
      queries.map(({ query }) => query.includes('begin_time=')),
      [true, false],
    );
  });

  it('cannot be listed without permission; the message offers to track a job by its ID', async () => {
    workbench.cloud.injectFault({ match: { route: 'ListJobs' }, effect: actionNotGranted() });
    workbench.person.types('nothing');
    await run('browse');
    await until('the message is shown', () =>
      messages().some((each) => each.includes('no permission to list the jobs')),
    );
    assert.deepEqual(workbench.person.shown.at(-1)?.actions, ['Track ELB Job']);
  });

  it('are requested with a refused key only after Try Again', async () => {
    const { cloud, person } = workbench;
    const fault = cloud.injectFault({ effect: notAuthenticatedFor('verify aksk signature fail') });
    person.types('nothing');
    await run('browse');
    await until('the key is refused', () => workbench.app.credentials.all()[0]?.refusal !== undefined);
    const before = lists();
    person.types('nothing');
    await run('browse');
    await until('Try Again is offered', () => person.shown.at(-1)?.actions.includes('Try Again') === true);
    assert.equal(lists(), before);
    fault.remove();
    const jobId = start({ kind: 'cloneListener', durationMs: HOUR });
    person.types('nothing', jobId);
    person.clicks('Try Again');
    await run('browse');
    await until('the job is tracked', () => workbench.rows().length === 1, messages);
  });

  it('are no longer waited for after Escape, and then show no message', async () => {
    const body = JSON.stringify({ error_code: 'ELB.9802', error_msg: 'not granted' });
    const response = { status: 403, headers: { 'Content-Type': 'application/json' }, body };
    const fault = workbench.cloud.injectFault({
      match: { route: 'ListJobs' },
      effect: { kind: 'drip', ms: 10, response },
    });
    workbench.person.types(ESCAPE);
    const shown = messages().length;
    await run('browse');
    await new Promise((resolve) => setTimeout(resolve, 20 * body.length));
    assert.equal(messages().length, shown);
    // Without Escape, the slow response shows a message.
    workbench.person.types('nothing');
    await run('browse');
    await until('a message is shown', () => messages().length === shown + 1);
    assert.ok(fault.hits >= 1);
  });

  it('appear automatically while the project is followed', async () => {
    const { person, app } = workbench;
    await run('followNewJobs');
    assert.equal(app.tree.view.message ?? '', '', 'The welcome content of the empty view shows it instead');
    const jobId = start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    // Without a refresh, the next list request is a minute away.
    const refresh = setInterval(() => void run('refresh'), 1000);
    try {
      await until('the new job is listed', () => workbench.rows().some((row) => row.includes(jobId.slice(0, 8))));
    } finally {
      clearInterval(refresh);
    }
    await workbench.untilStatusBarTooltip(/New jobs of .* are tracked automatically/);
    assert.match(app.tree.view.message ?? '', /^New jobs of .* are tracked automatically\.$/);
    await run('unfollowNewJobs');
    assert.deepEqual([app.followed.all(), app.tree.view.message], [[], '']);
    assert.match(person.shown.at(-1)?.message ?? '', /no longer followed/);
    // A list that was requested before may still come.
    await workbench.pausePolling();
    const [before, polled] = [lists(), jobRequests().length];
    await run('resumePolling');
    start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    await run('refresh');
    await until('the listed job has been polled three times', () => jobRequests().length >= polled + 3);
    assert.deepEqual([workbench.rows().length, lists()], [1, before]);
  });

  it('appear within a minute although a mistyped ID is not found, and not if they ended before', async () => {
    const { app } = workbench;
    const old = start({ kind: 'cloneListener', durationMs: 0 });
    // Times in the list are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await run('followNewJobs');
    await workbench.track('ffffffff-0000-4000-8000-000000000000');
    const message = () => app.tree.view.message ?? '';
    await until('the view says what new jobs wait for', () => message().includes('appear within a minute'), message);
    assert.match(message(), /: Job ffffffff is not found yet, and may be one of them\.$/);
    const jobId = start({ kind: 'cloneLoadbalancer', durationMs: HOUR });
    const rows = () => workbench.rows();
    await until(
      'the new job is in the view',
      () => rows().some((row) => row.includes(jobId.slice(0, 8))),
      rows,
      NEW_JOB_TIMEOUT_MS,
    );
    assert.match(message(), /^New jobs of .* are tracked automatically\.$/);
    assert.ok(!rows().some((row) => row.includes(old.slice(0, 8))), rows().join());
  }).timeout(3 * NEW_JOB_TIMEOUT_MS);

  it('show a message if the key may not list jobs', async () => {
    const { cloud, app } = workbench;
    cloud.injectFault({ match: { route: 'ListJobs' }, effect: actionNotGranted() });
    await run('followNewJobs');
    await until('the message is shown', () => messages().some((each) => each.includes('cannot be found')), messages);
    assert.match(app.tree.view.message ?? '', /cannot be found: its credentials have no permission to list jobs/);
  });
});
