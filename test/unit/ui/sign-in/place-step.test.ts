import assert from 'node:assert/strict';
import { proposedEndpoints } from '../../../../src/credentials/sources/environment';
import { iamEndpointOf } from '../../../../src/credentials/sign-in';
import { elbEndpointOfRegion, REGIONS } from '../../../../src/cloud/places/regions';
import { placeStep } from '../../../../src/ui/sign-in/place-step';
import { ProfileDraft } from '../../../../src/ui/sign-in/profile-draft';
import { PROPOSED_ENDPOINTS } from '../../../support/hostile/proposed-endpoints';
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

  it('lets no proposed endpoint have the IAM of a region', () => {
    for (const { endpoint } of proposedEndpoints({ [VARIABLE]: PROPOSED_ENDPOINTS.inputs.join(',') })) {
      const iam = iamEndpointOf({ endpoint });
      const isOfHuawei = /^https:\/\/elb\.cn-north-4\.myhuaweicloud\.(?:com|eu)$/.test(endpoint);
      assert.ok(iam === undefined || isOfHuawei || iam === endpoint, `${endpoint}: ${iam}`);
    }
  });
});
