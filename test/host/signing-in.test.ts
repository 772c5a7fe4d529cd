import assert from 'node:assert/strict';
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

  it('is tracked with a warning if its id is one character short', async () => {
    const { person } = workbench;
    await workbench.signIn();
    const short = OFFICIAL_EXAMPLE.jobId.slice(0, 10) + OFFICIAL_EXAMPLE.jobId.slice(11);
    person.types(short);
    await run('track');
    assert.match(person.warnings.at(-1) ?? '', /^This ID is one character short\. Copy the whole ID, or press Enter/);
    assert.deepEqual(
      tracked().map(({ jobId }) => jobId),
      [short],
    );
  });
});
