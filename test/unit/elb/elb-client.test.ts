import assert from 'node:assert/strict';
import { CloudApi } from '../../../src/elb/cloud-api';
import { ElbClient } from '../../../src/elb/elb-client';
import type { HttpAnswer, HttpRequest, HttpTransport } from '../../../src/elb/http-transport';
import example from '../../fixtures/show-job-example.json';
import { reference } from '../samples';

const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const now = Date.UTC(2024, 2, 23, 8, 20, 42);

async function showJob(answer: Partial<HttpAnswer>) {
  const requests: HttpRequest[] = [];
  const transport: HttpTransport = (request) => {
    requests.push(request);
    return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: '', ...answer } });
  };
  const client = new ElbClient(new CloudApi(transport, () => now));
  const result = await client.showJob(reference, key, new AbortController().signal);
  return { result, requests };
}

async function errorOf(answer: Partial<HttpAnswer>) {
  const { result } = await showJob(answer);
  assert.ok(!result.ok);
  return result.error;
}

const serviceError = (code: string, message = 'words') =>
  JSON.stringify({ error_code: code, error_msg: message, request_id: 'r-1' });

describe('ShowJob', () => {
  it('asks the documented URL and signs the project', async () => {
    const { requests } = await showJob({ body: JSON.stringify(example) });
    const [request] = requests;
    assert.equal(
      request?.url,
      'https://elb.cn-north-4.myhuaweicloud.com/v3/7b7705dce1e847b08b3b16dda67fec24/elb/jobs/37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    );
    assert.equal(request.headers['X-Project-Id'], reference.projectId);
    assert.match(request.headers['Authorization'] ?? '', /SignedHeaders=host;x-project-id;x-sdk-date,/);
  });

  it('reads the official example', async () => {
    const { result } = await showJob({ body: JSON.stringify(example) });
    assert.ok(result.ok);
    const { job, requestId } = result.value;
    assert.equal(requestId, '39551f69-3c49-4200-8ad3-73f9a8b4a3e4');
    assert.equal(job.jobId, 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6');
    assert.equal(job.status, 'COMPLETE');
    assert.equal(job.beginTime, Date.UTC(2024, 2, 23, 8, 20, 42));
    assert.equal(job.errorCode, undefined, 'an empty error code is a missing one');
    assert.deepEqual(
      job.subJobs.map(({ jobType, entities }) => [jobType, entities[0]?.resourceType, entities[0]?.resourceId]),
      ['UPGRADE_TRAFFIC_SWITCH', 'UPGRADE_INIT', 'UPGRADE_COMPLETE'].map((type) => [
        type,
        'loadbalancer',
        '9f5b432c-987e-4777-a1bc-6642be4b2b50',
      ]),
    );
  });

  it('leaves missing what the service left out', async () => {
    const { result } = await showJob({ body: JSON.stringify({ job: { end_time: null, sub_jobs: null } }) });
    assert.ok(result.ok);
    const { raw, ...job } = result.value.job;
    assert.equal(JSON.stringify(job), JSON.stringify({ subJobs: [] }));
    assert.deepEqual(raw, { end_time: null, sub_jobs: null });
  });

  it('keeps for the raw view what nobody documented', async () => {
    const job = { status: 'RUNNING', progress: 7, sub_jobs: [{ status: 'INIT', tries: [1, { of: null }] }] };
    const { result } = await showJob({ body: JSON.stringify({ job, more: true }) });
    assert.ok(result.ok);
    assert.deepEqual(result.value.job.raw, job);
  });

  it('reads a time without a zone as UTC', async () => {
    const { result } = await showJob({ body: JSON.stringify({ job: { begin_time: '2024-03-23T08:20:42' } }) });
    assert.ok(result.ok);
    assert.equal(result.value.job.beginTime, Date.UTC(2024, 2, 23, 8, 20, 42));
  });

  for (const [what, body, fault] of [
    ['no JSON', '<html>', /not JSON/],
    ['JSON without a job', '{}', /^job: /],
    ['a job that is a list', '{"job":[]}', /^job/],
    ['a status that is a number', '{"job":{"status":7}}', /^job\.status: /],
    ['a sub-job that is null', '{"job":{"sub_jobs":[null]}}', /^job\.sub_jobs\.0: /],
  ] as const) {
    it(`refuses as malformed, naming the fault: ${what}`, async () => {
      const error = await errorOf({ body });
      assert.equal(error.kind, 'malformed');
      assert.match(error.message ?? '', fault);
    });
  }

  for (const [status, body, kind] of [
    [401, serviceError('APIGW.0301'), 'authentication'],
    [403, serviceError('APIGW.0302'), 'gateway-forbidden'],
    [403, serviceError('ELB.9802'), 'forbidden'],
    [403, '<html>blocked</html>', 'proxy'],
    [404, serviceError('ELB.8904'), 'not-found'],
    [404, serviceError('APIGW.0101'), 'api-absent'],
    [404, '', 'proxy'],
    [407, '', 'proxy'],
    [429, serviceError('APIGW.0308'), 'throttled'],
    [400, serviceError('ELB.8902'), 'bad-request'],
    [400, '<html>', 'proxy'],
    [408, '', 'server'],
    [409, serviceError('ELB.8907'), 'server'],
    [302, '', 'malformed'],
    [500, serviceError('ELB.8906'), 'server'],
    [503, '', 'server'],
  ] as const) {
    it(`tells HTTP ${status} with ${body || 'no body'} as ${kind}`, async () => {
      const error = await errorOf({ status, body });
      assert.equal(error.kind, kind);
      assert.equal(error.httpStatus, status);
    });
  }

  it('keeps code, words and request id of an error', async () => {
    const error = await errorOf({ status: 404, body: serviceError('ELB.8904', 'job x could not be found.') });
    assert.equal(error.code, 'ELB.8904');
    assert.equal(error.message, 'job x could not be found.');
    assert.equal(error.requestId, 'r-1');
  });

  it('redacts the security token that the gateway echoes', async () => {
    const echo = 'verify aksk signature fail, canonicalRequest:GET|/v3/||x-security-token:SECRETTOKEN|...|hash';
    const error = await errorOf({ status: 401, body: serviceError('APIGW.0301', echo) });
    assert.equal(error.message, 'verify aksk signature fail, canonicalRequest:[redacted]');
  });

  it('shows of an access key only its first four characters, and leaves other words alone', async () => {
    const words = async (message: string) =>
      (await errorOf({ status: 401, body: serviceError('APIGW.0301', message) })).message;
    assert.equal(await words('ak PLANTEDKEY123 not exist'), 'ak PLAN**** not exist');
    assert.equal(await words('Get secretKey failed,ak:PLANTEDKEY123,err:x'), 'Get secretKey failed,ak:PLAN****,err:x');
    const lockout = 'AK access failed to reach the limit,forbidden';
    assert.equal(await words(lockout), lockout);
  });

  it('understands Retry-After in seconds and as a date', async () => {
    assert.equal((await errorOf({ status: 429, headers: { 'retry-after': '7' } })).retryAfter, 7000);
    const date = new Date(now + 9000).toUTCString();
    assert.equal((await errorOf({ status: 429, headers: { 'retry-after': date } })).retryAfter, 9000);
    assert.equal((await errorOf({ status: 429, headers: { 'retry-after': 'soon' } })).retryAfter, undefined);
  });
});
