import assert from 'node:assert/strict';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { ElbClient, type JobFilter, type ListJobsRequest } from '../../../../src/cloud/api/elb-client';
import type { HttpResponse } from '../../../../src/cloud/http/transport';
import example from '../../../fixtures/show-job-example.json';
import { reference } from '../../../support/samples';
import { respondInTurn, serviceError } from '../../../support/cloud/fake-transport';

const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const now = Date.UTC(2024, 2, 23, 8, 20, 42);

async function showJob(response: Partial<HttpResponse>, changes: Partial<typeof reference> = {}) {
  const { transport, requests } = respondInTurn(response);
  const client = new ElbClient(new CloudApi(transport, () => now));
  const result = await client.showJob({ ...reference, ...changes }, key, new AbortController().signal);
  return { result, requests };
}

async function errorOf(response: Partial<HttpResponse>) {
  const { result } = await showJob(response);
  assert.ok(!result.ok);
  return result.error;
}

describe('ShowJob', () => {
  it('requests the documented URL and signs the project', async () => {
    const { requests } = await showJob({ body: JSON.stringify(example) });
    const [request] = requests;
    assert.equal(
      request?.url,
      'https://elb.cn-north-4.myhuaweicloud.com/v3/7b7705dce1e847b08b3b16dda67fec24/elb/jobs/37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    );
    assert.equal(request.headers['X-Project-Id'], reference.projectId);
    assert.match(request.headers['Authorization'] ?? '', /SignedHeaders=host;x-project-id;x-sdk-date,/);
  });

  it('parses the official example', async () => {
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

  it('leaves out fields that the service omits', async () => {
    const { result } = await showJob({ body: JSON.stringify({ job: { end_time: null, sub_jobs: null } }) });
    assert.ok(result.ok);
    const { raw, fingerprint, ...job } = result.value.job;
    assert.equal(JSON.stringify(job), JSON.stringify({ subJobs: [] }));
    assert.equal(typeof fingerprint, 'number');
    assert.deepEqual(raw, { end_time: null, sub_jobs: null });
  });

  it('preserves undocumented fields in the raw job', async () => {
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
    it(`fails as malformed and names the fault: ${what}`, async () => {
      const error = await errorOf({ body });
      assert.equal(error.kind, 'malformed');
      assert.match(error.message ?? '', fault);
    });
  }

  it('accepts the nesting of any real response, and no deeper one', async () => {
    const nested = (levels: number) => `{"job":{"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
    assert.ok((await showJob({ body: nested(99) })).result.ok);
    assert.ok((await showJob({ body: nested(100) })).result.ok);
    assert.equal((await errorOf({ body: nested(101) })).message, 'job.x: nested too deeply');
  });

  it('leaves very long names out of the error', async () => {
    const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
    const error = await errorOf({ body: `{"job":{"${'x'.repeat(5000)}":${deep}}}` });
    assert.equal(error.message, 'job.…: nested too deeply');
  });

  for (const [what, changes] of [
    ['a space and a path', { jobId: 'a b/../c' }],
    ['a job id that is the way up', { jobId: '..' }],
    ['no job id, which asks for the list', { jobId: '' }],
    ['an encoded slash', { jobId: 'a%2fb' }],
    ['no project id', { projectId: '' }],
    ['a project id that is a path', { projectId: 'a/b' }],
  ] as const) {
    it(`sends no request for an invalid id: ${what}`, async () => {
      const { result, requests } = await showJob({ body: JSON.stringify(example) }, changes);
      assert.ok(!result.ok);
      const name = 'jobId' in changes ? 'job' : 'project';
      assert.deepEqual(result.error, {
        kind: 'bad-request',
        message: `A ${name} id consists of letters, digits, "-" and "_".`,
      });
      assert.equal(requests.length, 0);
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
    [302, '', 'proxy'],
    [500, serviceError('ELB.8906'), 'server'],
    [503, '', 'server'],
  ] as const) {
    it(`reports HTTP ${status} with ${body || 'no body'} as ${kind}`, async () => {
      const error = await errorOf({ status, body });
      assert.equal(error.kind, kind);
      assert.equal(error.httpStatus, status);
    });
  }

  it('returns code, message and request id of an error', async () => {
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

  it('shows only the first four characters of an access key, and leaves other messageOf unchanged', async () => {
    const messageOf = async (message: string) =>
      (await errorOf({ status: 401, body: serviceError('APIGW.0301', message) })).message;
    assert.equal(await messageOf('ak SAMPLEKEY123 not exist'), 'ak SAMP**** not exist');
    assert.equal(
      await messageOf('Get secretKey failed,ak:SAMPLEKEY123,err:x'),
      'Get secretKey failed,ak:SAMP****,err:x',
    );
    const lockout = 'AK access failed to reach the limit,forbidden';
    assert.equal(await messageOf(lockout), lockout);
  });

  it('reads Retry-After in seconds and as a date', async () => {
    assert.equal((await errorOf({ status: 429, headers: { 'retry-after': '7' } })).retryAfter, 7000);
    const date = new Date(now + 9000).toUTCString();
    assert.equal((await errorOf({ status: 429, headers: { 'retry-after': date } })).retryAfter, 9000);
    assert.equal((await errorOf({ status: 429, headers: { 'retry-after': 'soon' } })).retryAfter, undefined);
  });
});

describe('ListJobs', () => {
  const pageOf = (jobs: number, next?: string) => ({
    body: JSON.stringify({
      jobs: Array.from({ length: jobs }, (_, index) => ({ job_id: String(index) })),
      page_info: { next_marker: next },
    }),
  });

  async function listJobs(responses: readonly Partial<HttpResponse>[], request: Partial<ListJobsRequest> = {}) {
    const { transport, requests } = respondInTurn(...responses);
    const client = new ElbClient(new CloudApi(transport, () => now));
    const { endpoint, projectId } = reference;
    const whole = { endpoint, projectId, limit: 2, ...request };
    const outcomes: unknown[] = [];
    for await (const page of client.listJobs(whole, key, new AbortController().signal)) {
      outcomes.push(page.ok ? page.value.isLast : page.error.kind);
    }
    return { outcomes, queries: requests.map(({ url }) => new URL(url).searchParams) };
  }

  it('ends with a page that is not full, has no marker, or is empty', async () => {
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(1, 'b')])).outcomes, [false, true]);
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(2)])).outcomes, [false, true]);
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(0)])).outcomes, [false, true]);
  });

  it('requests each page by the marker of the previous one', async () => {
    const { queries } = await listJobs([pageOf(2, 'a'), pageOf(2, 'b'), pageOf(0)]);
    assert.deepEqual(
      queries.map((query) => [query.get('limit'), query.get('marker')]),
      [
        ['2', null],
        ['2', 'a'],
        ['2', 'b'],
      ],
    );
  });

  it('does not report a list as complete if maxPages cuts it', async () => {
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(2, 'b'), pageOf(1)], { maxPages: 2 })).outcomes, [
      false,
      false,
    ]);
  });

  it('ends if a marker repeats, and does not report the list as complete', async () => {
    assert.deepEqual((await listJobs([pageOf(2, 'a')])).outcomes, [false, false]);
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(2, 'b'), pageOf(2, 'a')])).outcomes, [
      false,
      false,
      false,
    ]);
  });

  it('ends with an error, and sends no request for an invalid project id', async () => {
    assert.deepEqual((await listJobs([pageOf(2, 'a'), { status: 500 }])).outcomes, [false, 'server']);
    const refused = await listJobs([pageOf(0)], { projectId: '..' });
    assert.deepEqual([refused.outcomes, refused.queries.length], [['bad-request'], 0]);
  });

  it('requests the next page even if its marker is not well-formed text', async () => {
    const { outcomes, queries } = await listJobs([pageOf(2, '\ud800'), pageOf(0)]);
    assert.deepEqual(outcomes, [false, true]);
    assert.equal(queries[1]?.get('marker'), '\ufffd');
  });

  it('filters by the time of the begin if the documented format can express it', async () => {
    const beginTime = async (instant: number) => {
      const filter: JobFilter = { beginTime: instant };
      return (await listJobs([pageOf(0)], { filter })).queries[0]?.get('begin_time');
    };
    assert.equal(await beginTime(now), '2024-03-23T08:20:42');
    for (const instant of [NaN, -1, Date.UTC(10_000, 0), 9e15, -9e15]) assert.equal(await beginTime(instant), null);
  });
});
