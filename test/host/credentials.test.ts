import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Simulator } from '../../src/simulator/simulator';
import { BACK, ESCAPE, KEEP } from '../support/host/quick-input';
import { until, Workbench } from '../support/host/workbench';

const USER = {
  domain: 'example-account',
  name: 'alice',
  password: 'planted-password',
  projectIds: [OFFICIAL_EXAMPLE.projectId],
};

describe('credentials in the editor', () => {
  let workbench: Workbench;

  const run = (command: string, argument?: unknown) => vscode.commands.executeCommand(`elbJobs.${command}`, argument);
  const tooltip = () => {
    const { tooltip: shown } = workbench.app.statusBar.item;
    return typeof shown === 'string' ? shown : '';
  };
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

  it('that are wrong cost one refused request and are not saved; put right, they sign in', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, accessKey, 'wrong', '', BACK, secretKey, '');
    await run('addCredentials');
    assert.equal(refused(), 1);
    assert.match(dialogs()[0]?.detail ?? '', /The secret key does not belong to the access key/);
    assert.equal(dialogs().length, 1);
    const [profile, ...others] = signedIn();
    assert.deepEqual([profile?.projectId, others], [cloud.projects[0].id, []], 'IAM told the project');
    assert.ok(profile?.verifiedAt !== undefined);
  });

  it('that cannot be tried are not said to be followed, since nothing is tracked yet', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    cloud.injectFault({ effect: { kind: 'reset' } });
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, '', cloud.projects[0].id);
    await run('addCredentials');
    assert.match(dialogs()[0]?.detail ?? '', /^The service cannot be reached\. Check the network, then try again\./);
    assert.deepEqual(dialogs()[0]?.actions, ['Change…', 'Try Again', 'Save Anyway']);
    assert.equal(signedIn().length, 0);
  });

  it('are not lost where a person gives up at the last step, and not saved either', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', cloud.origin, accessKey, secretKey, ESCAPE);
    await run('addCredentials');
    assert.deepEqual([signedIn().length, cloud.requests.length], [0, 0]);
    person.types('Access key (AK/SK)', KEEP, KEEP, KEEP, KEEP);
    await run('addCredentials');
    assert.equal(signedIn().length, 1);
  });

  it('of a project with a hostile name show it as text, in lists and in notices', async () => {
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
    const said = person.shown.map(({ message }) => message).filter((message) => message.includes('fine'));
    assert.equal(said.length, 5, said.join('\n'));
    for (const message of said) assert.ok(message.includes(asText), message);
  });

  it('of the environment are listed by their names, used where they are, and copied nowhere', async () => {
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
    await until('it has ended', () => workbench.statusBarText() === '$(pass) ELB: COMPLETE');
    assert.match(tooltip(), /Environment variables \(HW_…\) · verified/);
    const file = await readFile(path.join(workbench.app.storage, 'profiles.json'), 'utf8');
    assert.ok(!file.includes(secretKey) && !file.includes(accessKey));

    Reflect.deleteProperty(process.env, 'HW_SECRET_KEY');
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await until('the view says what is missing', () => (app.tree.view.message ?? '').includes('HW_SECRET_KEY has no'));
    process.env['HW_SECRET_KEY'] = secretKey;
    await until('it goes on by itself', () => workbench.statusBarText() === '$(pass) ELB: 2 ended');
  });

  it('by password are a token, whose end is shown; the password is kept nowhere', async () => {
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
    await until('it has ended', () => workbench.statusBarText() === '$(pass) ELB: COMPLETE');
    assert.match(tooltip(), /IAM user alice of example-account · .* · ends /);
    const file = await readFile(path.join(workbench.app.storage, 'profiles.json'), 'utf8');
    assert.ok(!file.includes(USER.password));
  });

  it('by a wrong password are refused once, and a person may type it again', async () => {
    const { cloud, person } = workbench;
    const [{ name }] = cloud.projects;
    person.chooses(({ actions }) => actions.find((action) => action === 'Change…'));
    person.types('IAM user and password', cloud.origin, USER.domain, USER.name, name, 'wrong', USER.password);
    await run('addCredentials');
    assert.match(dialogs()[0]?.detail ?? '', /IAM refused the account name, the user name or the password/);
    assert.equal(refused(), 1);
    assert.equal(signedIn().length, 1);
  });

  it('have a default, a name, and a test; signed out of, their jobs may go with them', async () => {
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
    person.chooses(({ actions }) => actions.find((action) => action === 'Sign Out and Remove Jobs'));
    await run('signOut');
    assert.deepEqual([signedIn().length, app.store.all().size], [0, 0]);
  });

  it('are signed out of, with jobs and following, also where their keys cannot be removed', async () => {
    const { cloud, person, app } = workbench;
    await workbench.signIn();
    const [profile] = signedIn();
    assert.ok(profile);
    await app.followed.follow(profile, Date.now());
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    const { vault } = Reflect.get(app.credentials, 'parts') as { readonly vault: object };
    const secrets = Reflect.get(vault, 'secrets') as object;
    Reflect.set(secrets, 'delete', () => Promise.reject(new Error('no keyring')));
    person.chooses(({ actions }) => actions.find((action) => action === 'Sign Out and Remove Jobs'));
    await run('signOut');
    Reflect.deleteProperty(secrets, 'delete');
    assert.deepEqual([signedIn().length, app.store.all().size, app.followed.all().length], [0, 0, 0]);
    assert.match(
      person.shown.at(-1)?.message ?? '',
      /^You are signed out, but the keys could not be removed.*no keyring/,
    );
  });

  it('of several projects are asked which', async () => {
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

  it('that end soon are told of once, while jobs are followed with them', async () => {
    const { cloud, person, app } = workbench;
    await app.credentials.add({
      endpoint: cloud.origin,
      projectId: cloud.projects[0].id,
      source: { kind: 'stored' },
      credential: cloud.accessKey,
      expiresAt: Date.now() + 10 * 60_000,
    });
    const warnings = () => person.shown.filter(({ severity }) => severity === 'warning');
    assert.deepEqual(warnings(), [], 'nobody needs them');
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    await until('the end is told', () => warnings().length > 0);
    await workbench.track(cloud.startJob({ kind: 'cloneListener', durationMs: 0 }).jobId);
    await until('another job has ended', () => person.shown.some(({ message }) => message.includes('completed')));
    assert.equal(warnings().length, 1);
    assert.match(warnings()[0]?.message ?? '', /these credentials end at/);
    assert.deepEqual(warnings()[0]?.actions, ['Change Credentials']);
  });

  it('of a token that a person goes back from leave their end behind, and no project of another place', async () => {
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

  it('of a place that is none are not taken for giving up: Enter on what is wrong does nothing', async () => {
    const { cloud, person } = workbench;
    const { accessKey, secretKey } = cloud.accessKey;
    person.types('Access key (AK/SK)', 'http://elb.example.com', cloud.origin, accessKey, secretKey, '');
    await run('addCredentials');
    assert.equal(signedIn().length, 1);
  });
});
