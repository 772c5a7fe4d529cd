import assert from 'node:assert/strict';
import type { Credential } from '../../../../src/cloud/http/credential';
import type { KeyReading } from '../../../../src/credentials/sources/key-source';
import { readEnvironment } from '../../../../src/credentials/sources/environment';
import { readKooCli } from '../../../../src/credentials/sources/koocli-config';
import { readSdkFile } from '../../../../src/credentials/sources/sdk-credentials-file';
import { sourceProblemSentence } from '../../../../src/ui/text/source-words';
import { UNSENDABLE_KEYS } from '../../../support/hostile/unsendable-keys';
import { ENVIRONMENT_PLACE, OUTSIDE_KEY } from '../../../support/credentials/outside-keys';
import { STORED, Windows } from '../../../support/credentials/windows';
import { reference } from '../../../support/samples';

const file = '/home/person/keys';
const sdk = { kind: 'sdk-file', file, section: 'basic' } as const;
const kooCli = { kind: 'koocli', file, profile: 'default' } as const;
const { accessKey, secretKey } = OUTSIDE_KEY;
const { inputs } = UNSENDABLE_KEYS;

const environmentOf = (text: string) => ({
  'huaweicloud-sdk': { HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: text },
  'cloud-sdk': { CLOUD_SDK_AK: text, CLOUD_SDK_SK: secretKey },
  terraform: { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey, HW_SECURITY_TOKEN: text },
});

function assertNamed(reading: KeyReading, text: string, name: string, place?: string): void {
  assert.ok(!reading.ok, 'it is not used');
  const { problem } = reading;
  assert.ok(problem.kind === 'unsendable', problem.kind);
  assert.deepEqual([problem.name, problem.file], [name, place]);
  const sentence = sourceProblemSentence(problem);
  assert.ok(sentence.includes(name) && sentence.includes(place ?? name), sentence);
  assert.ok(!sentence.includes(text.slice(-20)), 'the key is in no message');
}

describe('a key that HTTP cannot carry', () => {
  for (const [index, text] of inputs.entries()) {
    const shown = JSON.stringify(text.slice(0, 30));

    it(`in an environment variable is refused by the variable’s name: ${index} ${shown}`, () => {
      const variables = environmentOf(text);
      assertNamed(readEnvironment(variables['huaweicloud-sdk'], 'huaweicloud-sdk'), text, 'HUAWEICLOUD_SDK_SK');
      assertNamed(readEnvironment(variables['cloud-sdk'], 'cloud-sdk'), text, 'CLOUD_SDK_AK');
      assertNamed(readEnvironment(variables.terraform, 'terraform'), text, 'HW_SECURITY_TOKEN');
      assertNamed(readEnvironment({ HW_AUTH_TOKEN: text }, 'terraform'), text, 'HW_AUTH_TOKEN');
    });

    it(`in the configuration of KooCLI is refused by the field’s name: ${index} ${shown}`, () => {
      const stsToken = { accessKeyId: accessKey, secretAccessKey: secretKey, securityToken: text };
      const profiles = [{ name: 'default', mode: 'SSO', ssoAuth: { stsToken } }];
      const reading = readKooCli(kooCli, JSON.stringify({ profiles }), 0);
      assertNamed(reading, text, 'ssoAuth.stsToken.securityToken', file);
    });

    it(`in the secret storage is not sent: ${index} ${shown}`, async () => {
      for (const credential of [
        { accessKey, secretKey: text },
        { accessKey: text, secretKey },
        { accessKey, secretKey, securityToken: text },
        { token: text },
      ] satisfies Credential[]) {
        let requests = 0;
        const windows = new Windows(() => {
          requests += 1;
          return Promise.resolve({ ok: true, value: { status: 401, headers: {}, body: '' } });
        });
        const window = await windows.open();
        const { endpoint, projectId } = reference;
        const profile = await window.credentials.profiles.add({ endpoint, projectId, source: STORED, credential });
        assert.equal(await window.poll(reference), 'invalid-credential');
        const reading = await window.reader.read(profile);
        assert.ok(!reading.ok && reading.error.kind === 'invalid-credential');
        assert.ok(!JSON.stringify(reading.error).includes(JSON.stringify(text).slice(1, 20)));
        const error = await window.signIn.verify(reference, credential);
        assert.equal(error?.kind, 'invalid-credential');
        assert.equal(await window.signIn.obstacleTo(credential), undefined, 'it counts as no failure');
        assert.equal(requests, 0);
        assert.deepEqual(
          window.credentials.all().map(({ refusal }) => refusal),
          [undefined],
        );
      }
    });
  }

  it('in an SDK file is refused by the name of its line, and line ends of Windows are no part of it', () => {
    const text = (key: string) => `\uFEFF[basic]\r\nak = ${accessKey}\r\nsk = ${key}\r\n`;
    assert.deepEqual(readSdkFile(sdk, text(secretKey)), { ok: true, credential: OUTSIDE_KEY });
    for (const character of ['密', '\u00a0', '\u200b', '\u2028', '\0', ' ']) {
      const key = `${secretKey}${character}x`;
      assertNamed(readSdkFile(sdk, text(key)), key, 'sk', file);
    }
  });

  it('is none if only its surroundings are in the way: white space, byte order marks, quotes', () => {
    for (const around of [
      (text: string) => `${text}\n`,
      (text: string) => `${text}\r\n`,
      (text: string) => `\uFEFF${text}\u00a0`,
      (text: string) => `"${text}"`,
      (text: string) => `'${text}' `,
    ]) {
      const environment = { HUAWEICLOUD_SDK_AK: around(accessKey), HUAWEICLOUD_SDK_SK: around(secretKey) };
      assert.deepEqual(readEnvironment(environment, 'huaweicloud-sdk'), { ok: true, credential: OUTSIDE_KEY });
    }
  });

  it('stops polling with a source until it is corrected there', async () => {
    const windows = new Windows(() =>
      Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: '{"job":{}}' } }),
    );
    await ENVIRONMENT_PLACE.write(windows, { accessKey, secretKey: `${secretKey}\nx` });
    const { credentials, poll } = await windows.open();
    const { endpoint, projectId } = reference;
    const { source } = ENVIRONMENT_PLACE;
    await credentials.profiles.add({ endpoint, projectId, source, credential: OUTSIDE_KEY });
    assert.equal(await poll(reference), 'source-unusable');
    await ENVIRONMENT_PLACE.write(windows, OUTSIDE_KEY);
    assert.equal(await poll(reference), 'ok');
  });
});
