import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { MINUTE } from '../../../../src/base/time-units';
import { ElbClient } from '../../../../src/cloud/api/elb-client';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { sdkCredential, sdkElbClient, withTemporaryHome } from '../../../support/cloud/sdk-client';

const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample+Secret/Key0123456789abcdefABCD' };
const { projectId, jobId } = OFFICIAL_EXAMPLE;

describe('the official SDK', () => {
  it('is accepted by the simulator', async () => {
    const simulator = await Simulator.start();
    try {
      const shown = await withTemporaryHome(async () => {
        const client = sdkElbClient(simulator.origin, projectId, simulator.accessKey);
        await client.listJobs({ limit: '10', status: 'COMPLETE', begin_time: '2024-03-23T08:20:42' });
        return client.showJob(jobId);
      });
      assert.deepEqual((shown as unknown as typeof OFFICIAL_EXAMPLE).job, OFFICIAL_EXAMPLE.job);
      assert.deepEqual(
        simulator.requests.map(({ route, status }) => [route, status]),
        [
          ['ListJobs', 200],
          ['ShowJob', 200],
        ],
      );
    } finally {
      await simulator.stop();
    }
  });

  it('signs each of our requests exactly as we do', async () => {
    const verdicts: boolean[] = [];
    const server = createServer((request, response) => {
      verdicts.push(request.headers.authorization === signedBySdk(request));
      response.end(request.url?.includes(jobId) ? OFFICIAL_EXAMPLE.text : '{"jobs":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const client = new ElbClient(new CloudApi(axiosTransport('test'), () => Date.now()));
      const signal = AbortSignal.timeout(MINUTE);
      assert.ok((await client.showJob({ endpoint, projectId, jobId }, key, signal)).ok);
      const filter = { status: 'RUNNING', jobType: 'UPGRADE', beginTime: Date.UTC(2024, 2, 23), resourceId: 'a~b c*' };
      for await (const page of client.listJobs({ endpoint, projectId, filter }, key, signal)) assert.ok(page.ok);
      assert.deepEqual(verdicts, [true, true]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

/** Returns the `Authorization` header of the SDK's own signer for a received request. */
function signedBySdk({ method = '', url = '', headers }: IncomingMessage): string | undefined {
  const { pathname, searchParams, origin } = new URL(url, `http://${headers.host ?? ''}`);
  const signed = AKSKSigner.sign(
    {
      endpoint: origin + pathname,
      method,
      headers: { 'X-Sdk-Date': headers['x-sdk-date'], 'X-Project-Id': headers['x-project-id'] },
      queryParams: Object.fromEntries(searchParams),
    },
    sdkCredential(key, projectId),
  );
  return 'Authorization' in signed && typeof signed.Authorization === 'string' ? signed.Authorization : undefined;
}
