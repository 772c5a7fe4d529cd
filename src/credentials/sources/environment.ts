/** Reads keys from the environment variables of the SDKs, the official samples and Terraform. */
import { type EndpointOrigin, parseEndpoint } from '../../cloud/places/endpoint';
import { foundKeySource, hintsOf, type KeyContent, readingOfKey, trimmed } from './key-content';
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
}

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
      iamEndpoint: 'HW_AUTH_URL',
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
    }),
  };
}

function readingOf(variables: Variables, valueOf: (name: string | undefined) => string | undefined): KeyReading {
  const { accessKey, secretKey, securityToken, federation } = variables;
  // As in Terraform, a token takes precedence over a key.
  const token = valueOf(variables.token);
  if (token !== undefined) return { ok: true, credential: { token } };
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

/** ELB endpoints of a region from the environment, which a person must confirm. */
interface ProposedEndpoints {
  readonly variable: string;
  /** From the name of the variable; its hyphens may have been underscores. */
  readonly region: string;
  readonly endpoints: readonly EndpointOrigin[];
}

const ENDPOINTS_PREFIX = 'HUAWEICLOUD_SDK_REGION_ELB_';

export function proposedEndpoints(environment: Environment): readonly ProposedEndpoints[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const region = variable.startsWith(ENDPOINTS_PREFIX) ? variable.slice(ENDPOINTS_PREFIX.length) : '';
    const endpoints = (value ?? '').split(',').flatMap((text) => {
      const endpoint = parseEndpoint(text);
      return endpoint.ok ? [endpoint.origin] : [];
    });
    if (region === '' || endpoints.length === 0) return [];
    return [{ variable, region: region.toLowerCase().replaceAll('_', '-'), endpoints }];
  });
}
