/** The answers of an unfinished sign-in, in the memory of this window only. */
import type { ProfileSource } from '../../credentials/profiles/profile';
import type { WantedPlace } from '../../credentials/job-places';
import type { KeySource, FoundKeySource } from '../../credentials/sources/key-source';
import type { Credential } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Place } from '../../cloud/places/parse-place';
import type { Project } from '../../cloud/api/iam-client';

export type SourceKind = Exclude<ProfileSource['kind'], KeySource['kind']>;

export class ProfileDraft {
  wanted: WantedPlace | undefined;
  /** Whether the service refused the project that was found, so that the person enters another. */
  isProjectRefused = false;
  /** The key sources on this computer, best first. */
  found: readonly FoundKeySource[] = [];
  source: FoundKeySource | SourceKind | undefined;
  place: Place | undefined;
  accessKey = '';
  secretKey = '';
  securityToken = '';
  token = '';
  iamEndpoint = '';
  domain = '';
  user = '';
  password = '';
  /** Whether the user has virtual MFA. */
  usesPasscode = false;
  mfaUserId = '';
  passcode = '';
  /** The project's name or id, for the token that a password gets. */
  projectOfToken = '';
  projectId = '';
  projectName: string | undefined;
  /** Of a token, after IAM has returned it. */
  expiresAt: number | undefined;
  /** The projects that IAM listed, with the credential and the endpoint they are valid for. */
  projects:
    | { readonly credential: Credential; readonly endpoint: EndpointOrigin; readonly all: readonly Project[] }
    | undefined;

  /** @param fixed set when a profile is changed: its place and project cannot change. */
  constructor(readonly fixed?: { readonly place: Place; readonly projectId: string }) {
    this.place = fixed?.place;
    this.projectId = fixed?.projectId ?? '';
  }

  get kind(): ProfileSource['kind'] | undefined {
    return typeof this.source === 'string' || this.source === undefined ? this.source : this.source.source.kind;
  }

  /** The project of the wanted place, if that is the chosen one; otherwise empty. */
  get wantedProjectId(): string {
    const { place, wanted } = this;
    const isThere = wanted?.endpoint === undefined || wanted.endpoint === place?.endpoint;
    return isThere ? (wanted?.projectId ?? '') : '';
  }

  /** Removes what is sent once only. */
  forgetPassword(): void {
    this.password = '';
    this.passcode = '';
  }

  /** Removes the answers and results that are valid for the previous place only. */
  forgetPlace(): void {
    this.iamEndpoint = '';
    this.projectOfToken = '';
    this.forgetProject();
  }

  /** Removes the project, since another key may belong to another one. */
  forgetProject(): void {
    this.projectId = this.fixed?.projectId ?? '';
    if (this.fixed === undefined) this.projectName = undefined;
    this.projects = undefined;
    this.isProjectRefused = false;
    this.expiresAt = undefined;
  }
}
