import assert from 'node:assert/strict';
import { findInEnvironment, proposedEndpoints } from '../../../../src/credentials/sources/environment';
import { iamEndpointOf } from '../../../../src/credentials/sign-in';
import { elbEndpointOfRegion, REGIONS } from '../../../../src/cloud/places/regions';
import { placeStep } from '../../../../src/ui/sign-in/place-step';
import { ProfileDraft } from '../../../../src/ui/sign-in/profile-draft';
import { PROPOSED_ENDPOINTS } from '../../../support/hostile/proposed-endpoints';
import { ACCESS_KEY, SECRET_KEY } from '../../../support/credentials/home';
import { Person } from '../../../support/host/person';
import { ESCAPE } from '../../../support/host/quick-input';

const VARIABLE = 'HUAWEICLOUD_SDK_REGION_ELB_CN_NORTH_4';
const FRAME = { title: 'Add Credentials' };
const NORTH = elbEndpointOfRegion('cn-north-4');

describe('the step for the region', () => {
  let person: Person;
  let draft: ProfileDraft;

  beforeEach(() => {
    person = new Person();
    draft = new ProfileDraft();
  });

  afterEach(() => {
    person.dispose();
  });

  /** @returns the lines of the list that the person sees */
  async function offered(environment: Record<string, string>, answer = ESCAPE): Promise<readonly string[]> {
    person.types(answer);
    await placeStep(draft, proposedEndpoints(environment))(FRAME);
    return person.offered.at(-1) ?? assert.fail('no list');
  }

  for (const proposed of PROPOSED_ENDPOINTS.inputs) {
    it(`does not offer ${JSON.stringify(proposed)} as the region in the variable’s name`, async () => {
      const lines = await offered({ [VARIABLE]: proposed });
      const [own = assert.fail(), ...others] = lines.filter((line) => line.includes('cn-north-4 '));
      assert.ok(own.startsWith('cn-north-4 ') && others.length === 0, 'the region is there once');
      assert.deepEqual(
        lines.slice(0, REGIONS.length).map((line) => line.split(' ')[0]),
        REGIONS.map(({ id }) => id),
        'the regions come first',
      );
      const [custom, ...more] = lines.slice(REGIONS.length + 1);
      assert.deepEqual(more, []);
      const [endpoint] = proposedEndpoints({ [VARIABLE]: proposed });
      if (endpoint === undefined) {
        assert.equal(custom, undefined);
        return;
      }
      const { host } = new URL(endpoint.endpoint);
      assert.match(host, /^[\x21-\x7e]+$/);
      assert.equal(custom?.trim(), host);
      // The second line has room for a long name.
      assert.equal(person.details.at(-1)?.[REGIONS.length + 1], `custom endpoint from ${VARIABLE}`);

      person.types(host);
      await placeStep(draft, [endpoint])(FRAME);
      assert.deepEqual(draft.place, { endpoint: endpoint.endpoint }, 'it carries no region into the profile');
    });
  }

  it('shows a proposed endpoint as the region if it is the region’s own', async () => {
    const [first = ''] = await offered({ [VARIABLE]: NORTH }, 'star-empty');
    assert.equal(first, `$(star-empty) cn-north-4 from ${VARIABLE}`);
    assert.deepEqual(draft.place, { endpoint: NORTH, region: 'cn-north-4' });
    const lines = await offered({ HUAWEICLOUD_SDK_REGION_ELB_CN_EAST_3: NORTH });
    assert.match(lines[0] ?? '', /cn-north-4 from HUAWEICLOUD_SDK_REGION_ELB_CN_EAST_3/, 'whatever the variable says');
  });

  it('offers each custom endpoint once, and no more than a person can read', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => `https://${index % 3000}.evil.example`).join(',');
    const lines = await offered({ [VARIABLE]: many, [`${VARIABLE}_B`]: 'https://0.evil.example' });
    const custom = lines.filter((line) => line.includes('evil.example'));
    assert.equal(custom.length, 20);
    assert.equal(new Set(custom).size, 20);
  });

  describe('for keys of another cloud', () => {
    const keys = { HW_ACCESS_KEY: ACCESS_KEY, HW_SECRET_KEY: SECRET_KEY };
    const OF_HUAWEI = /myhuaweicloud/;

    /** Chooses the keys in Terraform's variables. */
    function choose(environment: Record<string, string>): void {
      draft.found = findInEnvironment({ ...keys, ...environment });
      draft.source = draft.found.at(-1);
    }

    for (const [environment, host, origin] of [
      [{ HW_CLOUD: 'hc.sbercloud.ru', HW_REGION_NAME: 'ru-moscow-1' }, 'elb.ru-moscow-1.hc.sbercloud.ru', 'HW_CLOUD'],
      [
        { HW_AUTH_URL: 'https://iam.eu-de.otc.t-systems.com/v3', HW_REGION_NAME: 'eu-de' },
        'elb.eu-de.otc.t-systems.com',
        'HW_AUTH_URL',
      ],
      [
        { HW_CLOUD: 'prod-cloud-ocb.orange-business.com', HW_REGION_NAME: 'eu-west-0' },
        'elb.eu-west-0.prod-cloud-ocb.orange-business.com',
        'HW_CLOUD',
      ],
      [{ HW_CLOUD: '"hcs.example"', HW_REGION_NAME: "'cn-north-4'" }, 'elb.cn-north-4.hcs.example', 'HW_CLOUD'],
    ] as const) {
      it(`offers ${host} as a custom endpoint, and none of Huawei Cloud`, async () => {
        choose(environment);
        const lines = await offered({ [VARIABLE]: NORTH });
        assert.deepEqual(
          lines.map((line) => line.trim()),
          ['Custom endpoints', host],
        );
        assert.doesNotMatch(JSON.stringify([lines, person.details.at(-1)]), OF_HUAWEI);
        assert.equal(person.details.at(-1)?.[1], `custom endpoint from ${origin}`);
        await offered({}, host);
        assert.deepEqual(draft.place, { endpoint: `https://${host}` }, 'it carries no region into the profile');
      });
    }

    it('takes a typed region for one of their cloud', async () => {
      choose({ HW_CLOUD: 'hc.sbercloud.ru' });
      await offered({}, 'cn-north-4');
      assert.deepEqual(draft.place, { endpoint: 'https://elb.cn-north-4.hc.sbercloud.ru', region: undefined });
    });

    it('offers nothing if the endpoints of their cloud are not known', async () => {
      for (const url of ['http://10.0.0.1:5000/v3', 'https://identity.example.com/v3', 'sbercloud']) {
        choose({ HW_AUTH_URL: url, HW_REGION_NAME: 'cn-north-4' });
        assert.deepEqual(await offered({ [VARIABLE]: NORTH }), [], url);
      }
      assert.deepEqual(
        (await offered({ [VARIABLE]: 'https://elb.corp.example' })).map((line) => line.trim()),
        ['Custom endpoints', 'elb.corp.example'],
      );
    });

    it('does not offer the earlier answer if it was for keys of Huawei Cloud', async () => {
      draft.place = { endpoint: NORTH, region: 'cn-north-4' };
      choose({ HW_CLOUD: 'hc.sbercloud.ru', HW_REGION_NAME: 'ru-moscow-1' });
      assert.doesNotMatch(JSON.stringify(await offered({})), /cn-north-4|myhuaweicloud/);
    });

    it('lists the regions of Huawei Cloud for its own keys, without the other cloud', async () => {
      const own = { HUAWEICLOUD_SDK_AK: ACCESS_KEY, HUAWEICLOUD_SDK_SK: SECRET_KEY };
      const iam = { HUAWEICLOUD_SDK_IAM_ENDPOINT: 'https://iam.myhuaweicloud.com' };
      const other = { ...keys, HW_CLOUD: 'hc.sbercloud.ru', HW_REGION_NAME: 'ru-moscow-1' };
      draft.found = findInEnvironment({ ...own, ...iam, ...other });
      draft.source = draft.found[0];
      const lines = await offered({});
      assert.equal(lines.length, REGIONS.length);
      assert.doesNotMatch(lines.join(), /sbercloud/);
      draft.source = 'stored';
      const ofTyped = await offered({});
      assert.equal(ofTyped.at(-1)?.trim(), 'elb.ru-moscow-1.hc.sbercloud.ru', 'a typed key may be of any cloud');
      assert.ok(!ofTyped.some((line) => line.startsWith('$(star')), 'the region of another cloud is none of ours');
    });
  });

  it('lets no proposed endpoint have the IAM of a region', () => {
    for (const { endpoint } of proposedEndpoints({ [VARIABLE]: PROPOSED_ENDPOINTS.inputs.join(',') })) {
      const iam = iamEndpointOf({ endpoint });
      const isOfHuawei = /^https:\/\/elb\.cn-north-4\.myhuaweicloud\.(?:com|eu)$/.test(endpoint);
      assert.ok(iam === undefined || isOfHuawei || iam === endpoint, `${endpoint}: ${iam}`);
    }
  });
});
