/** The key that a source holds, and the facts about it that may be shown. */
import { isIamToken } from '../../cloud/http/credential';
import { parseEndpoint } from '../../cloud/places/endpoint';
import { accessKeyPrefix } from '../../cloud/http/redact';
import { isRegion } from '../../cloud/places/regions';
import type { FoundKeySource, KeyHints, KeyReading, KeySource } from './key-source';
import { isProjectId } from '../../base/id-patterns';

/** Holds secrets: only a reader and its caller may have it. */
export interface KeyContent {
  readonly reading: KeyReading;
  readonly names: readonly string[];
  readonly hints: KeyHints;
}

/** A value, and its name in the source. */
export interface NamedText {
  readonly name: string;
  readonly text: string | undefined;
}

interface NamedKey {
  readonly accessKey: NamedText;
  readonly secretKey: NamedText;
  readonly securityToken?: NamedText | undefined;
}

/** @returns the facts about a source that may be shown. */
export function foundKeySource(source: KeySource, { reading, names, hints }: KeyContent): FoundKeySource {
  if (!reading.ok) return { source, names, ...hints, problem: reading.problem };
  const { credential } = reading;
  return isIamToken(credential)
    ? { source, names, ...hints }
    : { source, names, ...hints, accessKeyStart: accessKeyPrefix(credential.accessKey) };
}

/** @param file the source file; missing for the environment. */
export function readingOfKey({ accessKey, secretKey, securityToken }: NamedKey, file?: string): KeyReading {
  if (accessKey.text === undefined || secretKey.text === undefined) {
    return { ok: false, problem: { kind: 'incomplete', names: missingOf([accessKey, secretKey]), file } };
  }
  const key = { accessKey: accessKey.text, secretKey: secretKey.text };
  const token = securityToken?.text;
  return { ok: true, credential: token === undefined ? key : { ...key, securityToken: token } };
}

export function missingOf(texts: readonly NamedText[]): readonly string[] {
  return texts.filter(({ text }) => text === undefined).map(({ name }) => name);
}

/** Omits values of an unexpected form: one of them could be a misplaced secret. */
export function hintsOf({ projectId, projectName, region, iamEndpoint }: KeyHints): KeyHints {
  // Terraform's endpoint ends with the API version.
  const endpoint = parseEndpoint((iamEndpoint ?? '').replace(/\/v3\/?$/, ''));
  return {
    ...(projectId !== undefined && isProjectId(projectId) && { projectId }),
    ...(projectName !== undefined && isProjectName(projectName) && { projectName }),
    ...(region !== undefined && isRegion(region) && { region }),
    ...(endpoint.ok && { iamEndpoint: endpoint.origin }),
  };
}

/** A project has the name of its region; a sub-project is called `region_name`. */
function isProjectName(text: string): boolean {
  return isRegion(text.split('_', 1)[0] ?? '') && /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

/** @returns undefined if there is only white space. */
export function trimmed(text: string | undefined): string | undefined {
  const rest = text?.trim();
  return rest === '' ? undefined : rest;
}
