import assert from 'node:assert/strict';
import { MINUTE } from '../../../../src/base/time-units';
import type { Profile } from '../../../../src/credentials/profiles/profile';
import { KeySources } from '../../../../src/credentials/sources/key-sources';
import type { RecentJobs } from '../../../../src/jobs/discovery/recent-jobs';
import type { FollowedProjects } from '../../../../src/jobs/discovery/followed-projects';
import { JobStore } from '../../../../src/jobs/store/job-store';
import type { ProfilePicker } from '../../../../src/ui/selection/profile-picker';
import { ProfileCommands } from '../../../../src/ui/sign-in/profile-commands';
import { ProfileWizard } from '../../../../src/ui/sign-in/profile-wizard';
import { BrowseCommand } from '../../../../src/ui/tracking/browse-command';
import { SignInConsent } from '../../../../src/ui/sign-in/sign-in-consent';
import { STORED, type Window, Windows } from '../../../support/credentials/windows';
import { Person } from '../../../support/host/person';
import { ESCAPE, KEEP } from '../../../support/host/quick-input';
import { MemoryLog, noFiles, reference } from '../../../support/samples';

const { endpoint, projectId } = reference;
const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };
const REGION = 'cn-north-4';
const KEY_REFUSED = JSON.stringify({ error_code: 'APIGW.0301', error_msg: 'verify aksk signature fail' });
/** More than the service allows. */
const PRESSES = 8;

