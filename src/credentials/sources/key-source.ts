/** The sources of keys outside the editor, and the facts about each; only a `KeyReading` holds secrets. */
import type { Credential } from '../../cloud/http/credential';
import type { Cloud } from '../../cloud/places/clouds';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Instant } from '../../base/clock';
import type { SourceProblem } from '../../jobs/model/source-problem';

export const ENVIRONMENT_FAMILIES = ['huaweicloud-sdk', 'cloud-sdk', 'terraform'] as const;
export type EnvironmentFamily = (typeof ENVIRONMENT_FAMILIES)[number];

export interface EnvironmentSource {
  readonly kind: 'environment';
  readonly family: EnvironmentFamily;
}

/** A section of the credentials file of the official SDKs. */
export interface SdkFileSource {
  readonly kind: 'sdk-file';
  readonly file: string;
  readonly section: string;
}

/** A profile of Huawei Cloud's command line, `hcloud`; also in a file that Terraform reads. */
export interface KooCliSource {
  readonly kind: 'koocli';
  readonly file: string;
  readonly profile: string;
}

/** Refers to a key without holding it; can be saved. */
export type KeySource = EnvironmentSource | SdkFileSource | KooCliSource;

export type KeyReading =
  | {
      readonly ok: true;
      readonly credential: Credential;
      /** Missing if the source does not say. */
      readonly expiresAt?: Instant | undefined;
    }
  | { readonly ok: false; readonly problem: SourceProblem };

/** Proposals for the project of a new profile. */
export interface KeyHints {
  readonly projectId?: string | undefined;
  readonly projectName?: string | undefined;
  readonly region?: string | undefined;
  readonly iamEndpoint?: EndpointOrigin | undefined;
  /** The cloud that the keys are for; missing if the source does not say. */
  readonly cloud?: Cloud | undefined;
}

/** A source that exists on this computer. */
export interface FoundKeySource extends KeyHints {
  readonly source: KeySource;
  /** The names of the variables or fields that have a value. */
  readonly names: readonly string[];
  /** The start of a usable access key; missing for a token. */
  readonly accessKeyStart?: string | undefined;
  readonly problem?: SourceProblem | undefined;
}
