/** What a person has answered of the sign-in so far; it stays in the memory of the window until they are signed in. */
import type { ProfileSource } from '../../credentials/profiles/profile';
import type { KeySource, FoundKeySource } from '../../credentials/sources/key-source';
import type { Credential } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Place } from '../../cloud/places/parse-place';
import type { Project } from '../../cloud/api/iam-client';

export type SourceKind = Exclude<ProfileSource['kind'], KeySource['kind']>;

export class ProfileDraft {
  /** What is on this computer, best first. */
  found: readonly FoundKeySource[] = [];
  source: FoundKeySource | SourceKind | undefined;
  place: Place | undefined;
  /** As typed. */
  accessKey = '';
  secretKey = '';
  securityToken = '';
  token = '';
  iamEndpoint = '';
  domain = '';
  user = '';
  password = '';
  /** Of a password's token: the name or id of the project. */
  projectOfToken = '';
  projectId = '';
  projectName: string | undefined;
  /** Of a token, once IAM has told it. */
  expiresAt: number | undefined;
  /** Of the place and credential they were asked with. */
  projects: { readonly of: Credential; readonly in: EndpointOrigin; readonly all: readonly Project[] } | undefined;

  /** @param fixed the profile that is changed has these for good. */
  constructor(readonly fixed?: { readonly place: Place; readonly projectId: string }) {
    this.place = fixed?.place;
    this.projectId = fixed?.projectId ?? '';
  }

  get kind(): ProfileSource['kind'] | undefined {
    return typeof this.source === 'string' || this.source === undefined ? this.source : this.source.source.kind;
  }

  /** What was answered, or found, for another place is nothing for the next. */
  forgetPlace(): void {
    this.iamEndpoint = '';
    this.projectOfToken = '';
    this.forgetProject();
  }

  /** Another key may be one of another project. */
  forgetProject(): void {
    this.projectId = this.fixed?.projectId ?? '';
    if (this.fixed === undefined) this.projectName = undefined;
    this.projects = undefined;
    this.expiresAt = undefined;
  }
}
