import assert from 'node:assert/strict';
import { iamEndpointOf } from '../../../src/credentials/sign-in';
import { axiosTransport } from '../../../src/cloud/http/axios-transport';
import type { Credential } from '../../../src/cloud/http/credential';
import { actionNotGranted, apiAbsent, gatewayError } from '../../support/cloud/fault-presets';
import type { FaultEffect } from '../../../src/simulator/faults/faults';
import { Simulator } from '../../../src/simulator/simulator';
import type { RequestError } from '../../../src/jobs/model/poll-error';
import { Windows } from '../../support/credentials/windows';
import { HOUR } from '../../../src/base/time-units';

const project = (digit: string, name: string) => ({ id: digit.repeat(32), name });
const main = project('1', 'cn-north-1');
const team = project('2', 'cn-north-1_team');
const longer = project('3', 'cn-north-12');
const elsewhere = project('4', 'cn-southwest-2');
const user = { domain: 'account', name: 'user', password: 'planted-password', projectIds: [main.id] };
const temporaryKey = { accessKey: 'HSTTEMPORARY00001', secretKey: 'sk', securityToken: 'a+/=token' };

const kindAndReason = (error: RequestError | undefined) => [
  error?.kind,
  error !== undefined && 'reason' in error ? error.reason : undefined,
];

