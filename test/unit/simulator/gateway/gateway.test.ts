import assert from 'node:assert/strict';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { Simulator } from '../../../../src/simulator/simulator';
import { sendSigned, errorOf, type Key, type ReceivedResponse, send, sign } from '../../../support/simulator-client';
import { MINUTE } from '../../../../src/base/time-units';

const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const OTHER_PROJECT = '0123456789abcdef0123456789abcdef';
const JOBS = `/v3/${PROJECT}/elb/jobs`;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const TEMPORARY = { accessKey: 'TEMP', secretKey: 'secret', securityToken: 'token+/==', projectIds: [PROJECT] };
const IAM_ERROR = 'Incorrect IAM authentication information: ';

function assertRefused(response: ReceivedResponse, status: number, code: string, message: string | RegExp): void {
  const { error_code, error_msg, request_id } = errorOf(response);
  assert.deepEqual([response.status, error_code], [status, code], response.text);
  if (typeof message === 'string') assert.equal(error_msg, message);
  else assert.match(error_msg, message);
  assert.match(request_id, /^[0-9a-f]{32}$/);
  assert.equal(response.headers['x-request-id'], request_id);
}

describe('the gateway of the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start({
      clock: new SimulatorClock({ startAt: NOW, held: true }),
      projects: [
        { id: PROJECT, name: 'cn-southwest-242' },
        { id: OTHER_PROJECT, name: 'cn-north-4' },
      ],
      accessKeys: [TEMPORARY, { accessKey: 'NARROW', secretKey: 'secret', projectIds: [OTHER_PROJECT] }],
    });
  });
  afterEach(() => simulator.stop());

  const wrongKey = (): Key => ({ ...simulator.accessKey, secretKey: 'wrong' });

  it('accepts a signed request', async () => {
    assert.equal((await sendSigned(simulator, JOBS)).status, 200);
  });

  it('refuses a request without credentials', async () => {
    assertRefused(await send(simulator.origin, JOBS), 401, 'APIGW.0301', `${IAM_ERROR}x-auth-token not found`);
  });

  it('refuses an invalid Authorization header', async () => {
    const response = await send(simulator.origin, JOBS, { headers: { authorization: 'Basic abc' } });
    assertRefused(response, 401, 'APIGW.0301', `${IAM_ERROR}Unauthorized`);
  });

  it('names an unknown key', async () => {
    const response = await sendSigned(simulator, JOBS, { key: { accessKey: 'NOBODY', secretKey: 'x' } });
    assertRefused(response, 401, 'APIGW.0301', `${IAM_ERROR}ak NOBODY not exist`);
  });

  it('refuses a removed key as unknown', async () => {
    assert.equal(simulator.removeAccessKey(TEMPORARY.accessKey), true);
    assertRefused(
      await sendSigned(simulator, JOBS, { key: TEMPORARY }),
      401,
      'APIGW.0301',
      `${IAM_ERROR}ak TEMP not exist`,
    );
    assert.equal(simulator.removeAccessKey(TEMPORARY.accessKey), false);
  });

  it('echoes the canonical request of a wrong signature, with "|" for its line breaks', async () => {
    const target = `${JOBS}?limit=5`;
    const response = await sendSigned(simulator, target, { key: wrongKey(), headers: { 'x-project-id': PROJECT } });
    const host = new URL(simulator.origin).host;
    const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const lines = `host:${host}|x-project-id:${PROJECT}|x-sdk-date:20260301T120000Z`;
    const echo = `canonicalRequest:GET|${JOBS}/|limit=5|${lines}||host;x-project-id;x-sdk-date|${nothing}`;
    assertRefused(response, 401, 'APIGW.0301', `${IAM_ERROR}verify aksk signature fail, ${echo}`);
  });

  it('accepts a signature up to 15 minutes old or early, and no second more', async () => {
    for (const offset of [-15 * MINUTE, 15 * MINUTE]) {
      assert.equal((await sendSigned(simulator, JOBS, { at: NOW + offset })).status, 200);
    }
    for (const [offset, signed] of [
      [-15 * MINUTE - 1000, '20260301T114459Z'],
      [15 * MINUTE + 1000, '20260301T121501Z'],
    ] as const) {
      const expired = `signature expired, signature time:${signed},server time:20260301T120000Z`;
      const response = await sendSigned(simulator, JOBS, { at: NOW + offset });
      assertRefused(response, 401, 'APIGW.0301', `${IAM_ERROR}calc aksk signature fail:${expired}`);
    }
  });

  it('sends its own time in the Date header', async () => {
    assert.equal((await sendSigned(simulator, JOBS)).headers.date, 'Sun, 01 Mar 2026 12:00:00 GMT');
  });

  describe('with a temporary key', () => {
    it('accepts it with its token', async () => {
      assert.equal((await sendSigned(simulator, JOBS, { key: TEMPORARY })).status, 200);
    });

    it('does not find it without its token', async () => {
      const { accessKey, secretKey } = TEMPORARY;
      const response = await sendSigned(simulator, JOBS, { key: { accessKey, secretKey } });
      const reason = `Get secretKey failed,ak:${accessKey},err:ak not exist`;
      assertRefused(response, 401, 'APIGW.0301', `${IAM_ERROR}${reason}`);
    });

    it('refuses it with another token', async () => {
      const response = await sendSigned(simulator, JOBS, { key: { ...TEMPORARY, securityToken: 'other' } });
      assertRefused(response, 401, 'APIGW.0301', `${IAM_ERROR}decrypt token fail`);
    });

    it('refuses a token that is sent but not signed', async () => {
      const { securityToken, ...unsigned } = TEMPORARY;
      const signed = sign(simulator.origin, JOBS, { key: unsigned, at: NOW });
      const headers = { ...signed, 'x-security-token': securityToken };
      const response = await send(simulator.origin, JOBS, { headers });
      assertRefused(response, 401, 'APIGW.0301', /verify aksk signature fail/);
    });
  });

  describe('with projects', () => {
    const refusal = 'The IAM user is not authorized to access the API.';

    it('refuses a project that the key may not access', async () => {
      const key = { accessKey: 'NARROW', secretKey: 'secret' };
      assertRefused(await sendSigned(simulator, JOBS, { key }), 403, 'APIGW.0302', refusal);
      assert.equal((await sendSigned(simulator, `/v3/${OTHER_PROJECT}/elb/jobs`, { key })).status, 200);
    });

    it('refuses an X-Project-Id that is not the project of the path', async () => {
      const response = await sendSigned(simulator, JOBS, { headers: { 'x-project-id': OTHER_PROJECT } });
      assertRefused(response, 403, 'APIGW.0302', refusal);
    });

    it('refuses an X-Project-Id that is sent but not signed', async () => {
      const signed = sign(simulator.origin, JOBS, { key: simulator.accessKey, at: NOW });
      const response = await send(simulator.origin, JOBS, { headers: { ...signed, 'x-project-id': PROJECT } });
      assertRefused(response, 401, 'APIGW.0301', /verify aksk signature fail/);
    });
  });

  describe('after failed checks of a key', () => {
    const locked = `${IAM_ERROR}AK access failed to reach the limit,forbidden`;
    const fail = async (times: number, key = wrongKey()) => {
      for (let count = 0; count < times; count += 1) {
        assertRefused(await sendSigned(simulator, JOBS, { key }), 401, 'APIGW.0301', /verify aksk signature fail/);
      }
    };

    it('locks the key after the fifth, even for a right signature', async () => {
      await fail(5);
      assertRefused(await sendSigned(simulator, JOBS), 401, 'APIGW.0301', locked);
    });

    it('unlocks the key after five minutes, with a new count', async () => {
      await fail(5);
      simulator.clock.advance(5 * MINUTE - 1);
      assertRefused(await sendSigned(simulator, JOBS), 401, 'APIGW.0301', locked);
      simulator.clock.advance(1);
      await fail(4);
      assert.equal((await sendSigned(simulator, JOBS)).status, 200);
    });

    it('does not extend the lock by requests in the meantime', async () => {
      await fail(5);
      simulator.clock.advance(4 * MINUTE);
      assertRefused(await sendSigned(simulator, JOBS, { key: wrongKey() }), 401, 'APIGW.0301', locked);
      simulator.clock.advance(MINUTE);
      assert.equal((await sendSigned(simulator, JOBS)).status, 200);
    });

    it('resets the count at a success', async () => {
      for (let round = 0; round < 3; round += 1) {
        await fail(4);
        assert.equal((await sendSigned(simulator, JOBS)).status, 200);
      }
    });

    it('also counts expired signatures', async () => {
      for (let count = 0; count < 5; count += 1) await sendSigned(simulator, JOBS, { at: NOW - 60 * MINUTE });
      assertRefused(await sendSigned(simulator, JOBS), 401, 'APIGW.0301', locked);
    });

    it('does not lock other keys', async () => {
      await fail(5);
      assert.equal((await sendSigned(simulator, JOBS, { key: TEMPORARY })).status, 200);
    });
  });

  it('distinguishes an unknown API from an unknown job', async () => {
    const absent = 'The API does not exist or has not been published in the environment';
    for (const [method, target] of [
      ['GET', `/v3/${PROJECT}/elb/pools`],
      ['GET', `/v3/${PROJECT}/elb/loadbalancers/a`],
      ['GET', `/v3/${PROJECT}/elb/constructor`],
      ['GET', `${JOBS}/`],
      ['GET', `${JOBS}/a/b`],
      ['GET', '/'],
      ['DELETE', `${JOBS}/a`],
      ['POST', '/v3/projects'],
      ['DELETE', '/v3/auth/tokens'],
      ['GET', '/_simulator'],
    ] as const) {
      assertRefused(await send(simulator.origin, target, { method }), 404, 'APIGW.0101', absent);
    }
    assertRefused(await sendSigned(simulator, `${JOBS}/a`), 404, 'ELB.8904', 'job a could not be found.');
  });

  it('refuses a body that is too long', async () => {
    const response = await send(simulator.origin, '/v3/auth/tokens', { method: 'POST', body: ' '.repeat(70_000) });
    assertRefused(response, 413, 'APIGW.0201', 'Request entity too large.');
  });
});
