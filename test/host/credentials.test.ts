import assert from 'node:assert/strict';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Simulator } from '../../src/simulator/simulator';
import { HOUR, MINUTE } from '../../src/base/time-units';
import { BACK, ESCAPE, KEEP } from '../support/host/quick-input';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

const USER = {
  domain: 'example-account',
  name: 'alice',
  password: 'a-secret-password',
  projectIds: [OFFICIAL_EXAMPLE.projectId],
};

describe('credentials', () => {
  let workbench: Workbench;

  const signedIn = () => workbench.app.credentials.all();
  const refused = () => workbench.cloud.requests.filter(({ status }) => status === 401).length;
  const dialogs = () => workbench.person.shown.filter(({ message }) => message === 'The credentials were not saved.');

  beforeEach(async () => {
    workbench = await Workbench.open(await Simulator.start({ users: [USER] }));
  });

  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('HW_')) Reflect.deleteProperty(process.env, name);
    await workbench.close();
  });

  it('that are wrong cause one refused request and are not saved; once corrected, they sign in', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, accessKey, 'wrong', '', secretKey, '');
    await run('addCredentials');
    assert.equal(refused(), 1);
    assert.match(dialogs()[0]?.detail ?? '', /The secret key does not belong to the access key/);
    assert.equal(dialogs().length, 1);
    assert.match(person.questions.at(-2) ?? '', /: Secret key \(SK\)/, 'The wizard returns to the wrong answer');
    const [profile, ...others] = signedIn();
    assert.deepEqual([profile?.projectId, others], [cloud.projects[0].id, []], 'The project comes from IAM');
    assert.ok(profile?.verifiedAt !== undefined);
  });

  it('with an unknown access key are refused with one cause, and the person enters the access key again', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, `${accessKey}X`, secretKey, '', accessKey, KEEP, KEEP);
    await run('addCredentials');
    assert.match(
      dialogs()[0]?.detail ?? '',
      /^Huawei Cloud does not know this access key\. Check the access key \(AK\)\. \(APIGW\.0301 · /,
    );
    assert.match(person.questions.at(-3) ?? '', /: Access key \(AK\)$/);
    assert.deepEqual([dialogs().length, signedIn().length, refused()], [1, 1, 1]);
  });

  it('for a region of which nothing is known stay in the step, which says what to enter', async () => {
    const { person } = workbench;
    person.types('Access key (AK/SK)', 'atlantis', ESCAPE);
    await run('addCredentials');
    assert.match(person.lastShown().message, /^No region matches “atlantis”\. Enter a region such as cn-north-4/);
    assert.match(person.questions.at(-1) ?? '', /Region of the load balancers/);
  });

  it('that cannot be checked can be changed, checked again or saved anyway', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    cloud.injectFault({ effect: { kind: 'reset' } });
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', cloud.projects[0].id);
    await run('addCredentials');
    assert.match(dialogs()[0]?.detail ?? '', /^The service cannot be reached\. Check the network, then try again\./);
    assert.deepEqual(dialogs()[0]?.actions, ['Change…', 'Try Again', 'Save Anyway']);
    assert.equal(signedIn().length, 0);
  });

  it('are offered again, but not saved, after Escape in the last step', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, ESCAPE);
    await run('addCredentials');
    assert.deepEqual([signedIn().length, cloud.requests.length], [0, 0]);
    person.types('Access key (AK/SK)', KEEP, KEEP, KEEP, KEEP);
    await run('addCredentials');
    assert.equal(signedIn().length, 1);
  });

  it('of a project with a hostile name show it as text in lists and notifications', async () => {
    await workbench.close();
    const name = '[fine](command:workbench.action.quit) $(flame)\u202eevil';
    const other = { id: '0123456789abcdef0123456789abcdef', name: 'cn-north-4_other' };
    workbench = await Workbench.open(
      await Simulator.start({ projects: [{ id: OFFICIAL_EXAMPLE.projectId, name }, other] }),
    );
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    const asText = '[fine] (command:workbench.action.quit) $ (flame) evil';
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', asText);
    await run('addCredentials');
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', other.name);
    await run('addCredentials');
    assert.equal(signedIn().length, 2);
    person.types(asText);
    await run('testCredentials');
    person.types(asText);
    await run('followNewJobs');
    person.types(asText);
    await run('unfollowNewJobs');
    person.types(asText);
    await run('signOut');
    const messages = person.shown.map(({ message }) => message).filter((message) => message.includes('fine'));
    assert.equal(messages.length, 5, messages.join('\n'));
    for (const message of messages) assert.ok(message.includes(asText), message);
  });

  it('from environment variables are listed by the variables’ names, read at each use, and never copied', async () => {
    const { cloud, person, app } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    process.env['HW_ACCESS_KEY'] = accessKey;
    process.env['HW_SECRET_KEY'] = secretKey;
    person.types('Environment variables (HW_…)', cloud.origin);
    await run('addCredentials');
    const [profile] = signedIn();
    assert.deepEqual(profile?.source, { kind: 'environment', family: 'terraform' });
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await workbench.track(jobId);
    await until('the job has ended', () => /^\$\(pass\) ELB: .+ succeeded$/.test(workbench.statusBarText()));
    await workbench.untilStatusBarTooltip(/Environment variables \(HW_…\) · verified/);
    const file = await readFile(path.join(workbench.app.storage, 'profiles.json'), 'utf8');
    assert.ok(!file.includes(secretKey) && !file.includes(accessKey));

    Reflect.deleteProperty(process.env, 'HW_SECRET_KEY');
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await until('the view shows what is missing', () => (app.tree.view.message ?? '').includes('HW_SECRET_KEY has no'));
    process.env['HW_SECRET_KEY'] = secretKey;
    await until('polling resumes', () => workbench.statusBarText() === '$(pass) ELB: 2 ended');
  });

  it('from a password are a token, whose expiry is shown; the password is never saved', async () => {
    const { cloud, person } = workbench;
    const [{ name }] = cloud.projects;
    person.types('IAM user and password', cloud.origin, USER.domain, USER.name, name, USER.password);
    await run('addCredentials');
    const [profile] = signedIn();
    assert.deepEqual(profile?.source, {
      kind: 'password',
      iamEndpoint: cloud.origin,
      domain: USER.domain,
      user: USER.name,
    });
    assert.ok((profile.expiresAt ?? 0) > Date.now());
    assert.equal(profile.projectId, cloud.projects[0].id);
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await until('the job has ended', () => /^\$\(pass\) ELB: .+ succeeded$/.test(workbench.statusBarText()));
    await workbench.untilStatusBarTooltip(/IAM user alice of example-account · .* · expires /);
    const file = await readFile(path.join(workbench.app.storage, 'profiles.json'), 'utf8');
    assert.ok(!file.includes(USER.password));
  });

  it('from a wrong password are refused once, and the password can be typed again', async () => {
    const { cloud, person } = workbench;
    const [{ name }] = cloud.projects;
    person.clicks('Change…');
    person.types('IAM user and password', cloud.origin, USER.domain, USER.name, name, 'wrong', USER.password);
    await run('addCredentials');
    assert.match(dialogs()[0]?.detail ?? '', /IAM refused the account name, the user name or the password/);
    assert.equal(refused(), 1);
    assert.equal(signedIn().length, 1);
  });

  it('can be renamed, made the default, tested, and signed out of together with their jobs', async () => {
    const { cloud, person, app } = workbench;
    await workbench.signIn();
    const [profile] = signedIn();
    assert.ok(profile);
    person.types('Production');
    await run('renameCredentials');
    assert.equal(signedIn()[0]?.name, 'Production');
    await run('setDefaultCredentials', profile.id);
    assert.equal(signedIn()[0]?.isDefault, true);
    const before = cloud.requests.length;
    await run('testCredentials');
    assert.equal(cloud.requests.length, before + 1);
    assert.match(person.shown.at(-1)?.message ?? '', /^Production: the credentials are valid/);
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    person.clicks('Sign Out and Remove Jobs');
    await run('signOut');
    assert.deepEqual([signedIn().length, app.store.all().size], [0, 0]);
  });

  it('are signed out of, with jobs and following, even if their keys cannot be removed', async () => {
    const { cloud, person, app } = workbench;
    await workbench.signIn();
    const [profile] = signedIn();
    assert.ok(profile);
    await app.followed.follow(profile, Date.now());
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    const { vault } = Reflect.get(app.credentials.profiles, 'parts') as { readonly vault: object };
    const secrets = Reflect.get(vault, 'secrets') as object;
    Reflect.set(secrets, 'delete', () => Promise.reject(new Error('no keyring')));
    person.clicks('Sign Out and Remove Jobs');
    await run('signOut');
    Reflect.deleteProperty(secrets, 'delete');
    assert.deepEqual([signedIn().length, app.store.all().size, app.followed.all().length], [0, 0, 0]);
    assert.match(
      person.shown.at(-1)?.message ?? '',
      /^You are signed out, but the keys could not be removed.*no keyring/,
    );
  });

  it('with several projects ask for the project', async () => {
    await workbench.close();
    const projects = [
      { id: '0'.repeat(31) + '1', name: 'cn-north-4' },
      { id: '0'.repeat(31) + '2', name: 'cn-north-4_team' },
    ] as const;
    workbench = await Workbench.open(await Simulator.start({ projects }));
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', 'cn-north-4_team');
    await run('addCredentials');
    assert.equal(signedIn()[0]?.projectId, projects[1].id);
    assert.equal(signedIn()[0]?.projectName, 'cn-north-4_team');
  });

  it('that expire soon are announced once, while jobs are polled with them', async () => {
    const { cloud, person } = workbench;
    await workbench.saveCredentials({ expiresAt: Date.now() + 10 * MINUTE });
    const warnings = () => person.shown.filter(({ severity }) => severity === 'warning');
    assert.deepEqual(warnings(), [], 'No job needs the credentials');
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    await until('the expiry is announced', () => warnings().length > 0);
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await until('another job has ended', () => person.shown.some(({ message }) => message.includes('completed')));
    assert.equal(warnings().length, 1);
    assert.match(warnings()[0]?.message ?? '', /these credentials are needed for tracked jobs, and expire at/);
    assert.deepEqual(warnings()[0]?.actions, ['Change Credentials']);
  });

  it('keep neither the expiry of a token nor the project of another endpoint after Back', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    const [{ name }] = cloud.projects;
    const elsewhere = 'https://elb.corp.example';
    person.types(
      ...['IAM user and password', elsewhere, BACK, cloud.origin, USER.domain, USER.name, name, BACK, BACK, BACK, BACK],
      ...[BACK, 'Access key (AK/SK)', KEEP, accessKey, secretKey, ''],
    );
    await run('addCredentials');
    const [profile] = signedIn();
    assert.deepEqual(
      [profile?.endpoint, profile?.source.kind, profile?.expiresAt],
      [cloud.origin, 'stored', undefined],
    );
  });

  it('of a newer version are named in the view, stay in the file, and cause no request', async () => {
    const { app, cloud } = workbench;
    const file = path.join(app.storage, 'profiles.json');
    const entry = { endpoint: cloud.origin, projectId: cloud.projects[0].id, source: { kind: 'sso' } };
    const message = () => app.tree.view.message ?? '';
    try {
      // Moved there whole: the window would move a half-written file aside as damaged.
      await writeFile(`${file}.new`, JSON.stringify({ version: 2, profiles: [entry] }));
      await rename(`${file}.new`, file);
      await app.credentials.profiles.reload();
      // A list without jobs shows it in its welcome, with Add Credentials.
      assert.equal(message(), '');
      const jobId = 'a2f4d7a8-8f0c-4a9d-9b53-0f3a6c1f2b10';
      await app.store.track({ endpoint: cloud.origin, projectId: entry.projectId, jobId }, Date.now());
      assert.match(message(), /1 credential entry cannot be read by this version and is left as it is\./);
      assert.deepEqual([signedIn(), cloud.requests.length], [[], 0]);
      await workbench.saveCredentials();
      assert.doesNotMatch(message(), /credential entry/, 'the new credentials are used for the same project');
      assert.ok((await readFile(file, 'utf8')).includes(JSON.stringify(entry)));
    } finally {
      await rm(file, { force: true });
      await app.credentials.profiles.reload();
    }
  });

  it('stay in the wizard after Enter on an invalid endpoint', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', 'http://elb.example.com', cloud.origin, accessKey, secretKey, '');
    await run('addCredentials');
    assert.equal(signedIn().length, 1);
  });
});
