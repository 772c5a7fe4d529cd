/** Reads keys from the configuration of KooCLI, Huawei Cloud's command line: `~/.hcloud/config.json`. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { parseZonedTimestamp } from '../../cloud/http/timestamps';
import type { Instant } from '../../base/clock';
import { MAX_KEY_FILE_PARTS } from '../../base/limits';
import {
  foundKeySource,
  hintsOf,
  type KeyContent,
  missingOf,
  type NamedText,
  readingOfKey,
  trimmed,
} from './key-content';
import type { SourceProblem } from '../../jobs/model/source-problem';
import type { Environment } from './environment';
import type { FoundKeySource, KeyReading, KooCliSource } from './key-source';
import { resolveNamedPath } from './named-path';

/** Reads a field of another type as a missing field: the file belongs to KooCLI, and may change. */
const lenient = <T>(schema: v.Type<T>) =>
  v
    .union(
      schema,
      v.unknown().map(() => undefined),
    )
    .optional();

const textField = lenient(v.string());
const timeField = lenient(v.union(v.number(), v.string()));
const keyFields = { accessKeyId: textField, secretAccessKey: textField, securityToken: textField };

const stsTokenSchema = v.object({ ...keyFields, expiration: timeField, expiresAt: timeField });
const profileSchema = v.object({
  ...keyFields,
  name: v.string(),
  mode: textField,
  region: textField,
  projectId: textField,
  ssoAuth: lenient(v.object({ stsToken: lenient(stsTokenSchema) })),
});
const configurationSchema = v.object({
  current: textField,
  /** A boolean that KooCLI writes as text. */
  authEncrypt: lenient(v.union(v.boolean(), v.string())),
  profiles: v.array(v.unknown()),
});

/** The mode of profiles that sign in by IAM Identity Center. */
const SSO = 'SSO';

type Profile = v.Infer<typeof profileSchema>;

interface Configuration {
  readonly current: string | undefined;
  readonly isEncrypted: boolean;
  /** By name. */
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** Names a file of the same format for Terraform. */
export const SHARED_CONFIG_VARIABLE = 'HW_SHARED_CONFIG_FILE';
const SHARED_PROFILE_VARIABLE = 'HW_PROFILE';

/** @returns the file that Terraform reads; undefined if the environment names none */
export function sharedConfigFile(
  environment: Environment,
  home: string,
  platform = process.platform,
): string | undefined {
  return resolveNamedPath(environment[SHARED_CONFIG_VARIABLE], { environment, home, platform });
}

/** @returns the profile that Terraform reads from that file; undefined for the current one */
export function sharedProfile(environment: Environment): string | undefined {
  return trimmed(environment[SHARED_PROFILE_VARIABLE]);
}

export function kooCliConfigFile(home: string): string {
  return path.join(home, '.hcloud', 'config.json');
}

/** @returns a source that stands for a configuration whose profiles are not known. */
export function kooCliAsWhole(file: string): KooCliSource {
  return { kind: 'koocli', file, profile: 'default' };
}

/**
 * @param first the name of the profile to list first; by default the current one
 * @returns the profiles
 */
export function findInKooCli(file: string, text: string, now: Instant, first?: string): readonly FoundKeySource[] {
  const configuration = readConfiguration(file, text);
  if (!configuration.ok) {
    return [foundKeySource(kooCliAsWhole(file), { reading: configuration, names: [], hints: {} })];
  }
  const { current, isEncrypted, profiles } = configuration.value;
  const preferred = first ?? current;
  return [...profiles]
    .sort(([a], [b]) => Number(b === preferred) - Number(a === preferred))
    .map(([name, profile]) =>
      foundKeySource({ kind: 'koocli', file, profile: name }, contentOf(profile, { file, isEncrypted, now })),
    );
}

export function readKooCli({ file, profile: name }: KooCliSource, text: string, now: Instant): KeyReading {
  const configuration = readConfiguration(file, text);
  if (!configuration.ok) return configuration;
  const profile = configuration.value.profiles.get(name);
  if (profile === undefined) return failed({ kind: 'absent', what: 'profile', names: [name], file });
  return contentOf(profile, { file, isEncrypted: configuration.value.isEncrypted, now }).reading;
}

function readConfiguration(
  file: string,
  text: string,
): { readonly ok: true; readonly value: Configuration } | { readonly ok: false; readonly problem: SourceProblem } {
  if (hasTooManyParts(text)) return failed({ kind: 'unreadable', file, reason: 'too-large' });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return failed({ kind: 'unreadable', file, reason: 'not-json' });
  }
  const parsed = configurationSchema.try(json, { mode: 'strip' });
  if (!parsed.ok) return failed({ kind: 'unreadable', file, reason: 'not-a-configuration' });
  const profiles = new Map<string, Profile>();
  for (const each of parsed.value.profiles) {
    const profile = profileSchema.try(each, { mode: 'strip' });
    // As in Terraform, the first profile of a name counts.
    if (profile.ok && !profiles.has(profile.value.name)) profiles.set(profile.value.name, profile.value);
  }
  const { current, authEncrypt } = parsed.value;
  return { ok: true, value: { current, isEncrypted: String(authEncrypt).toLowerCase() === 'true', profiles } };
}

