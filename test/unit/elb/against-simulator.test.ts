import assert from 'node:assert/strict';
import { axiosTransport } from '../../../src/elb/axios-transport';
import { ElbClient } from '../../../src/elb/elb-client';
import type { ElbErrorKind } from '../../../src/elb/error';
import type { AccessKey } from '../../../src/elb/signer';
import {
  actionNotGranted,
  gatewayError,
  proxyPage,
  redirectTo,
  throttled,
  userNotAuthorized,
} from '../../../src/simulator/fault-presets';
import type { FaultEffect } from '../../../src/simulator/faults';
import { OFFICIAL_EXAMPLE } from '../../../src/simulator/official-example';
import { Simulator } from '../../../src/simulator/simulator';

describe('the client against the simulator', () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await Simulator.start();
  });

  afterEach(async () => {
    await simulator.stop();
  });

  function showJob(
    jobId: string,
    key: AccessKey = simulator.accessKey,
    projectId: string = OFFICIAL_EXAMPLE.projectId,
  ) {
    const client = new ElbClient(axiosTransport('elb-job-tracker/0.0.0-test'), () => simulator.clock.now());
    return client.showJob({ endpoint: simulator.origin, projectId, jobId }, key, AbortSignal.timeout(5000));
  }

  async function errorOf(jobId: string, ...rest: [key?: AccessKey, projectId?: string]) {
    const result = await showJob(jobId, ...rest);
    assert.ok(!result.ok);
    return result.error;
  }

  it('is let in with a permanent key and reads the official example', async () => {
    const result = await showJob(OFFICIAL_EXAMPLE.jobId);
    assert.ok(result.ok);
    assert.equal(result.value.job.jobId, OFFICIAL_EXAMPLE.job.job_id);
    assert.equal(result.value.job.subJobs.length, 3);
  });

  it('is let in with a temporary key and its token, and not without the token', async () => {
    const key = { accessKey: 'HSTTEMPORARY00001', secretKey: 'sk', securityToken: 'a+/=token' };
    simulator.addAccessKey({ ...key, projectIds: [OFFICIAL_EXAMPLE.projectId] });
    assert.ok((await showJob(OFFICIAL_EXAMPLE.jobId, key)).ok);
    const error = await errorOf(OFFICIAL_EXAMPLE.jobId, { accessKey: key.accessKey, secretKey: key.secretKey });
    assert.equal(error.kind, 'authentication');
  });

  it('reads a running job, whose end is not there yet', async () => {
    const { jobId } = simulator.startJob({ kind: 'cloneLoadbalancer' });
    const result = await showJob(jobId);
    assert.ok(result.ok);
    assert.equal(result.value.job.status, 'INIT');
    assert.equal(result.value.job.endTime, undefined);
  });

  it('is refused with a wrong key, and no secret is in what it reports', async () => {
    const error = await errorOf(OFFICIAL_EXAMPLE.jobId, { ...simulator.accessKey, secretKey: 'wrong' });
    assert.equal(error.kind, 'authentication');
    assert.match(error.code ?? '', /^APIGW\.03/);
    assert.match(error.message ?? '', /\[redacted\]/);
    assert.ok(!JSON.stringify(error).includes(simulator.accessKey.accessKey));
    assert.ok(error.requestId);
  });

  it('reports another project and an unknown job each as what it is', async () => {
    assert.equal(
      (await errorOf(OFFICIAL_EXAMPLE.jobId, simulator.accessKey, 'f'.repeat(32))).kind,
      'gateway-forbidden',
    );
    assert.equal((await errorOf('no-such-job')).kind, 'not-found');
  });

  const faults: readonly (readonly [string, FaultEffect, ElbErrorKind])[] = [
    ['throttling', throttled(), 'throttled'],
    ['an internal error', gatewayError(500), 'server'],
    ['an unavailable backend', gatewayError(502), 'server'],
    ['a job of others', actionNotGranted(), 'forbidden'],
    ['a user without access', userNotAuthorized(), 'gateway-forbidden'],
    ['the page of a proxy', proxyPage(403), 'proxy'],
    ['a proxy that wants a password', proxyPage(407), 'proxy'],
    ['a redirect', redirectTo('http://127.0.0.1:1/'), 'malformed'],
    ['a page of HTML for an answer', { kind: 'answer', status: 200, body: '<html></html>' }, 'malformed'],
    ['an empty body', { kind: 'answer', status: 200 }, 'malformed'],
    ['a reset connection', { kind: 'reset' }, 'network'],
    ['a body cut half-way', { kind: 'cut' }, 'network'],
    ['an answer beyond all bounds', { kind: 'oversize', bytes: 9 * 1024 * 1024 }, 'malformed'],
  ];
  for (const [what, effect, kind] of faults) {
    it(`reports ${what} as ${kind}`, async () => {
      simulator.injectFault({ effect });
      assert.equal((await errorOf(OFFICIAL_EXAMPLE.jobId)).kind, kind);
    });
  }

  it('waits as long as the service asks', async () => {
    simulator.injectFault({ effect: throttled({ retryAfterSeconds: 7 }) });
    assert.equal((await errorOf(OFFICIAL_EXAMPLE.jobId)).retryAfter, 7000);
  });
});
