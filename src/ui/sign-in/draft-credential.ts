/** Gets the credential of a draft: as typed, read from its source, or as a token from IAM. */
import { iamEndpointOf, type SignIn } from '../../credentials/sign-in';
import type { KeySources } from '../../credentials/sources/key-sources';
import type { Credential } from '../../cloud/http/credential';
import type { Result } from '../../cloud/http/error';
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

  /** Returns the typed credential, or reads it from its source. For a password, only `obtain` returns one. */
  async read(): Promise<Result<Credential, PollError>> {
    const { source, accessKey, secretKey, securityToken, token, expiresAt } = this.draft;
    if (typeof source === 'object') {
      const reading = await this.sources.read(source.source);
      return reading.ok
        ? { ok: true, value: reading.credential }
        : { ok: false, error: { kind: 'source-unusable', problem: reading.problem } };
    }
    if (source === 'token') return { ok: true, value: expiresAt === undefined ? { token } : { token, expiresAt } };
    return {
      ok: true,
      value: securityToken === '' ? { accessKey, secretKey } : { accessKey, secretKey, securityToken },
    };
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

  private async tokenByPassword(): Promise<Result<Credential>> {
    const { draft } = this;
    const { domain, user, password, projectOfToken } = draft;
    const iamEndpoint = this.iamEndpoint ?? '';
    const project = isProjectId(projectOfToken) ? { id: projectOfToken } : { name: projectOfToken };
    const scope = draft.fixed === undefined ? project : { id: draft.fixed.projectId };
    const result = await this.signIn.tokenBy({ iamEndpoint, domain, user, password, project: scope });
    draft.password = '';
    if (!result.ok) return result;
    const { token, expiresAt, projectId, projectName } = result.value;
    draft.projectId = draft.fixed?.projectId ?? projectId ?? ('id' in scope ? scope.id : '');
    draft.projectName = projectName ?? draft.projectName;
    return { ok: true, value: { token, expiresAt } };
  }
}
