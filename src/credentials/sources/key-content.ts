/** What one place holds of a key, and what of that may be shown. */
import { isIamToken } from '../../cloud/http/credential';
import { parseEndpoint } from '../../cloud/places/endpoint';
import { shownStart } from '../../cloud/http/redact';
import { isRegion } from '../../cloud/places/regions';
import type { FoundKeySource, KeyHints, KeyReading, KeySource } from './key-source';
import { isProjectId } from '../../base/id-patterns';

/** Holds secrets: it goes no further than from a reader to its caller. */
export interface KeyContent {
  readonly reading: KeyReading;
  readonly names: readonly string[];
  readonly hints: KeyHints;
}

/** A value and the name under which a person finds it. */
export interface NamedText {
  readonly name: string;
  readonly text: string | undefined;
}

export interface NamedKey {
  readonly accessKey: NamedText;
  readonly secretKey: NamedText;
  readonly securityToken?: NamedText | undefined;
}

/** What may be shown of a place. */
export function foundKeySource(source: KeySource, { reading, names, hints }: KeyContent): FoundKeySource {
  if (!reading.ok) return { source, names, ...hints, problem: reading.problem };
  const { credential } = reading;
  return isIamToken(credential)
    ? { source, names, ...hints }
    : { source, names, ...hints, accessKeyStart: shownStart(credential.accessKey) };
}

/** @param file where it is read from; missing for the environment. */
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

/** Leaves out what is not of the form it should be: it might be anything, a secret in the wrong place for one. */
export function hintsOf({ projectId, projectName, region, iamEndpoint }: KeyHints): KeyHints {
  // Terraform's has the version of the API in its path.
  const endpoint = parseEndpoint((iamEndpoint ?? '').replace(/\/v3\/?$/, ''));
  return {
    ...(projectId !== undefined && isProjectId(projectId) && { projectId }),
    ...(projectName !== undefined && isProjectName(projectName) && { projectName }),
    ...(region !== undefined && isRegion(region) && { region }),
    ...(endpoint.ok && { iamEndpoint: endpoint.origin }),
  };
}

/** A project is named after its region, a sub-project `region_name`. */
function isProjectName(text: string): boolean {
  return isRegion(text.split('_', 1)[0] ?? '') && /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

/** Undefined where there is nothing but white space. */
export function trimmed(text: string | undefined): string | undefined {
  const rest = text?.trim();
  return rest === '' ? undefined : rest;
}