/** Whether parsing the JSON would take long. */
function hasTooManyParts(json: string): boolean {
  let parts = 0;
  const separators = /[[{,]/g;
  while (parts <= MAX_KEY_FILE_PARTS && separators.test(json)) parts += 1;
  return parts > MAX_KEY_FILE_PARTS;
}

interface ReadingContext {
  readonly file: string;
  readonly isEncrypted: boolean;
  readonly now: Instant;
}

function contentOf(profile: Profile, context: ReadingContext): KeyContent {
  const key = keyOf(profile);
  const others = [
    { name: 'region', text: trimmed(profile.region) },
    { name: 'projectId', text: trimmed(profile.projectId) },
  ];
  return {
    reading: readingOf(profile, key, context),
    names: [...Object.values(key), ...others].filter(({ text }) => text !== undefined).map(({ name }) => name),
    hints: hintsOf({ region: trimmed(profile.region), projectId: trimmed(profile.projectId) }),
  };
}

function keyOf(profile: Profile) {
  const [fields, prefix] = profile.mode === SSO ? [profile.ssoAuth?.stsToken, 'ssoAuth.stsToken.'] : [profile, ''];
  const named = (name: keyof typeof keyFields): NamedText => ({
    name: `${prefix}${name}`,
    text: trimmed(fields?.[name]),
  });
  return {
    accessKey: named('accessKeyId'),
    secretKey: named('secretAccessKey'),
    securityToken: named('securityToken'),
  };
}

function readingOf(
  { mode = '', ssoAuth }: Profile,
  key: ReturnType<typeof keyOf>,
  { file, isEncrypted, now }: ReadingContext,
): KeyReading {
  const isSso = mode === SSO;
  if (!isSso && mode !== 'AKSK' && mode !== '') {
    return failed({ kind: 'unsupported', mode: /^[A-Za-z]{1,20}$/.test(mode) ? mode : '?', file });
  }
  const needed = isSso ? Object.values(key) : [key.accessKey, key.secretKey];
  const missing = missingOf(needed);
  // A person cannot set these fields: KooCLI writes them when the person signs in.
  if (missing.length > 0 && isSso) return failed({ kind: 'no-sso-keys', file });
  if (missing.length > 0) return failed({ kind: 'incomplete', names: missing, file });
  if (isEncrypted || !isAccessKey(key.accessKey.text) || !isSecretKey(key.secretKey.text)) {
    return failed({ kind: 'encrypted', names: needed.map(({ name }) => name), file });
  }
  const expiresAt = isSso ? expiryOf(ssoAuth?.stsToken) : undefined;
  if (expiresAt !== undefined && expiresAt <= now) return failed({ kind: 'expired', file, expiredAt: expiresAt });
  const reading = readingOfKey(key, file);
  return reading.ok && expiresAt !== undefined ? { ...reading, expiresAt } : reading;
}

/** Huawei Cloud's access keys have 20 characters, secret keys 40. Encrypted keys are longer and have other characters. */
function isAccessKey(text = ''): boolean {
  return /^[A-Z0-9]{16,32}$/.test(text);
}

function isSecretKey(text = ''): boolean {
  return /^[A-Za-z0-9]{32,48}$/.test(text);
}

/**
 * Returns the expiry of a temporary key. Its field is not documented: IAM Identity Center calls it `expiration`, and
 * KooCLI writes the expiry of its access token as `expiresAt`, in seconds. A time without a zone is ignored.
 */
function expiryOf(token: v.Infer<typeof stsTokenSchema> | undefined): Instant | undefined {
  const time = String(token?.expiration ?? token?.expiresAt ?? '').trim();
  if (!/^(?:\d{10}|\d{13})$/.test(time)) return parseZonedTimestamp(time);
  return time.length === 10 ? Number(time) * 1000 : Number(time);
}

function failed(problem: SourceProblem) {
  return { ok: false, problem } as const;
}