describe('a sign-in that a person starts', () => {
  let windows: Windows;
  let window: Window;
  let person: Person;
  let requests: string[];
  let isRefused: boolean;
  let commands: ProfileCommands;
  let profile: Profile;
  let announced: number;

  beforeEach(async () => {
    person = new Person();
    requests = [];
    isRefused = true;
    announced = 0;
    windows = new Windows(async ({ url }) => {
      requests.push(url);
      await new Promise(setImmediate);
      const body = isRefused ? KEY_REFUSED : '{"jobs":[],"page_info":{}}';
      return { ok: true, value: { status: isRefused ? 401 : 200, headers: {}, body } };
    });
    window = await windows.open();
    const { credentials, reader, signIn } = window;
    credentials.onDidRefuse(() => (announced += 1));
    profile = await credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    const log = new MemoryLog();
    const { clock } = windows;
    const consent = new SignInConsent({ signIn, log });
    const sources = new KeySources({ files: windows.files, environment: () => ({}), home: '/home', clock });
    const wizard = new ProfileWizard({
      ...{ credentials, reader, signIn, consent, sources, clock, log },
      proposals: () => [],
      runsRemotely: false,
    });
    commands = new ProfileCommands({
      ...{ credentials, reader, signIn, consent, wizard, log },
      picker: { byId: () => Promise.resolve(present()) } as unknown as ProfilePicker,
      followed: undefined as unknown as FollowedProjects,
      store: new JobStore(noFiles, log),
    });
  });

  afterEach(() => {
    person.dispose();
  });

  const present = () => window.credentials.all().find(({ id }) => id === profile.id);
  const questions = () => person.shown.filter(({ actions }) => actions.includes('Use Again'));
  const errors = () => person.shown.filter(({ severity }) => severity === 'error');
  const atOnce = (action: () => Promise<void>) =>
    windows.whileTimePasses(Promise.all(Array.from({ length: PRESSES }, action)));

  describe('with Test Credentials', () => {
    it('makes one request and one notification if the command is invoked again and again meanwhile', async () => {
      await atOnce(() => commands.test(profile.id));
      assert.equal(requests.length, 1);
      assert.deepEqual([announced, errors().length], [1, 0], 'the refusal has a notification of its own');
      isRefused = false;
      person.clicks('Use Again');
      await atOnce(() => commands.test(profile.id));
      assert.equal(requests.length, 2);
      const valid = person.shown.filter(({ message }) => message.includes('are valid'));
      assert.equal(valid.length, 1);
    });

    it('asks before a refused key is used again, and sends nothing without a Yes', async () => {
      await windows.whileTimePasses(commands.test(profile.id));
      await windows.clock.advance(MINUTE);
      for (let count = 0; count < PRESSES; count += 1) await windows.whileTimePasses(commands.test(profile.id));
      assert.equal(requests.length, 1);
      assert.equal(questions().length, PRESSES);
      const [question = assert.fail()] = questions();
      assert.match(question.detail ?? '', /^Refused on Jan 1, 2026, .*secret key does not belong/);
      assert.match(question.detail ?? '', /Five failed sign-ins lock/);
      assert.equal(question.actions[0], 'Change…', 'Enter held down must not choose to use it again');
    });

    it('asks one question if the command is invoked again and again meanwhile', async () => {
      await windows.whileTimePasses(commands.test(profile.id));
      await atOnce(() => commands.test(profile.id));
      assert.deepEqual([questions().length, requests.length], [1, 1]);
    });

    it('says until when to wait after too many failures with the same access key', async () => {
      for (const secretKey of ['wrong-1', 'wrong-2', 'wrong-3']) {
        await window.credentials.profiles.add({
          endpoint,
          projectId,
          source: STORED,
          credential: { ...key, secretKey },
        });
        await windows.whileTimePasses(commands.test(profile.id));
      }
      assert.equal(requests.length, 3);
      await window.credentials.profiles.add({
        ...{ endpoint, projectId, source: STORED, credential: { ...key, secretKey: 'wrong-4' } },
      });
      await windows.whileTimePasses(commands.test(profile.id));
      assert.equal(requests.length, 3);
      assert.match(questions().at(-1)?.message ?? '', /^Too many sign-ins/);
      assert.match(questions().at(-1)?.detail ?? '', /wait until 12:\d\d/);
      person.clicks('Use Again');
      await windows.whileTimePasses(commands.test(profile.id));
      assert.equal(requests.length, 4);
    });

    it('uses a key again after Try Again without a question, but not a second time', async () => {
      await windows.whileTimePasses(commands.test(profile.id));
      await windows.whileTimePasses(commands.tryAgain(profile.id));
      assert.equal(present()?.refusal, undefined);
      await windows.whileTimePasses(window.poll(reference));
      assert.equal(requests.length, 2);
      for (let count = 0; count < PRESSES; count += 1) {
        await windows.whileTimePasses(commands.tryAgain(profile.id));
        await windows.whileTimePasses(window.poll(reference));
      }
      assert.deepEqual([requests.length, questions().length], [2, PRESSES]);
    });
  });

  describe('with Try Again in Browse Recent Jobs', () => {
    it('makes one request, and asks before the second', async () => {
      const { credentials, source } = window;
      const browse = new BrowseCommand({
        ...{ credentials, profiles: commands, log: new MemoryLog(), clock: windows.clock },
        recentJobs: {
          list: async (project: Profile) => {
            const result = await source.listJobs(project, {}, new AbortController().signal);
            return result.ok ? { kind: 'jobs', jobs: [] } : { kind: 'error', error: result.error };
          },
        } as unknown as RecentJobs,
        store: new JobStore(noFiles, new MemoryLog()),
        tree: { revealFirst: () => Promise.resolve() },
      });
      await windows.whileTimePasses(window.poll(reference));
      assert.equal(requests.length, 1);
      for (let presses = 0; presses < PRESSES; presses += 1) {
        person.types('nothing', 'nothing');
        person.clicks('Try Again');
        await windows.whileTimePasses(browse.run());
        person.clicks('nothing');
        await windows.whileTimePasses(window.poll(reference));
      }
      assert.equal(requests.length, 2);
      assert.ok(questions().length > 0);
    });
  });

  describe('in the wizard', () => {
    const enters = Array.from({ length: PRESSES }, () => KEEP);
    const refusals = () => person.shown.filter(({ message }) => message === 'The credentials were not saved.');

    for (const [what, answers] of [
      // After the refusal, the person enters the secret key again.
      ['an access key', ['Access key (AK/SK)', REGION, key.accessKey, 'wrong', '', KEEP]],
      ['a token', ['IAM token', REGION, 'wrong-token']],
    ] as const) {
      it(`makes one request with ${what} if Enter is pressed again and again`, async () => {
        person.types(...answers, ...enters, ESCAPE);
        await windows.whileTimePasses(commands.add());
        assert.equal(requests.length, 1);
        assert.deepEqual([refusals().length, questions().length], [1, PRESSES]);
      });
    }

    it('makes one request with a password if the same is typed again and again', async () => {
      const passwords = Array.from({ length: PRESSES }, () => 'wrong');
      person.types('IAM user and password', REGION, 'account', 'user', REGION, ...passwords, ESCAPE);
      person.clicks('Change…');
      await windows.whileTimePasses(commands.add());
      assert.equal(requests.length, 1);
      assert.deepEqual([refusals().length, questions().length], [1, PRESSES - 1]);
      assert.ok(!JSON.stringify([...windows.files.files, ...windows.secrets.values, person.shown]).includes('"wrong"'));
    });

    it('remembers refused keys of an earlier sign-in that was cancelled', async () => {
      const answers = ['Access key (AK/SK)', REGION, key.accessKey, 'wrong', ''] as const;
      person.types(...answers, ESCAPE);
      await windows.whileTimePasses(commands.add());
      person.types(KEEP, KEEP, KEEP, KEEP, KEEP, ESCAPE);
      await windows.whileTimePasses(commands.add());
      assert.deepEqual([requests.length, questions().length], [1, 1]);
    });

    it('sends a refused key again after a Yes', async () => {
      person.types('Access key (AK/SK)', REGION, key.accessKey, 'wrong', '', KEEP, KEEP, ESCAPE);
      person.clicks('Use Again');
      await windows.whileTimePasses(commands.add());
      assert.equal(requests.length, 2);
    });

    it('does not take a key that HTTP cannot carry', async () => {
      person.types('Access key (AK/SK)', REGION, 'AK密');
      await windows.whileTimePasses(commands.add());
      assert.deepEqual([person.rejections.length, requests.length], [1, 0]);
    });

    it('proposes no IAM endpoint that someone wrote into profiles.json', async () => {
      const own = 'https://elb.corp.example';
      const source = { kind: 'password', iamEndpoint: 'https://iam.corp.example', domain: 'd', user: 'u' } as const;
      const credential = { token: 'token' };
      profile = await window.credentials.profiles.add({ endpoint: own, projectId, source, credential });
      const file = [...windows.files.files.keys()].find((name) => name.endsWith('profiles.json')) ?? assert.fail();
      const edited = (windows.files.files.get(file) ?? '').replace('iam.corp.example', 'iam.evil.example');
      await windows.files.replace(file, edited);
      await window.credentials.profiles.reload();
      assert.deepEqual(present()?.source, { ...source, iamEndpoint: 'https://iam.evil.example' });
      person.types('IAM user and password', KEEP, KEEP, KEEP, 'password', ESCAPE);
      person.clicks('Change…');
      await windows.whileTimePasses(commands.edit(profile.id));
      assert.deepEqual(
        requests.map((url) => new URL(url).host),
        ['iam.corp.example'],
      );
    });
  });
});
