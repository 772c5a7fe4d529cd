import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseEndpoint } from '../../../../src/cloud/places/endpoint';
import { parsePlace } from '../../../../src/cloud/places/parse-place';
import { elbEndpointOfRegion, regionOfEndpoint } from '../../../../src/cloud/places/regions';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';

/** Endpoint, region, project and job, or the problem. */
function read(text: string): readonly (string | undefined)[] | string {
  const parsed = parsePlace(text);
  if (!parsed.ok) return parsed.problem;
  const { endpoint, region, projectId, jobId } = parsed.place;
  return [endpoint, region, projectId, jobId];
}

const inRegion = (region: string) => [elbEndpointOfRegion(region), region, undefined, undefined];
const custom = (endpoint: string) => [endpoint, undefined, undefined, undefined];

describe('where load balancers are', () => {
  it('is said by a region, in any case, on a list or newer', () => {
    assert.deepEqual(read('cn-north-4'), inRegion('cn-north-4'));
    assert.deepEqual(read(' CN-North-4\n'), inRegion('cn-north-4'));
    assert.deepEqual(read('eu-west-101'), inRegion('eu-west-101'));
    assert.deepEqual(read('cn-southwest-242'), inRegion('cn-southwest-242'));
  });

  it('is said by an endpoint, which is kept as it is', () => {
    assert.deepEqual(read('https://elb.example.com:8443/'), custom('https://elb.example.com:8443'));
    assert.deepEqual(read('elb.example.com'), custom('https://elb.example.com'));
    assert.deepEqual(read('http://127.0.0.1:9000'), custom('http://127.0.0.1:9000'));
  });

  it('has a region where the endpoint is known to be of one', () => {
    assert.deepEqual(read(NORTH), inRegion('cn-north-4'));
    assert.deepEqual(read('ELB.CN-NORTH-4.myhuaweicloud.com'), inRegion('cn-north-4'));
    assert.deepEqual(read('https://elb.eu-west-101.myhuaweicloud.eu'), inRegion('eu-west-101'));
    const dotCom = 'https://elb.eu-west-101.myhuaweicloud.com';
    assert.deepEqual(read(dotCom), [dotCom, 'eu-west-101', undefined, undefined]);
  });

  it('has no region of Huawei Cloud at a host that only looks like one of its own', () => {
    for (const host of [
      'elb.cn-north-4.myhuaweicloud.com.evil.example',
      'elb.cn-north-4.myhuaweicloud.comx',
      'elb.cn-north-4.evil-myhuaweicloud.com',
      'elb.cn-north-4.myhuaweicloud.com:8443',
      'console.huaweicloud.com.evil.example',
      'evilhuaweicloud.com',
    ]) {
      assert.deepEqual(read(host), custom(`https://${host}`), host);
    }
  });

  it('is said by a page of the console, whose own host is never the endpoint', () => {
    for (const [page, region] of [
      ['https://console.huaweicloud.com/vpc/?agencyId=a1&region=cn-north-4#/elb/list', 'cn-north-4'],
      ['https://console-intl.huaweicloud.com/elb/?region=ap-southeast-3&locale=en-us#/elb/detail/x', 'ap-southeast-3'],
      ['https://console.eu.huaweicloud.com/elb/?region=eu-west-101', 'eu-west-101'],
      ['console.huaweicloud.com/elb/?region=CN-EAST-3', 'cn-east-3'],
      ['https://console.huaweicloud.com/elb/#/elb/list?region=cn-north-4&x=1', 'cn-north-4'],
      ['https://console.huaweicloud.com/elb/?region=&region=cn-north-4', 'cn-north-4'],
      ['https://console.huaweicloud.com./elb/?region=cn-north-4', 'cn-north-4'],
      ['https://console.huaweicloud.com?region=cn-north-4', 'cn-north-4'],
    ] as const) {
      assert.deepEqual(read(page), inRegion(region), page);
    }
  });

  it('is not said by a page that names no region, or something else as one', () => {
    for (const page of [
      'https://console.huaweicloud.com',
      'https://huaweicloud.com',
      'https://support.huaweicloud.com/api-elb/ShowJob.html',
      'https://console.huaweicloud.com/elb/?myregion=cn-north-4',
      'https://console.huaweicloud.com/elb/?region=beijing',
      'https://console.huaweicloud.com/elb/?region=cn-north-4.evil.example',
      'https://console.huaweicloud.com/elb/?region=cn-north-4%2F..%2Fevil',
      'https://console.huaweicloud.com/elb/?region=%00',
      'https://console.huaweicloud.com/v3/x/elb/jobs/y',
    ]) {
      assert.equal(read(page), 'no-region', page);
    }
  });

  it('is not said by a page like those of the console at a host of somebody else', () => {
    for (const page of [
      'https://console.huaweicloud.com.evil.example/elb/?region=cn-north-4',
      'https://evilhuaweicloud.com/elb/?region=cn-north-4',
      'https://elb.example.com/?region=cn-north-4',
      'https://elb.example.com/#region=cn-north-4',
    ]) {
      assert.equal(read(page), 'has-path', page);
    }
  });

  it('is said by a URL of the API, with project and job', () => {
    assert.deepEqual(read(`${NORTH}/v3/${PROJECT}/elb/jobs/${JOB}`), [NORTH, 'cn-north-4', PROJECT, JOB]);
    assert.deepEqual(read(`${NORTH}/v3/${PROJECT}/elb/jobs/${JOB}/?x=1#y`), [NORTH, 'cn-north-4', PROJECT, JOB]);
    assert.deepEqual(read(`${NORTH}/v3/${PROJECT}/elb/jobs?limit=1`), [NORTH, 'cn-north-4', PROJECT, undefined]);
    assert.deepEqual(read(`${NORTH}/v3/${PROJECT}/elb/loadbalancers/${JOB}`), [
      NORTH,
      'cn-north-4',
      PROJECT,
      undefined,
    ]);
    const other = 'https://elb.example.com:8443';
    assert.deepEqual(read(`elb.example.com:8443/v3/${PROJECT}/elb/jobs/${JOB}`), [other, undefined, PROJECT, JOB]);
  });

  it('has no project and no job where documentation has placeholders for them, or there is no such id', () => {
    assert.deepEqual(read(`${NORTH}/v3/{project_id}/elb/jobs/{job_id}`), inRegion('cn-north-4'));
    assert.deepEqual(read(`${NORTH}/v3/short/elb/jobs/a.b`), inRegion('cn-north-4'));
    assert.deepEqual(read(`${NORTH}/v3/${PROJECT}/elb/jobs/${'x'.repeat(65)}`), [
      NORTH,
      'cn-north-4',
      PROJECT,
      undefined,
    ]);
  });

  it('is never where a signed request could be read by others, whatever the path', () => {
    for (const [text, problem] of [
      ['', 'not-a-url'],
      ['beijing', 'not-a-url'],
      ['beijing/v3', 'not-a-url'],
      ['two words', 'not-a-url'],
      [`${NORTH} /v3`, 'not-a-url'],
      ['https://', 'not-a-url'],
      ['https:///elb.example.com', 'not-a-url'],
      ['https://elb.example.com/v3', 'has-path'],
      [`https://elb.example.com/v2/${PROJECT}/elb/jobs/${JOB}`, 'has-path'],
      [`https://elb.example.com//evil.example/v3/${PROJECT}/elb/jobs`, 'has-path'],
      ['https://elb.example.com\\evil.example', 'has-path'],
      ['https://elb.example.com?x', 'has-path'],
      [`http://elb.example.com/v3/${PROJECT}/elb/jobs/${JOB}`, 'not-https'],
      ['http://console.huaweicloud.com/elb/?region=cn-north-4', 'not-https'],
      ['javascript://elb.example.com/', 'not-https'],
      [`https://user:pass@elb.example.com/v3/${PROJECT}/elb/jobs/${JOB}`, 'has-user-info'],
      ['https://elb.cn-north-4.myhuaweicloud.com@evil.example/', 'has-user-info'],
      ['https://user@console.huaweicloud.com/elb/?region=cn-north-4', 'has-user-info'],
    ] as const) {
      assert.equal(read(text), problem, text);
    }
  });

  it('is, for whatever text, an endpoint that is accepted unchanged, or a problem', () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...[
          'https://',
          'http://',
          'elb.',
          'iam.',
          'cn-north-4',
          'EU-west-101',
          '.myhuaweicloud.com',
          '.huaweicloud.com',
        ],
        ...['console', '.example', '/v3/', PROJECT, '/elb', '/jobs/', JOB, '?region=', '&', '#/', '@', ':8443', '.'],
        ...['localhost', '127.0.0.1', '[::1]', '\\', '//', '%2e', '\u3002', '\u00ad', ' ', '\n', 'xn--'],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const anyText = fc.oneof(
      fc.array(part, { maxLength: 10 }).map((parts) => parts.join('')),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parsePlace(text);
        if (!parsed.ok) return;
        const { endpoint, region } = parsed.place;
        assert.deepEqual(parseEndpoint(endpoint), { ok: true, origin: endpoint });
        assert.equal(region, regionOfEndpoint(endpoint));
        assert.ok(!/(^|\.)huaweicloud\.com\.?$/.test(new URL(endpoint).hostname));
      }),
      { numRuns: 10_000 },
    );
  });
});
