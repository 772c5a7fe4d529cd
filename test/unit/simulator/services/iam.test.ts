import assert from 'node:assert/strict';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { Simulator } from '../../../../src/simulator/simulator';
import { sendSigned, errorOf, json, type ReceivedResponse, send } from '../../../support/simulator-client';
import type { User } from '../../../../src/simulator/gateway/token-desk';
import { HOUR, MINUTE } from '../../../../src/base/time-units';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const PROJECTS = [
  { id: 'one', name: 'cn-north-4' },
  { id: 'two', name: 'cn-north-4_team' },
  { id: 'three', name: 'cn-east-3' },
];
const OTHER_USER = { domain: 'account', name: 'other', password: 'secret', projectIds: ['one'] };
const USER = { domain: 'account', name: 'user', password: 'pässword', projectIds: ['one', 'two'] };

describe('IAM in the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start({
      clock: new SimulatorClock({ startAt: NOW, held: true }),
      projects: PROJECTS,
      accessKeys: [{ accessKey: 'NARROW', secretKey: 'secret', projectIds: ['two'] }],
      users: [USER, OTHER_USER],
    });
  });
  afterEach(() => simulator.stop());

  const signIn = (changes: Partial<typeof USER> = {}, project: unknown = { id: 'one' }) => {
    const { domain, name, password } = { ...USER, ...changes };
    const identity = { methods: ['password'], password: { user: { domain: { name: domain }, name, password } } };
    return post(JSON.stringify({ auth: { identity, scope: { project } } }));
  };
  const post = (body: string) => {
    const headers = { 'content-type': 'application/json' };
    return send(simulator.origin, '/v3/auth/tokens', { method: 'POST', headers, body });
  };
  const assertIamError = (response: ReceivedResponse, code: number, title: string) => {
    const { error } = json(response) as { error: { message: string; code: number; title: string } };
    assert.deepEqual([response.status, error.code, error.title], [code, code, title], response.text);
    assert.notEqual(error.message, '');
    assert.ok(response.headers['x-iam-trace-id']);
  };

  describe('a user who may not sign in', () => {
    const ID = '7116d09f88fa41908676fdd4b039e95b';
    const mfa = { userId: ID, passcode: '246802' };
    const messageFor = async (user: Partial<User>, given: { password?: string; passcode?: string } = {}) => {
      await simulator.stop();
      const clock = new SimulatorClock({ startAt: NOW, held: true });
      simulator = await Simulator.start({ clock, projects: PROJECTS, users: [{ ...USER, ...user }] });
      return signInWith(given);
    };
    const signInWith = async ({ password = USER.password, passcode }: { password?: string; passcode?: string }) => {
      const { domain, name } = USER;
      const identity = {
        methods: passcode === undefined ? ['password'] : ['password', 'totp'],
        password: { user: { domain: { name: domain }, name, password } },
        ...(passcode === undefined ? {} : { totp: { user: { id: ID, passcode } } }),
      };
      const response = await post(JSON.stringify({ auth: { identity, scope: { project: { id: 'one' } } } }));
      if (response.status === 201) return 'token';
      assertIamError(response, 401, 'Unauthorized');
      return (json(response) as { error: { message: string } }).error.message;
    };

    it('is given the reason', async () => {
      for (const [user, words] of [
        [{ state: 'disabled' }, /disabled/],
        [{ state: 'password-expired' }, /password is expired/],
        [{ state: 'address-not-allowed' }, /IP address/],
        [{ secondFactor: 'protected' }, /username or password is wrong/],
        [{ secondFactor: 'protected', saysSecondFactor: true }, /protection/],
        [{ secondFactor: 'virtual-mfa', mfa }, /username or password is wrong/],
        [{ secondFactor: 'virtual-mfa', mfa, saysSecondFactor: true }, /MFA/],
      ] as const) {
        assert.match(await messageFor(user), words);
        assert.match(await messageFor(user, { password: 'wrong' }), /username or password is wrong/);
      }
    });

    it('gets a token with the passcode of virtual MFA', async () => {
      const user = { secondFactor: 'virtual-mfa', mfa, saysSecondFactor: true } as const;
      assert.equal(await messageFor(user, { passcode: '246802' }), 'token');
      assert.match(await messageFor(user, { passcode: '000000' }), /passcode/);
    });

    it('is locked for 15 minutes after five failures, also with the right password', async () => {
      for (let failures = 0; failures < 5; failures += 1) await signInWith({ password: 'wrong' });
      assert.equal(await signInWith({}), 'The account is locked.');
      simulator.clock.advance(15 * MINUTE - 1);
      assert.equal(await signInWith({}), 'The account is locked.');
      simulator.clock.advance(1);
      assert.equal(await signInWith({}), 'token');
    });
  });

  describe('ListProjects', () => {
    const names = (response: ReceivedResponse) =>
      (json(response) as { projects: { name: string }[] }).projects.map(({ name }) => name);

    it('lists all projects of the key, and no others', async () => {
      assert.deepEqual(names(await sendSigned(simulator, '/v3/projects')), [
        'cn-north-4',
        'cn-north-4_team',
        'cn-east-3',
      ]);
      const key = { accessKey: 'NARROW', secretKey: 'secret' };
      assert.deepEqual(names(await sendSigned(simulator, '/v3/projects', { key })), ['cn-north-4_team']);
    });

    it('finds a project by its full name: the region’s id does not find sub-projects', async () => {
      const response = await sendSigned(simulator, '/v3/projects?name=cn-north-4');
      assert.equal(response.status, 200);
      assert.deepEqual(names(response), ['cn-north-4']);
      assert.ok(response.headers['x-iam-trace-id']);
    });

    it('returns an empty list for a region without a project', async () => {
      assert.deepEqual(names(await sendSigned(simulator, '/v3/projects?name=af-south-1')), []);
    });

    it('requires a signature or a token', async () => {
      const response = await send(simulator.origin, '/v3/projects');
      assert.deepEqual([response.status, errorOf(response).error_code], [401, 'APIGW.0301']);
    });
  });

  describe('CreateToken', () => {
    const use = (token: unknown, projectId = 'one') =>
      send(simulator.origin, `/v3/${projectId}/elb/jobs`, { headers: { 'x-auth-token': String(token) } });

    it('issues a token that is valid for its project for 24 hours', async () => {
      const response = await signIn();
      assert.equal(response.status, 201);
      const token = (json(response) as { token: Record<string, unknown> }).token;
      assert.equal(token['issued_at'], '2026-03-01T12:00:00.000000Z');
      assert.equal(token['expires_at'], '2026-03-02T12:00:00.000000Z');
      assert.equal((token['project'] as { id: string }).id, 'one');

      const text = response.headers['x-subject-token'];
      assert.equal((await use(text)).status, 200);
      simulator.clock.advance(24 * HOUR - 1);
      assert.equal((await use(text)).status, 200);
      simulator.clock.advance(1);
      const expired = await use(text);
      assert.equal(expired.status, 401);
      assert.deepEqual(
        [errorOf(expired).error_code, errorOf(expired).error_msg],
        [
          'APIGW.0301',
          'Incorrect IAM authentication information: token expires, expires_at: 2026-03-02T12:00:00.000000Z',
        ],
      );
    });

    it('accepts the name of the scope’s project, too', async () => {
      const text = (await signIn({}, { name: 'cn-north-4_team' })).headers['x-subject-token'];
      assert.equal((await use(text, 'two')).status, 200);
    });

    it('issues no token for another project', async () => {
      const response = await use((await signIn()).headers['x-subject-token'], 'two');
      assert.deepEqual([response.status, errorOf(response).error_code], [403, 'APIGW.0302']);
    });

    it('refuses a wrong account, name or password with the same message', async () => {
      const refused = await Promise.all([
        signIn({ domain: 'other' }),
        signIn({ name: 'other' }),
        signIn({ password: 'other' }),
      ]);
      for (const response of refused) {
        assertIamError(response, 401, 'Unauthorized');
        assert.equal(response.text, refused[0].text);
        assert.equal(response.headers['x-subject-token'], undefined);
      }
    });

    it('refuses a scope that is not a project of the user', async () => {
      assertIamError(await signIn({}, { id: 'three' }), 401, 'Unauthorized');
    });

    it('rejects an invalid body', async () => {
      for (const body of [
        '',
        '{',
        '[]',
        '{}',
        '{"auth":{"identity":{"password":{"user":{}}},"scope":{"project":{}}}}',
      ]) {
        assertIamError(await post(body), 400, 'Bad Request');
      }
      assertIamError(await signIn({}, {}), 400, 'Bad Request');
    });

    it('refuses an unknown token', async () => {
      const response = await use('made-up');
      assert.equal(response.status, 401);
      assert.equal(errorOf(response).error_msg, 'Incorrect IAM authentication information: decrypt token fail');
    });
  });

  describe('ShowToken', () => {
    const show = (headers: Readonly<Record<string, string>>, query = '') =>
      send(simulator.origin, `/v3/auth/tokens${query}`, { headers });
    const own = (token: string) => ({ 'x-auth-token': token, 'x-subject-token': token });
    const tokenOf = async (...options: Parameters<typeof signIn>) =>
      String((await signIn(...options)).headers['x-subject-token']);

    it('returns what CreateToken returned, with the token', async () => {
      const given = await signIn();
      const token = String(given.headers['x-subject-token']);
      simulator.clock.advance(HOUR);
      const response = await show(own(token));
      assert.equal(response.status, 200);
      assert.deepEqual(json(response), json(given));
      assert.equal(response.headers['x-subject-token'], token);
      assert.ok(response.headers['x-iam-trace-id']);
    });

    it('leaves the catalogue out on request', async () => {
      const token = await tokenOf();
      const hasCatalog = async (query: string) =>
        'catalog' in (json(await show(own(token), query)) as { token: object }).token;
      assert.deepEqual([await hasCatalog('?nocatalog=true'), await hasCatalog('?nocatalog=')], [false, true]);
    });

    it('refuses a caller with an unknown or expired token', async () => {
      const token = await tokenOf();
      assertIamError(await show({ 'x-subject-token': token }), 401, 'Unauthorized');
      assertIamError(await show(own('made-up')), 401, 'Unauthorized');
      simulator.clock.advance(24 * HOUR - 1);
      assert.equal((await show(own(token))).status, 200);
      simulator.clock.advance(1);
      assertIamError(await show(own(token)), 401, 'Unauthorized');
    });

    it('does not find an unknown or expired token', async () => {
      const before = await tokenOf();
      simulator.clock.advance(24 * HOUR);
      const caller = { 'x-auth-token': await tokenOf() };
      for (const subject of [before, 'made-up', '']) {
        const response = await show({ ...caller, 'x-subject-token': subject });
        assertIamError(response, 404, 'Not Found');
        assert.equal(response.headers['x-subject-token'], undefined);
      }
      assertIamError(await show(caller), 400, 'Bad Request');
    });

    it('shows another token of the same user, and no token of another user', async () => {
      const caller = await tokenOf();
      const second = await tokenOf({}, { id: 'two' });
      const response = await show({ 'x-auth-token': caller, 'x-subject-token': second });
      assert.equal((json(response) as { token: { project: { id: string } } }).token.project.id, 'two');
      const foreign = await tokenOf(OTHER_USER);
      assertIamError(await show({ 'x-auth-token': caller, 'x-subject-token': foreign }), 403, 'Forbidden');
    });

    it('writes no token to the request log', async () => {
      const token = await tokenOf();
      await show(own(token));
      assert.equal(simulator.requests.at(-1)?.route, 'ShowToken');
      assert.ok(!JSON.stringify(simulator.requests).includes(token));
    });
  });
});
