/** The places outside the editor where a person keeps keys, and what can be told of each; only a reading holds secrets. */
import type { Credential } from '../../elb/credential';
import type { EndpointOrigin } from '../../elb/endpoint';
import type { Instant } from '../../jobs/clock';

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

/** The first is an error code of the file system, e.g. `EACCES`. */
export type UnreadableReason = `E${string}` | 'unknown' | 'too-large' | 'not-ini' | 'not-json' | 'not-a-configuration';

/** Why a place gives no key that may be used. `file` is missing for the environment. */
export type SourceProblem =
  | {
      readonly kind: 'absent';
      readonly what: 'variables' | 'file' | 'section' | 'profile';
      /** Of the variables, the section or the profile; none for a file. */
      readonly names: readonly string[];
      readonly file?: string | undefined;
    }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: UnreadableReason }
  /** With the names of what is missing. */
  | { readonly kind: 'incomplete'; readonly names: readonly string[]; readonly file?: string | undefined }
  /** Only the program that wrote it can read it. */
  | { readonly kind: 'encrypted'; readonly file: string; readonly names: readonly string[] }
  | { readonly kind: 'expired'; readonly file: string; readonly expiredAt: Instant }
  /** A way of signing in that has no key of its own, by its own name. */
  | { readonly kind: 'unsupported'; readonly mode: string; readonly file?: string | undefined };

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