describe('signing in', () => {
  let simulator: Simulator;
  /** How far this computer's clock is off. */
  let skew: number;

  before(async () => {
    simulator = await Simulator.start({
      projects: [team, longer, elsewhere, main],
      users: [user],
      accessKeys: [{ ...temporaryKey, projectIds: [main.id] }],
    });
  });

  beforeEach(() => {
    skew = 0;
  });

  after(async () => {
    await simulator.stop();
  });

  const open = async () => {
    const windows = new Windows(axiosTransport('elb-job-tracker/0.0.0-test'));
    windows.now = () => simulator.clock.now() + skew;
    return (await windows.open()).signIn;
  };

  /** @returns the error, and the number of requests. */
  async function counted<T>(action: () => Promise<T>): Promise<T> {
    const before = simulator.requests.length;
    const result = await action();
    assert.equal(simulator.requests.length - before, 1, 'one request: five that are refused lock a key');
    return result;
  }

  describe('proposes as projects', () => {
    const projectsOf = async (region: string | undefined, credential: Credential = simulator.accessKey) => {
      const place = { endpoint: simulator.origin, region };
      const found = await counted(async () => (await open()).projectsOf(place, simulator.origin, credential));
      return found.ok ? found.value : found.error.kind;
    };

    it('the projects of the region only, its own before its sub-projects', async () => {
      assert.deepEqual(await projectsOf('cn-north-1'), [main, team]);
      assert.deepEqual(await projectsOf('cn-north-12'), [longer]);
    });

    it('no project if the key sees none in that region', async () => {
      assert.deepEqual(await projectsOf('cn-east-3'), []);
      assert.deepEqual(await projectsOf('cn-southwest-2', temporaryKey), []);
    });

    it('all projects that the key sees if the endpoint’s region is not known', async () => {
      const all = await projectsOf(undefined);
      assert.deepEqual(new Set(Array.isArray(all) ? all : []), new Set([main, team, longer, elsewhere]));
    });

    it('nothing, with the reason, if the key is refused', async () => {
      assert.equal(await projectsOf('cn-north-1', { ...simulator.accessKey, secretKey: 'wrong' }), 'authentication');
    });
  });

  describe('tests with one request a credential', () => {
    const verify = (credential: Credential = simulator.accessKey, projectId: string = main.id) =>
      counted(async () => (await open()).verify({ endpoint: simulator.origin, projectId }, credential));
    const verifyAgainst = (effect: FaultEffect) => {
      simulator.injectFault({ effect, times: 1 });
      return verify();
    };

    it('that is accepted', async () => {
      assert.equal(await verify(), undefined);
      assert.equal(await verify(temporaryKey), undefined);
    });

    it('that is accepted, though its owner may not list jobs', async () => {
      assert.equal(await verifyAgainst(actionNotGranted()), undefined);
    });

    it('with a wrong secret key', async () => {
      const error = await verify({ ...simulator.accessKey, secretKey: 'wrong' });
      assert.deepEqual(kindAndReason(error), ['authentication', 'wrong-signature']);
    });

    it('that is temporary and lacks its token', async () => {
      const { accessKey, secretKey } = temporaryKey;
      const error = await verify({ accessKey, secretKey });
      assert.deepEqual(kindAndReason(error), ['authentication', 'unknown-key']);
    });

    it('that may not act in the project', async () => {
      assert.equal((await verify(simulator.accessKey, 'f'.repeat(32)))?.kind, 'gateway-forbidden');
      assert.equal((await verify(temporaryKey, elsewhere.id))?.kind, 'gateway-forbidden');
    });

    it('on a computer whose clock is off, and repeats the request once with the time of the service', async () => {
      skew = -HOUR;
      const before = simulator.requests.length;
      const place = { endpoint: simulator.origin, projectId: main.id };
      assert.equal(await (await open()).verify(place, simulator.accessKey), undefined);
      assert.equal(simulator.requests.length - before, 2);
    });

    it('and blames the clock if one correction does not help', async () => {
      for (const ms of [HOUR, -HOUR]) simulator.injectFault({ effect: { kind: 'clockDrift', ms }, times: 1 });
      const before = simulator.requests.length;
      const place = { endpoint: simulator.origin, projectId: main.id };
      const error = await (await open()).verify(place, simulator.accessKey);
      assert.equal(error?.kind, 'clock-skew');
      assert.equal(simulator.requests.length - before, 2);
    });

    it('in a region that does not offer this API', async () => {
      assert.equal((await verifyAgainst(apiAbsent()))?.kind, 'api-absent');
    });

    it('while the service fails or is unreachable, which says nothing about the credential', async () => {
      assert.equal((await verifyAgainst(gatewayError(503)))?.kind, 'server');
      assert.equal((await verifyAgainst({ kind: 'reset' }))?.kind, 'network');
    });
  });

  describe('by password', () => {
    const tokenBy = (password: string, scope: { readonly id: string } | { readonly name: string } = main) =>
      counted(async () =>
        (await open()).tokenBy({
          iamEndpoint: simulator.origin,
          domain: user.domain,
          user: user.name,
          password,
          project: scope,
        }),
      );

    it('returns a token that is accepted, with its project and expiry', async () => {
      const signedIn = await tokenBy(user.password, { name: main.name });
      assert.ok(signedIn.ok);
      const { token, ...opened } = signedIn.value;
      assert.deepEqual([opened.projectId, opened.projectName], [main.id, main.name]);
      assert.ok(opened.expiresAt > simulator.clock.now());
      const shown = await counted(async () => (await open()).showToken(simulator.origin, token));
      assert.deepEqual(shown, { ok: true, value: opened });
      const place = { endpoint: simulator.origin, projectId: main.id };
      assert.equal(await counted(async () => (await open()).verify(place, { token })), undefined);
    });

    it('fails with a wrong password, and the password appears nowhere', async () => {
      const signedIn = await tokenBy('planted-wrong');
      assert.ok(!signedIn.ok);
      assert.deepEqual(kindAndReason(signedIn.error), ['authentication', 'wrong-password']);
      assert.ok(!JSON.stringify(signedIn).includes('planted-wrong'));
    });

    it('fails with an invalid token, and the token appears nowhere', async () => {
      const shown = await counted(async () => (await open()).showToken(simulator.origin, 'planted-none'));
      assert.ok(!shown.ok);
      assert.deepEqual(kindAndReason(shown.error), ['authentication', 'token-refused']);
      assert.ok(!JSON.stringify(shown).includes('planted-none'));
    });
  });
});

describe('the endpoint of IAM', () => {
  it('is the region’s, or the global one if the region has none', () => {
    const of = (region: string) => iamEndpointOf({ endpoint: `https://elb.${region}.myhuaweicloud.com` });
    assert.equal(of('cn-north-4'), 'https://iam.cn-north-4.myhuaweicloud.com');
    assert.equal(of('af-north-1'), 'https://iam.myhuaweicloud.com');
  });

  it('is not guessed for a private cloud: a key would go to an unconfirmed host', () => {
    assert.equal(iamEndpointOf({ endpoint: 'https://elb.cloud.example.com' }), undefined);
    const named = { endpoint: 'https://elb.my.cloud', region: 'cn-north-4' };
    assert.equal(iamEndpointOf(named), undefined, 'not even if its region has the name of one of Huawei’s');
  });

  it('is the simulator on this computer, which serves all services', () => {
    assert.equal(iamEndpointOf({ endpoint: 'http://127.0.0.1:8080' }), 'http://127.0.0.1:8080');
  });
});
