/** Keys outside the editor, in the places where the official programs read them. */
import type { AccessKey } from '../../../src/cloud/http/signer';
import type { EnvironmentSource, KooCliSource, SdkFileSource } from '../../../src/credentials/sources/key-source';
import { kooCliConfigFile } from '../../../src/credentials/sources/koocli-config';
import { sdkCredentialsFile } from '../../../src/credentials/sources/sdk-credentials-file';
import { HOME, type Windows } from './windows';

export const OUTSIDE_KEY: AccessKey = {
  accessKey: 'PLANTEDACCESSKEY0001',
  secretKey: 'PlantedSecretKey000000000000000000000001',
};
export const ROTATED_KEY: AccessKey = {
  accessKey: 'PLANTEDACCESSKEY0002',
  secretKey: 'PlantedSecretKey000000000000000000000002',
};

const ENVIRONMENT: EnvironmentSource = { kind: 'environment', family: 'huaweicloud-sdk' };
export const SDK_FILE: SdkFileSource = { kind: 'sdk-file', file: sdkCredentialsFile({}, HOME), section: 'basic' };
export const KOOCLI: KooCliSource = { kind: 'koocli', file: kooCliConfigFile(HOME), profile: 'default' };

export interface OutsidePlace {
  readonly name: string;
  readonly source: EnvironmentSource | SdkFileSource | KooCliSource;
  /** Writes the key there, in place of an earlier one. */
  readonly write: (windows: Windows, key: AccessKey) => Promise<void>;
}

export const ENVIRONMENT_PLACE: OutsidePlace = {
  name: 'the environment',
  source: ENVIRONMENT,
  write: (windows, { accessKey, secretKey }) => {
    windows.environment = { HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: secretKey };
    return Promise.resolve();
  },
};

export const SDK_FILE_PLACE: OutsidePlace = {
  name: 'the credentials file of the SDKs',
  source: SDK_FILE,
  write: ({ files }, { accessKey, secretKey }) =>
    files.replace(SDK_FILE.file, `[basic]\nak = ${accessKey}\nsk = ${secretKey}\n`),
};

export const KOOCLI_PLACE: OutsidePlace = {
  name: 'the configuration of KooCLI',
  source: KOOCLI,
  write: ({ files }, { accessKey, secretKey }) =>
    files.replace(
      KOOCLI.file,
      JSON.stringify({
        current: 'default',
        authEncrypt: 'false',
        profiles: [{ name: 'default', mode: 'AKSK', accessKeyId: accessKey, secretAccessKey: secretKey }],
      }),
    ),
};

export const OUTSIDE_PLACES = [ENVIRONMENT_PLACE, SDK_FILE_PLACE, KOOCLI_PLACE] as const;

/** Writes a temporary key of a single sign-on, with its expiry in seconds. */
export async function writeTemporaryKey({ files }: Windows, expiresAt: number): Promise<void> {
  const stsToken = {
    accessKeyId: OUTSIDE_KEY.accessKey,
    secretAccessKey: OUTSIDE_KEY.secretKey,
    securityToken: 'planted-security-token',
    expiration: expiresAt / 1000,
  };
  const profiles = [{ name: 'default', mode: 'SSO', ssoAuth: { stsToken } }];
  await files.replace(KOOCLI.file, JSON.stringify({ current: 'default', authEncrypt: 'false', profiles }));
}
