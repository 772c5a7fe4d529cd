import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseEndpoint } from '../../../../src/cloud/places/endpoint';
import { parsePlace } from '../../../../src/cloud/places/parse-place';
import { elbEndpointOfRegion, regionOfEndpoint } from '../../../../src/cloud/places/regions';
import { ENDPOINT_FORMS } from '../../../support/hostile/endpoints';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';

/** Returns endpoint, region, project and job, or the problem. */
function read(text: string): readonly (string | undefined)[] | string {
  const parsed = parsePlace(text);
  if (!parsed.ok) return parsed.problem;
  const { endpoint, region, projectId, jobId } = parsed.place;
  return [endpoint, region, projectId, jobId];
}

const inRegion = (region: string) => [elbEndpointOfRegion(region), region, undefined, undefined];
const custom = (endpoint: string) => [endpoint, undefined, undefined, undefined];

describe('parsePlace', () => {
  it('accepts a region in upper or lower case, in the list or newer', () => {
    assert.deepEqual(read('cn-north-4'), inRegion('cn-north-4'));
    assert.deepEqual(read(' CN-North-4\n'), inRegion('cn-north-4'));
    assert.deepEqual(read('eu-west-101'), inRegion('eu-west-101'));
    assert.deepEqual(read('cn-southwest-242'), inRegion('cn-southwest-242'));
  });

  it('rejects a region that is too long for the host name of its endpoint', () => {
    const longest = `cn-north-${'4'.repeat(54)}`;
    assert.deepEqual(read(longest), inRegion(longest));
    assert.equal(read(`${longest}4`), 'not-a-url');
  });

  it('accepts an endpoint and leaves it unchanged', () => {
    assert.deepEqual(read('https://elb.example.com:8443/'), custom('https://elb.example.com:8443'));
    assert.deepEqual(read('elb.example.com'), custom('https://elb.example.com'));
    assert.deepEqual(read('http://127.0.0.1:9000'), custom('http://127.0.0.1:9000'));
  });

  it('returns the region of an endpoint that is known to belong to one', () => {
    assert.deepEqual(read(NORTH), inRegion('cn-north-4'));
    assert.deepEqual(read('ELB.CN-NORTH-4.myhuaweicloud.com'), inRegion('cn-north-4'));
    assert.deepEqual(read('https://elb.eu-west-101.myhuaweicloud.eu'), inRegion('eu-west-101'));
    const dotCom = 'https://elb.eu-west-101.myhuaweicloud.com';
    assert.deepEqual(read(dotCom), [dotCom, 'eu-west-101', undefined, undefined]);
  });

  it('returns no region for a host that only looks like Huawei Cloud’s', () => {
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

  it('reads the region of a console URL, whose host is never the endpoint', () => {
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

  it('rejects a console URL without a region, or with an invalid one', () => {
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

  it('rejects a URL like the console’s at another host', () => {
    for (const page of [
      'https://console.huaweicloud.com.evil.example/elb/?region=cn-north-4',
      'https://evilhuaweicloud.com/elb/?region=cn-north-4',
      'https://elb.example.com/?region=cn-north-4',
      'https://elb.example.com/#region=cn-north-4',
    ]) {
      assert.equal(read(page), 'has-path', page);
    }
  });

  it('reads endpoint, project and job of an API URL', () => {
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

  it('returns no project and no job for placeholders and invalid ids', () => {
    assert.deepEqual(read(`${NORTH}/v3/{project_id}/elb/jobs/{job_id}`), inRegion('cn-north-4'));
    assert.deepEqual(read(`${NORTH}/v3/short/elb/jobs/a.b`), inRegion('cn-north-4'));
    assert.deepEqual(read(`${NORTH}/v3/${PROJECT}/elb/jobs/${'x'.repeat(65)}`), [
      NORTH,
      'cn-north-4',
      PROJECT,
      undefined,
    ]);
  });

  it('never returns an endpoint where others could read a signed request, whatever the path', () => {
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

  it('returns a valid endpoint or a problem for any text', () => {
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

  for (const { name, text, place } of ENDPOINT_FORMS.inputs) {
    it(`does not take ${name} for another place`, () => {
      const parsed = parsePlace(text);
      assert.equal(parsed.ok ? parsed.place.endpoint : parsed.problem, place);
    });
  }
});
