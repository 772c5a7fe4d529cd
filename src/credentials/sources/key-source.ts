/** The places outside the editor where a person keeps keys, and what can be told of each; only a reading holds secrets. */
import type { Credential } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Instant } from '../../base/clock';
import type { SourceProblem } from '../../jobs/model/source-problem';

export type EnvironmentFamily = 'huaweicloud-sdk' | 'cloud-sdk' | 'terraform';

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

/** A profile of Huawei Cloud's command line, `hcloud`. */
export interface KooCliSource {
  readonly kind: 'koocli';
  readonly file: string;
  readonly profile: string;
}

/** Refers to a key; can be written down. */
export type KeySource = EnvironmentSource | SdkFileSource | KooCliSource;

export type KeyReading =
  | {
      readonly ok: true;
      readonly credential: Credential;
      /** Missing where the place does not say. */
      readonly expiresAt?: Instant | undefined;
    }
  | { readonly ok: false; readonly problem: SourceProblem };

/** What a person may take for their project; all of it is a proposal. */
export interface KeyHints {
  readonly projectId?: string | undefined;
  readonly projectName?: string | undefined;
  readonly region?: string | undefined;
  readonly iamEndpoint?: EndpointOrigin | undefined;
}

/** A place that is there on this computer. */
export interface FoundKeySource extends KeyHints {
  readonly source: KeySource;
  /** Of the variables or keys that have a value. */
  readonly names: readonly string[];
  /** Of a key that could be used now; a token has none. */
  readonly accessKeyStart?: string | undefined;
  readonly problem?: SourceProblem | undefined;
}
