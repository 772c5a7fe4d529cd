import assert from 'node:assert/strict';
import path from 'node:path';
import { findInEnvironment, proposedEndpoints } from '../../../../src/credentials/sources/environment';
import { placeStep } from '../../../../src/ui/sign-in/place-step';
import { ProfileDraft } from '../../../../src/ui/sign-in/profile-draft';
import { sourceProblemSentence } from '../../../../src/ui/text/source-words';
import reported from '../../../fixtures/reported-cases.json';
import { ACCESS_KEY, Home, key, SECRET_KEY } from '../../../support/credentials/home';
import { Person } from '../../../support/host/person';
import { ESCAPE } from '../../../support/host/quick-input';

function inputOf(id: string): unknown {
  return reported.cases.find((each) => each.id === id)?.input ?? assert.fail(id);
}

describe('keys that people reported', () => {
  let home: Home;

  beforeEach(async () => {
    home = await Home.create();
  });

  afterEach(() => home.remove());

  it('L1: no endpoint is proposed of another cloud than that of HW_CLOUD or HW_AUTH_URL', async () => {
    const environment = {
      ...(inputOf('L1') as Record<string, string>),
      HW_ACCESS_KEY: ACCESS_KEY,
      HW_SECRET_KEY: SECRET_KEY,
    };
    const draft = new ProfileDraft();
    draft.found = findInEnvironment(environment);
    draft.source = draft.found[0];
    const person = new Person();
    try {
      person.types(ESCAPE);
      await placeStep(draft, proposedEndpoints(environment))({ title: '' });
      const lines = person.offered.at(-1) ?? assert.fail();
      assert.deepEqual(
        lines.map((line) => line.trim()),
        ['Custom endpoints', 'elb.ru-moscow-1.hc.sbercloud.ru'],
      );
    } finally {
      person.dispose();
    }
  });

  it('M1: a section of the SDKs’ file by other names is listed with what is wrong', async () => {
    await home.write(home.sdkFile, inputOf('M1') as string);
    const [found = assert.fail(), ...others] = await home.sources.find();
    assert.deepEqual(others, []);
    assert.equal(
      found.problem && sourceProblemSentence(found.problem),
      `Section default of ${home.sdkFile} calls its keys access_key_id & secret_access_key. Only ak & sk are read, as in the ` +
        'SDKs. If the keys are for Huawei Cloud, rename them.',
    );
  });

  it('M2: the shared configuration of Terraform is listed', async () => {
    Object.assign(home.environment, inputOf('M2'));
    const file = path.join(home.folder, 'cfg', 'hcloud.json');
    const profiles = [{ name: 'default', mode: 'AKSK', accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }];
    await home.write(file, JSON.stringify({ current: 'default', profiles }));
    const [found = assert.fail()] = await home.sources.find();
    assert.deepEqual(found.source, { kind: 'koocli', file, profile: 'default' });
    assert.equal(found.problem, undefined);
  });

  it('M3: the SDKs’ file in UTF-16, as PowerShell writes it, is read', async () => {
    await home.write(home.sdkFile, Buffer.from(`\uFEFF[basic]\r\nak=${ACCESS_KEY}\r\nsk=${SECRET_KEY}\r\n`, 'utf16le'));
    const [found = assert.fail()] = await home.sources.find();
    assert.deepEqual(await home.sources.read(found.source), { ok: true, credential: key });
  });

  it('M7: a profile of single sign-on without keys says to sign in again', async () => {
    const ssoAuth = { accessTokenResult: { accessToken: 'x', expiresAt: home.clock.now() / 1000 - 1 } };
    await home.write(home.kooCliFile, JSON.stringify({ profiles: [{ name: 'default', mode: 'SSO', ssoAuth }] }));
    const [found = assert.fail()] = await home.sources.find();
    assert.match((found.problem && sourceProblemSentence(found.problem)) ?? '', /Run "hcloud configure sso"/);
  });
});
