/** Reads keys from the credentials file of the official SDKs, `~/.huaweicloud/credentials`. */
import path from 'node:path';
import type { SourceProblem, UnreadableReason } from '../../jobs/model/source-problem';
import type { Environment } from './environment';
import { readIni } from './ini';
import { foundKeySource, hintsOf, type KeyContent, readingOfKey, trimmed } from './key-content';
import type { FoundKeySource, KeyReading, SdkFileSource } from './key-source';
import { resolveNamedPath } from './named-path';

type Section = ReadonlyMap<string, string>;

/** The names that the SDKs' `ProfileCredentialProvider` reads. Other names are not shown, since they may be anything. */
const NAMES = [
  'ak',
  'sk',
  'security_token',
  'project_id',
  'domain_id',
  'iam_endpoint',
  'idp_id',
  'id_token_file',
] as const;
const NAMES_OF_KEYS: readonly (typeof NAMES)[number][] = ['ak', 'sk', 'security_token', 'idp_id', 'id_token_file'];

/** The sections that the SDKs read: for regional services, and for global services. */
const PREFERRED_SECTIONS: readonly string[] = ['basic', 'global'];

/** Names the file in place of the usual one. */
export const SDK_FILE_VARIABLE = 'HUAWEICLOUD_SDK_CREDENTIALS_FILE';

/** @returns the file that the SDKs read */
export function sdkCredentialsFile(environment: Environment, home: string, platform = process.platform): string {
  const named = resolveNamedPath(environment[SDK_FILE_VARIABLE], { environment, home, platform });
  return named ?? path.resolve(home, '.huaweicloud', 'credentials');
}

/** Whether the environment names the file, so that it should exist. */
export function isSdkFileNamed(environment: Environment): boolean {
  return trimmed(environment[SDK_FILE_VARIABLE]) !== undefined;
}

/** @returns a source that stands for a file whose sections are not known. */
export function sdkFileAsWhole(file: string): SdkFileSource {
  return { kind: 'sdk-file', file, section: 'basic' };
}

export function findInSdkFile(file: string, text: string): readonly FoundKeySource[] {
  const sections = readIni(text);
  if (typeof sections === 'string') {
    return [foundKeySource(sdkFileAsWhole(file), { reading: unreadable(file, sections), names: [], hints: {} })];
  }
  return [...sections]
    .filter(([, section]) => hasKey(section) || otherNamesIn(section).length > 0)
    .sort(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([name, section]) => {
      const source: SdkFileSource = { kind: 'sdk-file', file, section: name };
      return foundKeySource(source, contentOf(section, source));
    });
}

export function readSdkFile(source: SdkFileSource, text: string): KeyReading {
  const { file, section: name } = source;
  const sections = readIni(text);
  if (typeof sections === 'string') return unreadable(file, sections);
  const section = sections.get(name);
  return section === undefined
    ? { ok: false, problem: { kind: 'absent', what: 'section', names: [name], file } }
    : contentOf(section, source).reading;
}

function contentOf(section: Section, { file, section: sectionName }: SdkFileSource): KeyContent {
  const named = (name: (typeof NAMES)[number]) => ({ name, text: valueOf(section, name) });
  const reading = readingOfKey(
    { accessKey: named('ak'), secretKey: named('sk'), securityToken: named('security_token') },
    file,
  );
  const isFederated = named('idp_id').text !== undefined && named('id_token_file').text !== undefined;
  const others = reading.ok ? [] : otherNamesIn(section);
  const better: SourceProblem | undefined = isFederated
    ? { kind: 'unsupported', mode: 'OIDC', file }
    : others.length > 0
      ? { kind: 'other-names', section: sectionName, names: others, expected: ['ak', 'sk'], file }
      : undefined;
  return {
    reading: reading.ok || better === undefined ? reading : { ok: false, problem: better },
    names: [...NAMES.filter((name) => valueOf(section, name) !== undefined), ...others],
    hints: hintsOf({ projectId: named('project_id').text, iamEndpoint: named('iam_endpoint').text }),
  };
}

function hasKey(section: Section): boolean {
  return NAMES_OF_KEYS.some((name) => valueOf(section, name) !== undefined);
}

/** The names of keys in files of other programs, e.g. `aws_access_key_id`, of variables, e.g. `hw_secret_key`, or of a shell, `export ak`. */
const OTHER_NAME =
  /(?:access[ _.-]?key(?:[ _.-]?(?:id|secret))?|secret[ _.-]?(?:id|key)|secret[ _.-]?access[ _.-]?key|[ _.-][as]k)$/;
/** A longer name may be anything. */
const MAX_OTHER_NAME_LENGTH = 40;

/** @returns the names of values that may be keys, but that the SDKs do not read */
function otherNamesIn(section: Section): readonly string[] {
  return [...section]
    .filter(([name, text]) => isOtherName(name) && trimmed(text) !== undefined)
    .map(([name]) => name)
    .slice(0, MAX_OTHER_NAMES);
}

/** More would hide the reason. */
const MAX_OTHER_NAMES = 4;

function isOtherName(name: string): boolean {
  return name.length <= MAX_OTHER_NAME_LENGTH && /^[a-z][a-z0-9_. -]*$/.test(name) && OTHER_NAME.test(name);
}

function valueOf(section: Section, name: (typeof NAMES)[number]): string | undefined {
  return trimmed(section.get(name));
}

function rankOf(section: string): number {
  const rank = PREFERRED_SECTIONS.indexOf(section);
  return rank === -1 ? PREFERRED_SECTIONS.length : rank;
}

function unreadable(file: string, reason: UnreadableReason): KeyReading {
  return { ok: false, problem: { kind: 'unreadable', file, reason } };
}
