import assert from 'node:assert/strict';
import { findInEnvironment, proposedEndpoints, readEnvironment } from '../../../../src/credentials/sources/environment';
import {
  ACCESS_KEY,
  key,
  PROJECT_ID,
  SECRET_KEY,
  SECURITY_TOKEN,
  temporaryKey,
} from '../../../support/credentials/home';

describe('keys in the environment', () => {
  it('are read from the variables of each family, with their facts about the project', () => {
    const environment = {
      HUAWEICLOUD_SDK_AK: ACCESS_KEY,
      HUAWEICLOUD_SDK_SK: SECRET_KEY,
      HUAWEICLOUD_SDK_SECURITY_TOKEN: SECURITY_TOKEN,
      HUAWEICLOUD_SDK_PROJECT_ID: PROJECT_ID,
      HUAWEICLOUD_SDK_IAM_ENDPOINT: 'https://iam.example.com',
      CLOUD_SDK_AK: ACCESS_KEY,
      CLOUD_SDK_SK: SECRET_KEY,
      HW_ACCESS_KEY: ACCESS_KEY,
      HW_SECRET_KEY: SECRET_KEY,
      HW_REGION_NAME: 'cn-north-4',
      HW_PROJECT_NAME: 'cn-north-4_test',
      HW_AUTH_URL: 'https://iam.cn-north-4.myhuaweicloud.com:443/v3',
    };
    assert.deepEqual(findInEnvironment(environment), [
      {
        source: { kind: 'environment', family: 'huaweicloud-sdk' },
        names: [
          'HUAWEICLOUD_SDK_AK',
          'HUAWEICLOUD_SDK_SK',
          'HUAWEICLOUD_SDK_SECURITY_TOKEN',
          'HUAWEICLOUD_SDK_PROJECT_ID',
          'HUAWEICLOUD_SDK_IAM_ENDPOINT',
        ],
        projectId: PROJECT_ID,
        iamEndpoint: 'https://iam.example.com',
        cloud: { domain: 'example.com' },
        accessKeyStart: 'PLAN',
      },
      {
        source: { kind: 'environment', family: 'cloud-sdk' },
        names: ['CLOUD_SDK_AK', 'CLOUD_SDK_SK'],
        accessKeyStart: 'PLAN',
      },
      {
        source: { kind: 'environment', family: 'terraform' },
        names: ['HW_ACCESS_KEY', 'HW_SECRET_KEY', 'HW_PROJECT_NAME', 'HW_REGION_NAME', 'HW_AUTH_URL'],
        projectName: 'cn-north-4_test',
        region: 'cn-north-4',
        iamEndpoint: 'https://iam.cn-north-4.myhuaweicloud.com',
        cloud: { domain: 'myhuaweicloud.com' },
        accessKeyStart: 'PLAN',
      },
    ]);
    assert.deepEqual(readEnvironment(environment, 'huaweicloud-sdk'), { ok: true, credential: temporaryKey });
    assert.deepEqual(readEnvironment(environment, 'cloud-sdk'), { ok: true, credential: key });
    assert.deepEqual(readEnvironment(environment, 'terraform'), { ok: true, credential: key });
  });

  it('are trimmed, and missing if they are only white space', () => {
    const environment = { CLOUD_SDK_AK: ` ${ACCESS_KEY}\n`, CLOUD_SDK_SK: `\t${SECRET_KEY} `, HW_ACCESS_KEY: ' ' };
    assert.deepEqual(readEnvironment(environment, 'cloud-sdk'), { ok: true, credential: key });
    assert.equal(findInEnvironment(environment).length, 1);
    assert.deepEqual(readEnvironment(environment, 'terraform'), {
      ok: false,
      problem: { kind: 'absent', what: 'variables', names: ['HW_ACCESS_KEY', 'HW_SECRET_KEY'] },
    });
  });

  it('that are incomplete have a problem that names the missing variables', () => {
    for (const [present, missing] of [
      ['HUAWEICLOUD_SDK_AK', ['HUAWEICLOUD_SDK_SK']],
      ['HUAWEICLOUD_SDK_SK', ['HUAWEICLOUD_SDK_AK']],
      ['HUAWEICLOUD_SDK_SECURITY_TOKEN', ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK']],
    ] as const) {
      const [found, ...others] = findInEnvironment({ [present]: ACCESS_KEY });
      assert.deepEqual(others, []);
      assert.deepEqual(found?.problem, { kind: 'incomplete', names: missing, file: undefined });
      assert.deepEqual(found.names, [present]);
    }
  });

  it('are not proposed if Terraform’s variables name only a region or project', () => {
    assert.deepEqual(findInEnvironment({ HW_REGION_NAME: 'cn-north-4', HW_PROJECT_ID: PROJECT_ID }), []);
  });

  it('are replaced by Terraform’s token, which takes precedence over a key', () => {
    const credential = { token: SECURITY_TOKEN };
    assert.deepEqual(readEnvironment({ HW_AUTH_TOKEN: SECURITY_TOKEN }, 'terraform'), { ok: true, credential });
    const both = { HW_AUTH_TOKEN: SECURITY_TOKEN, HW_ACCESS_KEY: ACCESS_KEY, HW_SECRET_KEY: SECRET_KEY };
    assert.deepEqual(readEnvironment(both, 'terraform'), { ok: true, credential });
    assert.equal(findInEnvironment(both)[0]?.accessKeyStart, undefined);
  });

  it('of another identity system are unsupported, unless there is a key as well', () => {
    const federation = { HUAWEICLOUD_SDK_IDP_ID: 'idp', HUAWEICLOUD_SDK_ID_TOKEN_FILE: '/token' };
    assert.deepEqual(findInEnvironment(federation)[0]?.problem, { kind: 'unsupported', mode: 'OIDC' });
    const both = { ...federation, HUAWEICLOUD_SDK_AK: ACCESS_KEY, HUAWEICLOUD_SDK_SK: SECRET_KEY };
    assert.deepEqual(readEnvironment(both, 'huaweicloud-sdk'), { ok: true, credential: key });
  });

  it('propose no value of an unexpected form, which could be a misplaced secret', () => {
    const [found] = findInEnvironment({
      HW_ACCESS_KEY: ACCESS_KEY,
      HW_SECRET_KEY: SECRET_KEY,
      HW_PROJECT_ID: SECRET_KEY,
      HW_PROJECT_NAME: SECRET_KEY,
      HW_REGION_NAME: SECRET_KEY,
      HW_AUTH_URL: `https://user:${SECRET_KEY}@iam.example.com`,
    });
    assert.deepEqual(Object.keys(found ?? {}).sort(), ['accessKeyStart', 'cloud', 'names', 'source']);
    assert.ok(!JSON.stringify(found).includes(SECRET_KEY));
  });

  it('say which cloud they are for, in Terraform’s variables or by their IAM', () => {
    const variables = { HW_ACCESS_KEY: ACCESS_KEY, HW_SECRET_KEY: SECRET_KEY, HW_REGION_NAME: 'ru-moscow-1' };
    const cloudOf = (more: object) => findInEnvironment({ ...variables, ...more })[0]?.cloud;
    assert.equal(cloudOf({}), undefined);
    assert.deepEqual(cloudOf({ HW_CLOUD: 'hc.sbercloud.ru' }), { domain: 'hc.sbercloud.ru' });
    assert.deepEqual(cloudOf({ HW_CLOUD: ' "HC.SberCloud.ru." ' }), { domain: 'hc.sbercloud.ru' });
    assert.deepEqual(cloudOf({ HW_AUTH_URL: "'https://iam.ru-moscow-1.hc.sbercloud.ru/v3'" }), {
      domain: 'hc.sbercloud.ru',
    });
    assert.deepEqual(cloudOf({ HW_AUTH_URL: 'http://10.0.0.1:5000/v3' }), { domain: undefined });
    assert.deepEqual(cloudOf({ HW_CLOUD: SECRET_KEY }), { domain: undefined });
    assert.ok(findInEnvironment({ ...variables, HW_CLOUD: 'x.example' })[0]?.names.includes('HW_CLOUD'));
    // Terraform’s variables say nothing about the keys of other programs.
    const sdk = { HUAWEICLOUD_SDK_AK: ACCESS_KEY, HUAWEICLOUD_SDK_SK: SECRET_KEY, HW_CLOUD: 'hc.sbercloud.ru' };
    assert.equal(findInEnvironment(sdk)[0]?.cloud, undefined);
  });

  it('may be in quotes, as files of variables have them, like all other variables', () => {
    const quoted = {
      HW_ACCESS_KEY: `"${ACCESS_KEY}"`,
      HW_SECRET_KEY: `'${SECRET_KEY}'`,
      HW_REGION_NAME: "'cn-north-4'",
      HW_PROJECT_ID: `"${PROJECT_ID}"`,
      HW_CLOUD: '"myhuaweicloud.com"',
    };
    assert.deepEqual(readEnvironment(quoted, 'terraform'), { ok: true, credential: key });
    const [found] = findInEnvironment(quoted);
    assert.deepEqual([found?.region, found?.projectId], ['cn-north-4', PROJECT_ID]);
    const endpoints = (text: string) =>
      proposedEndpoints({ HUAWEICLOUD_SDK_REGION_ELB_X: text }).map(({ endpoint }) => endpoint);
    assert.deepEqual(endpoints('"https://a.example.com"'), ['https://a.example.com']);
    assert.deepEqual(endpoints(`'https://a.example.com, https://b.example.com'`), [
      'https://a.example.com',
      'https://b.example.com',
    ]);
    assert.deepEqual(endpoints(`"https://a.example.com","https://b.example.com"`), [
      'https://a.example.com',
      'https://b.example.com',
    ]);
  });

  it('are proposed on Windows in whatever case the variables’ names are', () => {
    const environment = { Huaweicloud_Sdk_Region_Elb_cn_north_4: 'https://elb.cn-north-4.myhuaweicloud.com' };
    const endpoint = 'https://elb.cn-north-4.myhuaweicloud.com';
    const [variable = assert.fail()] = Object.keys(environment);
    assert.deepEqual(proposedEndpoints(environment, 'win32'), [{ variable, endpoint }]);
    assert.deepEqual(proposedEndpoints(environment, 'linux'), []);
  });

  it('come with the ELB endpoints of a region, except for invalid endpoints', () => {
    const proposals = proposedEndpoints({
      HUAWEICLOUD_SDK_REGION_ELB_CN_NORTH_4: 'https://a.example.com, https://b.example.com:8443,http://c.example.com',
      HUAWEICLOUD_SDK_REGION_ELB_CN_EAST_3: 'http://plain.example.com',
      HUAWEICLOUD_SDK_REGION_ELB_CN_EAST_2: undefined,
      HUAWEICLOUD_SDK_REGION_ELB_: 'https://d.example.com',
      HUAWEICLOUD_SDK_REGION_ECS_CN_NORTH_4: 'https://e.example.com',
    });
    assert.deepEqual(proposals, [
      { variable: 'HUAWEICLOUD_SDK_REGION_ELB_CN_NORTH_4', endpoint: 'https://a.example.com' },
      { variable: 'HUAWEICLOUD_SDK_REGION_ELB_CN_NORTH_4', endpoint: 'https://b.example.com:8443' },
    ]);
  });
});
