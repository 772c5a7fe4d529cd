/** The key that a source holds, and the facts about it that may be shown. */
import { isIamToken } from '../../cloud/http/credential';
import type { CredentialPart } from '../../cloud/http/error';
import { cloudOf } from '../../cloud/places/clouds';
import { parseEndpoint } from '../../cloud/places/endpoint';
import { accessKeyPrefix } from '../../cloud/http/redact';
import { problemOfSecret } from '../../cloud/http/request-checks';
import { isRegion } from '../../cloud/places/regions';
import type { FoundKeySource, KeyHints, KeyReading, KeySource } from './key-source';
import type { SourceProblem } from '../../jobs/model/source-problem';
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
  const problem =
    problemOfValue('access-key', accessKey, file) ??
    problemOfValue('secret-key', secretKey, file) ??
    problemOfValue('security-token', securityToken, file);
  if (problem !== undefined) return { ok: false, problem };
  const key = { accessKey: accessKey.text, secretKey: secretKey.text };
  const token = securityToken?.text;
  return { ok: true, credential: token === undefined ? key : { ...key, securityToken: token } };
}

/** @returns the problem of a value that cannot be sent. Its text is in no message. */
export function problemOfValue(
  part: CredentialPart,
  value: NamedText | undefined,
  file?: string,
): SourceProblem | undefined {
  if (value?.text === undefined) return undefined;
  const why = problemOfSecret(part, value.text);
  return why === undefined ? undefined : { kind: 'unsendable', name: value.name, why, file };
}

export function missingOf(texts: readonly NamedText[]): readonly string[] {
  return texts.filter(({ text }) => text === undefined).map(({ name }) => name);
}

/** Facts about the project, as they are in the source. */
interface ProjectFacts extends Omit<KeyHints, 'cloud'> {
  /** The domain of the cloud's services. */
  readonly domain?: string | undefined;
}

/** Omits values of an unexpected form: one of them could be a misplaced secret. */
export function hintsOf({ projectId, projectName, region, iamEndpoint, domain }: ProjectFacts): KeyHints {
  const cloud = cloudOf({ domain, iam: iamEndpoint, region });
  // Terraform's endpoint ends with the API version.
  const endpoint = parseEndpoint((iamEndpoint ?? '').replace(/\/v3\/?$/, ''));
  return {
    ...(projectId !== undefined && isProjectId(projectId) && { projectId }),
    ...(projectName !== undefined && isProjectName(projectName) && { projectName }),
    ...(region !== undefined && isRegion(region) && { region }),
    ...(endpoint.ok && { iamEndpoint: endpoint.origin }),
    ...(cloud !== undefined && { cloud }),
  };
}

/** A project has the name of its region; a sub-project is called `region_name`. */
function isProjectName(text: string): boolean {
  return isRegion(text.split('_', 1)[0] ?? '') && /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

/**
 * Removes surrounding white space (also line ends and byte order marks), and quotes, as `set NAME="value"` leaves in Windows:
 * no key or token contains them.
 * @returns undefined if nothing remains.
 */
export function trimmed(text: string | undefined): string | undefined {
  const rest = text?.trim() ?? '';
  const isQuoted = ['"', "'"].some((quote) => rest.length > 1 && rest.startsWith(quote) && rest.endsWith(quote));
  const value = isQuoted ? rest.slice(1, -1).trim() : rest;
  return value === '' ? undefined : value;
}
