import assert from 'node:assert/strict';
import { MINUTE } from '../../src/base/time-units';
import { Simulator } from '../../src/simulator/simulator';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { ESCAPE, KEEP } from '../support/host/quick-input';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

describe('a job that needs credentials', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const titles = () => workbench.person.questions.map((question) => question.replace(/: (?!Add).*$/, ''));
  const tracked = () => workbench.trackedJobs().map(({ reference }) => reference);

  it('is tracked after Enter on its URL, which leads through the sign-in with its endpoint and its project', async () => {
    const { cloud, person } = workbench;
    const { jobId } = OFFICIAL_EXAMPLE;
    const [{ id: projectId }] = cloud.projects;
    const { accessKey, secretKey } = cloud.accessKey;
    await workbench.saveCredentials({ endpoint: 'https://elb.cn-north-4.myhuaweicloud.com' });
    const { host } = new URL(cloud.origin);
    const url = `${cloud.origin}/v3/${projectId}/elb/jobs/${jobId}`;
    // Leaving the sign-in leads back to the text.
    person.types(url, ESCAPE, KEEP, 'Access key (AK/SK)', host, accessKey, secretKey, '');
    await run('track');
    assert.match(
      person.warnings[0] ?? '',
      /^There are no credentials for .* press Enter to add them; this text is kept\./,
    );
    assert.equal(person.warnings.length, 2, 'the text is there again');
    assert.deepEqual(titles().slice(0, 4), [
      'Track ELB Job',
      'Track ELB Job: Add Credentials First',
      'Track ELB Job',
      'Track ELB Job: Add Credentials First',
    ]);
    assert.deepEqual(tracked(), [{ endpoint: cloud.origin, projectId, jobId }]);
  });

  it('proposes its project, not that of an unfinished sign-in', async () => {
    await workbench.close();
    const projects = ['cn-north-4', 'cn-north-4_second', 'cn-north-4_third'].map((name, index) => ({
      id: String(index + 1).repeat(32),
      name,
    }));
    workbench = await Workbench.open(await Simulator.start({ projects }));
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    await workbench.saveCredentials({ endpoint: 'https://elb.cn-north-4.myhuaweicloud.com' });
    const fault = cloud.injectFault({ match: { route: 'ListJobs' }, effect: { kind: 'reset' } });
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', 'cn-north-4_second');
    await run('addCredentials');
    fault.remove();
    const third = projects[2]?.id ?? '';
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0, projectId: third });
    const { host } = new URL(cloud.origin);
    const url = `${cloud.origin}/v3/${third}/elb/jobs/${jobId}`;
    person.types(url, 'Access key (AK/SK)', host, accessKey, secretKey, '', KEEP);
    await run('track');
    assert.deepEqual(tracked(), [{ endpoint: cloud.origin, projectId: third, jobId }]);
  });

  it('says “Not signed in” while it is left in the list without credentials, until the person signs in', async () => {
    const { app, person, cloud } = workbench;
    const message = () => app.tree.view.message ?? '';
    await workbench.signIn();
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await workbench.untilAllPolled();
    assert.doesNotMatch(message(), /Not signed in/);
    person.clicks('Sign Out');
    await run('signOut');
    await until('the view says it', () => message().startsWith('Not signed in: jobs are not polled.'), message);

    person.types(ESCAPE);
    await run('track');
    assert.match(person.questions.at(-1) ?? '', /^Track ELB Job: Add Credentials First: How do you sign in\?/);

    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', jobId);
    await run('track');
    assert.match(person.questions.at(-1) ?? '', /^Track ELB Job: The job_id that the API returned/);
    assert.ok(tracked().some((reference) => reference.jobId === jobId));
    assert.doesNotMatch(message(), /Not signed in/);
  });

  it('is not what demo data is: it says nothing of a sign-in', async () => {
    const { app } = workbench;
    await run('tryDemo');
    assert.doesNotMatch(app.tree.view.message ?? '', /Not signed in/);
    await run('removeDemo');
  });

  it('is tracked with a warning if its id is mistyped, which its row repeats as long as it is not found', async () => {
    const { app, person } = workbench;
    const { jobId } = OFFICIAL_EXAMPLE;
    await workbench.signIn();
    for (const [id, warning] of [
      [jobId.slice(0, 10) + jobId.slice(11), 'This ID is one character short.'],
      [jobId.slice(0, 20) + jobId.slice(23), 'This ID is 3 characters short.'],
      [`${jobId}0`, 'This ID has one character too many.'],
      [jobId.replace('0', 'O'), 'This ID contains “O”, but job IDs usually consist of 0 to 9 and a to f.'],
      [jobId.replace('-', ''), 'The hyphens of this ID are missing or misplaced.'],
    ] as const) {
      // Some of these lead to a list, in which the person picks them.
      person.types(id, id);
      await run('track');
      assert.equal(person.warnings.at(-1), `${warning} Copy the whole ID, or press Enter to use it as it is.`);
      const key = app.store.find(workbench.reference(id)) ?? assert.fail(`${id} is not tracked`);
      const row = { kind: 'job', id: key, key } as const;
      const advice = () => app.tree.getChildren(row).map((child) => app.tree.getTreeItem(child).description);
      await until(
        'its row says what may be wrong',
        () => advice().some((each) => String(each).startsWith(`${warning} The service did not find this job yet.`)),
        advice,
      );
    }
  });

  it('is given up after some minutes if it is never found, however often a person refreshes', async () => {
    const { app, cloud } = workbench;
    await workbench.signIn();
    const jobId = 'ffffffff-0000-4000-8000-000000000000';
    await run('pausePolling');
    await workbench.track(jobId);
    const key = app.store.find(workbench.reference(jobId)) ?? assert.fail();
    // As if it had been polled ten minutes ago.
    for (let minute = 10; minute > 7; minute -= 1) {
      app.store.applyError(key, { kind: 'not-found' }, Date.now() - minute * MINUTE);
    }
    assert.match(workbench.rows()[0] ?? '', /^Job \| ffffffff · not found yet$/);
    await run('resumePolling');
    await run('refresh');
    const rows = () => workbench.rows();
    await until('it is unknown', () => rows()[0] === 'Unknown job | ffffffff · not found', rows);
    assert.match(app.tree.getTreeItem(workbench.jobNode()).contextValue ?? '', /^job\.notFound/);
    const requests = () => cloud.requests.filter(({ path }) => path.endsWith(jobId)).length;
    const before = requests();
    await run('refresh');
    await until('it is polled once for the refresh', () => requests() > before, requests);
    assert.equal(rows()[0], 'Unknown job | ffffffff · not found', 'and it is not looked for again');
  });
});
