import assert from 'node:assert/strict';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { ElbClient, type JobFilter, type ListJobsRequest } from '../../../../src/cloud/api/elb-client';
import { parseListJobsResponse } from '../../../../src/cloud/api/job-schema';
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
    ['a status that is an object', '{"job":{"status":{"code":7}}}', /^job\.status: /],
    ['a status that is a list', '{"job":{"status":["RUNNING"]}}', /^job\.status: /],
    ['a list of two jobs', '{"job":[{"status":"INIT"},{"status":"FAIL"}]}', /^job: /],
    ['a flat job, as the classic API has', '{"job_id":"a","status":"RUNNING","entities":{}}', /^job: missing/],
    ['a sub-job that is null', '{"job":{"sub_jobs":[null]}}', /^job\.sub_jobs\.0: /],
  ] as const) {
    it(`fails as malformed and names the fault: ${what}`, async () => {
      const error = await errorOf({ body });
      assert.equal(error.kind, 'malformed');
      assert.match(error.message ?? '', fault);
    });
  }

  it('fails as malformed, too, if there are so many faults that listing them overflows the stack', async () => {
    const faulty = `[${'7,'.repeat(100_000)}7]`;
    assert.equal((await errorOf({ body: `{"job":{"sub_jobs":${faulty}}}` })).kind, 'malformed');
    const list = parseListJobsResponse(`{"jobs":${faulty}}`);
    assert.ok(list.ok);
    assert.deepEqual([list.value.jobs.length, list.value.unreadable?.length], [0, 100_001]);
  });

  it('reads numbers and booleans as text where text is due, with all their digits', async () => {
    const body = `{"job":{"job_id":12345678901234567890,"status":true,"error_code":1.5,"error_msg":-1e400,
      "begin_time":1711182042,"end_time":1711182042000,"sub_jobs":[{"job_id":7,"project_id":0,
      "entities":[{"resource_id":90071992547409931,"resource_type":false}]}]},"request_id":42}`;
    const { result } = await showJob({ body });
    assert.ok(result.ok);
    const { job, requestId } = result.value;
    assert.deepEqual(
      [job.jobId, job.status, job.errorCode, job.errorMessage],
      ['12345678901234567890', 'true', '1.5', '-1e400'],
    );
    assert.deepEqual([job.beginTime, job.endTime], [undefined, undefined], 'a number is no time');
    assert.deepEqual([job.subJobs.at(0)?.jobId, job.subJobs.at(0)?.projectId], ['7', '0']);
    assert.deepEqual(job.subJobs.at(0)?.entities, [{ resourceId: '90071992547409931', resourceType: 'false' }]);
    assert.equal(requestId, '42');
  });

  it('keeps numbers as the service sent them in the raw job', async () => {
    const job = { job_id: 7, status: 'RUNNING', error_code: 0, begin_time: 1711182042, sub_jobs: [{ job_id: 8 }] };
    const { result } = await showJob({ body: JSON.stringify({ job }) });
    assert.ok(result.ok);
    assert.deepEqual(result.value.job.raw, job);
  });

  it('reads the only job of a list', async () => {
    const { result } = await showJob({ body: '{"job":[{"status":"INIT"}],"request_id":"r"}' });
    assert.ok(result.ok);
    assert.deepEqual([result.value.job.status, result.value.requestId], ['INIT', 'r']);
  });

  for (const [what, body, headers, expected] of [
    ['the body', '{"job":{},"request_id":"r-body"}', { 'x-request-id': 'r-header' }, 'r-body'],
    ['another spelling', '{"requestId":"r-camel","job":{}}', {}, 'r-camel'],
    ['the header', '{"job":{}}', { 'x-request-id': 'r-header' }, 'r-header'],
    [
      'the header, if the body has an empty one',
      '{"job":{},"request_id":""}',
      { 'x-request-id': 'r-header' },
      'r-header',
    ],
    ['the header, if the body has an object', '{"job":{},"request_id":{}}', { 'x-request-id': 'r-header' }, 'r-header'],
    ['the header of OpenStack', '{"job":{}}', { 'x-openstack-request-id': 'r-os' }, 'r-os'],
    ['the header of IAM', '{"job":{}}', { 'x-iam-trace-id': 'r-iam' }, 'r-iam'],
    ['no place', '{"job":{}}', { 'x-request-time': '7' }, undefined],
  ] as const) {
    it(`takes the request id of a success from ${what}`, async () => {
      const { result } = await showJob({ body, headers });
      assert.ok(result.ok);
      assert.equal(result.value.requestId, expected);
    });

    it(`takes the request id of an answer that cannot be read, and its status, from ${what}`, async () => {
      const error = await errorOf({ body: body.replace('"job":{}', '"job":7'), headers });
      assert.deepEqual([error.kind, error.httpStatus, error.requestId], ['malformed', 200, expected]);
    });
  }

  it('keeps status and request id of an answer that breaks off', async () => {
    const headers = { 'x-request-id': 'r-header' };
    const cut = await errorOf({ body: '{"job":{"status":"RUNN', headers });
    assert.deepEqual([cut.kind, cut.httpStatus, cut.requestId], ['malformed', 200, 'r-header']);
    const begun = await errorOf({ body: '{"request_id":"r-body","job":{"status":"RUNN' });
    assert.deepEqual([begun.kind, begun.httpStatus, begun.requestId], ['malformed', 200, 'r-body']);
  });

  it('keeps code, message and request id of an error that comes with a success status', async () => {
    const error = await errorOf({ body: serviceError('ELB.8906', 'Internal error.') });
    assert.deepEqual(
      [error.kind, error.httpStatus, error.code, error.message, error.requestId],
      ['malformed', 200, 'ELB.8906', 'Internal error.', 'r-1'],
    );
  });

  it('does not take the error of a job for its own', async () => {
    const error = await errorOf({
      body: '{"job":{"status":{},"error_code":"ELB.8905","error_msg":"Quota exceeded."}}',
    });
    assert.deepEqual([error.code, error.message?.slice(0, 10)], [undefined, 'job.status']);
  });

  it('keeps all digits of a request id that is a number', async () => {
    const { result } = await showJob({ body: '{"job":{},"request_id":12345678901234567890}' });
    assert.ok(result.ok);
    assert.equal(result.value.requestId, '12345678901234567890');
  });

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
    const ids: unknown[] = [];
    for await (const page of client.listJobs(whole, key, new AbortController().signal)) {
      outcomes.push(page.ok ? page.value.isLast : page.error.kind);
      if (page.ok) ids.push(...page.value.jobs.map(({ jobId }) => jobId));
    }
    return { outcomes, ids, queries: requests.map(({ url }) => new URL(url).searchParams) };
  }

  it('ends with a page that has no marker, or is empty', async () => {
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(2)])).outcomes, [false, true]);
    assert.deepEqual((await listJobs([pageOf(2, 'a'), pageOf(0)])).outcomes, [false, true]);
    assert.deepEqual(
      (await listJobs([pageOf(2, 'a'), pageOf(0, 'a')])).outcomes,
      [false, true],
      'its marker is no news',
    );
  });

  it('continues after a page that is not full but has a marker', async () => {
    const { outcomes, queries } = await listJobs([pageOf(1, 'a'), pageOf(0, 'b'), pageOf(1, '0'), pageOf(0)]);
    assert.deepEqual(outcomes, [false, false, false, true]);
    assert.deepEqual(
      queries.map((query) => query.get('marker')),
      [null, 'a', 'b', '0'],
    );
  });

  it('does not request an empty page again and again, if the service sends the id of the last job as the marker', async () => {
    const { transport, requests } = respondInTurn(
      pageOf(2, '1'),
      pageOf(0),
      pageOf(2, '1'),
      pageOf(3, '2'),
      pageOf(1, '0'),
      pageOf(0),
    );
    const client = new ElbClient(new CloudApi(transport, () => now));
    const { endpoint, projectId } = reference;
    const list = async () => {
      const outcomes: boolean[] = [];
      for await (const page of client.listJobs({ endpoint, projectId }, key, new AbortController().signal)) {
        assert.ok(page.ok);
        outcomes.push(page.value.isLast);
      }
      return outcomes;
    };
    assert.deepEqual(await list(), [false, true]);
    assert.deepEqual(await list(), [true], 'as many jobs as were all');
    assert.deepEqual(await list(), [false, false, true], 'a longer or shorter page may have a next one');
    assert.equal(requests.length, 6);
  });

  it('finds jobs behind a page that was the last one before, since the limit of the service may be its size', async () => {
    const full = pageOf(2, '1');
    const { transport, requests } = respondInTurn(full, pageOf(0), ...Array.from({ length: 11 }, () => full), {
      body: JSON.stringify({ jobs: [{ job_id: 'new' }] }),
    });
    const client = new ElbClient(new CloudApi(transport, () => now));
    const { endpoint, projectId } = reference;
    const counts: number[] = [];
    for (let lists = 0; lists < 12; lists += 1) {
      let count = 0;
      for await (const page of client.listJobs({ endpoint, projectId }, key, new AbortController().signal)) {
        assert.ok(page.ok);
        count += page.value.jobs.length;
      }
      counts.push(count);
    }
    assert.deepEqual(counts, [...Array.from({ length: 11 }, () => 2), 3]);
    assert.equal(requests.length, 14);
  });

  it('continues in another project after a page of the same size', async () => {
    const { transport, requests } = respondInTurn(pageOf(2, '1'), pageOf(0), pageOf(2, '1'), pageOf(1));
    const client = new ElbClient(new CloudApi(transport, () => now));
    const { endpoint, projectId } = reference;
    for (const project of [projectId, projectId.replace(/./g, 'f')]) {
      for await (const page of client.listJobs({ endpoint, projectId: project }, key, new AbortController().signal)) {
        assert.ok(page.ok);
      }
    }
    assert.equal(requests.length, 4);
  });

  const jobsIn = async (body: object | string) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { outcomes, ids } = await listJobs([{ body: text }]);
    return [outcomes, ids];
  };

  it('reads a list without jobs as an empty one', async () => {
    for (const body of [
      ...['{}', '{"jobs":null}', '{"jobs":[]}', '{"jobs":""}', '{"jobs":null,"page_info":null,"request_id":null}'],
      ...['{"error_code":"","error_msg":"","jobs":null}', '{"jobs":null,"page_info":[]}', '{"jobs":{}}'],
      ...['{"code":200,"message":"success","jobs":null}', '{"code":0,"message":"OK"}'],
    ]) {
      assert.deepEqual(await jobsIn(body), [[true], []], body);
    }
  });

  it('does not take an error with a success status for an empty list', async () => {
    assert.deepEqual(await jobsIn(serviceError('ELB.8906')), [['malformed'], []]);
    assert.deepEqual(await jobsIn({ jobs: null, error: { code: 500, message: 'm' } }), [['malformed'], []]);
  });

  it('does not take other JSON for a list', async () => {
    for (const body of ['[]', '7', 'null', '"x"', '{"jobs":7}', '{"jobs":"a"}', '{"jobs":true}']) {
      assert.deepEqual(await jobsIn(body), [['malformed'], []], body);
    }
  });

  it('reads a job in the place of the list', async () => {
    assert.deepEqual(await jobsIn({ jobs: { job_id: 'a' } }), [[true], ['a']]);
  });

  it('reads ids that are numbers', async () => {
    assert.deepEqual(await jobsIn('{"jobs":[{"job_id":7},{"job_id":12345678901234567890}]}'), [
      [true],
      ['7', '12345678901234567890'],
    ]);
  });

  for (const [what, pageInfo, marker] of [
    ['null', null, undefined],
    ['missing', undefined, undefined],
    ['empty', {}, undefined],
    ['an empty list', [], undefined],
    ['false', false, undefined],
    ['a text', '', undefined],
    ['without a marker', { previous_marker: 'p', current_count: 1 }, undefined],
    ['with a marker that is null', { next_marker: null }, undefined],
    ['with an empty marker', { next_marker: '' }, undefined],
    ['with a marker that is a number', { next_marker: 7 }, '7'],
    ['a list of one', [{ next_marker: 'm' }], 'm'],
  ] as const) {
    it(`reads a page_info that is ${what}`, async () => {
      const { ids, queries } = await listJobs([
        { body: JSON.stringify({ jobs: [{ job_id: 'a' }], page_info: pageInfo }) },
        { body: '{"jobs":[{"job_id":"b"}]}' },
      ]);
      assert.deepEqual(ids, marker === undefined ? ['a'] : ['a', 'b']);
      assert.equal(queries[1]?.get('marker'), marker);
    });
  }

  it('leaves out a job that cannot be read, and logs its path once', async () => {
    const body = JSON.stringify({
      jobs: [{ job_id: 'a' }, { job_id: 'b', status: {} }, null, { job_id: 'c' }, { job_id: 'd', sub_jobs: [7] }],
    });
    const { transport } = respondInTurn({ body });
    const lines: string[] = [];
    const client = new ElbClient(new CloudApi(transport, () => now), { warn: (line) => lines.push(line) });
    const { endpoint, projectId } = reference;
    for (let times = 0; times < 3; times += 1) {
      for await (const page of client.listJobs({ endpoint, projectId }, key, new AbortController().signal)) {
        assert.ok(page.ok);
        assert.deepEqual(
          page.value.jobs.map(({ jobId }) => jobId),
          ['a', 'c'],
        );
        assert.equal(page.value.isLast, true);
      }
    }
    assert.deepEqual(
      lines.map((line) => /jobs\.[^:]*: .*$/.exec(line)?.[0]),
      ['jobs.1.status: not string or null or boolean or number', 'jobs.2: not object', 'jobs.4.sub_jobs.0: not object'],
    );
  });

  it('takes the request id of each page from its body or its header', async () => {
    const headers = { 'x-request-id': 'r-header' };
    for (const [body, expected] of [
      ['{"jobs":[{}],"request_id":"r-body"}', 'r-body'],
      ['{"jobs":[{}]}', 'r-header'],
    ] as const) {
      const { transport } = respondInTurn({ body, headers });
      const client = new ElbClient(new CloudApi(transport, () => now));
      const { endpoint, projectId } = reference;
      for await (const page of client.listJobs({ endpoint, projectId }, key, new AbortController().signal)) {
        assert.ok(page.ok);
        assert.deepEqual([page.value.requestId, page.value.jobs[0]?.requestId], [expected, expected]);
      }
    }
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
