import assert from 'node:assert/strict';
import { DAY, MINUTE } from '../../../../src/base/time-units';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import type { Profile } from '../../../../src/credentials/profiles/profile';
import { KeySources } from '../../../../src/credentials/sources/key-sources';
import type { User } from '../../../../src/simulator/gateway/token-desk';
import { send } from '../../../support/simulator-client';
import { Simulator } from '../../../../src/simulator/simulator';
import { ProfileWizard } from '../../../../src/ui/sign-in/profile-wizard';
import { SignInConsent } from '../../../../src/ui/sign-in/sign-in-consent';
import { errorSentence } from '../../../../src/ui/text/error-words';
import { type Window, Windows } from '../../../support/credentials/windows';
import { Person } from '../../../support/host/person';
import { BACK, ESCAPE, KEEP } from '../../../support/host/quick-input';
import { MemoryLog } from '../../../support/samples';

const PROJECT = { id: '7b7705dce1e847b08b3b16dda67fec24', name: 'cn-north-4' };
const USER_ID = '7116d09f88fa41908676fdd4b039e95b';
const PASSCODE = '246802';
const NOT_SAVED = 'The credentials were not saved.';
const user: User = {
  domain: 'account',
  name: 'user',
  password: 'planted-password',
  projectIds: [PROJECT.id],
  secondFactor: 'virtual-mfa',
  mfa: { userId: USER_ID, passcode: PASSCODE },
};

