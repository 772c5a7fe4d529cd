import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { findInEnvironment, proposedEndpoints } from '../../../../src/credentials/sources/environment';
import { iamEndpointOf } from '../../../../src/credentials/sign-in';
import { elbEndpointOfRegion, REGIONS } from '../../../../src/cloud/places/regions';
import { placeStep } from '../../../../src/ui/sign-in/place-step';
import { ProfileDraft } from '../../../../src/ui/sign-in/profile-draft';
import { PROPOSED_ENDPOINTS } from '../../../support/hostile/proposed-endpoints';
import { ACCESS_KEY, SECRET_KEY } from '../../../support/credentials/home';
import { Person } from '../../../support/host/person';
import { ESCAPE, KEEP, OpenQuickPick } from '../../../support/host/quick-input';
import { replaceProperty } from '../../../support/host/replace-property';

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

  describe('after a text has named the place of a job', () => {
    const SINGAPORE = elbEndpointOfRegion('ap-southeast-3');
    const project = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

    it('proposes its region, which Enter chooses', async () => {
      draft.wanted = { endpoint: SINGAPORE, projectId: project };
      const [first] = await offered({ [VARIABLE]: NORTH }, KEEP);
      assert.equal(first, '$(star-empty) ap-southeast-3 region of the job');
      assert.deepEqual(draft.place, { endpoint: SINGAPORE, region: 'ap-southeast-3' });
      assert.equal(draft.wantedProjectId, project);
    });

    it('proposes its region although an earlier sign-in had another', async () => {
      draft.place = { endpoint: NORTH, region: 'cn-north-4' };
      draft.projectId = 'f'.repeat(32);
      draft.wanted = { endpoint: SINGAPORE, projectId: project };
      await offered({}, KEEP);
      assert.deepEqual([draft.place.region, draft.projectId], ['ap-southeast-3', '']);
    });

    it('shows an endpoint that is no region’s by its host first, but Enter does not choose it', async () => {
      const endpoint = 'https://elb.cn-north-4.myhuaweicloud.com.evil.example';
      draft.wanted = { endpoint, projectId: project };
      const lines = await offered({}, KEEP);
      assert.deepEqual(
        lines.slice(0, 3).map((line) => line.trim()),
        ['Custom endpoints', new URL(endpoint).host, 'Regions'],
      );
      assert.match(person.details.at(-1)?.[1] ?? '', /from your text: choose it only if you know it/);
      assert.deepEqual([draft.place?.endpoint, draft.wantedProjectId], [elbEndpointOfRegion(REGIONS[0]?.id ?? ''), '']);
      await offered({}, new URL(endpoint).host);
      assert.deepEqual([draft.place, draft.wantedProjectId], [{ endpoint }, project], 'it carries no region');
    });
  });

  it('shows an endpoint from a text only before the person types, since Enter takes the first match', async () => {
    draft.wanted = { endpoint: 'https://a.north.evil.example' };
    assert.ok((await offered({})).includes('a.north.evil.example '));
    const pick = new OpenQuickPick();
    const restore = replaceProperty(vscode.window, 'createQuickPick', () => pick);
    void placeStep(draft, [])(FRAME);
    restore();
    pick.type('north');
    assert.ok(pick.items.length > 5 && pick.items.every(({ label }) => !label.includes('evil')));
    pick.type('a.north.evil.example');
    assert.equal(pick.items[0]?.label, 'Use https://a.north.evil.example', 'unless it is typed itself');
  });

  it('says what to enter if no region matches, and Enter on it says so again', async () => {
    for (const [text, expected] of [
      ['atlantis', /^No region matches “atlantis”\. Enter a region such as cn-north-4, or an endpoint such as/],
      [`${ACCESS_KEY} ${SECRET_KEY}`, /^No region matches this text\. Enter a region/],
      ['x'.repeat(40_000), /^No region matches “x{10,40}…”\. Enter a region/],
      ['https://', /^Enter a region such as/],
    ] as const) {
      person.types(text, ESCAPE);
      await placeStep(draft, [])(FRAME);
      assert.match(person.lastShown().message, expected);
    }
    assert.equal(draft.place, undefined);
  });

  it('offers what can be an endpoint or a region, also one whose row the text does not match', async () => {
    for (const [text, endpoint] of [
      ['elb.corp.example', 'https://elb.corp.example'],
      [NORTH, NORTH],
      ['cn-atlantis-1', elbEndpointOfRegion('cn-atlantis-1')],
    ] as const) {
      draft = new ProfileDraft();
      person.types(text);
      await placeStep(draft, [])(FRAME);
      assert.equal((draft.place as { endpoint?: string } | undefined)?.endpoint, endpoint);
    }
    assert.equal(person.shown.length, 0);
  });

  it('says nothing of a partly typed region', async () => {
    person.types('north', ESCAPE);
    await placeStep(draft, [])(FRAME);
    assert.deepEqual(person.shown, []);
  });

  it('chooses the region whose name the text ends, not an unknown region of that name', async () => {
    person.types('north-4');
    await placeStep(draft, [])(FRAME);
    assert.deepEqual(draft.place, { endpoint: NORTH, region: 'cn-north-4' });
  });

  describe('for keys of another cloud', () => {
    const keys = { HW_ACCESS_KEY: ACCESS_KEY, HW_SECRET_KEY: SECRET_KEY };
    const OF_HUAWEI = /myhuaweicloud/;

    /** Chooses the keys in Terraform's variables. */
    function choose(environment: Record<string, string>): void {
      draft.found = findInEnvironment({ ...keys, ...environment });
      draft.source = draft.found.at(-1);
    }

    it('does not let Enter choose an endpoint from a text, although no region comes first', async () => {
      const endpoint = 'https://evil.example';
      for (const [environment, expected] of [
        [{ HW_CLOUD: 'hc.sbercloud.ru', HW_REGION_NAME: 'ru-moscow-1' }, 'https://elb.ru-moscow-1.hc.sbercloud.ru'],
        [{ HW_CLOUD: 'hc.sbercloud.ru' }, undefined],
        [{ HW_AUTH_URL: 'https://elsewhere.example/v3' }, undefined],
      ] as const) {
        draft = new ProfileDraft();
        choose(environment);
        draft.wanted = { endpoint };
        person.types(...(expected === undefined ? [KEEP, ESCAPE] : [KEEP]));
        await placeStep(draft, [])(FRAME);
        const { place } = draft as { place?: { endpoint: string } };
        assert.equal(place?.endpoint, expected);
      }
      assert.match(person.lastShown().message, /^These keys are for another cloud than Huawei Cloud: paste/);
    });

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
