/** Reads keys from the environment variables of the SDKs, the official samples and Terraform. */
import { type EndpointOrigin, parseEndpoint } from '../../cloud/places/endpoint';
import { cloudOf } from '../../cloud/places/clouds';
import { foundKeySource, hintsOf, type KeyContent, problemOfValue, readingOfKey, trimmed } from './key-content';
import type { EnvironmentFamily, FoundKeySource, KeyReading } from './key-source';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Variables {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
  readonly token?: string;
  /** The identity in another system, which the SDKs exchange for a key. */
  readonly federation?: { readonly idpId: string; readonly idTokenFile: string };
  readonly projectId?: string;
  readonly projectName?: string;
  readonly region?: string;
  readonly iamEndpoint?: string;
  /** The domain of the cloud's services. */
  readonly domain?: string;
}

const TERRAFORM_CLOUD = { iamEndpoint: 'HW_AUTH_URL', domain: 'HW_CLOUD' };

/** In order of preference. Sources: the SDKs' `EnvCredentialProvider`, the samples of the API Explorer, Terraform's `provider.go`. */
const FAMILIES: readonly (readonly [EnvironmentFamily, Variables])[] = [
  [
    'huaweicloud-sdk',
    {
      accessKey: 'HUAWEICLOUD_SDK_AK',
      secretKey: 'HUAWEICLOUD_SDK_SK',
      securityToken: 'HUAWEICLOUD_SDK_SECURITY_TOKEN',
      federation: { idpId: 'HUAWEICLOUD_SDK_IDP_ID', idTokenFile: 'HUAWEICLOUD_SDK_ID_TOKEN_FILE' },
      projectId: 'HUAWEICLOUD_SDK_PROJECT_ID',
      iamEndpoint: 'HUAWEICLOUD_SDK_IAM_ENDPOINT',
    },
  ],
  ['cloud-sdk', { accessKey: 'CLOUD_SDK_AK', secretKey: 'CLOUD_SDK_SK' }],
  [
    'terraform',
    {
      accessKey: 'HW_ACCESS_KEY',
      secretKey: 'HW_SECRET_KEY',
      securityToken: 'HW_SECURITY_TOKEN',
      token: 'HW_AUTH_TOKEN',
      projectId: 'HW_PROJECT_ID',
      projectName: 'HW_PROJECT_NAME',
      region: 'HW_REGION_NAME',
      ...TERRAFORM_CLOUD,
    },
  ],
];

export function findInEnvironment(environment: Environment): readonly FoundKeySource[] {
  return FAMILIES.flatMap(([family, variables]) => {
    const content = contentOf(environment, variables);
    return isAbsent(content.reading) ? [] : [foundKeySource({ kind: 'environment', family }, content)];
  });
}

export function readEnvironment(environment: Environment, requested: EnvironmentFamily): KeyReading {
  const variables = FAMILIES.find(([family]) => family === requested)?.[1];
  return variables === undefined ? absent([]) : contentOf(environment, variables).reading;
}

/** Returns the sources with the cloud that Terraform's variables name, as Terraform uses keys of its shared configuration. */
export function inTerraformCloud(
  environment: Environment,
  found: readonly FoundKeySource[],
): readonly FoundKeySource[] {
  const { iamEndpoint, domain } = TERRAFORM_CLOUD;
  const names = [iamEndpoint, domain].filter((name) => trimmed(environment[name]) !== undefined);
  return found.map((each) => {
    const facts = { domain: trimmed(environment[domain]), iam: trimmed(environment[iamEndpoint]), region: each.region };
    const cloud = cloudOf(facts);
    return cloud === undefined ? each : { ...each, cloud, names: [...each.names, ...names] };
  });
}

function contentOf(environment: Environment, variables: Variables): KeyContent {
  const valueOf = (name: string | undefined) => (name === undefined ? undefined : trimmed(environment[name]));
  const { federation, ...own } = variables;
  return {
    reading: readingOf(variables, valueOf),
    names: [...Object.values(own), ...Object.values(federation ?? {})].filter((name) => valueOf(name) !== undefined),
    hints: hintsOf({
      projectId: valueOf(variables.projectId),
      projectName: valueOf(variables.projectName),
      region: valueOf(variables.region),
      iamEndpoint: valueOf(variables.iamEndpoint),
      domain: valueOf(variables.domain),
    }),
  };
}

function readingOf(variables: Variables, valueOf: (name: string | undefined) => string | undefined): KeyReading {
  const { accessKey, secretKey, securityToken, federation } = variables;
  // As in Terraform, a token takes precedence over a key.
  const token = valueOf(variables.token);
  if (token !== undefined && variables.token !== undefined) {
    const problem = problemOfValue('token', { name: variables.token, text: token });
    return problem === undefined ? { ok: true, credential: { token } } : { ok: false, problem };
  }
  const reading = readingOfKey({
    accessKey: { name: accessKey, text: valueOf(accessKey) },
    secretKey: { name: secretKey, text: valueOf(secretKey) },
    securityToken: securityToken === undefined ? undefined : { name: securityToken, text: valueOf(securityToken) },
  });
  if (reading.ok) return reading;
  if (valueOf(federation?.idpId) !== undefined && valueOf(federation?.idTokenFile) !== undefined) {
    return { ok: false, problem: { kind: 'unsupported', mode: 'OIDC' } };
  }
  const hasPart = [accessKey, secretKey, securityToken].some((name) => valueOf(name) !== undefined);
  return hasPart ? reading : absent([accessKey, secretKey]);
}

function absent(names: readonly string[]): KeyReading {
  return { ok: false, problem: { kind: 'absent', what: 'variables', names } };
}

function isAbsent(reading: KeyReading): boolean {
  return !reading.ok && reading.problem.kind === 'absent';
}

/** An ELB endpoint from the environment, which a person must confirm. The region in the variable's name says nothing about it. */
export interface ProposedEndpoint {
  readonly variable: string;
  readonly endpoint: EndpointOrigin;
}

const ENDPOINTS_PREFIX = 'HUAWEICLOUD_SDK_REGION_ELB_';
/** More would hide the other choices. */
const MAX_PROPOSED_ENDPOINTS = 20;

/** On Windows, as there, the case of a variable's name does not matter. */
export function proposedEndpoints(environment: Environment, platform = process.platform): readonly ProposedEndpoint[] {
  const proposed = new Map<EndpointOrigin, ProposedEndpoint>();
  for (const [variable, value = ''] of Object.entries(environment)) {
    const name = platform === 'win32' ? variable.toUpperCase() : variable;
    if (!name.startsWith(ENDPOINTS_PREFIX) || name === ENDPOINTS_PREFIX) continue;
    for (const text of value.split(',', MAX_PROPOSED_ENDPOINTS)) {
      // Quotes may be around the list or around each endpoint.
      const parsed = parseEndpoint(text.trim().replace(/^["']|["']$/g, ''));
      if (parsed.ok && !proposed.has(parsed.origin)) proposed.set(parsed.origin, { variable, endpoint: parsed.origin });
    }
  }
  return [...proposed.values()].slice(0, MAX_PROPOSED_ENDPOINTS);
}