describe('a sign-in with virtual MFA', () => {
  let simulator: Simulator;
  let windows: Windows;
  let window: Window;
  let person: Person;
  let wizard: ProfileWizard;
  /** How many of the next requests fail without a response. */
  let lostRequests: number;

  const start = async (changes: Partial<User> = {}) => {
    simulator = await Simulator.start({ projects: [PROJECT], users: [{ ...user, ...changes }] });
    const transport = axiosTransport('elb-job-tracker/0.0.0-test');
    windows = new Windows((...request) =>
      (lostRequests -= 1) < 0 ? transport(...request) : Promise.resolve({ ok: false, error: { kind: 'network' } }),
    );
    window = await windows.open();
    const { credentials, reader, signIn } = window;
    const log = new MemoryLog();
    const { clock } = windows;
    wizard = new ProfileWizard({
      ...{ credentials, reader, signIn, clock, log },
      consent: new SignInConsent({ signIn, log }),
      sources: new KeySources({ files: windows.files, environment: () => ({}), home: '/home', clock }),
      proposals: () => [],
      runsRemotely: false,
    });
  };

  beforeEach(() => {
    person = new Person();
    lostRequests = 0;
  });

  afterEach(async () => {
    person.dispose();
    await simulator.stop();
  });

  const tokenRequests = () => simulator.requests.filter(({ method }) => method === 'POST').length;
  const dialogs = () => person.shown.filter(({ message }) => message === NOT_SAVED);
  const add = () => windows.whileTimePasses(wizard.add());
  const edit = (profile: Profile) => windows.whileTimePasses(wizard.edit(profile));
  const names = () => [simulator.origin, 'account', 'user', PROJECT.id];
  const nothingIsKept = () => {
    const kept = JSON.stringify([...windows.files.files, ...windows.secrets.values, ...windows.log.lines]);
    for (const secret of ['planted-password', PASSCODE]) assert.ok(!kept.includes(secret), secret);
  };

  it('is offered after IAM’s “wrong password”, beside a token or a key, and gets a token', async () => {
    await start();
    person.types('IAM user and password', ...names(), user.password, USER_ID, user.password, PASSCODE);
    person.clicks('Enter Passcode…');
    const profile = await add();
    assert.ok(profile?.source.kind === 'password');
    assert.deepEqual([profile.source.mfaUserId, profile.verifiedAt === undefined], [USER_ID, false]);
    assert.equal(tokenRequests(), 2);
    const [dialog = assert.fail()] = dialogs();
    assert.deepEqual(dialog.actions, ['Change…', 'Enter Passcode…', 'Sign In Another Way…']);
    for (const word of [
      /user name or the password/,
      /MFA/,
      /token or an access key/,
      /The username or password is wrong/,
    ]) {
      assert.match(dialog.detail ?? '', word);
    }
    assert.match(person.questions.at(-1) ?? '', /sent to IAM once and is never saved.*only you can renew it/);
    nothingIsKept();
  });

  it('can be chosen at once, so that no sign-in fails', async () => {
    await start({ saysSecondFactor: true });
    person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, PASSCODE);
    const profile = await add();
    assert.ok(profile !== undefined);
    assert.deepEqual([tokenRequests(), dialogs().length], [1, 0]);
    nothingIsKept();
  });

  it('goes back step by step, proposes the earlier answers, and no passcode', async () => {
    await start();
    person.types(
      ...['IAM user with virtual MFA', ...names(), USER_ID, user.password, BACK, BACK, BACK],
      ...[KEEP, KEEP, KEEP, PASSCODE],
    );
    assert.ok((await add()) !== undefined);
    assert.equal(tokenRequests(), 1);
    person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, KEEP);
    await add();
    assert.equal(person.rejections.at(-1), 'A passcode has 6 digits.');
    assert.equal(tokenRequests(), 1);
  });

  it('takes nothing but six digits as a passcode, and nothing but an id as the user’s', async () => {
    await start();
    for (const passcode of ['12345', '1234567', '12345a', '１２３４５６']) {
      person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, passcode);
      await add();
    }
    person.types('IAM user with virtual MFA', ...names(), 'user');
    await add();
    assert.deepEqual([person.rejections.length, tokenRequests()], [5, 0]);
  });

  it('asks for the password and a new passcode after a wrong one, and for no more', async () => {
    await start({ saysSecondFactor: true });
    person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, '000000', user.password, PASSCODE);
    person.clicks('Change…');
    assert.ok((await add()) !== undefined);
    assert.match(dialogs()[0]?.detail ?? '', /refused the passcode.*half a minute/);
    assert.deepEqual(dialogs()[0]?.actions, ['Change…', 'Sign In Another Way…']);
    assert.equal(tokenRequests(), 2);
  });

  it('is tried again from the password on after a failed connection', async () => {
    await start();
    lostRequests = 1;
    person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, PASSCODE, user.password, PASSCODE);
    person.clicks('Try Again');
    assert.ok((await add()) !== undefined);
    assert.deepEqual(dialogs()[0]?.actions, ['Change…', 'Try Again']);
    assert.equal(tokenRequests(), 1);
  });

  it('is left for another way of signing in', async () => {
    await start({ secondFactor: 'protected', saysSecondFactor: true });
    person.types('IAM user and password', ...names(), user.password, 'IAM token', ESCAPE);
    person.clicks('Sign In Another Way…');
    await add();
    assert.match(dialogs()[0]?.detail ?? '', /needs more than the password/);
    assert.match(person.questions.at(-2) ?? '', /How do you sign in/);
  });

  it('is renewed with a password and a passcode only: names and user ID are known', async () => {
    await start();
    person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, PASSCODE);
    const profile = (await add()) ?? assert.fail();
    assert.deepEqual((await windows.open()).credentials.all()[0]?.source, profile.source, 'it is saved');
    person.types(KEEP, KEEP, KEEP, KEEP, user.password, PASSCODE);
    assert.ok((await edit(profile)) !== undefined);
    assert.equal(tokenRequests(), 2);
  });

  it('says when its token has expired that only the person can renew it, and sends nothing', async () => {
    await start();
    person.types('IAM user with virtual MFA', ...names(), USER_ID, user.password, PASSCODE);
    const profile = (await add()) ?? assert.fail();
    const before = simulator.requests.length;
    windows.clock.setBack(-400 * DAY);
    await windows.clock.advance(MINUTE);
    const reading = await window.reader.read(profile);
    assert.ok(!reading.ok);
    assert.equal(reading.error.kind, 'token-expired');
    assert.match(errorSentence(reading.error), /came from a sign-in with a passcode, so only you can renew it/);
    await windows.clock.advance(DAY);
    assert.equal(simulator.requests.length, before, 'no retry with the password alone');
  });

  for (const [state, words] of [
    ['disabled', /disabled.*The user account is disabled/],
    ['password-expired', /password of this user has expired/],
    ['address-not-allowed', /IP address of this computer/],
  ] as const) {
    it(`says why IAM refuses a user in the state ${state}, and offers no passcode`, async () => {
      await start({ state });
      person.types('IAM user and password', ...names(), user.password);
      await add();
      assert.match(dialogs()[0]?.detail ?? '', words);
      assert.doesNotMatch(dialogs()[0]?.detail ?? '', /the password\. Check all three/);
      assert.deepEqual(dialogs()[0]?.actions, ['Change…', 'Sign In Another Way…']);
    });
  }

  it('says until when a locked user must wait, and offers nothing that sends a request', async () => {
    await start();
    for (let failures = 0; failures < 5; failures += 1) {
      const { domain, name } = user;
      await send(simulator.origin, '/v3/auth/tokens', {
        method: 'POST',
        body: JSON.stringify({
          auth: {
            identity: { methods: ['password'], password: { user: { domain: { name: domain }, name, password: 'x' } } },
            scope: { project: { id: PROJECT.id } },
          },
        }),
      });
    }
    const before = tokenRequests();
    person.types('IAM user and password', ...names(), user.password);
    await add();
    assert.match(dialogs()[0]?.detail ?? '', /locked this user for 15 minutes.*The account is locked/);
    person.types(KEEP, KEEP, KEEP, KEEP, KEEP, user.password);
    await add();
    const question = person.shown.at(-1);
    assert.equal(question?.message, 'This user is locked.');
    assert.match(question.detail ?? '', /Nothing is sent for it until 12:1\d/);
    assert.deepEqual(question.actions, ['Change…']);
    assert.equal(tokenRequests(), before + 1);
  });
});
