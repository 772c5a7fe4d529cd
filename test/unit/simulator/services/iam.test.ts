import assert from 'node:assert/strict';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { Simulator } from '../../../../src/simulator/simulator';
import { ask, errorOf, json, type Reply, send } from '../../../support/simulator-client';
import { HOUR } from '../../../../src/base/time-units';

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
  const assertIamError = (reply: Reply, code: number, title: string) => {
    const { error } = json(reply) as { error: { message: string; code: number; title: string } };
    assert.deepEqual([reply.status, error.code, error.title], [code, code, title], reply.text);
    assert.notEqual(error.message, '');
    assert.ok(reply.headers['x-iam-trace-id']);
  };

  describe('ListProjects', () => {
    const names = (reply: Reply) => (json(reply) as { projects: { name: string }[] }).projects.map(({ name }) => name);

    it('lists all projects of the key, and no others', async () => {
      assert.deepEqual(names(await ask(simulator, '/v3/projects')), ['cn-north-4', 'cn-north-4_team', 'cn-east-3']);
      const key = { accessKey: 'NARROW', secretKey: 'secret' };
      assert.deepEqual(names(await ask(simulator, '/v3/projects', { key })), ['cn-north-4_team']);
    });

    it('finds a project by its whole name, so no sub-project by the region', async () => {
      const reply = await ask(simulator, '/v3/projects?name=cn-north-4');
      assert.equal(reply.status, 200);
      assert.deepEqual(names(reply), ['cn-north-4']);
      assert.ok(reply.headers['x-iam-trace-id']);
    });

    it('answers an empty list for a region without a project', async () => {
      assert.deepEqual(names(await ask(simulator, '/v3/projects?name=af-south-1')), []);
    });

    it('is for those who sign', async () => {
      const reply = await send(simulator.origin, '/v3/projects');
      assert.deepEqual([reply.status, errorOf(reply).error_code], [401, 'APIGW.0301']);
    });
  });

  describe('CreateToken', () => {
    const use = (token: unknown, projectId = 'one') =>
      send(simulator.origin, `/v3/${projectId}/elb/jobs`, { headers: { 'x-auth-token': String(token) } });

    it('gives a token that opens its project for 24 hours', async () => {
      const reply = await signIn();
      assert.equal(reply.status, 201);
      const token = (json(reply) as { token: Record<string, unknown> }).token;
      assert.equal(token['issued_at'], '2026-03-01T12:00:00.000000Z');
      assert.equal(token['expires_at'], '2026-03-02T12:00:00.000000Z');
      assert.equal((token['project'] as { id: string }).id, 'one');

      const text = reply.headers['x-subject-token'];
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

    it('finds the project of the scope by its name too', async () => {
      const text = (await signIn({}, { name: 'cn-north-4_team' })).headers['x-subject-token'];
      assert.equal((await use(text, 'two')).status, 200);
    });

    it('gives no token that opens another project', async () => {
      const reply = await use((await signIn()).headers['x-subject-token'], 'two');
      assert.deepEqual([reply.status, errorOf(reply).error_code], [403, 'APIGW.0302']);
    });

    it('refuses a wrong account, name or password in the same words', async () => {
      const refused = await Promise.all([
        signIn({ domain: 'other' }),
        signIn({ name: 'other' }),
        signIn({ password: 'other' }),
      ]);
      for (const reply of refused) {
        assertIamError(reply, 401, 'Unauthorized');
        assert.equal(reply.text, refused[0].text);
        assert.equal(reply.headers['x-subject-token'], undefined);
      }
    });

    it('refuses a scope that is no project of the user', async () => {
      assertIamError(await signIn({}, { id: 'three' }), 401, 'Unauthorized');
    });

    it('refuses a body of another shape', async () => {
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

    it('does not know a token that it did not give', async () => {
      const reply = await use('made-up');
      assert.equal(reply.status, 401);
      assert.equal(errorOf(reply).error_msg, 'Incorrect IAM authentication information: decrypt token fail');
    });
  });

  describe('ShowToken', () => {
    const show = (headers: Readonly<Record<string, string>>, query = '') =>
      send(simulator.origin, `/v3/auth/tokens${query}`, { headers });
    const own = (token: string) => ({ 'x-auth-token': token, 'x-subject-token': token });
    const tokenOf = async (...asked: Parameters<typeof signIn>) =>
      String((await signIn(...asked)).headers['x-subject-token']);

    it('says of a token what was said when it was given, and gives it back', async () => {
      const given = await signIn();
      const token = String(given.headers['x-subject-token']);
      simulator.clock.advance(HOUR);
      const reply = await show(own(token));
      assert.equal(reply.status, 200);
      assert.deepEqual(json(reply), json(given));
      assert.equal(reply.headers['x-subject-token'], token);
      assert.ok(reply.headers['x-iam-trace-id']);
    });

    it('leaves the catalogue out where it is asked to', async () => {
      const token = await tokenOf();
      const hasCatalog = async (query: string) =>
        'catalog' in (json(await show(own(token), query)) as { token: object }).token;
      assert.deepEqual([await hasCatalog('?nocatalog=true'), await hasCatalog('?nocatalog=')], [false, true]);
    });

    it('does not know a caller whose token it did not give, or no longer', async () => {
      const token = await tokenOf();
      assertIamError(await show({ 'x-subject-token': token }), 401, 'Unauthorized');
      assertIamError(await show(own('made-up')), 401, 'Unauthorized');
      simulator.clock.advance(24 * HOUR - 1);
      assert.equal((await show(own(token))).status, 200);
      simulator.clock.advance(1);
      assertIamError(await show(own(token)), 401, 'Unauthorized');
    });

    it('does not find another token that it did not give, or no longer', async () => {
      const before = await tokenOf();
      simulator.clock.advance(24 * HOUR);
      const caller = { 'x-auth-token': await tokenOf() };
      for (const subject of [before, 'made-up', '']) {
        const reply = await show({ ...caller, 'x-subject-token': subject });
        assertIamError(reply, 404, 'Not Found');
        assert.equal(reply.headers['x-subject-token'], undefined);
      }
      assertIamError(await show(caller), 400, 'Bad Request');
    });

    it('shows another token of the same user, and none of another user', async () => {
      const caller = await tokenOf();
      const second = await tokenOf({}, { id: 'two' });
      const reply = await show({ 'x-auth-token': caller, 'x-subject-token': second });
      assert.equal((json(reply) as { token: { project: { id: string } } }).token.project.id, 'two');
      const foreign = await tokenOf(OTHER_USER);
      assertIamError(await show({ 'x-auth-token': caller, 'x-subject-token': foreign }), 403, 'Forbidden');
    });

    it('leaves no token in the log of requests', async () => {
      const token = await tokenOf();
      await show(own(token));
      assert.equal(simulator.requests.at(-1)?.route, 'ShowToken');
      assert.ok(!JSON.stringify(simulator.requests).includes(token));
    });
  });
});
