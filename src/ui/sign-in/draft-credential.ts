/** Gets the credential of a draft: as typed, read from its source, or as a token from IAM. */
import { iamEndpointOf, type SignIn } from '../../credentials/sign-in';
import type { KeySources } from '../../credentials/sources/key-sources';
import type { PasswordSignIn } from '../../cloud/api/iam-client';
import type { Credential } from '../../cloud/http/credential';
import type { Result } from '../../cloud/http/error';
import { problemOfCredential } from '../../cloud/http/request-checks';
import { type PollError, refusesCredential } from '../../jobs/model/poll-error';
import type { ProfileDraft } from './profile-draft';
import { isProjectId } from '../../base/id-patterns';

export class DraftCredential {
  constructor(
    private readonly draft: ProfileDraft,
    private readonly sources: KeySources,
    private readonly signIn: SignIn,
  ) {}

  /** The IAM endpoint of the region, or the one that the person entered for this password or token. Never one from the environment. */
  get iamEndpoint(): string | undefined {
    const { place, kind, iamEndpoint } = this.draft;
    const isTypedInWizard = kind === 'password' || kind === 'token';
    const known = place === undefined ? undefined : iamEndpointOf(place);
    return known ?? (isTypedInWizard && iamEndpoint !== '' ? iamEndpoint : undefined);
  }

  /** The request for a token, with the password and the passcode as typed. */
  get passwordSignIn(): PasswordSignIn {
    const { domain, user, password, projectOfToken, fixed, usesPasscode, mfaUserId, passcode } = this.draft;
    const project = isProjectId(projectOfToken) ? { id: projectOfToken } : { name: projectOfToken };
    const scope = fixed === undefined ? project : { id: fixed.projectId };
    const mfa = usesPasscode ? { userId: mfaUserId, passcode } : undefined;
    return { iamEndpoint: this.iamEndpoint ?? '', domain, user, password, project: scope, mfa };
  }

  /** Returns the typed credential, or reads it from its source. For a password, only `obtain` returns one. */
  async read(): Promise<Result<Credential, PollError>> {
    const { source } = this.draft;
    if (typeof source === 'object') {
      const reading = await this.sources.read(source.source);
      return reading.ok
        ? { ok: true, value: reading.credential }
        : { ok: false, error: { kind: 'source-unusable', problem: reading.problem } };
    }
    const credential = this.typed;
    const invalid = problemOfCredential(credential);
    return invalid === undefined ? { ok: true, value: credential } : { ok: false, error: invalid };
  }

  /** Like `read`, but also sends a password once, removes it from the draft, and returns the token. */
  async obtain(): Promise<Result<Credential, PollError>> {
    const { draft, iamEndpoint } = this;
    if (draft.kind === 'password') return this.tokenByPassword();
    // When the project step runs, it has already requested the token's expiry.
    if (draft.kind !== 'token' || draft.fixed === undefined || iamEndpoint === undefined) return this.read();
    const shown = await this.signIn.showToken(iamEndpoint, draft.token);
    if (shown.ok) draft.expiresAt = shown.value.expiresAt;
    return !shown.ok && refusesCredential(shown.error) ? shown : this.read();
  }

  private get typed(): Credential {
    const { source, accessKey, secretKey, securityToken, token, expiresAt } = this.draft;
    if (source === 'token') return expiresAt === undefined ? { token } : { token, expiresAt };
    return securityToken === '' ? { accessKey, secretKey } : { accessKey, secretKey, securityToken };
  }

  private async tokenByPassword(): Promise<Result<Credential, PollError>> {
    const { draft, passwordSignIn } = this;
    const result = await this.signIn.tokenBy(passwordSignIn);
    draft.forgetPassword();
    if (!result.ok) return result;
    const { token, expiresAt, projectId, projectName } = result.value;
    const { project } = passwordSignIn;
    draft.projectId = draft.fixed?.projectId ?? projectId ?? ('id' in project ? project.id : '');
    draft.projectName = projectName ?? draft.projectName;
    return { ok: true, value: { token, expiresAt } };
  }
}
